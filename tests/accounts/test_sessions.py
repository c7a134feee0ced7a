"""Sessions: their cookie says nothing; they end by themselves, on the server, and with the account."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select, update

from hubfinder.clock import as_utc, utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import Person, StaffSession
from hubfinder.people.sessions import digest_of
from tests.support.accounts import Browser, Someone, words_of


def _age(app: Flask, **columns: timedelta) -> None:
    """Every session is so much older."""
    with app.app_context():
        begin_writing(db.session)
        values = {name: utc_now() - by for name, by in columns.items()}
        db.session.execute(update(StaffSession).values(**values))
        db.session.commit()


def _rows(app: Flask, who: Someone) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(StaffSession.digest).where(StaffSession.person_id == who.id)))


def test_whoever_only_opens_a_form_has_no_row(app: Flask) -> None:
    with app.app_context():
        before = db.session.query(StaffSession).count()
    browser = Browser(app)
    browser.get("/account/login")
    assert "." in browser.cookie
    with app.app_context():
        assert db.session.query(StaffSession).count() == before


def test_the_cookie_says_a_random_number_that_the_table_does_not_hold(
    app: Flask, browser: Browser, amy: Someone
) -> None:
    browser.sign_in(amy)
    assert len(browser.cookie) >= 43
    assert "." not in browser.cookie
    assert _rows(app, amy) == [digest_of(browser.cookie)]


def test_the_number_is_another_after_each_step(app: Flask, amy: Someone) -> None:
    browser = Browser(app)
    browser.get("/account/login")
    seen = [browser.cookie]
    browser.password(amy)
    seen.append(browser.cookie)
    browser.post("/account/second-factor", code=amy.code())
    seen.append(browser.cookie)
    browser.post("/account/check", code=amy.code())
    seen.append(browser.cookie)
    assert len(set(seen)) == 4
    for old in seen[:-1]:
        copied = Browser(app)
        copied.client.set_cookie("hubfinder", old)
        assert copied.get("/account").status_code == 303


def test_a_number_that_somebody_else_chose_is_not_taken(app: Flask, amy: Someone) -> None:
    browser = Browser(app)
    browser.client.set_cookie("hubfinder", "chosen-by-somebody-else")
    browser.sign_in(amy)
    assert browser.cookie != "chosen-by-somebody-else"
    assert browser.get("/account").status_code == 200


def test_a_signed_cookie_signs_nobody_in(app: Flask, amy: Someone) -> None:
    """Who has the key of the signature alone still has no session."""
    with app.app_context():
        person = db.session.get(Person, amy.id)
        assert person is not None
        said = {"_user_id": person.fs_uniquifier, "person": amy.id, "factor_at": 4e9, "csrf_token": "x"}
    forged = SecureCookieSessionInterface().get_signing_serializer(app)
    assert forged is not None
    browser = Browser(app)
    browser.client.set_cookie("hubfinder", str(forged.dumps(said)))
    assert browser.get("/account").status_code == 303


def test_it_ends_after_a_quarter_of_an_hour_without_anything(
    app: Flask, browser: Browser, amy: Someone
) -> None:
    browser.sign_in(amy)
    _age(app, seen_at=timedelta(minutes=14))
    assert browser.get("/account").status_code == 200
    _age(app, seen_at=timedelta(minutes=16))
    answer = browser.get("/account")
    assert answer.headers["Location"] == "/account/login?next=/account&ended=1"
    assert "What you had saved is still there" in words_of(browser.get(answer.headers["Location"]))


def test_looking_at_a_page_keeps_it_going_and_is_written_once_a_minute(
    app: Flask, browser: Browser, amy: Someone
) -> None:
    browser.sign_in(amy)

    def seen() -> object:
        with app.app_context():
            return db.session.scalar(select(StaffSession.seen_at).where(StaffSession.person_id == amy.id))

    browser.get("/account")  # which puts the token of its forms into the session
    at_first = seen()
    browser.get("/account")
    assert seen() == at_first
    _age(app, seen_at=timedelta(minutes=2))
    aged = seen()
    browser.get("/account")
    assert seen() != aged


def test_it_ends_after_eight_hours_whatever_happens(app: Flask, browser: Browser, amy: Someone) -> None:
    browser.sign_in(amy)
    with app.app_context():
        row = db.session.get(StaffSession, digest_of(browser.cookie))
        assert row is not None
        lasts = as_utc(row.ends_at) - utc_now()
    assert timedelta(hours=8, minutes=-2) < lasts <= timedelta(hours=8)
    _age(app, ends_at=-timedelta(minutes=1))
    assert browser.get("/account").status_code == 200
    _age(app, ends_at=timedelta(seconds=1))
    assert browser.get("/account").status_code == 303


def test_showing_the_factor_again_does_not_make_it_longer(app: Flask, browser: Browser, amy: Someone) -> None:
    browser.sign_in(amy)
    ends = utc_now() + timedelta(hours=1)
    _age(app, ends_at=-timedelta(hours=1))
    assert browser.post("/account/check", code=amy.code()).status_code == 303
    with app.app_context():
        row = db.session.get(StaffSession, digest_of(browser.cookie))
        assert row is not None
        assert abs(row.ends_at.replace(tzinfo=ends.tzinfo) - ends) < timedelta(minutes=1)


def test_a_form_sent_after_the_end_leads_to_sign_in(app: Flask, browser: Browser, amy: Someone) -> None:
    browser.sign_in(amy)
    _age(app, seen_at=timedelta(hours=1))
    answer = browser.client.post("/account/recovery-codes")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/login?ended=1")


def test_whoever_is_disabled_is_out_at_once(app: Flask, browser: Browser, amy: Someone) -> None:
    browser.sign_in(amy)
    half = Browser(app)
    half.password(amy)
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(update(Person).where(Person.id == amy.id).values(active=False))
        db.session.commit()
    assert browser.get("/account").status_code == 303
    assert half.post("/account/second-factor", code=amy.code()).status_code == 303
    assert half.get("/account").status_code == 303
    assert browser.password(amy).status_code == 400


def test_ending_the_others(app: Flask, browser: Browser, amy: Someone) -> None:
    other = Browser(app)
    other.sign_in(amy)
    browser.sign_in(amy)
    assert "this device" in words_of(browser.get("/account"))
    browser.post("/account/sessions/end", page="/account")
    assert other.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200
    assert len(_rows(app, amy)) == 1


def test_an_ended_session_is_not_brought_back_by_a_page_that_was_being_made(
    app: Flask, browser: Browser, amy: Someone
) -> None:
    browser.sign_in(amy)
    with browser.client.session_transaction() as session:
        assert session["person"] == amy.id
        with app.app_context():
            begin_writing(db.session)
            db.session.query(StaffSession).delete()
            db.session.commit()
        session["something"] = "more"
    assert _rows(app, amy) == []


def test_what_has_ended_is_forgotten_when_somebody_signs_in(app: Flask, amy: Someone) -> None:
    Browser(app).sign_in(amy)
    _age(app, ends_at=timedelta(hours=1))
    Browser(app).sign_in(amy)
    assert len(_rows(app, amy)) == 1


@pytest.mark.parametrize("cookie", ["", "x", "x.y", "..", "a" * 4000, "ÿ"])
def test_nonsense_in_the_cookie_is_nobody(app: Flask, cookie: str) -> None:
    browser = Browser(app)
    browser.client.set_cookie("hubfinder", cookie)
    assert browser.get("/account").status_code == 303
    assert browser.get("/account/login").status_code == 200


def test_cookies_are_of_this_host_alone_where_there_is_https(app: Flask, amy: Someone) -> None:
    browser = Browser(app, base="https://localhost")
    answer = browser.password(amy)
    last = browser.post("/account/second-factor", code=amy.code())
    set_there = answer.headers.getlist("Set-Cookie") + last.headers.getlist("Set-Cookie")
    assert len(set_there) == 3
    for cookie in set_there:
        assert cookie.startswith("__Host-hubfinder")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_one_press_keeps_somebody_signed_in(app: Flask, browser: Browser, amy: Someone) -> None:
    browser.sign_in(amy)
    _age(app, seen_at=timedelta(minutes=13))
    page = browser.get("/staff")
    assert 60 < int(page.text.split('data-stay="')[1].split('"')[0]) <= 15 * 60
    answer = browser.post("/account/stay", page="/account")
    assert 14 * 60 < answer.get_json()["seconds"] <= 15 * 60
    _age(app, seen_at=timedelta(minutes=16))
    assert browser.client.post("/account/stay").status_code == 303
    assert "data-stay" not in browser.get("/account/login").text
