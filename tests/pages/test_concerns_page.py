"""A search that speaks of harm: whom to ring comes first, calmly, and the words are not held up to read."""

import logging

import pytest
from flask import Flask, render_template_string

from hubfinder.extensions import db
from hubfinder.search.concerns import Concern
from hubfinder.web.public.concern import concern_views
from tests.pages.reading import Reader

HIT = "/results?place=ZA1+4QT&q=my+partner+hits+me"
HEADING = "If somebody at home hurts or frightens you"


def test_whom_to_ring_stands_before_every_result(read: Reader) -> None:
    page = read(HIT)
    assert page.status == 200
    assert page.headings[:2] == ["Help near ZA1 4QT", HEADING]
    box = page.section(HEADING)
    assert "It is not your fault." in box
    assert "In danger now? Ring 999" in box
    assert "If you cannot speak, press 55." in box
    assert page.links["More help to stay safe, and how to hide that you were here"] == "/safety"


def test_the_lines_of_a_concern_are_there_in_its_order_and_only_those_we_know(app: Flask) -> None:
    concern = Concern("harm", "Harm", "Text", ("nobody-knows-it", "calm-nights-helpline"))
    with app.test_request_context():
        (view,) = concern_views(db.session, [concern])
        assert [line.key for line in view.lines] == ["calm-nights-helpline"]
        box = render_template_string(
            '{% from "parts/concern.html" import concern_box %}{{ concern_box(concern, true) }}', concern=view
        )
    assert "01632 960204" in box
    assert "Text CALM" in box


def test_the_words_are_not_repeated_in_title_or_heading(read: Reader) -> None:
    page = read(HIT)
    assert "hits me" not in page.html.partition("</title>")[0]
    assert not any("hits me" in heading for heading in page.headings)


def test_it_is_there_without_a_result_and_in_other_languages(read: Reader) -> None:
    assert "999" in read("/pl/results?q=m%C4%85%C5%BC+mnie+bije").html.partition("<article")[0]
    assert HEADING in read("/results?q=he+hits+me+zzqx&need=food").headings


def test_nothing_but_the_heading_of_the_page_stands_before_the_box(read: Reader) -> None:
    before = read("/results?place=ZA1+4QT&q=my+boyfreind+hurts+me").html.partition('class="concern"')[0]
    assert "Showing results for" not in before


def test_another_search_has_no_such_box(read: Reader) -> None:
    assert 'class="concern"' not in read("/results?place=ZA1+4QT&q=baby+not+sleeping").html


def test_neither_words_nor_place_are_logged(read: Reader, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        read(HIT)
    assert "hits" not in caplog.text
    assert "ZA1" not in caplog.text


def test_a_place_among_the_words_is_the_place(read: Reader) -> None:
    page = read("/results?q=baby+not+sleeping+near+ZA1+4QT")
    assert page.headings[0] == "Help near ZA1 4QT for “baby not sleeping”"
