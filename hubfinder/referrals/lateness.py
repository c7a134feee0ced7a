"""How late a request is, or a service with its answer: reckoned anew from the clock each time it is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from hubfinder.clock import as_utc
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.vocab import Urgency

SLACK = timedelta(hours=2)
"""So far a clock may go back without anything being taken back."""


class Stage(IntEnum):
    """How far something was chased, as ``chased`` holds it."""

    IN_TIME = 0
    HALF_TIME = 1
    DUE = 2
    ESCALATED = 3
    """As long again after it was due: a working day, or an hour of what is urgent."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When each stage of one thing comes; all UTC."""

    half_time: datetime
    due: datetime
    escalation: datetime

    def stage(self, moment: datetime) -> Stage:
        """How late it is at a moment."""
        passed = (moment >= one for one in (self.half_time, self.due, self.escalation))
        return Stage(sum(passed))


def clock_of(row: Referral | Passing, opening: Opening) -> Clock | None:
    """The clock of a request or a passing; none where nobody has anything to do.

    A request is looked at within a working day, and half-time is half of the last one before it is due, or
    of an urgent one of the time since it came; a service has some days, and is reminded in the middle of
    them. Of what is urgent those who run the council hear an hour after it was due.
    """
    if row.due_at is None:
        return None
    due = as_utc(row.due_at)
    if isinstance(row, Passing):
        begun, escalation = as_utc(row.changed_at), opening.due(due)
    else:
        begun, escalation = _begun(row, due, opening), opening.look(due, row.urgency)
    half_time = min(opening.half_time(begun, due), due)
    return Clock(half_time, due, max(escalation, due))


def _begun(row: Referral, due: datetime, opening: Opening) -> datetime:
    """When the clock of a request began: of an urgent one not before it came."""
    begun, came = opening.begun(due), as_utc(row.received_at)
    return max(begun, came) if row.urgency is not Urgency.USUAL and came < due else begun


def is_ahead(chased: int, clock: Clock | None, moment: datetime) -> bool:
    """Whether it was chased for what is still to come: by a clock that was wrong, or before a new day."""
    return clock is not None and chased > clock.stage(moment + SLACK)
