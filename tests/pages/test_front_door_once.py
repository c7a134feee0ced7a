"""A form at the front door is sent once, whatever happens; it is one person's; it ends when they want."""

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry
from hubfinder.referrals.models import Draft, Lookup
from hubfinder.vault.base import VaultBase
from hubfinder.vault.engine import VAULT
from tests.pages.reading import Page
from tests.support.asking import CHILD, HIDDEN, STEPS, STORY, Asker, drafts_there, sent_ones

TRAIL = VaultBase.metadata.tables[AuditEntry.__tablename__]


def test_pressed_twice_refreshed_and_answered_late_it_is_one_request(app: Flask, asker: Asker) -> None:
    hidden = asker.answer_all().hidden("check")
    told = set()
    for _ in range(3):
        assert asker.client.post("/ask/check", data=hidden).headers["Location"] == "/ask/sent"
        told |= set(re.findall(r'class="code" dir="ltr">([^<]+)<', asker.get("sent").get_data(as_text=True)))
    assert len(told) == 2, "one reference and one code"
    assert len(sent_ones(app)) == 1


def test_fifty_at_the_same_moment_are_one_request_and_one_reference(app: Flask, asker: Asker) -> None:
    hidden = asker.answer_all().hidden("check")
    cookie = asker.client.get_cookie("request")
    assert cookie

    def press(_number: int) -> tuple[int, str]:
        client = app.test_client()
        client.set_cookie("request", cookie.value)
        answer = client.post("/ask/check", data=hidden)
        return answer.status_code, client.get("/ask/sent").get_data(as_text=True)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(press, range(50)))
    assert {status for status, _ in answers} == {303}
    assert len({re.findall(r'class="code" dir="ltr">([^<]+)<', page)[0] for _, page in answers}) == 1
    assert len(sent_ones(app)) == 1
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        verbs = session.scalars(select(TRAIL.c.verb)).all()
    assert verbs.count("request.received") == 1


def test_what_was_sent_is_not_changed_by_an_old_page(app: Flask, asker: Asker) -> None:
    hidden = asker.answer_all().hidden("story")
    asker.send()
    answer = asker.client.post("/ask/story", data={**hidden, "story": "Something else"})
    assert answer.headers["Location"] == "/ask/sent"
    assert sent_ones(app)[0].told.story == STORY
    assert asker.get("story").headers["Location"] == "/ask/sent"


def test_another_request_can_be_begun_after_one_was_sent(app: Flask, asker: Asker) -> None:
    asker.answer_all().send()
    asker.answer_all().send()
    assert len(sent_ones(app)) == 2


def test_an_answer_changed_in_another_window_is_not_undone_unseen(asker: Asker) -> None:
    asker.begin()
    old = asker.hidden("story")
    asker.post("story", {"story": "From the second window"})
    answer = asker.client.post("/ask/story", data={**old, "story": "From the first window"})
    page = Page(answer.status_code, answer.get_data(as_text=True))
    assert page.status == 409
    assert "These answers were changed in another window." in page.text
    assert "From the first window" in page.text
    again = asker.client.post("/ask/story", data={**dict(HIDDEN.findall(page.html)), "story": "Both"})
    assert again.status_code == 303


def test_nobody_sends_what_another_window_has_changed_since(app: Flask, asker: Asker) -> None:
    """The page comes back with the answers as they are now, and the next press sends those."""
    old = asker.answer_all().hidden("check")
    asker.post("telephone", {**STEPS["telephone"], "telephone_text": "no"})
    answer = asker.client.post("/ask/check", data=old)
    page = Page(answer.status_code, answer.get_data(as_text=True))
    assert page.status == 409
    assert "This was changed in another window. Check it, then send it once more." in page.text
    assert "Is it safe to send a text message? No" in page.text
    assert not sent_ones(app)
    again = asker.client.post("/ask/check", data=dict(HIDDEN.findall(page.html)))
    assert again.headers["Location"] == "/ask/sent"
    assert sent_ones(app)[0].told.telephone.text is False


def test_who_is_in_the_family_may_not_change_unseen_either(app: Flask, asker: Asker) -> None:
    old = asker.answer_all().hidden("check")
    asker.add("people", CHILD)
    assert asker.client.post("/ask/check", data=old).status_code == 409
    assert not sent_ones(app)


@pytest.mark.parametrize("was", ["", "0" * 32, "é"])
def test_a_last_page_that_is_nobodys_sends_nothing(app: Flask, asker: Asker, was: str) -> None:
    hidden = asker.answer_all().hidden("check")
    assert asker.client.post("/ask/check", data={**hidden, "was": was}).status_code == 409
    assert not sent_ones(app)


def test_the_last_page_read_in_another_language_is_the_same_page(app: Flask, asker: Asker) -> None:
    hidden = asker.answer_all().hidden("check")
    arabic = Asker(asker.client, "/ar")
    arabic.post("story", {"story": STORY, "wanted": "Somebody to talk to."})
    assert asker.client.post("/ask/check", data=hidden).headers["Location"] == "/ask/sent"
    assert len(sent_ones(app)) == 1


def test_two_windows_on_different_steps_do_not_disturb_each_other(asker: Asker) -> None:
    asker.begin()
    old = asker.hidden("home")
    asker.post("story", {"story": STORY})
    assert asker.client.post("/ask/home", data={**old, "postcode": "ZA1 4QT"}).status_code == 303
    assert STORY in asker.get("story").get_data(as_text=True)


@pytest.mark.parametrize("token", ["", "0" * 32, "é"])
def test_a_form_without_its_token_is_shown_again_with_all_that_was_typed(asker: Asker, token: str) -> None:
    asker.begin()
    answer = asker.client.post("/ask/story", data={"form": token, "story": STORY})
    assert answer.status_code == 409
    assert STORY in answer.get_data(as_text=True)
    assert STORY not in asker.get("story").get_data(as_text=True)


