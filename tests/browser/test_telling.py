"""Telling us that something is wrong in a browser: by keyboard, without scripts, heard instead of seen."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Axe, NewContext

WRONG = "/service/sleep-clinic/wrong"


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until the control with an id has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            return
    raise AssertionError(f"no way to {name} by keyboard")


@pytest.mark.parametrize("scripts", [True, False])
def test_something_wrong_is_told_by_keyboard_alone(
    new_context: NewContext, live_server: str, scripts: bool
) -> None:
    context = new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{live_server}{WRONG}")
    if scripts:
        tab_to(page, "part")
    else:
        page.locator("#part").focus()
    for key in ("Space", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type(f"It begins at eleven now, {scripts}")
    for _ in range(3):  # what would be right, the email, the button: the field for programs is passed over
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you. We have it.")).to_be_visible()
    reference = page.locator("p.code").inner_text()
    assert reference not in page.url
    page.get_by_role("link", name="See what came of it, with your reference").press("Enter")
    page.get_by_label("Your reference").fill(reference.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nobody has looked at it yet")).to_be_visible()
    assert reference not in page.url
    assert context.cookies() == []


def test_an_error_is_where_the_reader_is_put(new_context: NewContext, live_server: str) -> None:
    page = new_context().new_page()
    page.goto(f"{live_server}{WRONG}")
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Choose what is wrong").press("Enter")
    expect(page.get_by_label("The telephone number")).to_be_focused()


@pytest.mark.parametrize("width", [320, 1280])
def test_thanks_and_errors_break_no_rule_of_accessibility(
    new_context: NewContext, axe: Axe, live_server: str, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{live_server}/service/sleep-clinic/feedback")
    page.get_by_role("button", name="Send").click()
    assert axe(page) == []
    page.locator("#text").fill(f"My partner hits me, {width}")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you. We have it.")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
