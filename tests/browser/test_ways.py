"""The ways people take through the site: keyboard alone, without scripts, and out in a hurry."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.watching import weigh
from tests.support.browser import PHONE, NewContext

WEATHER = "https://www.bbc.co.uk/weather"
RESULTS = "/results?place=ZA1+4QT&q=baby+not+sleeping"
START_WEIGHS, RESULTS_WEIGH = 60 * 1024, 80 * 1024


def focused(page: Page) -> str:
    """The words of what the keyboard is on; for a field its label."""
    words: str = page.evaluate(
        "(document.activeElement.labels?.[0] ?? document.activeElement).innerText.trim()"
    )
    return words


def test_the_keyboard_alone_asks_the_question(page: Page, live_server: str) -> None:
    page.goto(live_server + "/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the main part"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Your postcode or place"
    page.keyboard.type("za14qt")
    page.keyboard.press("Tab")
    assert focused(page) == "Use my location"
    page.keyboard.press("Tab")
    assert focused(page).startswith("What would help?")
    page.keyboard.type("baby not sleeping")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Help near ZA1 4QT for “baby not sleeping”")


def test_the_keyboard_reaches_danger_and_the_way_out_first(page: Page, live_server: str) -> None:
    page.goto(live_server + RESULTS)
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(focused(page))
    assert reached == ["Skip to the main part", "In danger? 999", "Talk to someone", "Exit this page"]


@pytest.mark.parametrize("language", ["", "/pl"])
def test_the_bar_never_hides_what_the_keyboard_is_on(
    new_context: NewContext, live_server: str, language: str
) -> None:
    """WCAG 2.2, 2.4.11: the bar stays in sight, so the page must scroll out from under it."""
    page = new_context(viewport=PHONE, reduced_motion="reduce").new_page()
    page.goto(live_server + language + RESULTS)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    bar = page.locator(".urgent").bounding_box()
    page.locator("footer a").first.focus()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        box = page.evaluate(
            "(() => { const b = document.activeElement.getBoundingClientRect(); return [b.top, b.bottom] })()"
        )
        inside = page.evaluate("document.activeElement.closest('.urgent, .govuk-skip-link') !== null")
        assert bar is not None
        assert inside or box[1] > bar["height"], focused(page)


def test_a_need_keeps_the_postcode_typed_before(page: Page, live_server: str) -> None:
    page.goto(live_server + "/")
    page.get_by_label("Your postcode or place").fill("ZA1 4QT")
    page.get_by_role("button", name="Pregnancy and babies").click()
    expect(page).to_have_url(re.compile(r"place=ZA1\+4QT&q=&need=pregnancy-and-babies"))
    expect(page.locator(".chips")).to_contain_text("Pregnancy and babies")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_everything_works_with_and_without_scripts(
    new_context: NewContext, live_server: str, scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts, viewport=PHONE).new_page()
    page.goto(live_server + "/")
    page.get_by_label("Your postcode or place").fill("ZA1 4QT")
    page.get_by_label("What would help?").fill("baby")
    page.get_by_role("button", name="Find help").click()
    page.get_by_text("Filter what we found").click()
    page.get_by_role("checkbox", name=re.compile("^Free")).check()
    page.get_by_label("Age of the child or young person").select_option("1")
    page.get_by_role("button", name="Show results").click()
    expect(page.locator(".chips li")).to_have_count(3)  # two, and the way to take away both
    page.get_by_role("link", name="Sleep clinic for babies and toddlers", exact=True).click()
    expect(page.locator("h1")).to_have_text("Sleep clinic for babies and toddlers")
    page.get_by_role("link", name="Polski").click()
    expect(page.locator("html")).to_have_attribute("lang", "pl")


def test_an_error_takes_the_keyboard_to_it(page: Page, live_server: str) -> None:
    page.goto(live_server + "/results?place=ZA1+4Q")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Check your postcode").click()
    expect(page.get_by_label("Your postcode or place")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_way_out_leads_to_the_weather(
    new_context: NewContext, live_server: str, outside_requests: list[str], scripts: bool
) -> None:
    context = new_context(java_script_enabled=scripts)
    _pretend_weather(context)
    page = context.new_page()
    page.goto(live_server + "/")
    page.goto(live_server + RESULTS)
    page.get_by_role("link", name="Exit this page").click()
    page.wait_for_url(WEATHER)
    page.go_back()
    left = page.url.removeprefix(live_server)
    assert left == ("/" if scripts else RESULTS)  # without scripts no page can take a step out of the history
    assert set(outside_requests) == {WEATHER}
    outside_requests.clear()


def _pretend_weather(context: BrowserContext) -> None:
    context.route(
        WEATHER, lambda route: route.fulfill(body="<title>Weather</title>Rain", content_type="text/html")
    )


def test_the_bar_with_danger_and_the_way_out_stays_in_sight(
    new_context: NewContext, live_server: str
) -> None:
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(live_server + RESULTS)
    page.evaluate("window.scrollTo(0, 3000)")
    expect(page.get_by_role("link", name="In danger? 999")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Exit this page")).to_be_in_viewport()


@pytest.mark.parametrize("language", ["", "/ur"])
def test_pages_are_light_enough_for_a_telephone_on_a_bus(
    new_context: NewContext, live_server: str, language: str
) -> None:
    start = weigh(new_context().new_page(), f"{live_server}{language}/")
    results = weigh(new_context().new_page(), f"{live_server}{language}/results?place=ZA1+4QT")
    assert start <= START_WEIGHS
    assert results <= RESULTS_WEIGH
