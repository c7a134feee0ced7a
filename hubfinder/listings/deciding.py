"""Deciding about changes of listings: approving, settling what two people wrote, sending back.

Whoever calls has begun with ``begin_writing``, and commits. Each verb is one entry of the trail.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.listings.content import (
    SUGGESTED_CATALOGUE,
    SUGGESTED_NEEDS,
    Content,
    digest_of,
    empty_content,
)
from hubfinder.listings.differences import Merged, changed_fields, merge
from hubfinder.listings.models import Listing, ListingUpdate, ListingVersion
from hubfinder.listings.publishing import Proposed, Published, record_published, write
from hubfinder.listings.reading import content_of_version, current_content
from hubfinder.listings.recording import How
from hubfinder.listings.scope import may_approve, may_edit, may_publish
from hubfinder.listings.states import OPEN, WrongState, check_update, move, move_update
from hubfinder.listings.steps import ChangedMeanwhile, Conflicting, allow, decide, lock_update, tell, words
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import ListingState, Origin


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody approves, and has looked at."""

    note: str = ""
    revision: int | None = None
    """Of the change as they read it; none: whatever it says."""
    version: int | None = None
    """Of the listing, as they read it."""
    confirmed: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Of what was suggested, what they take over: ``needs`` and ``catalogue`` by key."""


WHATEVER = Decision()
SUGGESTED_AS = {"needs": SUGGESTED_NEEDS, "catalogue": SUGGESTED_CATALOGUE}


def approve(
    session: Session, actor: Actor, update: ListingUpdate, decision: Decision = WHATEVER
) -> Published:
    """Publish a change, with what others have changed since it was begun.

    Raises:
        NotAllowed: the decision is not theirs.
        ChangedMeanwhile: it, or the listing, is not as they read it.
        Conflicting: others have changed the same fields since; see ``settle``.
        PublishRefused: it cannot be published.
    """
    listing = lock_update(session, update)
    allow(may_approve(session, actor, listing, update))
    check_update(update, "approve")
    if decision.revision not in (None, update.revision) or decision.version not in (None, listing.version):
        raise ChangedMeanwhile({}, {}, update.revision)
    merged = merged_with_now(session, listing, update)
    if merged.conflicts:
        raise Conflicting(merged)
    content = _with_confirmed(merged.content, decision.confirmed)
    how = How(_origin(session, listing, update, content), update.note, approved_by=actor.name)
    proposed = Proposed(listing.key, content, council=listing.council_code)
    [done] = write(session, [proposed], update.author, how)
    update.content = content
    move_update(update, "approve")
    decide(update, actor, words(decision.note, needed=False))
    record_published(session, actor, done, how, {"update": update.id, "author": update.author_id})
    return done


def _with_confirmed(content: Content, confirmed: Mapping[str, Collection[str]]) -> Content:
    """With those of the suggestions that somebody of the staff takes over; nothing else can be."""
    taken = {
        name: sorted({*content[name], *(set(confirmed.get(name, ())) & set(content.get(suggested) or ()))})
        for name, suggested in SUGGESTED_AS.items()
    }
    return {**content, **taken}


def merged_with_now(session: Session, listing: Listing, update: ListingUpdate) -> Merged:
    """A change together with what the listing says by now."""
    if update.base_version == listing.version:
        return Merged(dict(update.content), ())
    base = content_of_version(session, listing, update.base_version) or empty_content()
    return merge(base, update.content, current_content(session, listing))


def settle(
    session: Session, actor: Actor, update: ListingUpdate, choices: Mapping[str, str], revision: int
) -> ListingUpdate:
    """Decide each conflict, ``ours`` or ``theirs`` by field: the change is then one of the listing as it is.

    Raises:
        ChangedMeanwhile: somebody has saved the change since.
        Conflicting: a conflict is left over.
    """
    listing = lock_update(session, update)
    allow(may_edit(actor, listing))
    if update.state not in OPEN:
        raise WrongState(f"settle: {update.state.value}")
    if revision != update.revision:
        raise ChangedMeanwhile({}, {}, update.revision)
    merged = merged_with_now(session, listing, update)
    if any(choices.get(one.field) not in ("ours", "theirs") for one in merged.conflicts):
        raise Conflicting(merged)
    theirs = {one.field: one.theirs for one in merged.conflicts if choices[one.field] == "theirs"}
    update.content = {**merged.content, **theirs}
    update.base_version = listing.version
    update.revision += 1
    update.saved_at = utc_now()
    tell(session, actor, "update.settled", listing, update, fields=sorted(choices))
    return update


def send_back(session: Session, actor: Actor, update: ListingUpdate, message: str) -> ListingUpdate:
    """Give a change back to who wrote it, with what is to be done.

    Raises:
        WordsNeeded: without a message nobody knows.
    """
    listing = lock_update(session, update)
    allow(may_approve(session, actor, listing, update) or may_publish(session, actor, listing))
    said = words(message)
    move_update(update, "send_back")
    if listing.state is ListingState.SUBMITTED:
        move(listing, "reopen")
    decide(update, actor, said)
    tell(session, actor, "update.returned", listing, update)
    return update


def changed_by(session: Session, listing: Listing, update: ListingUpdate) -> tuple[str, ...]:
    """Names of the fields that a change would change in the version it was begun from."""
    base = content_of_version(session, listing, update.base_version) or empty_content()
    return changed_fields(base, update.content)


def _origin(session: Session, listing: Listing, update: ListingUpdate, content: Content) -> Origin:
    if update.report_id is not None:
        return Origin.REPORT
    same = select(ListingVersion.id).where(
        ListingVersion.listing_id == listing.id, ListingVersion.digest == digest_of(content)
    )
    return Origin.RESTORED if session.scalar(same.limit(1)) is not None else Origin.EDIT
