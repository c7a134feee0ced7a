"""What a council says of its front door and the teams of its hubs, and what is late there, as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.directory.models import Location
from hubfinder.directory.queries import hubs_of_footprint
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people.models import Council
from hubfinder.people.queries import council_names, council_of, looked_after
from hubfinder.places.queries import footprint_by_code
from hubfinder.referrals.chasing import chase, chasing_of, confirm, held_of, standing_of
from hubfinder.referrals.front_door_changing import (
    DAYS,
    FrontDoorRefused,
    Typed,
    TypedTeam,
    change_front_door,
    change_team,
    taken_areas,
    typed_of,
)
from hubfinder.referrals.front_door_models import FrontDoor, HubTeam
from hubfinder.referrals.front_doors import areas_inside, details_of
from hubfinder.staff_vocab import Role
from hubfinder.vocab import FootprintKind, Weekday
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.fresh import asked_reason, needs_fresh
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import vault
from hubfinder.web.triage.blueprint import pages


@dataclass(frozen=True, slots=True)
class Team:
    """A hub and its team, as the page lists them."""

    key: str
    name: str
    email: str
    areas: tuple[str, ...]
    """Names."""


@staff_page(pages, "/staff/front-door", Role.COUNCIL_ADMINISTRATOR, methods=("GET", "POST"))
@needs_fresh
def front_door() -> ResponseReturnValue:
    """Look at the front door of a council, and change what it says."""
    if request.method == "POST":
        begin_writing(db.session)
    found = _council()
    if request.method == "GET":
        return _page(found, _as_it_is(found), {})
    typed, code = _typed(found), found.code
    reason, errors = asked_reason()
    if not errors:
        try:
            change_front_door(db.session, actor(), code, typed, reason)
        except FrontDoorRefused as refused:
            errors = {refused.field: str(refused.why.label)}
    if errors:
        db.session.rollback()
        return _page(_council(), typed, errors, reason), 400
    db.session.commit()
    return redirect(url_for("triage.front_door", council=code, done="saved"), 303)


@staff_page(
    pages, "/staff/front-door/hubs/<council>/<key>", Role.COUNCIL_ADMINISTRATOR, methods=("GET", "POST")
)
@needs_fresh
def hub_team(council: str, key: str) -> ResponseReturnValue:
    """How the team of a hub is told, and whose requests it has."""
    if request.method == "POST":
        begin_writing(db.session)
    its_council = existing(council_of(db.session, actor(), council))
    hub = existing(_hubs(council).get(key))
    row = db.session.get(HubTeam, (council, key))
    if request.method == "GET":
        typed = TypedTeam(key, row.email, row.areas) if row else TypedTeam(key)
        return _team_page(its_council, hub, typed, {})
    shown = {value for value, _ in areas_inside(db.session, council)}
    kept = [area for area in (row.areas if row else ()) if area not in shown]
    typed = TypedTeam(key, request.form.get("email", "")[:255], [*request.form.getlist("areas")[:500], *kept])
    reason, errors = asked_reason()
    if not errors:
        try:
            change_team(db.session, actor(), council, typed, reason)
        except FrontDoorRefused as refused:
            errors = {refused.field: str(refused.why.label)}
    if errors:
        db.session.rollback()
        its_council = existing(council_of(db.session, actor(), council))
        return _team_page(its_council, existing(_hubs(council).get(key)), typed, errors, reason), 400
    db.session.commit()
    return redirect(url_for("triage.front_door", council=council, done="saved", _anchor="hubs"), 303)


@staff_page(pages, "/staff/front-door/go-on", Role.COUNCIL_ADMINISTRATOR, methods=("GET", "POST"))
@needs_fresh
def go_on_with_chasing() -> ResponseReturnValue:
    """Somebody has looked: the clock is right, and what is late in their council is told."""
    council = existing(council_of(db.session, actor(), request.values.get("council", ""))).code
    if request.method == "GET":
        return redirect(url_for("triage.front_door", council=council), 303)
    reason, errors = asked_reason()
    if errors:
        found = _council()
        return _page(found, _as_it_is(found), errors, reason, is_going_on=True), 400
    confirm(vault(), actor(), council, reason)
    chase(chasing_of(vault(), db.session, settings()), lambda code: code == council)
    return redirect(url_for("triage.front_door", council=council, done="told"), 303)


def _council() -> Council:
    codes = looked_after(actor())
    return existing(council_of(db.session, actor(), request.values.get("council", codes[0])))


def _as_it_is(council: Council) -> Typed:
    """What stands there, or what the settings say as long as nobody has said anything."""
    row = db.session.get(FrontDoor, council.code)
    if row is not None:
        return typed_of(row)
    now = details_of(db.session, council.code, settings())
    return Typed(
        council.name,
        telephone=now.telephone,
        out_of_hours_telephone=now.out_of_hours_telephone,
        email=now.email,
    )


def _typed(council: Council) -> Typed:
    form = request.form
    days = frozenset(int(one) for one in form.getlist("days") if one in {str(day) for day in DAYS})
    plain = replace(Typed(council.name), days=days)
    names = ("name", "telephone", "out_of_hours_telephone", "email", "website", "opens", "closes")
    given = {name: form.get(name, "")[:1_000] for name in names}
    return replace(plain, **given, procedure=form.get("procedure", "")[:10_000])  # type: ignore[arg-type]


def _page(
    council: Council, typed: Typed, errors: Mapping[str, str], reason: str = "", *, is_going_on: bool = False
) -> str:
    return render_template(
        "triage/front_door.html",
        council=council,
        councils=council_names(db.session, looked_after(actor())),
        typed=typed,
        errors=errors,
        reason=reason,
        is_going_on=is_going_on,
        days=[(str(number), day.label) for number, day in enumerate(Weekday)],
        standing=standing_of(vault(), council.code, utc_now()),
        held=held_of(vault()),
        teams=_teams(council.code),
        done=request.args.get("done", ""),
    )


def _team_page(
    council: Council, hub: Location, typed: TypedTeam, errors: Mapping[str, str], reason: str = ""
) -> str:
    taken = taken_areas(db.session, council.code, hub.key)
    areas = [(area, name, taken.get(area, "")) for area, name in areas_inside(db.session, council.code)]
    return render_template(
        "triage/hub_team.html",
        council=council,
        hub=hub,
        typed=typed,
        errors=errors,
        reason=reason,
        areas=[
            (area, gettext("%(area)s: %(hub)s has it", area=name, hub=whose) if whose else name)
            for area, name, whose in areas
        ],
    )


def _teams(council: str) -> list[Team]:
    rows = {
        row.hub_key: row for row in db.session.scalars(select(HubTeam).where(HubTeam.council_code == council))
    }
    names = dict(areas_inside(db.session, council))
    return [
        Team(
            key,
            hub.name,
            rows[key].email if key in rows else "",
            tuple(names.get(area, area) for area in rows[key].areas) if key in rows else (),
        )
        for key, hub in _hubs(council).items()
    ]


def _hubs(council: str) -> dict[str, Location]:
    """The hubs inside a council, by key."""
    area = footprint_by_code(db.session, FootprintKind.LOCAL_AUTHORITY, council)
    return {hub.key: hub for hub in hubs_of_footprint(db.session, area)} if area is not None else {}
