"""A request against its clock, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hubfinder.clock import as_utc, utc_now
from hubfinder.display import formats
from hubfinder.display.words import gettext, ngettext
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.models import Referral
from hubfinder.referrals.states import is_to_do
from hubfinder.referrals.vocab import Point

LATE, SOON, FINE, NONE = "late", "soon", "fine", "none"


@dataclass(frozen=True, slots=True)
class Clock:
    """How a request stands against its clock."""

    is_: str
    """``late``, ``soon`` (half of the time has gone), ``fine``, ``none``."""
    words: str
    waited: str
    """How long ago it arrived."""


def clock_of(
    row: Referral, opening: Opening, moment: datetime | None = None, ring_by: datetime | None = None
) -> Clock:
    """The clock of a request; one that has ended has none, unless something of it is to be seen to.
    ``ring_by`` is when a service has to be rung that has it where nobody signs in: the team does that.
    """
    now = moment or utc_now()
    waited = waited_words(now - as_utc(row.received_at))
    clocks = [as_utc(one) for one in (row.due_at, ring_by) if one is not None]
    if not clocks or not is_to_do(row):
        return Clock(NONE, gettext("Nothing has to be done"), waited)
    due = min(clocks)
    if due < now:
        return Clock(LATE, gettext("Late since %(moment)s", moment=formats.moment(due)), waited)
    is_soon = now >= opening.half_time(as_utc(row.received_at), due)
    words = gettext("To do by %(moment)s", moment=formats.moment(due))
    return Clock(SOON if is_soon else FINE, words, waited)


def points_of(row: Referral) -> tuple[Point, ...]:
    """What somebody has to see to of a request, also of one that others have."""
    return tuple(point for point in Point if point in row.points) if is_to_do(row) else ()


def waited_words(ago: timedelta) -> str:
    """``12 minutes ago``, ``5 hours ago``, ``3 days ago``; whatever a wrong clock says is ``just now``."""
    minutes = int(ago.total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(num)d minute ago", "%(num)d minutes ago", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)d hour ago", "%(num)d hours ago", minutes // 60)
    return ngettext("%(num)d day ago", "%(num)d days ago", minutes // (24 * 60))
