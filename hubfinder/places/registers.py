"""Writing schools and GP practices, inside the caller's transaction."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubfinder.database.copying import Values, put_rows
from hubfinder.places.models import Practice, School
from hubfinder.places.plain import plain
from hubfinder.places.values import Point

SCHOOL_COLUMNS = ("urn", "name", "plain_name", "phase", "status", "postcode", "website", "lat", "lon")


@dataclass(frozen=True, slots=True)
class SchoolValues:
    """A school as a register has it."""

    urn: str
    name: str
    phase: str
    status: str
    postcode: str
    website: str
    point: Point | None


@dataclass(frozen=True, slots=True)
class PracticeChange:
    """What a file says of a practice: columns of ``Practice`` by name; the others stay as they are."""

    code: str
    facts: Mapping[str, str | float | None]


@dataclass(slots=True)
class Changes:
    """What came of a register."""

    total: int = 0
    nowhere: int = 0
    """Rows without a position."""
    unknown: int = 0
    """Rows about something that is not here."""
    networks: dict[str, str] = field(default_factory=dict)
    """Names of the networks that were met, by code."""


def put_schools(session: Session, schools: Iterable[SchoolValues], *, replace: bool = False) -> Changes:
    """Add schools, or change those that are there. ``replace`` forgets all others."""
    changes = Changes()
    if replace:
        session.execute(delete(School))

    def rows() -> Iterator[Values]:
        for one in schools:
            lat, lon = (one.point.lat, one.point.lon) if one.point else (None, None)
            changes.nowhere += one.point is None
            yield (
                one.urn,
                one.name,
                plain(one.name),
                one.phase,
                one.status,
                one.postcode,
                one.website,
                lat,
                lon,
            )

    changes.total = put_rows(session, School, SCHOOL_COLUMNS, rows())
    session.expire_all()
    return changes


def put_practices(session: Session, practices: Iterable[PracticeChange], *, replace: bool = False) -> Changes:
    """Add practices, or change those that are there. ``replace`` forgets all others."""
    there = {practice.code: practice for practice in session.scalars(select(Practice))}
    changes, given = Changes(), set()
    for change in practices:
        practice = there.get(change.code) or Practice(code=change.code)
        session.add(practice)
        _apply(practice, change, changes)
        given.add(change.code)
    if replace:
        for code in there.keys() - given:
            session.delete(there[code])
    session.flush()
    return changes


def change_practices(session: Session, practices: Iterable[PracticeChange]) -> Changes:
    """Change practices that are there; others are counted as unknown."""
    there = {practice.code: practice for practice in session.scalars(select(Practice))}
    changes = Changes()
    for change in practices:
        practice = there.get(change.code)
        if practice is None:
            changes.unknown += 1
        else:
            _apply(practice, change, changes)
    session.flush()
    return changes


def _apply(practice: Practice, change: PracticeChange, changes: Changes) -> None:
    for name, value in change.facts.items():
        setattr(practice, name, value)
    changes.total += 1
    if practice.network_code:
        changes.networks[practice.network_code] = practice.network_name
