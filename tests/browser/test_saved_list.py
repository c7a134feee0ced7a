"""The list of one's own, in a browser: kept, counted, sent, printed, emptied, and never unasked."""

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.watching import watch
from tests.support.browser import PHONE, Axe, NewContext

RESULTS = "/results?place=ZA1+4QT&q=baby"
LIST = "/saved?item=service:sleep-clinic&item=hub:quayside-family-hub"
WEATHER = "https://www.bbc.co.uk/weather"
LONG_PHONE = {"width": 320, "height": 2400}
"""So long that nothing is half under the bar that stays in sight, where axe would take it for too small."""


def kept(page: Page) -> list[str]:
    """What the browser keeps."""
    found = page.evaluate("localStorage.getItem('hubfinder.saved')")
    return list(json.loads(found)["items"]) if found else []


def save(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("button.keep").first.click()


def test_save_stays_down_on_every_page_and_can_be_taken_back(page: Page, live_server: str) -> None:
    page.goto(live_server + RESULTS)
    button = page.get_by_role("button", name="Save Sleep clinic for babies and toddlers")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    expect(page.get_by_role("link", name="Saved list 1")).to_be_visible()
    expect(page.locator(".list-link [role=status]")).to_have_text("Saved. Things on your list: 1")
    page.goto(live_server + "/service/sleep-clinic")
    button = page.get_by_role("button", name="Save Sleep clinic")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    button.press(" ")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert kept(page) == []


def test_the_list_has_what_was_saved_and_lets_go_of_it(page: Page, live_server: str) -> None:
    save(page, live_server + "/service/sleep-clinic")
    save(page, live_server + "/hub/quayside-family-hub")
    save(page, live_server + "/catalogue/universal-credit")
    page.get_by_role("link", name="Saved list 3").click()
    expect(page.locator("article")).to_have_count(3)
    expect(page.locator("[data-other-list]")).to_be_hidden()
    page.get_by_role("link", name="Take off the list Universal Credit").click()
    expect(page.locator("article")).to_have_count(2)
    assert kept(page) == ["service:sleep-clinic", "hub:quayside-family-hub"]
    page.goto(live_server + "/saved")
    expect(page.locator("article")).to_have_count(2)  # the address alone leads to what is kept
    page.get_by_role("link", name="Empty this list").click()
    expect(page.get_by_text("There is nothing on your list yet.")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_list_that_came_with_a_link_is_not_mixed_with_ones_own_unasked(
    page: Page, live_server: str
) -> None:
    save(page, live_server + "/catalogue/universal-credit")
    page.goto(live_server + LIST)
    expect(page.locator("article")).to_have_count(2)
    page.get_by_role("link", name="Take off the list Quayside Family Hub").click()
    expect(page.locator("article")).to_have_count(1)
    assert kept(page) == ["catalogue:universal-credit"]
    page.get_by_role("button", name="Keep these things in this browser too").click()
    expect(page.locator("article")).to_have_count(2)
    assert kept(page) == ["catalogue:universal-credit", "service:sleep-clinic"]


def test_help_after_violence_is_kept_only_after_saying_who_could_see_it(page: Page, live_server: str) -> None:
    page.goto(live_server + "/service/safe-home")
    button = page.get_by_role("button", name="Save Safe home for families")
    button.click()
    no = page.get_by_role("button", name="Do not save it")
    expect(no).to_be_focused()
    expect(page.get_by_role("group", name="Other people who use this device")).to_be_visible()
    assert kept(page) == []
    no.press("Enter")
    expect(button).to_be_focused()
    assert kept(page) == []
    button.click()
    page.get_by_role("button", name="Save it all the same").click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert kept(page) == ["service:safe-home"]


def test_the_way_out_empties_the_list(
    new_context: NewContext, live_server: str, outside_requests: list[str]
) -> None:
    context = new_context()
    _pretend_weather(context)
    page = context.new_page()
    save(page, live_server + "/service/sleep-clinic")
    page.get_by_role("link", name="Exit this page").click()
    page.wait_for_url(WEATHER)
    page.goto(live_server + "/")
    assert kept(page) == []
    expect(page.locator(".list-link .count")).to_be_hidden()
    assert set(outside_requests) == {WEATHER}
    outside_requests.clear()


def test_after_thirty_days_nothing_is_kept(page: Page, live_server: str) -> None:
    save(page, live_server + "/service/sleep-clinic")
    page.evaluate(
        "localStorage.setItem('hubfinder.saved', JSON.stringify("
        "{at: Date.now() - 31 * 24 * 3600 * 1000, items: ['service:sleep-clinic']}))"
    )
    page.goto(live_server + "/")
    expect(page.locator(".list-link .count")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("nonsense", ["", "[]", "{", '{"at": 1e15, "items": "x"}', '{"items": []}', "null"])
def test_nonsense_in_the_browser_does_no_harm(
    new_context: NewContext, live_server: str, nonsense: str
) -> None:
    watched = watch(new_context())
    page = watched.page
    page.goto(live_server + "/")
    page.evaluate("text => localStorage.setItem('hubfinder.saved', text)", nonsense)
    save(page, live_server + "/service/sleep-clinic")
    expect(page.get_by_role("link", name="Saved list 1")).to_be_visible()
    assert watched.complaints == []


def test_the_link_is_copied_and_the_page_is_printed(new_context: NewContext, live_server: str) -> None:
    context = new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(live_server + LIST)
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("The link is copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == live_server + LIST
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print this list").click()
    assert page.evaluate("window.printed")


def test_on_paper_there_is_the_list_and_nothing_to_press(page: Page, live_server: str) -> None:
    page.goto(live_server + LIST)
    page.emulate_media(media="print")
    for hidden in (".keep", ".send-on", ".actions", ".look-on", ".who-sees", ".list-link", ".urgent"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.get_by_text("Printed on")).to_be_visible()
    expect(page.get_by_text("01632 960201")).to_be_visible()


def test_without_scripts_the_list_grows_in_its_address(new_context: NewContext, live_server: str) -> None:
    page = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    page.goto(live_server + RESULTS)
    page.get_by_role("link", name="Save Sleep clinic for babies and toddlers").click()
    expect(page.locator("article")).to_have_count(1)
    page.get_by_label("Your postcode or place").fill("ZA1 4QT")
    page.get_by_label("What would help?").fill("story")
    page.get_by_role("button", name="Find help").click()
    page.get_by_role("link", name=re.compile("Save Story time")).first.click()
    expect(page.locator("article")).to_have_count(2)
    expect(page.get_by_role("link", name="Saved list 2")).to_be_visible()
    page.get_by_role("link", name="Take off the list Sleep clinic").click()
    expect(page.locator("article")).to_have_count(1)
    expect(page.get_by_role("button", name="Print this list")).to_have_count(0)


def test_where_the_browser_keeps_nothing_the_links_stay(new_context: NewContext, live_server: str) -> None:
    context = new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        "{get() { throw new DOMException('no', 'SecurityError') }})"
    )
    watched = watch(context)
    page = watched.page
    page.goto(live_server + "/service/sleep-clinic")
    page.get_by_role("link", name="Save Sleep clinic").click()
    expect(page.locator("article")).to_have_count(1)
    assert watched.complaints == []


@pytest.mark.parametrize("language", ["", "/pl", "/ur"])
def test_pages_with_things_saved_have_no_fault(
    new_context: NewContext, axe: Axe, live_server: str, language: str
) -> None:
    watched = watch(new_context(viewport=LONG_PHONE))
    page = watched.page
    save(page, f"{live_server}{language}/service/safe-home")
    assert axe(page) == []  # with the question open
    page.locator(".keep-ask [data-yes]").click()
    save(page, f"{live_server}{language}/service/sleep-clinic")
    assert axe(page) == []
    page.locator("[data-list-link]").click()
    expect(page.locator("article")).to_have_count(2)
    assert axe(page) == []
    assert not watched.is_wider_than_its_window()
    assert watched.broken_rules() == []
    assert watched.complaints == []
    assert page.context.cookies() == []


def _pretend_weather(context: BrowserContext) -> None:
    context.route(
        WEATHER, lambda route: route.fulfill(body="<title>Weather</title>Rain", content_type="text/html")
    )
