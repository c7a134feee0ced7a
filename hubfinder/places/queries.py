"""Questions about places: where a postcode is, what it lies in, and what lies in a footprint."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import shapely
from geoalchemy2.shape import to_shape
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, undefer

from hubfinder.places import names
from hubfinder.places.here import parse_point, refuse_outside, text_of
from hubfinder.places.lookups import FROM_DATABASE, Lookups
from hubfinder.places.models import (
    Footprint,
    FootprintSetMember,
    Postcode as PostcodeRow,
    Practice,
    School,
)
from hubfinder.places.nations import ENGLAND, nation_of
from hubfinder.places.values import (
    Place,
    Point,
    Postcode,
    PostcodeElsewhere,
    PostcodeMalformed,
    PostcodeUnknown,
)
from hubfinder.vocab import FootprintKind

_ATTEMPT = re.compile(r"[A-Za-z]{1,2}\d[A-Za-z0-9 ]{0,6}|(?=.*\d)[A-Za-z0-9]{2,4} ?[0-9OIoi][A-Za-z]{2}")
"""Looks as if somebody meant a postcode: too long, too short, or with O and I for 0 and 1."""
_PART = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?: ([0-9]))?")


def find_place(session: Session, text: str, lookups: Lookups = FROM_DATABASE) -> Place:
    """The place somebody typed: a postcode, the first part of one, or a name.

    Raises:
        PlaceProblem: it cannot be used; each kind of ``hubfinder.places.values`` says why.
    """
    text = " ".join(text.replace("\0", " ").split())  # PostgreSQL has no NUL in text
    point = parse_point(text)
    if point:
        return _place_here(session, point, lookups)
    text = names.without_near(text) if any(letter.isdigit() for letter in text) else text
    postcode = Postcode.parse(text)
    if postcode:
        return lookups.of_postcode(session, postcode)
    part = _PART.fullmatch(text.upper())
    if part:
        return _place_of_part(session, text.upper(), part[1] + (part[2] or ""), lookups)
    if _ATTEMPT.fullmatch(text):
        raise PostcodeMalformed(text)
    found = names.find(session, text)
    return replace(lookups.at(session, found.point, found.label), what=found.kind)


def footprint_by_code(session: Session, kind: FootprintKind, code: str) -> Footprint | None:
    """A footprint with its layer and its outline for drawing."""
    return session.scalar(
        select(Footprint)
        .where(Footprint.kind == kind, Footprint.code == code)
        .options(joinedload(Footprint.layer), undefer(Footprint.outline))
    )


def ids_of(session: Session, kind: FootprintKind, codes: Collection[str]) -> dict[str, int]:
    """The ids of footprints of a kind by their codes; codes that are not known are left out."""
    rows = session.execute(
        select(Footprint.code, Footprint.id).where(Footprint.kind == kind, Footprint.code.in_(codes))
    )
    return {row.code: row.id for row in rows}


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


def _place_of_part(session: Session, label: str, prefix: str, lookups: Lookups) -> Place:
    """The middle of the live postcodes that begin so: ``ZA1`` or ``ZA1 4``."""
    nation = nation_of(Postcode(label.split(maxsplit=1)[0], ""))
    if nation != ENGLAND:
        raise PostcodeElsewhere(label, nation)
    row = session.execute(
        select(func.avg(PostcodeRow.lat), func.avg(PostcodeRow.lon)).where(
            PostcodeRow.code.between(prefix, prefix + "ZZZ"),
            func.length(PostcodeRow.code) == len(label.split(maxsplit=1)[0]) + 3,
            PostcodeRow.terminated.is_(None),
        )
    ).one()
    if row[0] is None:
        raise PostcodeUnknown(label)
    return replace(lookups.at(session, Point(float(row[0]), float(row[1])), label), what="outcode")


def _place_here(session: Session, point: Point, lookups: Lookups) -> Place:
    """Where somebody is, by a point that is no more exact than a postcode.

    Raises:
        PostcodeElsewhere: that is in another nation.
        PointUnknown: it is not near any place known here.
    """
    place = replace(lookups.at(session, point, text_of(point)), what="here")
    refuse_outside(session, place)
    return place
