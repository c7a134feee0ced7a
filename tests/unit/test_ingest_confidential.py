"""No file brings in a text that tells where a refuge is, whatever the text belongs to."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hubfinder.ingest.hubs import HUBS
from hubfinder.ingest.locations import LOCATIONS
from hubfinder.ingest.organizations import ORGANIZATIONS
from hubfinder.ingest.services import SERVICES
from tests.support import factories
from tests.support.files import csv_file, load, refusals

Row = dict[str, str]
HELPERS: Row = {"key": "helpers", "name": "Harbour Helpers"}
HALL: Row = {
    "key": "hall", "name": "Village Hall", "address": "1 Green Row, Burslem", "postcode": "ZA1 2AB",
    "lat": "53.01", "lon": "-2.11",
}  # fmt: skip
REFUGE: Row = {
    "key": "refuge", "name": "Willow House", "address": "7 Secret Lane, Burslem", "postcode": "ZA1 4QT",
    "lat": "53.0486", "lon": "-2.1922", "confidential": "yes",
}  # fmt: skip
PLAY: Row = {
    "key": "play", "organization": "helpers", "name": "Stay and play", "summary": "Toys and songs.",
    "access": "universal", "delivery": "in_person", "locations": "hall",
}  # fmt: skip


@pytest.fixture
def world(session: Session, tmp_path: Path) -> Path:
    """An organization, a hall and a refuge."""
    assert load(session, ORGANIZATIONS, csv_file(tmp_path, "organizations", [HELPERS])).saved
    assert load(session, LOCATIONS, csv_file(tmp_path, "locations", [HALL, REFUGE])).saved
    return tmp_path


@pytest.mark.parametrize("locations", ["hall", "refuge", ""])
@pytest.mark.parametrize(
    ("column", "cell", "what"),
    [
        ("name", "Willow House drop-in", "name"),
        ("summary", "Near Secret Lane", "street"),
        ("description", "We are at Seven Secret Lane.", "address"),
        ("eligibility", "Write to ZA14QT", "postcode"),
        ("how_to_apply", "We are at 53.05, -2.19", "coordinates"),
        ("website", "https://willow-house.example.org/", "name"),
        ("email", "willow-house@example.org", "name"),
        ("key", "willow-house", "name"),
        ("assured_by", "Willow House", "name"),
        ("schedule", "Mon 10:00-12:00 (Willow House)", "name"),
        ("cost", "2.00 at Willow House", "name"),
    ],
)
def test_no_service_tells_of_a_refuge(
    session: Session, world: Path, column: str, cell: str, what: str, locations: str
) -> None:
    row = {**PLAY, "locations": locations, column: cell}
    report = load(session, SERVICES, csv_file(world, "services", [row]))
    assert refusals(report) == [(2, column, f"this text tells of a confidential place: its {what}")]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("key", "willow-house"),
        ("name", "Willow House"),
        ("description", "In Secret Lane"),
        ("website", "https://willowhouse.example.org/"),
        ("email", "willow-house@example.org"),
    ],
)
def test_no_organization_does(session: Session, world: Path, column: str, cell: str) -> None:
    report = load(session, ORGANIZATIONS, csv_file(world, "organizations", [{**HELPERS, column: cell}]))
    [(row, field, why)] = refusals(report)
    assert (row, field) == (2, column)
    assert "tells of a confidential place" in why


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("name", "Hall by Willow House"),
        ("opening", "Mon 10:00-12:00 (then at ZA1 4QT)"),
        ("key", "near-secret-lane"),
        ("address", "Behind Willow House"),
        ("address", "7 Secret Lane"),
    ],
)
def test_no_other_location_does(session: Session, world: Path, column: str, cell: str) -> None:
    report = load(session, LOCATIONS, csv_file(world, "locations", [REFUGE, {**HALL, column: cell}]))
    [(row, field, why)] = refusals(report)
    assert (row, field) == (3, column)
    assert "tells of a confidential place" in why


@pytest.mark.parametrize(
    ("column", "cell"), [("description", "Behind 7 Secret Ln"), ("provider", "Friends of Willow House")]
)
def test_no_hub_does(session: Session, world: Path, column: str, cell: str) -> None:
    row = {**HALL, "key": "hub", "name": "Hub", "site_type": "family hub", column: cell}
    [(_, field, _)] = refusals(load(session, HUBS, csv_file(world, "hubs", [row])))
    assert field == column


def test_a_neighbour_may_say_its_street_but_not_the_number_of_the_refuge(
    session: Session, world: Path
) -> None:
    neighbour = {**HALL, "key": "neighbour", "name": "Secret Lane Hall", "address": "12 Secret Lane"}
    assert load(session, LOCATIONS, csv_file(world, "locations", [neighbour])).saved
    said = {**PLAY, "locations": "neighbour", "description": "In Secret Lane."}
    assert load(session, SERVICES, csv_file(world, "services", [said])).saved
    for told in ({"description": "7 Secret Lane"}, {"description": "Secret Lane", "locations": "refuge"}):
        row = {**PLAY, **told}
        assert refusals(load(session, SERVICES, csv_file(world, "services", [row])))


def test_a_place_becomes_confidential_once_no_text_tells_of_it(session: Session, world: Path) -> None:
    told = {**PLAY, "description": "Meet at the Village Hall."}
    also = {**HELPERS, "description": "We meet in Green Row."}
    hidden = csv_file(world, "locations", [REFUGE, {**HALL, "confidential": "yes"}])
    load(session, SERVICES, csv_file(world, "services", [told, {**PLAY, "key": "other"}]))
    load(session, ORGANIZATIONS, csv_file(world, "organizations", [also]))
    assert refusals(load(session, LOCATIONS, hidden)) == [
        (
            3,
            "confidential",
            "the texts of service play, organization helpers tell of this place; change them first",
        )
    ]
    load(session, SERVICES, csv_file(world, "services", [PLAY]))
    load(session, ORGANIZATIONS, csv_file(world, "organizations", [HELPERS]))
    assert load(session, LOCATIONS, hidden).saved


def test_national_help_is_not_asked_to_change(session: Session, world: Path) -> None:
    factories.service(session, "Village Hall helpline", is_national=True)
    hidden = csv_file(world, "locations", [{**HALL, "confidential": "yes"}])
    assert load(session, LOCATIONS, hidden).saved
