"""The sixty small areas: cells of one ward put together until each has about as many people as the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from area.cells import cell_of, cells
from area.postcodes import postcodes
from area.shape import Floats, Integers, to_degrees, to_km
from area.wards import WARDS, join_up, ward_of_cells

TOLERANCE = 0.1  # kilometres: bends of the borders smaller than this are straightened
MIDDLE_AREA = 5  # small areas in one middle area, which gives them their names
ROUNDS = 400


@dataclass(frozen=True)
class SmallArea:
    """A small area: its polygon in degrees, and how many people live in it."""

    code: str
    name: str
    ward_code: str
    population: int
    polygon: Polygon


@dataclass(frozen=True)
class Coverage:
    """The ground in degrees: the small areas, the strip next door and the land beyond it, borders shared."""

    small_areas: tuple[SmallArea, ...]
    strip: Polygon
    beyond: Polygon


@cache
def people_in_cells() -> Floats:
    """How many people live in each cell."""
    live = [p for p in postcodes() if not p.ended]
    where = cell_of(to_km(np.array([[p.lon, p.lat] for p in live])))
    people: Floats = np.bincount(where, [float(p.people) for p in live], len(cells().shapes)).astype(float)
    return people


@cache
def small_area_of_cells() -> Integers:
    """For each cell the number of its small area, 0 to 59 in order of the codes; -1 outside the district."""
    ward = ward_of_cells()
    people = people_in_cells()
    found: Integers = np.full(len(ward), -1)
    first = 0
    for number, entry in enumerate(WARDS):
        members = np.flatnonzero(ward == number)
        found[members] = first + _share_out(cells().middles[members], people[members], entry.small_areas)
        first += entry.small_areas
    # Pieces that fell off go to a neighbour in the same ward: one ward at a time, so that borders hold.
    for number in range(len(WARDS)):
        here = ward == number
        found[here] = join_up(np.where(here, found, -1), people + 1e-6)[here]
    return found


def _share_out(middles: Floats, people: Floats, groups: int) -> Integers:
    """Groups with about equal numbers of people: nearest middle, less a weight that full groups lose."""
    centres = _spread(middles, people, groups)
    weight = np.zeros(groups)
    target = people.sum() / groups
    best, best_gap = np.zeros(len(middles), dtype=np.int64), np.inf
    for turn in range(ROUNDS):
        gaps = (middles[:, None, 0] - centres[:, 0]) ** 2 + (middles[:, None, 1] - centres[:, 1]) ** 2
        group: Integers = np.argmin(gaps - weight, axis=1)
        total = np.bincount(group, weights=people, minlength=groups)
        gap = float(np.abs(total - target).max())
        if gap < best_gap and turn > ROUNDS // 4:
            best, best_gap = group, gap
        reach = np.bincount(group, weights=people * gaps[np.arange(len(group)), group], minlength=groups)
        weight += 0.25 * (1.0 - total / target) * np.maximum(reach / np.maximum(total, 1.0), 0.01)
        if turn < ROUNDS // 4:
            centres = _middles_of_people(middles, people, group, centres)
    return _ranked(best, middles, people, groups)


def _spread(middles: Floats, people: Floats, groups: int) -> Floats:
    """First middles: the fullest cell, then again and again the full cell farthest from those taken."""
    taken = [int(np.argmax(people))]
    while len(taken) < groups:
        gaps = np.min([np.hypot(*(middles - middles[i]).T) for i in taken], axis=0)
        taken.append(int(np.argmax(gaps * people)))
    return middles[taken].copy()


def _middles_of_people(middles: Floats, people: Floats, group: Integers, before: Floats) -> Floats:
    """The mean point of the people of each group; where a group has nobody, the point it had before."""
    total = np.bincount(group, weights=people, minlength=len(before))
    sums = [np.bincount(group, weights=people * middles[:, axis], minlength=len(before)) for axis in (0, 1)]
    mean = np.column_stack(sums) / np.maximum(total, 1e-9)[:, None]
    return np.where((total > 0)[:, None], mean, before)


def _ranked(group: Integers, middles: Floats, people: Floats, groups: int) -> Integers:
    """The groups numbered from west to east."""
    middle = _middles_of_people(middles, people, group, np.zeros((groups, 2)))
    place = np.empty(groups, dtype=np.int64)
    place[np.argsort(middle[:, 0], kind="stable")] = np.arange(groups)
    ranked: Integers = place[group]
    return ranked


@cache
def coverage() -> Coverage:
    """The small areas and their neighbours as they are written."""
    number = small_area_of_cells()
    region = np.array(cells().region)
    count = sum(ward.small_areas for ward in WARDS)
    groups = [np.flatnonzero(number == i) for i in range(count)]
    groups += [np.flatnonzero(region == name) for name in ("strip", "beyond")]
    shapes = [_one_piece(shape) for shape in simplified([dissolved(group) for group in groups])]
    return Coverage(tuple(_described(shapes[:count], number)), shapes[count], shapes[count + 1])


def dissolved(members: Integers) -> BaseGeometry:
    """The cells with these numbers as one shape, kilometres."""
    return shapely.coverage_union_all([cells().shapes[i] for i in members])


def simplified(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Neighbouring shapes in kilometres with shorter borders, still shared, in degrees."""
    plain = shapely.coverage_simplify(np.array(shapes, dtype=object), TOLERANCE, simplify_boundary=False)
    return [in_degrees(shape) for shape in plain]


def in_degrees(shape: BaseGeometry) -> BaseGeometry:
    """A shape in degrees as it is written: rounded, and with its rings always starting at the same corner."""
    degrees: BaseGeometry = shapely.normalize(shapely.transform(shape, to_degrees))
    return degrees


def _one_piece(shape: BaseGeometry) -> Polygon:
    """The shape, which must be one polygon; ValueError if it is not."""
    if not isinstance(shape, Polygon):
        raise ValueError(f"a polygon was drawn in pieces: {shape.geom_type}")
    return shape


def _described(shapes: list[Polygon], number: Integers) -> list[SmallArea]:
    """The small areas with their codes, names, wards and people."""
    living = np.bincount(number[number >= 0], weights=people_in_cells()[number >= 0])
    wards = [ward for ward in WARDS for _ in range(ward.small_areas)]
    return [
        SmallArea(
            code=f"Z{1_000_001 + i:08d}",
            name=f"Harbourmouth {1 + i // MIDDLE_AREA:03d}{'ABCDE'[i % MIDDLE_AREA]}",
            ward_code=wards[i].code,
            population=int(living[i]),
            polygon=shape,
        )
        for i, shape in enumerate(shapes)
    ]
