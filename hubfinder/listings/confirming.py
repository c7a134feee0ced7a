"""Saying on the board that one listing is still right, and taking that back."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.models import Service
from hubfinder.listings.assuring import How, assure
from hubfinder.listings.freshness import cadence_of, due_on
from hubfinder.listings.models import Listing
from hubfinder.listings.scope import editable_by
from hubfinder.people.audit import Subject, record
from hubfinder.people.models import Council
from hubfinder.people.values import Actor
from hubfinder.search.assured import restamp_documents
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ListingState


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A listing that was said to be still right, and what was known of it before."""

    id: int
    key: str
    name: str
    was: date | None
    by: str
    """Who families were told had checked it."""
    is_news: bool
    """False where it had been checked today already: nothing was written."""


def confirm(
    session: Session, actor: Actor, key: str, settings: Settings, how: How = How.BOARD
) -> Confirmed | None:
    """Note that a listing is still right today; none where there is none of that key that they may change.

    In the caller's transaction, begun with ``begin_writing``; the caller commits.
    """
    found = _published(session, actor, key)
    if found is None:
        return None
    listing, service = found
    was, by = service.assured_date, service.assured_by
    done = assure(session, actor, [listing.id], today(), how, settings).done
    return Confirmed(listing.id, key, listing.name, was, by, is_news=bool(done))


def take_back(session: Session, actor: Actor, before: Confirmed, settings: Settings) -> bool:
    """Put back what was known before somebody confirmed a listing by mistake, as if they had not.

    False, and nothing is written, where the listing is not theirs, or was checked again or changed since.
    """
    found = _published(session, actor, before.key)
    if found is None or found[1].assured_date != today():
        return False
    listing, service = found
    council = session.get(Council, listing.council_code)
    service.assured_date = listing.assured_date = before.was
    service.assured_by = before.by
    listing.due_on = due_on(before.was, listing.risk, cadence_of(council, settings))
    facts = {"on": before.was.isoformat() if before.was else "", "how": How.BOARD.value}
    record(
        session,
        actor,
        "listing.assurance-taken-back",
        Subject("listing", listing.key, listing.council_code),
        facts=facts,
    )
    restamp_documents(session, [service.id])
    return True


def _published(session: Session, actor: Actor, key: str) -> tuple[Listing, Service] | None:
    chosen = (
        select(Listing, Service)
        .join(Service, Service.id == Listing.service_id)
        .where(Listing.key == key, Listing.state == ListingState.PUBLISHED, editable_by(actor))
    )
    row = session.execute(chosen).one_or_none()
    return (row[0], row[1]) if row else None
