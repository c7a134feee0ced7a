"""The map that people can move, in a real browser: only when asked for, and then for everybody."""

import re

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.watching import Watched, watch
from tests.pages.addresses import in_language
from tests.support.browser import Axe, NewContext, Violation

RESULTS = "/results?place=ZA1+4QT&q=baby"
MAP = "/map?place=ZA1+4QT&kinds=ward"
OPEN, CLOSE = "Open the map you can move", "Close the map"


def opened(page: Page, address: str) -> Locator:
    """The open map of a page; on the page of the map it opens by itself."""
    page.goto(address)
    button = page.locator(".map-button")
    if "/map?" not in address:
        button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    return page.locator(".map-panel")


def open_choices(page: Page) -> None:
    for summary in page.locator(".map-choices summary").all():
        summary.click()


def faults(page: Page, axe: Axe) -> list[Violation]:
    """What axe finds from the top of the page: what the bar half hides looks too small to it."""
    page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
    return axe(page)


def focused_label(page: Page) -> str:
    words: str = page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText"
    )
    return words.strip()


def tab_to(page: Page, wanted: str, most: int = 40) -> None:
    """Press Tab until the keyboard is on something of that name."""
    reached = []
    for _ in range(most):
        page.keyboard.press("Tab")
        reached.append(focused_label(page))
        if reached[-1].startswith(wanted):
            return
    raise AssertionError(f"{wanted!r} was not reached: {reached}")


def test_nothing_of_the_map_is_fetched_before_somebody_asks(page: Page, live_server: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: _note(request, asked))
    page.goto(live_server + RESULTS)
    page.wait_for_load_state("networkidle")
    assert [address for address in asked if "map" in address.removeprefix(live_server)] == []
    expect(page.locator(".locator > svg")).to_be_visible()
    page.get_by_role("button", name=OPEN).click()
    expect(page.locator(".map-panel")).to_be_visible()
    assert all(address.startswith(live_server + "/") for address in asked)
    assert {re.sub(r"-\w{12}(?=\.)", "", address.split("/")[3].split("?")[0]) for address in asked} >= {"map"}


def _note(request: Request, asked: list[str]) -> None:
    if not request.url.startswith("data:"):
        asked.append(request.url)


@pytest.mark.parametrize("address", [RESULTS, MAP, "/hub/quayside-family-hub", "/footprint/ward/Z05000001"])
def test_without_scripts_there_is_the_drawing_and_no_button(
    new_context: NewContext, live_server: str, address: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live_server + address)
    expect(page.locator(".locator > svg")).to_be_visible()
    expect(page.locator(".map-button")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "pl", "ur"])
@pytest.mark.parametrize("address", [RESULTS, MAP])
def test_the_open_map_has_no_fault_in_any_language(
    new_context: NewContext, axe: Axe, live_server: str, address: str, language: str
) -> None:
    watched = watch(new_context())
    panel = opened(watched.page, live_server + in_language(address, language))
    open_choices(watched.page)
    expect(panel.locator(".map-ground")).to_have_attribute("dir", "ltr")
    panel.locator(".map-rows button").first.click()
    found = {}
    for width in (360, 1280):
        watched.page.set_viewport_size({"width": width, "height": 800})
        found[width] = faults(watched.page, axe)
    assert found == {360: [], 1280: []}
    _keeps_the_rules(watched)


def _keeps_the_rules(watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 320, "height": 640})
    assert not watched.is_wider_than_its_window()
    assert watched.broken_rules() == []
    assert watched.complaints == []


