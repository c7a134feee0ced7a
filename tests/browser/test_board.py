"""Forty due listings are confirmed by keyboard alone, with scripts and without: two keys each at most."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import delete, func, select

from hubfinder.clock import now, today
from hubfinder.database import begin_writing
from hubfinder.directory.models import Service
from hubfinder.extensions import db
from hubfinder.listings.models import Listing
from hubfinder.staff_vocab import ListingState, Risk
from tests.browser.test_every_page import DESKTOP, TELEPHONE, faults
from tests.browser.watching import watch
from tests.support.browser import Axe, NewContext
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, signed_in

BOARD = "/staff/board"
FORTY = 40
MOST_KEYS = 2 * FORTY
RING = """() => {
  const style = getComputedStyle(document.activeElement)
  return style.outlineWidth !== '0px' && style.outlineStyle !== 'none' || style.boxShadow !== 'none'
}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("instance")) as app:
        app.testing = False
        yield app


@pytest.fixture
def _forty(app: Flask) -> None:
    """Forty listings that are due, none of them checked today."""
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(delete(Listing))
        organization = db.session.scalars(select(Service.organization_id)).first()
        for number in range(FORTY):
            key = f"group-{number:02}"
            row = db.session.scalar(select(Service).where(Service.key == key))
            row = row or Service(key=key, organization_id=organization, name=f"Group {number:02}")
            row.assured_date = today() - timedelta(days=200)
            db.session.add(row)
            db.session.flush()
            db.session.add(due(row, number))
        db.session.commit()


def due(row: Service, number: int) -> Listing:
    return Listing(
        key=row.key,
        service_id=row.id,
        council_code=HARBOURMOUTH,
        organization_key="harbourmouth-council",
        name=row.name,
        state=ListingState.PUBLISHED,
        version=1,
        risk=Risk.SESSION_TIMES,
        assured_date=row.assured_date,
        due_on=today() - timedelta(days=60 - number),
        hub_key="quayside-family-hub",
        topic="activities",
        changed_at=now(),
    )


def come_in(app: Flask, new_context: NewContext, server: str, **options: object) -> Page:
    """Somebody signed in, in a browser of their own."""
    cookie = signed_in(app).get_cookie("hubfinder")
    assert cookie is not None
    context = new_context(**options)
    context.add_cookies([{"name": "hubfinder", "value": cookie.value, "url": server}])
    return context.new_page()


def ready(page: Page, number: int) -> Locator:
    """The button of one listing."""
    return page.locator(f"#row-group-{number:02} button")


class Keyboard:
    """Counts every key."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, key: str) -> None:
        self.pressed += 1
        self.page.keyboard.press(key)

    def tab_to(self, words: str) -> None:
        for _ in range(MOST_KEYS):
            self.press("Tab")
            if self.page.evaluate("() => document.activeElement.textContent.trim()") == words:
                return
        raise AssertionError(f"no key leads to “{words}”")


@pytest.mark.usefixtures("_forty")
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_forty_are_confirmed_with_two_keys_each_at_most(
    app: Flask, new_context: NewContext, live_server: str, scripts: bool
) -> None:
    page = come_in(app, new_context, live_server, java_script_enabled=scripts)
    page.goto(live_server + BOARD)
    expect(page.locator("#left")).to_have_text("40 listings need a look.")
    keyboard = Keyboard(page)
    keyboard.tab_to("Go through them")
    keyboard.press("Enter")
    most = 0
    for number in range(FORTY):
        before = keyboard.pressed
        expect(ready(page, number)).to_be_focused()
        assert page.evaluate(RING), "nobody sees where the keyboard is"
        keyboard.press("Enter")
        most = max(most, keyboard.pressed - before)
        left = FORTY - number - 1
        said = f"Group {number:02} confirmed. " + (f"{left} left." if left else "Nothing is left.")
        expect(page.locator("#told-words")).to_have_text(said)
    assert most <= 2
    assert keyboard.pressed <= MOST_KEYS, keyboard.pressed
    expect(page.locator("#left")).to_have_text("Nothing is due here. Everything has been checked in time.")
    with app.app_context():
        confirmed = select(func.count()).select_from(Listing).where(Listing.assured_date == today())
        assert db.session.scalar(confirmed) == FORTY


@pytest.mark.usefixtures("_forty")
def test_a_wrong_one_is_taken_back(app: Flask, new_context: NewContext, live_server: str) -> None:
    page = come_in(app, new_context, live_server)
    page.goto(f"{live_server}{BOARD}?next=first")
    expect(ready(page, 0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(ready(page, 1)).to_be_focused()
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.locator("#told-words")).to_have_text("Taken back. It is due again.")
    expect(ready(page, 0)).to_be_focused()


@pytest.mark.usefixtures("_forty")
def test_without_an_answer_the_form_is_sent_as_ever(
    app: Flask, new_context: NewContext, live_server: str
) -> None:
    page = come_in(app, new_context, live_server)
    page.goto(f"{live_server}{BOARD}?next=first")
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')) }")
    page.keyboard.press("Enter")
    expect(page.locator("#told-words")).to_have_text("Group 00 confirmed. 39 left.")
    expect(ready(page, 1)).to_be_focused()


@pytest.mark.usefixtures("_forty")
@pytest.mark.parametrize(
    "address",
    [BOARD, f"{BOARD}?next=first", f"{BOARD}?hub=-", "/staff/listings", "/staff/listings?q=nothing+like+it"],
)
@pytest.mark.parametrize("how", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_board_and_table_have_no_fault(
    app: Flask, new_context: NewContext, axe: Axe, live_server: str, address: str, how: dict[str, str]
) -> None:
    page = come_in(app, new_context, live_server, **how)
    watched = watch(page.context)
    watched.page.goto(live_server + address)
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
    assert watched.complaints == []
