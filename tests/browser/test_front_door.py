"""Asking for help in a browser: by keyboard and by the names a screen reader says; leaving; out of time."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from hubfinder.display.words import translations
from tests.browser.watching import watch, weigh
from tests.support.browser import PHONE, Axe, NewContext

WEATHER = "https://www.bbc.co.uk/weather"
STORY = "Nobody in our house sleeps"
MOST_BYTES = 60 * 1024
MOST_TABS = 60


class Keyboard:
    """Somebody who hears the page and has no mouse: every control is found by its role and its name."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.said = translations(language).gettext

    def control(self, role: str, name: str, group: str = "") -> Locator:
        """By what is said of it; ``group`` is the question that an answer belongs to."""
        among = (
            self.page.get_by_role("group", name=self._begins(group)) if group else self.page.locator("main")
        )
        return among.get_by_role(role, name=self._begins(name))  # type: ignore[arg-type]

    def _begins(self, words: str) -> re.Pattern[str]:
        return re.compile("^" + re.escape(self.said(words)))

    def to(self, wanted: Locator) -> None:
        """Press Tab, and within a group of answers the arrows, until it has the focus."""
        expect(wanted).to_have_count(1)
        for _ in range(MOST_TABS):
            if wanted.evaluate("it => it === document.activeElement"):
                return
            is_beside = wanted.evaluate(
                "it => it.type === 'radio' && document.activeElement.name === it.name"
            )
            self.page.keyboard.press("ArrowDown" if is_beside else "Tab")
        raise AssertionError(f"no way to {wanted} by keyboard")

    def choose(self, name: str, group: str = "", role: str = "radio") -> None:
        wanted = self.control(role, name, group)
        self.to(wanted)
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()

    def tick(self, name: str, group: str = "") -> None:
        self.choose(name, group, "checkbox")

    def type(self, name: str, text: str) -> None:
        self.to(self.control("textbox", name))
        self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        self.to(self.control("button", name).last)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.said(words))


WALK: tuple[tuple[str, ...], ...] = (
    ("is", "Ask for help"),
    ("choose", "No", "Is someone in danger now?"),
    ("press", "Continue"),
    ("is", "Who is asking?"),
    ("choose", "I ask for myself or my family"),
    ("press", "Continue"),
    ("is", "Who is in the family?"),
    ("press", "Add a person"),
    ("is", "Somebody in the family"),
    ("choose", "A child or young person", "Who is this?"),
    ("type", "Name", "Ash Example"),
    ("type", "Day", "27"),
    ("type", "Month", "3"),
    ("type", "Year", "2021"),
    ("press", "Continue"),
    ("is", "Who is in the family?"),
    ("press", "Continue"),
    ("is", "Where the family lives"),
    ("type", "Postcode", "ZA1 4QT"),
    ("press", "Continue"),
    ("is", "Languages, and what would make it easier"),
    ("tick", "Polski"),
    ("choose", "Yes", "Do you need an interpreter?"),
    ("press", "Continue"),
    ("is", "Who helps already?"),
    ("press", "Continue"),
    ("is", "What is happening?"),
    ("type", "What is happening?", STORY),
    ("press", "Continue"),
    ("is", "What is it about?"),
    ("press", "Continue"),
    ("is", "What matters most to the child or young person"),
    ("press", "Continue"),
    ("is", "How we can get in touch"),
    ("choose", "Yes", "May we get in touch with you about this?"),
    ("tick", "Telephone", "How?"),
    ("press", "Continue"),
    ("is", "By telephone"),
    ("type", "Telephone number", "01632 960123"),
    ("choose", "No", "Is it safe to call?"),
    ("choose", "Yes", "Is it safe to send a text message?"),
    ("press", "Continue"),
    ("is", "What we may share"),
    ("tick", "Your family hub", "Who may read it, if they can help?"),
    ("tick", "What is happening and what would help", "What may they read?"),
    ("press", "Continue"),
    ("is", "Check your answers"),
    ("press", "Send"),
    ("is", "Your request is with us"),
)
"""What somebody hears, and what they press: whatever a page is called, and the names of its controls."""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_whole_form_by_keyboard_and_by_what_a_screen_reader_says(
    new_context: NewContext, axe: Axe, live_server: str, language: str
) -> None:
    watched = watch(new_context(viewport=PHONE))
    at = "" if language == "en" else f"/{language}"
    keys = Keyboard(watched.page, language)
    watched.page.goto(f"{live_server}{at}/ask")
    for what, *words in WALK:
        if what == "is":
            keys.heading(words[0])
            assert axe(watched.page) == [], words
            assert not watched.is_wider_than_its_window(), words
        else:
            getattr(keys, what)(*words)
    assert watched.page.url == f"{live_server}{at}/ask/sent"
    assert watched.complaints == []
    assert watched.broken_rules() == []


