"""The map of one whole council, Stoke-on-Trent: every footprint there, borders shared, light on the wire."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from flask import Flask

from hubfinder.extensions import db
from hubfinder.places.queries import footprint_by_code
from hubfinder.vocab import FootprintKind
from tests.support.application import empty_tables
from tests.support.real_data import real_data
from tests.unit.test_topology import decoded, rings_of

LAYERS = (
    ("small_area", "lsoa21", "lsoa21_code", "lsoa21_name", 163),
    ("msoa", "msoa21", "msoa21_code", "msoa21_name", 33),
    ("ward", "ward24_bestfit", "ward24_code", "ward24_name", 34),
    ("primary_care_network", "pcn_footprint_modelled", "pcn_code", "pcn_name", 8),
    ("school_catchment_primary", "primary_nearest_school_modelled", "urn", "name", 63),
    ("local_authority", "local_authority", "ltla24_code", "ltla24_name", 1),
)
MOST_BYTES = 60_000


@pytest.fixture(scope="module")
def answer(app: Flask) -> Iterator[dict[str, Any]]:
    """All footprints of the council as one answer."""
    folder = real_data("stoke-on-trent")
    for kind, file, code, name, _ in LAYERS:
        fields = ("--code-field", code, "--name-field", name, "--no-memberships")
        arguments = [
            "import",
            "footprints",
            str(folder / f"{file}.geojson"),
            "--footprint-kind",
            kind,
            *fields,
        ]
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
    kinds = ",".join(kind for kind, *_ in LAYERS)
    response = app.test_client().get(
        f"/map/footprints/local_authority/E06000021.json?kinds={kinds}", headers={"Accept-Encoding": "gzip"}
    )
    assert response.headers["Content-Encoding"] == "gzip"
    yield {**json.loads(gzip.decompress(response.data)), "bytes": len(response.data)}
    db.session.rollback()
    empty_tables(db.session)


def test_all_footprints_of_a_council_are_light_enough(answer: dict[str, Any]) -> None:
    assert answer["bytes"] <= MOST_BYTES


def test_every_footprint_is_there(answer: dict[str, Any]) -> None:
    found = {kind: len(answer["objects"][kind]["geometries"]) for kind, *_ in LAYERS}
    assert found == {kind: count for kind, *_, count in LAYERS}


@pytest.mark.parametrize("kind", [kind for kind, *_ in LAYERS if kind != "local_authority"])
def test_neighbours_share_their_borders(answer: dict[str, Any], kind: str) -> None:
    """No line of a layer is drawn twice: along a border there is one arc, used by the areas on both sides."""
    geometries = answer["objects"][kind]["geometries"]
    arcs = Counter(n if n >= 0 else ~n for one in geometries for ring in rings_of(one) for n in ring)
    assert max(arcs.values()) == 2
    areas = [decoded(answer, one) for one in geometries]
    ground = shapely.union_all(areas)
    assert ground.area == pytest.approx(sum(area.area for area in areas), rel=1e-4)
    outer = sum(_length(answer, arc) for arc, count in arcs.items() if count == 1)
    assert outer == pytest.approx(ground.length, rel=0.02)


def _length(answer: dict[str, Any], arc: int) -> float:
    scale = answer["transform"]["scale"][0]
    steps = answer["arcs"][arc][1:]
    return float(sum((dx**2 + dy**2) ** 0.5 for dx, dy in steps) * scale)


def test_outlines_are_where_the_footprints_are(answer: dict[str, Any]) -> None:
    for kind in ("ward", "school_catchment_primary", "primary_care_network"):
        for one in answer["objects"][kind]["geometries"][:5]:
            footprint = footprint_by_code(db.session, FootprintKind(kind), one["id"])
            assert footprint is not None
            assert footprint.geom is not None
            shape = shapely.from_wkb(bytes(footprint.geom.data))
            assert decoded(answer, one).symmetric_difference(shape).area < 0.03 * shape.area
