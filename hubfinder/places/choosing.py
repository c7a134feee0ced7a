"""Which footprints there are to compose a neighbourhood of: those on the ground of one council."""

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from hubfinder.database import in_box
from hubfinder.places.models import Footprint
from hubfinder.places.recipes import Part
from hubfinder.vocab import FootprintKind

COUNCIL = FootprintKind.LOCAL_AUTHORITY
KINDS = tuple(
    kind
    for kind in FootprintKind
    if kind
    not in {
        FootprintKind.ICB,
        FootprintKind.POLICE_AREA,
        FootprintKind.CRIMINAL_JUSTICE_AREA,
        FootprintKind.NATION,
    }
)
"""Kinds to choose from: nobody's neighbourhood is as large as those left out. A file may name any."""
LEAST_ON_IT = 0.02
"""A footprint of which less lies on the council's ground only touches its border."""


@dataclass(frozen=True, slots=True)
class Choosable:
    """A footprint to add or to take away, with its outline for drawing."""

    part: Part
    id: int
    name: str
    outline: BaseGeometry


def councils(session: Session) -> Sequence[tuple[str, str]]:
    """Code and name of every council area that is drawn, by name."""
    rows = session.execute(
        select(Footprint.code, Footprint.name)
        .where(Footprint.kind == COUNCIL, Footprint.geom.is_not(None))
        .order_by(Footprint.name, Footprint.code)
    )
    return [(code, name) for code, name in rows]


def choosable(session: Session, council: str) -> dict[FootprintKind, list[Choosable]]:
    """The footprints on the ground of a council, by kind and then by name; none for an unknown council."""
    ground = session.scalar(
        select(Footprint.outline).where(Footprint.kind == COUNCIL, Footprint.code == council)
    )
    if ground is None:
        return {}
    here = shapely.from_wkb(ground)
    rows = session.scalars(
        select(Footprint)
        .where(Footprint.kind.in_(KINDS), Footprint.outline.is_not(None), in_box(Footprint.geom, here.bounds))
        .options(undefer(Footprint.outline))
        .order_by(Footprint.name, Footprint.code)
    )
    found: dict[FootprintKind, list[Choosable]] = {kind: [] for kind in KINDS}
    for row in rows:
        one = _as_choosable(row)
        if _lies_on(one.outline, here):
            found[row.kind].append(one)
    return {kind: ones for kind, ones in found.items() if ones}


def outlines_of_parts(session: Session, parts: Sequence[Part]) -> dict[Part, Choosable]:
    """The parts of a recipe that are drawn, wherever they are."""
    rows = session.scalars(
        select(Footprint)
        .where(
            Footprint.kind.in_({part.kind for part in parts}),
            Footprint.code.in_({part.code for part in parts}),
            Footprint.outline.is_not(None),
        )
        .options(undefer(Footprint.outline))
    )
    found = {one.part: one for one in map(_as_choosable, rows)}
    return {part: found[part] for part in parts if part in found}


def _as_choosable(row: Footprint) -> Choosable:
    return Choosable(Part(row.kind, row.code), row.id, row.name, shapely.from_wkb(bytes(row.outline or b"")))


def _lies_on(outline: BaseGeometry, ground: BaseGeometry) -> bool:
    shared = shapely.area(shapely.intersection(shapely.make_valid(outline), ground))
    return bool(shared > LEAST_ON_IT * min(shapely.area(outline), shapely.area(ground)))