def test_an_error_is_where_the_reader_is_put(new_context: NewContext, axe: Axe, live_server: str) -> None:
    page = new_context(viewport=PHONE).new_page()
    _begin(page, live_server)
    page.goto(f"{live_server}/ask/contact")
    page.get_by_role("button", name="Continue").press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert axe(page) == []
    page.get_by_role("link", name="Choose an answer").press("Enter")
    expect(page.get_by_role("radio", name="Yes")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error:"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_whoever_left_in_a_hurry_can_be_followed_back_to_no_answer(
    new_context: NewContext, live_server: str, outside_requests: list[str], scripts: bool
) -> None:
    context = new_context(java_script_enabled=scripts)
    context.route(WEATHER, lambda route: route.fulfill(body="<title>Rain</title>", content_type="text/html"))
    page = context.new_page()
    _begin(page, live_server)
    for _ in range(2):
        page.goto(f"{live_server}/ask/story")
        page.get_by_label("What is happening?").fill(STORY)
        page.get_by_role("button", name="Continue").click()
    page.goto(f"{live_server}/ask/story")
    expect(page.get_by_label("What is happening?")).to_have_value(STORY)
    page.get_by_role("link", name="Exit this page").click()
    page.wait_for_url(WEATHER)
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        assert STORY not in page.content()
        assert page.locator("textarea").count() == 0
    assert not [one for one in context.cookies() if one["name"] == "request"]
    outside_requests.clear()


def test_before_the_time_is_up_the_page_says_so_and_more_can_be_had(
    new_context: NewContext, axe: Axe, live_server: str
) -> None:
    page = new_context().new_page()
    page.clock.install()
    _begin(page, live_server)
    keep = page.get_by_role("button", name="Keep my answers")
    expect(keep).to_be_hidden()
    page.clock.fast_forward("23:58:30")
    expect(keep).to_be_visible()
    assert axe(page) == []
    keep.press("Enter")
    expect(keep).to_be_hidden()
    page.clock.fast_forward("23:50:00")
    expect(keep).to_be_hidden()


@pytest.mark.parametrize("language", ["", "/ar", "/bn"])
def test_no_page_weighs_more_than_an_old_telephone_can_carry(
    new_context: NewContext, live_server: str, language: str
) -> None:
    context = new_context()
    _begin(context.new_page(), live_server)
    for key in ("", "/continue", "/who", "/people/new", "/language", "/story", "/sharing", "/keep"):
        assert weigh(_cold(context), f"{live_server}{language}/ask{key}") <= MOST_BYTES, key


@pytest.mark.parametrize("width", [320, 1280])
def test_what_the_walk_does_not_pass_breaks_no_rule(
    new_context: NewContext, axe: Axe, live_server: str, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{live_server}/ask")
    page.get_by_label("I am not sure").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Do not wait for us")
    assert axe(page) == []
    page.goto(f"{live_server}/ask/who")
    page.get_by_label("I work with a family").check()
    page.get_by_role("button", name="Continue").click()
    for key in ("professional", "sharing", "people/new", "helpers/new", "keep", "continue"):
        page.goto(f"{live_server}/ask/{key}")
        assert axe(page) == [], key
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), key
    page.goto(f"{live_server}/ask/keep")
    page.get_by_role("button", name="Give me a code").click()
    expect(page.get_by_text("Write it down now.")).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_long_letter_is_not_cut_off_and_how_much_is_too_much_is_said(
    new_context: NewContext, axe: Axe, live_server: str, scripts: bool
) -> None:
    page = new_context(viewport=PHONE, java_script_enabled=scripts).new_page()
    _begin(page, live_server)
    page.goto(f"{live_server}/ask/story")
    field, room = page.get_by_label("What is happening?"), page.locator("#story-room")
    expect(room).to_have_text("Use at most 3,000 characters")
    field.fill("x" * 8_000)
    if scripts:
        expect(room).to_have_text("Too many characters: 5,000")
        field.fill("x" * 2_250)
        expect(room).to_have_text("Characters left: 750")
        field.fill("x" * 2_249)
        expect(room).to_have_text("Use at most 3,000 characters")
        field.fill("ড়👩‍👧" * 1_000)  # as the server counts them: two signs, and three in one picture
        expect(room).to_have_text("Too many characters: 2,000")
        field.fill("x" * 8_000)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="Use at most 3,000 characters")).to_be_visible()
    expect(field).to_have_value("x" * 8_000)
    expect(room).to_have_text("Too many characters: 5,000")
    if scripts:
        assert axe(page) == []
    field.fill(STORY)
    if scripts:
        expect(room).to_have_text(f"Characters left: {3_000 - len(STORY):,}")
    page.get_by_role("button", name="Continue").click()
    page.goto(f"{live_server}/ask/story")
    expect(field).to_have_value(STORY)


@pytest.mark.parametrize("language", ["", "/ar"])
def test_two_windows_show_what_the_other_said(
    new_context: NewContext, axe: Axe, live_server: str, language: str
) -> None:
    context = new_context(viewport=PHONE)
    first, second = context.new_page(), context.new_page()
    _begin(first, live_server)
    for page, words in ((first, "Nobody sleeps.\n\nWe are tired."), (second, "The baby cries at night.")):
        page.goto(f"{live_server}{language}/ask/story")
        page.locator("#story").fill(words)
    for page in (first, second):
        page.locator("#go").click()
    expect(second.locator("#story")).to_have_value("The baby cries at night.")
    expect(second.locator("#story-other p")).to_have_text("Nobody sleeps.\n\nWe are tired.")
    expect(second.locator("#story")).to_have_accessible_description(re.compile("We are tired"))
    assert axe(second) == []
    assert second.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _begin(page: Page, live_server: str) -> None:
    page.goto(f"{live_server}/ask")
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/ask/who")


def _cold(context: BrowserContext) -> Page:
    """A page that fetches everything anew."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return page
