"""Guessing is limited, and nobody can use that to keep somebody else out."""

import pytest
from flask import Flask
from sqlalchemy import select

from hubfinder.extensions import db
from hubfinder.people.models import SignInAttempt
from hubfinder.web.accounts import devices
from tests.support.accounts import Browser, Someone, emails_to, link_in, someone, words_of

WRONG = "wrong wrong wrong wrong"


def _guess(app: Flask, email: str, address: str, times: int) -> list[int]:
    browser = Browser(app, address)
    return [browser.post("/account/login", email=email, password=WRONG).status_code for _ in range(times)]


def _flood(app: Flask, who: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong passwords from many addresses, until the account takes no more from anybody unknown."""
    monkeypatch.setattr(devices, "FOR_ACCOUNT", 6)
    for number in range(3):
        _guess(app, who.email, f"198.51.100.{number}", 2)
    assert _guess(app, who.email, "198.51.100.9", 1) == [429]


def test_a_flood_of_guesses_does_not_lock_out_a_known_device(
    app: Flask, amy: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = Browser(app)
    mine.sign_in(amy)
    mine.post("/account/logout", page="/account")
    _flood(app, amy, monkeypatch)
    assert mine.sign_in(amy).status_code == 303
    assert mine.get("/account").status_code == 200


def test_on_a_new_device_the_link_by_email_is_the_way(
    app: Flask, amy: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    _flood(app, amy, monkeypatch)
    new = Browser(app, "203.0.113.5")
    refused = new.password(amy)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 60
    assert "a link for a new password works all the same" in words_of(refused)
    assert "01632 960100" in refused.text
    new.post("/account/password/forgotten", email=amy.email)
    amy.password = "purple kettle under seven bridges"
    new.post(link_in(emails_to(app, amy.email)[0]), password=amy.password, again=amy.password)
    assert new.sign_in(amy).status_code == 303


def test_a_known_device_is_known_to_one_account_only(app: Flask, amy: Someone) -> None:
    """Whoever has an account cannot use their cookie to guess at others for longer."""
    theirs = Browser(app, "203.0.113.6")
    theirs.sign_in(someone(app))
    answers = [
        theirs.post("/account/login", page="/account/password/forgotten", email=amy.email, password=WRONG)
        for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429]


def test_a_known_device_is_limited_too(app: Flask, amy: Someone) -> None:
    mine = Browser(app)
    mine.sign_in(amy)
    mine.post("/account/logout", page="/account")
    answers = [mine.post("/account/login", email=amy.email, password=WRONG).status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]


@pytest.mark.parametrize("forged", ["", "x", "W10.x.y", "." * 500, "ÿ"])
def test_a_made_up_device_is_nobodys(app: Flask, amy: Someone, forged: str) -> None:
    browser = Browser(app)
    browser.client.set_cookie("hubfinder-device", forged)
    answers = [browser.post("/account/login", email=amy.email, password=WRONG).status_code for _ in range(6)]
    assert answers == [400] * 5 + [429]


def test_colleagues_behind_one_address_are_not_cut_off(app: Flask, amy: Someone) -> None:
    """A school or a surgery has one address: what one of them gets wrong is not the others' fault."""
    assert _guess(app, "one-of-them@example.org", "192.0.2.77", 6)[-1] == 429
    assert Browser(app, "192.0.2.77").sign_in(amy).status_code == 303


def test_one_address_cannot_try_one_password_on_everybody(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "FROM_PLACE", 4)
    answers = [_guess(app, f"somebody-{n}@example.org", "192.0.2.78", 1)[0] for n in range(6)]
    assert answers == [400] * 4 + [429] * 2


def test_a_right_password_is_not_counted(app: Flask, amy: Someone) -> None:
    browser = Browser(app)
    for _ in range(8):
        assert browser.password(amy).status_code == 303


def test_wrong_codes_are_limited_and_the_right_one_is_then_refused(app: Flask, amy: Someone) -> None:
    """Whoever has the password cannot go on to guess the code, in however many sessions."""
    answers = []
    for _ in range(6):
        browser = Browser(app)
        browser.password(amy)
        answers.append(browser.post("/account/second-factor", code="000000").status_code)
    assert answers == [400] * 5 + [429]
    browser = Browser(app)
    browser.password(amy)
    assert browser.post("/account/second-factor", code=amy.code()).status_code == 429


def test_links_are_limited(app: Flask, amy: Someone) -> None:
    """Nobody's letter box is filled."""
    browser = Browser(app)
    answers = [browser.post("/account/password/forgotten", email=amy.email).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert len(emails_to(app, amy.email)) == 5


def test_nothing_counted_says_of_whom_or_from_where(app: Flask, amy: Someone) -> None:
    _guess(app, amy.email, "192.0.2.1", 1)
    with app.app_context():
        rows = db.session.scalars(select(SignInAttempt)).all()
        assert len(rows) == 3
        assert all(len(row.digest) == 64 for row in rows)


def test_addresses_of_the_new_kind_count_by_their_first_half(app: Flask, amy: Someone) -> None:
    """One household has more of them than there are seconds."""
    answers = [_guess(app, amy.email, f"2001:db8:1:2:{n}::1", 1)[0] for n in range(6)]
    assert answers == [400] * 5 + [429]
