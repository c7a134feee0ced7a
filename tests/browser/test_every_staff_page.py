"""Every staff page in every language on a telephone and a desktop, as somebody who may see it: no fault.

As for the pages of the public (``test_every_page.py``): axe at both sizes, nothing stopped by the
Content-Security-Policy, no complaint of the browser, and nothing to scroll sideways at 320.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from hubfinder.extensions import db
from hubfinder.people.models import Person
from hubfinder.staff_vocab import Role
from hubfinder.web.shared import access
from tests.browser.coming_in import come_in, cookie_of
from tests.browser.test_every_page import DESKTOP, TELEPHONE, faults
from tests.browser.watching import Watched, watch
from tests.pages.addresses import LANGUAGES, STAFF, Theirs, in_language
from tests.support.browser import PHONE, Axe, NewContext
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, sign_in, signed_in
from tests.support.staff import furnish

ONE_ROW = 40
"""Pixels: two rows are higher."""
WIDE_ENOUGH = 250
"""Pixels of a cell on a telephone that takes the whole width."""
FIRST = (Role.COUNCIL_ADMINISTRATOR, Role.AUDITOR, Role.HUB_STAFF, Role.PROVIDER, Role.FRONT_DOOR)
"""As whom a page is looked at: the first that may."""
Cookies = Callable[[Role], str]
Opened = Callable[..., Watched]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("instance")) as app:
        app.testing = False
        yield app


@pytest.fixture(scope="module")
def cookies(app: Flask) -> Cookies:
    """What the browser of somebody holds who has just signed in, with their second factor, by role."""
    with app.app_context():
        staff = furnish(db.session)

    def of(role: Role) -> str:
        with app.app_context():
            person = db.session.get_one(Person, staff[HARBOURMOUTH, role])
            return cookie_of(sign_in(app.test_client(), person))

    return of


def role_for(app: Flask, endpoint: str) -> Role:
    who = access.who_may_enter(app.view_functions[endpoint])
    assert who is not None
    address = STAFF[endpoint]
    but = address.but if isinstance(address, Theirs) else frozenset()
    return next(role for role in FIRST if role in who.roles and role.value not in but)


@pytest.fixture
def opened(app: Flask, cookies: Cookies, new_context: NewContext, live_server: str) -> Opened:
    """``opened("staff.home", "pl")``: the page, as the first role that may see it."""

    def opening(endpoint: str, language: str = "en", **options: str) -> Watched:
        context = come_in(new_context(**options), live_server, cookies(role_for(app, endpoint)))
        watched = watch(context)
        watched.page.goto(live_server + in_language(STAFF[endpoint], language))
        assert "/account/" not in urlsplit(watched.page.url).path
        return watched

    return opening


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("endpoint", STAFF)
def test_a_staff_page_has_no_fault(opened: Opened, axe: Axe, endpoint: str, language: str) -> None:
    watched = opened(endpoint, language)
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
    assert watched.complaints == []


@pytest.mark.parametrize("endpoint", ["staff.home", "staff.people", "staff.council", "staff.trail"])
def test_a_staff_page_has_no_fault_in_the_dark(opened: Opened, axe: Axe, endpoint: str) -> None:
    assert axe(opened(endpoint, color_scheme="dark").page) == []


def menu(page: Page) -> list[str]:
    return page.get_by_role("navigation", name="For staff").get_by_role("link").all_inner_texts()


def height_of_menu(page: Page) -> float:
    box = page.get_by_role("navigation", name="For staff").bounding_box()
    assert box is not None
    return box["height"]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_menu_is_in_a_row_or_folded_and_signing_out_ends_it(
    app: Flask, new_context: NewContext, live_server: str, scripts: bool
) -> None:
    context = come_in(new_context(java_script_enabled=scripts), live_server, cookie_of(signed_in(app)))
    page = context.new_page()
    page.goto(f"{live_server}/staff/people")
    assert height_of_menu(page) <= ONE_ROW
    assert "People" not in menu(page)
    page.get_by_text("More", exact=True).focus()
    page.keyboard.press("Enter")
    wide = menu(page)
    assert "People" in wide
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # as Playwright's own dictionary
    assert menu(page) == []
    page.get_by_text("Menu for staff").click()
    assert menu(page) == wide
    expect(page.get_by_role("link", name="People", exact=True)).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server}/staff/people")
    assert urlsplit(page.url).path == "/account/login"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", list(Role))
def test_everybodys_menu_is_one_row(
    cookies: Cookies, new_context: NewContext, live_server: str, role: Role, language: str
) -> None:
    page = come_in(new_context(), live_server, cookies(role)).new_page()
    page.goto(live_server + in_language("/staff", language))
    tops = page.locator(".staff-bar .wide > ul a, .staff-bar .wide > details > summary").evaluate_all(
        "each => each.map(one => one.getBoundingClientRect().top)"
    )
    assert max(tops) - min(tops) < ONE_ROW / 2


@pytest.mark.parametrize("endpoint", ["staff.people", "staff.trail"])
def test_a_table_on_a_telephone_is_read_without_moving_it(opened: Opened, endpoint: str) -> None:
    page = opened(endpoint, viewport=PHONE).page
    rows = page.locator("tbody tr")
    assert rows.count()
    for cell in rows.first.locator("th, td").all():
        box = cell.bounding_box()
        assert box is not None
        assert box["width"] >= WIDE_ENOUGH
        assert box["x"] + box["width"] <= PHONE["width"]


def test_what_a_change_changes_is_read_on_a_telephone(
    app: Flask, new_context: NewContext, live_server: str
) -> None:
    """No letter stands alone in its line."""
    provider = cookie_of(signed_in(app, Role.PROVIDER, organization_key="wend-nhs"))
    page = come_in(new_context(viewport=PHONE), live_server, provider).new_page()
    page.goto(f"{live_server}/staff/listings/perinatal-support/edit/about")
    page.locator("[name=name]").fill("Another name")
    page.locator("main form button").last.click()
    page.goto(f"{live_server}/staff/listings/perinatal-support/edit")
    for cell in page.locator(".side-by-side tbody tr").first.locator("th, td").all():
        box = cell.bounding_box()
        assert box is not None
        assert box["width"] >= WIDE_ENOUGH
