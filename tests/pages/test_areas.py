"""Where our areas come from: all layers, the versions of one, and areas as they were."""

from pathlib import Path

import pytest
import shapely
from flask import Flask
from sqlalchemy import select

from hubfinder.extensions import db
from hubfinder.ingest.footprints import FOOTPRINTS
from hubfinder.ingest.postcodes import POSTCODES
from hubfinder.ingest.running import How, import_files
from hubfinder.ingest.undoing import undo_layer
from hubfinder.places.layers import Area, LayerFacts, put_layer
from hubfinder.places.models import Layer
from hubfinder.vocab import Basis, FootprintKind
from tests.pages.listings import HOME
from tests.pages.reading import Reader
from tests.support.shapes import geojson

KEY = "msoa: ours/theirs"
LAT, LON = HOME


def box(west: float, east: float) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([shapely.box(LON + west, LAT - 0.02, LON + east, LAT + 0.02)])


@pytest.fixture(scope="module")
def number(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The number of a layer that has had two versions."""
    folder: Path = tmp_path_factory.mktemp("layers")
    chosen = FOOTPRINTS.options(
        FootprintKind.MSOA, "code", "name", source="The Office", licence="A licence", layer=KEY
    )
    first = [("M1", "Quay side", box(-0.02, 0.02)), ("M2", "Out & About", box(0.02, 0.06))]
    second = [("M1", "Quayside", box(-0.02, 0.0)), ("M3", "New End", box(0.0, 0.02))]
    with app.app_context():
        for areas in (first, second):
            db.session.rollback()
            path = geojson(folder / "areas.geojson", areas)
            [report] = import_files(db.session, FOOTPRINTS, [path], chosen, How(memberships=True))
            assert report.saved, report
        found = db.session.scalars(select(Layer.id).where(Layer.key == KEY)).one()
        db.session.rollback()
    return found


def test_all_layers_are_told_with_what_is_known_of_them(number: int, read: Reader) -> None:
    page = read("/areas")
    section = page.section("Middle area")
    for words in ("How it was drawn: official boundary", "The Office.", "A licence.", "Version 2, 2 areas"):
        assert words in section
    assert page.links["Ours/theirs"] == f"/areas/{number}"
    assert "traced from a published map" in page.section("Primary school catchment")


def test_it_says_where_the_postcodes_come_from(app: Flask, read: Reader, tmp_path: Path) -> None:
    file = tmp_path / "postcodes.csv"
    file.write_text("postcode,lat,lon\nZA9 9ZZ,54.75,2.1\n", "utf-8")
    options = POSTCODES.options(source="The Post", licence="A licence", attribution="Thanks to all")
    with app.app_context():
        db.session.rollback()
        [report] = import_files(db.session, POSTCODES, [file], options)
        assert report.saved
    assert "Postcodes Source: The Post. Licence: A licence. Thanks to all." in read("/areas").text


def test_a_layer_tells_its_versions_what_was_found_and_who_moved(number: int, read: Reader) -> None:
    page = read(f"/areas/{number}")
    assert page.status == 200
    found = page.section("What we found when it came in")
    assert "1 area is new in this version." in found
    assert "1 area is not there any more. By name: Out & About." in found
    assert "The areas fit together" in found
    moves = page.section("Postcodes gained and lost")
    assert "postcode is in another area" in moves or "postcodes are in another area" in moves
    assert "ZA1" in moves
    assert "Version 1 replaced by a later version" in page.section("All versions")
    assert page.links["Quayside"] == "/footprint/msoa/M1"


def test_an_older_version_is_marked_and_leads_to_the_areas_as_they_were(number: int, read: Reader) -> None:
    page = read(f"/areas/{number}?version=1")
    assert "This is an older version. It is not used any more." in page.text
    assert page.links["Out & About"] == f"/footprint/msoa/M2?version=1&layer={number}"
    gone = read(page.links["Out & About"])
    assert gone.status == 200
    assert "There is no such area any more." in gone.text
    assert "<svg" in gone.html
    assert 'name="robots" content="noindex"' in gone.html
    old = read("/footprint/msoa/M1?version=1")
    assert old.headings[0] == "Quay side"
    assert "This is an older version of this area. It is not in force." in old.text
    assert old.links["See the area as it is now"] == "/footprint/msoa/M1"
    current = read("/footprint/msoa/M1?version=2")
    assert current.headings[0] == "Quayside"
    assert "older version of this area" not in current.text
    assert current.links["See all areas that come from there, and older versions"] == f"/areas/{number}"


@pytest.mark.parametrize(
    "address",
    [
        "/areas/999999",
        "/areas/99999999999999999999999",
        "/areas/{number}?version=9",
        "/footprint/msoa/M1?version=9",
        "/footprint/msoa/M9?version=1&layer={number}",
        "/footprint/ward/M1?version=1&layer={number}",
        "/footprint/msoa/M2?version=1",
        "/footprint/msoa/M2",
    ],
)
def test_what_never_was_is_not_found(number: int, read: Reader, address: str) -> None:
    assert read(address.format(number=number)).status == 404


@pytest.mark.parametrize("asked", ["version=x", "version=-1", "version=%00", "page=x", "page=999999"])
def test_odd_numbers_of_an_address_are_passed_over(number: int, read: Reader, asked: str) -> None:
    assert read(f"/areas/{number}?{asked}").status == 200


def test_a_large_layer_is_told_page_by_page(app: Flask, read: Reader) -> None:
    many = [Area(f"N{n:04}", f"Area {n:04}") for n in range(250)]
    with app.app_context():
        stored = put_layer(db.session, LayerFacts("many", FootprintKind.POLICE_AREA, Basis.OFFICIAL), many)
        db.session.commit()
        address = f"/areas/{stored.layer_id}"
        db.session.rollback()
    first = read(address)
    assert "250 areas" in first.headings
    assert "Area 0099" in first.links
    assert "Area 0100" not in first.links
    last = read(read(first.links["Next page"]).links["Next page"])
    assert "Area 0249" in last.links
    assert "Page 3 of 3" in last.text


def test_a_layer_that_was_taken_back_says_so(app: Flask, read: Reader) -> None:
    with app.app_context():
        facts = LayerFacts("short-lived", FootprintKind.POLICE_AREA, Basis.OFFICIAL)
        stored = put_layer(db.session, facts, [Area("P1", "Passing")])
        db.session.commit()
        undo_layer(db.session, "short-lived")
    page = read(f"/areas/{stored.layer_id}")
    assert "No version of these areas is used at the moment." in page.text
    assert "This version was taken back" in page.text
    assert "Not used at the moment, 0 areas" in read("/areas").section("Police area")
    assert read(page.links["Passing"]).headings[0] == "Passing"
