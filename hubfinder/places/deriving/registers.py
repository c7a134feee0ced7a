"""Schools and GP practices as places that ground can be nearest to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.places.deriving.nearest import Site
from hubfinder.places.models import Postcode, Practice, School
from hubfinder.places.values import Point
from hubfinder.vocab import FootprintKind

PRIMARY = FootprintKind.SCHOOL_CATCHMENT_PRIMARY
INFANT = FootprintKind.SCHOOL_CATCHMENT_INFANT
JUNIOR = FootprintKind.SCHOOL_CATCHMENT_JUNIOR
SECONDARY = FootprintKind.SCHOOL_CATCHMENT_SECONDARY
PHASES = {
    "primary": (PRIMARY,),
    "infant": (INFANT,),
    "junior": (JUNIOR,),
    "secondary": (SECONDARY,),
    "middle deemed secondary": (SECONDARY,),
    "all-through": (PRIMARY, SECONDARY),
    "all through": (PRIMARY, SECONDARY),
}
"""What registers write as the phase. Middle schools deemed primary begin at eight or nine: they are none."""
RIVALS = {INFANT: (INFANT, PRIMARY), JUNIOR: (JUNIOR, PRIMARY)}
"""A primary school takes infants and juniors too: ground nearer to it is not the infant school's."""
CLOSED = "closed"
_INFANT = re.compile(r"\binfants?\b", re.IGNORECASE)
_JUNIOR = re.compile(r"\bjuniors?\b", re.IGNORECASE)
_BOTH = re.compile(r"\b(primary|j\s*&\s*i|j\s*and\s*i|jmi|first|combined)\b", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """Places with a position, and how many had to be left out."""

    sites: list[Site] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """By the code of the area that is to be drawn."""
    used: int = 0
    """Schools or practices with a position, whether or not they give ground of their own."""
    by_postcode: int = 0
    """Of these, how many stand at the point of their postcode for want of one of their own."""
    nowhere: int = 0
    without_area: int = 0
    """Practices in no network."""


def kinds_of(phase: str, name: str) -> frozenset[FootprintKind]:
    """The kinds of catchment a school can have. A phase of two words with a comma is both.

    One with something in brackets is of a school apart: ``Secondary (special school)`` has none.
    Registers write "Primary" of infant and junior schools too; then their name tells.
    """
    if "(" in phase:
        return frozenset()
    kinds = {kind for part in phase.lower().split(",") for kind in PHASES.get(part.strip(), ())}
    if PRIMARY in kinds and not _BOTH.search(name):
        is_infant, is_junior = bool(_INFANT.search(name)), bool(_JUNIOR.search(name))
        if is_infant != is_junior:
            kinds = kinds - {PRIMARY} | {INFANT if is_infant else JUNIOR}
    return frozenset(kinds)


def school_sites(session: Session, kind: FootprintKind) -> tuple[Found, list[Site]]:
    """Open schools that can have such a catchment, and the sites of rivals that only take ground."""
    found, rivals = Found(), []
    rows = session.execute(
        select(School.urn, School.name, School.phase, School.status, School.lat, School.lon, *_POSTCODE)
        .outerjoin(Postcode, Postcode.code == func.replace(School.postcode, " ", ""))
        .order_by(School.urn)
    )
    for row in rows:
        kinds = kinds_of(row.phase, row.name)
        if row.status.lower().startswith(CLOSED) or not kinds.intersection(RIVALS.get(kind, (kind,))):
            continue
        point = _point(row, found)
        if point is None:
            continue
        if kind in kinds:
            found.sites.append(Site(row.urn, point))
            found.names[row.urn] = row.name
        else:
            rivals.append(Site("", point))
    return found, rivals


def practice_sites(session: Session) -> Found:
    """GP practices that are in a network, each with its network's code."""
    found = Found()
    columns = (Practice.network_code, Practice.network_name, Practice.lat, Practice.lon)
    rows = session.execute(
        select(*columns, *_POSTCODE)
        .outerjoin(Postcode, Postcode.code == func.replace(Practice.postcode, " ", ""))
        .order_by(Practice.code)
    )
    for row in rows:
        if not row.network_code:
            found.without_area += 1
        elif point := _point(row, found):
            found.sites.append(Site(row.network_code, point))
            found.names[row.network_code] = row.network_name or row.network_code
    return found


_POSTCODE = (Postcode.lat.label("postcode_lat"), Postcode.lon.label("postcode_lon"))


def _point(row: Sequence[object], found: Found) -> Point | None:
    """Where a place is: its own position, or that of its postcode. Counts which."""
    lat, lon, postcode_lat, postcode_lon = row[-4:]
    if isinstance(lat, float) and isinstance(lon, float):
        found.used += 1
        return Point(lat, lon)
    if isinstance(postcode_lat, float) and isinstance(postcode_lon, float):
        found.used += 1
        found.by_postcode += 1
        return Point(postcode_lat, postcode_lon)
    found.nowhere += 1
    return None
