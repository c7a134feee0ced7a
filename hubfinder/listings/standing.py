"""Pausing and retiring listings, putting them before families again, and what staff say to each other.

Whoever calls has begun with ``begin_writing``, and commits. Each verb is one entry of the trail.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import today, utc_now
from hubfinder.directory.disclosures import fetch_secrets
from hubfinder.directory.models import Service
from hubfinder.listings.models import Listing, ListingComment, ListingUpdate
from hubfinder.listings.publishing import Proposed, PublishRefused, lock_listings, write
from hubfinder.listings.reading import current_content
from hubfinder.listings.recording import How
from hubfinder.listings.scope import may_edit, may_publish
from hubfinder.listings.states import WrongState, move, move_update
from hubfinder.listings.steps import WordsNeeded, allow, decide, lock, tell, words
from hubfinder.listings.updates import open_updates
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import HUBFINDER, Actor
from hubfinder.search.documents import refresh_documents
from hubfinder.staff_vocab import ListingState, Origin
from hubfinder.vocab import ServiceStatus


class DayPast(WordsNeeded):
    """A pause cannot end before tomorrow."""


class TellsOfPlace(WordsNeeded):
    """A reason for families tells where a confidential place is."""


def pause(session: Session, actor: Actor, listing: Listing, reason: str, until: date | None = None) -> None:
    """Take a listing from families for a time; ``reason`` is in words for them.

    Raises:
        NotAllowed, WrongState, WordsNeeded: not theirs; not published; no reason.
        DayPast: ``until`` has come already.
    """
    lock(session, listing)
    allow(may_edit(actor, listing))
    said = _for_families(session, reason)
    if until is not None and until <= today():
        raise DayPast
    move(listing, "pause")
    listing.paused_until = until
    _hide(session, [listing], said)
    _note(session, actor, "listing.paused", listing, said)


def resume(session: Session, actor: Actor, listing: Listing) -> None:
    """Put a paused listing before families again, as it was.

    Raises:
        PublishRefused: something that it names is gone meanwhile; it has to be changed first.
    """
    lock(session, listing)
    allow(may_edit(actor, listing))
    move(listing, "resume")
    _show(session, actor, listing)
    _note(session, actor, "listing.resumed", listing, "")


def resume_due(session: Session, on: date) -> tuple[list[str], list[str]]:
    """Put all listings before families again whose pause is over on a day. Keys: those, and those that
    cannot be: they stay paused until somebody has changed them.
    """
    over = select(Listing).where(Listing.state == ListingState.PAUSED, Listing.paused_until <= on)
    done: list[str] = []
    left: list[str] = []
    for listing in session.scalars(over.order_by(Listing.id)).all():
        try:
            with session.begin_nested():
                lock(session, listing)
                move(listing, "resume")
                _show(session, HUBFINDER, listing)
                _note(session, HUBFINDER, "listing.resumed", listing, "")
        except PublishRefused:
            left.append(listing.key)
        else:
            done.append(listing.key)
    return done, left


def retire(session: Session, actor: Actor, listing: Listing, reason: str) -> None:
    """End a listing. Its versions stay; what was being written about it is given up."""
    retire_all(session, actor, [listing], reason)


def retire_all(session: Session, actor: Actor, listings: Sequence[Listing], reason: str) -> None:
    """End several at once, each with an entry of the trail. Raises as for one, and the caller rolls back."""
    lock_listings(session, [listing.key for listing in listings])
    said = _for_families(session, reason)
    for listing in listings:
        allow(may_edit(actor, listing))
        move(listing, "retire")
        listing.paused_until = None
        for update in open_updates(session, listing):
            _give_up(update, actor)
    _hide(session, listings, said)
    for listing in listings:
        _note(session, actor, "listing.retired", listing, said)


def bring_back(session: Session, actor: Actor, listing: Listing) -> None:
    """Put a retired listing before families again, as it was in its last version.

    Raises:
        WrongState: it was never published, or another one has taken its place.
        PublishRefused: something that it names is gone meanwhile.
    """
    lock(session, listing)
    allow(may_publish(session, actor, listing))
    if listing.merged_into or not listing.version:
        raise WrongState("bring_back")
    move(listing, "bring_back")
    _show(session, actor, listing)
    _note(session, actor, "listing.brought_back", listing, "")


def comment(
    session: Session, actor: Actor, listing: Listing, text: str, update: ListingUpdate | None = None
) -> ListingComment:
    """Say something about a listing to the others who look after it. Whoever may see it may say so."""
    made = ListingComment(
        listing_id=listing.id,
        update_id=update.id if update else None,
        person_id=actor.id,
        by=actor.name,
        at=utc_now(),
        text=words(text),
    )
    session.add(made)
    session.flush()
    tell(session, actor, "listing.commented", listing, update)
    return made


def _for_families(session: Session, reason: str) -> str:
    """A reason as everybody will read it.

    Raises:
        WordsNeeded: it is empty, or too long.
        TellsOfPlace: it tells of a confidential place.
    """
    said = words(reason)
    if next(fetch_secrets(session).told({"reason": said}), None):
        raise TellsOfPlace
    return said


def _hide(session: Session, listings: Sequence[Listing], reason: str) -> None:
    """Nothing that lists help shows them any more; their pages say why."""
    hidden, places = set[int](), set[int]()
    for listing in listings:
        listing.state_reason, listing.due_on, listing.changed_at = reason, None, utc_now()
        service = session.get(Service, listing.service_id) if listing.service_id is not None else None
        if service is not None:
            service.status = ServiceStatus.INACTIVE
            hidden.add(service.id)
            places |= {at.location_id for at in service.at_locations}
    if hidden:
        refresh_documents(session, hidden, hubs=places)


def _show(session: Session, actor: Actor, listing: Listing) -> None:
    content = {**current_content(session, listing), "status": ServiceStatus.ACTIVE.value}
    listing.paused_until, listing.state_reason, listing.changed_at = None, "", utc_now()
    write(
        session, [Proposed(listing.key, content, council=listing.council_code)], actor.name, How(Origin.EDIT)
    )


def _give_up(update: ListingUpdate, actor: Actor) -> None:
    move_update(update, "withdraw")
    decide(update, actor, "")


def _note(session: Session, actor: Actor, verb: str, listing: Listing, reason: str) -> None:
    subject = Subject("listing", listing.key, listing.council_code)
    record(session, actor, verb, subject, reason, {"version": listing.version})
