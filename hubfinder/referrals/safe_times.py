"""When a telephone may ring or show a text message: the times that a family ticked, as hours of the clock.

Where nothing was ticked nobody has said that evenings and nights are safe, so it is by day alone. All times
are England's own. Hours that only may be meant are left out, and of a day of which nobody has said whether
the schools are open, while the children are at school is never.
"""

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta

from hubfinder.clock import LONDON

HOURS: dict[str, tuple[time, time]] = {
    "morning": (time(9), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(20)),
    "school": (time(9, 30), time(14, 30)),
}
"""By the codes of ``form.words.TIMES``: from and until."""
ANY = "any"
"""The code of every time, by day and by night."""
BY_DAY = ("morning", "afternoon")
"""What is meant where nothing was ticked."""
DAYS = 70
"""So far ahead is looked: further than the longest school holidays."""


def next_safe(
    when: Collection[str], moment: datetime, is_school_day: Callable[[date], bool]
) -> datetime | None:
    """This moment where it is safe, else when it is next, in UTC; none where there is no such time."""
    if ANY in when:
        return moment
    here = moment.astimezone(LONDON)
    for ahead in range(DAYS):
        day = here.date() + timedelta(ahead)
        for begins, ends in sorted(
            HOURS[code] for code in when or BY_DAY if _is_on(code, day, is_school_day)
        ):
            opens, closes = (datetime.combine(day, at, LONDON) for at in (begins, ends))
            if here < closes:
                return max(here, opens).astimezone(UTC)
    return None


def _is_on(code: str, day: date, is_school_day: Callable[[date], bool]) -> bool:
    return code in HOURS and (code != "school" or is_school_day(day))
