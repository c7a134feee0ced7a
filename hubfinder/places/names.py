"""Places by name: towns and villages, wards and neighbourhoods, schools and surgeries."""

from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hubfinder.places.models import Footprint, PlaceName, Practice, School
from hubfinder.places.values import Choice, PlaceAmbiguous, PlaceUnknown, Point
from hubfinder.vocab import FootprintKind

AREAS = (FootprintKind.NEIGHBOURHOOD, FootprintKind.WARD, FootprintKind.LOCAL_AUTHORITY)
MOST_CHOICES = 12
SHORTEST = 2
_ESCAPES = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


@dataclass(frozen=True, slots=True)
class Named:
    """One place of that name. ``text`` finds exactly it again: ``ward:Z05000001``."""

    text: str
    label: str
    kind: str
    point: Point


def find(session: Session, text: str) -> tuple[str, Point]:
    """What to call a place and where it is.

    Raises:
        PlaceUnknown: nothing here is called that.
        PlaceAmbiguous: several things are, with what to choose from.
    """
    if len(text) < SHORTEST:
        raise PlaceUnknown(text)
    exact = list(_candidates(session, text))
    found = exact or list(_candidates(session, text, whole=False))
    if not found:
        raise PlaceUnknown(text)
    towns = [one for one in exact if one.text.startswith("town:")]
    if len(towns) == 1:  # "Wendbridge" is the town, though a council area may have its name
        return towns[0].label, towns[0].point
    if len(found) > 1 and not _same(found):
        choices = tuple(Choice(one.text, one.label, one.kind) for one in found[:MOST_CHOICES])
        raise PlaceAmbiguous(text, choices)
    return found[0].label, found[0].point


def _same(found: list[Named]) -> bool:
    """Whether they are all about the same spot, so that choosing would make no difference."""
    return all(found[0].point.metres_to(one.point) < 100 for one in found[1:])


def _candidates(session: Session, text: str, *, whole: bool = True) -> Iterator[Named]:
    kind, _, code = text.partition(":")
    yield from _places(session, _match(PlaceName.name, text, whole), PlaceName.key == code, kind == "town")
    yield from _areas(session, text, whole, kind, code)
    yield from _schools(session, _match(School.name, text, whole), School.urn == code, kind == "school")
    yield from _practices(
        session, _match(Practice.name, text, whole), Practice.code == code, kind == "surgery"
    )


def _match(column: InstrumentedAttribute[str], text: str, whole: bool) -> ColumnElement[bool]:
    if whole:
        return func.lower(column) == text.lower()
    return func.lower(column).like(text.lower().translate(_ESCAPES) + "%", escape="\\")


def _places(
    session: Session, named: ColumnElement[bool], coded: ColumnElement[bool], by_code: bool
) -> Iterator[Named]:
    chosen = select(PlaceName).where(coded if by_code else named).order_by(PlaceName.key)
    for row in session.scalars(chosen.limit(MOST_CHOICES)):
        yield Named(f"town:{row.key}", row.name, row.kind, Point(row.lat, row.lon))


def _areas(session: Session, text: str, whole: bool, kind: str, code: str) -> Iterator[Named]:
    if kind in FootprintKind._value2member_map_ and code:
        condition = (Footprint.kind == kind) & (Footprint.code == code)
    else:
        condition = _match(Footprint.name, text, whole) & Footprint.kind.in_(AREAS)
    rows = session.execute(
        select(Footprint.kind, Footprint.code, Footprint.name, Footprint.outline)
        .where(condition, Footprint.outline.is_not(None))
        .order_by(Footprint.kind, Footprint.code)
        .limit(MOST_CHOICES)
    )
    for area_kind, area_code, name, outline in rows:
        inside = shapely.point_on_surface(shapely.from_wkb(bytes(outline or b"")))
        yield Named(f"{area_kind}:{area_code}", name, area_kind.value, Point(inside.y, inside.x))


def _schools(
    session: Session, named: ColumnElement[bool], coded: ColumnElement[bool], by_code: bool
) -> Iterator[Named]:
    chosen = select(School).where(coded if by_code else named, School.lat.is_not(None)).order_by(School.urn)
    for row in session.scalars(chosen.limit(MOST_CHOICES)):
        yield Named(f"school:{row.urn}", row.name, "school", Point(row.lat or 0.0, row.lon or 0.0))


def _practices(
    session: Session, named: ColumnElement[bool], coded: ColumnElement[bool], by_code: bool
) -> Iterator[Named]:
    chosen = (
        select(Practice).where(coded if by_code else named, Practice.lat.is_not(None)).order_by(Practice.code)
    )
    for row in session.scalars(chosen.limit(MOST_CHOICES)):
        yield Named(f"surgery:{row.code}", row.name, "surgery", Point(row.lat or 0.0, row.lon or 0.0))