@pytest.mark.parametrize("look", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_the_open_map_has_no_fault_in_other_colours(
    new_context: NewContext, axe: Axe, live_server: str, look: dict[str, str]
) -> None:
    page = new_context(**look).new_page()
    opened(page, live_server + RESULTS)
    assert faults(page, axe) == []


def test_the_keyboard_alone_opens_moves_and_closes_it(page: Page, live_server: str) -> None:
    page.goto(live_server + RESULTS)
    button = page.locator(".map-button")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_text(CLOSE)
    expect(button).to_be_focused()
    tab_to(page, "Closer")
    tab_to(page, "Map you can move")
    link = page.get_by_role("link", name="Link to this map")
    seen = [link.get_attribute("href")]
    for key in ("ArrowRight", "ArrowDown", "-", "+"):
        page.keyboard.press(key)
        expect(link).not_to_have_attribute("href", seen[-1] or "")
        seen.append(link.get_attribute("href"))
    expect(page.locator(".map-reading")).to_contain_text("In the middle of the map: Ward: Harbour")
    page.keyboard.press("Escape")
    expect(page.locator(".map-panel")).to_have_count(0)
    expect(page.get_by_role("button", name=OPEN)).to_be_focused()


def test_marks_come_in_the_order_of_the_list_and_open(page: Page, live_server: str) -> None:
    panel = opened(page, live_server + RESULTS)
    names = [name.strip() for name in panel.locator(".map-name [lang=en]").all_inner_texts()]
    marks = panel.locator(".map-mark")
    labels = [mark.get_attribute("aria-label") or "" for mark in marks.all()]
    assert [re.sub(r"^\d+\. |, [^,]+$", "", label) for label in labels] == names
    panel.locator(".map-ground").focus()
    page.keyboard.press("Tab")
    expect(marks.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.locator(".leaflet-popup")).to_contain_text(names[0])
    expect(panel.locator(".map-rows > .is-chosen")).to_contain_text(names[0])
    page.keyboard.press("Escape")
    expect(panel.locator(".leaflet-popup")).to_have_count(0)
    expect(marks.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=OPEN)).to_be_focused()


def test_choosing_in_the_list_opens_the_mark_and_the_other_way_round(page: Page, live_server: str) -> None:
    panel = opened(page, live_server + RESULTS)
    clinic = panel.get_by_role("button", name="Fishergate Clinic", exact=False).last
    clinic.click()
    expect(clinic).to_be_focused()
    expect(clinic).to_have_attribute("aria-expanded", "true")
    expect(panel.locator(".map-mark.is-chosen")).to_have_attribute(
        "aria-label", re.compile("Fishergate Clinic")
    )
    expect(panel.locator(".leaflet-popup")).to_contain_text("Fishergate Clinic")
    page.keyboard.press("Escape")  # what it says stands over the mark beside it
    expect(panel.locator(".leaflet-popup")).to_have_count(0)
    panel.locator(".map-mark[aria-label*=Quayside]").click()
    expect(panel.locator(".map-rows > .is-chosen")).to_have_count(1)
    expect(panel.locator(".map-rows > .is-chosen")).to_contain_text("Quayside Family Hub")
    expect(panel.get_by_role("link", name="Open its page").first).to_have_attribute(
        "href", "/hub/quayside-family-hub"
    )


def test_ticking_shows_more_places_and_areas(page: Page, live_server: str) -> None:
    panel = opened(page, live_server + RESULTS)
    open_choices(page)
    before = panel.locator(".map-rows > li").count()
    panel.get_by_label("Schools").check()
    panel.get_by_label("Surgeries").check()
    expect(panel.locator(".map-rows > li")).to_have_count(before + 2)
    assert panel.locator(".map-border").count() == 1
    with page.expect_response(re.compile("/map/footprints/.*kinds=local_authority")):
        panel.get_by_label("Council areas").check()
    expect(panel.locator(".map-border")).to_have_count(2)
    expect(panel.locator(".map-legend")).to_contain_text("Council areas")
    panel.locator(".map-sources summary").click()
    expect(panel.locator(".map-sources")).to_contain_text(
        "Council areas: official boundary. Source: Made up for tests. Date: 1 May 2026. "
        "Licence: Open Government Licence v3.0. Contains made-up data."
    )


