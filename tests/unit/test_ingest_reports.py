"""What is kept of an import of footprints: counts, refusals, gaps and overlaps, areas far from expected."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from flask import Flask
from hypothesis import given, settings, strategies as st
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.ingest.coverage import TooRough, faults_of, hectares
from hubfinder.ingest.findings import coverage_of, far_away
from hubfinder.ingest.footprints import FOOTPRINTS
from hubfinder.ingest.report import Report
from hubfinder.places.models import Footprint, Layer, LayerVersion, RefusedImport
from hubfinder.places.states import Area
from hubfinder.vocab import FootprintKind
from tests.support.files import load
from tests.support.shapes import Area as FileArea, geojson, square

WEST: FileArea = ("A", "West", square(2.0, 54.0))
EAST: FileArea = ("B", "East", square(2.1, 54.0))
BOW = shapely.Polygon([(2, 54), (2.1, 54.1), (2.1, 54), (2, 54.1)])
HAIR = shapely.Polygon(
    [(2, 54), (2.1, 54), (2.1, 54.1), (2.05, 54.1), (2.0501, 54.1001), (2.0501, 54.0999), (2, 54.1)]
)


def bring(session: Session, path: Path, **options: Any) -> Report:
    chosen = {
        "footprint_kind": FootprintKind.WARD,
        "code_field": "code",
        "name_field": "name",
        "layer": "wards",
        **options,
    }
    return load(session, FOOTPRINTS, path, **chosen)


def kept(session: Session) -> dict[str, Any]:
    session.expire_all()
    newest = select(LayerVersion.report).order_by(LayerVersion.number.desc()).limit(1)
    found: dict[str, Any] = session.scalars(newest).one()
    return found


def refused(session: Session) -> list[dict[str, Any]]:
    return list(session.scalars(select(RefusedImport.report).order_by(RefusedImport.id)))


def areas(*shapes: BaseGeometry) -> list[Area]:
    return [Area(chr(ord("A") + number), "", shape) for number, shape in enumerate(shapes)]


def test_a_report_is_kept_with_its_version(session: Session, tmp_path: Path) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST, ("B", "Hair", shapely.transform(HAIR, _east))])
    assert bring(session, path).saved
    report = kept(session)
    counts = (report["file"], report["rows"], report["taken"], report["refused"])
    assert counts == ("wards.geojson", 2, 2, 0)
    [mended] = report["findings"]["mended"]["first"]
    assert (mended["code"], mended["name"]) == ("B", "Hair")
    assert 0 < abs(mended["changed"]) < 1
    assert "new" not in report["findings"]


def _east(points: np.ndarray) -> np.ndarray:
    moved: np.ndarray = points + np.array([0.1, 0.0])
    return moved


def test_bad_rows_that_were_skipped_are_in_the_report(session: Session, tmp_path: Path) -> None:
    from hubfinder.ingest.running import How, import_files

    path = geojson(tmp_path / "wards.geojson", [WEST, ("B", "East", BOW)])
    chosen = FOOTPRINTS.options(FootprintKind.WARD, "code", "name", layer="wards")
    assert import_files(session, FOOTPRINTS, [path], chosen, How(skip_bad_rows=True))[0].saved
    report = kept(session)
    assert (report["taken"], report["refused"]) == (1, 1)
    assert report["refusals"] == [
        {
            "row": 2,
            "feature": "B East",
            "field": "geometry",
            "why": "crosses itself so that it is not clear what lies inside",
        }
    ]


def test_a_refused_import_leaves_its_report_and_changes_nothing_else(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST, EAST])
    bring(session, path)
    report = bring(session, geojson(path, [WEST, ("B", "East", BOW)]))
    assert str(report.problems[0]) == (
        "wards.geojson, row 2 (B East), geometry: crosses itself so that it is not clear what lies inside"
    )
    [found] = refused(session)
    assert found["refusals"][0]["feature"] == "B East"
    assert [layer.version for layer in session.scalars(select(Layer))] == [1]
    shown = app.test_cli_runner().invoke(args=["layers", "show", "wards"]).output
    assert "nothing of it was loaded" in shown
    assert "row 2 (B East), geometry: crosses itself" in shown
    for _ in range(25):
        path.write_text("{", "utf-8")
        bring(session, path)
    assert len(refused(session)) == 20
    assert refused(session)[-1]["refusal"].startswith("It is not valid JSON")


def test_a_refused_first_import_can_be_looked_at_too(app: Flask, session: Session, tmp_path: Path) -> None:
    bring(session, geojson(tmp_path / "wards.geojson", []))
    assert session.scalars(select(Layer)).all() == []
    shown = app.test_cli_runner().invoke(args=["layers", "show", "wards"])
    assert (shown.exit_code, "It has no areas in it" in shown.output) == (0, True)


def test_what_changed_since_the_version_before_is_said(session: Session, tmp_path: Path) -> None:
    path = geojson(tmp_path / "wards.geojson", [WEST, EAST, ("C", "Gone", square(2.2, 54.0))])
    bring(session, path)
    smaller = ("B", "East End", shapely.box(2.1, 54.0, 2.15, 54.1))
    bring(session, geojson(path, [WEST, smaller, ("D", "New", shapely.box(2.15, 54.0, 2.2, 54.1))]))
    found = kept(session)["findings"]
    assert found["new"] == {"count": 1, "first": ["D"]}
    assert found["gone"] == {"count": 1, "first": [["C", "Gone"]]}
    assert found["renamed"] == {"count": 1, "first": [["B", "East", "East End"]]}
    [size] = found["sizes"]["first"]
    assert size["code"] == "B"
    assert size["after"] == pytest.approx(size["before"] / 2, rel=0.01)


def test_areas_in_hectares_are_right_to_a_thousandth() -> None:
    from hubfinder.places.values import GEOD

    for south in (50.0, 54.0, 58.0):
        shape = square(-2.0, south, 0.05)
        exact = abs(GEOD.geometry_area_perimeter(shape)[0]) / 10_000
        assert hectares([shape])[0] == pytest.approx(exact, rel=0.0015)
    assert hectares([None]).tolist() == [0]


def test_a_whole_coverage_has_no_faults() -> None:
    four = [square(2.0 + east, 54.0 + north) for east in (0, 0.1) for north in (0, 0.1)]
    assert faults_of(areas(*four)) == []
    island = square(3.0, 54.0)
    assert faults_of(areas(*four, island)) == []
    hole = shapely.box(2.0, 54.0, 2.3, 54.3) - square(2.1, 54.1)
    assert faults_of(areas(hole, shapely.box(2.1, 54.1, 2.2, 54.2))) == []
    assert faults_of([]) == []
    assert faults_of([Area("A", "", None)]) == []


def test_gaps_overlaps_and_slivers_are_told_apart() -> None:
    ring = shapely.box(2.0, 54.0, 2.3, 54.3) - shapely.box(2.1, 54.1, 2.2, 54.2)
    [gap] = faults_of(areas(ring))
    assert (gap.is_overlap, gap.is_sliver, gap.codes) == (False, False, ("A",))
    assert gap.hectares == pytest.approx(hectares([shapely.box(2.1, 54.1, 2.2, 54.2)])[0], rel=0.001)
    assert shapely.box(2.1, 54.1, 2.2, 54.2).contains(shapely.Point(gap.lon, gap.lat))
    [overlap] = faults_of(areas(shapely.box(2, 54, 2.2, 54.1), shapely.box(2.1, 54, 2.3, 54.1)))
    assert (overlap.is_overlap, overlap.is_sliver, overlap.codes) == (True, False, ("A", "B"))
    narrow = areas(shapely.box(2, 54, 2.1, 54.1), shapely.box(2.09999, 54, 2.2, 54.1))
    [sliver] = faults_of(narrow)
    assert (sliver.is_overlap, sliver.is_sliver) == (True, True)


def test_the_same_ground_twice_is_an_overlap() -> None:
    [fault] = faults_of(areas(square(2.0, 54.0), square(2.0, 54.0)))
    assert (fault.is_overlap, fault.codes) == (True, ("A", "B"))
    inside = faults_of(areas(square(2.0, 54.0), square(2.02, 54.02, 0.01)))
    assert [(one.is_overlap, one.codes) for one in inside] == [(True, ("A", "B"))]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(*(st.integers(0, 8) for _ in range(2)), *(st.integers(1, 4) for _ in range(2))),
        min_size=2,
        max_size=6,
    )
)
def test_overlaps_of_any_boxes_are_all_found(boxes: list[tuple[int, int, int, int]]) -> None:
    shapes = [
        shapely.box(2 + x / 50, 54 + y / 50, 2 + (x + wide) / 50, 54 + (y + high) / 50)
        for x, y, wide, high in boxes
    ]
    found = faults_of(areas(*shapes))
    pairs = [one & other for place, one in enumerate(shapes) for other in shapes[:place]]
    ground = shapely.union_all([pair for pair in pairs if pair.area > 0] or [shapely.Polygon()])
    assert sum(one.hectares for one in found if one.is_overlap) == pytest.approx(
        hectares([ground])[0], abs=0.01
    )
    whole = shapely.union_all(shapes)
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    assert sum(one.hectares for one in found if not one.is_overlap) == pytest.approx(
        float(hectares(holes).sum()) if holes else 0, abs=0.01
    )


def test_a_rough_layer_is_said_to_be_rough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubfinder.ingest.coverage.MOST_PIECES", 5)
    apart = areas(square(2.0, 54.0), square(2.3, 54.0))
    with pytest.raises(TooRough):
        faults_of(apart)
    assert coverage_of(FootprintKind.WARD, apart) == {"too_rough": True}
    assert coverage_of(FootprintKind.SCHOOL_CATCHMENT_PRIMARY, apart) is None


def test_thousands_of_areas_take_seconds() -> None:
    shapes = [square(-5 + x / 100, 50 + y / 100, 0.01) for x in range(100) for y in range(100)]
    begin = time.monotonic()
    found = coverage_of(FootprintKind.SMALL_AREA, [Area(str(n), "", one) for n, one in enumerate(shapes)])
    assert time.monotonic() - begin < 10
    assert found is not None
    assert found["gaps"]["count"] == found["overlaps"]["count"] == 0


def test_an_area_far_from_the_others_is_named(session: Session, tmp_path: Path) -> None:
    far: FileArea = ("Z", "Wrong place", square(-2.0, 54.0))
    bring(session, geojson(tmp_path / "wards.geojson", [WEST, EAST, ("C", "North", square(2.0, 54.1)), far]))
    [found] = kept(session)["findings"]["far"]["first"]
    assert (found["code"], found["name"]) == ("Z", "Wrong place")
    assert 240 < found["kilometres"] < 280
    assert far_away(areas(square(2.0, 54.0), square(-2.0, 54.0))) == []
    assert far_away(areas(*(square(x, 54.0) for x in (2.0, 2.1, -2.0, -2.1)))) == []


def test_reports_can_be_read_as_json(app: Flask, session: Session, tmp_path: Path) -> None:
    bring(session, geojson(tmp_path / "wards.geojson", [WEST, ("B", "East", square(2.05, 54.0))]))
    shown = app.test_cli_runner().invoke(args=["layers", "show", "wards", "--json"]).output
    coverage = json.loads(shown)["shown"]["report"]["findings"]["coverage"]
    assert coverage["overlaps"]["first"][0]["codes"] == ["A", "B"]
    plain = app.test_cli_runner().invoke(args=["layers", "show", "wards"]).output
    assert "1 overlap between areas" in plain
    assert session.scalars(select(Footprint.code).order_by(Footprint.code)).all() == ["A", "B"]
