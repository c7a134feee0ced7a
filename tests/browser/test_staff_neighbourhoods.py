"""Composing a neighbourhood in a real browser: with scripts and without, by keyboard, on the map."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.coming_in import cookie_of, signed_in_windows
from tests.browser.test_every_page import DESKTOP, TELEPHONE, faults
from tests.browser.watching import watch
from tests.pages.addresses import STAFF
from tests.support.browser import PHONE, Axe, NewContext
from tests.support.pages import application
from tests.support.people import signed_in

COMPOSE = "/staff/neighbourhoods/compose"
STATES = {
    "nothing chosen": COMPOSE,
    "a hole": f"{COMPOSE}?add=local_authority:Z06000001&without=ward:Z05000001&name=Ring",
    "faults": f"{COMPOSE}?add=ward:Z9&without=harbour&code=Old+Quay",
    "another council": f"{COMPOSE}?council=Z06000002&add=ward:Z05000001",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The small world."""
    with application(tmp_path_factory.mktemp("instance")) as app:
        app.testing = False
        yield app


@pytest.fixture
def new_context(app: Flask, new_context: NewContext, live_server: str) -> NewContext:
    """Windows of somebody who looks after what the council offers."""
    return signed_in_windows(new_context, live_server, cookie_of(signed_in(app)))


@pytest.mark.parametrize("name", STATES)
def test_a_state_of_the_page_has_no_fault(
    new_context: NewContext, axe: Axe, live_server: str, name: str
) -> None:
    watched = watch(new_context())
    watched.page.goto(live_server + STATES[name])
    assert faults(watched, axe) == {TELEPHONE: [], DESKTOP: []}


@pytest.mark.parametrize("how", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_it_has_no_fault_in_the_dark_and_in_high_contrast(
    new_context: NewContext, axe: Axe, live_server: str, how: dict[str, str]
) -> None:
    watched = watch(new_context(**how))
    watched.page.goto(live_server + STATES["a hole"])
    assert axe(watched.page) == []


def compose(page: Page, name: str) -> None:
    """Choose a ward without a catchment, name it and publish it."""
    page.get_by_label("Add Harbour", exact=True).check()
    page.get_by_text("Primary school catchment", exact=True).first.click()
    page.get_by_label("Take away St Anne's Primary School").check()
    page.get_by_role("button", name="Show what this makes").click()
    expect(page).to_have_url(re.compile(r"without=school_catchment_primary%3A990001&add=ward%3AZ05000001"))
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Agreed by").fill("Harbourmouth Council\nQuayside network")
    page.get_by_label("Agreed on").fill("2026-10-03")
    page.get_by_role("button", name="Publish").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_neighbourhood_is_composed_and_published(
    new_context: NewContext, live_server: str, scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts, viewport=PHONE).new_page()
    page.goto(live_server + COMPOSE)
    name = f"Quay {'with' if scripts else 'without'} scripts"
    compose(page, name)
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator("main")).to_contain_text(
        "Agreed by Harbourmouth Council, Quayside network on 3 October"
    )


def test_back_and_publish_again_publishes_nothing_new(page: Page, live_server: str) -> None:
    page.goto(live_server + COMPOSE)
    compose(page, "Quay of the double click")
    expect(page.locator("h1")).to_have_text("Quay of the double click")
    page.go_back()
    page.wait_for_url(re.compile("/compose"))
    page.get_by_label("Name", exact=True).fill("Quay of the double click")
    page.get_by_label("Agreed by").fill("Harbourmouth Council\nQuayside network")
    page.get_by_label("Agreed on").fill("2026-10-03")
    page.get_by_role("button", name="Publish").click()
    expect(page).to_have_url(re.compile(r"/footprint/neighbourhood/quay-of-the-double-click\?version=1"))


def test_the_keyboard_alone_chooses(page: Page, live_server: str) -> None:
    page.goto(live_server + COMPOSE)
    page.get_by_label("Add Harbour", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"add=ward%3AZ05000001"))
    expect(page.get_by_role("heading", name="3. How it fits")).to_be_visible()


def test_an_error_leads_to_its_field(page: Page, live_server: str) -> None:
    page.goto(live_server + STAFF["staff.compose"])
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.locator(".govuk-error-summary a[href='#agreed_by']").click()
    expect(page.get_by_label("Agreed by")).to_be_focused()


def test_a_click_or_a_key_on_the_map_chooses(page: Page, live_server: str) -> None:
    page.goto(live_server + COMPOSE)
    harbour = page.locator("input[name='add'][value='ward:Z05000001']")
    page.get_by_role("button", name="Open the map you can move").click()
    ground = page.locator(".map-ground")
    ground.focus()
    page.keyboard.press("Enter")
    expect(harbour).to_be_checked()
    size = ground.bounding_box()
    assert size is not None
    ground.click(position={"x": size["width"] / 2 - 25, "y": size["height"] / 2 + 25})
    expect(harbour).not_to_be_checked()
