"""A request is passed on and answered by keyboard, by the names a screen reader says; no fault on the way."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hubfinder.directory.models import Service
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

MOST_TABS = 80
NONE: dict[int, list[object]] = {TELEPHONE: [], DESKTOP: []}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("instance")) as app:
        app.testing = False
        yield app


@pytest.fixture(scope="module")
def cookies(app: Flask) -> dict[Role, str]:
    with app.app_context():
        staff = furnish(db.session)
        assert db.session.scalars(select(Service)).first()
        clients = {
            role: sign_in(app.test_client(), db.session.get_one(Person, staff[HARBOURMOUTH, role]))
            for role in (Role.FRONT_DOOR, Role.PROVIDER)
        }
    return {role: cookie_of(client) for role, client in clients.items()}


def at(page: Page, role: str, name: str) -> None:
    """Go on by Tab until the focus is on this, as a screen reader names it."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _ in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to {name}")


def test_by_keyboard_from_the_front_door_to_a_service_and_back(
    cookies: dict[Role, str], new_context: NewContext, live_server: str, axe: Axe
) -> None:
    door = watch(come_in(new_context(), live_server, cookies[Role.FRONT_DOOR]))
    _passed(door, live_server, axe)
    clinic = watch(come_in(new_context(), live_server, cookies[Role.PROVIDER]))
    _answered(clinic, live_server, axe)
    door.page.goto(f"{live_server}/staff/requests/{REQUEST}")
    expect(door.page.get_by_role("region", name="Services it was passed on to")).to_contain_text("No room")


def _passed(door: Watched, live_server: str, axe: Axe) -> None:
    page = door.page
    page.goto(f"{live_server}/staff/requests/{REQUEST}/pass")
    at(page, "textbox", "Look for another service by its name")
    page.keyboard.type("sleep clinic")
    page.keyboard.press("Enter")
    at(page, "checkbox", "Sleep clinic")
    page.keyboard.press("Space")
    assert faults(door, axe) == NONE
    at(page, "button", "Next: what goes with it")
    page.keyboard.press("Enter")
    at(page, "checkbox", "What matters to the child")
    page.keyboard.press("Space")
    at(page, "button", "Pass it on")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Say for whose safety")
    assert faults(door, axe) == NONE
    at(page, "textbox", "Why it must go without their consent")
    page.keyboard.type("A child may come to harm.")
    at(page, "button", "Pass it on")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    assert faults(door, axe) == NONE


def _answered(clinic: Watched, live_server: str, axe: Axe) -> None:
    page = clinic.page
    page.goto(f"{live_server}/staff/inbox")
    waiting = page.get_by_role("table", name="Waiting for your answer").get_by_role("link")
    for number in range(waiting.count()):
        page.goto(f"{live_server}/staff/inbox")
        waiting.nth(number).focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        if page.get_by_text("I like the blue lamp.").count():
            break
    expect(page.get_by_role("region", name="How to reach them safely")).to_contain_text("Do not call")
    at(page, "button", "Give it back")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Choose one from the list")
    assert faults(clinic, axe) == NONE
    at(page, "combobox", "Why?")
    page.keyboard.type("No room")
    at(page, "button", "Give it back")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()
    assert faults(clinic, axe) == NONE
