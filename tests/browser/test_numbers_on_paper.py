"""Whatever is printed has 999 and the number for nights and weekends on it, where it can be read."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from hubfinder.extensions import db
from hubfinder.people.models import Person
from hubfinder.settings import DEMONSTRATION_OUT_OF_HOURS
from hubfinder.staff_vocab import Role
from tests.browser.coming_in import come_in, cookie_of
from tests.pages.addresses import PAGES, STAFF
from tests.support.asking import Asker
from tests.support.browser import NewContext
from tests.support.following import Follower
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, sign_in
from tests.support.staff import furnish


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One of its own: staff are put into it."""
    with application(tmp_path_factory.mktemp("instance")) as app:
        app.testing = False
        yield app


PRINTED = (
    "public.start",
    "public.results",
    "public.service",
    "public.hub",
    "public.saved",
    "public.safety",
    "front_door.ask",
)


def both_stand_on(page: Page) -> None:
    page.emulate_media(media="print")
    for number in ("999", DEMONSTRATION_OUT_OF_HOURS):
        expect(page.get_by_text(number).locator("visible=true").first).to_be_visible()


@pytest.mark.parametrize("endpoint", PRINTED)
def test_a_page_that_is_printed_has_both_numbers(
    new_context: NewContext, live_server: str, endpoint: str
) -> None:
    page = new_context().new_page()
    page.goto(live_server + PAGES[endpoint])
    both_stand_on(page)


def test_the_form_its_errors_and_a_request_have_them_too(
    app: Flask, new_context: NewContext, live_server: str
) -> None:
    page, family = new_context().new_page(), Follower(app)
    page.goto(f"{live_server}/ask")
    page.get_by_role("button", name="Continue").click()
    both_stand_on(page)
    page.goto(f"{live_server}/follow")
    page.locator("#reference").fill(family.reference)
    page.locator("#code").fill(family.code)
    page.locator("#code").press("Enter")
    page.wait_for_url(f"**{family.address()}")
    both_stand_on(page)
    page.goto(f"{live_server}/nowhere")
    both_stand_on(page)


def test_the_confirmation_has_them_too(app: Flask, new_context: NewContext, live_server: str) -> None:
    asker, context = Asker(app.test_client()).answer_all(), new_context()
    asker.send()
    cookie = asker.client.get_cookie("request")
    assert cookie
    context.add_cookies([{"name": "request", "value": cookie.value, "url": live_server}])
    page = context.new_page()
    page.goto(f"{live_server}/ask/sent")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is with us")
    both_stand_on(page)


def test_what_staff_print_of_a_request_has_them_too(
    app: Flask, new_context: NewContext, live_server: str
) -> None:
    with app.app_context():
        staff = furnish(db.session)
        person = db.session.get_one(Person, staff[HARBOURMOUTH, Role.FRONT_DOOR])
        cookie = cookie_of(sign_in(app.test_client(), person))
    page = come_in(new_context(), live_server, cookie).new_page()
    page.goto(live_server + STAFF["triage.printed"])
    expect(page.locator("h1")).to_be_visible()
    both_stand_on(page)
