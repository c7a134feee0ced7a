"""One family hub: open or not, who is there, and what is on this week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template

from hubfinder.directory.closures import DayOff, days_off_at, is_undone
from hubfinder.directory.freshness import is_stale
from hubfinder.directory.models import Location, Service
from hubfinder.directory.offers import offer_of_hub
from hubfinder.directory.queries import hub_by_key, services_at
from hubfinder.directory.weeks import Date, OnDate, dates_at, monday_of, week_at
from hubfinder.display import formats
from hubfinder.display.addresses import address_line
from hubfinder.display.days_off import Said, said
from hubfinder.display.language import language_name, locale
from hubfinder.display.timetables import WEEK, in_words, opening_now, slots_of
from hubfinder.extensions import db
from hubfinder.vocab import Season
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.family import council_of, read_family
from hubfinder.web.public.live import live_at
from hubfinder.web.public.sites import map_of, surroundings
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.sources import area_sources

SOON = timedelta(weeks=8)
"""How far ahead days are told on which a hub is closed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the week: a session of a service."""

    hours: str
    service: Service
    season: str
    note: str
    is_off: bool = False
    why: str = ""
    """Why it is not on, or at another time, in English."""
    is_doubted: bool = False
    """Nobody has checked the time for longer than times keep, or ever."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of this week with what is on."""

    name: str
    date: str
    is_today: bool
    rows: tuple[Row, ...]
    is_shut: bool = False
    why: str = ""
    """Why the whole hub is shut, in English."""


@public_page(pages, "/hub/<key>")
def hub(key: str) -> str:
    found = existing(hub_by_key(db.session, key))
    services = services_at(db.session, found)
    today = formats.now().date()
    days_off = days_off_at(found, today)
    slots = slots_of(found.schedules)
    family, query = read_family()
    council = council_of([found])
    drawn = map_of([found], surroundings(db.session, [found]))
    return render_template(
        "public/hub.html",
        hub=found,
        council=council.name if council else "",
        for_family=family.answer(offer_of_hub(council)) if family else None,
        family=query,
        opening=opening_now(slots, formats.now(), days_off),
        hours=in_words(slots),
        closed=told_of(days_off, today),
        days=days_of(found, services, today),
        other=week_at(found, services).other,
        organizations=organizations_at(services),
        languages=formats.listed(
            language_name(row.code, locale()) for row in found.languages if row.code != "en"
        ),
        address=address_line("", found.address, found.postcode),
        map=drawn,
        live=live_at(db.session, found),
        sources=area_sources(db.session, drawn.footprint_ids if drawn else ()),
    )


def told_of(days_off: Iterable[DayOff], today: date) -> list[Said]:
    """Days of the next weeks on which the hub is closed or has other hours."""
    known = list(days_off)
    return [said(off) for off in known if off.meets(today, today + SOON) and not is_undone(off, known)]


def days_of(hub: Location, services: Sequence[Service], today: date) -> list[Day]:
    """The days of this week on which something is on, or would be if the hub were not closed.

    Those of next week where nothing is left of this one.
    """
    monday = monday_of(today)
    dates = dates_at(hub, services, monday, monday + timedelta(days=13))
    found = [one for one in dates if one.sessions or one.shut]
    left = [one for one in found if one.day >= today]
    first = monday_of(left[0].day) if left else monday
    return [_day(one, hub, today) for one in found if first <= one.day < first + timedelta(days=7)]


def _day(one: Date, hub: Location, today: date) -> Day:
    return Day(
        name=str(WEEK[one.day.weekday()].label),
        date=formats.day_of_year(one.day),
        is_today=one.day == today,
        rows=() if one.shut else tuple(_row(session, hub, today) for session in one.sessions),
        is_shut=one.shut is not None,
        why=one.shut.why if one.shut else "",
    )


def _row(one: OnDate, hub: Location, today: date) -> Row:
    return Row(
        hours=formats.between(*(one.hours or one.usual)),
        service=one.service,
        season="" if one.season is Season.ALWAYS else str(one.season.label),
        note=note_here(one.note, hub),
        is_off=one.hours is None,
        why=one.why,
        is_doubted=is_stale(one.service.assured_date, today, settings().cadence_session_times_days),
    )


def note_here(note: str, hub: Location) -> str:
    """What a note says besides that it is about this hub: of ``Quayside, first Thursday`` the second part."""
    name = hub.name.casefold()
    parts = (part.strip() for part in note.split(","))
    return ", ".join(part for part in parts if part.casefold() not in name)


def organizations_at(services: Sequence[Service]) -> list[str]:
    """Who is there, each once, by name."""
    return sorted({service.organization.name for service in services})
