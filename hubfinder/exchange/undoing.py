"""Undoing a batch: every listing of it says again what it said before, and new ones are retired.

What somebody has changed since is told and left as it is. Goes on where it was broken off: a listing that was
brought back once has another version in force than the batch gave it, and that version says so.
"""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.exchange.applying import CHUNK
from hubfinder.exchange.batches import WAITING, set_state, tell, utc_now
from hubfinder.exchange.deciders import Deciders, deciders_of
from hubfinder.exchange.models import Batch, BatchRow
from hubfinder.exchange.previewing import NOBODY
from hubfinder.exchange.suggesting import take_back
from hubfinder.listings.actions import Proposed, PublishRefused, Refused, publish, retire_all
from hubfinder.listings.models import Content, Listing, ListingVersion
from hubfinder.listings.recording import How
from hubfinder.staff_vocab import BatchState, ListingState, Origin

Progress = Callable[[int, int], None]
SINCE = "was changed since, so it was left as it is: look at it yourself"
GONE = "cannot say again what it said before: something it names is not there any more"
DECIDED = "somebody has decided about this change already, so it was left as it is"
NOT_YOURS = "you cannot publish this listing, so it was left as it is"
REASON = "The file that brought it was taken back."


def undo(session: Session, number: int, progress: Progress) -> None:
    """Undo all that applying a batch has done."""
    last, done = 0, 0
    session.rollback()
    total = session.scalar(select(func.count(BatchRow.id)).where(*_applied(number))) or 0
    while True:
        session.rollback()
        begin_writing(session)
        batch = session.get_one(Batch, number)
        who = deciders_of(session, batch)
        if who is None:
            set_state(session, number, BatchState.APPLIED, why=NOBODY)
            session.commit()
            return
        wanted = select(BatchRow).where(*_applied(number), BatchRow.number > last)
        rows = session.scalars(wanted.order_by(BatchRow.number).limit(CHUNK)).all()
        if not rows:
            break
        last = rows[-1].number
        _undo_some(session, batch, who, rows)
        done += len(rows)
        set_state(session, number, BatchState.UNDOING, done=done, total=total)
        session.commit()
        progress(done, total)
    set_state(session, number, BatchState.UNDONE, undone_at=utc_now())
    tell(session, who.decider, "undone", batch, {"rows": total})
    session.commit()


def _applied(number: int) -> tuple[ColumnElement[bool], ...]:
    return BatchRow.batch_id == number, BatchRow.applied_version.is_not(None)


def _undo_some(session: Session, batch: Batch, who: Deciders, rows: Sequence[BatchRow]) -> None:
    for row in rows:
        if row.applied_version == WAITING and not take_back(session, who.author, row):
            _say(row, DECIDED)
    published = [row for row in rows if row.applied_version]
    listings = _listings(session, published)
    ours = who.publishable(session, [row.key for row in published])
    before = _before(session, published, listings)
    back: list[tuple[BatchRow, Proposed]] = []
    ending: list[tuple[BatchRow, Listing]] = []
    for row in published:
        listing = listings.get(row.key)
        if listing is None or _is_undone(session, batch, row, listing):
            continue
        if listing.version != row.applied_version:
            _say(row, SINCE)
        elif row.key not in ours:
            _say(row, NOT_YOURS)
        elif not row.base_version:
            ending.append((row, listing))
        elif row.applied_version != row.base_version:
            content = before[listing.id, row.base_version]
            back.append((row, Proposed(row.key, content, row.applied_version)))
    _retire(session, who, ending)
    _publish(session, batch, who, back)


def _listings(session: Session, rows: Sequence[BatchRow]) -> dict[str, Listing]:
    chosen = select(Listing).where(Listing.key.in_([row.key for row in rows]))
    return {listing.key: listing for listing in session.scalars(chosen)}


def _before(
    session: Session, rows: Sequence[BatchRow], listings: Mapping[str, Listing]
) -> dict[tuple[int, int], Content]:
    """What the listings said before, by listing and version."""
    ids = [listings[row.key].id for row in rows if row.key in listings and row.base_version]
    found = session.execute(
        select(ListingVersion.listing_id, ListingVersion.number, ListingVersion.content)
        .join(Listing, Listing.id == ListingVersion.listing_id)
        .join(BatchRow, and_(BatchRow.key == Listing.key, BatchRow.base_version == ListingVersion.number))
        .where(BatchRow.id.in_([row.id for row in rows]), Listing.id.in_(ids))
    )
    return {(id_, number): content for id_, number, content in found.tuples()}


def _is_undone(session: Session, batch: Batch, row: BatchRow, listing: Listing) -> bool:
    """Whether this very work has brought it back already, before it was broken off."""
    if not row.base_version and listing.state is ListingState.RETIRED:
        return True
    if listing.version == row.applied_version:
        return False
    made = select(ListingVersion.id).where(
        ListingVersion.listing_id == listing.id,
        ListingVersion.number == listing.version,
        ListingVersion.batch_id == batch.id,
        ListingVersion.origin == Origin.UNDONE,
    )
    return session.scalar(made) is not None


def _retire(session: Session, who: Deciders, ending: Sequence[tuple[BatchRow, Listing]]) -> None:
    """End these; where one of them cannot be ended, each by itself."""
    if not ending:
        return
    try:
        with session.begin_nested():
            retire_all(session, who.decider, [listing for _, listing in ending], REASON)
    except Refused:
        if len(ending) == 1:
            _say(ending[0][0], NOT_YOURS)
            return
        for one in ending:
            _retire(session, who, [one])


def _publish(session: Session, batch: Batch, who: Deciders, back: list[tuple[BatchRow, Proposed]]) -> None:
    """Make these say what they said; what cannot, because what it names is gone, is told."""
    how = How(Origin.UNDONE, batch.file_name, batch.id)
    while back:
        try:
            publish(session, who.decider, [proposed for _, proposed in back], how)
        except PublishRefused as error:
            for row, _ in back:
                if row.key in error.problems:
                    _say(row, GONE)
            back = [pair for pair in back if pair[0].key not in error.problems]
        else:
            return


def _say(row: BatchRow, why: str) -> None:
    row.why = [["", why]]
