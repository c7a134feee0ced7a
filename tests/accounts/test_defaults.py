"""Defaults of Flask-Security that would not do, each tried as it was found; and what else it would open."""

import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_security import verify_password

from hubfinder.extensions import db
from hubfinder.people.models import Person
from hubfinder.web.accounts import hashing
from tests.support.accounts import PASSWORD, Browser, Someone, emails_to, link_in, words_of


def _without_tokens(text: str, email: str) -> str:
    return re.sub(r'value="[^"]+"', "", text).replace(email, "")


def test_nothing_tells_who_has_an_account(app: Flask, amy: Someone) -> None:
    """It revealed users: by its words, by its status, at the password and at the link."""
    for address, more in (
        ("/account/login", {"password": "wrong wrong wrong"}),
        ("/account/password/forgotten", {}),
    ):
        known = Browser(app).post(address, email=amy.email, **more)
        unknown = Browser(app).post(address, email="nobody@example.org", **more)
        assert known.status_code == unknown.status_code
        assert _without_tokens(known.text, amy.email) == _without_tokens(unknown.text, "nobody@example.org")
        assert dict(known.headers).keys() == dict(unknown.headers).keys()


def test_an_unknown_name_takes_as_long(app: Flask, amy: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many hashes are made for somebody unknown, somebody disabled and somebody without a password."""
    asked: list[str] = []
    right = verify_password

    def counted(password: str, hash_there: str) -> bool:
        asked.append(hash_there)
        return right(password, hash_there)

    monkeypatch.setattr(hashing, "verify_password", counted)
    seconds: dict[str, list[float]] = {amy.email: [], "nobody@example.org": []}
    for _ in range(3):
        for email, took in seconds.items():
            browser = Browser(app)
            browser.get("/account/login")
            begun = time.perf_counter()
            browser.post("/account/login", email=email, password="wrong wrong wrong")
            took.append(time.perf_counter() - begun)
    assert len(asked) == 6
    assert all(one.split("$")[1:4] == asked[0].split("$")[1:4] for one in asked)
    known, unknown = (statistics.median(took) for took in seconds.values())
    assert known == pytest.approx(unknown, rel=1.0)


def test_to_have_forgotten_a_password_is_as_much_work_for_nobody(app: Flask, amy: Someone) -> None:
    """The email to somebody known is written down; as much is asked of the database for somebody unknown.

    Statements are counted, not seconds: those differ more from one time to the next on a busy machine.
    """
    asked: dict[str, list[str]] = {}
    with app.app_context():
        engine = db.engine
    for email in (amy.email, "nobody@example.org"):
        browser = Browser(app)
        browser.get("/account/password/forgotten")
        with listening(engine) as asked[email]:
            assert browser.post("/account/password/forgotten", email=email).status_code == 200
    known, unknown = asked.values()
    assert any(one.startswith("INSERT INTO outgoing_email") for one in known)
    assert known == unknown


@contextmanager
def listening(engine: sa.Engine) -> Iterator[list[str]]:
    """What is asked of a database within this, without what is put into it; ends of parts count alike."""
    said: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "SAVEPOINT" not in statement:
            said.append(statement)

    sa.event.listen(engine, "before_cursor_execute", listen)
    yield said
    sa.event.remove(engine, "before_cursor_execute", listen)


def test_wrong_passwords_are_limited(app: Flask, amy: Someone) -> None:
    """There was no limit."""
    browser = Browser(app)
    answers = [
        browser.post("/account/login", email=amy.email, password=f"wrong number {number}").status_code
        for number in range(7)
    ]
    assert answers == [400] * 5 + [429] * 2


def test_a_code_works_once(app: Flask, amy: Someone) -> None:
    """It was accepted three times."""
    code = amy.code()
    answers = []
    for _ in range(3):
        browser = Browser(app)
        browser.password(amy)
        answers.append(browser.post("/account/second-factor", code=code).status_code)
    assert answers == [303, 400, 400]


def test_a_recovery_code_works_once(app: Flask, amy: Someone) -> None:
    answers = []
    for _ in range(2):
        browser = Browser(app)
        browser.password(amy)
        answers.append(browser.post("/account/second-factor", code=amy.recovery_codes[3].upper()).status_code)
    assert answers == [303, 400]
    assert "You have 9 left" in emails_to(app, amy.email)[0]


def test_a_signed_out_cookie_is_worth_nothing(browser: Browser, amy: Someone) -> None:
    """It still answered 200."""
    browser.sign_in(amy)
    assert browser.get("/account").status_code == 200
    copied = browser.cookie
    browser.post("/account/logout", page="/account")
    browser.client.set_cookie("hubfinder", copied)
    assert browser.get("/account").status_code == 303


def test_the_link_for_a_new_password_does_not_follow_the_host(app: Flask, amy: Someone) -> None:
    """It did: whoever sent another Host got the link led to their own site."""
    Browser(app, base="http://evil.example.com").post("/account/password/forgotten", email=amy.email)
    [email] = emails_to(app, amy.email)
    assert "https://help.example.org/account/password/new/" in email
    assert "evil" not in email


def test_no_page_about_accounts_is_kept(browser: Browser, amy: Someone) -> None:
    """There was no Cache-Control: pages, errors and redirects."""
    answers = [browser.get("/account/login"), browser.get("/account"), browser.get("/staff")]
    answers += [browser.get("/account/invitation/none"), browser.get("/account/password/new/none")]
    answers += [browser.post("/account/login", email=amy.email, password="wrong"), browser.sign_in(amy)]
    answers += [browser.get("/account"), browser.get("/account/set-up"), browser.get("/account/check")]
    answers += [browser.client.get("/account/logout"), browser.post("/account/logout", page="/account")]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert {answer.status_code for answer in answers} == {200, 303, 400, 405, 410}


def test_a_second_factor_is_fresh_for_five_minutes(
    browser: Browser, amy: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was for a day."""
    browser.sign_in(amy)
    assert browser.get("/account/password").status_code == 200
    later = time.time() + 5 * 60 + 1
    monkeypatch.setattr(time, "time", lambda: later)
    asked = browser.get("/account/password")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/account/check?next=/account/password")


def test_none_of_its_own_pages_is_there(app: Flask, browser: Browser) -> None:
    assert not [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("security.")]
    for address in (
        "/login",
        "/account/verify",
        "/account/tf-setup",
        "/account/wan-signin",
        "/account/reset",
    ):
        assert browser.get(address).status_code == 404


def test_nobody_signs_in_by_a_token_or_a_cookie_that_remembers(app: Flask, amy: Someone) -> None:
    with app.test_request_context():
        person = db.session.get(Person, amy.id)
        assert person is not None
        token = str(person.get_auth_token())
        db.session.rollback()
    client = app.test_client()
    for attempt in (
        client.get("/account", headers={"Authentication-Token": token}),
        client.get(f"/account?auth_token={token}"),
        client.get("/account", headers={"Cookie": f"remember_token={token}"}),
        client.get("/account", auth=(amy.email, PASSWORD)),
    ):
        assert attempt.status_code == 303


def test_passwords_are_hashed_with_argon2id(app: Flask, amy: Someone) -> None:
    with app.app_context():
        person = db.session.get(Person, amy.id)
        assert person is not None
        assert str(person.password).startswith("$argon2id$v=19$m=65536,t=2,p=1$")


def test_secrets_are_not_in_the_database_in_the_clear(app: Flask, amy: Someone) -> None:
    with app.app_context():
        person = db.session.get(Person, amy.id)
        assert person is not None
        assert amy.app.secret not in str(person.tf_totp_secret)
        assert not set(amy.recovery_codes) & set(person.mf_recovery_codes or [])


def test_a_password_alone_opens_nothing(browser: Browser, amy: Someone) -> None:
    answer = browser.password(amy)
    assert answer.headers["Location"] == "/account/second-factor"
    for address in ("/account", "/staff", "/account/check", "/account/password"):
        assert browser.get(address).headers["Location"].startswith("/account/login")
    assert browser.get("/account/set-up").headers["Location"] == "/account/second-factor"


def test_the_link_that_was_sent_works_once_and_ends_every_session(app: Flask, amy: Someone) -> None:
    before = Browser(app)
    before.sign_in(amy)
    browser = Browser(app)
    browser.post("/account/password/forgotten", email=amy.email.upper())
    link = link_in(emails_to(app, amy.email)[0])
    new = "purple kettle under seven bridges"
    assert browser.post(link, password=new, again=new).status_code == 303
    assert before.get("/account").status_code == 303
    assert browser.get(link).status_code == 410
    assert browser.password(amy).status_code == 400
    amy.password = new
    assert browser.sign_in(amy).status_code == 303
    assert "password was changed" in emails_to(app, amy.email)[0]
    assert "used already" in words_of(browser.get(link))
