"""A request for help is looked after by keyboard alone, by what is said of each thing, without a fault."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from hubfinder.extensions import db
from hubfinder.people.models import Person
from hubfinder.staff_vocab import Role
from tests.browser.coming_in import come_in, cookie_of
from tests.browser.test_every_page import DESKTOP, TELEPHONE, faults
from tests.browser.watching import Watched, watch
from tests.support.browser import Axe, NewContext
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, sign_in
from tests.support.staff import REQUEST, furnish

QUEUE = "/staff/requests"
MOST_KEYS = 80
"""Until a thing of a page is reached."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("instance")) as app:
        app.testing = False
        yield app


@pytest.fixture(scope="module")
def cookie(app: Flask) -> str:
    with app.app_context():
        person = db.session.get_one(Person, furnish(db.session)[HARBOURMOUTH, Role.FRONT_DOOR])
        client = sign_in(app.test_client(), person)
    return cookie_of(client)


@pytest.fixture
def watched(cookie: str, new_context: NewContext, live_server: str) -> Watched:
    watched = watch(come_in(new_context(), live_server, cookie))
    watched.page.goto(live_server + QUEUE)
    return watched


def reach(page: Page, role: str, name: str) -> None:
    """Go on with the tabulator until something is reached, by what it is and is called."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(MOST_KEYS):
        if wanted.count() and wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {role} {name}")


def reach_summary(page: Page, words: str) -> None:
    """The same of a form that is folded away."""
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent.trim()") == words:
            return
    raise AssertionError(f"no key leads to {words}")


def test_a_request_is_given_noted_and_asked_about_by_keyboard(watched: Watched, axe: Axe) -> None:
    page = watched.page
    reach(page, "link", "Robin Example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Robin Example")
    reach(page, "button", "I look after it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Done.")).to_be_visible()
    reach_summary(page, "Write a note")
    page.keyboard.press("Enter")
    reach(page, "textbox", "Note")
    page.keyboard.type("Rang the school.")
    reach(page, "button", "Save the note")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="What has happened")).to_contain_text("Rang the school.")
    reach_summary(page, "Ask the family for more")
    page.keyboard.press("Enter")
    reach(page, "button", "Ask")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Write something here.")
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
    reach(page, "link", "Write something here.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    page.keyboard.type("How old is Ash?")
    reach(page, "button", "Ask")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="What has happened")).to_contain_text("How old is Ash?")
    assert REQUEST in page.url or "HE1P" in page.url


def test_who_was_slower_is_shown_it_without_a_fault(watched: Watched, axe: Axe) -> None:
    page = watched.page
    reach(page, "link", "Robin Example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Robin Example")
    page.evaluate("document.querySelectorAll('[name=revision]').forEach(one => { one.value = '0' })")
    page.evaluate("document.querySelectorAll('[name=seen]').forEach(one => { one.value = '1' })")
    reach_summary(page, "Write a note")
    page.keyboard.press("Enter")
    reach(page, "textbox", "Note")
    page.keyboard.type("Kept.")
    reach(page, "button", "Save the note")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed this request")
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Kept.")
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
