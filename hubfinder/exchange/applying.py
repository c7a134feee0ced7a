"""Applying what was looked at, and undoing it: in chunks, each a transaction of its own.

One transaction for all would keep everybody else from writing for as long as it takes, and on SQLite they
give up after five seconds. So each chunk is whole in itself, each row notes what became of it, and work that
was broken off goes on with the rows that have nothing noted.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.exchange.batches import counted, set_state, tell, utc_now
from hubfinder.exchange.deciders import Deciders, deciders_of
from hubfinder.exchange.models import Batch, BatchRow
from hubfinder.exchange.previewing import NOBODY
from hubfinder.exchange.suggesting import suggest
from hubfinder.listings.models import Listing
from hubfinder.listings.publishing import MovedOn, Proposed, Published, PublishRefused, publish
from hubfinder.listings.recording import How
from hubfinder.staff_vocab import BatchState, Decision, Origin, RowOutcome

CHUNK = 300
Progress = Callable[[int, int], None]
MOVED = "was changed by somebody else since the file was looked at: nothing was overwritten"
DOING = (RowOutcome.NEW, RowOutcome.CHANGED)


def apply(session: Session, number: int, progress: Progress) -> None:
    """Make the listings of a batch say what its rows say, as far as nothing else was said meanwhile."""
    batch = session.get_one(Batch, number)
    total = sum(batch.counts.get(outcome.value, 0) for outcome in DOING)
    done = 0
    while True:
        session.rollback()
        begin_writing(session)
        batch = session.get_one(Batch, number)
        who = deciders_of(session, batch)
        if who is None:
            set_state(session, number, BatchState.FAILED, why=NOBODY)
            session.commit()
            return
        rows = _next_rows(session, number)
        if not rows:
            break
        _apply_some(session, batch, who, rows)
        done = _done(session, number)
        set_state(session, number, BatchState.APPLYING, done=done, total=max(total, done))
        session.commit()
        progress(done, total)
    counts = counted(session, number)
    set_state(session, number, BatchState.APPLIED, counts=counts, applied_at=utc_now(), done=done, total=done)
    tell(session, who.decider, "applied", batch, {"rows": counts, "author": batch.person_id})
    session.commit()


def _next_rows(session: Session, number: int) -> Sequence[BatchRow]:
    wanted = select(BatchRow).where(
        BatchRow.batch_id == number,
        BatchRow.outcome.in_(DOING),
        BatchRow.applied_version.is_(None),
        BatchRow.decision.is_distinct_from(Decision.DECLINED),
    )
    return session.scalars(wanted.order_by(BatchRow.number).limit(CHUNK).with_for_update()).all()


def _done(session: Session, number: int) -> int:
    session.flush()
    wanted = select(BatchRow.id).where(BatchRow.batch_id == number, BatchRow.applied_version.is_not(None))
    return len(session.scalars(wanted).all())


def _apply_some(session: Session, batch: Batch, who: Deciders, rows: Sequence[BatchRow]) -> None:
    """Publish what may be published; the rest becomes changes that wait for approval."""
    there = set(session.scalars(select(Listing.key).where(Listing.key.in_([row.key for row in rows]))))
    ours = who.publishable(session, there)
    may_add = who.may_publish_new(batch.council_code)
    direct = [row for row in rows if (row.key in ours if row.key in there else may_add)]
    for row in publish_rows(session, batch, who, direct):
        row.outcome = RowOutcome.REFUSED
    for row in rows:
        if row not in direct and row.outcome in DOING:
            suggest(session, who.author, batch, row)


def publish_rows(session: Session, batch: Batch, who: Deciders, rows: Sequence[BatchRow]) -> list[BatchRow]:
    """Publish these, but for those that cannot be any more: these are given back, with why."""
    left, refused = list(rows), []
    origin = Origin.REGISTER if batch.register_key else Origin.SPREADSHEET
    how = How(origin, batch.file_name, batch.id, who.approved_by)
    while left:
        try:
            done = publish(session, who.author, [_proposed(batch, row) for row in left], how)
        except MovedOn as error:
            problems = {key: [("", MOVED)] for key in error.keys}
        except PublishRefused as error:
            problems = error.problems
        else:
            _note(left, done)
            break
        for row in left:
            row.why = [list(pair) for pair in problems.get(row.key, ())] or row.why
        refused += [row for row in left if row.key in problems]
        left = [row for row in left if row.key not in problems]
    return refused


def _proposed(batch: Batch, row: BatchRow) -> Proposed:
    return Proposed(
        row.key, row.content, row.base_version, batch.council_code if not row.base_version else ""
    )


def _note(rows: Sequence[BatchRow], done: Sequence[Published]) -> None:
    versions = {one.key: one.version for one in done}
    for row in rows:
        row.applied_version = versions[row.key]
