"""Nothing that somebody types is lost unseen: what is too long, what two windows say, what comes too late."""

import re
import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.referrals.form.steps import MOST_ROWS, STEPS
from hubfinder.referrals.lookups import TooManyLookups
from hubfinder.referrals.models import Draft
from hubfinder.vault.engine import VAULT
from tests.pages.reading import Page
from tests.support.asking import CHILD, HIDDEN, ME, STORY, Asker, drafts_there, page_of
from tests.support.following import Follower

LETTER = "Dear colleague, we saw Ash today. " * 240
OTHER = "In the other window: "
LATER = "/ask?ended=kept"
AT = "people/0123abcd"


def _too_many(*_given: object) -> str:
    raise TooManyLookups(60)


def _locked(*_given: object) -> str:
    raise OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database is locked"))


def read(answer: object) -> Page:
    return Page(answer.status_code, answer.get_data(as_text=True))  # type: ignore[attr-defined]


@pytest.mark.parametrize("letter", [LETTER, "আমাদের ঘরে কেউ ঘুমায় না। " * 400], ids=["English", "Bangla"])
def test_a_letter_that_is_too_long_comes_back_whole_with_how_much_is_too_much(
    asker: Asker, letter: str
) -> None:
    asker.begin()
    page = read(asker.post("story", {"story": letter, "wanted": "Advice"}))
    assert page.status == 400
    assert letter.strip() in page.text
    assert page.links["Use at most 3,000 characters"] == "#story"
    assert f"Too many characters: {len(letter.strip()) - 3_000:,}" in page.text
    assert page_of(asker, "story").html.count("Use at most") == 2, "nothing of it was kept cut off"


def test_fields_for_many_words_say_how_much_room_there_is_and_cut_nothing_off(asker: Asker) -> None:
    asker.begin()
    asker.add("people", CHILD)
    asker.post("who", {"who": "professional"})
    for step in STEPS:
        html = asker.get(step.key).get_data(as_text=True)
        for name in re.findall(r'<textarea[^>]* id="([a-z_]+)"', html):
            field = re.search(rf'<textarea[^>]* id="{name}"[^>]*>', html)
            assert field
            assert "maxlength" not in field[0]
            assert f"{name}-room" in field[0]
            assert re.search(rf'id="{name}-room"[^>]*>Use at most [13],[05]00 characters<', html), name


def test_what_a_family_adds_later_is_not_cut_off_either(app: Flask) -> None:
    family = Follower(app)
    family.enter()
    assert "maxlength" not in family.get().get_data(as_text=True)
    page = read(family.write(LETTER))
    assert page.status == 400
    assert LETTER.strip() in page.text
    assert f"Too many characters: {len(LETTER.strip()) - 3_000:,}" in page.text


def test_both_answers_are_shown_where_two_windows_say_different_things(asker: Asker) -> None:
    asker.begin()
    old = asker.hidden("story")
    asker.post("story", {"story": "FIRST\nSTORY", "wanted": "The same"})
    typed = {"story": "SECOND STORY", "wanted": "The same"}
    page = read(asker.client.post("/ask/story", data={**old, **typed}))
    assert page.status == 409
    assert "These answers were changed in another window." in page.text
    assert f"{OTHER}FIRST STORY" in page.text.replace("\n", " ")
    assert "SECOND STORY" in page.text
    assert page.text.count(OTHER.strip()) == 1, "nothing is said of what is the same"
    assert 'aria-describedby="story-hint story-error story-other story-room"' in page.html
    both = {**dict(HIDDEN.findall(page.html)), "story": "FIRST and SECOND"}
    assert asker.client.post("/ask/story", data=both).status_code == 303


def test_what_the_other_window_took_out_and_what_it_chose_is_said_in_words(asker: Asker) -> None:
    asker.begin()
    asker.post("home", {"postcode": "ZA1 4QT"})
    old = asker.hidden("home")
    asker.post("home", {"no_address": "yes"})
    page = read(asker.client.post("/ask/home", data={**old, "postcode": "ZA1 4QU"}))
    assert page.status == 409
    assert f"{OTHER}Nothing said" in page.text
    assert f"{OTHER}There is no fixed address, or it is safer not to say" in page.text


@pytest.mark.parametrize(
    "mistake", [{"story": ""}, {"story": "x" * 3_001}, {"form": "0" * 32}], ids=["empty", "long", "token"]
)
def test_a_mistake_in_between_does_not_make_a_page_know_the_newer_answer(
    asker: Asker, mistake: dict[str, str]
) -> None:
    """The page is shown again with the mistake; only what it shows of the other window it may write over."""
    asker.begin()
    old, right = asker.hidden("story"), asker.hidden("who")["form"]
    asker.post("story", {"story": "From the second window"})
    first = read(asker.client.post("/ask/story", data={**old, "story": "x", **mistake}))
    assert first.status in (400, 409)
    again = {**dict(HIDDEN.findall(first.html)), "form": right, "story": "From the first window"}
    second = read(asker.client.post("/ask/story", data=again))
    assert second.status == 409
    assert f"{OTHER}From the second window" in second.text


