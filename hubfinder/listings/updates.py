"""Changes of listings from their first saved field until somebody decides: one verb each.

Whoever calls has begun with ``begin_writing``, and commits. Each verb is one entry of the trail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.directory.keys import make_key
from hubfinder.directory.models import Location, Service
from hubfinder.listings.content import (
    LABELS,
    SUGGESTED,
    Concern,
    Content,
    ContentRefused,
    empty_content,
    fields_of,
    read_content,
    to_content,
)
from hubfinder.listings.models import Listing, ListingUpdate
from hubfinder.listings.publishing import problems_of
from hubfinder.listings.reading import content_of_version, current_content
from hubfinder.listings.scope import may_edit, may_publish
from hubfinder.listings.states import (
    OPEN,
    WrongState,
    can,
    check_update,
    move,
    move_update,
)
from hubfinder.listings.steps import ChangedMeanwhile, allow, decide, lock, lock_update, tell, words
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import ListingState, Role, UpdateState

CATEGORIES = frozenset({"needs", "catalogue"})
"""Fields that staff confirm: a provider suggests."""
PAGES = ("new", "many")
"""What stands in addresses where keys do."""
NOBODYS = frozenset(fields_of(Concern.KEPT))
"""Fields that no page changes."""


def begin_listing(
    session: Session,
    actor: Actor,
    council: str,
    start: Mapping[str, Any],
    report_id: int | None = None,
    key: str = "",
) -> ListingUpdate:
    """A new listing as a draft, with what is known of it: at least a name. Without a ``key``, which nothing
    may have yet, one is made of the name. What staff of a hub begin is there until they say where.

    Raises:
        NotAllowed: they look after nothing like it.
        ContentRefused: what is known is wrong.
    """
    details, problems = read_content("", {**empty_content(), **start})
    if not details.name:
        problems = [*problems, ("name", "")]
    if problems:
        raise ContentRefused(problems)
    listing = Listing(
        key=key or _free_key(session, details.name),
        council_code=council,
        organization_key=details.organization,
        name=details.name,
        state=ListingState.DRAFT,
        changed_at=utc_now(),
    )
    session.add(listing)
    session.flush()
    if actor.id is not None and not may_edit(actor, listing):
        own = _at_own_hub(session, actor, council)
        details = replace(details, locations=details.locations or own)
    content = {**to_content(details), **_suggestions(start)}
    update = _begin(session, actor, listing, content, report_id)
    _show_draft(session, listing, update)
    tell(session, actor, "listing.begun", listing)
    return update


def _at_own_hub(session: Session, actor: Actor, council: str) -> tuple[str, ...]:
    """The hub at which somebody works for a council, as the places of a listing; none for who has an area.

    Raises:
        NotAllowed: they work at no hub, and for no area.
    """
    grants = [one for one in actor.grants if one.role is Role.HUB_STAFF and one.council == council]
    chosen = select(Location.key).where(
        Location.key.in_([one.hub for one in grants]), Location.is_family_hub, ~Location.is_confidential
    )
    hub = session.scalar(chosen.order_by(Location.id).limit(1))
    allow(bool(hub) or any(one.area for one in grants))
    return (hub,) if hub else ()


def begin_update(
    session: Session, actor: Actor, listing: Listing, report_id: int | None = None
) -> ListingUpdate:
    """A change of a listing to write on: their own open one, if there is one.

    Raises:
        NotAllowed: the listing is not theirs.
        WrongState: it is retired.
    """
    lock(session, listing)
    allow(may_edit(actor, listing))
    if not can(listing, "edit"):
        raise WrongState(f"edit: {listing.state.value}")
    mine = own_open_update(session, actor, listing)
    if mine is not None:
        return mine
    update = _begin(session, actor, listing, current_content(session, listing), report_id)
    tell(session, actor, "update.begun", listing, update)
    return update


def own_open_update(session: Session, actor: Actor, listing: Listing) -> ListingUpdate | None:
    """The change that somebody has begun and nobody has decided about. A new listing has one for all."""
    mine = [
        one
        for one in open_updates(session, listing)
        if not listing.version or (one.author_id, one.author) == (actor.id, actor.name)
    ]
    return mine[0] if mine else None


def open_updates(session: Session, listing: Listing) -> Sequence[ListingUpdate]:
    """Every change of a listing that nobody has decided about, the oldest first: who else is editing."""
    chosen = select(ListingUpdate).where(
        ListingUpdate.listing_id == listing.id, ListingUpdate.state.in_(OPEN)
    )
    return session.scalars(chosen.order_by(ListingUpdate.id)).all()


def save_update(
    session: Session, actor: Actor, update: ListingUpdate, changes: Mapping[str, Any], revision: int
) -> ListingUpdate:
    """Keep what somebody wrote into some fields; ``revision`` is that of the change as they read it.

    Raises:
        NotAllowed: the listing is not theirs, or a provider changes what staff confirm.
        WrongState: it waits for approval, or was decided about.
        ChangedMeanwhile: somebody else saved it since, and says something else there.
        ContentRefused: something in these fields is wrong.
    """
    listing = lock_update(session, update)
    allow(may_edit(actor, listing))
    allow(not NOBODYS & changes.keys())
    check_update(update, "save")
    said = _normal(update.content, changes)
    fresh = {name: value for name, value in said.items() if update.content.get(name) != value}
    if not fresh:
        return update
    allow(not CATEGORIES & fresh.keys() or may_publish(session, actor, listing))
    if revision != update.revision:
        raise ChangedMeanwhile(fresh, {name: update.content.get(name) for name in fresh}, update.revision)
    update.content = {**update.content, **fresh}
    update.revision += 1
    update.saved_at = utc_now()
    _show_draft(session, listing, update)
    tell(session, actor, "update.saved", listing, update, fields=sorted(fresh))
    return update


def submit(session: Session, actor: Actor, update: ListingUpdate, note: str = "") -> ListingUpdate:
    """Ask for approval.

    Raises:
        ContentRefused: what families need is missing or wrong.
    """
    listing = lock_update(session, update)
    allow(may_edit(actor, listing))
    check_update(update, "submit")
    problems = problems_of(session, listing.key, update.content)
    if problems:
        raise ContentRefused(problems)
    move_update(update, "submit")
    if listing.state is ListingState.DRAFT:
        move(listing, "submit")
    update.note = words(note, needed=False) or update.note
    update.submitted_at = utc_now()
    tell(session, actor, "update.submitted", listing, update)
    return update


def reopen(session: Session, actor: Actor, update: ListingUpdate) -> ListingUpdate:
    """Take back what waits for approval, to go on writing."""
    listing = lock_update(session, update)
    allow(may_edit(actor, listing))
    move_update(update, "reopen")
    if listing.state is ListingState.SUBMITTED:
        move(listing, "reopen")
    tell(session, actor, "update.reopened", listing, update)
    return update


def withdraw(session: Session, actor: Actor, update: ListingUpdate) -> ListingUpdate:
    """Give a change up. What it said stays in the database, and is shown to nobody."""
    listing = lock_update(session, update)
    allow(may_edit(actor, listing))
    move_update(update, "withdraw")
    if listing.state is ListingState.SUBMITTED:
        move(listing, "reopen")
    decide(update, actor, "")
    tell(session, actor, "update.withdrawn", listing, update)
    return update


def restore(session: Session, actor: Actor, listing: Listing, number: int) -> ListingUpdate:
    """A change that makes a listing say again what it said in a version; approved as any other.

    Raises:
        WrongState: there is no such version, or they have a change of it open.
    """
    lock(session, listing)
    allow(may_edit(actor, listing))
    content = content_of_version(session, listing, number)
    if content is None or not can(listing, "edit") or own_open_update(session, actor, listing):
        raise WrongState("restore")
    update = _begin(session, actor, listing, content, None)
    tell(session, actor, "update.begun", listing, update, restores=number)
    return update


def _begin(
    session: Session, actor: Actor, listing: Listing, content: Content, report_id: int | None
) -> ListingUpdate:
    made = utc_now()
    update = ListingUpdate(
        listing_id=listing.id,
        council_code=listing.council_code,
        base_version=listing.version,
        revision=0,
        content=content,
        state=UpdateState.DRAFT,
        author_id=actor.id,
        author=actor.name,
        made_at=made,
        saved_at=made,
        report_id=report_id,
    )
    session.add(update)
    session.flush()
    return update


def _normal(content: Mapping[str, Any], changes: Mapping[str, Any]) -> Content:
    """The changed fields as JSON in its one form.

    Raises:
        ContentRefused: something in them is wrong.
    """
    details, problems = read_content("", {**content, **changes})
    ours = [(field, why) for field, why in problems if field in changes or field not in LABELS]
    if ours:
        raise ContentRefused(ours)
    said = to_content(details)
    return {**{name: said[name] for name in changes if name in said}, **_suggestions(changes)}


def _suggestions(said: Mapping[str, Any]) -> Content:
    return {name: sorted(set(said[name])) for name in SUGGESTED if name in said}


def _show_draft(session: Session, listing: Listing, update: ListingUpdate) -> None:
    """What lists of staff show of a listing that was never published: it is only in its change."""
    if listing.version:
        return
    content = update.content
    listing.name = content["name"] or listing.name
    listing.organization_key = content["organization"]
    listing.topic = next(iter(content["needs"]), "")
    hubs = select(Location.key).where(
        Location.key.in_(content["locations"]), Location.is_family_hub, ~Location.is_confidential
    )
    listing.hub_key = session.scalar(hubs.order_by(Location.id).limit(1)) or listing.hub_key or ""


def _free_key(session: Session, name: str) -> str:
    """A key made of a name, which no listing and no service has."""
    stem = make_key(name)[:150].rstrip("-") or "listing"
    taken = {
        *PAGES,
        *session.scalars(select(Listing.key).where(Listing.key.startswith(stem, autoescape=True))),
        *session.scalars(select(Service.key).where(Service.key.startswith(stem, autoescape=True))),
    }
    number = 1
    while (key := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return key
