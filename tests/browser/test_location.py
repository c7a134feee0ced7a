"""Use my location: the browser is asked once, and only a coarse point leaves it."""

import re

import pytest
from playwright.sync_api import BrowserContext, Geolocation, expect

from tests.browser.watching import watch
from tests.pages.listings import HOME
from tests.support.browser import PHONE, Axe, NewContext

EXACT: Geolocation = {"latitude": HOME[0] + 0.0001234, "longitude": HOME[1] - 0.0004321, "accuracy": 5}
EDINBURGH: Geolocation = {"latitude": 55.9501, "longitude": -3.1902}
BUTTON = "Use my location"


def somewhere(new_context: NewContext, live_server: str, at: Geolocation) -> BrowserContext:
    context = new_context(geolocation=at, viewport=PHONE)
    context.grant_permissions(["geolocation"], origin=live_server)
    return context


@pytest.mark.parametrize("address", ["/", "/results?q=baby", "/area", "/arrangements"])
def test_only_a_point_as_coarse_as_a_postcode_is_sent(
    new_context: NewContext, live_server: str, address: str
) -> None:
    context = somewhere(new_context, live_server, EXACT)
    sent: list[str] = []
    context.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    page = context.new_page()
    page.goto(live_server + address)
    page.get_by_role("button", name=BUTTON).first.click()
    coarse = f"{HOME[0]:.3f}%2C{HOME[1]:.3f}"
    page.wait_for_url(re.compile(re.escape(f"place={coarse}")))
    expect(page.locator("h1")).to_contain_text("where you are")
    assert not [url for url in sent if "1234" in url or "4321" in url]


def test_what_would_help_goes_along(new_context: NewContext, live_server: str) -> None:
    page = somewhere(new_context, live_server, EXACT).new_page()
    page.goto(live_server + "/")
    page.get_by_label("What would help?").fill("baby")
    page.get_by_role("button", name=BUTTON).click()
    expect(page.locator("h1")).to_have_text("Help near where you are for “baby”")
    expect(page.get_by_role("link", name="Sleep clinic for babies and toddlers")).to_be_visible()


def test_another_nation_has_its_own_answer(new_context: NewContext, live_server: str) -> None:
    page = somewhere(new_context, live_server, EDINBURGH).new_page()
    page.goto(live_server + "/")
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_text("You are in Scotland")).to_be_visible()


def test_who_says_no_is_told_what_to_do(new_context: NewContext, axe: Axe, live_server: str) -> None:
    watched = watch(new_context(viewport=PHONE))
    page = watched.page
    page.goto(live_server + "/")
    page.get_by_role("button", name=BUTTON).click()
    said = "We could not find out where you are. Type your postcode instead."
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
    assert page.url == live_server + "/"
    assert axe(page) == []
    assert not watched.is_wider_than_its_window()


def test_without_scripts_there_is_no_button(new_context: NewContext, live_server: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live_server + "/")
    expect(page.get_by_label("Your postcode or place")).to_be_visible()
    expect(page.get_by_role("button", name=BUTTON)).to_have_count(0)


def test_a_page_asks_for_no_place_by_itself(new_context: NewContext, live_server: str) -> None:
    context = somewhere(new_context, live_server, EXACT)
    context.add_init_script(
        "window.asked = 0; const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);"
        "navigator.geolocation.getCurrentPosition = (...all) => { window.asked += 1; ask(...all) }"
    )
    page = context.new_page()
    page.goto(live_server + "/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.asked") == 0
