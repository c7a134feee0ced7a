"""Importing boundaries from files that a program, a portal or somebody malicious got wrong."""

import json
import warnings
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.ingest.footprints import FOOTPRINTS
from hubfinder.ingest.report import Report
from hubfinder.places.models import Footprint
from hubfinder.vocab import FootprintKind
from tests.support.files import load, refusals
from tests.support.shapes import Area, geojson, square, with_gdal

WEST: Area = ("A", "West", square(2.0, 54.0))
EAST: Area = ("B", "East", square(2.1, 54.0))


def bring(session: Session, path: Path) -> Report:
    return load(
        session, FOOTPRINTS, path, footprint_kind=FootprintKind.WARD, code_field="code", name_field="name"
    )


FOUR = [[2, 54]] * 4
COLLAPSED_HOLE = [[[2, 54], [2.1, 54], [2.1, 54.1], [2, 54]], FOUR]


@pytest.mark.parametrize(
    ("geometry", "why"),
    [
        ({"type": "Polygon", "coordinates": [FOUR]}, "has no inside"),
        ({"type": "Polygon", "coordinates": [[[2, 54], [2.1, 54], [2, 54], [2, 54]]]}, "has no inside"),
        ({"type": "MultiPolygon", "coordinates": [[FOUR], [FOUR]]}, "has no inside"),
        ({"type": "Polygon", "coordinates": COLLAPSED_HOLE}, ""),
        ("POLYGON", "is not a shape as GeoJSON writes it"),
        (5, "is not a shape as GeoJSON writes it"),
        ([1], "is not a shape as GeoJSON writes it"),
        (True, "is not a shape as GeoJSON writes it"),
    ],
)
def test_a_geometry_that_is_none_refuses_its_row_and_the_rest_is_still_looked_at(
    session: Session, tmp_path: Path, geometry: object, why: str
) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST, EAST, ("C", "Last", shapely.Point(2, 54))])
    document = json.loads(path.read_text())
    document["features"][0]["geometry"] = geometry
    path.write_text(json.dumps(document), "utf-8")
    found = refusals(bring(session, path))
    assert (3, "geometry", "is a Point, not an area") in found
    assert [reason[: len(why)] for row, _, reason in found if row == 1] == ([why] if why else [])


@pytest.mark.parametrize(
    ("code", "name", "why"),
    [
        (True, "West", "code: 'True' is neither text nor a number"),
        ([1], "West", "code: '[1]' is neither text nor a number"),
        ("../A", "West", "code: '../A' is not a code: use letters, digits, '.', '_' and '-'"),
        ("..", "West", "code: '..' is not a code: use letters, digits, '.', '_' and '-'"),
        ("A B", "West", "code: 'A B' is not a code: use letters, digits, '.', '_' and '-'"),
        ("A\0", "West", "code: 'A\ufffd' is not a code: use letters, digits, '.', '_' and '-'"),
        ("A<b>", "West", "code: 'A<b>' is not a code: use letters, digits, '.', '_' and '-'"),
        ("A&#66;", "West", "code: 'A&#66;' is not a code: use letters, digits, '.', '_' and '-'"),
        ("", "West", "code: is empty"),
        ("A", "We\0st", "name: holds the control character U+0000"),
        ("A", "\u202eWest", "name: holds the control character U+202E"),
        ("A", "<b></b>", "name: is empty"),
        ("A", {}, "name: '{}' is neither text nor a number"),
        ("A", "x" * 256, "name: has more than 255 characters"),
    ],
)
def test_codes_and_names_are_plain_text(
    session: Session, tmp_path: Path, code: object, name: object, why: str
) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST])
    document = json.loads(path.read_text())
    document["features"][0]["properties"] = {"code": code, "name": name}
    path.write_text(json.dumps(document), "utf-8")
    [(row, field, reason)] = refusals(bring(session, path))
    assert (row, f"{field}: {reason}") == (1, why)


def test_an_infinite_code_is_none_and_tags_leave_a_name(session: Session, tmp_path: Path) -> None:
    path = geojson(tmp_path / "wards.geojson", [("A", "<b>West</b> &amp; more", WEST[2])])
    assert bring(session, path).saved
    assert session.scalars(select(Footprint.name)).one() == "West & more"
    path.write_text(path.read_text().replace('"A"', "1e999"), "utf-8")
    assert refusals(bring(session, path))[0][1:] == ("code", "'inf' is neither text nor a number")


def test_a_folder_is_named_and_a_web_page_is_told(session: Session, tmp_path: Path) -> None:
    report = bring(session, Path())
    assert (report.file, report.refusal) == (".", "It cannot be read: Is a directory.")
    page = tmp_path / "wards.geojson"
    page.write_text("<!DOCTYPE html>\n<html><body>Sign in</body></html>", "utf-8")
    assert bring(session, page).refusal.startswith("It is a web page")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("wards.gpkg", b"not one", "Its name ends in .gpkg, but it is no GeoPackage: look at what it is."),
        ("wards.shp", b"{}", "Its name ends in .shp, but it is no Shapefile: look at what it is."),
        ("wards.zip", b"PK", "Its name ends in .zip, but it is no ZIP file: look at what it is."),
        ("wards.geojson", b"%PDF-1.7", "It is a PDF, not a file of boundaries"),
        ("wards.geojson", b'{"features":\n [1,', "It is not valid JSON, so it is no GeoJSON file (line 2"),
        ("wards.geojson", b'{"features": [NaN]}', "It is not valid JSON, so it is no GeoJSON file (NaN is"),
        ("wards.geojson", b"[" * 100_000, "It is nested deeper than any real GeoJSON file."),
        ("wards.gpkg", b"", "It is empty."),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_told(
    session: Session, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert bring(session, path).refusal.startswith(why)


def test_what_gdal_finds_odd_is_a_note(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = with_gdal(tmp_path / "wards.gpkg", [WEST]), pyogrio.read_info

    def warning(*args: Any, **how: Any) -> object:
        warnings.warn(f"{path}: odd", RuntimeWarning, stacklevel=1)
        return read(*args, **how)

    monkeypatch.setattr("pyogrio.read_info", warning)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert bring(session, path).notes == ["Odd about the file: wards.gpkg: odd"]
