"""Streets of the towns and villages, and the points on them where people live."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from area.shape import Flags, Floats, Integers, ground, on_north_bank, roads, water

SEED = 20260101


@dataclass(frozen=True)
class Town:
    """A built-up place: middle and radius in kilometres, the lie of its streets in degrees.

    bank: "north" or "south" when the place lies on that side of the Wend only.
    """

    name: str
    x: float
    y: float
    radius: float
    angle: float
    block: float = 0.11
    bank: str = ""


TOWNS = [
    Town("Harbourmouth", 8.75, 1.35, 2.3, 12.0, bank="north"),
    Town("Saltings", 7.9, -1.9, 1.9, -20.0, 0.12, "south"),
    Town("Wendbridge", -3.1, 1.35, 2.6, 24.0),
    Town("Upper Wend", -9.2, 3.9, 0.9, 8.0),
    Town("Thornley", -6.2, 6.2, 0.75, 40.0),
    Town("Eelby", -7.7, -3.4, 0.65, -35.0),
    Town("Sandmere", 7.0, 6.0, 1.0, -8.0),
    Town("Dunholme", 7.35, 8.5, 0.7, 5.0),
    Town("Long Reach", 8.1, 10.55, 0.6, -12.0),
    Town("Northsands", -13.7, 4.5, 0.5, 15.0),
]
TOWN_NUMBER = {town.name: number for number, town in enumerate(TOWNS)}
COUNTRY = 100  # streets numbered from here are country roads
SHORE = 0.06  # kilometres nobody lives nearer to water


@dataclass(frozen=True)
class Spots:
    """Points where a postcode may lie, all arrays of one length.

    xy: kilometres (n, 2); street: number of the street, ordered so that neighbours follow one another;
    town: index in TOWNS, or COUNTRY; rank: smaller is nearer to the middle of things.
    """

    xy: Floats
    street: Floats
    town: Floats
    rank: Floats

    def pick(self, which: Integers) -> Spots:
        """The spots at these places, in this order."""
        return Spots(self.xy[which], self.street[which], self.town[which], self.rank[which])


def spots() -> Spots:
    """All spots of the area, on dry land of the district and the strip next door."""
    rng = np.random.default_rng(SEED)
    tables = [_town_spots(number, town, rng) for number, town in enumerate(TOWNS)]
    tables += [_road_spots(number, line, rng) for number, line in enumerate(roads().values())]
    xy, street, town, rank = (np.concatenate(column) for column in zip(*tables, strict=True))
    dry = _is_dry(xy)
    return Spots(xy[dry], street[dry], town[dry], rank[dry])


def _town_spots(number: int, town: Town, rng: np.random.Generator) -> tuple[Floats, Floats, Floats, Floats]:
    """Spots along parallel streets, bent a little, thinning out towards the edge of the town."""
    reach = 1.5 * town.radius
    rows = np.arange(-reach, reach, town.block)
    steps = np.arange(-reach, reach, 0.068)
    across, along = (grid.ravel() for grid in np.meshgrid(rows, steps, indexing="ij"))
    row = np.repeat(np.arange(len(rows)), len(steps))
    along = along + 0.03 * (rng.random(len(along)) - 0.5)
    u = across + 0.10 * np.sin(2.3 * along / town.radius + number) + 0.012 * (rng.random(len(along)) - 0.5)
    v = along + 0.08 * np.sin(2.9 * across / town.radius + 2 * number)
    turn = np.radians(town.angle)
    xy = np.column_stack(
        [
            town.x + v * np.cos(turn) - u * np.sin(turn),
            town.y + v * np.sin(turn) + u * np.cos(turn),
        ]
    )
    outward = np.hypot(u, v).astype(np.float64) / town.radius
    rank = outward + _open_space(xy) + 0.34 * rng.random(len(u))
    kept = _on_bank(xy, town.bank)
    street = (number * 1000.0 + row).astype(np.float64)
    return xy[kept], street[kept], np.full(int(kept.sum()), float(number)), rank[kept]


def _on_bank(xy: Floats, bank: str) -> Flags:
    """Whether each point lies on the bank asked for; every point does when none is."""
    if not bank:
        return np.full(len(xy), True)
    north = on_north_bank(xy)
    return north if bank == "north" else ~north


def _open_space(xy: Floats) -> Floats:
    """A smooth number, high in parks, works and playing fields, that keeps homes away."""
    x, y = xy[:, 0], xy[:, 1]
    waves = np.sin(4.1 * x + 1.3) * np.sin(3.7 * y + 0.4) + 0.7 * np.sin(9.1 * x - 2.3 * y) * np.sin(
        8.3 * y + x
    )
    space: Floats = np.where(waves > 0.75, 2.0, 0.22 * waves)
    return space


def _road_spots(number: int, line: Floats, rng: np.random.Generator) -> tuple[Floats, Floats, Floats, Floats]:
    """Farms and cottages near a country road."""
    near = np.repeat(line[::4], 2, axis=0)
    xy = near + 0.5 * (rng.random(near.shape) - 0.5)
    street = np.full(len(xy), 1000.0 * (COUNTRY + number))
    return xy, street, np.full(len(xy), float(COUNTRY)), rng.random(len(xy))


def _is_dry(xy: Floats) -> Flags:
    """Whether each point is on the ground of the district or the strip, clear of water and borders."""
    g = ground()
    home = shapely.union_all([g.district.buffer(-0.15), g.strip.buffer(-0.15), _coast_side()])
    dry = home.difference(water().buffer(SHORE, quad_segs=4))
    shapely.prepare(dry)
    inside: Flags = shapely.contains_xy(dry, xy[:, 0], xy[:, 1])
    return inside


def _coast_side() -> shapely.Geometry:
    """The part of the district near the sea, where the border is water and not a neighbour."""
    g = ground()
    inland = g.land.difference(g.district).buffer(0.15)
    return g.district.difference(inland)
