"""What happens at one place, day by day."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hubfinder.directory.confidential import public_sites
from hubfinder.directory.models import Location, Schedule, Service
from hubfinder.vocab import Weekday

_WORD = re.compile(r"\w+(?:['’]\w+)*")


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


def week_at(location: Location, services: Sequence[Service]) -> Week:
    """The week of a place, out of the services that happen there."""
    happenings = [
        Happening(service, session)
        for service in services
        for session in service.schedules
        if _happens_at(session, location, public_sites(service))
    ]
    happenings.sort(key=lambda one: (one.session.opens_at, one.session.closes_at, one.service.name))
    timed = {one.service.id for one in happenings}
    return Week(
        days={day: tuple(one for one in happenings if one.session.weekday is day) for day in Weekday},
        other=tuple(service for service in services if service.id not in timed),
    )


def _happens_at(session: Schedule, location: Location, sites: Iterable[Location]) -> bool:
    """False when the note of a session names another place of the service, and not this one.

    A service at several places says which in the note: ``Tue 09:30-11:30 (Saltings)``. A session whose
    note names none of them may be at each.
    """
    others = [site for site in sites if site.id != location.id]
    return _names(session.note, location) or not any(_names(session.note, site) for site in others)


def _names(note: str, location: Location) -> bool:
    """True when a note says the first word of a place's name, or a part of it is in the name."""
    words = [word for word in _WORD.findall(location.name) if word.casefold() != "the"]
    if words and words[0].casefold() in (word.casefold() for word in _WORD.findall(note)):
        return True
    parts = (part.strip().casefold() for part in note.split(","))
    return any(len(part) > 3 and part in location.name.casefold() for part in parts)
