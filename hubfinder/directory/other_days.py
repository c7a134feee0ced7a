"""Reading days that are not as in other weeks: ``2026-12-22..2027-01-02 closed (Christmas)``."""

import re
from datetime import date, time, timedelta
from itertools import pairwise

from hubfinder.directory.schedules import read_time
from hubfinder.directory.values import Malformed, OtherDays

_DAY = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{1,2}[:.]\d{2}"
_PART = re.compile(
    rf"(?P<first>{_DAY})(?:\s*\.\.\s*(?P<last>{_DAY}))?\s+"
    rf"(?:closed|(?P<opens>{_TIME})\s*[-–]\s*(?P<closes>{_TIME}))(?:\s*\((?P<note>[^()]*)\))?",
    re.IGNORECASE,
)
_APART = re.compile(r";(?![^()]*\))")
LONGEST = timedelta(days=366)
MOST = 100
HOW = "a part looks like “2026-12-22..2027-01-02 closed (Christmas)” or “2027-02-15 10:00-12:00”"


def read_other_days(text: str) -> tuple[OtherDays, ...]:
    """The days of a cell, in the order of the calendar. The last day of a stretch counts.

    Raises:
        Malformed: a part is something else, runs backwards or over more than a year, or two overlap.
    """
    found = [_days(part.strip()) for part in _APART.split(text) if part.strip()]
    return in_order(found)


def in_order(days: list[OtherDays]) -> tuple[OtherDays, ...]:
    """The same in the order of the calendar.

    Raises:
        Malformed: there are too many, or two of them say something about the same day.
    """
    if len(days) > MOST:
        raise Malformed(f"there are {len(days)} stretches of other days; at most {MOST} fit")
    ordered = sorted(days, key=lambda one: (one.first_day, one.opens_at or time(0)))
    for one, following in pairwise(ordered):
        if following.first_day <= one.last_day and not _beside(one, following):
            raise Malformed(
                f"two stretches of other days say something about {following.first_day.isoformat()}"
            )
    return tuple(ordered)


def _beside(one: OtherDays, other: OtherDays) -> bool:
    """Whether they are two sessions of the same days."""
    if (one.first_day, one.last_day) != (other.first_day, other.last_day):
        return False
    return None not in (one.closes_at, other.opens_at) and (one.closes_at or time(0)) <= (
        other.opens_at or time(0)
    )


def _days(part: str) -> OtherDays:
    match = _PART.fullmatch(part)
    if not match:
        raise Malformed(f"“{part}” is not a stretch of other days: {HOW}")
    first = _day(match["first"])
    last = _day(match["last"]) if match["last"] else first
    opens, closes = (read_time(match[end]) if match[end] else None for end in ("opens", "closes"))
    return checked(OtherDays(first, last, opens, closes, (match["note"] or "").strip()))


def checked(days: OtherDays) -> OtherDays:
    """The same, if it makes sense.

    Raises:
        Malformed: it runs backwards, or over more than a year, or has one time only.
    """
    if days.last_day < days.first_day:
        raise Malformed(f"{days.last_day.isoformat()} is before {days.first_day.isoformat()}")
    if days.last_day - days.first_day > LONGEST:
        raise Malformed("other days run over more than a year: that is a new timetable")
    if (days.opens_at is None) != (days.closes_at is None):
        raise Malformed("other hours need a beginning and an end")
    if days.opens_at and days.closes_at and days.closes_at <= days.opens_at:
        raise Malformed(f"{days.first_day.isoformat()} ends before it begins")
    return days


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Malformed(f"“{text}” is not a day such as 2026-12-22") from None
