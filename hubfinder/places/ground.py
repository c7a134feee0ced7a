"""Ground: how much of it a shape covers, and how much two shapes share, in square kilometres."""

from collections.abc import Iterable, Mapping

import numpy as np
import shapely
from pyproj import Proj
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.models import Footprint

EQUAL_AREA = "+proj=cea +ellps=WGS84"
"""A projection that keeps areas exactly; shapes look odd in it, and nobody sees them."""
SQUARE_METRES = 1_000_000
AT_ONCE = 5_000
"""Shapes asked of the database at once: both have a limit of parameters."""
LEAST_KM2 = 0.005
"""Neighbours drawn by different hands overlap by slivers; less than half a hectare is none."""
Flat = dict[int, BaseGeometry]
"""Shapes in metres of the equal-area projection, by footprint id."""


def flattened(shape: BaseGeometry) -> BaseGeometry:
    """A shape in WGS84 degrees as one in metres, valid, with the same area as on the ground."""
    project = Proj(EQUAL_AREA)
    flat = shapely.transform(shape, lambda corners: np.column_stack(project(corners[:, 0], corners[:, 1])))
    return flat if shapely.is_valid(flat) else shapely.make_valid(flat)


def square_kilometres(flat: BaseGeometry) -> float:
    return float(flat.area) / SQUARE_METRES


def flat_shapes(session: Session, ids: Iterable[int], clip: BaseGeometry | None = None) -> Flat:
    """The true shapes of footprints, flattened, and cut by another flat shape if one is given."""
    wanted = sorted(set(ids))
    found: Flat = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = session.execute(
            select(Footprint.id, Footprint.geom).where(
                Footprint.id.in_(wanted[start : start + AT_ONCE]), Footprint.geom.is_not(None)
            )
        )
        for id_, geom in rows:
            found[id_] = flattened(shapely.from_wkb(bytes(geom.data)))
    return found if clip is None else _cut(found, clip)


def _cut(shapes: Flat, clip: BaseGeometry) -> Flat:
    """What of each shape is inside another; those that wholly are need no cutting, which takes its time."""
    ids, all_of_them = list(shapes), np.array(list(shapes.values()), dtype=object)
    inside = set(shapely.STRtree(all_of_them).query(clip, predicate="contains").tolist())
    return {
        id_: shape if number in inside else shapely.intersection(shape, clip)
        for number, (id_, shape) in enumerate(zip(ids, all_of_them, strict=True))
    }


def shared_ground(
    ones: Mapping[int, BaseGeometry], others: Mapping[int, BaseGeometry]
) -> dict[tuple[int, int], float]:
    """Square kilometres that each of some flat shapes shares with each of others; slivers are left out."""
    if not ones or not others:
        return {}
    one_ids, other_ids = list(ones), list(others)
    left = np.array([ones[id_] for id_ in one_ids], dtype=object)
    right = np.array([others[id_] for id_ in other_ids], dtype=object)
    from_left, from_right = shapely.STRtree(right).query(left, predicate="intersects")
    areas = shapely.area(shapely.intersection(left[from_left], right[from_right])) / SQUARE_METRES
    return {
        (one_ids[i], other_ids[j]): area
        for i, j, area in zip(from_left.tolist(), from_right.tolist(), areas.tolist(), strict=True)
        if area >= LEAST_KM2
    }
