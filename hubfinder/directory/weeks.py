"""What happens at one place, day by day: in any week, and in a certain one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from hubfinder.directory.closures import (
    DayOff,
    Hours,
    at_site,
    days_off_at,
    days_off_of,
    extra_on,
    on_day,
)
from hubfinder.directory.confidential import public_sites
from hubfinder.directory.models import Location, Schedule, Service
from hubfinder.vocab import Season, Weekday

_WORD = re.compile(r"\w+(?:['’]\w+)*")
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Happening:
    """One session of a service at a place."""

    service: Service
    session: Schedule


@dataclass(frozen=True, slots=True)
class Week:
    """The sessions of a place from Monday to Sunday (every day is there, some are empty), earliest first."""

    days: dict[Weekday, tuple[Happening, ...]]
    other: tuple[Service, ...]
    """Services that happen here at no set time."""


@dataclass(frozen=True, slots=True)
class OnDate:
    """One session on one date."""

    service: Service
    usual: Hours
    hours: Hours | None
    """Of that date; none where it is not on."""
    why: str = ""
    """Why it is another time, or not on."""
    season: Season = Season.ALWAYS
    note: str = ""


@dataclass(frozen=True, slots=True)
class Date:
    """One date at a place."""

    day: date
    sessions: tuple[OnDate, ...]
    shut: DayOff | None = None
    """Set where the whole place is shut: then none of the sessions is on."""


def week_at(location: Location, services: Sequence[Service]) -> Week:
    """The week of a place, out of the services that happen there."""
    happenings = [
        Happening(service, session)
        for service in services
        for session in service.schedules
        if happens_at(session, location, public_sites(service))
    ]
    happenings.sort(key=lambda one: (one.session.opens_at, one.session.closes_at, one.service.name))
    timed = {one.service.id for one in happenings}
    return Week(
        days={day: tuple(one for one in happenings if one.session.weekday is day) for day in Weekday},
        other=tuple(service for service in services if service.id not in timed),
    )


def dates_at(location: Location, services: Sequence[Service], first: date, last: date) -> list[Date]:
    """Every date between two, both included, with what is on and what is not, and why.

    Closures and exceptions of the place and exceptions of the services must be loaded.
    """
    week = week_at(location, services)
    of_place = days_off_at(location, first)
    off = {service.id: at_site(days_off_of(service, [location], first), location.key) for service in services}
    extras = [service for service in services if len(public_sites(service)) == 1]
    return [
        _date(first + timedelta(number), week, of_place, off, extras)
        for number in range((last - first).days + 1)
    ]


def _date(
    day: date,
    week: Week,
    of_place: Sequence[DayOff],
    off: dict[int, list[DayOff]],
    extras: Sequence[Service],
) -> Date:
    usual = week.days[tuple(Weekday)[day.weekday()]]
    sessions = [_on_date(one, day, off[one.service.id]) for one in usual]
    known = {one.service.id for one in usual}
    more = chain.from_iterable(
        _extra(service, day, off[service.id]) for service in extras if service.id not in known
    )
    found = dict.fromkeys((*sessions, *more))  # two sessions of a day may both get the same other hours
    ordered = sorted(found, key=lambda one: (one.hours or one.usual, one.service.name))
    shut = next((one for one in of_place if one.holds(day) and one.hours is None), None)
    return Date(day, tuple(ordered), shut)


def _on_date(one: Happening, day: date, days_off: Iterable[DayOff]) -> OnDate:
    usual = one.session.opens_at, one.session.closes_at
    found = on_day(day, usual, days_off)
    if found.is_changed and found.hours:
        return OnDate(one.service, found.hours, found.hours, found.why)
    return OnDate(one.service, usual, found.hours, found.why, one.session.season, one.session.note)


def _extra(service: Service, day: date, days_off: Iterable[DayOff]) -> Iterable[OnDate]:
    for off in extra_on(day, days_off):
        if off.hours:
            yield OnDate(service, off.hours, off.hours, off.why)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def happens_at(session: Schedule, location: Location, sites: Iterable[Location]) -> bool:
    """Whether a session is at a place, or may be: by the site it names, else by its note.

    Where nobody has said the site, a service at several places may say which in the note:
    ``Tue 09:30-11:30 (Saltings)``. A session whose note names none of them may be at each.
    """
    if session.site_id is not None:
        return session.site_id == location.id
    others = [site for site in sites if site.id != location.id]
    return _names(session.note, location) or not any(_names(session.note, site) for site in others)


def _names(note: str, location: Location) -> bool:
    """True when a note says the first word of a place's name, or a part of it is in the name."""
    words = [word for word in _WORD.findall(location.name) if word.casefold() != "the"]
    if words and words[0].casefold() in (word.casefold() for word in _WORD.findall(note)):
        return True
    parts = (part.strip() for part in note.casefold().split(","))
    return any(len(part) > 3 and part in location.name.casefold() for part in parts)
