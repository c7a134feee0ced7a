"""The land that derived areas are cut to: all ground of the footprints of a kind together."""

from collections.abc import Callable, Collection

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.deriving.ground import DECIMALS, Shapes, only_polygons
from hubfinder.places.models import Footprint
from hubfinder.vocab import FootprintKind

Progress = Callable[[int, int], None]
SAME_AREA = 1e-6
"""Areas that differ by less than this part are the same but for slivers between badly drawn neighbours."""
AT_ONCE = 50


def shapes_of(session: Session, kind: FootprintKind, codes: Collection[str] = ()) -> dict[str, BaseGeometry]:
    """The shapes of a kind by code, in the order of the codes; of these codes only, if any are named."""
    wanted = select(Footprint.code, Footprint.geom).where(Footprint.kind == kind, Footprint.geom.is_not(None))
    if codes:
        wanted = wanted.where(Footprint.code.in_(codes))
    rows = session.execute(wanted.order_by(Footprint.code)).all()
    shapes = shapely.from_wkb([bytes(geom.data) for _, geom in rows if geom is not None])
    return dict(zip((code for code, _ in rows), shapes.tolist(), strict=True))


def joined(shapes: Shapes) -> tuple[BaseGeometry, bool]:
    """Shapes made one, and whether they share their borders without gap or overlap.

    Where they do, the lines between them are simply left out: 33,000 small areas take a second, and the
    outline keeps every point. Where they do not, all of them are overlaid, which also closes overlaps.
    """
    if len(shapes) == 1:
        return only_polygons(shapes[0]), True
    if bool(shapely.coverage_is_valid(shapes)):
        return only_polygons(shapely.coverage_union_all(shapes)), True
    return only_polygons(shapely.union_all(shapes)), False


def land_of(shapes: Shapes) -> BaseGeometry:
    """The ground of all the shapes. A few bad borders among thousands do not make it slow."""
    try:
        quick = only_polygons(shapely.coverage_union_all(shapes))
    except shapely.errors.GEOSException:
        return joined(shapes)[0]
    if abs(quick.area / float(shapely.area(shapes).sum()) - 1) < SAME_AREA:
        return quick
    return joined(shapes)[0]


def cut(
    areas: Shapes, land: BaseGeometry, progress: Progress = lambda _done, _all: None
) -> list[BaseGeometry]:
    """What of each area is land; an empty shape for one that has none.

    Points where a border meets the coast are rounded, so that both neighbours have the same one.
    """
    shapely.prepare(land)
    inside = shapely.contains_properly(land, areas)
    result = np.array(areas, dtype=object)
    for start in range(0, len(areas), AT_ONCE):
        piece = slice(start, start + AT_ONCE)
        to_cut = np.flatnonzero(~inside[piece]) + start
        wet = shapely.intersection(areas[to_cut], land)
        result[to_cut] = shapely.transform(wet, lambda points: points.round(DECIMALS))
        progress(min(start + AT_ONCE, len(areas)), len(areas))
    return [only_polygons(shape) for shape in result]
