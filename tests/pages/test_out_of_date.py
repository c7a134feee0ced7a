"""Families see what may be out of date: the whole of a listing, or only what goes out of date sooner."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.directory.models import Service
from hubfinder.extensions import db
from hubfinder.search import engines
from hubfinder.search.documents import refresh_documents
from hubfinder.vocab import Vacancies
from tests.pages.reading import Reader

KEY, NAME = "sleep-clinic", "Sleep clinic for babies and toddlers"
TIMES = "These times may be out of date: ask before you go"
PLACES = "This may be out of date: ask whether there is room"


def _checked(app: Flask, days: int | None, **facts: object) -> None:
    """The sleep clinic was last checked so many days ago; never for none."""
    with app.app_context():
        begin_writing(db.session)
        day = None if days is None else today() - timedelta(days=days)
        row = db.session.scalars(
            update(Service)
            .where(Service.key == KEY)
            .values(assured_date=day, assured_by="Council", **facts)
            .returning(Service)
        ).one()
        refresh_documents(db.session, [row.id])
        db.session.commit()
        engines.catch_up(db.session, app.extensions["settings"], check=True)


@pytest.mark.parametrize(
    ("days", "times", "places"),
    [(0, False, False), (14, False, False), (15, False, True), (120, False, True), (121, True, True)],
)
def test_each_part_of_a_service_goes_by_its_own_time(
    app: Flask, read: Reader, days: int, times: bool, places: bool
) -> None:
    _checked(app, days, vacancies=Vacancies.PLACES)
    page = read(f"/service/{KEY}").text
    assert (TIMES in page) is times
    assert (PLACES in page) is places
    assert "Not checked for" not in page


def test_the_whole_goes_by_the_longest(app: Flask, read: Reader) -> None:
    _checked(app, 183)
    page = read(f"/service/{KEY}").text
    assert "Not checked for" in page
    assert TIMES in page
    assert "Not checked for" in read("/results?q=sleep+clinic").card(NAME)


def test_what_nobody_ever_checked_says_so_once(app: Flask, read: Reader) -> None:
    _checked(app, None, vacancies=Vacancies.FULL)
    page = read(f"/service/{KEY}").text
    assert "Nobody has checked this yet" in page
    assert TIMES not in page
    assert PLACES not in page


def test_a_card_says_that_times_may_have_changed(app: Flask, read: Reader) -> None:
    _checked(app, 120)
    assert "may be out of date" not in read("/results?q=sleep+clinic").card(NAME)
    _checked(app, 121)
    assert "its times may be out of date" in read("/results?q=sleep+clinic").card(NAME)


def test_the_week_of_a_hub_marks_such_times(app: Flask, read: Reader) -> None:
    _checked(app, 120)
    assert "may be out of date" not in read("/hub/quayside-family-hub").section("What is on this week")
    for days in (121, None):
        _checked(app, days)
        assert "may be out of date" in read("/hub/quayside-family-hub").section("What is on this week")
