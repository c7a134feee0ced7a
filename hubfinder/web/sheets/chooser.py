"""For whom a sheet is: the schools, surgeries, family hubs and areas that somebody may mean."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from sqlalchemy.orm import Session

from hubfinder.directory.queries import hubs_by_name, nearest_hubs
from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.places import names
from hubfinder.places.nearby import practices_near, schools_near
from hubfinder.places.plain import plain
from hubfinder.places.values import Choice, Membership, Place, PlaceAmbiguous, PlaceProblem
from hubfinder.vocab import FootprintKind
from hubfinder.web.shared.kept import kept
from hubfinder.web.shared.place_advice import Advice, advice_on
from hubfinder.web.shared.place_words import called, kind_name
from hubfinder.web.shared.places import places
from hubfinder.web.sheets.blueprint import pages

MOST_HUBS = 12
NEAREST_HUBS = 3
WORTH_OFFERING = 0.1
"""Of the people around who are in it; less than that is hardly their area."""
AREAS = (
    FootprintKind.NEIGHBOURHOOD,
    FootprintKind.WARD,
    FootprintKind.PRIMARY_CARE_NETWORK,
    FootprintKind.LOCAL_AUTHORITY,
)
"""Kinds of area that somebody prints a sheet for; a catchment is offered as its school."""
TOWNS = "town"


@dataclass(frozen=True, slots=True)
class Option:
    """Something a sheet can be made for, or a place to look around first."""

    name: str
    hint: str
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """Options of one kind under a heading."""

    heading: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to say to what somebody typed. ``straight`` is the one sheet it can only mean."""

    groups: tuple[Group, ...] = ()
    near: str = ""
    advice: Advice | None = None
    straight: str = ""


def offered(session: Session, text: str) -> Offered:
    """What can be chosen for a name or a postcode; for none all family hubs, as far as there are few."""
    hubs = _hubs_called(session, text)
    if not text:
        return Offered(tuple(_filled([Group(gettext("Family hubs"), hubs)])))
    try:
        place = places().find(session, text)
    except PlaceAmbiguous as several:
        meant = Group(gettext("Which one do you mean?"), tuple(map(_of_choice, several.choices)))
        return Offered(tuple(_filled([Group(gettext("Family hubs"), hubs), meant])))
    except PlaceProblem as problem:
        if hubs:
            return Offered((Group(gettext("Family hubs"), hubs),))
        advice = advice_on(problem)
        known = () if advice.is_elsewhere else _hubs_called(session, "")
        return Offered(tuple(_filled([Group(gettext("Family hubs"), known)])), advice=advice)
    return _around(session, text, place, hubs)


def _around(session: Session, text: str, place: Place, hubs: tuple[Option, ...]) -> Offered:
    own = _itself(session, text, place)
    if own and not hubs and place.what in (names.SCHOOL, names.SURGERY):
        return Offered(straight=own.href)
    first = Group(gettext("Just this"), (own,) if own else ())
    return Offered(tuple(_filled([first, *_near(session, place, hubs)])), called(place))


def _near(session: Session, place: Place, hubs: tuple[Option, ...]) -> Iterator[Group]:
    yield Group(
        gettext("Schools"),
        tuple(
            _option("school", school.urn, school.name, formats.distance(metres))
            for school, metres in schools_near(session, place.point)
        ),
    )
    yield Group(
        gettext("Surgeries"),
        tuple(
            _option("surgery", surgery.code, surgery.name, formats.distance(metres))
            for surgery, metres in practices_near(session, place.point)
        ),
    )
    near = () if hubs else nearest_hubs(session, place.point, NEAREST_HUBS)
    nearest = tuple(_option("hub", hub.key, hub.name, formats.distance(metres)) for hub, metres in near)
    yield Group(gettext("Family hubs"), hubs or nearest)
    members = (member for kind in AREAS for member in place.of_kind(kind))
    yield Group(gettext("Areas"), tuple(_of_member(one) for one in members if one.share >= WORTH_OFFERING))


def _itself(session: Session, text: str, place: Place) -> Option | None:
    """The school, surgery or area that somebody named; none for a town or a postcode."""
    kinds = (names.SCHOOL, names.SURGERY, *FootprintKind._value2member_map_)
    if place.what not in kinds:
        return None
    return _of_text(names.find(session, text).text, place.label, "")


def _of_choice(choice: Choice) -> Option:
    kind = kind_name(choice.kind)
    detail = choice.detail
    hint = gettext("%(kind)s, %(where)s", kind=kind, where=detail) if detail else kind
    return _of_text(choice.text, choice.label, hint)


def _of_text(text: str, name: str, hint: str) -> Option:
    """What ``places.names`` finds exactly: ``school:990001``, ``ward:Z05000001``, ``town:wendbridge``."""
    kind, _, code = text.partition(":")
    if kind == TOWNS:
        return Option(name, hint, url_for("sheets.sheet", place=text))
    if kind in FootprintKind._value2member_map_:
        return _option("footprint", text, name, hint or kind_name(kind))
    return _option(kind, code, name, hint or kind_name(kind))


def _of_member(member: Membership) -> Option:
    return _of_text(f"{member.kind.value}:{member.code}", member.name, kind_name(member.kind.value))


def _option(kind: str, code: str, name: str, hint: str) -> Option:
    return Option(name, hint, sheet_for(f"{kind}:{code}"))


@pages.app_template_global()
def sheet_for(scope: str, items: Iterable[object] = ()) -> str:
    """The address of a sheet, by what ``ScopeName`` says as text; the colons in it stay readable."""
    pairs = [("for", scope), *(("item", str(item)) for item in items)]
    return f"{url_for('sheets.sheet')}?{urlencode(pairs, safe=':')}"


def _hubs_called(session: Session, text: str) -> tuple[Option, ...]:
    """Hubs whose name has every word typed, or its beginning; for no words all of them, if they are few."""
    words = plain(text).split()
    hubs = kept("hubs by name", lambda: list(hubs_by_name(session)))
    found = [hub for hub in hubs if all(f" {word}" in f" {plain(hub[1])}" for word in words)]
    if not words and len(found) > MOST_HUBS:
        return ()
    return tuple(_option("hub", key, name, postcode) for key, name, postcode in found[:MOST_HUBS])


def _filled(groups: Iterable[Group]) -> Iterator[Group]:
    return (group for group in groups if group.options)
