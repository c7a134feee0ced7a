"""Offer sheets in a real browser: from a name to a printed page, with and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import DESKTOP, TELEPHONE, faults
from tests.browser.watching import watch
from tests.pages.addresses import PAPER
from tests.support.browser import PHONE, Axe, NewContext

LOADED = "[...document.images].map(image => image.complete && image.naturalWidth > 0)"


def load_pictures(page: Page) -> list[bool]:
    """Whether each picture of the page is there, those further down too."""
    for picture in page.locator("img").all():
        picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    found: list[bool] = page.evaluate(LOADED)
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_a_receptionist_prints_a_sheet_in_polish_and_large(
    new_context: NewContext, live_server: str, *, scripts: bool
) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=scripts).new_page()
    page.goto(f"{live_server}/")
    page.get_by_role("link", name="Offer sheets to print").click()
    page.get_by_label("Your school, surgery, family hub or area").fill("ZA1 4QT")
    page.get_by_role("button", name="Find it").click()
    page.get_by_role("link", name="St Anne's Primary School").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("St Anne's Primary School")
    page.get_by_label("Language of the sheet").select_option("pl")
    page.get_by_label("Two pages").check()
    page.get_by_text("Only some topics, ages or languages").click()
    page.get_by_label("Age of the child or young person").select_option("2")
    page.get_by_role("button", name="Show this sheet").click()
    expect(page.get_by_label("Language of the sheet")).to_have_value("pl")
    expect(page.get_by_label("Two pages")).to_be_checked()
    expect(page.get_by_label("Age of the child or young person")).to_be_visible()
    printed = page.get_by_role("link", name="Print (PDF)")
    address = "/sheet.pdf?for=school:990001&age=2&pages=2&in=pl"
    expect(printed).to_have_attribute("href", address)
    file = page.request.get(live_server + address)
    assert file.headers["content-type"] == "application/pdf"
    assert file.body().startswith(b"%PDF")


def test_the_picture_of_the_sheet_is_shown(new_context: NewContext, live_server: str) -> None:
    watched = watch(new_context())
    watched.page.goto(f"{live_server}/sheet?for=school:990001")
    assert load_pictures(watched.page) == [True]
    assert watched.broken_rules() == []
    assert watched.complaints == []
    picture = watched.page.get_by_alt_text("Picture of page 1 of the sheet.")
    box = picture.bounding_box()
    assert box
    assert box["height"] / box["width"] == pytest.approx(297 / 210, abs=0.01)


def test_a_school_is_suggested_while_somebody_types(new_context: NewContext, live_server: str) -> None:
    page = new_context().new_page()
    page.goto(f"{live_server}/sheet")
    page.get_by_label("Your school, surgery, family hub or area").press_sequentially("st ann")
    page.get_by_role("option", name="St Anne's Primary School").click()
    page.get_by_role("button", name="Find it").click()
    expect(page).to_have_url(f"{live_server}/sheet?for=school:990001")


def test_the_print_button_is_in_sight_at_once_on_a_telephone(
    new_context: NewContext, live_server: str
) -> None:
    page = new_context(viewport={"width": 360, "height": 640}).new_page()
    page.goto(f"{live_server}/sheet?for=school:990001")
    expect(page.get_by_role("link", name="Print (PDF)")).to_be_in_viewport()


@pytest.mark.parametrize("language", ["en", "pl", "ur", "bn"])
def test_the_plain_page_has_no_fault(
    new_context: NewContext, axe: Axe, live_server: str, language: str
) -> None:
    watched = watch(new_context())
    watched.page.goto(live_server + PAPER.format(language))
    assert all(load_pictures(watched.page))
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}
    assert watched.complaints == []


def test_on_paper_the_plain_page_is_only_the_sheet(new_context: NewContext, live_server: str) -> None:
    page = new_context().new_page()
    page.goto(live_server + PAPER.format("en"))
    back = page.get_by_role("link", name="Back to the sheet")
    expect(back).to_be_visible()
    page.emulate_media(media="print")
    expect(back).to_be_hidden()
    expect(page.get_by_text("Is someone in danger now?")).to_be_visible()
