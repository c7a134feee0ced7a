"""How degrees come to lie in the box of a small drawing.

Everything is projected on the plane around its middle (equirectangular: right to a few metres over the
30 miles a page shows), into a box 320 wide.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.places.values import Point

WIDTH, MARGIN = 320.0, 26.0
METRES_A_DEGREE = 111_320.0
SMALLEST_METRES = 900.0
"""A map of less would only show that everything is in one street."""
FINEST = 0.8
"""Corners of an outline that lie closer to a straight line than this many units are left out."""
Box = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""


def box_of(points: Iterable[Point], shapes: Iterable[BaseGeometry]) -> Box | None:
    """The smallest box that holds all of them; none for nothing."""
    boxes = [(p.lon, p.lat, p.lon, p.lat) for p in points]
    boxes += [shape.bounds for shape in shapes]
    if not boxes:
        return None
    west, south = (min(box[side] for box in boxes) for side in (0, 1))
    east, north = (max(box[side] for box in boxes) for side in (2, 3))
    return west, south, east, north


@dataclass(frozen=True, slots=True)
class Frame:
    """Where degrees come to lie in the box of the drawing."""

    west: float
    north: float
    x_scale: float
    y_scale: float
    height: float

    @classmethod
    def holding(cls, box: Box, lowest: float, highest: float) -> "Frame":
        """The frame around a box, as large as fits; its height is between these two."""
        west, south, east, north = box
        middle_lon, middle_lat = (west + east) / 2, (south + north) / 2
        x_metres = METRES_A_DEGREE * math.cos(math.radians(middle_lat))
        wide = max((east - west) * x_metres, SMALLEST_METRES)
        high = max((north - south) * METRES_A_DEGREE, SMALLEST_METRES * 0.6)
        scale = min((WIDTH - 2 * MARGIN) / wide, (highest - 2 * MARGIN) / high)
        height = max(lowest, high * scale + 2 * MARGIN)
        return cls(
            west=middle_lon - WIDTH / 2 / scale / x_metres,
            north=middle_lat + height / 2 / scale / METRES_A_DEGREE,
            x_scale=scale * x_metres,
            y_scale=scale * METRES_A_DEGREE,
            height=height,
        )

    def at(self, point: Point) -> tuple[float, float]:
        return (point.lon - self.west) * self.x_scale, (self.north - point.lat) * self.y_scale

    @property
    def box(self) -> Box:
        """The degrees the drawing shows, and a little more so that cut edges lie outside."""
        wide, high = WIDTH / self.x_scale, self.height / self.y_scale
        return (
            self.west - wide * 0.03,
            self.north - high * 1.03,
            self.west + wide * 1.03,
            self.north + high * 0.03,
        )


def path_of(frame: Frame, shape: BaseGeometry) -> str:
    """The edges of a shape inside the frame, as a path of SVG; empty where it lies outside."""
    return "".join(_ring(frame, ring) for ring in _rings(frame, shape))


def _rings(frame: Frame, shape: BaseGeometry) -> Iterable[BaseGeometry]:
    """The edges of a shape inside the frame, with no more corners than the drawing can show."""
    seen = shapely.clip_by_rect(shape, *frame.box)
    plain = shapely.simplify(seen, FINEST / frame.x_scale)
    for part in shapely.get_parts(plain):
        if part.geom_type == "Polygon" and not part.is_empty:
            yield part.exterior
            yield from part.interiors


def _ring(frame: Frame, ring: BaseGeometry) -> str:
    """A closed path with whole units, each point relative to the one before: half the bytes."""
    corners = shapely.get_coordinates(ring)[:-1]
    xs = ((corners[:, 0] - frame.west) * frame.x_scale).round().astype(int).tolist()
    ys = ((frame.north - corners[:, 1]) * frame.y_scale).round().astype(int).tolist()
    steps = [f"M{xs[0]} {ys[0]}l"]
    for i in range(1, len(xs)):
        dx, dy = xs[i] - xs[i - 1], ys[i] - ys[i - 1]
        if dx or dy:
            steps.append(f"{dx} {dy} " if dy >= 0 else f"{dx}{dy} ")
    return "".join(steps).rstrip() + "z"
