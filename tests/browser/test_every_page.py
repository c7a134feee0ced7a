"""Every page in every language on a telephone and a desktop: no fault that a program can find.

Each visit runs axe (WCAG 2.2 AA and good practice) at both sizes, and looks for anything the
Content-Security-Policy stopped, any complaint of the browser, a page that must be scrolled sideways at 320
(what is left of 1280 when the letters are four times as big, WCAG 1.4.10), and a cookie.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.watching import Watched, watch
from tests.pages.addresses import LANGUAGES, PAGES, SPECIAL, in_language
from tests.support.browser import Axe, NewContext, Violation

NARROWEST, TELEPHONE, DESKTOP = 320, 360, 1280
OWN_COOKIES = {"front_door.follow": {"follow"}}
"""Forms that hold a number of their own, so that no other site can send them for somebody."""


SETTLED = """async () => {
  for (let still = 0; still < 4; still += 1) {
    if (scrollY) { scrollTo(0, 0); still = -1 }
    await new Promise(done => setTimeout(done, 50))
  }
}"""
"""Of a page scrolled to a field, what is half out of sight counts as too small to touch; and a browser goes
back to the field a while after its window has changed."""


def faults(watched: Watched, axe: Axe) -> dict[int, list[Violation]]:
    """What axe finds with the page as wide as a telephone, and as a desktop; nothing is left folded."""
    watched.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = {}
    for width in (TELEPHONE, DESKTOP):
        watched.page.set_viewport_size({"width": width, "height": 800})
        watched.page.evaluate(SETTLED)
        found[width] = axe(watched.page)
    watched.page.set_viewport_size({"width": NARROWEST, "height": 640})
    assert not watched.is_wider_than_its_window()
    assert watched.broken_rules() == []
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_fault(
    new_context: NewContext, axe: Axe, live_server: str, name: str, language: str
) -> None:
    context = new_context()
    watched = watch(context)
    watched.page.goto(live_server + in_language(PAGES[name], language))
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
    assert watched.complaints == []
    assert {cookie["name"] for cookie in context.cookies()} == OWN_COOKIES.get(name, set())


@pytest.mark.parametrize("address", ["/ar/safety", "/ar/privacy", "/uk/safety", "/uk/privacy"])
def test_help_around_the_form_has_no_fault_in_a_language_of_the_form_alone(
    new_context: NewContext, axe: Axe, live_server: str, address: str
) -> None:
    watched = watch(new_context())
    watched.page.goto(live_server + address)
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
    assert watched.complaints == []


@pytest.mark.parametrize(
    ("name", "language"),
    [*((name, "en") for name in SPECIAL), ("malformed postcode", "ur"), ("all filters", "ur")],
)
def test_a_special_state_has_no_fault(
    new_context: NewContext, axe: Axe, live_server: str, name: str, language: str
) -> None:
    watched = watch(new_context())
    watched.page.goto(live_server + in_language(SPECIAL[name], language))
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}


@pytest.mark.parametrize("language", ["", "/ur"])
def test_the_nearest_hub_is_shown_by_a_form_and_stands_in_no_address(
    new_context: NewContext, axe: Axe, live_server: str, language: str
) -> None:
    watched = watch(new_context())
    page = watched.page
    for typed in ("", "Eelby", "ZA1 4QT"):
        page.goto(f"{live_server}{language}/ask")
        page.locator("#place").fill(typed)
        with page.expect_navigation():
            page.locator("#place").press("Enter")
        assert page.url == f"{live_server}{language}/ask"
        assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
        if typed == "Eelby":
            with page.expect_navigation():
                page.locator("button[name=place]").first.click()
            expect(page.locator("#place")).to_have_count(0)
    expect(page.locator("a[href$='/hub/quayside-family-hub']")).to_be_visible()
    assert page.url == f"{live_server}{language}/ask"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_fault_in_the_dark(
    new_context: NewContext, axe: Axe, live_server: str, name: str
) -> None:
    watched = watch(new_context(color_scheme="dark"))
    watched.page.goto(live_server + PAGES[name])
    assert axe(watched.page) == []


@pytest.mark.parametrize("name", ["public.start", "public.results", "public.hub"])
def test_a_page_has_no_fault_in_the_systems_high_contrast(
    new_context: NewContext, axe: Axe, live_server: str, name: str
) -> None:
    watched = watch(new_context(forced_colors="active"))
    watched.page.goto(live_server + PAGES[name])
    assert axe(watched.page) == []
