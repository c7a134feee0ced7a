"""By when somebody has to act: one working day, counted in days on which the front door is open.

What may be about somebody's safety does not wait for so long: an hour in which the front door is open. What
comes in the night or over a weekend is the first thing of the next morning.

All times here are in England's own; what is stored is UTC. A working day has 24 hours of the clock: what
comes on Tuesday at three is due on Wednesday at three, also when the clocks change between.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hubfinder.clock import LONDON
from hubfinder.referrals.vocab import Urgency

URGENT = timedelta(hours=1)
"""Of the time in which it is open: within that somebody looks at what is urgent."""
HALF = 0.5
"""Of the time that is left, gone: whoever has it is warned."""


@dataclass(frozen=True, slots=True)
class Opening:
    """When a front door is open: the same hours on every working day."""

    opens: time = time(9)
    closes: time = time(17)
    days: frozenset[int] = frozenset(range(5))
    """0 is Monday."""
    is_holiday: Callable[[date], bool] = lambda _day: False

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.days and not self.is_holiday(day)

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody answers at this moment."""
        here = moment.astimezone(LONDON)
        return self.is_working_day(here.date()) and self.opens <= here.time() < self.closes

    def next_open(self, moment: datetime) -> datetime:
        """This moment where it is open, else when it opens next."""
        here = moment.astimezone(LONDON)
        if self.is_open(here):
            return here
        day = here.date()
        if not self.is_working_day(day) or here.time() >= self.closes:
            day = self._working_day_after(day)
        return datetime.combine(day, self.opens, LONDON)

    def due(self, moment: datetime, working_days: int = 1) -> datetime:
        """So many working days later, in UTC; of what comes out of hours, from when it opens."""
        begins = self.next_open(moment)
        day = begins.date()
        for _ in range(working_days):
            day = self._working_day_after(day)
        return datetime.combine(day, begins.time(), LONDON).astimezone(UTC)

    def soon(self, moment: datetime) -> datetime:
        """An hour in which it is open later, in UTC; of what comes out of hours, from when it opens."""
        return self._later(self.next_open(moment), URGENT.total_seconds())

    def look(self, moment: datetime, urgency: Urgency) -> datetime:
        """By when somebody looks at a request, in UTC: what is urgent is not left for a working day."""
        return self.due(moment) if urgency is Urgency.USUAL else self.soon(moment)

    def begun(self, due: datetime, working_days: int = 1) -> datetime:
        """When a clock of so many working days began that ends at ``due``, in UTC."""
        here = due.astimezone(LONDON)
        day = here.date()
        for _ in range(working_days):
            day = self._working_day_after(day, -1)
        return datetime.combine(day, here.time(), LONDON).astimezone(UTC)

    def half_time(self, received: datetime, due: datetime) -> datetime:
        """When half of the time in which it is open has gone, in UTC."""
        begins = self.next_open(received)
        return self._later(begins, self._open_seconds(begins, due) * HALF)

    def _later(self, begins: datetime, left: float) -> datetime:
        """So many seconds in which it is open after a moment at which it is, in UTC."""
        day, at = begins.date(), begins
        while True:
            closes = datetime.combine(day, self.closes, LONDON)
            here = (closes - at).total_seconds()
            if here >= left:
                return (at.astimezone(UTC) + timedelta(seconds=left)).astimezone(UTC)
            left -= here
            day = self._working_day_after(day)
            at = datetime.combine(day, self.opens, LONDON)

    def _open_seconds(self, begins: datetime, ends: datetime) -> float:
        total, day, at = 0.0, begins.date(), begins
        while at < ends:
            closes = datetime.combine(day, self.closes, LONDON)
            total += max((min(closes, ends) - at).total_seconds(), 0.0)
            day = self._working_day_after(day)
            at = datetime.combine(day, self.opens, LONDON)
        return total

    def _working_day_after(self, day: date, step: int = 1) -> date:
        """The next working day; with a ``step`` of -1 the one before."""
        for ahead in range(1, 60):
            if self.is_working_day(day + timedelta(ahead * step)):
                return day + timedelta(ahead * step)
        raise ValueError("this front door is open on no day of two months")
