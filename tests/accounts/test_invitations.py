"""Accepting an invitation: once, within a week, never by opening the link."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.invitations import invite
from hubfinder.people.models import AuditEntry, Invitation, Person
from hubfinder.people.values import A_COMMAND, Grant
from hubfinder.staff_vocab import Role
from tests.support.accounts import PASSWORD, Browser, council_of, emails_to, someone, words_of


@pytest.fixture
def link(app: Flask, request: pytest.FixtureRequest) -> str:
    """An invitation of somebody who has no account yet."""
    council = council_of(app)
    name = re.sub(r"\W+", "-", request.node.name)
    with app.app_context():
        begin_writing(db.session)
        grants = [Grant(Role.HUB_STAFF, council, hub="quayside-family-hub")]
        made = invite(db.session, A_COMMAND, f"{name}@example.org"[-60:].lstrip("-"), "Bea Example", grants)
        db.session.commit()
        return f"/account/invitation/{made.token}"


def _accept(browser: Browser, link: str, **other: str) -> tuple[int, str]:
    answer = browser.post(link, **{"name": "Bea Example", "password": PASSWORD, "again": PASSWORD, **other})
    return answer.status_code, words_of(answer)


def test_from_the_link_to_the_pages_for_staff(app: Flask, browser: Browser, link: str) -> None:
    assert "Bea Example" in browser.get(link).text
    assert _accept(browser, link)[0] == 303
    assert browser.get("/staff").headers["Location"].startswith("/account/login")
    page = browser.get("/account/set-up")
    assert "<svg" in page.text
    [secret] = re.findall(r"data-secret>([^<]+)<", page.text)
    done = browser.post(
        "/account/set-up/app", page="/account/set-up", code=pyotp.TOTP(secret.replace(" ", "")).now()
    )
    assert len(re.findall(r"<code dir=\"ltr\">([0-9a-f]{4}-){2}[0-9a-f]{4}<", done.text)) == 10
    assert done.headers["Cache-Control"] == "no-store"
    assert browser.get("/account").status_code == 200
    with app.app_context():
        verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.number.desc()).limit(3)).all()
        assert list(verbs) == ["person.signed_in", "factor.added", "invitation.accepted"]


def test_mail_scanners_open_it_and_nothing_happens(app: Flask, browser: Browser, link: str) -> None:
    for _ in range(3):
        assert browser.client.get(link).status_code == 200
        assert browser.client.head(link).status_code == 200
    with app.app_context():
        assert db.session.scalar(select(Invitation.accepted_at).order_by(Invitation.id.desc())) is None
    assert _accept(browser, link)[0] == 303


def test_it_is_accepted_once(app: Flask, browser: Browser, link: str) -> None:
    late = Browser(app)
    [token] = re.findall(r'name="csrf_token" value="([^"]+)"', late.get(link).text)
    assert _accept(browser, link)[0] == 303
    assert _accept(late, link, csrf_token=token)[0] == 410
    assert browser.get(link).status_code == 410
    with app.app_context():
        names = db.session.scalars(select(Person.name).order_by(Person.id.desc()).limit(2)).all()
        assert names[0] == "Bea Example"


def test_after_a_week_it_has_ended(app: Flask, browser: Browser, link: str) -> None:
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(update(Invitation).values(ends_at=utc_now() - timedelta(seconds=1)))
        db.session.commit()
    answer = browser.get(link)
    assert answer.status_code == 410
    assert "ask whoever invited you for a new one" in words_of(answer)
    assert "01632 960100" in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "Type a name."),
        ({"password": "short", "again": "short"}, "at least 15"),
        ({"password": "é" * 129, "again": "é" * 129}, "at most 128"),
        ({"password": "passwordpassword", "again": "passwordpassword"}, "Others would guess"),
        ({"password": "aaaaaaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaaaaaa"}, "Others would guess"),
        ({"password": "qwertyuiop123456", "again": "qwertyuiop123456"}, "Others would guess"),
        ({"password": "Harbourmouth2026!", "again": "Harbourmouth2026!"}, "the name of this site"),
        ({"password": "beaexample-12345", "again": "beaexample-12345"}, "Do not use your name"),
        ({"again": "something else altogether"}, "are not the same"),
        ({"password": "", "again": ""}, "at least 15"),
    ],
)
def test_what_is_wrong_is_said_by_its_field(
    browser: Browser, link: str, typed: dict[str, str], said: str
) -> None:
    status, words = _accept(browser, link, **typed)
    assert status == 400
    assert "There is a problem" in words
    assert said in words
    assert browser.get(link).status_code == 200


def test_a_password_that_was_typed_is_not_sent_back(browser: Browser, link: str) -> None:
    answer = browser.post(link, name="", password=PASSWORD, again=PASSWORD)
    assert PASSWORD not in answer.text


def test_somebody_who_has_an_account_meanwhile_signs_in(app: Flask, browser: Browser, link: str) -> None:
    there = someone(app)
    with app.app_context():
        begin_writing(db.session)
        latest = db.session.scalar(select(Invitation).order_by(Invitation.id.desc()).limit(1))
        assert latest is not None
        latest.email = there.email
        db.session.commit()
    assert _accept(browser, link)[0] == 410
    assert emails_to(app, there.email) == []


@pytest.mark.parametrize("token", ["x", "%00", "..%2f..%2f", "a" * 3000, "' OR 1=1 --", "ż"])
def test_made_up_links_are_no_invitations(browser: Browser, token: str) -> None:
    for address in (f"/account/invitation/{token}", f"/account/password/new/{token}"):
        assert browser.get(address).status_code in {404, 410}


def test_the_own_address_and_one_more_sign_is_no_password(app: Flask, browser: Browser) -> None:
    council = council_of(app)
    with app.app_context():
        begin_writing(db.session)
        grants = [Grant(Role.HUB_STAFF, council, hub="quayside-family-hub")]
        made = invite(db.session, A_COMMAND, "new.person@example.org", "Bea Example", grants)
        db.session.commit()
    own = {"password": "new.person@example.org1", "again": "new.person@example.org1"}
    status, words = _accept(browser, f"/account/invitation/{made.token}", **own)
    assert status == 400
    assert "Do not use your name, your email address" in words
