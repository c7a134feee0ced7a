"""When help is open: sessions and opening hours as minutes of the week, and what families ask of them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from hubfinder.directory.models import Schedule
from hubfinder.vocab import Season, Weekday, When

MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY
EVENING = 17 * 60
ENOUGH = 30
"""Minutes of a session that must be in the evening, or before it, for it to count there."""
DAYS = tuple(Weekday)
SEASONS = tuple(Season)
YEAR_ROUND, IN_TERM, IN_HOLIDAYS = range(3)
"""Numbers of ``SEASONS``."""
Span = tuple[int, int, int]
"""First minute of the week (Monday 0:00 is 0), the first one after it, and the number of the season."""

_TIME = r"(?:(?:0?[1-9]|1[0-2])(?:[.:]\d{2})?\s*(?:am|pm)|noon|midday|midnight)"
_CLOCK = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?\s*(am|pm)")
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_TO = r"\s*(?:-|–|to|until)\s*"
_HOURS = re.compile(rf"({_TIME}){_TO}({_TIME})")
_DAYS = re.compile(rf"({_DAY})(?:{_TO}({_DAY}))?")
_AND = r"\s*(?:,|and|&)\s*"
_ONE = rf"{_DAY}(?:{_TO}{_DAY})?"
_PART = re.compile(
    rf"(?P<days>every day|daily|weekdays|weekends|{_ONE}(?:{_AND}{_ONE})*)"
    rf",?\s+(?:from\s+)?(?P<hours>{_TIME}{_TO}{_TIME}(?:{_AND}{_TIME}{_TO}{_TIME})*)"
)
_ALWAYS = re.compile(r"24 hours(?: a day)?(?:,? (?:every day|7 days(?: a week)?))?|24/7")
_RANGES = {"every day": range(7), "daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}
_IN_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def spans_of(schedules: Iterable[Schedule], hours: str = "") -> list[Span]:
    """When something is open; from its hours in words where it has no sessions."""
    found = [_span(schedule) for schedule in schedules]
    return sorted(found) if found else list(read_hours(hours))


def _span(schedule: Schedule) -> Span:
    start = DAYS.index(schedule.weekday) * MINUTES_A_DAY
    opens, closes = schedule.opens_at, schedule.closes_at
    return (
        start + opens.hour * 60 + opens.minute,
        start + closes.hour * 60 + closes.minute,
        SEASONS.index(schedule.season),
    )


def read_hours(text: str) -> tuple[Span, ...]:
    """Opening hours in words, such as ``Mon-Fri 9am-5pm; Sat 10am-noon``.

    Empty unless every word of them is understood: half of the truth would send somebody to a shut door.
    """
    plain = " ".join(text.lower().split()).rstrip(".")
    if _ALWAYS.fullmatch(plain):
        return ((0, MINUTES_A_WEEK, YEAR_ROUND),)
    spans: list[Span] = []
    for part in filter(None, re.split(r"\s*;\s*", plain)):
        match = _PART.fullmatch(part)
        read = list(_read_part(match["days"], match["hours"])) if match else []
        if not read or any(closes <= opens for opens, closes, _ in read):
            return ()
        spans += read
    return tuple(sorted(spans))


def _read_part(days: str, hours: str) -> Iterator[Span]:
    for day in _days(days):
        for opens, closes in _HOURS.findall(hours):
            start = day * MINUTES_A_DAY
            yield start + _minute(opens), start + (_minute(closes) or MINUTES_A_DAY), YEAR_ROUND


def _days(words: str) -> Sequence[int]:
    if words in _RANGES:
        return _RANGES[words]
    found: set[int] = set()
    for first, last in _DAYS.findall(words):
        begin, end = _day(first), _day(last or first)
        if begin < 0 or end < begin:
            return ()
        found.update(range(begin, end + 1))
    return sorted(found)


def _day(word: str) -> int:
    """The number of a day written in full or by at least three letters; -1 where it is none."""
    singular = word.removesuffix("s") if word not in _IN_FULL else word
    return next((number for number, day in enumerate(_IN_FULL) if day.startswith(singular)), -1)


def _minute(words: str) -> int:
    """The minute of the day; midnight is 0."""
    if words in ("noon", "midday"):
        return 12 * 60
    clock = _CLOCK.fullmatch(words)
    if clock is None:
        return 0
    hour, minute, half = clock.groups()
    return (int(hour) % 12 + (12 if half == "pm" else 0)) * 60 + int(minute or 0)


def slot(day: int, *, evening: bool, holidays: bool) -> str:
    """The name of a part of the week, such as ``Mon evening term``: seven days, two halves, two seasons."""
    return f"{DAYS[day]} {'evening' if evening else 'day'} {'holidays' if holidays else 'term'}"


def slots_of(spans: Iterable[Span]) -> list[str]:
    """The parts of the week in which something is open."""
    found: set[str] = set()
    for opens, closes, season in spans:
        for day in range(opens // MINUTES_A_DAY, -(-closes // MINUTES_A_DAY)):
            start = day * MINUTES_A_DAY
            first, end = max(opens - start, 0), min(closes - start, MINUTES_A_DAY)
            for evening, minutes in ((False, min(end, EVENING) - first), (True, end - max(first, EVENING))):
                if minutes >= min(ENOUGH, end - first):
                    found.update(slot(day, evening=evening, holidays=one) for one in _HOLIDAYS[season])
    return sorted(found)


_HOLIDAYS = {YEAR_ROUND: (False, True), IN_TERM: (False,), IN_HOLIDAYS: (True,)}


def asked_slots(
    whens: Iterable[When] = (), days: Iterable[Weekday] = (), seasons: Iterable[Season] = ()
) -> frozenset[str]:
    """The parts of the week that are asked for: any of each kind, all kinds together; all if nothing is."""
    found = EVERY_SLOT
    chosen: tuple[tuple[Mapping[str, frozenset[str]], list[str]], ...] = (
        (_WHEN, list(whens)),
        (_ON, list(days)),
        (_SEASON, list(seasons)),
    )
    for names, values in chosen:
        if values:
            found &= frozenset().union(*(names[value] for value in values))
    return found


def _slots(
    days: Iterable[int], evenings: Iterable[bool] = (False, True), holidays: Iterable[bool] = (False, True)
) -> frozenset[str]:
    return frozenset(
        slot(day, evening=evening, holidays=one) for day, evening, one in product(days, evenings, holidays)
    )


EVERY_SLOT = _slots(range(7))
_WHEN: dict[str, frozenset[str]] = {
    When.DAYTIME: _slots(range(5), evenings=(False,)),
    When.EVENING: _slots(range(7), evenings=(True,)),
    When.WEEKEND: _slots((5, 6)),
}
_ON: dict[str, frozenset[str]] = {day: _slots((number,)) for number, day in enumerate(DAYS)}
_SEASON: dict[str, frozenset[str]] = {
    Season.ALWAYS: EVERY_SLOT,
    Season.TERM: _slots(range(7), holidays=(False,)),
    Season.HOLIDAYS: _slots(range(7), holidays=(True,)),
}
