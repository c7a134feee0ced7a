"""Other hours of a day on which the place is shut: families are told that it is shut, and nothing else."""

from datetime import time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from hubfinder.clock import today, utc_now
from hubfinder.database import begin_writing
from hubfinder.directory.actions import save_location
from hubfinder.directory.models import Closure, Location, ScheduleException
from hubfinder.directory.values import LocationDetails
from hubfinder.display.formats import day_of_year
from hubfinder.extensions import db
from tests.pages.listings import HOME
from tests.pages.reading import Reader
from tests.support import life

HUB = "quayside-family-hub"
DAY = today() + timedelta(days=3)
ON_THE_DAY = f"1pm to 3pm on {day_of_year(DAY)}"
EVERYWHERE = ("/service/one-place", "/service/two-places", f"/hub/{HUB}")


@pytest.fixture(scope="module")
def app(app: Flask) -> Flask:
    """An extra day of the hub, of a service there, and of one that is also at a hall."""
    extra = {"first_day": DAY.isoformat(), "last_day": DAY.isoformat(), "note": "Open day"}
    extra |= {"opens_at": "13:00", "closes_at": "15:00"}
    with app.app_context():
        begin_writing(db.session)
        save_location(db.session, LocationDetails("mill-hall", "Mill Hall", lat=HOME[0], lon=HOME[1]))
        other = ScheduleException(first_day=DAY, last_day=DAY, opens_at=time(13), closes_at=time(15))
        other.location_id = _hub().id
        db.session.add(other)
        life.published(db.session, "one-place", locations=[HUB], exceptions=[extra])
        life.published(db.session, "two-places", locations=[HUB, "mill-hall"], exceptions=[extra])
        db.session.commit()
    return app


def _hub() -> Location:
    return db.session.scalars(select(Location).where(Location.key == HUB)).one()


def test_an_extra_day_is_told_until_the_place_is_closed_on_it(app: Flask) -> None:
    read = Reader(app.test_client())
    assert [ON_THE_DAY in read(address).text for address in EVERYWHERE] == [True, True, True]
    with app.app_context():
        begin_writing(db.session)
        closure = Closure(first_day=DAY, last_day=DAY, reason="The roof leaks", made_at=utc_now())
        closure.location_id = _hub().id
        db.session.add(closure)
        db.session.commit()
    pages = [read(address).text for address in EVERYWHERE]
    assert [ON_THE_DAY in page for page in pages] == [False, True, False]
    assert all("The roof leaks" in page for page in pages)
