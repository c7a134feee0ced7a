"""Work that comes round by the clock: each kind is done by one worker at a time, wherever they run.

The lock stands in the database and ends by itself, so that a worker that was killed keeps nobody waiting
for long. What is done in a turn must bear being done twice all the same: clocks may jump.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.database import begin_writing
from hubfinder.post.models import TimedWork


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to do one kind of work until ``until``."""

    name: str
    holder: str
    until: datetime


def take_turn(
    session: Session, name: str, every: timedelta, lasts: timedelta, moment: datetime | None = None
) -> Turn | None:
    """Begin a kind of work that was last finished ``every`` ago or longer; none while somebody is at it.

    None too where it was finished since. A transaction of its own; the session must be in none.
    """
    at = (moment or now()).astimezone(UTC)
    session.rollback()
    begin_writing(session)
    row = session.scalar(select(TimedWork).where(TimedWork.name == name).with_for_update())
    if row is None:
        row = TimedWork(name=name)
        session.add(row)
    if _is_held(row, at, lasts) or _is_early(row, at, every):
        session.rollback()
        return None
    turn = Turn(name, secrets.token_hex(8), at + lasts)
    row.holder, row.held_until, row.begun_at = turn.holder, turn.until, at
    session.commit()
    return turn


def finish(session: Session, turn: Turn, said: str, *, is_done: bool = True) -> None:
    """Let go of the work; ``is_done=False`` where it was stopped midway and goes on at the next round."""
    at = now().astimezone(UTC)
    session.rollback()
    begin_writing(session)
    values = {"held_until": None, "holder": "", "said": said[:255]}
    session.execute(
        update(TimedWork)
        .where(TimedWork.name == turn.name, TimedWork.holder == turn.holder)
        .values(**values | ({"done_at": at} if is_done else {}))
    )
    session.commit()


def _is_held(row: TimedWork, at: datetime, lasts: timedelta) -> bool:
    """Somebody is at it: but nobody holds it for longer than ``lasts``, whatever a clock once said."""
    return row.held_until is not None and at < _utc(row.held_until) <= at + 2 * lasts


def _is_early(row: TimedWork, at: datetime, every: timedelta) -> bool:
    """What was last done in the future was done by a clock that was wrong."""
    return row.done_at is not None and timedelta() <= at - _utc(row.done_at) < every


def _utc(moment: datetime) -> datetime:
    """SQLite forgets the zone of a time: it is always UTC here."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
