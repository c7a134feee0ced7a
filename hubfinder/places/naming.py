"""The names of places, for suggesting them, and what there is to say of each."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from hubfinder.places.models import Footprint, PlaceName, Practice, School
from hubfinder.places.names import AREAS, NOT_THERE, SCHOOL, SURGERY
from hubfinder.places.values import Point
from hubfinder.vocab import FootprintKind

TOWN = "town"
_WEIGHTS = {"city": 5, "town": 4, "village": 3, FootprintKind.LOCAL_AUTHORITY.value: 3}
_AREA_WEIGHT, _REGISTER_WEIGHT = 2, 1
_SMALL_PLACE = 2


class Called(NamedTuple):
    """One place under its name. ``text`` finds exactly it: ``school:990001``."""

    text: str
    name: str
    kind: str
    """``ward``, ``school``, ``surgery``, or what the file of names said: ``town``, ``village``."""
    postcode: str
    point: Point | None
    """Of towns and villages only: the others have a postcode, or are areas."""


def all_names(session: Session) -> Iterator[tuple[str, str, int]]:
    """Of every place that can be asked for by name: what finds it, its name, and how much it matters."""
    towns = select(PlaceName.key, PlaceName.name, PlaceName.kind).order_by(PlaceName.key)
    for row in session.execute(towns):
        yield f"{TOWN}:{row.key}", row.name, _WEIGHTS.get(row.kind, _SMALL_PLACE)
    areas = select(Footprint.kind, Footprint.code, Footprint.name)
    drawn = areas.where(Footprint.kind.in_(AREAS), Footprint.outline.is_not(None))
    for kind, code, name in session.execute(drawn.order_by(Footprint.kind, Footprint.code)):
        yield f"{kind.value}:{code}", name, _WEIGHTS.get(kind.value, _AREA_WEIGHT)
    schools = select(School.urn, School.name).where(School.lat.is_not(None), School.status.not_in(NOT_THERE))
    for urn, name in session.execute(schools.order_by(School.urn)):
        yield f"{SCHOOL}:{urn}", name, _REGISTER_WEIGHT
    surgeries = select(Practice.code, Practice.name).where(Practice.lat.is_not(None))
    for code, name in session.execute(surgeries.order_by(Practice.code)):
        yield f"{SURGERY}:{code}", name, _REGISTER_WEIGHT


def called(session: Session, texts: Iterable[str]) -> dict[str, Called]:
    """What there still is of some places, by what finds them."""
    wanted: dict[str, list[str]] = {}
    for text in texts:
        kind, _, code = text.partition(":")
        wanted.setdefault(kind, []).append(code)
    towns, schools = wanted.pop(TOWN, []), wanted.pop(SCHOOL, [])
    surgeries = wanted.pop(SURGERY, [])
    return {
        one.text: one
        for one in (
            *_towns(session, towns),
            *_schools(session, schools),
            *_surgeries(session, surgeries),
            *(one for kind, codes in wanted.items() for one in _areas(session, kind, codes)),
        )
    }


def _towns(session: Session, keys: list[str]) -> Iterator[Called]:
    if keys:
        columns = (PlaceName.key, PlaceName.name, PlaceName.kind, PlaceName.lat, PlaceName.lon)
        for row in session.execute(select(*columns).where(PlaceName.key.in_(keys))):
            yield Called(f"{TOWN}:{row.key}", row.name, row.kind, "", Point(row.lat, row.lon))


def _areas(session: Session, kind: str, codes: list[str]) -> Iterator[Called]:
    named = and_(Footprint.kind == FootprintKind(kind), Footprint.code.in_(codes))
    for row in session.execute(select(Footprint.code, Footprint.name).where(named)):
        yield Called(f"{kind}:{row.code}", row.name, kind, "", None)


def _schools(session: Session, urns: list[str]) -> Iterator[Called]:
    if urns:
        there = and_(School.urn.in_(urns), School.status.not_in(NOT_THERE))
        for row in session.execute(select(School.urn, School.name, School.postcode).where(there)):
            yield Called(f"{SCHOOL}:{row.urn}", row.name, SCHOOL, row.postcode, None)


def _surgeries(session: Session, codes: list[str]) -> Iterator[Called]:
    if codes:
        columns = (Practice.code, Practice.name, Practice.postcode)
        for row in session.execute(select(*columns).where(Practice.code.in_(codes))):
            yield Called(f"{SURGERY}:{row.code}", row.name, SURGERY, row.postcode, None)
