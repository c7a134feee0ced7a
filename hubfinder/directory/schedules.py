"""Reading when something happens: ``Mon 10:00-12:00; Wed 13:00-15:00 term @mill-lane (crafts)``."""

import re
from collections.abc import Iterator
from datetime import time

from hubfinder.directory.values import Malformed, WeeklySession
from hubfinder.vocab import Season, Weekday

WEEK = tuple(Weekday)
IN_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = r"[A-Za-z]+(?:\s*[-,]\s*[A-Za-z]+)*"
_TIME = r"\d{1,2}[:.]\d{2}"
_SESSION = re.compile(
    rf"(?P<days>{_DAYS})\s+(?P<opens>{_TIME})\s*[-–]\s*(?P<closes>{_TIME})"
    r"(?:\s+(?P<season>term|holidays))?(?:\s*@(?P<site>[a-z0-9]+(?:-[a-z0-9]+)*))?(?:\s*\((?P<note>[^()]*)\))?",
    re.IGNORECASE,
)
_APART = re.compile(r";(?![^()]*\))")
HOW = (
    "a session looks like “Mon 10:00-12:00”, then “term” or “holidays”, “@” and the key of its place, "
    "and a “(note)” if it needs one"
)


def read_schedule(text: str) -> tuple[WeeklySession, ...]:
    """The sessions of a cell, in the order written; ``Mon-Fri`` and ``Mon, Wed`` make one for each day.

    Raises:
        Malformed: a part is not a session, a day is unknown, or it ends before it begins.
    """
    parts = (part.strip() for part in _APART.split(text))
    return tuple(session for part in parts if part for session in _sessions(part))


def _sessions(part: str) -> Iterator[WeeklySession]:
    match = _SESSION.fullmatch(part)
    if not match:
        raise Malformed(f"“{part}” is not a session: {HOW}")
    opens_at, closes_at = read_time(match["opens"]), read_time(match["closes"])
    if closes_at <= opens_at:
        raise Malformed(f"“{part}” ends before it begins")
    season = Season(match["season"].lower()) if match["season"] else Season.ALWAYS
    for weekday in _weekdays(match["days"]):
        note, site = (match["note"] or "").strip(), (match["site"] or "").lower()
        yield WeeklySession(weekday, opens_at, closes_at, season, note, site)


def read_time(text: str) -> time:
    """A time of day as ``9:30`` or ``09.30``.

    Raises:
        Malformed: there is no such time.
    """
    hour, minute = re.split(r"[:.]", text)
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise Malformed(f"“{text}” is not a time of day, such as 09:30") from None


def _weekdays(text: str) -> Iterator[Weekday]:
    for part in text.split(","):
        first, _, last = (end.strip() for end in part.partition("-"))
        begin, end = WEEK.index(_weekday(first)), WEEK.index(_weekday(last or first))
        if end < begin:
            raise Malformed(f"“{part.strip()}” runs backwards: weeks begin on Monday")
        yield from WEEK[begin : end + 1]


def _weekday(text: str) -> Weekday:
    """A day by its first three letters, or written out in full."""
    for weekday, in_full in zip(WEEK, IN_FULL, strict=True):
        if text.lower() in {in_full[:3], in_full}:
            return weekday
    raise Malformed(f"“{text}” is not a day: {', '.join(WEEK)}")
