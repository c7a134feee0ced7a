"""Reading a spreadsheet that came in, and noting row by row what it would do. No listing is changed."""

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.exchange.batches import actor_of_batch, counted, set_state
from hubfinder.exchange.cells import CHECKED
from hubfinder.exchange.checked_days import NOT_READ
from hubfinder.exchange.files import read_table
from hubfinder.exchange.judging import Judge, Judged
from hubfinder.exchange.models import Batch, BatchRow
from hubfinder.exchange.tables import Table
from hubfinder.ingest.errors import FileRefused
from hubfinder.staff_vocab import BatchState

CHUNK = 500
Progress = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""
NOBODY = "Whoever sent it may not change listings any more."


def preview(session: Session, number: int, path: Path, progress: Progress) -> None:
    """Read a batch's file from its beginning: if that was broken off once, what was noted is noted anew."""
    batch = session.get_one(Batch, number)
    name, actor = batch.file_name, actor_of_batch(session, batch)
    session.rollback()
    begin_writing(session)
    session.execute(delete(BatchRow).where(BatchRow.batch_id == number))
    session.commit()
    try:
        if actor is None:
            raise FileRefused(NOBODY)
        table = read_table(path, name)
        judge = Judge(session, actor, table.heading)
        _note_all(session, number, judge, table, progress)
    except FileRefused as error:
        session.rollback()
        begin_writing(session)
        session.execute(delete(BatchRow).where(BatchRow.batch_id == number))
        set_state(session, number, BatchState.FAILED, why=str(error))
        session.commit()


def _note_all(session: Session, number: int, judge: Judge, table: Table, progress: Progress) -> None:
    total, days = len(table.rows), 0
    for start in range(0, total, CHUNK):
        judged = judge.judge(table.rows[start : start + CHUNK])
        days += sum([CHECKED, NOT_READ] in one.why for one in judged)
        session.rollback()  # what was read must not keep whoever writes waiting
        begin_writing(session)
        note_rows(session, number, judged)
        done = min(start + CHUNK, total)
        set_state(session, number, BatchState.READING, done=done, total=total)
        session.commit()
        progress(done, total)
    if days:
        rows = "1 row" if days == 1 else f"{days:,} rows"
        table.notes.insert(0, f"In {rows} the column “{CHECKED}” {NOT_READ}.")
    begin_writing(session)
    facts = {"counts": counted(session, number), "notes": table.notes, "done": total, "total": total}
    set_state(session, number, BatchState.PREVIEW, **facts)
    session.commit()


def note_rows(session: Session, number: int, judged: Sequence[Judged]) -> None:
    """Write rows of a batch."""
    rows = [
        {
            "batch_id": number,
            "number": one.number,
            "key": one.key,
            "name": one.name,
            "outcome": one.outcome,
            "why": one.why,
            "content": {} if one.is_refused else one.content,
            "base_version": one.base_version,
        }
        for one in judged
    ]
    if rows:
        session.execute(insert(BatchRow), rows)
