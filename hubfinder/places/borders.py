"""Pieces of border between areas, and whether there are too many of them to work with."""

import numpy as np
import numpy.typing as npt
import shapely

MOST_NEAR = 40
"""Other pieces that may be near one, on average: in a heap of areas over each other there are thousands."""
AT_ONCE = 500
Shapes = npt.NDArray[np.object_]


def walked_once(shapes: Shapes) -> Shapes:
    """The pieces of border that no other area walks in the opposite direction."""
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shapes, exterior_cw=False)))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    follows = (ring[1:] == ring[:-1]) & np.any(points[1:] != points[:-1], axis=1)
    pieces = np.concatenate([points[:-1], points[1:]], axis=1)[follows]
    turned = (pieces[:, 0] > pieces[:, 2]) | ((pieces[:, 0] == pieces[:, 2]) & (pieces[:, 1] > pieces[:, 3]))
    same_way = np.where(turned[:, None], pieces[:, [2, 3, 0, 1]], pieces)
    order = np.lexsort(same_way.T)
    ordered = same_way[order]
    starts = np.ones(len(ordered), dtype=bool)
    starts[1:] = np.any(ordered[1:] != ordered[:-1], axis=1)
    balance = np.add.reduceat(np.where(turned[order], -1, 1), np.flatnonzero(starts))
    once = ordered[starts][balance != 0].reshape(-1, 2, 2)
    return np.atleast_1d(np.asarray(shapely.linestrings(once), dtype=object))


def is_heap(lines: Shapes) -> bool:
    """Whether pieces of border lie so thick that working out their crossings would take minutes.

    Stops looking as soon as that is clear.
    """
    tree, near = shapely.STRtree(lines), 0
    for start in range(0, len(lines), AT_ONCE):
        near += tree.query(lines[start : start + AT_ONCE]).shape[1]
        if near > MOST_NEAR * len(lines) + 10_000:
            return True
    return False
