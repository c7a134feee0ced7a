"""Deciding about changes of listings: approving, settling what two people wrote, sending back.

Whoever calls has begun with ``begin_writing``, and commits. Each verb is one entry of the trail.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.listings.content import Content, digest_of, empty_content
from hubfinder.listings.differences import Merged, changed_fields, merge
from hubfinder.listings.models import Listing, ListingUpdate, ListingVersion
from hubfinder.listings.publishing import Proposed, Published, record_published, write
from hubfinder.listings.reading import content_of_version, current_content
from hubfinder.listings.recording import How
from hubfinder.listings.scope import may_approve, may_edit, may_publish
from hubfinder.listings.states import OPEN, WrongState, check_update, move, move_update
from hubfinder.listings.steps import ChangedMeanwhile, Conflicting, allow, decide, lock_update, tell, words
from hubfinder.people.values import Actor
from hubfinder.vocab import ListingState, Origin


def approve(session: Session, actor: Actor, update: ListingUpdate, note: str = "") -> Published:
    """Publish a change, with what others have changed since it was begun.

    Raises:
        NotAllowed: the decision is not theirs.
        Conflicting: others have changed the same fields since; see ``settle``.
        PublishRefused: it cannot be published.
    """
    listing = lock_update(session, update)
    allow(may_approve(session, actor, listing, update))
    check_update(update, "approve")
    merged = merged_with_now(session, listing, update)
    if merged.conflicts:
        raise Conflicting(merged)
    origin = _origin(session, listing, update, merged.content)
    how = How(origin, update.note, approved_by=actor.name)
    [done] = write(
        session, [Proposed(listing.key, merged.content, council=listing.council_code)], update.author, how
    )
    update.content = merged.content
    move_update(update, "approve")
    decide(update, actor, words(note, needed=False))
    record_published(session, actor, done, how, {"update": update.id, "author": update.author_id})
    return done


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
