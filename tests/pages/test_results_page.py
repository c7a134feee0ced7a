"""The results page: plain groups, a reason on every card, nothing left out, nothing given away."""

import pytest
from flask import Flask
from sqlalchemy import event

from hubfinder.extensions import db
from tests.pages.listings import REFUGE_STREET
from tests.pages.reading import Reader

BABY = "/results?place=ZA1+4QT&q=baby+not+sleeping"
GROUPS = ["Your family hub", "Near you", "By telephone and online", "Money and help from the government"]


def test_the_groups_have_plain_headings_in_their_order(read: Reader) -> None:
    headings = read(BABY).headings
    assert headings[0] == "Help near ZA1 4QT for “baby not sleeping”"
    assert [heading for heading in headings if heading in GROUPS] == GROUPS


def test_the_place_line_says_how_sure_it_is(read: Reader) -> None:
    page = read(BABY)
    assert "Ward: Harbour" in page.text
    assert "Primary school catchment: St Anne's Primary School" in page.text
    assert "Surgeries: probably Quayside (62% of people here), Wendbridge (30%)" in page.text
    assert "Your surgery decides." in page.text
    assert page.links["Harbour"] == "/footprint/ward/Z05000001"


def test_a_card_says_why_when_cost_distance_languages_and_when_it_was_checked(read: Reader) -> None:
    card = read(BABY).card("Sleep clinic for babies and toddlers")
    for words in (
        "0.4 miles",
        "A health visitor helps you make a plan for calmer nights.",
        "For you if your child is under 2. It serves Harbour, where you live.",
        "Everyone",
        "Wednesdays 10am to noon",
        "Ages: under 2",
        "Free",
        "Polish spoken",
        "Quayside Family Hub",
        "01632 960201",
        "Checked 9 days ago by Quayside Family Hub",
    ):
        assert words in card, words


def test_a_stale_card_says_so_in_words(read: Reader) -> None:
    card = read(BABY).card("Perinatal mental health support")
    assert "Not checked for 7 months: ring before you go" in card
    assert "For some families" in card
    assert "Maybe: Your GP, midwife or health visitor asks for you." in card
    assert "Cost: £2.50 per session" in card
    assert "Mondays 9am to 5pm in term time, Thursdays 9am to 5pm" in card


def test_help_across_the_border_is_shown_with_who_may_use_it(read: Reader) -> None:
    card = read(BABY).card("Northsands baby group")
    assert "Not for your address: it is for people in Northsands; you live in Harbourmouth" in card
    assert "Across the border, in Northsands." in card
    assert "Across the border" not in read(BABY).card("Sleep clinic")


def test_the_hub_comes_first_with_its_opening(read: Reader) -> None:
    card = read(BABY).card("Quayside Family Hub")
    assert "Polish, Urdu spoken" in card
    assert "12 Fish Row, Harbourmouth, ZA1 2AB" in card
    assert any(words in card for words in ("Open today until 5pm", "Opens today at 9am", "Closed now. Opens"))


def test_telephone_and_national_help_is_never_dropped(read: Reader) -> None:
    for address in (BABY, "/results?q=baby", "/results?place=ZA1+1ZZ&q=baby"):
        assert "Calm Nights helpline" in read(address).section("By telephone and online"), address


def test_what_has_ended_is_never_offered_as_open(read: Reader) -> None:
    page = read("/results?place=ZA1+4QT&q=child+tax+credit")
    card = page.card("Child Tax Credit")
    assert "Ended" in card
    assert "Replaced by: Universal Credit" in card
    assert "For you" not in card
    assert "Maybe" not in card
    assert "tel:" not in page.html.partition("Child Tax Credit")[2].partition("</article>")[0]


def test_an_unsure_entry_says_so_and_shows_no_number(read: Reader) -> None:
    card = read(BABY).card("Health visiting")
    assert "We are not sure of this: ask before you rely on it" in card
    assert "01632 960999" not in card


@pytest.mark.parametrize(
    "address", [BABY, "/results?place=ZA1+4QT&need=safety", "/results?q=safe+home", "/pl/results?q=safe+home"]
)
def test_a_refuges_address_is_nowhere(read: Reader, address: str) -> None:
    html = read(address).html
    assert REFUGE_STREET not in html
    assert "The Haven" not in html


