"""Outlines and TopoJSON: what neighbours share is one line, whatever the file was like; nothing is lost."""

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
import shapely
from hypothesis import given, settings, strategies as st
from shapely.geometry.base import BaseGeometry

from hubfinder.places.outlines import outlines_for
from hubfinder.places.topology import GRID, Drawn, topology

WEST, SOUTH = 2.0, 54.7
SIDE = 0.02
"""Degrees: the squares that tests tile the sea with."""


def tiled(columns: int, rows: int, wobble: float = 0.0) -> list[BaseGeometry]:
    """Areas that tile the ground, with ragged borders; ``wobble`` moves each area's own corners (degrees)."""
    chance = random.Random(20261122)  # noqa: S311 - not for secrets
    ragged = {
        (x, y, way): [chance.uniform(-0.15, 0.15) * SIDE for _ in range(9)]
        for x in range(columns + 1)
        for y in range(rows + 1)
        for way in "xy"
    }

    def border(x: int, y: int, way: str) -> list[tuple[float, float]]:
        steps = [(i / 10, 0.0 if i in {0, 10} else ragged[x, y, way][i - 1] / SIDE) for i in range(11)]
        return [
            (WEST + (x + (a if way == "x" else b)) * SIDE, SOUTH + (y + (b if way == "x" else a)) * SIDE)
            for a, b in steps
        ]

    found: list[BaseGeometry] = []
    for y in range(rows):
        for x in range(columns):
            south, east = border(x, y, "x"), border(x + 1, y, "y")
            north, west = border(x, y + 1, "x")[::-1], border(x, y, "y")[::-1]
            ring = [*south[:-1], *east[:-1], *north[:-1], *west[:-1]]
            moved = [
                (a + chance.uniform(-wobble, wobble), b + chance.uniform(-wobble, wobble)) for a, b in ring
            ]
            found.append(shapely.MultiPolygon([shapely.Polygon(moved)]))
    return found


def drawn(shapes: Sequence[BaseGeometry]) -> list[Drawn]:
    return [Drawn(f"Z{number}", shape, {"name": f"Area {number}"}) for number, shape in enumerate(shapes)]


