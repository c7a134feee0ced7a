"""One family hub: open or not, who is there, and what is on this week."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template

from hubfinder.directory.models import Location, Service
from hubfinder.directory.offers import offer_of_hub
from hubfinder.directory.queries import hub_by_key, services_at
from hubfinder.directory.weeks import Week, week_at
from hubfinder.display import formats
from hubfinder.display.addresses import address_line
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
from hubfinder.web.shared.sources import area_sources


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the week: a session of a service."""

    hours: str
    service: Service
    season: str
    note: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week with what is on."""

    name: str
    is_today: bool
    rows: tuple[Row, ...]


@public_page(pages, "/hub/<key>")
def hub(key: str) -> str:
    found = existing(hub_by_key(db.session, key))
    services = services_at(db.session, found)
    week = week_at(found, services)
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
        opening=opening_now(slots, formats.now()),
        hours=in_words(slots),
        days=days_of(week, found),
        other=week.other,
        organizations=organizations_at(services),
        languages=formats.listed(
            language_name(row.code, locale()) for row in found.languages if row.code != "en"
        ),
        address=address_line("", found.address, found.postcode),
        map=drawn,
        live=live_at(db.session, found),
        sources=area_sources(db.session, drawn.footprint_ids if drawn else ()),
    )


def days_of(week: Week, hub: Location) -> list[Day]:
    """The days on which something is on."""
    today = WEEK[formats.now().weekday()]
    return [
        Day(
            name=str(weekday.label),
            is_today=weekday is today,
            rows=tuple(
                Row(
                    formats.between(one.session.opens_at, one.session.closes_at),
                    one.service,
                    "" if one.session.season is Season.ALWAYS else str(one.session.season.label),
                    note_here(one.session.note, hub),
                )
                for one in happenings
            ),
        )
        for weekday, happenings in week.days.items()
        if happenings
    ]


def note_here(note: str, hub: Location) -> str:
    """What a note says besides that it is about this hub: of ``Quayside, first Thursday`` the second part."""
    name = hub.name.casefold()
    parts = (part.strip() for part in note.split(","))
    return ", ".join(part for part in parts if part.casefold() not in name)


def organizations_at(services: Sequence[Service]) -> list[str]:
    """Who is there, each once, by name."""
    return sorted({service.organization.name for service in services})
