"""Importing boundaries: formats, coordinate systems, layers that change, and shapes that are none."""

import json
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.ingest.footprints import FOOTPRINTS
from hubfinder.ingest.report import Report
from hubfinder.places.models import Footprint, Layer
from hubfinder.vocab import Basis, FootprintKind
from tests.support import factories as made
from tests.support.files import load, refusals
from tests.support.shapes import Area, geojson, square, with_gdal, zipped

WEST: Area = ("A", "West", square(2.0, 54.0))
EAST: Area = ("B", "East", square(2.1, 54.0))
WARD = FootprintKind.WARD


def bring(session: Session, path: Path, **options: Any) -> Report:
    chosen = {"footprint_kind": WARD, "code_field": "code", "name_field": "name", **options}
    return load(session, FOOTPRINTS, path, **chosen)


def stored(session: Session) -> dict[str, Footprint]:
    session.expire_all()
    return {one.code: one for one in session.scalars(select(Footprint).order_by(Footprint.code))}


def shape_of(footprint: Footprint) -> BaseGeometry:
    assert footprint.geom is not None
    shape: BaseGeometry = shapely.from_wkb(bytes(footprint.geom.data))
    return shape


@pytest.mark.parametrize("form", "geojson geojson.gz gpkg shp shp.zip gpkg.zip geojson.zip".split())
def test_every_format_gives_the_same_areas(session: Session, tmp_path: Path, form: str) -> None:
    kind, _, packed = form.partition(".")
    path = tmp_path / f"wards.{form.removesuffix('.zip')}"
    path = geojson(path, [WEST, EAST]) if kind == "geojson" else with_gdal(path, [WEST, EAST])
    if packed == "zip":
        path = zipped(tmp_path / "wards.zip", *tmp_path.glob("wards.*"))
    report = bring(session, path)
    assert report.saved, report
    assert report.notes == []
    found = stored(session)
    assert {code: one.name for code, one in found.items()} == {"A": "West", "B": "East"}
    assert shape_of(found["A"]).geom_type == "MultiPolygon"
    assert shapely.equals(shape_of(found["A"]), WEST[2])
    assert found["A"].layer.key == "ward:wards"


def test_what_is_said_of_a_layer_is_kept(session: Session, tmp_path: Path) -> None:
    path = geojson(tmp_path / "catchments.geojson", [WEST])
    bring(
        session,
        path,
        footprint_kind=FootprintKind.SCHOOL_CATCHMENT_PRIMARY,
        basis=Basis.TRACED,
        source="The council's booklet",
        licence="OGL",
        attribution="Somebody",
        layer="our-catchments",
    )
    layer = stored(session)["A"].layer
    said = (layer.key, layer.basis, layer.source, layer.licence, layer.attribution, layer.version)
    assert said == ("our-catchments", Basis.TRACED, "The council's booklet", "OGL", "Somebody", 1)


def test_the_same_file_again_changes_nothing_and_a_changed_one_is_a_new_version(
    session: Session, tmp_path: Path
) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST, EAST])
    bring(session, path)
    before = {code: one.id for code, one in stored(session).items()}
    assert "Nothing has changed" in bring(session, geojson(path, [EAST, WEST])).notes[0]
    assert stored(session)["A"].layer.version == 1
    again = bring(session, path, source="Now we say where it is from")
    assert "The areas are what they were" in again.notes[0]
    assert stored(session)["A"].layer.version == 2
    assert stored(session)["A"].layer.source == "Now we say where it is from"
    bring(session, geojson(path, [WEST, ("B", "East End", EAST[2])]))
    found = stored(session)
    assert (found["B"].name, found["B"].layer.version) == ("East End", 3)
    assert {code: one.id for code, one in found.items()} == before


def test_a_new_layer_takes_over_the_codes_it_has(session: Session, tmp_path: Path) -> None:
    bring(session, geojson(tmp_path / "old.geojson", [WEST, EAST]))
    before = stored(session)["A"].id
    bring(session, geojson(tmp_path / "new.geojson", [("A", "New West", WEST[2])]))
    found = stored(session)
    assert (found["A"].layer.key, found["A"].name, found["A"].id) == ("ward:new", "New West", before)
    assert found["B"].layer.key == "ward:old"
    bring(session, geojson(tmp_path / "old.geojson", [WEST, EAST]))
    assert stored(session)["A"].layer.key == "ward:old"