def test_what_another_site_sends_is_refused(app: Flask, asker: Asker) -> None:
    asker.begin()
    for key in ("", "who", "people/0123abcd", "check", "keep", "continue", "stay"):
        answer = asker.client.post(
            asker.address(key), data=asker.hidden("who"), headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 400, key
    assert drafts_there(app) == 1


def test_one_browser_never_sees_the_form_of_another(asker: Asker, another: Asker) -> None:
    asker.answer_all()
    another.begin()
    for key in ("people", "story", "check", "sent"):
        assert STORY not in another.client.get(f"/ask/{key}", follow_redirects=True).get_data(as_text=True)
    stolen = another.client.post("/ask/story", data={**asker.hidden("story"), "story": "x"})
    assert stolen.status_code == 409


def test_leaving_in_a_hurry_leaves_nothing(app: Flask, asker: Asker) -> None:
    asker.answer_all()
    answer = asker.client.get("/exit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://www.bbc.co.uk/weather")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert asker.client.get_cookie("request") is None
    assert drafts_there(app) == 0
    for key in ("story", "check", "sent"):
        assert asker.client.get(f"/ask/{key}").headers["Location"] == "/ask"


def test_a_cookie_from_before_leaving_opens_nothing(app: Flask, asker: Asker) -> None:
    cookie = asker.answer_all().client.get_cookie("request")
    assert cookie
    asker.client.get("/exit")
    asker.client.set_cookie("request", cookie.value)
    assert asker.client.get("/ask/story").headers["Location"] == "/ask?ended=1"
    assert "We have no answers of yours any more." in asker.client.get("/ask?ended=1").get_data(as_text=True)
    assert drafts_there(app) == 0


def test_a_code_leads_on_in_another_browser_and_out_of_the_first(asker: Asker, another: Asker) -> None:
    asker.begin()
    asker.post("story", {"story": STORY})
    page = Page(200, asker.post("keep", {}).get_data(as_text=True))
    code = re.search(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}", page.text)
    assert code
    asker.client.get("/exit")
    answer = another.post("continue", {"code": f" {code[0].lower()} "})
    assert answer.headers["Location"] == "/ask/who?begun=1"
    assert STORY in another.get("story").get_data(as_text=True)
    assert asker.client.get("/ask/story").headers["Location"] == "/ask"


def test_a_wrong_code_is_told_so_and_counted(app: Flask, asker: Asker) -> None:
    assert asker.post("continue", {"code": "no"}).status_code == 400
    answers = [
        asker.client.post(
            "/ask/continue",
            data={**asker.hidden("continue"), "code": "K7QX 2M9P 4TRD"},
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        ).status_code
        for _ in range(31)
    ]
    assert (answers[0], answers[-1]) == (404, 429)
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        assert session.scalar(select(func.count()).select_from(Lookup)) == 30


@pytest.mark.parametrize(("key", "typed"), [("story", STORY), ("telephone", "01632 960777")])
def test_what_is_typed_after_a_form_has_expired_begins_a_new_one(
    app: Flask, asker: Asker, key: str, typed: str
) -> None:
    asker.answer_all()
    hidden = asker.hidden(key)
    _expire(app)
    answer = asker.client.post(f"/ask/{key}", data={**hidden, key: typed})
    assert answer.headers["Location"] == "/ask?ended=kept"
    told = asker.client.get("/ask?ended=kept").get_data(as_text=True)
    assert "What you typed just now is kept." in told
    assert "Please begin again" not in told
    asker.begin()
    asker.post("contact", {"contact_ok": "yes", "ways": ["telephone"]})
    assert typed in asker.get(key).get_data(as_text=True)


def test_staying_makes_the_answers_last_and_says_how_long(asker: Asker) -> None:
    asker.begin()
    answer = asker.client.post("/ask/stay", data=asker.hidden("who"))
    assert answer.get_json() == {"seconds": 24 * 3_600}


def test_the_confirmation_can_be_taken_off_the_device(asker: Asker) -> None:
    asker.answer_all().send()
    asker.client.post("/ask/sent/forget", data=asker.hidden("sent"))
    assert asker.client.get("/ask/sent").headers["Location"] == "/ask"


def test_what_is_typed_stays_on_the_page_while_the_vault_is_busy(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker.answer_all()
    story, check, person = (asker.hidden(key) for key in ("story", "check", "people/new"))

    with monkeypatch.context() as busy:
        busy.setattr("hubfinder.web.front_door.desk.begin_writing", _locked)
        for key, typed in (
            ("story", {**story, "story": "Typed while it was busy"}),
            ("people/0123abcd", {**person, "kind": "adult", "name": "Typed while it was busy"}),
            ("check", check),
        ):
            answer = asker.client.post(f"/ask/{key}", data=typed)
            page = answer.get_data(as_text=True)
            assert answer.status_code == 503, key
            assert "01632 960999" in page
            assert "Typed while it was busy" in page or key == "check"
            assert "If you cannot wait, ring one of the numbers below." in page


def test_whoever_leaves_is_let_go_also_while_the_vault_is_busy(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker.answer_all()
    monkeypatch.setattr("hubfinder.referrals.drafts.leave", _locked)
    assert asker.client.get("/exit").status_code == 303
    assert asker.client.get_cookie("request") is None


def _locked(*_given: object) -> None:
    raise OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database is locked"))


def _expire(app: Flask) -> None:
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        begin_writing(session)
        session.execute(update(Draft).values(ends_at=utc_now() - timedelta(seconds=1)))
        session.commit()