def test_a_group_says_how_many_more_there_are_and_leads_to_them(read: Reader) -> None:
    page = read("/results?place=ZA1+4QT&need=activities")
    assert "Show 7 more" in page.section("Near you")
    href = page.links["Show 7 more : Near you"]
    assert href == "/results?place=ZA1+4QT&need=activities&group=near"
    first = read(href)
    assert first.html.count("<article") == 10
    assert "Page 1 of 2" in first.text
    second = read(first.links["Next page"])
    assert second.html.count("<article") == 2
    assert second.links["Previous page"] == href
    assert [heading for heading in second.headings if heading in GROUPS] == ["Near you"]


def test_filters_are_chips_that_can_be_taken_away(read: Reader) -> None:
    page = read("/results?place=ZA1+4QT&q=baby&age=1&free=1&access=universal&language=pl")
    assert page.links["Take away: Age 1 ✕"] == (
        "/results?place=ZA1+4QT&q=baby&access=universal&cost=free&language=pl"
    )
    assert {"Take away: Free ✕", "Take away: Everyone ✕", "Take away: Polish spoken ✕"} <= set(page.links)
    assert "Sleep clinic" in page.section("Near you")
    assert "Perinatal" not in page.section("Near you")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("age=1", True),
        ("age=0.5", True),
        ("age=2", False),
        ("age=pregnant", False),
        ("need=pregnancy-and-babies", True),
        ("need=money", False),
        ("delivery=in_person", True),
        ("delivery=online&delivery=telephone", False),
        ("footprint=ward:Z05000001", True),
        ("footprint=ward:Z05000009", False),
        ("domain=health", True),
        ("domain=childcare", False),
    ],
)
def test_each_filter_filters(read: Reader, filters: str, found: bool) -> None:
    page = read(f"/results?place=ZA1+4QT&q=sleep+clinic&{filters}")
    assert ("Sleep clinic for babies" in page.section("Near you")) is found


@pytest.mark.parametrize(
    "nonsense",
    [
        "age=old",
        "age=-3",
        "age=99",
        "access=vip",
        "delivery=pigeon",
        "page=-1",
        "page=x",
        "group=x",
        "footprint=x",
    ],
)
def test_nonsense_in_the_address_does_no_harm(read: Reader, nonsense: str) -> None:
    page = read(f"/results?place=ZA1+4QT&{nonsense}")
    assert page.status == 200
    assert "Quayside Family Hub" in page.text


def test_an_age_that_is_none_is_said(read: Reader) -> None:
    page = read("/results?place=ZA1+4QT&age=old")
    assert page.links["Type an age in years from 0 to 25, such as 2"] == "#age"


def test_the_form_keeps_what_was_asked(read: Reader) -> None:
    page = read("/results?place=ZA1+4QT&q=baby&need=money&age=3&domain=childcare&free=1")
    assert 'name="place" type="text" value="ZA1 4QT"' in page.html
    assert '<option value="3" selected>' in page.html
    assert '<input type="checkbox" name="need" value="money" checked>' in page.html
    assert '<input type="checkbox" name="domain" value="childcare" checked>' in page.html
    change, _, panel = page.html.partition('class="refine"')
    for kept in ('name="need" value="money"', 'name="age" value="3"', 'name="cost" value="free"'):
        assert f'<input type="hidden" {kept}>' in change, "new words keep the filters"
    for kept in ('name="place" value="ZA1 4QT"', 'name="q" value="baby"'):
        assert f'<input type="hidden" {kept}>' in panel, "new filters keep the words"


def test_words_are_shown_as_words(read: Reader) -> None:
    page = read("/results?place=ZA1+4QT&q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page.html
    assert "&lt;script&gt;" in page.html


def test_nothing_found_says_what_to_do_next(read: Reader) -> None:
    page = read("/results?place=ZA1+4QT&q=xyzzyx&group=near")
    section = page.section("We found nothing that fits")
    assert "Use fewer words" in section
    assert page.links["01632 960999"] == "tel:01632960999"
    assert page.links["See everything near you"] == "/results?place=ZA1+4QT"
    assert page.links["Answer a few plain questions"] == "/guide?place=ZA1+4QT"
    assert "your nearest family hub. Its number is 01632 960101" in section


def test_the_map_says_in_words_what_it_shows(read: Reader) -> None:
    page = read(BABY)
    assert 'role="img" aria-label="Map: Quayside Family Hub is 0.4 miles north of you.' in page.html
    assert "Fishergate Clinic 0.8 miles south-east of you" in page.text
    drawing = page.html.partition("<svg viewBox")[2].partition("</svg>")[0]
    assert len(drawing) < 6_000
    assert "style=" not in drawing


def test_a_page_asks_the_database_few_questions(app: Flask, read: Reader) -> None:
    read(BABY)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        read(BABY)
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) <= 5, statements