def test_areas_that_are_not_in_the_file_any_more_go(session: Session, tmp_path: Path) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST, EAST])
    bring(session, path)
    report = bring(session, geojson(path, [WEST]))
    assert report.findings["gone"] == {"count": 1, "first": [["B", "East"]]}
    assert list(stored(session)) == ["A"]


def test_an_area_that_services_are_for_does_not_go(session: Session, tmp_path: Path) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST, EAST])
    bring(session, path)
    made.service(session, "Stay and play", areas=(stored(session)["B"],))
    report = bring(session, geojson(path, [WEST]))
    assert not report.saved
    assert "B East (1 service)" in report.refusal
    assert list(stored(session)) == ["A", "B"]


def test_a_layer_keeps_its_kind(session: Session, tmp_path: Path) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST])
    bring(session, path, layer="mine")
    report = bring(session, path, layer="mine", footprint_kind=FootprintKind.ICB)
    assert "another kind (ward)" in report.refusal


def test_metres_of_the_british_grid_become_degrees(session: Session, tmp_path: Path) -> None:
    grid = shapely.box(651_359, 313_127, 651_459, 313_227)  # around the Ordnance Survey's worked example
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = bring(session, with_gdal(tmp_path / "wards.gpkg", [("A", "Grid", grid)], "EPSG:27700"))
    assert "OSTN15" in report.notes[0]
    assert "about 2 metres" in report.notes[0]
    middle = shape_of(stored(session)["A"]).centroid
    assert middle.distance(shapely.Point(1.716052, 52.657978)) < 0.0001
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    assert bring(session, geojson(tmp_path / "old.geojson", [("A", "Grid", grid)], crs=named)).saved
    assert shape_of(stored(session)["A"]).centroid.distance(middle) < 0.00001


def test_a_shapefile_that_names_no_system_is_taken_as_degrees(session: Session, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL says the same
        path = with_gdal(tmp_path / "wards.shp", [WEST], crs=None)
    assert bring(session, path).notes == [
        "The file names no coordinate system; longitude and latitude are assumed."
    ]


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (None, "is empty"),
        (shapely.Polygon(), "is empty"),
        (shapely.Point(2, 54), "is a Point, not an area"),
        (shapely.LineString([(2, 54), (3, 55)]), "is a LineString, not an area"),
        (shapely.box(54.0, 2.0, 54.1, 2.1), "wrong way round"),
        (shapely.box(95, 2, 96, 3), "not in or around the British Isles"),
        (shapely.box(-179, 49, 179, 61), "not in or around the British Isles"),
        (shapely.box(-10.9, 49, 3.9, 61), ""),
        (shapely.box(52.0, 100.0, 53.0, 101.0), "wrong way round"),
        (shapely.box(387_000, 347_000, 388_000, 348_000), "British grid"),
        (shapely.box(-243_000, 6_980_000, -242_000, 6_990_000), "another map projection"),
    ],
)
def test_a_shape_that_cannot_be_used_is_refused(
    session: Session, tmp_path: Path, shape: BaseGeometry | None, why: str
) -> None:
    report = bring(session, geojson(tmp_path / "wards.geojson", [WEST, ("B", "Odd", shape)]))
    if why:
        [(row, field, reason)] = refusals(report)
        assert (row, field) == (2, "geometry")
        assert why in reason
        assert stored(session) == {}
    else:
        assert report.saved


def test_codes_and_names_must_be_there_once(session: Session, tmp_path: Path) -> None:
    areas: list[Area] = [
        WEST,
        ("A", "Twice", EAST[2]),
        ("", "No code", EAST[2]),
        ("C", "", EAST[2]),
        ("D" * 61, "Long", EAST[2]),
    ]
    assert refusals(bring(session, geojson(tmp_path / "wards.geojson", areas))) == [
        (2, "code", "A stands in the file twice, first in row 1 (make one area of several parts of them)"),
        (3, "code", "is empty"),
        (4, "name", "is empty"),
        (5, "code", "has more than 60 characters"),
    ]


