"""Bad files of boundaries, brought on a layer that is there: named, refused soon, and nothing changed."""

import gzip
import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings, strategies as st
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.ingest.footprints import FOOTPRINTS
from hubfinder.ingest.report import Report
from hubfinder.places.models import Footprint, Layer, RefusedImport
from hubfinder.vocab import FootprintKind
from tests.support.files import load
from tests.support.shapes import Area, geojson, square, with_gdal, zipped

GOOD: list[Area] = [("A", "West", square(2.0, 54.0)), ("B", "East", square(2.1, 54.0))]
SOON = 6.0
"""Seconds, on a machine that is busy with other tests."""


def bring(session: Session, path: Path) -> Report:
    """Import over the layer that is there."""
    return load(
        session,
        FOOTPRINTS,
        path,
        footprint_kind=FootprintKind.WARD,
        code_field="code",
        name_field="name",
        layer="wards",
    )


@pytest.fixture
def there(session: Session, tmp_path: Path) -> Path:
    """A folder; the layer ``wards`` is there in its first version."""
    assert bring(session, geojson(tmp_path / "good.geojson", GOOD)).saved
    return tmp_path


def unchanged(session: Session) -> None:
    session.expire_all()
    assert [(one.key, one.version) for one in session.scalars(select(Layer))] == [("wards", 1)]
    names = session.execute(select(Footprint.code, Footprint.name).order_by(Footprint.code)).all()
    assert [tuple(one) for one in names] == [("A", "West"), ("B", "East")]


def said(report: Report) -> str:
    """All that is said of a file, as the command prints it."""
    return "\n".join([f"{report.file}: {report.refusal}", *map(str, report.problems)])


def star(points: int) -> shapely.Polygon:
    """A ring that crosses itself some ``points`` squared times."""
    turns = np.arange(points) * (points // 2 - 1) * 2 * np.pi / points
    return shapely.Polygon(np.column_stack((2.05 + 0.05 * np.cos(turns), 54.05 + 0.05 * np.sin(turns))))


def tangle(points: int) -> shapely.Polygon:
    return shapely.Polygon(np.random.default_rng(1).random((points, 2)) * 0.1 + (2, 54))


GRID = shapely.box(387_000, 347_000, 388_000, 348_000)
NAMED_GRID = {"type": "name", "properties": {"name": "EPSG:27700"}}


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (GRID, ("row 2 (B East)", "geometry", "metres of the British grid")),
        (shapely.box(-243_000, 6_980_000, -242_000, 6_990_000), ("(B East)", "another map projection")),
        (shapely.box(54.0, 2.0, 54.1, 2.1), ("row 2 (B East)", "geometry", "wrong way round")),
        (shapely.Polygon([(2, 54), (2.1, 54.1), (2.1, 54), (2, 54.1)]), ("(B East)", "crosses itself")),
        (star(201), ("row 2 (B East)", "crosses itself more than 100 times")),
        (tangle(200), ("(B East)", "crosses itself")),
        (tangle(5_000), ("(B East)", "crosses itself")),
        (None, ("row 2 (B East)", "geometry: is empty")),
        (shapely.Point(2, 54), ("(B East)", "is a Point, not an area")),
    ],
    ids="grid projection swapped bow star small-tangle large-tangle none point".split(),
)
def test_a_bad_shape_is_named_by_row_code_name_and_field(
    session: Session, there: Path, shape: BaseGeometry | None, words: tuple[str, ...]
) -> None:
    begin = time.monotonic()
    report = bring(session, geojson(there / "bad.geojson", [GOOD[0], ("B", "East", shape)]))
    assert time.monotonic() - begin < SOON
    assert not report.saved
    assert all(word in said(report) for word in ("bad.geojson", *words)), said(report)
    unchanged(session)
    assert session.scalars(select(RefusedImport.layer_key)).all() == ["wards"]


def test_a_code_that_comes_twice_and_fields_that_are_empty_are_named(session: Session, there: Path) -> None:
    bad: list[Area] = [
        *GOOD,
        ("A", "Again", square(2.2, 54)),
        ("", "Nobody", square(2.3, 54)),
        ("E", "", None),
    ]
    text = said(bring(session, geojson(there / "bad.geojson", bad)))
    assert "bad.geojson, row 3 (A Again), code: A stands in the file twice, first in row 1" in text
    assert "bad.geojson, row 4 (Nobody), code: is empty" in text
    assert "bad.geojson, row 5 (E), name: is empty" in text
    unchanged(session)


def test_a_missing_field_is_answered_with_those_there_are(session: Session, there: Path) -> None:
    path = geojson(there / "bad.geojson", GOOD)
    path.write_text(path.read_text().replace('"code"', '"WD24CD"'), "utf-8")
    assert "It has no field code. Its fields are: WD24CD, name." in said(bring(session, path))
    unchanged(session)


def test_degrees_that_are_called_metres_are_refused(session: Session, there: Path) -> None:
    report = bring(session, geojson(there / "bad.geojson", GOOD, crs=NAMED_GRID))
    assert "they are longitude and latitude" in said(report)
    assert "they are longitude" in said(bring(session, with_gdal(there / "bad.gpkg", GOOD, "EPSG:27700")))
    unchanged(session)


def gz(content: bytes) -> bytes:
    return gzip.compress(content, 9)