def test_marks_close_together_are_one_until_somebody_goes_closer(page: Page, live_server: str) -> None:
    page.emulate_media(reduced_motion="reduce")  # each step is there at once
    panel = opened(page, live_server + RESULTS)
    for _ in range(4):
        panel.get_by_role("button", name="Farther away").click()
    together = panel.locator(".map-mark:has(.map-cluster)")
    expect(together).to_have_count(1)
    expect(together).to_have_attribute("aria-label", re.compile(r"^\d places close together: show them$"))
    before = panel.locator(".map-mark").count()
    together.focus()
    page.keyboard.press("Enter")
    expect(together).to_have_count(0)
    assert panel.locator(".map-mark").count() >= before
    assert page.evaluate("document.activeElement.classList.contains('map-mark')")


def test_the_area_under_the_pointer_is_named_and_a_click_leads_to_it(page: Page, live_server: str) -> None:
    panel = opened(page, live_server + MAP)
    panel.locator(".map-ground").hover(position={"x": 300, "y": 250})
    expect(panel.locator(".map-reading")).to_contain_text(re.compile("Under the pointer: .*Ward: Harbour"))
    expect(panel.locator(".map-area.is-over")).to_have_count(1)
    panel.locator(".map-ground").click(position={"x": 300, "y": 250})
    expect(panel.locator(".leaflet-popup").get_by_role("link", name="Harbour", exact=True)).to_have_attribute(
        "href", "/footprint/ward/Z05000001"
    )


def test_the_address_keeps_what_the_map_shows(page: Page, live_server: str) -> None:
    panel = opened(page, live_server + MAP)
    open_choices(page)
    panel.get_by_label("Primary care networks").check()
    expect(page).to_have_url(re.compile(r"kinds=ward,primary_care_network&at=54\.\d{3},2\.\d{3},\d+(\.5)?$"))
    at = page.url.split("at=")[1]
    page.reload()
    expect(panel).to_be_visible()
    open_choices(page)
    expect(panel.get_by_label("Primary care networks")).to_be_checked()
    assert page.url.split("at=")[1] == at


def test_areas_are_picked_by_pointer_key_and_checkbox(page: Page, live_server: str) -> None:
    page.goto(live_server + "/footprint/ward/Z05000001")
    page.evaluate(
        """() => {
          const map = document.querySelector('[data-map]')
          map.dataset.mapPicks = 'add'
          map.insertAdjacentHTML('beforebegin',
            '<form><label><input type="checkbox" name="add" value="ward:Z05000001"> Harbour</label></form>')
        }"""
    )
    page.locator(".map-button").click()
    ground, box = page.locator(".map-ground"), page.get_by_role("checkbox", name="Harbour", exact=True)
    picked = page.locator(".map-area.is-picked")
    expect(picked).to_have_count(0)
    size = ground.bounding_box()
    assert size is not None
    ground.click(position={"x": size["width"] / 2, "y": size["height"] / 2})
    expect(box).to_be_checked()
    expect(picked).to_have_count(1)
    ground.focus()
    page.keyboard.press("Enter")
    expect(box).not_to_be_checked()
    expect(picked).to_have_count(0)
    box.check()
    expect(picked).to_have_count(1)
    expect(page.locator(".leaflet-popup")).to_have_count(0)


def test_targets_are_large_enough_and_nothing_moves_by_itself(
    new_context: NewContext, live_server: str
) -> None:
    page = new_context(reduced_motion="reduce", viewport={"width": 360, "height": 740}).new_page()
    panel = opened(page, live_server + RESULTS)
    open_choices(page)
    for target in panel.locator("button:visible, summary:visible, .map-mark:visible, input:visible").all():
        size = target.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= 24, target.evaluate("e => e.outerHTML")
    expect(panel.locator(".leaflet-zoom-anim")).to_have_count(0)


def test_a_map_that_cannot_be_loaded_says_so_and_leaves_the_drawing(page: Page, live_server: str) -> None:
    page.route("**/map/marks/**", lambda route: route.fulfill(status=503, body="busy"))
    page.goto(live_server + RESULTS)
    page.locator(".map-button").click()
    expect(page.locator(".map-button")).to_have_text(re.compile("could not be loaded"))
    expect(page.locator(".locator > svg")).to_be_visible()
    page.unroute("**/map/marks/**")
    page.locator(".map-button").click()
    expect(page.locator(".map-panel")).to_be_visible()
