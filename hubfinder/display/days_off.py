"""Days that are not as in other weeks, in words. The reason, as staff wrote it, is English and apart."""

from dataclasses import dataclass

from hubfinder.directory.closures import DayOff
from hubfinder.display.formats import between, day_of_year
from hubfinder.display.words import gettext


@dataclass(frozen=True, slots=True)
class Said:
    """One of them: ``Closed on 30 November`` and why, in the words of whoever said so."""

    words: str
    why: str


def said(off: DayOff) -> Said:
    """``Closed from 30 November to 2 December``; ``Open 10am to noon on 24 December``."""
    first, last = day_of_year(off.first_day), day_of_year(off.last_day)
    gaps = {"first": first, "last": last, "day": first}
    if off.hours is None:
        words = (
            gettext("Closed on %(day)s", **gaps)
            if off.is_single
            else gettext("Closed from %(first)s to %(last)s", **gaps)
        )
        return Said(words, off.why)
    hours = between(*off.hours)
    words = (
        gettext("Open %(hours)s on %(day)s", hours=hours, **gaps)
        if off.is_single
        else gettext("Open %(hours)s from %(first)s to %(last)s", hours=hours, **gaps)
    )
    return Said(words, off.why)


def said_of_place(off: DayOff, place: str) -> Said:
    """``Quayside Family Hub is closed on 30 November``."""
    gaps = {"place": place, "first": day_of_year(off.first_day), "last": day_of_year(off.last_day)}
    if off.hours is None:
        words = (
            gettext("%(place)s is closed on %(first)s", **gaps)
            if off.is_single
            else gettext("%(place)s is closed from %(first)s to %(last)s", **gaps)
        )
        return Said(words, off.why)
    gaps["hours"] = between(*off.hours)
    words = (
        gettext("%(place)s is open %(hours)s on %(first)s", **gaps)
        if off.is_single
        else gettext("%(place)s is open %(hours)s from %(first)s to %(last)s", **gaps)
    )
    return Said(words, off.why)


def said_of_service(off: DayOff) -> Said:
    """``No sessions from 30 November to 2 December``; ``10am to noon on 24 December``."""
    gaps = {"first": day_of_year(off.first_day), "last": day_of_year(off.last_day)}
    if off.hours is None:
        words = (
            gettext("No session on %(first)s", **gaps)
            if off.is_single
            else gettext("No sessions from %(first)s to %(last)s", **gaps)
        )
        return Said(words, off.why)
    gaps["hours"] = between(*off.hours)
    words = (
        gettext("%(hours)s on %(first)s", **gaps)
        if off.is_single
        else gettext("%(hours)s from %(first)s to %(last)s", **gaps)
    )
    return Said(words, off.why)
