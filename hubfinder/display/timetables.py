"""When something happens, in words: the sessions of a card, and whether a place is open now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from flask_babel import lazy_gettext

from hubfinder.directory.closures import DayOff
from hubfinder.directory.models import Schedule
from hubfinder.display.formats import between, clock, day_of_year, listed
from hubfinder.display.words import gettext, ngettext
from hubfinder.search.values import Session
from hubfinder.vocab import Season, Weekday

WEEK = tuple(Weekday)
AROUND = (time(23, 59), time(0))
"""When something closes that never does."""
SHOWN = 2
"""Sessions a card has room for."""
LOOKED_AHEAD = 60
"""Days within which a place that is shut for long must open again for that to be said."""

EVERY = {
    Weekday.MON: lazy_gettext("Mondays"),
    Weekday.TUE: lazy_gettext("Tuesdays"),
    Weekday.WED: lazy_gettext("Wednesdays"),
    Weekday.THU: lazy_gettext("Thursdays"),
    Weekday.FRI: lazy_gettext("Fridays"),
    Weekday.SAT: lazy_gettext("Saturdays"),
    Weekday.SUN: lazy_gettext("Sundays"),
}


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One weekly session. ``day`` counts from Monday, 0."""

    day: int
    opens: time
    closes: time
    season: Season = Season.ALWAYS
    note: str = ""


def slots_of_card(sessions: Iterable[Session]) -> list[Slot]:
    """The sessions of a card, in the order of the week."""
    return sorted(
        _slot(one["day"], one["opens"], one["closes"], one["season"], one["note"]) for one in sessions
    )


@lru_cache(maxsize=4096)
def _slot(day: str, opens: str, closes: str, season: str, note: str) -> Slot:
    """The same few hundred stand on thousands of cards."""
    return Slot(
        WEEK.index(Weekday(day)), time.fromisoformat(opens), time.fromisoformat(closes), Season(season), note
    )


def slots_of(schedules: Iterable[Schedule]) -> list[Slot]:
    """The sessions of a service or place, in the order of the week."""
    return sorted(
        Slot(WEEK.index(row.weekday), row.opens_at, row.closes_at, row.season, row.note) for row in schedules
    )


def brief(slots: Sequence[Slot]) -> str:
    """What a card says: ``Wednesdays 10am to noon``, ``Monday to Friday 9am to 5pm, and 2 more times``."""
    phrases = in_words(slots)
    words = listed(phrases[:SHOWN])
    more = len(phrases) - SHOWN
    if more <= 0:
        return words
    return ngettext(
        "%(times)s, and %(num)d more time", "%(times)s, and %(num)d more times", more, times=words
    )


def in_words(slots: Sequence[Slot]) -> list[str]:
    """One phrase for each time of day and season, days that follow one another taken together."""

    def hours(slot: Slot) -> tuple[time, time, Season]:
        return slot.opens, slot.closes, slot.season

    phrases: list[tuple[int, str]] = []
    for (opens, closes, season), same in groupby(sorted(slots, key=hours), key=hours):
        days = sorted({slot.day for slot in same})
        phrases.append((days[0], _phrase(days, opens, closes, season)))
    return [phrase for _, phrase in sorted(phrases, key=lambda one: one[0])]


def _phrase(days: list[int], opens: time, closes: time, season: Season) -> str:
    words = gettext("%(days)s %(hours)s", days=_days(days), hours=between(opens, closes))
    if len(days) == len(WEEK) and opens == time(0) and closes in AROUND:
        words = gettext("Day and night")
    if season is Season.ALWAYS:
        return words
    return gettext("%(times)s %(season)s", times=words, season=season.label)


def _days(days: list[int]) -> str:
    if len(days) == len(WEEK):
        return gettext("Every day")
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return gettext("%(first)s to %(last)s", first=WEEK[days[0]].label, last=WEEK[days[-1]].label)
    return listed(str(EVERY[WEEK[day]]) for day in days)


def opening_now(slots: Sequence[Slot], now: datetime, days_off: Sequence[DayOff] = ()) -> str:
    """Whether a place is open: ``Open today until 5pm``. Empty where nobody has said when it opens.

    ``days_off`` are its own. Times that hold only in term time or in holidays are said with that: hubfinder
    does not know the council's term dates.
    """
    today = slots_on(now.date(), slots, days_off)
    for slot in today:
        if slot.opens <= now.time() < slot.closes:
            return _with_season(gettext("Open today until %(time)s", time=clock(slot.closes)), slot)
    later = [slot for slot in today if slot.opens > now.time()]
    if later:
        return _with_season(gettext("Opens today at %(time)s", time=clock(later[0].opens)), later[0])
    for ahead in range(1, LOOKED_AHEAD):
        following = slots_on(now.date() + timedelta(ahead), slots, days_off)
        if following:
            return _opens_again(following[0], now.date(), ahead)
    return gettext("Closed now") if slots else ""


def slots_on(day: date, slots: Sequence[Slot], days_off: Sequence[DayOff] = ()) -> list[Slot]:
    """When a place is open on a day, the earliest first."""
    there = [off for off in days_off if off.holds(day)]
    usual = [slot for slot in slots if slot.day == day.weekday()]
    if not there:
        return usual
    if any(off.hours is None for off in there) or not (usual or there[0].is_single):
        return []
    return [Slot(day.weekday(), *off.hours) for off in there[:1] if off.hours]


def _opens_again(slot: Slot, today: date, ahead: int) -> str:
    if ahead == 1:
        return _with_season(gettext("Closed now. Opens tomorrow at %(time)s", time=clock(slot.opens)), slot)
    day = WEEK[slot.day].label if ahead <= len(WEEK) else day_of_year(today + timedelta(ahead))
    return _with_season(
        gettext("Closed now. Opens on %(day)s at %(time)s", day=day, time=clock(slot.opens)), slot
    )


def _with_season(words: str, slot: Slot) -> str:
    if slot.season is Season.ALWAYS:
        return words
    return gettext("%(times)s %(season)s", times=words, season=slot.season.label)
