"""A hub or place that a file says has closed is shown nowhere."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location
from hubfinder.directory.queries import hub_by_key, nearest_hubs, service_by_key
from hubfinder.ingest.hubs import HUBS
from hubfinder.ingest.locations import LOCATIONS
from hubfinder.ingest.organizations import ORGANIZATIONS
from hubfinder.ingest.services import SERVICES
from hubfinder.places.values import Point
from hubfinder.search.models import SearchDocument
from tests.support.files import csv_file, load, refusals

Row = dict[str, str]
HUB: Row = {
    "key": "hub", "name": "Quayside Family Hub", "address": "12 Fish Row", "postcode": "ZA1 2AB",
    "lat": "54.755", "lon": "2.238", "site_type": "family hub", "provider": "Harbour Helpers",
}  # fmt: skip
HALL: Row = {"key": "hall", "name": "Hall", "address": "1 Green", "lat": "54.755", "lon": "2.239"}
PLAY: Row = {
    "key": "play", "organization": "helpers", "name": "Stay and play", "summary": "Toys and songs.",
    "access": "universal", "delivery": "in_person", "locations": "hub; hall",
}  # fmt: skip
CLOSED: Row = {"status": "closed"}


@pytest.fixture
def world(session: Session, tmp_path: Path) -> Path:
    """A hub, a hall and a service at both."""
    assert load(
        session, ORGANIZATIONS, csv_file(tmp_path, "organizations", [{"key": "helpers", "name": "Helpers"}])
    ).saved
    assert load(session, HUBS, csv_file(tmp_path, "hubs", [{**HUB, "status": "active"}])).saved
    assert load(session, LOCATIONS, csv_file(tmp_path, "locations", [HALL])).saved
    assert load(session, SERVICES, csv_file(tmp_path, "services", [PLAY])).saved
    session.expunge_all()
    return tmp_path


def sites(session: Session) -> list[str]:
    card = session.scalars(select(SearchDocument.card).where(SearchDocument.key == "play")).one()
    places = card["sites"]
    assert isinstance(places, list)
    return [place["name"] for place in places]


def test_a_closed_hub_is_nowhere(session: Session, world: Path) -> None:
    assert sites(session) == ["Quayside Family Hub", "Hall"]
    path = csv_file(world, "hubs", [{**HUB, **CLOSED}])
    for _ in range(2):  # the same file again says the same
        report = load(session, HUBS, path)
        assert report.saved
        assert report.counts["closed places"] == 1
        session.expunge_all()
        assert hub_by_key(session, "hub") is None
        assert nearest_hubs(session, Point(54.755, 2.238), limit=5) == []
        assert sites(session) == ["Hall"]
        assert session.scalars(select(SearchDocument).where(SearchDocument.key == "hub")).all() == []
    found = service_by_key(session, "play")
    assert found is not None
    assert [at.location.key for at in found.at_locations] == ["hall"]


def test_its_page_is_not_found(app: Flask, session: Session, world: Path) -> None:
    assert app.test_client().get("/hub/hub").status_code == 200
    load(session, HUBS, csv_file(world, "hubs", [{**HUB, **CLOSED}]))
    assert app.test_client().get("/hub/hub").status_code == 404


def test_a_closed_place_is_nowhere_and_can_open_again(session: Session, world: Path) -> None:
    gone = csv_file(world, "closed", [{"key": "hall", "name": "Hall", **CLOSED}])
    assert load(session, LOCATIONS, gone).saved
    assert session.scalars(select(Location.key)).all() == ["hub"]
    assert sites(session) == ["Quayside Family Hub"]
    [(_, field, why)] = refusals(load(session, SERVICES, csv_file(world, "services", [PLAY])))
    assert (field, why) == ("locations", "nothing here has the key “hall”")
    assert load(session, LOCATIONS, csv_file(world, "locations", [HALL])).saved
    assert load(session, SERVICES, csv_file(world, "services", [PLAY])).saved
    assert sites(session) == ["Quayside Family Hub", "Hall"]


def test_another_status_is_refused(session: Session, world: Path) -> None:
    [(_, field, _)] = refusals(load(session, HUBS, csv_file(world, "hubs", [{**HUB, "status": "shut"}])))
    assert field == "status"
