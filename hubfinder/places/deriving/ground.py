"""Measuring in metres on the ground, and coming back to degrees; neighbours still share their lines."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from hubfinder.database.base import SRID

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]
STEP = 1_000.0
"""Metres. A straight line of the plane bends on the ground: over a kilometre by some two centimetres."""
DECIMALS = 9
"""Of a degree: a tenth of a millimetre, so that points worked out twice come out the same."""
POLYGON = shapely.GeometryType.POLYGON


class Plane:
    """A plane in metres that touches the ground along the meridian through the middle of a box of degrees.

    A transverse Mercator of the same ellipsoid as the degrees: no shift between datums, and no grid that
    might not be installed. Lengths are a thousandth too long 300 km east or west of the middle, but all
    those around one place alike, so that it is right which of two places is nearer, to about a metre.
    """

    def __init__(self, bounds: Sequence[float]) -> None:
        west, south, east, north = bounds
        middle = f"+lat_0={(south + north) / 2:.6f} +lon_0={(west + east) / 2:.6f}"
        crs = CRS.from_proj4(f"+proj=tmerc {middle} +k=1 +x_0=0 +y_0=0 +ellps=WGS84 +datum=WGS84 +units=m")
        self._there = Transformer.from_crs(SRID, crs, always_xy=True)
        self._back = Transformer.from_crs(crs, SRID, always_xy=True)

    def metres(self, degrees: Floats) -> Floats:
        """Rows of longitude and latitude as rows of metres east and north of the middle."""
        return np.column_stack(self._there.transform(degrees[:, 0], degrees[:, 1]))

    def degrees(self, metres: Floats) -> Floats:
        """The way back, to nine decimals."""
        return np.column_stack(self._back.transform(metres[:, 0], metres[:, 1])).round(DECIMALS)

    def shapes_in_metres(self, shapes: Shapes) -> Shapes:
        moved: Shapes = shapely.transform(shapes, self.metres)
        return moved

    def shapes_in_degrees(self, shapes: Sequence[BaseGeometry]) -> Shapes:
        """Polygons of the plane on the ground. A line that two of them share, they still share."""
        done = [self._in_degrees(shape) for shape in shapes]
        return np.array(done, dtype=object)

    def _in_degrees(self, shape: BaseGeometry) -> BaseGeometry:
        parts = [
            shapely.Polygon(*self._rings(part)) for part in shapely.get_parts(shape) if not part.is_empty
        ]
        return shapely.MultiPolygon(parts)

    def _rings(self, part: shapely.Polygon) -> tuple[Floats, list[Floats]]:
        outer = self.degrees(with_steps(shapely.get_coordinates(part.exterior)))
        return outer, [self.degrees(with_steps(shapely.get_coordinates(hole))) for hole in part.interiors]


def with_steps(ring: Floats, step: float = STEP) -> Floats:
    """A ring with points at least every ``step`` metres: the same ones, whichever way a line is walked."""
    start, end = ring[:-1], ring[1:]
    backwards = (end[:, 0] < start[:, 0]) | ((end[:, 0] == start[:, 0]) & (end[:, 1] < start[:, 1]))
    low = np.where(backwards[:, None], end, start)
    high = np.where(backwards[:, None], start, end)
    pieces = np.maximum(np.ceil(np.hypot(*(high - low).T) / step), 1).astype(np.int64)
    line = np.repeat(np.arange(len(pieces)), pieces)
    nth = np.arange(len(line)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    part = np.where(backwards[line], pieces[line] - nth, nth) / pieces[line]
    points = low[line] + (high[line] - low[line]) * part[:, None]
    points[nth == 0] = start  # low + (high - low) may miss high by a hair
    closed: Floats = np.vstack([points, points[:1]])
    return closed


def only_polygons(shape: BaseGeometry) -> BaseGeometry:
    """The parts of a shape that have an inside, as a valid multipolygon; perhaps an empty one."""
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    parts: npt.NDArray[Any] = shapely.get_parts(shapely.get_parts(shape))
    parts = parts[(shapely.get_type_id(parts) == POLYGON) & (shapely.area(parts) > 0)]
    return shapely.set_srid(shapely.MultiPolygon(list(parts)), SRID)
