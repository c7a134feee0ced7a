"""What a council says of its front door and of the teams of its hubs. Each change is one entry of the trail.

Whoever calls has begun with ``begin_writing`` on the directory, and commits.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import time
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location
from hubfinder.people.audit import Subject, record
from hubfinder.people.giving import may_look_after
from hubfinder.people.reach import plain_telephone
from hubfinder.people.refusals import PeopleRefused
from hubfinder.people.values import Actor
from hubfinder.places.models import Footprint
from hubfinder.post.values import EmailRefused, plain_address
from hubfinder.referrals.front_door_models import FrontDoor, HubTeam
from hubfinder.vocab import FootprintKind, Labelled

LONGEST_PROCEDURE = 4_000
MOST_AREAS = 200
EARLIEST, LATEST = time(5), time(23)
"""The night in which clocks change is not among the hours of any front door."""
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
DAYS = range(7)
"""0 is Monday."""


class Why(Labelled):
    """What is wrong with what was typed."""

    COUNCIL = "council", lazy_gettext("Give the code and the name of a council.")
    TELEPHONE = "telephone", lazy_gettext("Give a telephone number, such as 01632 960001")
    EMAIL = "email", lazy_gettext("Type an email address, such as name@example.org.")
    WEBSITE = "website", lazy_gettext("Type a web address that begins with https://")
    TIME = "time", lazy_gettext("Type a time between 5:00 and 23:00, such as 9:00")
    BACKWARDS = "backwards", lazy_gettext("Type a time that is later than when it opens.")
    DAYS = "days", lazy_gettext("Choose at least one day.")
    PROCEDURE = "procedure", lazy_gettext("Write at most 4,000 characters.")
    NOT_YOURS = "not_yours", lazy_gettext("You can only change what belongs to a council you look after.")
    HUB = "hub", lazy_gettext("There is no such family hub here.")
    AREA = "area", lazy_gettext("Choose areas that are here.")
    TAKEN = "taken", lazy_gettext("Another hub has one of these. Take it away from that one first.")


class FrontDoorRefused(Exception):
    """It was not changed: beside which field, and why."""

    def __init__(self, field: str, why: Why) -> None:
        super().__init__(f"{field}: {why.value}")
        self.field, self.why = field, why


@dataclass(frozen=True, slots=True)
class Typed:
    """A front door as somebody typed it, or as a file has it."""

    council_name: str
    name: str = ""
    telephone: str = ""
    out_of_hours_telephone: str = ""
    email: str = ""
    website: str = ""
    opens: str = "9:00"
    closes: str = "17:00"
    days: frozenset[int] = frozenset(range(5))
    procedure: str = ""


def change_front_door(
    session: Session, actor: Actor, council: str, typed: Typed, reason: str = ""
) -> tuple[str, ...]:
    """Let a front door be as it was typed; the names of the fields that changed. None: no entry.

    Raises:
        FrontDoorRefused: it is not the actor's, or something cannot be so.
    """
    if not may_look_after(actor, council):
        raise FrontDoorRefused("council", Why.NOT_YOURS)
    wanted = _read(typed)
    row = session.get(FrontDoor, council)
    if row is None:
        row = FrontDoor(council_code=council, **wanted)
        session.add(row)
        changed = tuple(name for name, value in wanted.items() if value)
    else:
        changed = tuple(name for name, value in wanted.items() if getattr(row, name) != value)
        for name in changed:
            setattr(row, name, wanted[name])
    if changed:
        session.flush()
        subject = Subject("front_door", council, council)
        record(session, actor, "front_door.changed", subject, reason.strip(), {"fields": sorted(changed)})
    return changed


@dataclass(frozen=True, slots=True)
class TypedTeam:
    """The team of a hub as somebody typed it."""

    hub: str
    """Key."""
    email: str = ""
    areas: Collection[str] = ()
    """``kind:code`` each."""


def change_team(session: Session, actor: Actor, council: str, typed: TypedTeam, reason: str = "") -> bool:
    """Let the team of a hub be so; whether anything changed. The caller knows that the hub is in the council.

    Raises:
        FrontDoorRefused: it is not the actor's, or something cannot be so.
    """
    if not may_look_after(actor, council):
        raise FrontDoorRefused("council", Why.NOT_YOURS)
    hub = select(Location.id).where(Location.key == typed.hub, Location.is_family_hub)
    if session.scalar(hub) is None:
        raise FrontDoorRefused("hub", Why.HUB)
    email, areas = _email(typed.email), _areas(session, typed.areas)
    if taken_areas(session, council, typed.hub).keys() & areas:
        raise FrontDoorRefused("areas", Why.TAKEN)
    row = session.get(HubTeam, (council, typed.hub))
    if row is None:
        row = HubTeam(council_code=council, hub_key=typed.hub, email="", areas=[])
        session.add(row)
    changed = [name for name, new in (("email", email), ("areas", areas)) if getattr(row, name) != new]
    row.email, row.areas = email, areas
    session.flush()
    if changed:
        subject = Subject("hub_team", typed.hub, council)
        facts = {"fields": changed, "areas": len(areas)}
        record(session, actor, "hub_team.changed", subject, reason.strip(), facts)
    return bool(changed)


def taken_areas(session: Session, council: str, hub: str) -> dict[str, str]:
    """``kind:code`` of the areas that the other hubs of a council look after, each with the name of its hub.
    A hub that is none any more has nothing.
    """
    rows = session.execute(
        select(HubTeam.areas, Location.name)
        .join(Location, (Location.key == HubTeam.hub_key) & Location.is_family_hub)
        .where(HubTeam.council_code == council, HubTeam.hub_key != hub)
        .order_by(HubTeam.hub_key)
    )
    return {area: name for areas, name in rows for area in areas}


def typed_of(row: FrontDoor) -> Typed:
    """A front door as a form shows it."""
    return Typed(
        row.council_name,
        row.name,
        row.telephone,
        row.out_of_hours_telephone,
        row.email,
        row.website,
        clock_text(row.opens),
        clock_text(row.closes),
        frozenset(row.days),
        row.procedure,
    )


def clock_text(moment: time) -> str:
    """``9:00``."""
    return f"{moment.hour}:{moment.minute:02}"


def of_cells(cells: Mapping[str, str]) -> Typed:
    """A front door as a row of a file has it: columns named as fields, days as ``1 2 3``, 1 is Monday.

    Raises:
        FrontDoorRefused: days are none.
    """
    names = {one.name for one in fields(Typed)} - {"days"}
    given: dict[str, Any] = {
        name: cell.strip() for name, cell in cells.items() if name in names and cell.strip()
    }
    numbers = re.split(r"[\s,;]+", cells.get("days", "").strip())
    if any(not re.fullmatch(r"[1-7]", one) for one in numbers if one):
        raise FrontDoorRefused("days", Why.DAYS)
    days = frozenset(int(one) - 1 for one in numbers if one)
    if days:
        given["days"] = days
    return replace(Typed(""), **given)


def _read(typed: Typed) -> dict[str, object]:
    council_name = " ".join(typed.council_name.split())[:255]
    if not council_name:
        raise FrontDoorRefused("council_name", Why.COUNCIL)
    opens, closes = _time("opens", typed.opens), _time("closes", typed.closes)
    if closes <= opens:
        raise FrontDoorRefused("closes", Why.BACKWARDS)
    days = sorted(typed.days & frozenset(DAYS))
    if not days:
        raise FrontDoorRefused("days", Why.DAYS)
    if len(typed.procedure) > LONGEST_PROCEDURE:
        raise FrontDoorRefused("procedure", Why.PROCEDURE)
    return {
        "council_name": council_name,
        "name": " ".join(typed.name.split())[:255],
        "telephone": _telephone("telephone", typed.telephone, is_needed=True),
        "out_of_hours_telephone": _telephone("out_of_hours_telephone", typed.out_of_hours_telephone),
        "email": _email(typed.email),
        "website": _website(typed.website),
        "opens": opens,
        "closes": closes,
        "days": days,
        "procedure": typed.procedure.strip(),
    }


def _telephone(field: str, text: str, *, is_needed: bool = False) -> str:
    try:
        number = plain_telephone(text)
    except PeopleRefused:
        raise FrontDoorRefused(field, Why.TELEPHONE) from None
    if is_needed and not number:
        raise FrontDoorRefused(field, Why.TELEPHONE)
    return number


def _email(text: str) -> str:
    try:
        return plain_address(text) if text.strip() else ""
    except EmailRefused:
        raise FrontDoorRefused("email", Why.EMAIL) from None


def _website(text: str) -> str:
    address = text.strip()
    if not address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise FrontDoorRefused("website", Why.WEBSITE) from None
    is_plain = address.isprintable() and " " not in address and len(address) <= 1_000
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or not is_plain:
        raise FrontDoorRefused("website", Why.WEBSITE)
    return address


def _time(field: str, text: str) -> time:
    found = _TIME.fullmatch(text.strip())
    moment = time(int(found[1]), int(found[2])) if found else None
    if moment is None or not EARLIEST <= moment <= LATEST:
        raise FrontDoorRefused(field, Why.TIME)
    return moment


def _areas(session: Session, areas: Collection[str]) -> list[str]:
    wanted = sorted(set(areas))
    if len(wanted) > MOST_AREAS:
        raise FrontDoorRefused("areas", Why.AREA)
    for area in wanted:
        kind, _, code = area.partition(":")
        if kind not in list(FootprintKind) or not code:
            raise FrontDoorRefused("areas", Why.AREA)
        asked = select(Footprint.id).where(Footprint.kind == FootprintKind(kind), Footprint.code == code)
        if session.scalar(asked) is None:
            raise FrontDoorRefused("areas", Why.AREA)
    return wanted
