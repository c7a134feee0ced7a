"""The guided route in a browser: by keyboard, without scripts, with the back button."""

from playwright.sync_api import Page, expect

from tests.support.browser import NewContext


def question(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_the_route_is_walked_by_keyboard_without_scripts(new_context: NewContext, live_server: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server}/guide")
    page.get_by_label("A baby is coming").focus()
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/guide/more?*")  # a key that was pressed waits for nothing
    assert question(page) == "What would help most?"
    page.get_by_label("Sleep and crying").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Go on").press("Enter")
    assert question(page) == "How old is the baby?"
    page.get_by_label("Under 1").check()
    page.get_by_role("button", name="Go on").press("Enter")
    page.get_by_label("Your postcode or place").fill("ZA1 4QT")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your answers")).to_be_visible()
    page.get_by_role("link", name="What is happening?").click()
    assert page.get_by_label("We have a new baby").is_checked()


def test_the_back_button_leads_to_the_question_before(new_context: NewContext, live_server: str) -> None:
    page = new_context().new_page()
    page.goto(f"{live_server}/guide")
    page.get_by_label("Money is short").check()
    page.get_by_role("button", name="Go on").click()
    assert question(page) == "What is hardest right now?"
    page.go_back()
    assert question(page) == "What is happening?"


def test_who_is_afraid_leaves_no_trace_of_the_answer_in_the_address(
    new_context: NewContext, live_server: str
) -> None:
    page = new_context().new_page()
    page.goto(f"{live_server}/guide?place=ZA1+4QT")
    page.get_by_label("Someone is hurting or frightening us").check()
    page.get_by_role("button", name="Go on").click()
    assert page.url == f"{live_server}/safety"


def test_an_error_is_where_the_reader_is_put(new_context: NewContext, live_server: str) -> None:
    page = new_context().new_page()
    page.goto(f"{live_server}/guide")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Choose what is happening").click()
    expect(page.get_by_label("A baby is coming")).to_be_focused()


def test_a_sheet_is_printed_on_a4_without_the_furniture(new_context: NewContext, live_server: str) -> None:
    page = new_context().new_page()
    page.goto(f"{live_server}/collections/start-for-life/sheet?place=ZA1+4QT")
    page.emulate_media(media="print")
    for hidden in (".urgent", ".govuk-breadcrumbs", ".screen-only", ".masthead nav"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.get_by_text("In danger now? Ring 999").first).to_be_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594.95996 841.91998]" in paper or b"/MediaBox [0 0 595 842]" in paper
