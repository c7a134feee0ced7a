"""What somebody of the team has to see to of a request, and by when: its points, and its clock.

Of what has ended only this is still to do. Nothing puts a clock off that somebody may be waiting for: another
reason to look makes it sooner, or leaves it as it is.
"""

from datetime import datetime

from hubfinder.clock import as_utc, utc_now
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.models import Referral
from hubfinder.referrals.states import ENDED, HEARD, OPEN
from hubfinder.referrals.vocab import Point, ReferralState, Urgency


def due_by(row: Referral, by: datetime) -> None:
    """Somebody looks at it by then, in UTC, or when it was due already if that is sooner."""
    if row.due_at is None or by < as_utc(row.due_at):
        row.due_at, row.chased = by, 0


def look_again(row: Referral, opening: Opening, point: Point, *, is_soon: bool = False) -> None:
    """Somebody of the team has to see to this, in the usual time, or within the hour of what is urgent. Of
    what has ended otherwise there is nothing to see to, but that services where nobody signs in know it.
    """
    if row.state not in HEARD and point is not Point.RING:
        return
    row.points = [*(one for one in row.points if one != point), point.value]
    moment = utc_now()
    due_by(row, opening.soon(moment) if is_soon else opening.look(moment, row.urgency))


def is_only_to_be_rung(row: Referral) -> bool:
    """Whether the clock is there for nothing but services that have to be rung: it ends once they know."""
    if row.points != [Point.RING] or row.state in OPEN - {ReferralState.PASSED_ON}:
        return False
    return row.state in ENDED or (row.urgency is not Urgency.DANGER and row.withdrawn_at is None)


def clock_after(row: Referral, by: datetime | None) -> None:
    """A new clock after something was done, or none. A service that has still to be rung is not put off."""
    if Point.RING in row.points and row.due_at is not None:
        due_by(row, by or as_utc(row.due_at))
    else:
        row.due_at, row.chased = by, 0


def seen_to(row: Referral, point: Point) -> None:
    """This is seen to; the clock stops with the last, but never where somebody may be in danger, or has taken
    back what stayed for somebody's safety: of that a person says what was done.
    """
    row.points = [one for one in row.points if one != point]
    if not row.points and row.urgency is not Urgency.DANGER and row.withdrawn_at is None:
        row.due_at, row.chased = None, 0
