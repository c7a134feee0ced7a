"""The second factor: required of everybody, shown again before what cannot be undone, and never left out."""

import json
import re
import time

import pyotp
import pytest
from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry, Person
from hubfinder.staff_vocab import Role
from hubfinder.web.shared import fresh
from hubfinder.web.shared.access import is_signed_in
from tests.support.accounts import Browser, Someone, emails_to, someone, words_of


@pytest.mark.parametrize("role", Role)
def test_whoever_has_none_can_reach_nothing_but_setting_it_up(app: Flask, role: Role) -> None:
    who, browser = someone(app, has_factor=False, role=role), Browser(app)
    browser.password(who)
    for address in ("/staff", "/account", "/account/check", "/account/password"):
        assert browser.get(address).headers["Location"].startswith("/account/login?next=")
    assert browser.get("/account/second-factor").headers["Location"] == "/account/set-up"
    assert browser.get("/account/set-up").status_code == 200


def test_a_wrong_code_while_setting_up_keeps_the_secret(app: Flask) -> None:
    browser = Browser(app)
    browser.password(someone(app, has_factor=False))
    [before] = re.findall(r"data-secret>([^<]+)<", browser.get("/account/set-up").text)
    answer = browser.post("/account/set-up/app", page="/account/set-up", code="123456")
    assert answer.status_code == 400
    assert re.findall(r"data-secret>([^<]+)<", answer.text) == [before]


def test_nobody_sets_up_a_factor_in_place_of_one_that_is_there(app: Flask, amy: Someone) -> None:
    """Whoever has the password alone cannot bring their own telephone."""
    browser = Browser(app)
    browser.password(amy)
    for address in ("/account/set-up/app", "/account/set-up/passkey"):
        answer = browser.post(address, page="/account/second-factor", code="123456")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/account/second-factor")


def test_a_new_app_takes_the_place_of_the_old_one(app: Flask, browser: Browser, amy: Someone) -> None:
    browser.sign_in(amy)
    [secret] = re.findall(r"data-secret>([^<]+)<", browser.get("/account/set-up").text)
    new = pyotp.TOTP(secret.replace(" ", ""))
    code = new.at(int(time.time()) + 30)
    assert browser.post("/account/set-up/app", page="/account/set-up", code=code).status_code == 303
    assert "authenticator app was set up" in emails_to(app, amy.email)[0]
    again = Browser(app)
    again.password(amy)
    assert again.post("/account/second-factor", code=amy.app.at(int(time.time()) + 30)).status_code == 400


def test_the_last_factor_cannot_be_removed(browser: Browser, amy: Someone) -> None:
    browser.sign_in(amy)
    answer = browser.post("/account/app/remove", page="/account")
    assert answer.status_code == 409
    assert "Add a passkey first" in words_of(answer)


def test_new_recovery_codes_end_the_old_ones(app: Flask, browser: Browser, amy: Someone) -> None:
    browser.sign_in(amy)
    page = browser.post("/account/recovery-codes", page="/account")
    codes = re.findall(r"<code dir=\"ltr\">([^<]+)<", page.text)
    assert len(set(codes)) == 10
    again = Browser(app)
    again.password(amy)
    assert again.post("/account/second-factor", code=amy.recovery_codes[0]).status_code == 400
    assert again.post("/account/second-factor", code=codes[0]).status_code == 303


@pytest.mark.parametrize(
    "code", ["", "abcdef", "12345", "1234567", "१२३४५६", "000 000", "-" * 20, "x" * 5000]
)
def test_nonsense_is_no_code(app: Flask, amy: Someone, code: str) -> None:
    browser = Browser(app)
    browser.password(amy)
    assert browser.post("/account/second-factor", code=code).status_code == 400
    assert browser.post("/account/second-factor", code=amy.code()).status_code == 303


@pytest.mark.parametrize(
    "answer",
    ["x", "{}", "[]", "null", "1", '{"rawId": "AAAA"}', '{"id": 1, "rawId": 2, "response": 3}', "{" * 900],
)
def test_nonsense_is_no_passkey(app: Flask, amy: Someone, answer: str) -> None:
    browser = Browser(app)
    browser.password(amy)
    assert browser.post("/account/second-factor", credential=answer).status_code == 400
    browser.post("/account/second-factor", code=amy.code())
    made = browser.post("/account/set-up/passkey", page="/account/set-up", credential=answer, name="mine")
    assert made.status_code == 400
    assert json.loads(re.findall(r'data-passkey="([^"]+)"', made.text)[0].replace("&#34;", '"'))["challenge"]


def test_a_code_is_asked_again_and_the_page_that_waited_comes(
    app: Flask, browser: Browser, amy: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(amy)
    later = time.time() + 6 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    asked = browser.get("/account/password")
    assert browser.post("/account/recovery-codes", page="/account").headers["Location"] == "/account/check"
    page = asked.headers["Location"]
    wrong = browser.post(page, code="000000")
    assert wrong.status_code == 400
    monkeypatch.undo()
    done = browser.post(page, code=amy.code(), next="/account/password")
    assert (done.status_code, done.headers["Location"]) == (303, "/account/password")
    assert browser.get("/account/password").status_code == 200
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
        assert (entry.verb, entry.person_id, entry.facts) == ("person.checked", amy.id, {"factor": "code"})


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example.com/",
        "//evil.example.com",
        "/\\evil.example.com",
        "\\\\evil.example.com",
        "javascript:alert(1)",
        "/account\nSet-Cookie: x",
        "/nowhere",
        "/account/logout",
        "/" * 3000,
        "%2f%2fevil.example.com",
    ],
)
def test_nobody_is_led_anywhere_else(app: Flask, amy: Someone, address: str) -> None:
    browser = Browser(app)
    answer = browser.sign_in(amy, onward=address)
    assert answer.headers["Location"] == "/staff"
    assert browser.post("/account/check", code=amy.code(), next=address).headers["Location"] == "/account"


def test_what_asks_for_a_reason_takes_no_empty_one(app: Flask) -> None:
    for typed, wrong in (("", True), ("  x  ", True), ("x" * 501, True), ("She left on Friday.", False)):
        with app.test_request_context("/", method="POST", data={"reason": typed}):
            reason, errors = fresh.asked_reason()
            assert (reason, bool(errors)) == (" ".join(typed.split()), wrong)


def test_views_keep_their_names_under_the_check() -> None:
    pages = Blueprint("any", __name__)

    @pages.get("/x")
    @fresh.needs_fresh
    def export() -> ResponseReturnValue:
        """What it does."""
        return "x"

    assert (export.__name__, export.__doc__) == ("export", "What it does.")


def test_a_session_without_the_factor_is_nobodys(app: Flask, amy: Someone) -> None:
    """Even if something put a person into a session without asking for the second factor."""
    with app.app_context():
        person = db.session.get(Person, amy.id)
        assert person is not None
        uniquifier = person.fs_uniquifier
    with app.test_request_context():
        from flask import session

        session["_user_id"] = uniquifier
        assert not is_signed_in()
