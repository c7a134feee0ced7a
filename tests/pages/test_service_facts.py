"""What the page of a service says of places, other days, prices and free places."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.directory.actions import save_location
from hubfinder.directory.values import LocationDetails
from hubfinder.display.formats import day_of_year
from hubfinder.extensions import db
from tests.pages.listings import HOME
from tests.pages.reading import Page
from tests.support import life
from tests.support.pages import application

BREAK = today() + timedelta(days=3)


@pytest.fixture(scope="module")
def page(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page of a service at two halls, which says all there is to say."""
    with application(tmp_path_factory.mktemp("instance"), database_url) as app:
        with app.app_context():
            _listing()
        response = app.test_client().get("/service/singing")
        yield Page(response.status_code, response.get_data(as_text=True))


def _listing() -> None:
    begin_writing(db.session)
    for name in ("Mill Hall", "Saltings Hall"):
        key = name.lower().replace(" ", "-")
        place = LocationDetails(key, name, postcode="ZA1 4QT", lat=HOME[0], lon=HOME[1])
        save_location(db.session, place)
    db.session.commit()
    hours = {"opens_at": "10:00", "closes_at": "11:00", "season": "always", "note": ""}
    life.published(
        db.session, "singing", locations=["mill-hall", "saltings-hall"],
        schedule=[
            {**hours, "weekday": "Mon", "site": "mill-hall"},
            {**hours, "weekday": "Tue", "site": "saltings-hall"},
            {**hours, "weekday": "Wed", "site": ""},
        ],
        exceptions=[
            {"first_day": BREAK.isoformat(), "last_day": BREAK.isoformat(), "note": "Staff training"},
        ],
        costs=[
            {"amount": 2.5, "description": "per session", "condition": ""},
            {"amount": 0, "description": "", "condition": "foster carers"},
        ],
        vacancies="waiting_list", vacancies_note="About two weeks.",
    )  # fmt: skip
    db.session.commit()


def test_sessions_stand_under_their_place(page: Page) -> None:
    assert "When Wednesdays 10am to 11am Mill Hall Mondays 10am to 11am Saltings Hall Tuesdays" in page.text


def test_days_without_it_are_told_with_the_reason(page: Page) -> None:
    assert f"No session on {day_of_year(BREAK)}: Staff training" in page.text


def test_prices_say_who_pays_them(page: Page) -> None:
    assert "Cost £2.50 per session Free (foster carers)" in page.text


def test_free_places_say_when_that_was_checked(page: Page) -> None:
    assert "Free places There is a waiting list About two weeks. Nobody has checked this yet" in page.text
