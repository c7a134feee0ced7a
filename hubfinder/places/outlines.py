"""Outlines for drawing: simpler shapes whose neighbours still share their borders."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

STEPS = 300
"""A shape may be drawn with steps of a 300th of a usual shape's size: two pixels of a map 600 wide."""


def outlines_for(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """A simplified shape for each, in the same order.

    Where the shapes tile the ground they are simplified together, so that no gaps open between
    neighbours. Where they overlap (catchments may), each is simplified by itself.
    """
    if not shapes:
        return []
    geometries = np.array(shapes, dtype=object)
    west, south, east, north = shapely.bounds(geometries).T
    tolerance = float(np.median(np.hypot(east - west, north - south))) / STEPS
    if shapely.coverage_is_valid(geometries):
        simple = shapely.coverage_simplify(geometries, tolerance)
    else:
        simple = shapely.simplify(geometries, tolerance, preserve_topology=True)
    empty = shapely.is_empty(simple)
    return list(np.where(empty, geometries, simple))
