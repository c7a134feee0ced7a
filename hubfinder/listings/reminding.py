"""Reminders: one email for each address, with all that is due, once in each period."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.models import Service
from hubfinder.listings.contacts import contact_column, contact_of, is_of_a_leaver
from hubfinder.listings.mail_words import Sheet, new_link, reminder
from hubfinder.listings.models import Listing
from hubfinder.listings.overview import calendar_of, only_due
from hubfinder.people.models import Council
from hubfinder.post.actions import is_queued, queue
from hubfinder.post.values import is_address
from hubfinder.settings import Settings


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days in which each address is written to once at most. Weeks begin on Mondays."""

    number: int
    first_day: date

    @property
    def name(self) -> str:
        return self.first_day.isoformat()


def period_of(day: date, length: int) -> Period:
    """The period of ``length`` days that a day is in: the same one wherever it is asked."""
    number = (day.toordinal() - 1) // length
    return Period(number, date.fromordinal(number * length + 1))


def remind(session: Session, settings: Settings, day: date | None = None) -> int:
    """Queue the reminders of this period, in the caller's transaction; how many there were.

    What becomes due within the period waits for the next one, so that nobody is written to on two days
    running. Done twice, or by two workers, it is done once.
    """
    day = day or today()
    period = period_of(day, settings.reminder_every_days)
    queued = 0
    for council in session.scalars(select(Council).order_by(Council.code)).all():
        about = Sheet(settings, council)
        for to, listings in _by_contact(session, settings, council, period.first_day):
            once = f"reminder:{council.code}:{number_of(to)}:{period.name}"
            if is_queued(session, once) or is_of_a_leaver(session, to):
                continue
            queued += queue(session, reminder(to, listings, about, once))
    return queued


def number_of(address: str) -> str:
    """An address as it may stand where addresses should not: shortened SHA-256."""
    return hashlib.sha256(address.encode()).hexdigest()[:24]


def _by_contact(
    session: Session, settings: Settings, council: Council, day: date
) -> Iterator[tuple[str, Sequence[Listing]]]:
    """Each address that email reaches, with what was due on that day and still is, the oldest first."""
    calendar = calendar_of(session, [council.code], settings, day)
    rows = session.execute(
        select(contact_column(), Listing)
        .join(Service, Service.id == Listing.service_id)
        .where(only_due(calendar), Listing.is_email_dead.is_(False), contact_column() != "")
        .order_by(contact_column(), Listing.due_on, Listing.id)
    )
    found: dict[str, list[Listing]] = {}
    for to, listing in rows.tuples():
        found.setdefault(to, []).append(listing)
    return ((to, listings) for to, listings in found.items() if is_address(to))


def send_new_link(session: Session, listing: Listing, settings: Settings) -> bool:
    """Queue a new link to the address of a listing, in the caller's transaction; at most one a day.

    False where email reaches nobody there. Who asked learns nothing else.
    """
    to = contact_of(session, listing)
    council = session.get(Council, listing.council_code)
    if council is None or not is_address(to) or listing.is_email_dead or is_of_a_leaver(session, to):
        return False
    once = f"still-right:{listing.key}:{today().isoformat()}"
    queue(session, new_link(to, listing, Sheet(settings, council), once))
    return True
