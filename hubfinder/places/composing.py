"""Composing one shape out of others: what is added, without what is taken away.

Layers of different makers follow the same street a few metres apart. Put together they leave hairline gaps,
and taken from each other they leave strips. Both are closed or dropped where they are nowhere wider than
``SLIVER_METRES`` and lie between the borders of two parts; a hole that somebody took away stays a hole.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.database.base import SRID
from hubfinder.places.values import GEOD

SLIVER_METRES = 10.0
"""A gap or strip that is nowhere wider comes from lines that do not quite match, not from anybody's wish."""
LEAST_STRIP_M2 = 1.0
"""Less is the noise of reckoning, and changes nothing."""
OVERSTRETCH_METRES = 0.05
"""A strip is made that much larger before it is joined or cut, so that reckoning leaves no hair."""
METRES_A_DEGREE = 111_320.0


class NothingLeft(Exception):
    """All that was added has been taken away again."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A composed shape and what was done to its borders."""

    shape: BaseGeometry
    """A valid multipolygon in degrees."""
    parts: int
    """Pieces of ground that do not touch each other."""
    holes: int
    km2: float
    gaps_closed: int
    strips_dropped: int
    idle_adds: tuple[int, ...]
    """Places in the list of those that add nothing, as others cover them."""
    idle_takes: tuple[int, ...]
    """Places in the list of those that take nothing away."""


def compose(adds: Sequence[BaseGeometry], takes: Sequence[BaseGeometry]) -> Composed:
    """Everything in ``adds`` without everything in ``takes``: shapes in WGS84 degrees.

    The order of the shapes makes no difference.

    Raises:
        NothingLeft: nothing remains, or only strips.
    """
    whole = _polygons(shapely.union_all(list(adds)))
    taken = _polygons(shapely.union_all(list(takes)))
    plane = _Plane.around(whole)
    whole, gaps = _without_gaps(whole, adds, plane)
    left = _polygons(shapely.difference(whole, taken)) if takes else whole
    strips = 0
    if takes and not left.is_empty:
        left, strips = _without_strips(left, taken, plane)
    if left.is_empty:
        raise NothingLeft
    shape = shapely.set_srid(shapely.normalize(shapely.MultiPolygon(list(shapely.get_parts(left)))), SRID)
    return Composed(
        shape=shape,
        parts=int(shapely.get_num_geometries(shape)),
        holes=int(shapely.get_num_interior_rings(shapely.get_parts(shape)).sum()),
        km2=ground_km2(shape),
        gaps_closed=gaps,
        strips_dropped=strips,
        idle_adds=_idle_adds(adds),
        idle_takes=tuple(i for i, take in enumerate(takes) if _no_ground(shapely.intersection(whole, take))),
    )


def ground_km2(shape: BaseGeometry) -> float:
    """Square kilometres on the ground of a shape in degrees."""
    return abs(float(GEOD.geometry_area_perimeter(shape)[0])) / 1e6


@dataclass(frozen=True, slots=True)
class _Plane:
    """Metres on the plane around the middle of what is composed."""

    lon: float
    lat: float
    metres_east: float

    @classmethod
    def around(cls, shape: BaseGeometry) -> "_Plane":
        if shape.is_empty:
            raise NothingLeft
        west, south, east, north = shape.bounds
        lat = (south + north) / 2
        return cls((west + east) / 2, lat, METRES_A_DEGREE * math.cos(math.radians(lat)))

    def metres(self, shape: BaseGeometry) -> BaseGeometry:
        return self._moved(
            shape, lambda at: (at - (self.lon, self.lat)) * (self.metres_east, METRES_A_DEGREE)
        )

    def degrees(self, shape: BaseGeometry) -> BaseGeometry:
        return self._moved(shape, lambda at: at / (self.metres_east, METRES_A_DEGREE) + (self.lon, self.lat))

    @staticmethod
    def _moved(shape: BaseGeometry, move: Callable[[np.ndarray], np.ndarray]) -> BaseGeometry:
        moved: BaseGeometry = shapely.transform(shape, move)
        return moved


def _without_gaps(
    whole: BaseGeometry, adds: Sequence[BaseGeometry], plane: _Plane
) -> tuple[BaseGeometry, int]:
    """Close the gaps between parts that do not share their border exactly; how many there were."""
    if len(adds) < 2:
        return whole, 0
    flat = plane.metres(whole)
    closed = _wider(_wider(flat, SLIVER_METRES / 2), -SLIVER_METRES / 2)
    flat_adds = np.array([plane.metres(add) for add in adds], dtype=object)
    gaps = [gap for gap in _strips(shapely.difference(closed, flat)) if _touches(gap, flat_adds) > 1]
    if not gaps:
        return whole, 0
    filling = plane.degrees(shapely.union_all([_wider(gap, OVERSTRETCH_METRES) for gap in gaps]))
    return _polygons(shapely.union(whole, filling)), len(gaps)


def _without_strips(left: BaseGeometry, taken: BaseGeometry, plane: _Plane) -> tuple[BaseGeometry, int]:
    """Drop strips along the border of what was taken away; how many there were."""
    flat, flat_taken = plane.metres(left), plane.metres(taken)
    opened = _wider(_wider(flat, -SLIVER_METRES / 2), SLIVER_METRES / 2)
    border = np.array([flat_taken], dtype=object)
    strips = [strip for strip in _strips(shapely.difference(flat, opened)) if _touches(strip, border)]
    if not strips:
        return left, 0
    cut = plane.degrees(shapely.union_all([_wider(strip, OVERSTRETCH_METRES) for strip in strips]))
    return _polygons(shapely.difference(left, cut)), len(strips)


def _wider(shape: BaseGeometry, metres: float) -> BaseGeometry:
    """The shape with its border moved outwards, or inwards where negative; corners stay corners."""
    moved: BaseGeometry = shapely.buffer(shape, metres, join_style="mitre", mitre_limit=5.0)
    return moved


def _strips(shape: BaseGeometry) -> list[BaseGeometry]:
    """The pieces that are more than noise. What a corner loses when it is blunted is about a square metre."""
    pieces = shapely.get_parts(_polygons(shape))
    return [piece for piece in pieces if piece.area > LEAST_STRIP_M2 and piece.length > 2 * SLIVER_METRES]


def _touches(piece: BaseGeometry, others: np.ndarray) -> int:
    """How many of the others a piece lies against."""
    return int(np.count_nonzero(shapely.dwithin(others, piece, OVERSTRETCH_METRES)))


def _idle_adds(adds: Sequence[BaseGeometry]) -> tuple[int, ...]:
    """Those that add nothing, as the others cover them; of two equal ones the later."""
    tree = shapely.STRtree(list(adds))
    idle: set[int] = set()
    for i in reversed(range(len(adds))):
        near = set(tree.query(adds[i], predicate="intersects").tolist()) - idle - {i}
        others = shapely.union_all([adds[k] for k in sorted(near)])
        if near and _no_ground(shapely.difference(adds[i], others)):
            idle.add(i)
    return tuple(sorted(idle))


def _no_ground(shape: BaseGeometry) -> bool:
    """Nothing there, or nothing but a hair."""
    return shape.is_empty or ground_km2(_polygons(shape)) * 1e6 < SLIVER_METRES**2


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """What of a shape has an inside; where lines only touch, operations leave points and lines behind."""
    pieces = shapely.get_parts(shapely.get_parts(shape))
    pieces = pieces[shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON]
    return shapely.MultiPolygon(list(pieces[~shapely.is_empty(pieces)]))
