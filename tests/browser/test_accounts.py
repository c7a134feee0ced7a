"""Accounts in a real browser: passkeys of a virtual authenticator, an app without scripts, no fault."""

import re
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hubfinder import create_app
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.settings import Settings
from tests.browser.test_every_page import DESKTOP, TELEPHONE, faults
from tests.browser.watching import Watched, watch
from tests.pages.addresses import LANGUAGES, in_language
from tests.support.accounts import Someone, emails_to, link_in, someone
from tests.support.browser import SWITCHES, Axe, NewContext, violations

LOCALHOST = "localhost"
"""A passkey is bound to a name: an address of numbers will not do."""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Without listings: nobody here looks for any."""
    made = create_app(Settings(data_dir=tmp_path_factory.mktemp("instance")))
    with made.app_context():
        upgrade(db.engine)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def amy(app: Flask) -> Someone:
    return someone(app)


@pytest.fixture
def with_passkeys(browser: Browser) -> Iterator[BrowserContext]:
    """A window that may go to this machine by its name too."""
    rules = [switch.replace("EXCLUDE", f"EXCLUDE {LOCALHOST} , EXCLUDE") for switch in SWITCHES]
    own = browser.browser_type.launch(executable_path=shutil.which("chromium"), headless=True, args=rules)
    yield own.new_context()
    own.close()


def _authenticator(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def _password(page: Page, server: str, who: Someone, onward: str = "/account") -> None:
    page.goto(f"{server}{onward}")
    page.get_by_label("Email address").fill(who.email)
    page.get_by_label("Password").fill(who.password)
    page.get_by_role("button", name="Go on").click()


def _sign_in(page: Page, server: str, who: Someone, onward: str = "/account") -> None:
    _password(page, server, who, onward)
    page.get_by_label("Code from your app").fill(who.code())
    page.get_by_role("button", name="Go on").click()


def test_a_passkey_is_made_and_then_is_the_second_step(
    app: Flask, live_server: str, with_passkeys: BrowserContext
) -> None:
    server = live_server.replace("127.0.0.1", LOCALHOST)
    who = someone(app, has_factor=False)
    page = with_passkeys.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    _authenticator(page)
    _password(page, server, who)
    expect(page).to_have_url(re.compile("/account/set-up$"))
    page.get_by_label("What do you call it?").fill("my telephone")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("my telephone")).to_be_visible()
    page.get_by_role("button", name="Sign out here").click()
    _password(page, server, who)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.goto(f"{server}/account/check?next=/account/password")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/account/password$"))
    assert complaints == []


def test_somebody_elses_passkey_does_not_do(
    app: Flask, live_server: str, with_passkeys: BrowserContext
) -> None:
    """The browser has one, but it is not of this account: the server lists none of it, and takes none."""
    server = live_server.replace("127.0.0.1", LOCALHOST)
    first, second = someone(app), someone(app)
    page = with_passkeys.new_page()
    _authenticator(page)
    _sign_in(page, server, first)
    page.goto(f"{server}/account/set-up")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("button", name="Remove the authenticator app")).to_be_visible()
    page.get_by_role("button", name="Sign out here").click()
    _password(page, server, second)
    expect(page.get_by_label("Code from your app")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)


def test_everything_works_without_scripts_by_an_app(
    app: Flask, live_server: str, new_context: NewContext
) -> None:
    who = someone(app, has_factor=False)
    page = new_context(java_script_enabled=False).new_page()
    _password(page, live_server, who)
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()
    page.get_by_text("Type it instead").click()
    secret = page.locator("[data-secret]").inner_text().replace(" ", "")
    page.get_by_label("Code from the app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Use this app").click()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.get_by_role("button", name="Sign out here").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_back_after_signing_out_shows_nothing(live_server: str, page: Page, amy: Someone) -> None:
    _sign_in(page, live_server, amy)
    page.get_by_role("button", name="Sign out here").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    for _ in range(3):
        page.go_back()
        expect(page.get_by_text(amy.email)).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_for_whoever_is_not_signed_in_have_no_fault(
    app: Flask, new_context: NewContext, axe: Axe, live_server: str, amy: Someone, language: str
) -> None:
    watched = watch(new_context())
    watched.page.goto(live_server + in_language("/account/password/forgotten", language))
    watched.page.locator("#email").fill(amy.email)
    watched.page.locator("main button").click()
    _no_fault(watched, axe)
    link = urlsplit(link_in(emails_to(app, amy.email)[0])).path
    addresses = ("/account/login", "/account/password/forgotten", "/account/invitation/x")
    for address in (*addresses, link[link.index("/account") :]):
        watched.page.goto(live_server + in_language(address, language))
        _no_fault(watched, axe, gone="/x" in address)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_for_whoever_is_signed_in_have_no_fault(
    new_context: NewContext, axe: Axe, live_server: str, amy: Someone, language: str
) -> None:
    watched = watch(new_context())
    watched.page.goto(live_server + in_language("/account/login", language))
    watched.page.locator("#email").fill(amy.email)
    watched.page.locator("#password").fill(amy.password)
    watched.page.locator("main form button").click()
    _no_fault(watched, axe)
    watched.page.locator("#code").fill("000000")
    watched.page.locator("main form:not([hidden]) button").click()
    expect(watched.page.locator(".govuk-error-summary")).to_be_visible()
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
    watched.page.locator("#code").fill(amy.code())
    watched.page.locator("main form:not([hidden]) button").click()
    for address in ("/account", "/account/set-up", "/account/check", "/account/password"):
        watched.page.goto(live_server + in_language(address, language))
        assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}


@pytest.mark.parametrize("how", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_setting_up_has_no_fault_in_the_dark_and_in_high_contrast(
    new_context: NewContext, live_server: str, amy: Someone, how: dict[str, str]
) -> None:
    page = new_context(**how).new_page()
    _sign_in(page, live_server, amy)
    page.goto(f"{live_server}/account/set-up")
    assert violations(page) == []


def _no_fault(watched: Watched, axe: Axe, *, gone: bool = False) -> None:
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
    complaints = [one for one in watched.complaints if not (gone and "410" in one)]
    assert complaints == []
    watched.complaints.clear()


def test_before_the_end_somebody_is_told_and_stays_by_one_press(
    live_server: str, page: Page, axe: Axe, amy: Someone
) -> None:
    page.clock.install()
    _sign_in(page, live_server, amy)
    stay = page.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_hidden()
    page.clock.fast_forward(13 * 60 * 1000 + 5000)
    expect(stay).to_be_visible()
    assert axe(page) == []
    stay.click()
    expect(stay).to_be_hidden()
    page.clock.fast_forward(16 * 60 * 1000)
    expect(page.get_by_text("You are signed out. What you typed still stands here")).to_be_visible()
    assert axe(page) == []
