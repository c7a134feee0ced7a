"""Importing family hubs, children's centres and libraries from lists that other people keep."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location, Organization, Service
from hubfinder.directory.queries import hub_by_key, service_by_key
from hubfinder.ingest.hubs import HUBS
from hubfinder.ingest.libraries import LIBRARIES
from hubfinder.search.engines import keeper_of
from hubfinder.search.models import SearchDocument
from hubfinder.settings import Settings
from tests.support import factories
from tests.support.files import csv_file, load, refusals

Row = dict[str, str]
HUB: Row = {
    "name": "St Anne's Family Hub",
    "address": "12 Fish Row",
    "postcode": "ZA1 2AB",
    "lat": "54.755",
    "lon": "2.238",
    "telephone": "01632 960101",
    "site_type": "Family hub",
    "source": "A list",
    "provider": "Harbourmouth Council",
    "source_captured": "2026 (list of February)",
    "imd2025_decile": "1",
}
CENTRE: Row = {
    **HUB,
    "name": "Eelby Children's Centre",
    "postcode": "ZA3 3AB",
    "site_type": "children's centre",
}
OWN: Row = {
    **HUB,
    "key": "own-hub",
    "opening": "Mon-Fri 09:00-17:00",
    "description": "A hub.",
    "languages": "pl;ro",
    "accessibility": "step_free;parking",
    "email": "hub@example.org",
    "website": "https://hub.example.org/",
}
LIBRARY: Row = {
    "Reporting service": "Harbourmouth Council",
    "Name": "Central",
    "Type": "Static Library",
    "Address 1": "3 Customs Street",
    "Address 2": "Harbourmouth",
    "Address 3": "",
    "Postcode": "ZA1 2FL",
    "Longitude": "2.23",
    "Latitude": "54.75",
    "Operation in 2023": "LA",
    "Year closed": "",
    "Monday opening times": "AM & PM (with closure)",
    "Tuesday opening times": "All Day (continuous)",
    "Wednesday opening times": "All Day (continuous)",
    "Thursday opening times": "PM & Eve (continuous)",
    "Friday opening times": "AM Only",
    "Saturday opening times": "[Unknown]",
    "Sunday opening times": "Closed",
    "Hours open per week": "24.5",
    "Email or website": "library@example.org",
}


def geojson(folder: Path, name: str, rows: list[Row]) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {key: value for key, value in row.items() if key not in {"lat", "lon"}},
            "geometry": {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]},
        }
        for row in rows
    ]
    path = folder / f"{name}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def keys(session: Session, table: type[Location] | type[Service]) -> list[str]:
    return sorted(session.scalars(select(table.key)))


def test_a_hub_without_a_key_gets_one_from_name_and_postcode(session: Session, tmp_path: Path) -> None:
    report = load(session, HUBS, csv_file(tmp_path, "hubs", [HUB, CENTRE]))
    assert report.counts == {"family hubs": 1, "other places": 1}
    assert keys(session, Location) == ["eelby-childrens-centre-za3-3ab", "st-annes-family-hub-za1-2ab"]


def test_what_the_command_imports_can_be_searched_at_once(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    session.commit()
    path = csv_file(tmp_path, "hubs", [HUB])
    result = app.test_cli_runner().invoke(args=["import", "hubs", str(path)])
    assert result.exit_code == 0
    settings: Settings = app.extensions["settings"]
    assert keeper_of(settings).status(session, settings.index_dir).in_step


def test_only_a_family_hub_is_one(session: Session, tmp_path: Path) -> None:
    load(session, HUBS, csv_file(tmp_path, "hubs", [HUB, CENTRE]))
    hub = hub_by_key(session, "st-annes-family-hub-za1-2ab")
    assert hub is not None
    assert (hub.source, hub.as_of) == ("A list", "2026 (list of February)")
    assert hub_by_key(session, "eelby-childrens-centre-za3-3ab") is None
    assert session.scalars(select(SearchDocument.key)).all() == ["st-annes-family-hub-za1-2ab"]


def test_a_hub_comes_with_all_that_its_row_says(session: Session, tmp_path: Path) -> None:
    load(session, HUBS, csv_file(tmp_path, "hubs", [OWN]))
    hub = hub_by_key(session, "own-hub")
    assert hub is not None
    assert hub.organization is not None
    assert (hub.organization.key, hub.organization.name) == ("harbourmouth-council", "Harbourmouth Council")
    assert len(hub.schedules) == 5
    assert [language.code for language in hub.languages] == ["pl", "ro"]
    assert [one.feature.value for one in hub.accessibility] == ["step_free", "parking"]
    assert [phone.number for phone in hub.phones] == ["01632 960101"]
    assert (hub.email, hub.website) == ("hub@example.org", "https://hub.example.org/")


def test_a_provider_is_one_organization_however_its_name_is_joined(session: Session, tmp_path: Path) -> None:
    known = factories.organization(session, "Harbourmouth Council")
    rows = [HUB, {**CENTRE, "provider": "Wend-on-Sea Trust"}, {**OWN, "provider": "Wend on Sea Trust"}]
    load(session, HUBS, csv_file(tmp_path, "hubs", rows))
    names = session.scalars(select(Organization.name).order_by(Organization.name)).all()
    assert names == ["Harbourmouth Council", "Wend-on-Sea Trust"]
    hub = hub_by_key(session, "st-annes-family-hub-za1-2ab")
    assert hub is not None
    assert hub.organization_id == known.id


def test_the_same_hubs_as_geojson_are_the_same_hubs(session: Session, tmp_path: Path) -> None:
    load(session, HUBS, csv_file(tmp_path, "hubs", [HUB, CENTRE]))
    before = session.execute(select(Location.id, Location.key, Location.lat)).all()
    report = load(session, HUBS, geojson(tmp_path, "hubs", [HUB, CENTRE]))
    assert report.saved
    assert session.execute(select(Location.id, Location.key, Location.lat)).all() == before


def test_a_hub_that_stands_twice_is_refused(session: Session, tmp_path: Path) -> None:
    [(row, field, why)] = refusals(load(session, HUBS, csv_file(tmp_path, "hubs", [HUB, HUB])))
    assert (row, field) == (3, "key")
    assert "stands in row 2 already" in why


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [
        ("name", "", "name"),
        ("name", "☕", "name"),
        ("site_type", "", "site_type"),
        ("opening", "9-5", "opening"),
    ],
)
def test_a_hub_that_is_wrong_is_refused(
    session: Session, tmp_path: Path, column: str, cell: str, field: str
) -> None:
    row = {**HUB, "opening": "", "postcode": "", column: cell}
    [(_, found, _)] = refusals(load(session, HUBS, csv_file(tmp_path, "hubs", [row])))
    assert found == field


def test_a_library_is_a_place_with_a_service(session: Session, tmp_path: Path) -> None:
    factories.need(session, "activities")
    report = load(session, LIBRARIES, csv_file(tmp_path, "libraries", [LIBRARY]))
    assert report.counts == {"libraries": 1}
    library = service_by_key(session, "central-za1-2fl")
    assert library is not None
    assert library.name == "Central Library"
    assert library.organization.name == "Harbourmouth Council"
    assert library.hours == (
        "Monday: morning and afternoon with a break; Tuesday to Wednesday: morning to evening; "
        "Thursday: afternoon and evening; Friday: morning; Sunday: closed; 24.5 hours a week"
    )
    assert library.email == "library@example.org"
    assert [term.key for term in library.terms] == ["need:activities"]
    [at] = library.at_locations
    assert at.location.address == "3 Customs Street, Harbourmouth"
    assert (at.location.lat, at.location.lon) == (54.75, 2.23)
    assert not at.location.is_family_hub


@pytest.mark.parametrize(
    "change",
    [
        {"Year closed": "2019"},
        {"Operation in 2023": ""},
        {"Type": "Mobile Library"},
        {"Type": "Prison Library"},
    ],
    ids=str,
)
def test_what_nobody_can_walk_into_is_left_out(session: Session, tmp_path: Path, change: Row) -> None:
    report = load(session, LIBRARIES, csv_file(tmp_path, "libraries", [{**LIBRARY, **change}]))
    assert report.saved
    assert keys(session, Service) == []


def test_a_library_that_has_closed_is_taken_away(session: Session, tmp_path: Path) -> None:
    load(session, LIBRARIES, csv_file(tmp_path, "libraries", [LIBRARY]))
    load(session, LIBRARIES, csv_file(tmp_path, "libraries", [{**LIBRARY, "Year closed": "2024"}]))
    assert keys(session, Service) == []
    assert session.scalar(select(func.count()).select_from(SearchDocument)) == 0


def test_a_library_told_of_by_two_councils_is_one(session: Session, tmp_path: Path) -> None:
    old = {**LIBRARY, "Reporting service": "Old Council", "Operation in 2023": ""}
    report = load(session, LIBRARIES, csv_file(tmp_path, "libraries", [old, LIBRARY]))
    assert report.notes == ["Some libraries stand there twice: the first row that is open counts."]
    library = service_by_key(session, "central-za1-2fl")
    assert library is not None
    assert library.organization.name == "Harbourmouth Council"


@pytest.mark.parametrize(
    ("cell", "email", "websites"),
    [
        ("https://library.example.org/", "", ["https://library.example.org/"]),
        ("library.example.org", "", []),
        ("No address is published", "", []),
        ("", "", []),
    ],
)
def test_a_contact_is_an_address_or_nothing(
    session: Session, tmp_path: Path, cell: str, email: str, websites: list[str]
) -> None:
    load(session, LIBRARIES, csv_file(tmp_path, "libraries", [{**LIBRARY, "Email or website": cell}]))
    library = service_by_key(session, "central-za1-2fl")
    assert library is not None
    assert library.email == email
    assert [url.url for url in library.urls] == websites


def test_libraries_come_as_geojson_too(session: Session, tmp_path: Path) -> None:
    row = {
        "name": "Sandmere Library",
        "type": "Static Library",
        "operator": "Harbourmouth Council",
        "address_1": "1 Shore Road",
        "postcode": "ZA4 1AA",
        "operation_2023": "CR",
        "monday": "AM Only",
        "hours_open_per_week": "4",
        "snapshot": "31 Dec 2023",
        "lat": "54.80",
        "lon": "2.20",
    }
    assert load(session, LIBRARIES, geojson(tmp_path, "libraries", [row])).counts == {"libraries": 1}
    library = service_by_key(session, "sandmere-library-za4-1aa")
    assert library is not None
    assert library.hours == "Monday: morning; 4 hours a week"
    assert library.at_locations[0].location.as_of == "31 Dec 2023"