def test_somebody_in_the_family_is_not_changed_unseen_from_two_windows(asker: Asker) -> None:
    asker.begin()
    asker.add("people", CHILD)
    at = re.findall(r"people/[0-9a-f]{8}", asker.get("people").get_data(as_text=True))[0]
    old = asker.hidden(at)
    new_name = {**CHILD, "name": "Ash Another", "born_year": "2020"}
    assert asker.post(at, new_name).status_code == 303
    page = read(asker.client.post(f"/ask/{at}", data={**old, **CHILD, "relation": "grandchild"}))
    assert page.status == 409
    assert "These answers were changed in another window." in page.text
    assert f"{OTHER}Ash Another" in page.text
    assert f"{OTHER}27 March 2020" in page.text
    assert 'value="Ash Example"' in page.html
    assert "Ash Another" in page_of(asker, "people").text, "nothing was written over"
    assert (
        asker.client.post(f"/ask/{at}", data={**dict(HIDDEN.findall(page.html)), **CHILD}).status_code == 303
    )
    assert "Ash Another" not in page_of(asker, "people").text


def test_somebody_the_other_window_took_off_the_list_comes_back_only_when_wanted(asker: Asker) -> None:
    asker.begin()
    for person in (ME, CHILD):
        asker.add("people", person)
    at = re.findall(r"people/([0-9a-f]{8})", asker.get("people").get_data(as_text=True))[1]
    old = asker.hidden(f"people/{at}")
    asker.post("people", {"remove": at})
    page = read(asker.client.post(f"/ask/people/{at}", data={**old, **CHILD}))
    assert page.status == 409
    assert f"{OTHER}Nothing said" in page.text
    assert "Ash Example" not in page_of(asker, "people").text
    asker.client.post(f"/ask/people/{at}", data={**dict(HIDDEN.findall(page.html)), **CHILD})
    assert "Ash Example" in page_of(asker, "people").text


def test_nobody_is_dropped_from_a_list_that_another_window_has_filled(asker: Asker) -> None:
    asker.begin()
    old = asker.hidden("helpers/new")
    for number in range(MOST_ROWS):
        asker.add("helpers", {"name": f"Helper {number}"})
    page = read(asker.client.post("/ask/helpers/0123abcd", data={**old, "name": "One more"}))
    assert page.status == 409
    assert "This list is full. You can tell us about more people in your own words." in page.text
    assert 'value="One more"' in page.html


@pytest.mark.parametrize(("which", "typed"), [("people", CHILD), ("helpers", {"name": "Hettie Visitor"})])
def test_somebody_typed_after_the_form_has_expired_begins_a_new_one(
    app: Flask, asker: Asker, which: str, typed: dict[str, str]
) -> None:
    asker.answer_all()
    old = asker.hidden(f"{which}/new")
    _expire(app)
    answer = asker.client.post(f"/ask/{which}/0123abcd", data={**old, **typed})
    assert answer.headers["Location"] == LATER
    told = asker.client.get(LATER).get_data(as_text=True)
    assert "What you typed just now is kept." in told
    assert "Please begin again" not in told
    asker.begin()
    page = page_of(asker, which)
    assert typed["name"] in page.text
    assert "Robin Example" not in page.text
    again = asker.client.post(f"/ask/{which}/0123abcd", data={**asker.hidden(f"{which}/0123abcd"), **typed})
    assert again.headers["Location"] == f"/ask/{which}"


def test_a_mistake_on_a_page_whose_form_has_expired_is_said_there(app: Flask, asker: Asker) -> None:
    asker.begin()
    old = asker.hidden("people/new")
    _expire(app)
    page = read(asker.client.post(f"/ask/{AT}", data={**old, **CHILD, "born_year": "3021"}))
    assert page.status == 400
    assert 'value="Ash Example"' in page.html
    answer = asker.client.post(f"/ask/{AT}", data={**dict(HIDDEN.findall(page.html)), **CHILD})
    assert answer.headers["Location"] == LATER


@pytest.mark.parametrize(
    ("refuse", "status"), [(_too_many, 429), (_locked, 503)], ids=["too many forms", "busy"]
)
def test_where_no_new_form_can_be_begun_all_stays_on_the_page(
    app: Flask, asker: Asker, monkeypatch: pytest.MonkeyPatch, refuse: Callable[..., str], status: int
) -> None:
    asker.begin()
    person, story = asker.hidden("people/new"), asker.hidden("story")
    _expire(app)
    monkeypatch.setattr("hubfinder.web.front_door.desk.begin", refuse)
    for key, typed in ((AT, {**person, **CHILD}), ("story", {**story, "story": STORY})):
        page = read(asker.client.post(f"/ask/{key}", data=typed))
        assert page.status == status
        assert (STORY if key == "story" else "Ash Example") in page.html
        assert "If you cannot wait, ring one of the numbers below." in page.text


def test_an_old_page_of_somebody_leads_to_the_confirmation_once_all_was_sent(
    app: Flask, asker: Asker
) -> None:
    old = asker.answer_all().hidden("people/new")
    asker.send()
    forms = drafts_there(app)
    assert asker.client.post(f"/ask/{AT}", data={**old, **CHILD}).headers["Location"] == "/ask/sent"
    assert asker.get("people/new").headers["Location"] == "/ask/sent"
    assert drafts_there(app) == forms


def _expire(app: Flask) -> None:
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        begin_writing(session)
        session.execute(update(Draft).values(ends_at=utc_now() - timedelta(seconds=1)))
        session.commit()