def test_a_field_that_is_not_there_is_answered_with_those_that_are(session: Session, tmp_path: Path) -> None:
    report = bring(session, geojson(tmp_path / "wards.geojson", [WEST]), code_field="WD24CD")
    assert report.refusal == "It has no field WD24CD. Its fields are: code, name."
    report = bring(session, with_gdal(tmp_path / "wards.gpkg", [WEST]), name_field="WD24NM")
    assert report.refusal == "It has no field WD24NM. Its fields are: code, name."
    assert bring(session, tmp_path / "wards.gpkg", name_field="NAME").saved


def test_codes_that_a_program_made_numbers_are_codes_again(session: Session, tmp_path: Path) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST])
    path.write_text(path.read_text().replace('"A"', "116645.0"), "utf-8")
    bring(session, path)
    assert list(stored(session)) == ["116645"]


def test_a_hair_crossing_is_mended_and_said(session: Session, tmp_path: Path) -> None:
    hair = shapely.Polygon(
        [(2, 54), (2.1, 54), (2.1, 54.1), (2.05, 54.1), (2.0501, 54.1001), (2.0501, 54.0999), (2, 54.1)]
    )
    assert not hair.is_valid
    report = bring(session, geojson(tmp_path / "wards.geojson", [("A", "Hair", hair)]))
    [mended] = report.findings["mended"]["first"]
    assert (mended["code"], mended["name"], abs(mended["changed"]) < 1) == ("A", "Hair", True)
    shape = shape_of(stored(session)["A"])
    assert shape.is_valid
    assert shape.area == pytest.approx(0.01, rel=0.01)


def test_a_bow_tie_has_no_inside_and_is_refused(session: Session, tmp_path: Path) -> None:
    bow = shapely.Polygon([(2, 54), (2.1, 54.1), (2.1, 54), (2, 54.1)])
    [(_, _, why)] = refusals(bring(session, geojson(tmp_path / "wards.geojson", [("A", "Bow", bow)])))
    assert why == "crosses itself so that it is not clear what lies inside"


@pytest.mark.parametrize("points", [200, 4_900, 60_000])
def test_a_tangle_is_refused_quickly(session: Session, tmp_path: Path, points: int) -> None:
    tangle = shapely.Polygon(np.random.default_rng(1).random((points, 2)) * 0.1 + (2, 54))
    path = geojson(tmp_path / "wards.geojson", [("A", "Tangle", tangle)])
    begin = time.monotonic()
    [(_, _, why)] = refusals(bring(session, path))
    assert why.startswith("crosses itself")
    assert time.monotonic() - begin < 3


