"""The footprints of one area for the map that moves: which there are, and their outlines as TopoJSON."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.database import in_box
from hubfinder.places.models import Footprint, Layer
from hubfinder.places.topology import Drawn, topology
from hubfinder.vocab import FootprintKind

Box = tuple[float, float, float, float]
LEAST_PART = 0.02
"""A footprint with less than this part of it inside only touches the area; lines are a few metres off."""
MARGIN = 0.25
"""The ground around the area that is drawn as land, as a part of the area's size."""
MOST = 2_500
"""Footprints of one kind; a kind with more in the area is not drawn: nobody could tell them apart."""
LAND = "land"


def kinds_in(session: Session, area: BaseGeometry) -> dict[FootprintKind, int]:
    """The kinds that have outlines within the box of an area, with how many, smallest kind first.

    Kinds with more than ``MOST`` are left out.
    """
    rows = session.execute(
        select(Footprint.kind, func.count())
        .where(in_box(Footprint.geom, area.bounds), Footprint.outline.is_not(None))
        .where(Footprint.kind != FootprintKind.NATION)
        .group_by(Footprint.kind)
    )
    counts = {kind: number for kind, number in rows if number <= MOST}
    return {kind: counts[kind] for kind in FootprintKind if kind in counts}


class Found(NamedTuple):
    """A footprint of an area, with its outline for drawing."""

    id: int
    kind: FootprintKind
    code: str
    name: str
    layer_id: int
    shape: BaseGeometry


def outlines_in(session: Session, area: BaseGeometry, kinds: Collection[FootprintKind]) -> list[Found]:
    """The footprints of these kinds that lie in an area, reach into it, or hold it, by kind and code."""
    wanted = [kind for kind in kinds_in(session, area) if kind in kinds]
    return _inside(area, _drawn(session, area.bounds, wanted))


def areas_of(session: Session, area: BaseGeometry, kinds: Collection[FootprintKind]) -> dict[str, Any]:
    """TopoJSON with an object for each kind, one named ``land``, and beside them ``layers``: their sources.

    Each layer of ``layers`` has key, kind, basis, source, as_of (ISO date or none), licence, attribution and
    method; each geometry, land too, has its name and the number of its layer in that list.
    """
    found = outlines_in(session, area, kinds)
    land = land_around(session, area)
    layers = _layers(session, {one.layer_id for one in (*found, *land)})
    numbers = {layer.id: number for number, layer in enumerate(layers)}
    drawn: dict[str, list[Drawn]] = defaultdict(list)
    drawn[LAND] = []
    for name, one in (*((LAND, one) for one in land), *((one.kind.value, one) for one in found)):
        facts = {"name": one.name, "layer": numbers[one.layer_id]}
        drawn[name].append(Drawn(one.code, one.shape, facts))
    return {**topology(drawn), "layers": [_told(layer) for layer in layers]}


def _drawn(session: Session, box: Box, kinds: Sequence[FootprintKind]) -> list[Found]:
    """All of these kinds whose boxes touch a box."""
    if not kinds:
        return []
    order = {kind: number for number, kind in enumerate(kinds)}
    rows = session.execute(
        select(
            Footprint.id,
            Footprint.kind,
            Footprint.code,
            Footprint.name,
            Footprint.layer_id,
            Footprint.outline,
        )
        .where(Footprint.kind.in_(kinds), in_box(Footprint.geom, box), Footprint.outline.is_not(None))
        .order_by(Footprint.code)
    )
    found = [
        Found(row.id, row.kind, row.code, row.name, row.layer_id, shapely.from_wkb(bytes(row.outline or b"")))
        for row in rows
    ]
    return sorted(found, key=lambda one: order[one.kind])


def _inside(area: BaseGeometry, found: Sequence[Found]) -> list[Found]:
    """Those with more than a border in common with the area."""
    shapes = [one.shape for one in found]
    ground = shapely.area(shapes)
    shared = shapely.area(shapely.intersection(shapes, area))
    belongs = (shared >= LEAST_PART * ground) | (shared >= LEAST_PART * area.area)
    return [one for one, yes in zip(found, belongs, strict=True) if yes]


def land_around(session: Session, area: BaseGeometry) -> list[Found]:
    """The councils' ground in and around the area, cut off where the map ends."""
    west, south, east, north = area.bounds
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    box = (west - wide, south - high, east + wide, north + high)
    found = []
    for one in _drawn(session, box, [FootprintKind.LOCAL_AUTHORITY]):
        seen = shapely.clip_by_rect(one.shape, *box)
        parts = [part for part in shapely.get_parts(seen) if part.geom_type == "Polygon" and part.area]
        if parts:
            found.append(one._replace(shape=shapely.MultiPolygon(parts)))
    return found


def _layers(session: Session, ids: Collection[int]) -> Sequence[Layer]:
    return session.scalars(select(Layer).where(Layer.id.in_(ids)).order_by(Layer.kind, Layer.key)).all()


def _told(layer: Layer) -> Mapping[str, object]:
    return {
        "key": layer.key,
        "kind": layer.kind.value,
        "basis": layer.basis.value,
        "source": layer.source,
        "as_of": layer.as_of.isoformat() if layer.as_of else None,
        "licence": layer.licence,
        "attribution": layer.attribution,
        "method": layer.method,
    }
