"""What stands around the pages about accounts: headers, tokens, hosts, languages, floods, security.txt."""

import re
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import ServiceUnavailable

from hubfinder import create_app
from hubfinder.clock import utc_now
from hubfinder.settings import Settings
from hubfinder.web.accounts import hashing
from tests.support.accounts import Browser, Someone, emails_to, link_in, someone, words_of

OPEN = ("/account/login", "/account/password/forgotten", "/account/invitation/x", "/account/password/new/x")
OWN = ("/account", "/account/check", "/account/password", "/account/set-up")


@pytest.mark.parametrize("language", ["", "/pl", "/ur"])
def test_every_page_is_there_in_every_language_without_script_or_style(
    app: Flask, amy: Someone, language: str
) -> None:
    browser = Browser(app)
    pages = [browser.get(language + address) for address in OPEN]
    browser.sign_in(amy)
    pages += [browser.get(language + address) for address in OWN]
    for page in pages:
        assert page.status_code in {200, 410}
        assert " style=" not in page.text
        assert "<style" not in page.text
        assert page.text.count("<script") == 1
        assert not re.search(r" on[a-z]+=", page.text)
        assert "'unsafe" not in page.headers["Content-Security-Policy"]
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert f'lang="{language[1:] or "en"}"' in page.text


def test_signing_in_stays_in_the_language(app: Flask, amy: Someone) -> None:
    answer = Browser(app).post("/pl/account/login", email=amy.email, password=amy.password)
    assert answer.headers["Location"] == "/pl/account/second-factor"


def test_a_form_without_its_token_does_nothing_and_comes_once_more(app: Flask, amy: Someone) -> None:
    browser = Browser(app)
    answer = browser.client.post("/account/login", data={"email": amy.email, "password": amy.password})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/login?stale=1")
    assert "open for too long" in words_of(browser.get("/account/login?stale=1"))
    browser.sign_in(amy)
    for address in (
        "/account/logout",
        "/account/recovery-codes",
        "/account/sessions/end",
        "/account/set-up/app",
    ):
        browser.client.post(address, data={"csrf_token": "made up"})
    assert browser.get("/account").status_code == 200


def test_under_another_name_nothing_is_answered(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, trusted_hosts=("help.example.org",)))
    assert app.test_client().get("/account/login", base_url="http://evil.example.com").status_code == 400


def test_a_link_that_is_opened_by_a_scanner_still_works(app: Flask, amy: Someone) -> None:
    browser = Browser(app)
    browser.post("/account/password/forgotten", email=amy.email)
    link = link_in(emails_to(app, amy.email)[0])
    for _ in range(3):
        assert browser.client.get(link).status_code == 200
        assert browser.client.head(link).status_code == 200
    new = "purple kettle under seven bridges"
    assert browser.post(link, password=new, again=new).status_code == 303


def test_changing_the_password_needs_the_old_one_and_ends_the_others(app: Flask, amy: Someone) -> None:
    other, browser = Browser(app), Browser(app)
    other.sign_in(amy)
    browser.sign_in(amy)
    new = "purple kettle under seven bridges"
    typed = {"password": new, "again": new}
    assert "This is not your password" in words_of(browser.post("/account/password", old="wrong", **typed))
    before = browser.cookie
    assert browser.post("/account/password", old=amy.password, **typed).status_code == 303
    assert browser.cookie != before
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert "password was changed" in emails_to(app, amy.email)[0]


def test_somebody_without_an_account_yet_gets_no_link(app: Flask) -> None:
    browser = Browser(app)
    answer = browser.post("/account/password/forgotten", email="not an address")
    assert answer.status_code == 400
    browser.post("/account/password/forgotten", email="nobody-at-all@example.org")
    assert emails_to(app, "nobody-at-all@example.org") == []
    assert emails_to(app, "nobody@example.org") == []


def test_when_all_places_to_hash_are_taken_sign_in_says_so_at_once_and_pages_answer(
    app: Flask, amy: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Browser(app)
    known.sign_in(amy)
    known.post("/account/logout", page="/account")
    places = app.extensions["hashing"]
    monkeypatch.setattr(places.slots, "patience", 0.05)
    release, taken = threading.Event(), threading.Event()

    def hold() -> None:
        with places.place():
            taken.set()
            release.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(10)
    try:
        assert known.password(amy).status_code == 503
        answer = Browser(app).password(amy)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "01632 960999" in answer.text
        assert Browser(app).get("/safety").status_code == 200
    finally:
        release.set()
        holder.join()
    assert Browser(app).password(amy).status_code == 303


def test_a_browser_that_is_known_waits_for_a_place_and_others_do_not(app: Flask, amy: Someone) -> None:
    known = Browser(app)
    known.sign_in(amy)
    known.post("/account/logout", page="/account")
    places, taken = app.extensions["hashing"], threading.Event()

    def hold() -> None:
        with places.place():
            taken.set()
            time.sleep(0.7)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(10)
    assert Browser(app).password(amy).status_code == 503
    assert known.password(amy).status_code == 303
    holder.join()


def test_places_to_hash_are_of_the_machine_not_of_a_process(tmp_path: Path) -> None:
    """A second application, as another worker would be, finds the place taken."""
    one, two = (hashing.Hashing(Settings(data_dir=tmp_path)) for _ in range(2))
    two.slots.patience = 0.05
    one.slots.count = two.slots.count = 1
    with one.place(), pytest.raises(ServiceUnavailable), two.place():
        pass
    with two.place():
        pass


def test_no_more_than_two_of_a_process_wait_for_a_place(tmp_path: Path) -> None:
    places = hashing.Hashing(Settings(data_dir=tmp_path))
    assert places.in_process.acquire()
    assert places.in_process.acquire()
    with pytest.raises(ServiceUnavailable), places.place():
        pass


def test_security_txt_is_there_and_has_not_expired(browser: Browser) -> None:
    answer = browser.get("/.well-known/security.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    said = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert said["Contact"] == "https://help.example.org/about"
    expires = datetime.fromisoformat(said["Expires"])
    assert timedelta(days=30) < expires - utc_now() < timedelta(days=365)


def test_security_txt_names_who_was_set(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, security_contact="mailto:security@example.org"))
    assert "Contact: mailto:security@example.org\n" in app.test_client().get("/.well-known/security.txt").text


def test_public_pages_read_no_session(app: Flask, amy: Someone) -> None:
    """Somebody signed in looks at a public page: nothing is asked about them."""
    browser = Browser(app)
    browser.sign_in(amy)
    answer = browser.get("/safety")
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Set-Cookie" not in answer.headers


def test_nothing_about_a_person_stands_in_an_address(app: Flask, browser: Browser) -> None:
    who = someone(app)
    places = [browser.password(who), browser.post("/account/second-factor", code=who.code())]
    assert not [answer for answer in places if who.email in answer.headers["Location"]]
