"""Two listings that are one thing become one: field by field, with the history of both, and back again.

Whoever calls has begun with ``begin_writing``, and commits. What follows the one that is kept, and what
stays, stands in docs/duplicates.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.directory.models import ServiceTranslation
from hubfinder.display.words import gettext
from hubfinder.exchange.models import Merge, NotDuplicate, RegisterItem
from hubfinder.listings.content import Content, digest_of
from hubfinder.listings.differences import changed_fields
from hubfinder.listings.models import Listing, ListingComment, ListingVersion, Report
from hubfinder.listings.publishing import MovedOn, Proposed, lock_listings, publish
from hubfinder.listings.reading import content_of_version, current_content
from hubfinder.listings.recording import How
from hubfinder.listings.scope import may_publish
from hubfinder.listings.standing import bring_back, retire
from hubfinder.listings.states import WrongState
from hubfinder.listings.steps import allow
from hubfinder.listings.telling import count_open
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.search.documents import refresh_documents
from hubfinder.staff_vocab import ListingState, Origin

KEPT_BESIDE = frozenset({"assured_date", "assured_by"})
"""When a listing was checked stays with the listing that is kept."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The two listings as they are, and what is shown of them to whoever decides."""

    kept: Listing
    gone: Listing
    ours: Content
    theirs: Content

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that differ, in the order of pages."""
        return tuple(name for name in changed_fields(self.ours, self.theirs) if name not in KEPT_BESIDE)

    def merged(self, theirs: Mapping[str, bool]) -> Content:
        """The listing that is kept, with those fields of the other that somebody has chosen."""
        chosen = {name: self.theirs.get(name) for name in self.fields if theirs.get(name)}
        return {**self.ours, **chosen}


def sides_of(session: Session, kept: Listing, gone: Listing) -> Sides:
    return Sides(kept, gone, current_content(session, kept), current_content(session, gone))


def likelier(sides: Sides, made: Mapping[str, object]) -> dict[str, bool]:
    """For each field that differs whether the other's is the likelier: where ours is empty, else the newer.

    ``made`` are the times at which the two listings last changed, by key.
    """
    newer = str(made.get(sides.gone.key, "")) > str(made.get(sides.kept.key, ""))
    empty: tuple[object, ...] = (None, "", [], {})
    return {
        name: sides.ours.get(name) in empty or (newer and sides.theirs.get(name) not in empty)
        for name in sides.fields
    }


def last_changed(session: Session, *listings: Listing) -> dict[str, str]:
    """When the version in force of each listing was made, as text that can be compared, by key."""
    rows = session.execute(
        select(Listing.key, ListingVersion.made_at)
        .join(ListingVersion, ListingVersion.listing_id == Listing.id)
        .where(Listing.id.in_([one.id for one in listings]), ListingVersion.number == Listing.version)
    )
    return {key: at.isoformat() for key, at in rows.tuples()}


def say_two(session: Session, actor: Actor, one: Listing, other: Listing) -> None:
    """Remember that two listings that look alike are two."""
    first, second = sorted((one.key, other.key))
    if session.get(NotDuplicate, (first, second)) is None:
        session.add(NotDuplicate(first_key=first, second_key=second, said_by=actor.name, at=utc_now()))
        session.flush()
        _tell(session, actor, "listings.are_two", one, {"other": other.key})


def merge_listings(
    session: Session,
    actor: Actor,
    sides: Sides,
    theirs: Mapping[str, bool],
    versions: Mapping[str, int],
) -> Merge:
    """Make one of two: ``theirs`` are the fields that are taken from the listing that goes.

    ``versions`` are those that whoever decided has looked at, by key.

    Raises:
        NotAllowed, WrongState: not theirs, or not both before families.
        MovedOn: one of them says something else by now.
        PublishRefused: the two together cannot be published.
    """
    kept, gone = sides.kept, sides.gone
    lock_listings(session, [kept.key, gone.key])
    _check(session, actor, kept, gone, versions)
    before = kept.version
    how = How(Origin.MERGED, note=gone.key, approved_by=actor.name)
    publish(session, actor, [Proposed(kept.key, sides.merged(theirs), kept.version)], how)
    _note_version(session, kept, before, how, actor)
    moved = _follow(session, kept, gone)
    retire(session, actor, gone, gettext("This is now part of another listing."))
    gone.merged_into = kept.key
    made = Merge(
        council_code=kept.council_code,
        kept_key=kept.key,
        gone_key=gone.key,
        version_before=before,
        version_after=kept.version,
        moved=moved,
        made_by=actor.name,
        made_at=utc_now(),
    )
    session.add(made)
    session.flush()
    _tell(session, actor, "listings.merged", kept, {"other": gone.key, "version": kept.version})
    return made


def undo_merge(session: Session, actor: Actor, merge: Merge) -> None:
    """Make two of them again: the listing that is kept says what it said before, the other is back.

    Raises:
        NotAllowed, WrongState: not theirs; undone already, or something was made of it since.
        MovedOn: the listing that was kept has changed since: change it by hand.
        PublishRefused: something that they name is gone meanwhile.
    """
    session.refresh(merge, with_for_update=True)
    there = lock_listings(session, [merge.kept_key, merge.gone_key])
    kept, gone = there[merge.kept_key], there[merge.gone_key]
    allow(may_publish(session, actor, kept) and may_publish(session, actor, gone))
    if (
        merge.undone_at is not None
        or gone.merged_into != kept.key
        or kept.state is not ListingState.PUBLISHED
    ):
        raise WrongState("undo merge")
    if kept.version != merge.version_after:
        raise MovedOn([kept.key])
    content = content_of_version(session, kept, merge.version_before)
    if content is None:
        raise WrongState("undo merge")
    publish(session, actor, [Proposed(kept.key, content)], How(Origin.UNDONE, note=gone.key))
    gone.merged_into = ""
    bring_back(session, actor, gone)
    _give_back(session, kept, gone, merge)
    merge.undone_at = utc_now()
    _tell(session, actor, "merge.undone", kept, {"other": gone.key, "version": kept.version})


def _check(session: Session, actor: Actor, kept: Listing, gone: Listing, versions: Mapping[str, int]) -> None:
    allow(may_publish(session, actor, kept) and may_publish(session, actor, gone))
    if kept.key == gone.key or {kept.state, gone.state} != {ListingState.PUBLISHED}:
        raise WrongState("merge")
    behind = [one.key for one in (kept, gone) if versions.get(one.key) != one.version]
    if behind:
        raise MovedOn(behind)


def _note_version(session: Session, kept: Listing, before: int, how: How, actor: Actor) -> None:
    """Where nothing was taken from the other, the version of the merger says the same as the one before."""
    if kept.version != before:
        return
    content = content_of_version(session, kept, before) or {}
    kept.version += 1
    session.add(
        ListingVersion(
            listing_id=kept.id,
            number=kept.version,
            content=content,
            digest=digest_of(content),
            origin=how.origin,
            note=how.note,
            made_at=utc_now(),
            made_by=actor.name,
            approved_by=actor.name,
        )
    )
    session.flush()


def _follow(session: Session, kept: Listing, gone: Listing) -> dict[str, list[int | str]]:
    """What belongs to the listing that goes, to the one that is kept."""
    moved: dict[str, list[int | str]] = {
        "reports": _moved(session, Report, gone.id, kept.id),
        "comments": _moved(session, ListingComment, gone.id, kept.id),
        "rows": _rows_of_lists(session, gone, kept),
        "languages": _translate(session, kept, gone),
    }
    _rename(session, moved["reports"], kept)
    count_open(session, kept.id)
    count_open(session, gone.id)
    return moved


def _moved(
    session: Session, table: type[Report | ListingComment], from_id: int, to_id: int
) -> list[int | str]:
    chosen = update(table).where(table.listing_id == from_id).values(listing_id=to_id)
    return list(session.scalars(chosen.returning(table.id)).all())


def _rename(session: Session, ids: list[int | str], listing: Listing) -> None:
    """Reports say what they are about by key too: their words are shown on the page of that."""
    if ids:
        named = {"subject": f"service:{listing.key}", "name": listing.name}
        session.execute(update(Report).where(Report.id.in_(ids)).values(named))


def _rows_of_lists(session: Session, gone: Listing, kept: Listing) -> list[int | str]:
    """An outside list that brought the one brings changes of the other from now on."""
    chosen = update(RegisterItem).where(
        RegisterItem.listing_key == gone.key, RegisterItem.council_code == gone.council_code
    )
    named = RegisterItem.register_key + ":" + RegisterItem.outside_id
    return list(session.scalars(chosen.values(listing_key=kept.key).returning(named)).all())


def _translate(session: Session, kept: Listing, gone: Listing) -> list[int | str]:
    """Translations that the kept one lacks; each is shown only as long as it is one of what stands there."""
    there = select(ServiceTranslation.language).where(ServiceTranslation.service_id == kept.service_id)
    missing = select(ServiceTranslation).where(
        ServiceTranslation.service_id == gone.service_id, ServiceTranslation.language.not_in(there)
    )
    rows = session.scalars(missing).all()
    for row in rows:
        said = {
            column.name: getattr(row, column.name)
            for column in ServiceTranslation.__table__.columns
            if column.name not in ("id", "service_id")
        }
        session.add(ServiceTranslation(service_id=kept.service_id, **said))
    session.flush()
    if rows and kept.service_id is not None:
        refresh_documents(session, [kept.service_id])
    return [row.language for row in rows]


def _give_back(session: Session, kept: Listing, gone: Listing, merge: Merge) -> None:
    moved = merge.moved
    for table, name in ((Report, "reports"), (ListingComment, "comments")):
        ids = moved.get(name) or []
        session.execute(update(table).where(table.id.in_(ids)).values(listing_id=gone.id))
    _rename(session, moved.get("reports") or [], gone)
    named = RegisterItem.register_key + ":" + RegisterItem.outside_id
    rows = update(RegisterItem).where(
        named.in_(moved.get("rows") or []), RegisterItem.listing_key == kept.key
    )
    session.execute(rows.values(listing_key=gone.key))
    session.execute(
        delete(ServiceTranslation).where(
            ServiceTranslation.service_id == kept.service_id,
            ServiceTranslation.language.in_(moved.get("languages") or []),
        )
    )
    count_open(session, kept.id)
    count_open(session, gone.id)
    if moved.get("languages") and kept.service_id is not None:
        refresh_documents(session, [kept.service_id])


def _tell(session: Session, actor: Actor, verb: str, listing: Listing, facts: Mapping[str, object]) -> None:
    record(session, actor, verb, Subject("listing", listing.key, listing.council_code), facts=facts)
