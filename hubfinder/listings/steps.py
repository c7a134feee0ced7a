"""What every verb of the life of a listing does: locks, asks whether it may, and notes it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.directory.plain import in_paragraphs, plain_text
from hubfinder.directory.values import Malformed
from hubfinder.listings.differences import Merged
from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.listings.publishing import lock_listings
from hubfinder.listings.states import NotAllowed, Refused
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor

LONGEST_NOTE = 4_000


class ChangedMeanwhile(Refused):
    """Somebody else has saved this change since it was read: both sides of the fields in question."""

    def __init__(self, ours: Mapping[str, Any], theirs: Mapping[str, Any], revision: int) -> None:
        super().__init__(", ".join(ours))
        self.ours, self.theirs, self.revision = dict(ours), dict(theirs), revision


class Conflicting(Refused):
    """The listing has changed since the change was begun, in the same fields; nothing was published."""

    def __init__(self, merged: Merged) -> None:
        super().__init__(", ".join(one.field for one in merged.conflicts))
        self.merged = merged


class WordsNeeded(Refused):
    """A message or a reason has to be given, and is empty or too long."""


def decide(update: ListingUpdate, actor: Actor, note: str) -> None:
    """Who decided, and when."""
    update.decided_at, update.decided_by, update.decision_note = utc_now(), actor.name, note


def words(text: str, *, needed: bool = True) -> str:
    """A message as plain text.

    Raises:
        WordsNeeded: it is empty, too long, or no plain text.
    """
    try:
        said = in_paragraphs(plain_text(text))
    except Malformed:
        raise WordsNeeded from None
    if len(said) > LONGEST_NOTE or (needed and not said):
        raise WordsNeeded
    return said


def allow(whether: bool) -> None:
    """Raise ``NotAllowed`` unless they may."""
    if not whether:
        raise NotAllowed


def lock(session: Session, listing: Listing) -> None:
    """A listing as it is now, and nobody else's until the end of the transaction."""
    lock_listings(session, [listing.key])


def lock_update(session: Session, update: ListingUpdate) -> Listing:
    """The listing of a change; both as they are now, and nobody else's until the end of the transaction."""
    listing = session.get_one(Listing, update.listing_id)
    lock(session, listing)
    session.flush()
    chosen = select(ListingUpdate).where(ListingUpdate.id == update.id).with_for_update()
    session.scalars(chosen.execution_options(populate_existing=True)).one()
    return listing


def tell(
    session: Session,
    actor: Actor,
    verb: str,
    listing: Listing,
    update: ListingUpdate | None = None,
    **facts: Any,
) -> None:
    """One entry of the trail. ``facts`` are names of fields and numbers: never what somebody wrote."""
    told = {"update": update.id, **facts} if update else facts
    record(session, actor, verb, Subject("listing", listing.key, listing.council_code), facts=told)
