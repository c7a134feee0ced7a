"""Outlines for drawing: simpler shapes whose neighbours still share their borders."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from hubfinder.places.borders import is_heap, walked_once

STEPS = 300
"""A shape may be drawn with steps of a 300th of a usual shape's size: two pixels of a map 600 wide."""
LARGEST_STEP = 0.0003
"""Degrees, some 25 metres: what a large area may lose, as a map that moves shows it close by too."""
NARROW = 0.00005
"""Degrees, some 4 metres: a gap between neighbours narrower than this is an error of the file."""
NOISE = 0.005
"""The part of a shape that neighbours may take from it before it counts as really overlapping them."""
Shapes = NDArray[np.object_]


def outlines_for(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """A simplified shape for each, in the same order.

    Where the shapes tile the ground, or nearly, they are simplified together, so that no gaps open between
    neighbours. Those that really overlap others (catchments may) are simplified by themselves.
    """
    if not shapes:
        return []
    geometries = np.array(shapes, dtype=object)
    west, south, east, north = shapely.bounds(geometries).T
    tolerance = min(float(np.median(np.hypot(east - west, north - south))) / STEPS, LARGEST_STEP)
    tiles, alone = _tiles(geometries)
    simple = shapely.simplify(geometries, tolerance, preserve_topology=True)
    if not alone.all():
        simple[~alone] = shapely.coverage_simplify(tiles[~alone], tolerance)
    return list(np.where(shapely.is_empty(simple), geometries, simple))


def _tiles(geometries: Shapes) -> tuple[Shapes, NDArray[np.bool_]]:
    """The shapes with the noise at their borders taken out, and which of them do not fit the others.

    Files digitised by hand, or put together of parts, have neighbours that miss each other by
    a little; such borders are made one. A shape that loses more than noise stands alone.
    """
    alone = np.zeros(len(geometries), dtype=bool)
    if is_heap(walked_once(geometries)):
        return geometries, ~alone  # hundreds of areas over each other: even looking at them takes minutes
    if shapely.coverage_is_valid(geometries, gap_width=NARROW):
        return geometries, alone
    tiles = _cleaned(geometries)
    alone = _lost(geometries, tiles) > NOISE
    if alone.any() and not alone.all():
        tiles[~alone] = _cleaned(geometries[~alone])
        alone |= _lost(geometries, tiles) > NOISE
    return tiles, alone | shapely.is_empty(tiles)


def _cleaned(geometries: Shapes) -> Shapes:
    cleaned: Shapes = shapely.coverage_clean(  # type: ignore[attr-defined]  # newer than the types
        geometries, gap_width=NARROW
    )
    return cleaned


def _lost(before: Shapes, after: Shapes) -> NDArray[np.float64]:
    """Which part of its ground each shape lost or gained."""
    area = shapely.area(before)
    lost: NDArray[np.float64] = np.abs(shapely.area(after) - area) / np.maximum(area, 1e-15)
    return lost
