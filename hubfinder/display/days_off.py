"""Days that are not as in other weeks, in words. The reason, as staff wrote it, is English and apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hubfinder.directory.closures import DayOff, is_undone, on_day
from hubfinder.display.formats import between, day_of_year, listed
from hubfinder.display.language import DEFAULT, locale
from hubfinder.display.timetables import Slot
from hubfinder.display.words import gettext

MOST_DAYS = 3
"""Days that are told one by one; of more the first and the last."""
LONGEST_CHANGE = 800
"""Days: nobody is told of what is longer; that is no exception any more."""


@dataclass(frozen=True, slots=True)
class Said:
    """One of them: ``Closed on 30 November`` and why, in the words of whoever said so."""

    words: str
    why: str


def said(off: DayOff) -> Said:
    """``Closed from 30 November to 2 December``; ``Open 10am to noon on 24 December``."""
    gaps = _gaps(off)
    match off.hours is None, off.is_single:
        case True, True:
            words = gettext("Closed on %(day)s", **gaps)
        case True, False:
            words = gettext("Closed from %(first)s to %(last)s", **gaps)
        case False, True:
            words = gettext("Open %(hours)s on %(day)s", **gaps)
        case _:
            words = gettext("Open %(hours)s from %(first)s to %(last)s", **gaps)
    return Said(words, off.why)


def said_of_place(off: DayOff, place: str) -> Said:
    """``Quayside Family Hub is closed on 30 November``."""
    gaps = {"place": place, **_gaps(off)}
    match off.hours is None, off.is_single:
        case True, True:
            words = gettext("%(place)s is closed on %(first)s", **gaps)
        case True, False:
            words = gettext("%(place)s is closed from %(first)s to %(last)s", **gaps)
        case False, True:
            words = gettext("%(place)s is open %(hours)s on %(first)s", **gaps)
        case _:
            words = gettext("%(place)s is open %(hours)s from %(first)s to %(last)s", **gaps)
    return Said(words, off.why)


def said_of_service(off: DayOff) -> Said:
    """``No sessions from 30 November to 2 December``; ``10am to noon on 24 December``."""
    gaps = _gaps(off)
    match off.hours is None, off.is_single:
        case True, True:
            words = gettext("No session on %(first)s", **gaps)
        case True, False:
            words = gettext("No sessions from %(first)s to %(last)s", **gaps)
        case False, True:
            words = gettext("%(hours)s on %(first)s", **gaps)
        case _:
            words = gettext("%(hours)s from %(first)s to %(last)s", **gaps)
    return Said(words, off.why)


def _gaps(off: DayOff) -> dict[str, str]:
    """What sentences about these days may name."""
    first = day_of_year(off.first_day)
    hours = between(*off.hours) if off.hours else ""
    return {"first": first, "day": first, "last": day_of_year(off.last_day), "hours": hours}


@dataclass(frozen=True, slots=True)
class Change:
    """What is not as usual, in one phrase, the same whenever it is said."""

    words: str
    """``Not on 2 December (the heating is being mended)``."""
    last_day: date


def changes_of(
    slots: Sequence[Slot], days_off: Iterable[DayOff], first: date, last: date
) -> tuple[Change, ...]:
    """What is not as usual of some sessions, for days off that meet the time between two days.

    Each tells all of its days, also those outside that time, so that its words do not change as time goes by.
    Reasons are told in English only.
    """
    known = list(days_off)
    told = (off for off in known if off.meets(first, last) and not is_undone(off, known))
    found = (_change(slots, off) for off in told if _length(off) <= LONGEST_CHANGE)
    return tuple(dict.fromkeys(change for change in found if change))


def _change(slots: Sequence[Slot], off: DayOff) -> Change | None:
    """None where no session is on those days anyway."""
    days = [off.first_day + timedelta(number) for number in range(_length(off))]
    if off.hours and not off.site:
        said = said_of_service(off)
        on = off.is_single or any(slot.day == day.weekday() for slot in slots for day in days)
        return Change(_with_why(said.words, off.why), off.last_day) if on else None
    missing = [day for day in days if not slots or any(_is_missing(slot, day, off) for slot in slots)]
    if not missing:
        return None
    if len(missing) <= MOST_DAYS:
        words = gettext("Not on %(days)s", days=listed(day_of_year(day) for day in missing))
    else:
        gaps = {"first": day_of_year(off.first_day), "last": day_of_year(off.last_day)}
        words = gettext("Not from %(first)s to %(last)s", **gaps)
    return Change(_with_why(words, off.why), off.last_day)


def _is_missing(slot: Slot, day: date, off: DayOff) -> bool:
    return slot.day == day.weekday() and on_day(day, (slot.opens, slot.closes), [off]).hours is None


def _length(off: DayOff) -> int:
    return (off.last_day - off.first_day).days + 1


def _with_why(words: str, why: str) -> str:
    return f"{words} ({why.rstrip('.')})" if why and locale() == DEFAULT else words
