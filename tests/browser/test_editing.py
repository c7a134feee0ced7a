"""A listing from its name to whoever approves it, by keyboard alone; saved while writing; on the map."""

import re
from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hubfinder.extensions import db
from hubfinder.listings.concerns import BY_SLUG
from hubfinder.listings.models import Content, Listing, ListingUpdate
from hubfinder.staff_vocab import Role
from tests.browser.test_every_page import DESKTOP, TELEPHONE, faults
from tests.browser.watching import watch
from tests.support import life
from tests.support.browser import PHONE, Axe, NewContext
from tests.support.pages import application
from tests.support.people import signed_in

PLAY = "stay-and-play"
MOST_TABS = 150
_number = count(1)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("instance")) as app:
        app.testing = False
        with app.app_context():
            life.published(db.session, PLAY, telephone="01632 960001", needs=["parenting"])
            db.session.commit()
        yield app


def provider(app: Flask, new_context: NewContext, server: str, **options: object) -> Page:
    """The provider, in a browser of their own."""
    cookie = signed_in(app, Role.PROVIDER, organization_key=life.HELPERS).get_cookie("hubfinder")
    assert cookie is not None
    context = new_context(**options)
    context.add_cookies([{"name": "hubfinder", "value": cookie.value, "url": server}])
    return context.new_page()


def said(app: Flask, key: str) -> Content:
    """What the newest change of a listing says."""
    with app.app_context():
        chosen = select(ListingUpdate).join(Listing).where(Listing.key == key)
        update = db.session.scalars(chosen.order_by(ListingUpdate.id.desc())).first()
        assert update is not None
        return update.content


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, wanted: str) -> "Keyboard":
        """On with the tab key to a field by its id, or to a button by its words."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if wanted in self.page.evaluate(
                "() => [document.activeElement.id, document.activeElement.textContent.trim()]"
            ):
                return self
        raise AssertionError(f"no key leads to “{wanted}”")

    def types(self, text: str) -> "Keyboard":
        self.page.keyboard.type(text)
        return self

    def press(self, key: str) -> "Keyboard":
        self.page.keyboard.press(key)
        return self

    def goes_on(self, heading: str) -> None:
        self.to("Save and go on").press("Enter")
        expect(self.page.locator("h1")).to_have_text(heading)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_name_to_whoever_approves_it_by_keyboard_alone(
    app: Flask, new_context: NewContext, live_server: str, scripts: bool
) -> None:
    page = provider(app, new_context, live_server, java_script_enabled=scripts, viewport=PHONE)
    page.goto(f"{live_server}/staff/listings/new")
    name = f"Lullaby corner {next(_number)}"
    keys = Keyboard(page)
    keys.to("name").types(name).press("Enter")
    expect(page.locator("h1")).to_have_text("What it is")
    keys.to("summary").types("Songs for babies.").goes_on("Who it is for")
    keys.to("oldest").types("2").goes_on("Where it happens")
    keys.to("delivery-telephone").press("Space").goes_on("When it is on")
    keys.to("weekday-0").types("Mon").to("from-0").types("9:30am").to("to-0").types("11am")
    keys.goes_on("What it costs")
    keys.to("cost-unsaid").press("ArrowUp").press("ArrowUp").goes_on("Get in touch")
    keys.to("telephone").types("01632 960002").to("how_to_apply").types("Just ring.")
    keys.goes_on("Languages and access")
    keys.to("languages-pl").press("Space").goes_on("Which area it serves")
    keys.goes_on("What it helps with")
    keys.to("suggested_needs-money").press("Space").goes_on("Check and send")
    expect(page.locator("main")).to_contain_text("Everything that people need is there.")
    keys.to("Send for approval").press("Enter")
    expect(page.locator("main")).to_contain_text("This is waiting for approval.")
    with app.app_context():
        key = db.session.scalars(select(Listing.key).where(Listing.name == name)).one()
    told = said(app, key)
    assert (told["maximum_age"], told["delivery"], told["languages"]) == (24, ["telephone"], ["pl"])
    assert [(one["weekday"], one["opens_at"]) for one in told["schedule"]] == [("Mon", "09:30")]
    assert told["costs"] == [{"amount": 0.0, "description": "", "condition": ""}]
    assert told["suggested_needs"] == ["money"]


def test_it_is_saved_while_somebody_writes(app: Flask, new_context: NewContext, live_server: str) -> None:
    page = provider(app, new_context, live_server)
    page.goto(f"{live_server}/staff/listings/{PLAY}/edit/about")
    page.get_by_label("In one sentence").fill("COME ALONG AND SING")
    expect(page.locator("[data-saved-line]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    expect(page.locator("[data-advice=summary]")).to_contain_text("look like shouting")
    assert said(app, PLAY)["summary"] == "COME ALONG AND SING"
    page.get_by_label("In one sentence").fill("Come along and sing.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".told")).to_have_text("Saved.")
    assert said(app, PLAY)["summary"] == "Come along and sing."
    expect(page.locator("[data-advice=summary]")).to_be_empty()


def test_who_was_signed_out_is_told_and_loses_nothing(
    app: Flask, new_context: NewContext, live_server: str
) -> None:
    page = provider(app, new_context, live_server)
    page.goto(f"{live_server}/staff/listings/{PLAY}/edit/about")
    [cookie] = page.context.cookies()  # what another window will have after signing in again
    page.context.clear_cookies()
    page.get_by_label("More about it").fill("Typed for an hour.")
    expect(page.locator("[data-saved-line]")).to_contain_text("You were signed out")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("h1")).to_have_text("You were signed out")
    value = str(cookie.get("value"))
    page.context.add_cookies([{"name": "hubfinder", "value": value, "url": live_server}])
    page.get_by_role("button", name="Go on with what I typed").click()
    expect(page.get_by_label("More about it")).to_have_value("Typed for an hour.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".told")).to_have_text("Saved.")
    assert said(app, PLAY)["description"] == "Typed for an hour."


def test_an_area_is_chosen_on_the_map(app: Flask, new_context: NewContext, live_server: str) -> None:
    page = provider(app, new_context, live_server)
    page.goto(f"{live_server}/staff/listings/{PLAY}/edit/area")
    page.get_by_role("button", name="Open the map you can move").click()
    board = page.locator(".map-ground")
    expect(board).to_be_visible()
    box = page.locator("input[name=areas][value='ward:Z05000001']")
    board.focus()
    page.keyboard.press("Enter")
    expect(box).to_be_checked()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Harbour (Ward)")).to_be_visible()
    assert said(app, PLAY)["areas"] == ["ward:Z05000001"]


@pytest.mark.parametrize("slug", [*BY_SLUG, ""])
def test_a_page_of_editing_has_no_fault(
    app: Flask, new_context: NewContext, axe: Axe, live_server: str, slug: str
) -> None:
    opened = provider(app, new_context, live_server)
    watched = watch(opened.context)
    watched.page.goto(f"{live_server}/staff/listings/{PLAY}/edit" + (f"/{slug}" if slug else ""))
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
    assert watched.complaints == []


def test_errors_lead_to_their_fields(app: Flask, new_context: NewContext, axe: Axe, live_server: str) -> None:
    opened = provider(app, new_context, live_server)
    watched = watch(opened.context)
    page = watched.page
    page.goto(f"{live_server}/staff/listings/{PLAY}/edit/when")
    page.get_by_label("From", exact=True).first.fill("half nine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.locator(".govuk-error-summary a[href='#from-0']").click()
    expect(page.locator("#from-0")).to_be_focused()
    expect(page.locator("#from-0")).to_have_value("half nine")
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
