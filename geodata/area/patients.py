"""Patients of each primary care network by small area, as the health service would count them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely import Point

from area.areas import SmallArea, coverage, people_in_cells, small_area_of_cells
from area.cells import cells
from area.postcodes import postcodes
from area.registers import points, register
from area.shape import Floats
from area.streets import SEED

# How many people a network takes in beside its neighbours, and how fast that falls with distance.
SIZE = {"ZPCN01": 1.15, "ZPCN02": 1.85, "ZPCN03": 0.9}
SOFTENING_KM = 3.0
FALL = 1.3
# Where ZA1 4QT lies, the shares are known: they stand in the guide as the worked example.
EXAMPLE = "ZA1 4QT"
EXAMPLE_SHARES = {"ZPCN01": 0.62, "ZPCN02": 0.21, "ZPCN03": 0.17}


@dataclass(frozen=True)
class Patients:
    """How many people of a small area are registered with surgeries of a network."""

    small_area: str
    network: str
    network_name: str
    patients: int


def patients() -> list[Patients]:
    """Patients of all networks in all small areas; the largest network of an area first."""
    rng = np.random.default_rng(SEED + 3)
    names = {row["pcn_code"]: row["pcn_name"] for row in register("practices.csv")}
    found: list[Patients] = []
    for area, middle in zip(coverage().small_areas, _middles(), strict=True):
        shares = _shares(middle, rng)
        registered = round(area.population * (0.96 + 0.07 * float(rng.random())))
        if area.code == _example_area().code:
            shares = EXAMPLE_SHARES
        counts = {network: round(registered * share) for network, share in shares.items()}
        largest_first = sorted(counts, key=lambda n: (-counts[n], n))
        found += [Patients(area.code, n, names[n], counts[n]) for n in largest_first]
    return found


def _middles() -> Floats:
    """The mean point of the people of each small area, kilometres (n, 2)."""
    number, people = small_area_of_cells(), people_in_cells()
    inside = number >= 0
    weights = people[inside, None] * cells().middles[inside]
    total = np.bincount(number[inside], weights=people[inside])
    sums = [np.bincount(number[inside], weights=weights[:, axis]) for axis in (0, 1)]
    return np.column_stack(sums) / total[:, None]


def _shares(middle: Floats, rng: np.random.Generator) -> dict[str, float]:
    """The share of each network at a place: by the distance of its nearest surgery, a little uneven."""
    nearest: dict[str, float] = {}
    for row in register("practices.csv"):
        x, y = points()[row["postcode"]]
        gap = float(np.hypot(middle[0] - x, middle[1] - y))
        nearest[row["pcn_code"]] = min(gap, nearest.get(row["pcn_code"], gap))
    raw = {
        network: SIZE[network] * (gap + SOFTENING_KM) ** -FALL * (0.8 + 0.4 * float(rng.random()))
        for network, gap in sorted(nearest.items())
    }
    return {network: value / sum(raw.values()) for network, value in raw.items()}


def _example_area() -> SmallArea:
    """The small area that the example postcode lies in."""
    example = next(p for p in postcodes() if p.code == EXAMPLE)
    where = Point(example.lon, example.lat)
    return next(area for area in coverage().small_areas if area.polygon.contains(where))
