"""The two lookups everything else rests on: a postcode, and a point. One statement each."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import Float, Row, bindparam, literal, null, select, union_all
from sqlalchemy.orm import Session

from hubfinder.database import covers_point
from hubfinder.places.models import (
    Footprint,
    FootprintSetMember,
    FootprintShare,
    Layer,
    Postcode as PostcodeRow,
)
from hubfinder.places.nations import ENGLAND, nation_of
from hubfinder.places.values import (
    Membership,
    Place,
    Point,
    Postcode,
    PostcodeElsewhere,
    PostcodeUnknown,
    PostcodeWithoutPoint,
)
from hubfinder.vocab import FootprintKind

LEAST_SHARE = 0.10
"""A network that fewer people of a small area belong to is not worth naming; the largest always is."""
OVERLAPPING = frozenset({kind for kind in FootprintKind if kind.is_catchment} | {FootprintKind.NEIGHBOURHOOD})
"""Kinds an address may be in two of. Of the others, a point on a shared border gets the first by code."""
NATIONS = ("E92000001", "K03000001", "K02000001")
"""England, Great Britain and the United Kingdom, by ONS code: what every place here is in."""
FOOTPRINT = (Footprint.id, Footprint.kind, Footprint.code, Footprint.name, Layer.basis)
_KINDS = {kind: number for number, kind in enumerate(FootprintKind)}
_OF_NATIONS = (
    select(
        *(null().label(name) for name in ("here", "lat", "lon", "terminated", "country")),
        *FOOTPRINT,
        literal(1.0).label("share"),
    )
    .join(Layer, Layer.id == Footprint.layer_id)
    .where(Footprint.kind == FootprintKind.NATION, Footprint.code.in_(NATIONS))
)
_OF_POSTCODE = (
    select(
        PostcodeRow.code.label("here"),
        PostcodeRow.lat,
        PostcodeRow.lon,
        PostcodeRow.terminated,
        PostcodeRow.country,
        *FOOTPRINT,
        FootprintSetMember.share,
    )
    .outerjoin(FootprintSetMember, FootprintSetMember.set_id == PostcodeRow.set_id)
    .outerjoin(Footprint, Footprint.id == FootprintSetMember.footprint_id)
    .outerjoin(Layer, Layer.id == Footprint.layer_id)
    .where(PostcodeRow.code == bindparam("compact"))
    .union_all(_OF_NATIONS)
)
"""Made once: building a statement takes longer than asking it."""
_INSIDE = (
    select(*FOOTPRINT)
    .join(Layer, Layer.id == Footprint.layer_id)
    .where(covers_point(Footprint.geom, bindparam("lon", type_=Float), bindparam("lat", type_=Float)))
    .where(Footprint.kind != FootprintKind.NATION)
    .cte("inside")
)
_LIKELY = (
    select(_INSIDE.c.code.label("small_area"), *FOOTPRINT, FootprintShare.share)
    .join(FootprintShare, FootprintShare.small_area_code == _INSIDE.c.code)
    .join(Footprint, Footprint.id == FootprintShare.footprint_id)
    .join(Layer, Layer.id == Footprint.layer_id)
    .where(_INSIDE.c.kind == FootprintKind.SMALL_AREA)
)
_AT_POINT = union_all(
    select(null().label("small_area"), _INSIDE, literal(1.0).label("share")),
    _LIKELY,
    select(literal(""), *FOOTPRINT, literal(1.0))
    .join(Layer, Layer.id == Footprint.layer_id)
    .where(Footprint.kind == FootprintKind.NATION, Footprint.code.in_(NATIONS)),
)
"""What covers a point, what the people of its small areas belong to, and nations (whose area is empty)."""


def place_of_postcode(session: Session, postcode: Postcode) -> Place:
    """Where a postcode is and which footprints it is in: one statement.

    Raises:
        PostcodeElsewhere: it is in another nation.
        PostcodeUnknown: it is not in our files.
        PostcodeWithoutPoint: it is, but without a position.
    """
    rows = session.execute(_OF_POSTCODE, {"compact": postcode.compact}).all()
    first = next((row for row in rows if row.here), None)
    if first is None:
        point = require_here(postcode, None, known=False)
    else:
        point = require_here(postcode, first.country, first.lat, first.lon)
    memberships = in_order(_membership(row) for row in rows if row.id is not None)
    return Place(str(postcode), point, memberships, postcode, first.terminated if first else None)


def require_here(
    postcode: Postcode,
    country: str | None,
    lat: float | None = None,
    lon: float | None = None,
    *,
    known: bool = True,
) -> Point:
    """Where a postcode is, by what a file said of it.

    Raises:
        PostcodeElsewhere: it is in another nation.
        PostcodeUnknown: it is not known.
        PostcodeWithoutPoint: it is, but without a position.
    """
    nation = nation_of(postcode, country)
    if nation != ENGLAND:
        raise PostcodeElsewhere(str(postcode), nation)
    if not known:
        raise PostcodeUnknown(str(postcode))
    if lat is None or lon is None:
        raise PostcodeWithoutPoint(str(postcode))
    return Point(lat, lon)


def place_at(session: Session, point: Point, label: str) -> Place:
    """A place that is not a postcode: its footprints by geometry, its networks by its small area.

    One statement.
    """
    rows = session.execute(_AT_POINT, {"lon": point.lon, "lat": point.lat}).all()
    inside = sorted((row for row in rows if row.small_area is None), key=lambda row: row.code)
    first = {row.kind: row for row in reversed(inside)}
    area = first.get(FootprintKind.SMALL_AREA)
    likely = _worth_naming([row for row in rows if area is not None and row.small_area == area.code])
    known = {row.kind for row in likely}
    found = [row for row in inside if row.kind in OVERLAPPING or row is first[row.kind]]
    found = [row for row in found if row.kind not in known] + [row for row in rows if row.small_area == ""]
    return Place(label, point, in_order(_membership(row) for row in (*found, *likely)))


def _worth_naming(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Of what the people of a small area belong to, that of a tenth of them; the largest in any case."""
    rows = sorted(rows, key=lambda row: (-row.share, row.code))
    return [row for number, row in enumerate(rows) if number == 0 or row.share >= LEAST_SHARE]


def in_order(members: Iterable[Membership]) -> tuple[Membership, ...]:
    """By kind, smallest area first, then the most likely, then the code."""
    return tuple(sorted(members, key=lambda m: (_KINDS[m.kind], -m.share, m.code)))


def _membership(row: Row[Any]) -> Membership:
    return Membership(row.id, row.kind, row.code, row.name, row.basis, row.share)


class Lookups(Protocol):
    """Whoever answers the two questions: the database, or something quicker that falls back on it."""

    def of_postcode(self, session: Session, postcode: Postcode) -> Place:
        """As ``place_of_postcode``."""

    def at(self, session: Session, point: Point, label: str) -> Place:
        """As ``place_at``."""


class FromDatabase:
    """Lookups that always ask the database."""

    def of_postcode(self, session: Session, postcode: Postcode) -> Place:
        return place_of_postcode(session, postcode)

    def at(self, session: Session, point: Point, label: str) -> Place:
        return place_at(session, point, label)


FROM_DATABASE = FromDatabase()
