"""A family's own page in a browser: by keyboard, without scripts, and nothing to be seen once it was left."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.referrals.models import FamilyVisit
from hubfinder.vault.engine import VAULT
from tests.browser.watching import watch
from tests.support.browser import Axe, NewContext
from tests.support.following import Follower

WEATHER = "https://www.bbc.co.uk/weather"
STORY = "XMARKEDX nobody sleeps"


@pytest.fixture
def family(app: Flask) -> Follower:
    return Follower(app)


def enter(page: Page, server: str, family: Follower, at: str = "") -> None:
    """Type reference and code by the keyboard alone."""
    page.goto(f"{server}{at}/follow")
    page.locator("#reference").focus()
    page.keyboard.type(family.reference.lower())
    page.keyboard.press("Tab")
    page.keyboard.type(family.code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{family.address(at=at)}")


def with_weather(context: BrowserContext) -> BrowserContext:
    """Where leaving leads to is not asked for: the page is made up."""
    context.route(WEATHER, lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
    return context


@pytest.mark.parametrize("scripts", [True, False])
def test_a_family_follows_writes_and_takes_back_by_keyboard_alone(
    new_context: NewContext, live_server: str, family: Follower, scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    enter(page, live_server, family)
    expect(page.get_by_role("heading", name="We have your request.")).to_be_visible()
    page.get_by_label("Write to us").focus()
    page.keyboard.type(STORY)
    for _ in range(3):  # 999, and whether somebody is in danger now
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("We have what you wrote.")).to_be_visible()
    expect(page.get_by_text(STORY)).to_be_visible()
    assert family.code not in page.url
    page.get_by_role("link", name="Take your request back").press("Enter")
    page.get_by_role("button", name="Yes, take it back").press("Enter")
    expect(page.get_by_role("heading", name="You took your request back.")).to_be_visible()


def test_who_helps_is_put_right_by_names_of_controls_alone(
    new_context: NewContext, live_server: str, family: Follower
) -> None:
    page = new_context().new_page()
    enter(page, live_server, family)
    page.locator("main summary").press("Enter")
    page.get_by_role("link", name="Change Who is in the family?").press("Enter")
    page.get_by_role("link", name="Change Ash Example").press("Enter")
    page.get_by_label("Name").fill("Ash Sample")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Ash Sample").first).to_be_visible()
    assert family.found().told.people[1].name == "Ash Sample"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("at", ["", "/ar"])
def test_no_page_about_a_request_breaks_a_rule(
    new_context: NewContext, axe: Axe, live_server: str, family: Follower, width: int, at: str
) -> None:
    watched = watch(new_context(viewport={"width": width, "height": 900}))
    page = watched.page
    page.goto(f"{live_server}{at}/follow")
    page.get_by_role("button").last.click()
    assert axe(page) == []
    enter(page, live_server, family, at)
    page.locator("#words").fill(STORY)
    page.locator("form:has(#words) button").click()
    for rest in (
        "",
        "/withdraw",
        "/code",
        "/change/people",
        "/change/people/p2",
        "/change/home",
        "/change/contact",
        "/change/telephone",
        "/change/language",
        "/change/sharing",
    ):
        page.goto(live_server + family.address(rest, at))
        if not rest:
            page.locator("main summary").click()
        assert axe(page) == [], rest
        assert not watched.is_wider_than_its_window(), rest
        assert watched.broken_rules() == []
        assert len(page.content().encode()) < 60_000
    page.goto(live_server + family.address("", at))
    page.get_by_role("checkbox").check()
    page.locator("form:has(#words) button").click()
    page.wait_for_url("**?done=danger")
    assert axe(page) == []
    assert not watched.is_wider_than_its_window()
    page.goto(f"{live_server}{at}/follow/nothing")
    assert axe(page) == []
    assert [one for one in watched.complaints if "status of 4" not in one] == []


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("way", ["Exit this page", "Close this page"])
def test_back_after_leaving_shows_nothing(
    new_context: NewContext,
    live_server: str,
    family: Follower,
    outside_requests: list[str],
    scripts: bool,
    way: str,
) -> None:
    """Three times back, and forward again: no page that was seen is shown any more."""
    page = with_weather(new_context(java_script_enabled=scripts)).new_page()
    enter(page, live_server, family)
    page.get_by_label("Write to us").fill(STORY)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(STORY)).to_be_visible()
    page.goto(live_server + family.address("/change/people"))
    expect(page.get_by_text("Robin Example").first).to_be_visible()
    page.goto(live_server + family.address())
    page.get_by_text(way, exact=True).click()
    page.wait_for_url(WEATHER if way == "Exit this page" else "**/follow")
    for step in (page.go_back, page.go_back, page.go_back, page.go_forward):
        step()
        shown = page.locator("body").inner_text()
        assert STORY not in shown
        assert "Robin Example" not in shown
        assert "We have your request" not in shown
    assert set(outside_requests) <= {WEATHER}
    outside_requests.clear()


def test_a_page_that_was_forgotten_is_left_when_the_visit_ends(
    app: Flask, new_context: NewContext, live_server: str, family: Follower
) -> None:
    page = new_context().new_page()
    page.clock.install()
    enter(page, live_server, family)
    box = page.locator("[data-stay]")
    expect(box).to_be_hidden()
    page.clock.run_for(13 * 60_000 + 30_000)
    expect(box).to_be_visible()
    with page.expect_response("**/stay") as answer:
        page.get_by_role("button", name="Keep it open").click()
    assert answer.value.status == 200
    expect(box).to_be_hidden()
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        begin_writing(session)
        session.execute(update(FamilyVisit).values(seen_at=utc_now() - timedelta(minutes=16)))
        session.commit()
    page.clock.run_for(16 * 60 * 1_000)
    page.wait_for_url("**/follow")
    assert "We have your request" not in page.locator("body").inner_text()
