"""Family hubs for their staff: the week made of everybody's sessions, and the days on which a hub is shut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.directory.closures import DayOff, days_off_at
from hubfinder.directory.models import Closure, Service
from hubfinder.directory.queries import services_at
from hubfinder.directory.weeks import OnDate, dates_at, monday_of, week_at
from hubfinder.display import formats
from hubfinder.display.days_off import Said, said
from hubfinder.display.timetables import WEEK
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.closing import (
    ClosureRefused,
    Hub,
    affected,
    close,
    hub_of,
    hubs_of,
    problems_of,
    reopen,
)
from hubfinder.listings.freshness import freshness_of
from hubfinder.listings.models import Listing
from hubfinder.staff_vocab import Freshness
from hubfinder.vocab import Season
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.typed import one_line
from hubfinder.web.staff.blueprint import KEEPERS, pages
from hubfinder.web.staff.due import listing_address

LONGEST_REASON = 300
WEEKS_AHEAD = 52


@dataclass(frozen=True, slots=True)
class Row:
    """One session of the week."""

    hours: str
    service: Service
    address: str
    season: str
    is_off: bool
    why: str
    freshness: Freshness | None
    """None where nobody keeps a listing of it."""


@dataclass(frozen=True, slots=True)
class Day:
    """One date with what is on."""

    name: str
    rows: tuple[Row, ...]
    shut: str
    is_shut: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """The form of a closure as it was typed."""

    first: str = ""
    last: str = ""
    reason: str = ""

    @property
    def days(self) -> tuple[date | None, date | None]:
        return _date(self.first), _date(self.last)


@staff_page(pages, "/staff/hubs", *KEEPERS)
def hubs() -> str:
    """The hubs that somebody looks after, and which of them are shut today or soon."""
    day = today()
    found = hubs_of(db.session, actor(), settings().council_code)
    shut = _closures_of(found, day)
    rows = [(hub.location, shut.get(hub.location.id, [])) for hub in found]
    return render_template("staff/hubs.html", rows=rows)


@staff_page(pages, "/staff/hubs/<key>", *KEEPERS)
def hub(key: str) -> str:
    """One hub: its week and its closures."""
    return _page(_existing(key), Typed(), {})


@staff_page(pages, "/staff/hubs/<key>/close", *KEEPERS, methods=("POST",))
def close_hub(key: str) -> ResponseReturnValue:
    """Show what a closure would touch, or shut the hub."""
    begin_writing(db.session)
    found = _existing(key)
    typed = Typed(
        *(one_line(request.form.get(name, ""), LONGEST_REASON) for name in ("first", "last", "reason"))
    )
    if request.form.get("do") != "close":
        errors = _in_words(problems_of(*typed.days, typed.reason or "?", today()))
        page = _page(found, typed, errors, is_preview=not errors)
        return page, 400 if errors else 200
    first, last = typed.days
    try:
        if first is None or last is None:
            raise ClosureRefused(problems_of(first, last, typed.reason, today()))
        close(db.session, actor(), found, (first, last), typed.reason, today())
    except ClosureRefused as refused:
        return _page(found, typed, _in_words(refused.problems)), 400
    db.session.commit()
    return redirect(url_for("staff.hub", key=key, told="closed"), 303)


@staff_page(pages, "/staff/hubs/<key>/reopen", *KEEPERS, methods=("POST",))
def reopen_hub(key: str) -> ResponseReturnValue:
    """Take a closure back."""
    begin_writing(db.session)
    found = _existing(key)
    number = request.form.get("closure", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    row = reopen(db.session, actor(), found, int(number)) if is_number else None
    db.session.commit()
    return redirect(url_for("staff.hub", key=key, told="reopened" if row else "gone"), 303)


def _existing(key: str) -> Hub:
    return existing(hub_of(db.session, actor(), key, settings().council_code))


def _page(found: Hub, typed: Typed, errors: Mapping[str, str], *, is_preview: bool = False) -> str:
    day = today()
    location = found.location
    services = services_at(db.session, location)
    monday = _asked_week(day)
    dates = dates_at(location, services, monday, monday + timedelta(6))
    listings = _listings(services)
    first, last = typed.days
    return render_template(
        "staff/hub.html",
        hub=location,
        monday=monday,
        sunday=monday + timedelta(6),
        before=monday - timedelta(7) if monday > monday_of(day) else None,
        after=monday + timedelta(7) if monday < monday_of(day) + timedelta(weeks=WEEKS_AHEAD) else None,
        days=[
            Day(
                name=f"{WEEK[one.day.weekday()].label} {formats.day_of_year(one.day)}",
                rows=tuple(_row(session, listings) for session in one.sessions),
                shut=one.shut.why if one.shut else "",
                is_shut=one.shut is not None,
                is_today=one.day == day,
            )
            for one in dates
            if one.sessions or one.shut
        ],
        other=[(service, listing_address(service.key)) for service in week_at(location, services).other],
        organizations=sorted({service.organization.name for service in services}),
        closures=[(row, said(_day_off(row))) for row in location.closures if row.last_day >= day],
        others=[said(off) for off in days_off_at(location, day) if off.hours is not None],
        typed=typed,
        errors=errors,
        affected=affected(location, services, first, last) if is_preview and first and last else None,
        preview=said(DayOff(first, last)) if is_preview and first and last else None,
        told=_told(),
    )


def _asked_week(day: date) -> date:
    """The Monday of the week that the address asks for, of those to come; this week's otherwise."""
    asked = _date(request.args.get("week", ""))
    here = monday_of(day)
    if asked is None or not here <= monday_of(asked) <= here + timedelta(weeks=WEEKS_AHEAD):
        return here
    return monday_of(asked)