def in_zip(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return held.getvalue()


def nested(levels: int) -> bytes:
    shape = b'{"type":"GeometryCollection","geometries":[' * levels + b"]}" * levels
    return b'{"features":[{"properties":{"code":"A","name":"a"},"geometry":' + shape + b"}]}"


def holding(coordinates: str, kind: str = "Polygon") -> bytes:
    shape = f'{{"type":"{kind}","coordinates":{coordinates}}}'
    return f'{{"features":[{{"properties":{{"code":"A","name":"a"}},"geometry":{shape}}}]}}'.encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "blanks": lambda: b" \n" * 1000,
    "no areas": lambda: b'{"type":"FeatureCollection","features":[]}',
    "half a file": lambda: b'{"type":"FeatureCollection","features":[{"type":"Feature"',
    "a list": lambda: b"[1,2,3]",
    "a number": lambda: b"7",
    "csv": lambda: b"code,name\nA,West\n",
    "a web page": lambda: b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a workbook": lambda: in_zip(workbook_xml=b"<x/>"),
    "random bytes": lambda: np.random.default_rng(2).bytes(5000),
    "deep lists": lambda: b"[" * 500_000,
    "deep objects": lambda: b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "deep collections": lambda: nested(400),
    "very deep collections": lambda: nested(50_000),
    "deep coordinates": lambda: holding("[" * 900 + "1" + "]" * 900),
    "very deep coordinates": lambda: holding("[" * 90_000 + "1" + "]" * 90_000),
    "endless number": lambda: holding("[[[" + "9" * 10_000 + ",54],[2,54],[2,55],[2,54]]]"),
    "infinite number": lambda: holding("[[[1e999,54],[2,54],[2,55],[1e999,54]]]"),
    "many holes": lambda: holding("[" + ",".join(["[[2,54],[2,54.1],[2.1,54.1],[2,54]]"] * 5_000) + "]"),
    "many parts": lambda: holding(
        "[" + ",".join(["[[[2,54],[2,54.1],[2.1,54.1],[2,54]]]"] * 3_000) + "]", "MultiPolygon"
    ),
    "gzip bomb": lambda: gz(b" " * 120_000_000),
    "zip bomb": lambda: in_zip(a_geojson=b" " * 120_000_000),
    "zip in a zip": lambda: in_zip(a_geojson=in_zip(a_geojson=b"{}")),
    "gzip in gzip": lambda: gz(gz(b"{}")),
    "half a zip": lambda: in_zip(a_geojson=b"{}" * 1000)[:100],
    "half a gzip": lambda: gz(bytes(np.random.default_rng(3).bytes(5000)))[:300],
    "half a geopackage": lambda: b"SQLite format 3\0" + bytes(2000),
    "half a shapefile": lambda: b"\x00\x00\x27\x0a" + bytes(96),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_files_that_are_not_what_their_name_says_are_refused_soon(
    session: Session, there: Path, name: str
) -> None:
    path = there / "bad.geojson"
    path.write_bytes(HOSTILE[name]())
    begin = time.monotonic()
    report = bring(session, path)
    assert time.monotonic() - begin < SOON, said(report)
    assert not report.saved
    assert report.refusal or report.problems
    unchanged(session)


def test_a_shapefile_under_another_name_and_a_geopackage_called_geojson(
    session: Session, there: Path
) -> None:
    package = with_gdal(there / "real.gpkg", GOOD)
    assert bring(session, package.rename(there / "called.geojson")).saved  # what it is, its first bytes say
    assert "not beside it" in said(
        bring(session, with_gdal(there / "s.shp", GOOD).rename(there / "t.geojson"))
    )


def test_a_packed_file_of_bad_shapes_names_the_feature(session: Session, there: Path) -> None:
    path = geojson(there / "inner.geojson", [GOOD[0], ("B", "East", star(201))])
    assert "(B East), geometry: crosses itself" in said(bring(session, zipped(there / "bad.zip", path)))
    unchanged(session)


def test_a_heap_of_areas_over_each_other_is_taken_without_counting_every_crossing(
    session: Session, there: Path
) -> None:
    rings = [shapely.Point(2 + n / 5_000, 54).buffer(0.2, quad_segs=60) for n in range(300)]
    heap: list[Area] = [*GOOD, *((f"R{n}", f"Ring {n}", ring) for n, ring in enumerate(rings))]
    begin = time.monotonic()
    report = bring(session, geojson(there / "heap.geojson", heap))
    assert time.monotonic() - begin < 20
    assert report.saved
    assert report.findings["coverage"] == {"too_rough": True}


_LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_ANY = st.recursive(
    _LEAF,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "coordinates", "geometry", "properties", "features", "code", "crs"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_FEATURE = st.fixed_dictionaries(
    {"properties": st.fixed_dictionaries({"code": _LEAF, "name": _LEAF}) | _ANY, "geometry": _ANY}
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(document=st.fixed_dictionaries({"features": st.lists(_FEATURE | _ANY, max_size=4), "crs": _ANY}))
def test_whatever_stands_in_a_file_is_no_surprise(
    session: Session, tmp_path: Path, document: dict[str, Any]
) -> None:
    path = tmp_path / "any.geojson"
    path.write_text(json.dumps(document), "utf-8")
    report = bring(session, path)
    assert not report.saved
    assert report.refusal or report.problems
