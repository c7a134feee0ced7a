"""The eight wards: which cells each is made of, and how many postcodes it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely import STRtree

from area.cells import cells
from area.shape import Flags, Floats, Integers, on_north_bank


@dataclass(frozen=True)
class Ward:
    """A ward: points that draw cells to it (kilometres) on one bank or both; small areas; live postcodes."""

    code: str
    name: str
    bank: str
    anchors: tuple[tuple[float, float], ...]
    small_areas: int
    postcodes: int


WARDS = [
    Ward("Z05000001", "Harbour", "north", ((8.3, 0.7), (9.2, 0.9), (10.2, 1.3)), 10, 425),
    Ward(
        "Z05000002",
        "Fishergate",
        "north",
        ((6.3, 1.3), (7.4, 2.1), (8.4, 2.3), (9.4, 2.7), (4.6, 1.2), (4.4, 2.8)),
        10,
        420,
    ),
    Ward(
        "Z05000003",
        "Saltings",
        "south",
        (
            (7.6, -1.0),
            (8.8, -1.4),
            (7.8, -3.0),
            (8.6, -5.0),
            (5.6, -2.0),
            (5.6, -5.6),
            (3.6, -1.2),
            (4.0, -6.4),
        ),
        8,
        330,
    ),
    Ward("Z05000004", "Market", "north", ((-3.4, 1.7), (-2.2, 2.0), (-0.4, 1.9), (1.6, 2.0)), 6, 250),
    Ward(
        "Z05000005",
        "Castle Hill",
        "north",
        ((-3.0, 3.0), (-4.8, 2.9), (-1.6, 3.4), (-0.2, 4.4), (1.6, 4.6)),
        6,
        250,
    ),
    Ward(
        "Z05000006",
        "Mill Lane",
        "south",
        (
            (-3.2, 0.4),
            (-2.0, -0.4),
            (-4.6, -0.4),
            (-1.2, -3.0),
            (0.8, -1.4),
            (0.6, -4.6),
            (-3.6, -3.4),
            (-2.4, -6.0),
        ),
        6,
        255,
    ),
    Ward(
        "Z05000007",
        "Upper Wend",
        "",
        (
            (-9.2, 3.9),
            (-6.6, 6.2),
            (-7.8, -3.4),
            (-7.4, 1.2),
            (-3.8, 5.6),
            (-6.2, -5.8),
            (-1.8, 7.4),
            (-9.8, 8.2),
        ),
        7,
        290,
    ),
    Ward(
        "Z05000008",
        "Sandmere and Dunes",
        "north",
        ((7.2, 6.0), (7.6, 8.4), (7.9, 10.5), (4.6, 5.9), (2.6, 7.4), (4.4, 10.4)),
        7,
        295,
    ),
]


@cache
def ward_of_cells() -> Integers:
    """For each cell the index of its ward in WARDS; -1 outside the district. Every ward is in one piece."""
    c = cells()
    north = on_north_bank(c.middles)
    distance = np.column_stack([_distance(ward, c.middles, north) for ward in WARDS])
    ward: Integers = np.argmin(distance, axis=1)
    ward[np.array(c.region) != "district"] = -1
    return join_up(ward, np.ones(len(ward)))


def _distance(ward: Ward, middles: Floats, north: Flags) -> Floats:
    """Kilometres from each cell to the ward's nearest anchor; the wrong bank is far away."""
    gaps = [np.hypot(middles[:, 0] - x, middles[:, 1] - y) for x, y in ward.anchors]
    wrong = np.zeros(len(middles), dtype=bool) if not ward.bank else (north != (ward.bank == "north"))
    nearest: Floats = np.minimum.reduce(gaps) + 100.0 * wrong
    return nearest


@cache
def neighbours() -> tuple[Integers, Integers, Floats]:
    """Pairs of cells that share a border: left, right, and the length they share (both orders)."""
    shapes = np.array(cells().shapes, dtype=object)
    left, right = STRtree(shapes).query(shapes, predicate="touches")
    shared = shapely.length(shapely.intersection(shapes[left], shapes[right]))
    real = shared > 1e-9
    order = np.lexsort((right[real], left[real]))
    return left[real][order], right[real][order], shared[real][order]


def join_up(group: Integers, weight: Floats) -> Integers:
    """The grouping with every group in one piece: each group keeps its heaviest piece.

    Cells of the other pieces go to the neighbouring group they share the longest border with.
    Cells of group -1 are left alone and take nothing.
    """
    group = group.copy()
    for _ in range(20):
        stray = _strays(group, weight)
        if not len(stray):
            return group
        for cell in stray:
            group[cell] = _best_neighbour(cell, group)
    raise ValueError("the groups could not be joined up")


def _strays(group: Integers, weight: Floats) -> list[int]:
    """Cells that are not in the heaviest piece of their group."""
    piece = _pieces(group)
    total = np.bincount(piece, weights=weight)
    strays: list[int] = []
    for number in sorted(set(group.tolist()) - {-1}):
        members = np.flatnonzero(group == number)
        heaviest = max(sorted(set(piece[members].tolist())), key=lambda p: float(total[p]))
        strays += members[piece[members] != heaviest].tolist()
    return strays


def _pieces(group: Integers) -> Integers:
    """A number for each cell: equal for cells that hang together within one group."""
    left, right, _ = neighbours()
    same = group[left] == group[right]
    left, right = left[same], right[same]
    label: Integers = np.arange(len(group))
    while True:
        low = label.copy()
        np.minimum.at(low, left, label[right])
        low = low[low]
        if (low == label).all():
            return label
        label = low


def _best_neighbour(cell: int, group: Integers) -> int:
    """The group, other than its own, that the cell shares the longest border with."""
    left, right, shared = neighbours()
    here = slice(int(np.searchsorted(left, cell)), int(np.searchsorted(left, cell, side="right")))
    length: dict[int, float] = {}
    for other, metres in zip(right[here], shared[here], strict=True):
        if group[other] not in (-1, group[cell]):
            length[int(group[other])] = length.get(int(group[other]), 0.0) + float(metres)
    return max(sorted(length), key=lambda g: length[g]) if length else int(group[cell])
