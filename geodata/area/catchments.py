"""School catchments: drawn around the schools, not the wards; some ground is in none and some in two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from area.areas import dissolved, simplified
from area.cells import cells
from area.registers import points, register
from area.shape import Flags, Floats, Integers, on_north_bank

SALTINGS = ("990004", "990005")
# Places a school draws children from beside its own door (kilometres).
BRANCHES = {
    "990003": ((5.4, 2.4), (8.6, 3.0)),
    "990009": ((-0.4, 1.4),),
    "990007": ((-2.6, 3.4), (0.0, 4.6)),
    "990008": ((-4.2, 0.0), (-1.4, -3.6)),
    "990010": ((-9.4, 2.0), (-7.0, 2.8)),
    "990011": ((-7.7, -3.4), (-3.0, 6.6)),
    "990012": ((5.4, 5.6), (7.6, 4.6)),
}
# Farther north than this on the coast there is no school, and no catchment.
NO_SCHOOL_NORTH = 7.15
NO_SCHOOL_EAST = 1.0
# St Oswin's takes children from this far into the ground of Market Street, as a share of the distance.
SHARED_REACH = 1.5
# A secondary school with more places reaches farther.
PULL = {"990101": 1.15, "990102": 1.0, "990103": 0.95}


@dataclass(frozen=True)
class Catchment:
    """A school's catchment; polygon in degrees."""

    urn: str
    name: str
    polygon: BaseGeometry


@cache
def schools() -> dict[str, tuple[str, str]]:
    """Name and phase of each school by its number (URN)."""
    return {row["urn"]: (row["name"], row["phase"]) for row in register("schools.csv")}


def _doors() -> dict[str, tuple[float, float]]:
    """Kilometres of each school's door by its number."""
    return {row["urn"]: points()[row["postcode"]] for row in register("schools.csv")}


def primary_phase() -> dict[str, list[Catchment]]:
    """Catchments of primary, infant and junior schools, by phase."""
    members = _primary_members()
    drawn = _drawn(members)
    by_phase: dict[str, list[Catchment]] = {"Primary": [], "Infant": [], "Junior": []}
    for catchment in drawn:
        by_phase[schools()[catchment.urn][1]].append(catchment)
    return by_phase


def secondary() -> list[Catchment]:
    """Catchments of the secondary schools, which cover the whole district."""
    urns = [urn for urn, (_, phase) in schools().items() if phase == "Secondary"]
    gaps = np.column_stack([_gap(urn) / PULL[urn] for urn in urns])
    best = np.argmin(gaps, axis=1)
    here = _district()
    return _drawn({urn: here & (best == i) for i, urn in enumerate(urns)})


def _primary_members() -> dict[str, Flags]:
    """Which cells are in each catchment of the primary phase."""
    urns = [urn for urn, (_, phase) in schools().items() if phase != "Secondary" and urn != SALTINGS[1]]
    gaps = np.column_stack([_gap(urn) + _across_the_water(urn) for urn in urns])
    best = np.argmin(gaps, axis=1)
    middles = cells().middles
    served = _district() & ~((middles[:, 1] > NO_SCHOOL_NORTH) & (middles[:, 0] > NO_SCHOOL_EAST))
    members = {urn: served & (best == i) for i, urn in enumerate(urns)}
    shared = members["990006"] & (
        gaps[:, urns.index("990009")] < SHARED_REACH * gaps[:, urns.index("990006")]
    )
    members["990009"] = members["990009"] | shared
    members[SALTINGS[1]] = members[SALTINGS[0]]
    return members


def _district() -> Flags:
    """Which cells are in the district."""
    flags: Flags = np.array(cells().region) == "district"
    return flags


def _gap(urn: str) -> Floats:
    """Kilometres from each cell to the nearest place the school draws children from."""
    middles = cells().middles
    places = (_doors()[urn], *BRANCHES.get(urn, ()))
    nearest: Floats = np.minimum.reduce([np.hypot(middles[:, 0] - x, middles[:, 1] - y) for x, y in places])
    return nearest


def _across_the_water(urn: str) -> Floats:
    """Kilometres added where small children would have to cross the Wend below Wendbridge bridge."""
    middles = cells().middles
    door = _doors()[urn]
    school_north = on_north_bank(np.array([door]))[0]
    added: Floats = 3.0 * ((on_north_bank(middles) != school_north) & (middles[:, 0] > -1.2))
    return added


def _drawn(members: dict[str, Flags]) -> list[Catchment]:
    """Catchments with shortened borders; cells in the same catchments are simplified as one piece."""
    urns = sorted(members)
    marks = np.column_stack([members[urn] for urn in urns])
    kinds, kind = np.unique(marks, axis=0, return_inverse=True)
    kind = kind.ravel()
    pieces = simplified([dissolved(_where(kind == i)) for i in range(len(kinds))])
    return [
        Catchment(urn, schools()[urn][0], _joined(pieces[i] for i in range(len(kinds)) if kinds[i, column]))
        for column, urn in enumerate(urns)
    ]


def _where(flags: Flags) -> Integers:
    """The places where the flags are set."""
    return np.flatnonzero(flags)


def _joined(pieces: Iterable[BaseGeometry]) -> BaseGeometry:
    """Pieces that share borders as one shape."""
    joined: BaseGeometry = shapely.normalize(shapely.coverage_union_all(list(pieces)))
    return joined
