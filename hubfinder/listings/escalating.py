"""What nobody answers for: told to the staff of the hub, then the council; at once where email came back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON, today
from hubfinder.database import begin_writing
from hubfinder.directory.models import Organization, Phone, Service
from hubfinder.display.words import gettext
from hubfinder.listings.contacts import contact_column, note_dead_emails
from hubfinder.listings.freshness import Cadence, lead
from hubfinder.listings.mail_words import Kept, Sheet, unanswered
from hubfinder.listings.models import Listing
from hubfinder.listings.overview import calendar_of, only_due
from hubfinder.listings.reminding import number_of, period_of
from hubfinder.people.models import Council, Person, RoleGrant
from hubfinder.post.actions import queue
from hubfinder.post.models import OutgoingEmail
from hubfinder.post.values import is_address
from hubfinder.settings import Settings
from hubfinder.staff_vocab import PostState, Role
from hubfinder.vocab import PhoneType


@dataclass(frozen=True, slots=True)
class Row:
    """A due listing, whom it is asked of, and whose it is."""

    listing: Listing
    contact: str
    organization: str
    telephone: str = ""

    @property
    def can_be_asked(self) -> bool:
        return not self.listing.is_email_dead and is_address(self.contact)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each may take to answer, in one council on one day."""

    day: date
    days: int
    cadence: Cadence
    due_before: int
    asked: Mapping[str, Sequence[date]]
    """Days on which reminders went out, by address, the first one first."""
    staff: Mapping[str, Sequence[str]]
    """Addresses of the staff, by key of their hub."""
    mailbox: Sequence[str]
    """Of the council: one address, or none."""

    def whom(self, row: Row) -> Sequence[str]:
        """Who must be told of this listing today; nobody while somebody still has time to answer."""
        at_the_hub = self.staff.get(row.listing.hub_key, ())
        if not row.can_be_asked:
            return at_the_hub or self.mailbox
        since = self._unanswered_since(row)
        if since is None or self.day < since + timedelta(days=self.days):
            return ()
        is_too_long = self.day >= since + timedelta(days=2 * self.days)
        return self.mailbox if is_too_long or not at_the_hub else at_the_hub

    def _unanswered_since(self, row: Row) -> date | None:
        """The day of the first reminder about it after its last check."""
        checked, due = row.listing.assured_date or date.min, row.listing.due_on or self.day
        ahead = lead(self.cadence[row.listing.risk], self.due_before)
        begun = due.toordinal() - ahead
        days = (day for day in self.asked.get(row.contact, ()) if day > checked and day.toordinal() >= begun)
        return next(days, None)


def escalate(session: Session, settings: Settings, day: date | None = None) -> int:
    """Queue word of what stayed unanswered, in the caller's transaction; how many emails.

    First to the staff of the hub, and after as long again, or where it has no staff, to the council. What
    can be asked of nobody (no address, or a dead one) is not waited for. Each is told once in each period.
    """
    day = day or today()
    period = period_of(day, settings.reminder_every_days)
    queued = 0
    for council in session.scalars(select(Council).order_by(Council.code)).all():
        calendar = calendar_of(session, [council.code], settings, day)
        patience = Patience(
            day,
            settings.escalate_after_days,
            calendar.cadences[council.code],
            settings.due_before_days,
            _asked(session, council.code, day - timedelta(days=366)),
            staff_of_hubs(session, council.code),
            _mailbox(council),
        )
        rows = _rows(session, _select().where(only_due(calendar)))
        unheard = _by_address((to, row) for row in rows for to in patience.whom(row))
        queued += _tell(session, unheard, Sheet(settings, council), f"escalation:{period.name}")
    return queued


def note_what_bounced(session: Session, settings: Settings) -> int:
    """Mark the listings whose email comes back, and tell whoever looks after them at once.

    A transaction of its own, committed; the session must be in none. Returns how many listings are new.
    """
    session.rollback()
    begin_writing(session)
    ids = note_dead_emails(session)
    marked = _rows(session, _select().where(Listing.id.in_(ids[:500]))) if ids else []
    for code in sorted({row.listing.council_code for row in marked}):
        council = session.get(Council, code)
        if council is None:
            continue
        staff, mailbox = staff_of_hubs(session, code), _mailbox(council)
        unheard = _by_address(
            (to, row)
            for row in marked
            if row.listing.council_code == code
            for to in staff.get(row.listing.hub_key, mailbox)
        )
        _tell(session, unheard, Sheet(settings, council), f"bounced:{today().isoformat()}:{ids[-1]}")
    session.commit()
    return len(ids)


def staff_of_hubs(session: Session, council: str) -> dict[str, list[str]]:
    """Email addresses of those who work at each hub of a council now, by key of the hub."""
    rows = session.execute(
        select(RoleGrant.hub_key, Person.email)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.HUB_STAFF,
            RoleGrant.council_code == council,
            RoleGrant.hub_key != "",
            Person.active.is_(True),
        )
        .order_by(RoleGrant.hub_key, Person.email)
    )
    found: dict[str, list[str]] = {}
    for hub, email in rows.tuples():
        found.setdefault(hub, []).append(email)
    return found


def kept_of(row: Row) -> Kept:
    """A listing as an email to staff names it."""
    listing = row.listing
    why = gettext("email to them comes back") if listing.is_email_dead else ""
    return Kept(
        listing.name, listing.key, row.organization, listing.assured_date, listing.due_on, row.telephone, why
    )


def _tell(session: Session, unheard: Mapping[str, Sequence[Row]], about: Sheet, once: str) -> int:
    queued = 0
    for to, rows in unheard.items():
        kept = [kept_of(row) for row in rows]
        name = f"{once}:{about.council.code}:{number_of(to)}"
        queued += queue(session, unanswered(to, kept, about, name))
    return queued


def _by_address(pairs: Iterable[tuple[str, Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for to, row in pairs:
        if is_address(to):
            found.setdefault(to, []).append(row)
    return found


def _mailbox(council: Council) -> Sequence[str]:
    return (council.email,) if council.email else ()


def _select() -> Select[tuple[Listing, str, str, str]]:
    telephone = (
        select(Phone.number)
        .where(Phone.service_id == Service.id, Phone.type == PhoneType.VOICE)
        .order_by(Phone.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(Listing, contact_column(), Organization.name, func.coalesce(telephone, ""))
        .join(Service, Service.id == Listing.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .order_by(Listing.due_on, Listing.id)
    )


def _rows(session: Session, statement: Select[tuple[Listing, str, str, str]]) -> list[Row]:
    return [Row(*row) for row in session.execute(statement).tuples()]


def _asked(session: Session, council: str, since: date) -> dict[str, list[date]]:
    """When reminders of a council went out since a day."""
    begun = datetime.combine(since, time(), LONDON).astimezone(UTC)
    rows = session.execute(
        select(OutgoingEmail.to, OutgoingEmail.sent_at)
        .where(
            OutgoingEmail.purpose == "reminder",
            OutgoingEmail.council_code == council,
            OutgoingEmail.state.in_((PostState.SENT, PostState.BOUNCED)),
            OutgoingEmail.sent_at >= begun,
        )
        .order_by(OutgoingEmail.sent_at, OutgoingEmail.id)
    )
    found: dict[str, list[date]] = {}
    for to, sent in rows.tuples():
        if sent is not None:
            found.setdefault(to, []).append(sent.date())
    return found
