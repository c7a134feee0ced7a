"""When a family hub is open in one week: by term or holidays where that is known, and on bank holidays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from babel.dates import get_day_names
from flask_babel import LazyString, lazy_gettext

from hubfinder.directory.closures import DayOff
from hubfinder.display import formats
from hubfinder.display.language import locale
from hubfinder.display.timetables import Slot, slots_on
from hubfinder.display.words import gettext
from hubfinder.search.school_year import SchoolYears
from hubfinder.sheets.values import OpenDay
from hubfinder.vocab import Season

HOLIDAYS: dict[str, LazyString] = {
    "New Year's Day": lazy_gettext("New Year's Day"),
    "Good Friday": lazy_gettext("Good Friday"),
    "Easter Monday": lazy_gettext("Easter Monday"),
    "Early May bank holiday": lazy_gettext("Early May bank holiday"),
    "Spring bank holiday": lazy_gettext("Spring bank holiday"),
    "Summer bank holiday": lazy_gettext("Summer bank holiday"),
    "Christmas Day": lazy_gettext("Christmas Day"),
    "Boxing Day": lazy_gettext("Boxing Day"),
}
"""The bank holidays of England, by how their names begin in the file of them."""
SUNDAY = 6
SHORTENING = frozenset({"en", "pl", "ro", "pt", "uk", "tr"})
"""Languages that shorten the days of the week."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A week at a hub, in words."""

    week: str = ""
    days: tuple[OpenDay, ...] = ()
    note: str = ""


def opening_in_week(
    slots: Sequence[Slot],
    day: date,
    years: SchoolYears,
    council: str = "",
    days_off: Sequence[DayOff] = (),
) -> Opening:
    """The week from Monday to Sunday that holds a day; of a Sunday the week that begins on the next day.

    ``council`` is the code of the hub's council, whose school holidays count; empty where it is not known.
    ``days_off`` are the hub's own.
    """
    if not slots:
        return Opening(note=gettext("Ring to ask when it is open."))
    shown = day + timedelta(days=day.weekday() // SUNDAY)
    monday = shown - timedelta(days=shown.weekday())
    week = [monday + timedelta(days=number) for number in range(7)]
    seasons = [years.season(one, council) for one in week]
    is_seasonal = any(slot.season is not Season.ALWAYS for slot in slots)
    hours = [
        _hours(slots, one, season, years.bank_holiday(one), days_off)
        for one, season in zip(week, seasons, strict=True)
    ]
    return Opening(
        week=_week_words(week[0], week[-1]),
        days=tuple(_joined(hours)),
        note=gettext("Opening times may be different in school holidays.")
        if is_seasonal and None in seasons
        else "",
    )


def _week_words(first: date, last: date) -> str:
    """``Open this week, 23 to 29 November``."""
    return gettext(
        "Open this week, %(first)s to %(last)s",
        first=first.day if first.month == last.month else formats.day_of_year(first),
        last=formats.day_of_year(last),
    )


def _hours(
    slots: Sequence[Slot], day: date, season: Season | None, holiday: str, days_off: Sequence[DayOff]
) -> str:
    """When it is open on one day; empty where it is closed."""
    here = [slot for slot in slots_on(day, slots, days_off) if _runs(slot, season)]
    if any(off.holds(day) for off in days_off):
        return formats.listed(dict.fromkeys(_said(slot, season) for slot in here))
    if here and holiday:
        return gettext("may be shut: %(holiday)s", holiday=_name(holiday))
    return formats.listed(dict.fromkeys(_said(slot, season) for slot in here))


def _runs(slot: Slot, season: Season | None) -> bool:
    """Whether it runs, or may run where nobody has said what season it is."""
    return season is None or slot.season in (Season.ALWAYS, season)


def _said(slot: Slot, season: Season | None) -> str:
    hours = formats.between(slot.opens, slot.closes)
    if season is not None or slot.season is Season.ALWAYS:
        return hours
    return gettext("%(times)s %(season)s", times=hours, season=slot.season.label)


def _name(holiday: str) -> str:
    return str(next((words for name, words in HOLIDAYS.items() if holiday.startswith(name)), holiday))


def _joined(hours: Iterable[str]) -> Iterable[OpenDay]:
    """Days that follow one another and have the same hours, as one."""
    for said, same in groupby(enumerate(hours), key=lambda one: one[1]):
        days = [number for number, _ in same]
        yield OpenDay(_days(days), said or gettext("closed"), is_closed=not said)


def _days(days: Sequence[int]) -> str:
    names = _day_names(locale())
    if len(days) == 7:
        return gettext("Every day")
    if len(days) > 2:
        return gettext("%(first)s to %(last)s", first=names[days[0]], last=names[days[-1]])
    return formats.listed(names[day] for day in days)


def _day_names(language: str) -> Sequence[str]:
    """Short names where the language has them, Monday first."""
    width = "abbreviated" if language in SHORTENING else "wide"
    # not "stand-alone": Babel resolves those of several languages once, in whichever is asked for first
    names = get_day_names(width, "format", language)  # type: ignore[arg-type]
    return [names[day][:1].upper() + names[day][1:].removesuffix(".") for day in range(7)]