def rings_of(geometry: dict[str, Any]) -> list[list[int]]:
    """The arcs of each ring of a geometry, by number."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    return [ring for polygon in polygons for ring in polygon]


def decoded(found: dict[str, Any], geometry: dict[str, Any]) -> BaseGeometry:
    """The shape of a geometry, decoded as the specification says."""
    scale, translate = found["transform"]["scale"], found["transform"]["translate"]

    def line(number: int) -> list[tuple[float, float]]:
        x = y = 0
        corners = []
        for dx, dy in found["arcs"][number if number >= 0 else ~number]:
            x, y = x + dx, y + dy
            corners.append((x * scale[0] + translate[0], y * scale[1] + translate[1]))
        return corners if number >= 0 else corners[::-1]

    def ring(arcs: list[int]) -> list[tuple[float, float]]:
        lines = [line(number) for number in arcs]
        assert all(a[-1] == b[0] for a, b in pairwise([*lines, lines[0]])), "each arc begins where one ended"
        return [corner for one in lines for corner in one[:-1]] + [lines[0][0]]

    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    return shapely.MultiPolygon(
        [shapely.Polygon(ring(outer), [ring(h) for h in holes]) for outer, *holes in polygons]
    )


def uses(found: dict[str, Any], layer: str) -> dict[int, int]:
    """How many rings of a layer use each arc."""
    counts: dict[int, int] = {}
    for geometry in found["objects"][layer]["geometries"]:
        for ring in rings_of(geometry):
            for number in ring:
                arc = number if number >= 0 else ~number
                counts[arc] = counts.get(arc, 0) + 1
    return counts


@pytest.mark.parametrize("wobble", [0.0, 0.00001], ids=["exact", "a metre off"])
def test_neighbours_share_their_borders_although_a_file_is_a_little_off(wobble: float) -> None:
    outlines = outlines_for(tiled(4, 3, wobble))
    found = topology({"ward": drawn(outlines)})
    counts = uses(found, "ward")
    assert sorted(set(counts.values())) == [1, 2]
    inside = 4 * (3 - 1) + 3 * (4 - 1)
    assert inside <= sum(1 for count in counts.values() if count == 2) <= inside + (8 if wobble else 0)
    areas = [decoded(found, one) for one in found["objects"]["ward"]["geometries"]]
    ground = shapely.union_all(areas)
    assert isinstance(ground, shapely.Polygon)
    filled = shapely.Polygon(ground.exterior)
    assert ground.area == pytest.approx(filled.area, rel=1e-4 if wobble else 1e-12), "no gaps between them"
    assert ground.area == pytest.approx(sum(area.area for area in areas)), "and no ground is two areas'"


def test_a_border_goes_once_over_the_wire() -> None:
    """Each corner of a shared border is written once: fewer than half as many as the rings have."""
    outlines = outlines_for(tiled(8, 8))
    found = topology({"ward": drawn(outlines)})
    written = sum(len(arc) for arc in found["arcs"])
    assert written < 0.62 * shapely.get_num_coordinates(outlines).sum()


def test_areas_that_really_overlap_keep_their_own_outlines() -> None:
    infant, junior = shapely.box(2, 54.7, 2.05, 54.75), shapely.box(2.02, 54.7, 2.07, 54.75)
    neighbour = shapely.box(2, 54.75, 2.07, 54.8)
    outlines = outlines_for([shapely.MultiPolygon([one]) for one in (infant, junior, neighbour)])
    for before, after in zip((infant, junior, neighbour), outlines, strict=True):
        assert before.symmetric_difference(after).area < 0.001 * before.area


def test_an_outline_that_would_vanish_stays() -> None:
    large, speck = shapely.box(2, 54.7, 2.2, 54.9), shapely.box(2.3, 54.7, 2.3 + GRID / 9, 54.7 + GRID / 9)
    found = topology({"ward": drawn(outlines_for([large, speck]))})
    assert [one["id"] for one in found["objects"]["ward"]["geometries"]] == ["Z0", "Z1"]
    assert decoded(found, found["objects"]["ward"]["geometries"][1]).area > 0


def test_holes_islands_and_an_area_inside_another_come_back() -> None:
    ring = shapely.box(2, 54.7, 2.1, 54.8).difference(shapely.box(2.04, 54.74, 2.06, 54.76))
    inside = shapely.box(2.04, 54.74, 2.06, 54.76)
    islands = shapely.MultiPolygon([shapely.box(2.2, 54.7, 2.21, 54.71), shapely.box(2.3, 54.7, 2.31, 54.71)])
    found = topology({"ward": drawn([ring, inside, islands])})
    geometries = found["objects"]["ward"]["geometries"]
    assert [one["type"] for one in geometries] == ["Polygon", "Polygon", "MultiPolygon"]
    for shape, geometry in zip((ring, inside, islands), geometries, strict=True):
        assert decoded(found, geometry).symmetric_difference(shape).area < GRID * shape.length
    assert max(uses(found, "ward").values()) == 2, "the hole and what fills it are one arc"


def test_nothing_is_a_topology_too() -> None:
    assert topology({"ward": []})["objects"]["ward"]["geometries"] == []


@settings(max_examples=40, deadline=None)
@given(
    boxes=st.lists(
        st.tuples(*(st.integers(0, 12) for _ in range(2)), *(st.integers(1, 6) for _ in range(2))),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_the_areas_they_come_back_to_the_grid(boxes: list[tuple[int, int, int, int]]) -> None:
    """Boxes that overlap, touch at corners and share parts of sides, on the grid: nothing may move at all."""
    shapes = [
        shapely.box(
            *(x * 500 * GRID + 2, y * 500 * GRID + 54.7),
            *((x + wide) * 500 * GRID + 2, (y + high) * 500 * GRID + 54.7),
        )
        for x, y, wide, high in boxes
    ]
    found = topology({"ward": drawn(shapes)})
    for shape, geometry in zip(shapes, found["objects"]["ward"]["geometries"], strict=True):
        assert decoded(found, geometry).symmetric_difference(shape).area < 1e-9
