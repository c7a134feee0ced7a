"""The one way to change what families are shown of listings."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.actions import save_services
from hubfinder.directory.models import Service
from hubfinder.directory.references import References, fetch_references, in_chunks
from hubfinder.directory.values import ServiceDetails, Touched
from hubfinder.display.words import gettext
from hubfinder.listings.content import Content, ContentRefused, from_content, to_content
from hubfinder.listings.differences import changed_fields
from hubfinder.listings.models import Listing, ListingVersion
from hubfinder.listings.recording import How, record_contents
from hubfinder.listings.states import Refused
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.search.documents import refresh_documents

CHUNK = 500
NAMED = frozenset({"organization", "needs", "catalogue", "locations", "areas"})
"""Fields that name other things."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A listing as it is to be. A new one has no base."""

    key: str
    content: Content
    base_version: int | None = None
    """The version that whoever proposes it has looked at; none: whatever is there."""
    council: str = ""
    """Of a new one, its council; empty: that of the place where it happens."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one: the number of its version, and of the one before."""

    key: str
    listing_id: int
    council: str
    version: int
    before: int

    @property
    def is_changed(self) -> bool:
        return self.version != self.before

    @property
    def is_new(self) -> bool:
        return not self.before


class PublishRefused(Refused):
    """Some of what was proposed cannot be published; nothing was. By key: field and why."""

    def __init__(self, problems: Mapping[str, list[tuple[str, str]]]) -> None:
        super().__init__(", ".join(problems))
        self.problems = dict(problems)


class MovedOn(Refused):
    """Listings have another version by now than whoever proposes a change has looked at."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = tuple(keys)


def publish(session: Session, actor: Actor, proposed: Sequence[Proposed], how: How) -> list[Published]:
    """Make listings say what is proposed: all of them, or none.

    The caller has begun with ``begin_writing``, has asked whether the actor may, and commits. Services,
    versions and search documents change together. One entry of the trail for each listing that says
    something else than before; for work on many at once (``how.batch_id``) one for all.

    Raises:
        PublishRefused: something is missing, wrong, or tells of a confidential place.
        MovedOn: another version is in force than the one a proposal was made from.
    """
    done = write(session, proposed, actor.name, how)
    changed = [one for one in done if one.is_changed]
    if how.batch_id is not None:
        _record_batch(session, actor, changed, how)
        return done
    for one in changed:
        record_published(session, actor, one, how)
    return done


def write(session: Session, proposed: Sequence[Proposed], by: str, how: How) -> list[Published]:
    """``publish`` without the entry of the trail, for whoever makes one that says more."""
    session.flush()
    there = lock_listings(session, [one.key for one in proposed])
    behind = [one.key for one in proposed if one.base_version not in (None, _version(there.get(one.key)))]
    if behind:
        raise MovedOn(behind)
    before = {key: listing.version for key, listing in there.items()}
    details, known = _checked(session, proposed)
    contents, touched = _save(session, details, known)
    councils = {one.key: one.council for one in proposed if one.council}
    record_contents(session, contents, by, how, councils)
    refresh_documents(session, touched.services, hubs=touched.locations)
    now = lock_listings(session, [one.key for one in proposed])
    return [
        Published(one.key, row.id, row.council_code, row.version, before.get(one.key, 0))
        for one in proposed
        for row in (now[one.key],)
    ]


def lock_listings(session: Session, keys: Sequence[str]) -> dict[str, Listing]:
    """Listings by key, as they are now, and nobody else's until the end of the transaction."""
    found: dict[str, Listing] = {}
    for some in in_chunks(sorted(set(keys))):
        chosen = select(Listing).where(Listing.key.in_(some)).order_by(Listing.id).with_for_update()
        rows = session.scalars(chosen.execution_options(populate_existing=True))
        found |= {row.key: row for row in rows}
    return found