def test_an_area_of_far_too_many_points_is_refused(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubfinder.ingest.soundness.MOST_POINTS", 100)
    ring = shapely.Point(2, 54).buffer(0.1, quad_segs=50)
    [(_, _, why)] = refusals(bring(session, geojson(tmp_path / "wards.geojson", [("A", "Round", ring)])))
    assert why == "has 201 points; at most 100 can be used (simplify it a little first)"


def test_neighbours_still_share_their_border_when_drawn(session: Session, tmp_path: Path) -> None:
    steps = [(2.1 + 0.00002 * (number % 2), 54 + number / 1000) for number in range(101)]
    west = shapely.Polygon([(2, 54), *steps, (2, 54.1)])
    east = shapely.Polygon([(2.2, 54.1), *reversed(steps), (2.2, 54)])
    bring(session, geojson(tmp_path / "wards.geojson", [("A", "West", west), ("B", "East", east)]))
    drawn = [shapely.from_wkb(bytes(one.outline or b"")) for one in stored(session).values()]
    assert shapely.get_num_coordinates(drawn).sum() < 60
    assert shapely.coverage_is_valid(drawn)
    assert shape_of(stored(session)["A"]).equals(west)


def test_a_coordinate_system_is_never_fetched_from_somewhere(session: Session, tmp_path: Path) -> None:
    link = {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs", "type": "proj4"}}
    for said in (
        link,
        "http://127.0.0.1:9/",
        {"type": "name", "properties": {"name": "http://127.0.0.1:9/"}},
    ):
        report = bring(session, geojson(tmp_path / "wards.geojson", [WEST], crs=said))
        assert "coordinate system" in report.refusal


@pytest.mark.parametrize(
    "content",
    [
        b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>",
        b'{"x": "<OGRVRTDataSource>", "features": 3}',
        b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>',
        b"[" * 200_000,
        b'{"type":"FeatureCollection","features":[]}',
        b'{"features":[{"geometry":{"type":"Polygon","coordinates":[[[NaN,1],[2,3],[4,5],[1,1]]]}}]}',
        b"",
        b"PK\x03\x04nonsense",
        b"SQLite format 3\0nonsense",
        b"\x00\x00\x27\x0anonsense",
    ],
    ids="vrt vrt-in-json entity deep no-areas nan empty zip gpkg shp".split(),
)
def test_files_that_are_not_what_they_seem_are_refused(
    session: Session, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "wards.geojson"
    path.write_bytes(content)
    report = bring(session, path)
    assert report.refusal
    assert "passwd" not in report.refusal
    assert stored(session) == {}


@pytest.mark.parametrize(
    "coordinates",
    [
        "[]",
        "[[]]",
        "[[[2,54]]]",
        '[[["a","b"]]]',
        "[[[2],[3],[4],[5]]]",
        "3",
        "null",
        '{"a":1}',
        "[[[2,54],[3,54],3,4]]",
    ],
)
def test_broken_coordinates_refuse_their_row(session: Session, tmp_path: Path, coordinates: str) -> None:
    path = tmp_path / "wards.geojson"
    shape = f'{{"type":"Polygon","coordinates":{coordinates}}}'
    feature = f'{{"type":"Feature","properties":{{"code":"A","name":"a"}},"geometry":{shape}}}'
    path.write_text(f'{{"type":"FeatureCollection","features":[{feature}]}}', "utf-8")
    [(row, field, _)] = refusals(bring(session, path))
    assert (row, field) == (1, "geometry")


def test_a_zip_holds_one_set_of_boundaries_and_no_bomb(session: Session, tmp_path: Path) -> None:
    one, two = geojson(tmp_path / "one.geojson", [WEST]), geojson(tmp_path / "two.geojson", [EAST])
    assert "should hold one" in bring(session, zipped(tmp_path / "both.zip", one, two)).refusal
    bomb = tmp_path / "bomb.geojson"
    bomb.write_bytes(b" " * 70_000_000)
    assert "trap" in bring(session, zipped(tmp_path / "bomb.zip", bomb)).refusal


def test_a_geopackage_with_several_tables_asks_which(session: Session, tmp_path: Path) -> None:
    path = with_gdal(tmp_path / "all.gpkg", [WEST], layer="wards")
    with_gdal(path, [EAST], layer="parishes", append=True)
    assert "several tables with shapes: wards, parishes" in bring(session, path).refusal
    assert "no table towns" in bring(session, path, table="towns").refusal
    bring(session, path, table="parishes")
    assert list(stored(session)) == ["B"]


def test_half_a_shapefile_says_what_is_missing(session: Session, tmp_path: Path) -> None:
    path = with_gdal(tmp_path / "wards.shp", [WEST])
    (tmp_path / "wards.dbf").unlink()
    assert bring(session, path).refusal == "A Shapefile is several files, and .dbf is not beside it."
    (tmp_path / "wards.shx").unlink()
    assert bring(session, path).refusal.endswith("and .dbf and .shx are not beside it.")


def test_a_refused_file_leaves_the_layer_as_it_was(session: Session, tmp_path: Path) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST, EAST])
    bring(session, path)
    assert not bring(session, geojson(path, [WEST, ("B", "East", shapely.Point(2, 54))])).saved
    assert list(stored(session)) == ["A", "B"]
    assert [layer.version for layer in session.scalars(select(Layer))] == [1]


def test_properties_may_hold_anything(session: Session, tmp_path: Path) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST])
    document = json.loads(path.read_text())
    document["features"][0]["properties"]["extra"] = {
        "type": "Polygon",
        "coordinates": [[1, 2]],
        "deep": [{}],
    }
    path.write_text(json.dumps(document), "utf-8")
    assert bring(session, path).saved
