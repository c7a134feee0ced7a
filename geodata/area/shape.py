"""Hand-drawn lines of the area: the coast, the river, the borders and the roads, in kilometres."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from shapely import (
    LineString,
    MultiLineString,
    MultiPolygon,
    Point,
    Polygon,
    box,
    linestrings,
    polygons,
    union_all,
)
from shapely.geometry.base import BaseGeometry

Floats = npt.NDArray[np.float64]

ORIGIN_LAT = 54.75
ORIGIN_LON = 2.10
# Kilometres in one degree at the origin (WGS84 series); over 20 km the error is under one part in 300.
KM_PER_DEGREE_LAT = 111.3196
KM_PER_DEGREE_LON = 64.3900
DECIMALS = 6

FRAME = (-20.0, -12.0, 16.0, 15.0)

# North to south. The two runs of points around y = 0 are the banks of the estuary.
COAST = [
    (1.6, 16.6), (2.6, 14.6), (4.4, 12.7), (6.6, 11.6), (8.4, 11.2), (9.7, 10.6), (10.5, 9.6), (10.5, 9.15),
    (10.1, 9.5), (9.3, 10.1), (8.5, 9.8), (8.0, 8.9), (7.75, 7.6), (7.9, 6.1), (8.4, 4.7), (9.3, 3.4), (10.2, 2.4),
    (10.75, 1.4), (10.6, 0.72), (9.9, 0.5), (9.2, 0.36), (8.5, 0.2), (7.8, 0.24), (7.15, 0.12),
    (7.15, 0.02), (7.8, -0.12), (8.6, -0.26), (9.2, -0.5), (9.6, -0.95), (9.7, -1.6), (9.45, -2.4), (9.55, -3.3),
    (9.95, -4.3), (9.7, -5.5), (8.8, -6.9), (7.6, -8.2), (6.4, -10.0), (5.2, -13.2),
]
# West to east; the last point is the head of the estuary.
WEND = [
    (-21.5, 2.2), (-18.5, 3.1), (-15.6, 2.6), (-13.6, 3.7), (-11.4, 2.9), (-9.6, 3.3), (-7.9, 2.2), (-6.3, 2.5),
    (-4.8, 1.6), (-3.3, 1.05), (-2.0, 1.25), (-0.6, 0.4), (1.0, 0.9), (2.4, -0.1), (3.9, 0.65), (5.3, -0.05),
    (6.3, 0.25), (7.15, 0.07),
]
EEL_BECK = [(-13.4, -6.1), (-11.2, -4.4), (-9.2, -4.1), (-7.4, -3.1), (-6.4, -1.5), (-5.6, 0.2), (-4.8, 1.6)]
WEST_BORDER = [(-11.6, 16.0), (-12.1, 10.5), (-11.2, 7.2), (-11.9, 4.0), (-11.3, 1.0), (-12.2, -2.2), (-11.4, -5.2),
               (-11.9, -9.0), (-11.5, -13.0)]
STRIP_BORDER = [(-15.6, 16.0), (-15.2, 9.0), (-16.1, 4.5), (-15.4, 0.5), (-16.0, -4.0), (-15.3, -8.5), (-15.7, -13.0)]
NORTH_BORDER = [(-21.5, 9.4), (-17.0, 10.2), (-13.0, 9.3), (-9.0, 10.1), (-5.0, 9.2), (-1.5, 10.6), (1.5, 11.2),
                (3.2, 12.6), (5.0, 14.2), (9.0, 16.0), (18.0, 16.0)]
SOUTH_BORDER = [(-21.5, -8.2), (-17.0, -7.4), (-13.0, -8.3), (-9.0, -7.3), (-5.0, -8.2), (-1.0, -6.9), (3.0, -7.7),
                (6.0, -8.2), (12.0, -9.6), (18.0, -9.6)]
ROADS = {
    "Coast Road": [(6.9, 10.5), (7.5, 8.5), (7.5, 6.0), (8.2, 3.8), (8.9, 1.6), (8.9, 0.7)],
    "Marsh Road": [(7.0, -0.6), (8.2, -1.6), (8.4, -3.2), (8.2, -5.4), (7.4, -7.6)],
    "Valley Road": [(-15.0, 4.2), (-11.6, 3.7), (-9.0, 3.7), (-6.2, 3.1), (-3.2, 1.5), (0.4, 1.7), (4.2, 1.4),
                    (7.2, 1.2), (8.9, 0.9)],
    "South Road": [(-3.0, 0.7), (-0.6, -0.6), (3.2, -0.9), (6.0, -0.8), (8.0, -1.4)],
    "Thornley Lane": [(-9.4, 8.6), (-6.2, 6.0), (-4.4, 3.6), (-3.2, 1.9)],
    "Eelby Lane": [(-10.8, -6.2), (-7.6, -3.6), (-5.4, -1.4), (-3.2, 0.6)],
    "Sandmere Lane": [(-6.2, 6.0), (-1.0, 6.6), (3.0, 6.0), (7.4, 5.9)],
    "Fen Lane": [(-2.6, 0.2), (-2.0, -3.0), (0.4, -5.8), (2.0, -7.2)],
}


@dataclass(frozen=True)
class Ground:
    """What is land, what is water, and whose land it is (kilometres)."""

    land: Polygon
    district: Polygon
    strip: Polygon
    beyond: Polygon
    wend: LineString
    beck: LineString
    north_bank: Polygon


def curve(points: list[tuple[float, float]], step: float = 0.06) -> Floats:
    """A smooth line through points (Catmull-Rom), as an array (n, 2) about `step` kilometres apart."""
    p = np.array([_beyond(points[0], points[1]), *points, _beyond(points[-1], points[-2])], dtype=float)
    pieces = [_segment(p[i : i + 4], step) for i in range(len(p) - 3)]
    return np.vstack([*pieces, p[-2:-1]])


def _beyond(end: tuple[float, float], inner: tuple[float, float]) -> tuple[float, float]:
    """The inner point mirrored in the end, so that the curve leaves the end straight."""
    return (2 * end[0] - inner[0], 2 * end[1] - inner[1])


def _segment(p: Floats, step: float) -> Floats:
    """Points from p[1] up to, without, p[2] of the Catmull-Rom spline through the four points p."""
    n = max(2, math.ceil(float(np.hypot(*(p[2] - p[1]))) / step))
    t = (np.arange(n) / n)[:, None]
    spline: Floats = 0.5 * (
        2 * p[1]
        + (p[2] - p[0]) * t
        + (2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]) * t**2
        + (3 * p[1] - p[0] - 3 * p[2] + p[3]) * t**3
    )
    return spline


def wiggle(line: Floats, size: float, phase: float, length: float = 1.0) -> Floats:
    """The line pushed sideways by up to `size` km in waves about `length` km long; its two ends stay."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    way = np.gradient(line, axis=0)
    normal = np.column_stack([-way[:, 1], way[:, 0]]) / np.hypot(way[:, 0], way[:, 1])[:, None]
    s = along / length
    wave = 0.5 * np.sin(5.1 * s + phase) + 0.3 * np.sin(9.7 * s + 2 * phase) + 0.2 * np.sin(17.9 * s + 3 * phase)
    fade = np.minimum(1.0, np.minimum(along, along[-1] - along) / 0.4)
    moved: Floats = line + normal * (size * wave * fade)[:, None]
    return moved


