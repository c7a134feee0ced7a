"""Days that are not as in other weeks, onto a card and back."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hubfinder.directory.closures import DayOff, at_site, changed_on, closed_on, extra_on, on_day
from hubfinder.directory.models import Location, Service, ServiceAtLocation
from hubfinder.search.models import SearchDocument
from hubfinder.search.values import Card, ChangedDays, Session as Weekly
from hubfinder.vocab import Weekday

WEEK = tuple(Weekday)


def onto_card(days_off: Iterable[DayOff]) -> list[ChangedDays]:
    return [
        {
            "site": off.site,
            "first": off.first_day.isoformat(),
            "last": off.last_day.isoformat(),
            "opens": off.opens_at.isoformat("minutes") if off.opens_at else "",
            "closes": off.closes_at.isoformat("minutes") if off.closes_at else "",
            "why": off.why,
        }
        for off in days_off
    ]


def days_off_of_card(card: Card) -> tuple[DayOff, ...]:
    """Those of a card, in order; of a card written before there were any, none."""
    return tuple(_read(one) for one in card.get("days_off", ()))


def _read(one: ChangedDays) -> DayOff:
    opens = time.fromisoformat(one["opens"]) if one["opens"] else None
    closes = time.fromisoformat(one["closes"]) if one["closes"] else None
    first, last = date.fromisoformat(one["first"]), date.fromisoformat(one["last"])
    return DayOff(first, last, opens, closes, one["why"], one["site"])


def changed_now(session: Session, now: datetime) -> dict[int, bool]:
    """Of listings that are not as usual today whether they are open now, by the id of the search document."""
    day = now.date()
    places, services = closed_on(session, day), changed_on(session, day)
    if not places and not services:
        return {}
    here = select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id.in_(places))
    keys = select(Service.key).where(or_(Service.id.in_(here), Service.id.in_(services)))
    hubs = select(Location.key).where(Location.id.in_(places))
    rows = session.execute(
        select(SearchDocument.id, SearchDocument.card).where(
            or_(
                (SearchDocument.kind == "service") & SearchDocument.key.in_(keys),
                (SearchDocument.kind == "hub") & SearchDocument.key.in_(hubs),
            )
        )
    )
    found = ((id_, open_now(card, now), card) for id_, card in rows)
    return {
        id_: is_open for id_, is_open, card in found if is_open or (is_open is False and card["sessions"])
    }


def open_now(card: Card, now: datetime) -> bool | None:
    """True where other hours than usual make it open now, False where none of its sessions is on now.

    None where a session runs as usual: then its season decides, which is not asked here.
    """
    days_off = days_off_of_card(card)
    sites = [site["key"] for site in card["sites"]] if card["kind"] == "service" else []
    if _is_extra(now, days_off, sites):
        return True
    running = [is_changed for one in card["sessions"] for is_changed in _running(one, now, days_off, sites)]
    return True if any(running) else None if running else False


def _is_extra(now: datetime, days_off: Collection[DayOff], sites: Collection[str]) -> bool:
    """Whether hours said for this day alone are on now somewhere, whatever day it usually is on."""
    there = (extra_on(now.date(), at_site(days_off, site)) for site in sites or [""])
    hours = (off.hours for extras in there for off in extras)
    return any(said and said[0] <= now.time() < said[1] for said in hours)


def _running(
    one: Weekly, now: datetime, days_off: Collection[DayOff], sites: Collection[str]
) -> Iterator[bool]:
    """For each place where a session runs now, whether that is at other hours than usual."""
    if WEEK[now.weekday()].value != one["day"]:
        return
    usual = time.fromisoformat(one["opens"]), time.fromisoformat(one["closes"])
    for site in [one["site"]] if one.get("site") else list(sites) or [""]:
        found = on_day(now.date(), usual, at_site(days_off, site))
        if found.hours and found.hours[0] <= now.time() < found.hours[1]:
            yield found.is_changed
