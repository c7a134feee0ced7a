"""Questions about places: where a postcode is, what it lies in, and what lies in a footprint."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import Row, Select, bindparam, func, literal, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, undefer

from hubfinder.database import in_box, point_wkb
from hubfinder.places import names
from hubfinder.places.models import (
    Footprint,
    FootprintSetMember,
    FootprintShare,
    Layer,
    Postcode as PostcodeRow,
    Practice,
    School,
)
from hubfinder.places.nations import ENGLAND, nation_of
from hubfinder.places.values import (
    Membership,
    Place,
    Point,
    Postcode,
    PostcodeElsewhere,
    PostcodeMalformed,
    PostcodeUnknown,
    PostcodeWithoutPoint,
)
from hubfinder.vocab import FootprintKind

LEAST_SHARE = 0.10
"""A network that fewer people of a small area belong to is not worth naming; the largest always is."""
OVERLAPPING = frozenset({kind for kind in FootprintKind if kind.is_catchment} | {FootprintKind.NEIGHBOURHOOD})
"""Kinds an address may be in two of. Of the others, a point on a shared border gets the first by code."""
_ATTEMPT = re.compile(r"[A-Za-z]{1,2}\d[A-Za-z0-9 ]{0,6}|(?=.*\d)[A-Za-z0-9]{2,4} ?[0-9OIoi][A-Za-z]{2}")
"""Looks as if somebody meant a postcode: too long, too short, or with O and I for 0 and 1."""
_PART = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?: ([0-9]))?")
_KINDS = {kind: number for number, kind in enumerate(FootprintKind)}
_FOOTPRINT = (Footprint.id, Footprint.kind, Footprint.code, Footprint.name, Layer.basis)
_NATIONS = ("E92000001", "K03000001", "K02000001")
"""England, Great Britain and the United Kingdom, by ONS code: what every place here is in."""
_OF_NATIONS = (
    select(
        *(null().label(name) for name in ("here", "lat", "lon", "terminated", "country")),
        *_FOOTPRINT,
        literal(1.0).label("share"),
    )
    .join(Layer, Layer.id == Footprint.layer_id)
    .where(Footprint.kind == FootprintKind.NATION, Footprint.code.in_(_NATIONS))
)
_OF_POSTCODE = (
    select(
        PostcodeRow.code.label("here"),
        PostcodeRow.lat,
        PostcodeRow.lon,
        PostcodeRow.terminated,
        PostcodeRow.country,
        *_FOOTPRINT,
        FootprintSetMember.share,
    )
    .outerjoin(FootprintSetMember, FootprintSetMember.set_id == PostcodeRow.set_id)
    .outerjoin(Footprint, Footprint.id == FootprintSetMember.footprint_id)
    .outerjoin(Layer, Layer.id == Footprint.layer_id)
    .where(PostcodeRow.code == bindparam("compact"))
    .union_all(_OF_NATIONS)
)
"""Made once: building a statement takes longer than asking it."""


def find_place(session: Session, text: str) -> Place:
    """The place somebody typed: a postcode, the first part of one, or a name.

    Raises:
        PlaceProblem: it cannot be used; each kind of ``hubfinder.places.values`` says why.
    """
    text = " ".join(text.replace("\0", " ").split())  # PostgreSQL has no NUL in text
    postcode = Postcode.parse(text)
    if postcode:
        return place_of_postcode(session, postcode)
    part = _PART.fullmatch(text.upper())
    if part:
        return _place_of_part(session, text.upper(), part[1] + (part[2] or ""))
    if _ATTEMPT.fullmatch(text):
        raise PostcodeMalformed(text)
    label, point = names.find(session, text)
    return place_at(session, point, label)


def place_of_postcode(session: Session, postcode: Postcode) -> Place:
    """Where a postcode is and which footprints it is in: one statement.

    Raises:
        PostcodeElsewhere: it is in another nation.
        PostcodeUnknown: it is not in our files.
        PostcodeWithoutPoint: it is, but without a position.
    """
    rows = session.execute(_OF_POSTCODE, {"compact": postcode.compact}).all()
    first = next((row for row in rows if row.here), None)
    nation = nation_of(postcode, first.country if first else None)
    if nation != ENGLAND:
        raise PostcodeElsewhere(str(postcode), nation)
    if first is None:
        raise PostcodeUnknown(str(postcode))
    if first.lat is None or first.lon is None:
        raise PostcodeWithoutPoint(str(postcode))
    point = Point(first.lat, first.lon)
    memberships = in_order(_membership(row, row.share) for row in rows if row.id is not None)
    return Place(str(postcode), point, memberships, postcode, first.terminated)


def place_at(session: Session, point: Point, label: str) -> Place:
    """A place that is not a postcode: its footprints by geometry, its networks by its small area."""
    here = (point.lon, point.lat, point.lon, point.lat)
    rows = session.execute(
        select(*_FOOTPRINT)
        .join(Layer, Layer.id == Footprint.layer_id)
        .where(in_box(Footprint.geom, here), func.ST_Covers(Footprint.geom, point_wkb(point.lon, point.lat)))
        .where(Footprint.kind != FootprintKind.NATION)
        .order_by(Footprint.code)
    ).all()
    first = {row.kind: row.id for row in reversed(rows)}
    rows = [row for row in rows if row.kind in OVERLAPPING or row.id == first[row.kind]]
    areas = [row.code for row in rows if row.kind is FootprintKind.SMALL_AREA]
    likely = {member.footprint_id: member for member in likely_of(session, areas)}
    shared = {member.kind for member in likely.values()}
    inside = [_membership(row, 1.0) for row in rows if row.kind not in shared]
    inside += [_membership(row, 1.0) for row in session.execute(_OF_NATIONS)]
    return Place(label, point, in_order([*inside, *likely.values()]))


def likely_of(session: Session, small_areas: Collection[str]) -> list[Membership]:
    """The footprints the people of these small areas belong to, with their shares, the largest first."""
    if not small_areas:
        return []
    rows = session.execute(
        select(*_FOOTPRINT, FootprintShare.share)
        .join(FootprintShare, FootprintShare.footprint_id == Footprint.id)
        .join(Layer, Layer.id == Footprint.layer_id)
        .where(FootprintShare.small_area_code.in_(small_areas))
        .order_by(FootprintShare.share.desc(), Footprint.code)
    ).all()
    return [
        _membership(row, row.share)
        for number, row in enumerate(rows)
        if number == 0 or row.share >= LEAST_SHARE
    ]


def in_order(members: Iterable[Membership]) -> tuple[Membership, ...]:
    """By kind, smallest area first, then the most likely, then the code."""
    return tuple(sorted(members, key=lambda m: (_KINDS[m.kind], -m.share, m.code)))


def footprint_by_code(session: Session, kind: FootprintKind, code: str) -> Footprint | None:
    """A footprint with its layer and its outline for drawing."""
    return session.scalar(
        select(Footprint)
        .where(Footprint.kind == kind, Footprint.code == code)
        .options(joinedload(Footprint.layer), undefer(Footprint.outline))
    )


def outlines_of(session: Session, ids: Collection[int]) -> dict[int, bytes]:
    """Simplified shapes for drawing, WKB by footprint id; those without a shape are left out."""
    if not ids:
        return {}
    rows = session.execute(
        select(Footprint.id, Footprint.outline).where(Footprint.id.in_(ids), Footprint.outline.is_not(None))
    )
    return {id_: bytes(outline) for id_, outline in rows if outline is not None}


def councils_of_postcodes(session: Session, postcodes: Collection[str]) -> dict[str, tuple[str, str]]:
    """Code and name of the council area of each postcode, by the postcode as given."""
    codes = {text.replace(" ", "").upper(): text for text in postcodes}
    if not codes:
        return {}
    rows = session.execute(
        select(PostcodeRow.code, Footprint.code, Footprint.name)
        .join(FootprintSetMember, FootprintSetMember.set_id == PostcodeRow.set_id)
        .join(Footprint, Footprint.id == FootprintSetMember.footprint_id)
        .where(PostcodeRow.code.in_(codes), Footprint.kind == FootprintKind.LOCAL_AUTHORITY)
    )
    return {codes[compact]: (code, name) for compact, code, name in rows}


def schools_in(session: Session, footprint: Footprint) -> list[School]:
    """Open schools inside a footprint, by name; the school itself for its catchment."""
    schools = select(School).where(School.status.in_(("Open", ""))).order_by(School.name)
    if footprint.kind.is_catchment:
        return list(session.scalars(schools.where(School.urn == footprint.code)))
    inside = _within(session, footprint, School.lat, School.lon, schools)
    return [row[0] for row in inside]


def practices_in(session: Session, footprint: Footprint) -> list[Practice]:
    """GP practices of a network, or inside another footprint, by name."""
    practices = select(Practice).order_by(Practice.name)
    if footprint.kind is FootprintKind.PRIMARY_CARE_NETWORK:
        return list(session.scalars(practices.where(Practice.network_code == footprint.code)))
    inside = _within(session, footprint, Practice.lat, Practice.lon, practices)
    return [row[0] for row in inside]


def _within(
    session: Session,
    footprint: Footprint,
    lat: InstrumentedAttribute[float | None],
    lon: InstrumentedAttribute[float | None],
    rows: Select[Any],
) -> list[Row[Any]]:
    """Rows whose point lies in a footprint: by its box in the database, by its shape here."""
    if footprint.geom is None:
        return []
    shape = to_shape(footprint.geom)
    west, south, east, north = shape.bounds
    found: Sequence[Row[Any]] = session.execute(
        rows.where(lat.between(south, north), lon.between(west, east))
    ).all()
    points = shapely.points([(row[0].lon, row[0].lat) for row in found]) if found else []
    return [row for row, inside in zip(found, shapely.covers(shape, points), strict=True) if inside]


def _place_of_part(session: Session, label: str, prefix: str) -> Place:
    """The middle of the live postcodes that begin so: ``ZA1`` or ``ZA1 4``."""
    nation = nation_of(Postcode(label.split(maxsplit=1)[0], ""))
    if nation != ENGLAND:
        raise PostcodeElsewhere(label, nation)
    row = session.execute(
        select(func.avg(PostcodeRow.lat), func.avg(PostcodeRow.lon)).where(
            PostcodeRow.code.like(prefix + "%"),
            func.length(PostcodeRow.code) == len(label.split(maxsplit=1)[0]) + 3,
            PostcodeRow.terminated.is_(None),
        )
    ).one()
    if row[0] is None:
        raise PostcodeUnknown(label)
    return place_at(session, Point(float(row[0]), float(row[1])), label)


def _membership(row: Row[Any], share: float) -> Membership:
    return Membership(row.id, row.kind, row.code, row.name, row.basis, share)