def problems_of(session: Session, key: str, content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What keeps a content from being published, by field, in words for who wrote it."""
    try:
        details = from_content(key, content)
    except ContentRefused as refused:
        return refused.problems
    known = fetch_references(session, [details])
    return [(field, _in_words(field, why)) for field, why in _named_problems(known, details)]


def record_published(
    session: Session, actor: Actor, one: Published, how: How, facts: Mapping[str, Any] | None = None
) -> None:
    """The entry of the trail for one listing: which fields changed, never what they say."""
    rows = select(ListingVersion.number, ListingVersion.content).where(
        ListingVersion.listing_id == one.listing_id, ListingVersion.number.in_((one.before, one.version))
    )
    said = dict(session.execute(rows).tuples().all())
    fields = changed_fields(said.get(one.before, {}), said.get(one.version, {}))
    told = {"version": one.version, "origin": how.origin.value, "fields": list(fields), **(facts or {})}
    record(session, actor, "listing.published", Subject("listing", one.key, one.council), facts=told)


def _record_batch(session: Session, actor: Actor, changed: Sequence[Published], how: How) -> None:
    for council in dict.fromkeys(one.council for one in changed):
        number = sum(one.council == council for one in changed)
        facts = {"listings": number, "origin": how.origin.value}
        record(
            session, actor, "listings.published", Subject("batch", str(how.batch_id), council), facts=facts
        )


def _checked(session: Session, proposed: Sequence[Proposed]) -> tuple[list[ServiceDetails], References]:
    """What is proposed, as values, if all of it can be published; and what it names."""
    problems: dict[str, list[tuple[str, str]]] = {}
    details: list[ServiceDetails] = []
    for one in proposed:
        try:
            details.append(from_content(one.key, one.content))
        except ContentRefused as refused:
            problems[one.key] = refused.problems
    known = fetch_references(session, details)
    for found in details:
        if named := list(_named_problems(known, found)):
            problems[found.key] = named
    if problems:
        raise PublishRefused(problems)
    checked = _checked_last(session, [found.key for found in details])
    return [_with_later_check(found, checked.get(found.key)) for found in details], known


def _named_problems(known: References, details: ServiceDetails) -> list[tuple[str, str]]:
    """Of what a listing names; and nobody publishes national help: it comes with hubfinder."""
    found = list(known.problems(details))
    return [*found, ("is_national", "national help comes with hubfinder")] if details.is_national else found


def _in_words(field: str, why: str) -> str:
    if field in NAMED:
        return gettext("Something that you chose here is no longer there. Choose again.")
    if "confidential" in why:
        return gettext("This tells where a confidential place is. Take that out.")
    return gettext("This cannot be published")


def _checked_last(session: Session, keys: Sequence[str]) -> dict[str, tuple[Any, str]]:
    """When the services that are there were last checked, and by whom."""
    found: dict[str, tuple[Any, str]] = {}
    for some in in_chunks(sorted(keys)):
        rows = select(Service.key, Service.assured_date, Service.assured_by).where(Service.key.in_(some))
        found |= {key: (day, who) for key, day, who in session.execute(rows).tuples()}
    return found


def _with_later_check(details: ServiceDetails, last: tuple[Any, str] | None) -> ServiceDetails:
    """A change never takes a check back."""
    day, who = last or (None, "")
    if day is None or (details.assured_date and details.assured_date > day):
        return details
    return dataclasses.replace(details, assured_date=day, assured_by=who)


def _save(
    session: Session, details: Sequence[ServiceDetails], known: References
) -> tuple[dict[int, Content], Touched]:
    """Write the services; their contents by id, and what search documents are out of date."""
    touched = Touched()
    contents: dict[int, Content] = {}
    for start in range(0, len(details), CHUNK):
        some = details[start : start + CHUNK]
        touched.add(save_services(session, some, known))
        ids = dict(
            session.execute(
                select(Service.key, Service.id).where(Service.key.in_([one.key for one in some]))
            ).tuples().all()
        )  # fmt: skip
        contents |= {ids[one.key]: to_content(one) for one in some}
    return contents, touched


def _version(listing: Listing | None) -> int:
    return listing.version if listing else 0