@cache
def ground() -> Ground:
    """The whole of the ground, drawn once."""
    coast = wiggle(curve(COAST), 0.05, 0.7, 1.1)
    west, strip = (wiggle(curve(b, 0.2), 0.25, 1.9, 2.3) for b in (WEST_BORDER, STRIP_BORDER))
    north, south = (wiggle(curve(b, 0.2), 0.25, 0.4, 2.6) for b in (NORTH_BORDER, SOUTH_BORDER))
    land = polygons(np.vstack([coast, [(-22.0, -13.0), (-22.0, 16.4)]]))
    band = land.intersection(polygons(np.vstack([north, south[::-1]])))
    east = polygons(np.vstack([west, [(20.0, -13.0), (20.0, 16.0)]]))
    middle = polygons(np.vstack([strip, [(20.0, -13.0), (20.0, 16.0)]]))
    wend = linestrings(wiggle(curve(WEND), 0.16, 2.2, 1.4))
    return Ground(
        land=land.intersection(box(*FRAME)),
        district=_largest(band.intersection(east)),
        strip=_largest(band.intersection(middle).difference(east)),
        beyond=_largest(band.intersection(box(*FRAME)).difference(middle)),
        wend=wend,
        beck=linestrings(wiggle(curve(EEL_BECK), 0.1, 0.3, 1.0)),
        north_bank=_north_bank(wend),
    )


def _north_bank(wend: LineString) -> Polygon:
    """Everything north of the river and of the middle of the estuary."""
    mouth = [(7.8, 0.05), (8.6, 0.0), (9.4, -0.06), (10.2, -0.1), (18.0, -0.1)]
    return polygons(np.vstack([np.array(wend.coords), mouth, [(18.0, 17.0), (-22.0, 17.0)]]))


def _largest(shape: BaseGeometry) -> Polygon:
    """The largest polygon of a shape."""
    parts = [shape] if isinstance(shape, Polygon) else list(shape.geoms) if isinstance(shape, MultiPolygon) else []
    if not parts:
        raise ValueError("the shape has no polygon")
    return max(parts, key=lambda part: part.area)


@cache
def water() -> BaseGeometry:
    """The sea and the rivers as one shape: nobody lives nearer to it than a few metres."""
    g = ground()
    return union_all([box(*FRAME).difference(g.land), river_polygon(), g.beck.buffer(0.006)])


@cache
def river_polygon() -> BaseGeometry:
    """The Wend with its width: 12 m in the west, 60 m where it reaches the estuary."""
    line = np.array(ground().wend.coords)
    n = len(line) - 1
    pieces = [
        LineString(line[i : i + 11]).buffer(0.006 + 0.024 * (i / n) ** 2, quad_segs=4) for i in range(0, n, 10)
    ]
    return union_all(pieces)


def roads() -> dict[str, Floats]:
    """The country roads, each an array (n, 2) of points 60 m apart."""
    return {name: wiggle(curve(points), 0.08, 0.9, 1.5) for name, points in ROADS.items()}


def is_north(x: float, y: float) -> bool:
    """Whether the point is on the north bank of the Wend."""
    return bool(ground().north_bank.contains(Point(x, y)))


def to_degrees(xy: Floats) -> Floats:
    """Longitude and latitude (n, 2) of points in kilometres (n, 2), rounded as they are written."""
    degrees = xy / np.array([KM_PER_DEGREE_LON, KM_PER_DEGREE_LAT]) + np.array([ORIGIN_LON, ORIGIN_LAT])
    rounded: Floats = np.round(degrees, DECIMALS)
    return rounded


def to_km(degrees: Floats) -> Floats:
    """Kilometres (n, 2) of points given as longitude and latitude (n, 2)."""
    km: Floats = (degrees - np.array([ORIGIN_LON, ORIGIN_LAT])) * np.array([KM_PER_DEGREE_LON, KM_PER_DEGREE_LAT])
    return km


__all__ = [
    "DECIMALS", "FRAME", "Floats", "Ground", "MultiLineString", "curve", "ground", "is_north", "river_polygon",
    "roads", "to_degrees", "to_km", "water", "wiggle",
]
