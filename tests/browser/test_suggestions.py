"""Suggestions while typing, in a browser: by keyboard, by touch, in three languages, and not without need."""

import re

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.watching import watch
from tests.support.browser import PHONE, Axe, NewContext

WORDS, PLACE = "#q", "#place"
LONG_PHONE = {"width": 320, "height": 2400}
"""So long that nothing is half under the bar that stays in sight, where axe would take it for too small."""


def typed(page: Page, field: str, text: str) -> Locator:
    """The list of suggestions once there is one."""
    page.locator(field).click()
    page.keyboard.type(text, delay=15)
    found = page.locator(f"{field}-suggestions")
    expect(found).to_be_visible()
    return found


def active(page: Page, field: str) -> str:
    """The words of the option that a screen reader is told of."""
    words: str = page.evaluate(
        "field => document.getElementById(document.querySelector(field)"
        ".getAttribute('aria-activedescendant'))?.innerText ?? ''",
        field,
    )
    return " ".join(words.split())


def test_the_keyboard_goes_through_the_list_and_back(page: Page, live_server: str) -> None:
    page.goto(live_server + "/")
    found = typed(page, WORDS, "story")
    field = page.locator(WORDS)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(found.get_by_role("option")).to_have_count(5)
    assert active(page, WORDS) == ""
    page.keyboard.press("ArrowDown")
    assert active(page, WORDS).startswith("Story time 0")
    expect(found.locator("[aria-selected=true]")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    assert active(page, WORDS) == ""  # back in the field
    page.keyboard.press("ArrowUp")
    assert active(page, WORDS).startswith("Story time 4")
    page.keyboard.press("Home")
    assert active(page, WORDS) == ""
    assert page.evaluate("document.activeElement.selectionStart") == 0
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.selectionStart") == 5
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("story")
    page.keyboard.press("ArrowDown")
    expect(found).to_be_visible()
    page.keyboard.press("Tab")
    expect(found).to_be_hidden()
    expect(field).to_have_value("story")


def test_enter_on_a_service_opens_its_page_for_this_family(page: Page, live_server: str) -> None:
    page.goto(live_server + "/")
    page.locator(PLACE).fill("ZA1 4QT")
    typed(page, WORDS, "sleep cli")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(live_server + "/service/sleep-clinic?place=ZA1+4QT")


def test_a_category_takes_the_place_of_the_words(page: Page, live_server: str) -> None:
    page.goto(live_server + "/")
    page.locator(PLACE).fill("ZA1 4QT")
    typed(page, WORDS, "pregn").get_by_role("option", name="Pregnancy and babies").click()
    expect(page).to_have_url(re.compile(r"/results\?place=ZA1\+4QT&q=&need=pregnancy-and-babies$"))


def test_enter_without_a_choice_searches_as_ever(page: Page, live_server: str) -> None:
    page.goto(live_server + "/")
    typed(page, WORDS, "baby")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/results\?place=&q=baby$"))


def test_the_number_is_told_to_screen_readers(page: Page, live_server: str) -> None:
    page.goto(live_server + "/")
    typed(page, WORDS, "story")
    told = page.locator(f"{WORDS}-suggestions + [role=status]")
    expect(told).to_have_text("5 suggestions")
    page.keyboard.type(" xyz")
    expect(told).to_have_text("No suggestions")
    expect(page.locator(f"{WORDS}-suggestions")).to_be_hidden()


def test_a_place_is_written_into_its_field(new_context: NewContext, live_server: str) -> None:
    page = new_context(viewport=PHONE, has_touch=True).new_page()
    page.goto(live_server + "/")
    typed(page, PLACE, "wend").get_by_role("option", name="Wendbridge").tap()
    expect(page.locator(PLACE)).to_have_value("Wendbridge")
    expect(page.locator(PLACE)).to_be_focused()
    expect(page.locator(f"{PLACE}-suggestions")).to_be_hidden()


def test_words_and_place_never_travel_together_and_a_postcode_not_at_all(
    page: Page, live_server: str
) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/suggest" in request.url else None)
    page.goto(live_server + "/")
    page.locator(PLACE).click()
    page.keyboard.type("ZA1 4QT", delay=200)
    typed(page, WORDS, "baby")
    page.keyboard.type(" slee", delay=10)
    expect(page.locator(f"{WORDS}-suggestions [role=option]")).to_have_count(1)
    addresses = [request.url.removeprefix(live_server) for request in asked]
    assert addresses[-1] == "/suggest?q=baby+slee"
    assert len(addresses) <= 4  # not one for every letter
    assert [address for address in addresses if "ZA1" in address] == []
    assert [address for address in addresses if "baby" in address and "ZA" in address] == []
    assert not any(request.headers.get("referer") for request in asked)


def test_an_answer_that_is_no_longer_wanted_is_not_waited_for(page: Page, live_server: str) -> None:
    given_up: list[str] = []
    page.on("requestfailed", lambda request: given_up.append(request.url.removeprefix(live_server)))
    page.goto(live_server + "/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/suggest\?q=ba$"), hold)
    page.locator(WORDS).click()
    with page.expect_request(re.compile(r"/suggest\?q=ba$")):
        page.keyboard.type("ba")
    page.keyboard.type("by slee")
    expect(page.locator(f"{WORDS}-suggestions [role=option]")).to_have_count(1)
    assert len(held) == 1
    assert given_up == ["/suggest?q=ba"]


def test_without_a_signal_the_form_works_as_it_is(page: Page, live_server: str) -> None:
    page.goto(live_server + "/")
    page.route(re.compile("/suggest"), lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.locator(WORDS).fill("baby")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=baby"))


@pytest.mark.parametrize("address", ["/", "/results?place=ZA1+4QT"])
@pytest.mark.parametrize("language", ["", "/pl", "/ur"])
@pytest.mark.parametrize("field", [WORDS, PLACE])
def test_an_open_list_has_no_fault(
    new_context: NewContext, axe: Axe, live_server: str, address: str, language: str, field: str
) -> None:
    watched = watch(new_context(viewport=LONG_PHONE))
    page = watched.page
    page.goto(live_server + language + address)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.locator(field).fill("")
    typed(page, field, "we" if field == PLACE else "ba")
    page.keyboard.press("ArrowDown")
    assert axe(page) == []
    assert not watched.is_wider_than_its_window()
    assert watched.broken_rules() == []
    assert watched.complaints == []
    assert page.context.cookies() == []


@pytest.mark.parametrize("look", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_an_open_list_can_be_read_in_the_dark_and_in_high_contrast(
    new_context: NewContext, axe: Axe, live_server: str, look: dict[str, str]
) -> None:
    page = new_context(**look).new_page()
    page.goto(live_server + "/")
    typed(page, WORDS, "ba")
    page.keyboard.press("ArrowDown")
    assert axe(page) == []


def test_without_scripts_the_field_is_a_field(new_context: NewContext, live_server: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live_server + "/")
    page.locator(WORDS).fill("baby")
    expect(page.get_by_role("combobox")).to_have_count(0)
    page.get_by_role("button", name="Find help").click()
    expect(page).to_have_url(re.compile("q=baby"))
