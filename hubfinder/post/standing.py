"""How much of a table of messages stands where, for those who look after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from hubfinder.post.models import Outgoing
from hubfinder.post.rounds import States


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much stands where."""

    numbers: dict[StrEnum, int]
    late: int
    """Queued for too long."""
    trouble: str
    """What went wrong last with something that is still queued; empty where nothing did."""


def standing(
    session: Session,
    model: type[Outgoing],
    states: States,
    theirs: Sequence[ColumnElement[bool]],
    late_since: datetime,
    since: ColumnElement[datetime] | None = None,
) -> Backlog:
    """What stands where of a table, of those rows of which ``theirs`` holds. ``since`` is from when each of
    them waits, where that is not when it was made.
    """
    begins = model.made_at if since is None else since
    counts = (
        select(states.column, func.count(), func.sum(case((begins < late_since, 1), else_=0)))
        .where(*theirs)
        .group_by(states.column)
    )
    rows = session.execute(counts).tuples().all()
    late = sum(int(old) for state, _, old in rows if state is states.queued)
    trouble = (
        select(model.error)
        .where(states.column == states.queued, model.error != "", *theirs)
        .order_by(model.next_try_at.desc(), model.id)
        .limit(1)
    )
    said = session.scalar(trouble) if late else ""
    return Backlog({state: number for state, number, _ in rows}, late, said or "")
