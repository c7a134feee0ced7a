"""The weekly digest: to each of the hub staff, what is due of theirs, and what the public told us."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.models import Organization, Service
from hubfinder.listings.contacts import contact_column
from hubfinder.listings.escalating import Row, kept_of
from hubfinder.listings.mail_words import Sheet, digest
from hubfinder.listings.models import Listing
from hubfinder.listings.overview import calendar_of, only_due
from hubfinder.listings.scope import visible_to
from hubfinder.people.models import Council, Person, RoleGrant
from hubfinder.people.values import Actor, Grant
from hubfinder.post.actions import queue
from hubfinder.post.values import is_address
from hubfinder.settings import Settings
from hubfinder.staff_vocab import Role

NAMED = 20
"""So many listings are named, the oldest first."""


def send_digests(session: Session, settings: Settings, day: date | None = None) -> int:
    """Queue this week's digests, in the caller's transaction; how many. Done twice it is done once.

    Whoever has nothing to do gets none.
    """
    day = day or today()
    monday = day - timedelta(days=day.weekday())
    queued = 0
    for person, council in _hub_staff(session):
        if is_address(person.email):
            queued += _send(session, Sheet(settings, council), person, monday)
    return queued


def _hub_staff(session: Session) -> list[tuple[Person, Council]]:
    """Each with each council they work at a hub for."""
    rows = session.execute(
        select(Person, Council)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Council, Council.code == RoleGrant.council_code)
        .where(Person.active.is_(True), RoleGrant.role == Role.HUB_STAFF)
        .order_by(Person.id, Council.code)
    )
    return list(dict.fromkeys(rows.tuples()))


def _send(session: Session, about: Sheet, person: Person, monday: date) -> bool:
    code = about.council.code
    theirs = visible_to(_as_hub_staff(person, code)), Listing.council_code == code
    calendar = calendar_of(session, [code], about.settings, monday)
    due = only_due(calendar)
    number = session.scalar(select(func.count(Listing.id)).where(*theirs, due)) or 0
    reports = session.scalar(select(func.coalesce(func.sum(Listing.open_reports), 0)).where(*theirs)) or 0
    if not number and not reports:
        return False
    statement = (
        select(Listing, contact_column(), Organization.name)
        .join(Service, Service.id == Listing.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(*theirs, due)
        .order_by(Listing.due_on, Listing.id)
        .limit(NAMED)
    )
    kept = [kept_of(Row(*row)) for row in session.execute(statement).tuples()]
    once = f"digest:{code}:{person.id}:{monday.isoformat()}"
    return queue(session, digest(person.email, kept, number, int(reports), about, once))


def _as_hub_staff(person: Person, council: str) -> Actor:
    grants = tuple(
        Grant(row.role, row.council_code, row.organization_key, row.hub_key, row.area)
        for row in person.roles
        if row.role is Role.HUB_STAFF and row.council_code == council
    )
    return Actor(person.name, person.id, grants)
