"""Family hubs as their staff keep them: which are theirs, closing one for some days, and opening it again.

Writers begin with ``begin_writing`` and commit themselves; a closure and the search documents that know of
it are written in one transaction.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.directory.models import Closure, Location, Service
from hubfinder.directory.queries import hub_by_key
from hubfinder.directory.weeks import dates_at
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor, Grant
from hubfinder.places.councils import Councils, Spot
from hubfinder.search.documents import refresh_documents
from hubfinder.staff_vocab import Role

LONGEST = 366
"""Days of one closure."""
LONGEST_REASON = 200
KEEPERS = (Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR)


class ClosureRefused(ValueError):
    """A closure cannot be as it is asked for; ``problems`` are codes by field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {code}" for field, code in problems.items()))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Hub:
    """A family hub and the council it is in."""

    location: Location
    council: str


@dataclass(frozen=True, slots=True)
class Affected:
    """What a closure would touch."""

    sessions: int
    """Sessions that would not be on; those that are off anyway do not count."""
    services: tuple[tuple[Service, int], ...]
    """With how many of their sessions, by name."""


def hubs_of(session: Session, actor: Actor, fallback: str) -> list[Hub]:
    """The hubs that somebody looks after, by name: an administrator those of the council, staff their own.

    ``fallback`` is the council of a hub whose place says nothing.
    """
    public = select(Location).where(Location.is_family_hub, ~Location.is_confidential)
    hubs = session.scalars(public.order_by(Location.name, Location.id)).all()
    return _theirs(session, actor, hubs, fallback)


def hub_of(session: Session, actor: Actor, key: str, fallback: str) -> Hub | None:
    """The hub of a key, with its closures; none where there is none or it is not theirs."""
    location = hub_by_key(session, key)
    return next(iter(_theirs(session, actor, [location], fallback)), None) if location else None


def problems_of(first: date | None, last: date | None, reason: str, today: date) -> dict[str, str]:
    """What is wrong with a closure, as codes by field; empty where nothing is."""
    found = {}
    if first is None:
        found["first"] = "no-date"
    if last is None:
        found["last"] = "no-date"
    if first and last and last < first:
        found["last"] = "backwards"
    elif last and last < today:
        found["last"] = "over"
    elif first and last and (last - first).days >= LONGEST:
        found["last"] = "too-long"
    if not reason:
        found["reason"] = "missing"
    elif len(reason) > LONGEST_REASON:
        found["reason"] = "too-long"
    return found


def close(
    session: Session, actor: Actor, hub: Hub, days: tuple[date, date], reason: str, today: date
) -> Closure:
    """Shut a hub from the first to the last of these days, both included.

    Raises:
        ClosureRefused: a date or the reason is missing or cannot be, or the hub is shut on those days anyway.
    """
    problems = problems_of(*days, reason, today)
    location = hub.location
    if not problems and any((row.first_day, row.last_day) == days for row in location.closures):
        problems = {"first": "twice"}
    if problems:
        raise ClosureRefused(problems)
    row = Closure(first_day=days[0], last_day=days[1], reason=reason, made_by=actor.name, made_at=now())
    location.closures.append(row)
    session.flush()
    _tell(session, actor, "hub.closed", hub, row)
    return row


def reopen(session: Session, actor: Actor, hub: Hub, closure_id: int) -> Closure | None:
    """Take a closure back; none where the hub has none of that id (somebody else was first)."""
    row = next((one for one in hub.location.closures if one.id == closure_id), None)
    if row is None:
        return None
    hub.location.closures.remove(row)
    session.flush()
    _tell(session, actor, "hub.reopened", hub, row)
    return row


def affected(location: Location, services: Sequence[Service], first: date, last: date) -> Affected:
    """The sessions at a place between two days, by service."""
    last = min(last, first + timedelta(LONGEST))
    on = Counter(
        one.service.id
        for day in dates_at(location, services, first, last)
        for one in day.sessions
        if one.hours is not None
    )
    touched = tuple((service, on[service.id]) for service in services if on[service.id])
    return Affected(sum(on.values()), touched)


def _tell(session: Session, actor: Actor, verb: str, hub: Hub, row: Closure) -> None:
    """The trail, and the search documents of the hub and of all that happens there."""
    facts = {"first": row.first_day.isoformat(), "last": row.last_day.isoformat()}
    subject = Subject("hub", hub.location.key, hub.council)
    record(session, actor, verb, subject, reason=row.reason, facts=facts)
    refresh_documents(session, locations=[hub.location.id])


def _theirs(session: Session, actor: Actor, locations: Sequence[Location], fallback: str) -> list[Hub]:
    keepers = [grant for grant in actor.grants if grant.role in KEEPERS]
    if not keepers:
        return []
    spots = {one.id: Spot(one.postcode, one.lat, one.lon) for one in locations}
    councils = Councils().of(session, spots.values())
    found = []
    for one in locations:
        council = councils.get(spots[one.id])
        code = council.code if council else fallback
        if any(_keeps(grant, one.key) and grant.council == code for grant in keepers):
            found.append(Hub(one, code))
    return found


def _keeps(grant: Grant, key: str) -> bool:
    """Staff of no hub and no area in particular look after the whole council's."""
    is_whole = grant.role is Role.COUNCIL_ADMINISTRATOR or not (grant.hub or grant.area)
    return is_whole or grant.hub == key