def _row(one: OnDate, listings: Mapping[str, Listing]) -> Row:
    listing = listings.get(one.service.key)
    return Row(
        hours=formats.between(*(one.hours or one.usual)),
        service=one.service,
        address=listing_address(one.service.key),
        season="" if one.season is Season.ALWAYS else str(one.season.label),
        is_off=one.hours is None,
        why=one.why,
        freshness=freshness_of(listing, today(), settings().due_before_days) if listing else None,
    )


def _listings(services: Sequence[Service]) -> dict[str, Listing]:
    keys = [service.key for service in services]
    return {row.key: row for row in db.session.scalars(select(Listing).where(Listing.key.in_(keys)))}


def _closures_of(found: list[Hub], day: date) -> dict[int, list[Said]]:
    ids = [hub.location.id for hub in found]
    chosen = select(Closure).where(Closure.location_id.in_(ids), Closure.last_day >= day)
    shut: dict[int, list[Said]] = {}
    for row in db.session.scalars(chosen.order_by(Closure.first_day, Closure.id)):
        shut.setdefault(row.location_id, []).append(said(_day_off(row)))
    return shut


def _day_off(row: Closure) -> DayOff:
    return DayOff(row.first_day, row.last_day, why=row.reason)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _told() -> str:
    match request.args.get("told", ""):
        case "closed":
            return gettext("The hub is closed on those days. Families see it at once.")
        case "reopened":
            return gettext("The closure is taken back. Families see it at once.")
        case "gone":
            return gettext("That closure is not there any more. Somebody else may have taken it back.")
    return ""


def _in_words(problems: Mapping[str, str]) -> dict[str, str]:
    words = {
        ("first", "no-date"): gettext("Enter the first day."),
        ("first", "twice"): gettext("The hub is already closed on these days."),
        ("last", "no-date"): gettext("Enter the last day. It may be the same as the first."),
        ("last", "backwards"): gettext("The last day must not be before the first."),
        ("last", "over"): gettext("These days are over. Choose days from today on."),
        ("last", "too-long"): gettext("A closure lasts a year at most."),
        ("reason", "missing"): gettext("Say why. Families read it."),
        ("reason", "too-long"): gettext("Say why in fewer words: 200 letters at most."),
    }
    return {field: words[field, code] for field, code in problems.items()}
