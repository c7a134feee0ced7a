"""Reading the trail: what is in it, and whether it is whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON
from hubfinder.people.audit import FIRST, ONE, hash_of
from hubfinder.people.models import AuditEntry, AuditHead

LOWEST = -(2**31)
"""No number of an entry is lower; none of ours is under 1."""
AT_ONCE = 1_000
"""Entries read in one statement."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking whether the trail is whole."""

    checked: int
    """Number of entries that were looked at."""
    broken: int | None
    """Number of the first that is not as it was written, or is missing; none: all is well."""
    number: int
    """Of the newest entry, as the end of the chain says."""
    hash: str
    """Of the newest entry: kept elsewhere, it proves later that nothing before it was written anew."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are wanted; what is empty does not narrow them."""

    councils: tuple[str, ...] | None = None
    """Codes; none: of every council, and of the whole installation."""
    person: int | None = None
    verb: str = ""
    """``listing.published``, or all that begin with ``listing.``."""
    kind: str = ""
    key: str = ""
    since: date | None = None
    until: date | None = None
    """Counts. Days as they are in England."""


def verify(session: Session) -> int | None:
    """Number of the first entry that is not as it was written or is missing; none if the trail is whole."""
    return look(session).broken


def look(session: Session, newest: int | None = None) -> Looked:
    """Whether every entry, or each of the ``newest``, is as it was written, in its place, and none is gone.

    Others may add to the trail meanwhile.
    """
    number, end = _head(session)
    start = max(0, number - newest) if newest is not None else 0
    first = start + 1 if start else LOWEST
    link = _Link(start, _hash_of_number(session, start))
    is_beyond = False
    for entry in _in_order(session, AuditEntry.number >= first):
        if entry.number > number:
            is_beyond = _head(session)[0] < entry.number  # else somebody has added to it meanwhile
            break
        if not link.holds(entry):
            return Looked(link.number - start, min(entry.number, link.number + 1), number, end)
        link.goes_on(entry)
    broken = None
    if link.number != number:
        broken = link.number + 1
    elif link.hash != end:
        broken = number
    elif is_beyond:
        broken = number + 1
    return Looked(link.number - start, broken, number, end)


def _head(session: Session) -> tuple[int, str]:
    row = session.execute(select(AuditHead.number, AuditHead.hash).where(AuditHead.id == ONE)).one_or_none()
    return (row.number, row.hash) if row else (0, FIRST)


class _Link:
    """The last entry of the chain that was found to be right."""

    def __init__(self, number: int, hash_: str | None) -> None:
        self.number, self.hash = number, hash_

    def holds(self, entry: AuditEntry) -> bool:
        """Whether the next entry is the next."""
        return (
            entry.number == self.number + 1
            and entry.previous_hash == self.hash
            and entry.hash == hash_of(entry)
        )

    def goes_on(self, entry: AuditEntry) -> None:
        self.number, self.hash = entry.number, entry.hash


def is_still(session: Session, number: int, kept: str) -> bool:
    """Whether an entry still has the hash that somebody kept elsewhere; with ``look`` this shows a chain that
    was written anew as a whole.
    """
    return _hash_of_number(session, number) == kept


def entries(session: Session, asked: Asked, limit: int, before: int | None = None) -> Sequence[AuditEntry]:
    """The newest entries that are wanted, at most ``limit``, all with a number under ``before``."""
    wanted = _wanted(asked)
    if before is not None:
        wanted.append(AuditEntry.number < before)
    newest = select(AuditEntry).where(*wanted).order_by(AuditEntry.number.desc()).limit(limit)
    return session.scalars(newest).all()


def all_entries(session: Session, asked: Asked, until: int) -> Iterator[AuditEntry]:
    """All that are wanted with a number up to ``until``, oldest first, a thousand at a time."""
    return _in_order(session, *_wanted(asked), AuditEntry.number <= until)


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.councils is not None:
        conditions.append(AuditEntry.council_code.in_(asked.councils))
    if asked.person is not None:
        conditions.append(AuditEntry.person_id == asked.person)
    if asked.verb.endswith("."):
        conditions.append(AuditEntry.verb.startswith(asked.verb, autoescape=True))
    elif asked.verb:
        conditions.append(AuditEntry.verb == asked.verb)
    if asked.kind:
        conditions.append(AuditEntry.subject_kind == asked.kind)
    if asked.key:
        conditions.append(AuditEntry.subject_key == asked.key)
    if asked.since is not None:
        conditions.append(AuditEntry.at >= _midnight(asked.since))
    if asked.until is not None:
        conditions.append(AuditEntry.at < _midnight(asked.until + timedelta(days=1)))
    return conditions


def _midnight(day: date) -> datetime:
    """When a day begins in England, as the table has it."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _in_order(session: Session, *which: ColumnElement[bool]) -> Iterator[AuditEntry]:
    last = LOWEST
    while True:
        some = session.scalars(
            select(AuditEntry)
            .where(*which, AuditEntry.number > last)
            .order_by(AuditEntry.number)
            .limit(AT_ONCE)
            .execution_options(populate_existing=True)
        ).all()
        yield from some
        if len(some) < AT_ONCE:
            return
        last = some[-1].number
        for entry in some:
            session.expunge(entry)


def _hash_of_number(session: Session, number: int) -> str | None:
    if number == 0:
        return FIRST
    return session.scalar(select(AuditEntry.hash).where(AuditEntry.number == number))
