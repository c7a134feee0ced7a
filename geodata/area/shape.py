"""The ground: the hand-drawn lines made smooth and put together, and kilometres made degrees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely import LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from area.lines import (
    COAST,
    EEL_BECK,
    FAR_BORDER,
    NORTH_BORDER,
    ROADS,
    SOUTH_BORDER,
    STRIP_BORDER,
    WEND,
    WEST_BORDER,
    Line,
)

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ORIGIN_LAT = 54.75
ORIGIN_LON = 2.10
# Kilometres in one degree at the origin (WGS84 series); over 20 km the error is under one part in 300.
KM_PER_DEGREE_LAT = 111.3196
KM_PER_DEGREE_LON = 64.3900
DECIMALS = 6

FRAME = (-20.0, -12.0, 16.0, 15.0)


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


def curve(points: Line, step: float = 0.06) -> Floats:
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
    wave = (
        0.5 * np.sin(5.1 * s + phase) + 0.3 * np.sin(9.7 * s + 2 * phase) + 0.2 * np.sin(17.9 * s + 3 * phase)
    )
    fade = np.minimum(1.0, np.minimum(along, along[-1] - along) / 0.4)
    moved: Floats = line + normal * (size * wave * fade)[:, None]
    return moved


@cache
def ground() -> Ground:
    """The whole of the ground, drawn once."""
    coast = wiggle(curve(COAST), 0.05, 0.7, 1.1)
    west, strip, far = (
        wiggle(curve(b, 0.2), 0.25, 1.9, 2.3) for b in (WEST_BORDER, STRIP_BORDER, FAR_BORDER)
    )
    north, south = (wiggle(curve(b, 0.2), 0.25, 0.4, 2.6) for b in (NORTH_BORDER, SOUTH_BORDER))
    land = Polygon(np.vstack([coast, [(-22.0, -13.0), (-22.0, 16.4)]]))
    band = land.intersection(Polygon(np.vstack([north, south[::-1]])))
    east, middle, whole = (
        Polygon(np.vstack([line, [(20.0, -13.0), (20.0, 16.0)]])) for line in (west, strip, far)
    )
    wend = LineString(wiggle(curve(WEND), 0.16, 2.2, 1.4))
    return Ground(
        land=_largest(land.intersection(box(*FRAME))),
        district=_largest(band.intersection(east)),
        strip=_largest(band.intersection(middle).difference(east)),
        beyond=_largest(band.intersection(whole).difference(middle)),
        wend=wend,
        beck=LineString(wiggle(curve(EEL_BECK), 0.1, 0.3, 1.0)),
        north_bank=_north_bank(wend),
    )


def _north_bank(wend: LineString) -> Polygon:
    """Everything north of the river and of the middle of the estuary."""
    mouth = [(7.8, 0.05), (8.6, 0.0), (9.4, -0.06), (10.2, -0.1), (18.0, -0.1)]
    return Polygon(np.vstack([np.array(wend.coords), mouth, [(18.0, 17.0), (-22.0, 17.0)]]))


def _largest(shape: BaseGeometry) -> Polygon:
    """The largest polygon of a shape."""
    if isinstance(shape, Polygon):
        return shape
    if isinstance(shape, MultiPolygon):
        return max(shape.geoms, key=lambda part: part.area)
    raise ValueError("the shape has no polygon")


@cache
def water() -> BaseGeometry:
    """The sea and the rivers as one shape: nobody lives nearer to it than a few metres."""
    g = ground()
    return shapely.union_all([box(*FRAME).difference(g.land), river_polygon(), g.beck.buffer(0.006)])


@cache
def river_polygon() -> BaseGeometry:
    """The Wend with its width: 12 m in the west, 60 m where it reaches the estuary."""
    line = np.array(ground().wend.coords)
    n = len(line) - 1
    pieces = [
        LineString(line[i : i + 11]).buffer(0.006 + 0.024 * (i / n) ** 2, quad_segs=4)
        for i in range(0, n, 10)
    ]
    return shapely.union_all(pieces)


def roads() -> dict[str, Floats]:
    """The country roads, each an array (n, 2) of points 60 m apart."""
    return {name: wiggle(curve(points), 0.08, 0.9, 1.5) for name, points in ROADS.items()}


def on_north_bank(xy: Floats) -> Flags:
    """Whether each point (n, 2) is on the north bank of the Wend."""
    north: Flags = shapely.contains_xy(ground().north_bank, xy[:, 0], xy[:, 1])
    return north


def to_degrees(xy: Floats) -> Floats:
    """Longitude and latitude (n, 2) of points in kilometres (n, 2), rounded as they are written."""
    degrees = xy / np.array([KM_PER_DEGREE_LON, KM_PER_DEGREE_LAT]) + np.array([ORIGIN_LON, ORIGIN_LAT])
    rounded: Floats = np.round(degrees, DECIMALS)
    return rounded


def to_km(degrees: Floats) -> Floats:
    """Kilometres (n, 2) of points given as longitude and latitude (n, 2)."""
    km: Floats = (degrees - np.array([ORIGIN_LON, ORIGIN_LAT])) * np.array(
        [KM_PER_DEGREE_LON, KM_PER_DEGREE_LAT]
    )
    return km
