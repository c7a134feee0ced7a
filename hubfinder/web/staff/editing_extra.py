"""What pages of editing offer to choose from: places, areas, languages, categories."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from hubfinder.directory import queries
from hubfinder.directory.models import Location
from hubfinder.directory.plain import LANGUAGES
from hubfinder.directory.values import NEED
from hubfinder.display import formats
from hubfinder.display.language import KNOWN, language_name, locale
from hubfinder.display.map import LocatorMap, Mark, Outline, draw
from hubfinder.display.words import gettext
from hubfinder.listings.content import SUGGESTED_CATALOGUE, SUGGESTED_NEEDS, Concern
from hubfinder.listings.editing import around_of
from hubfinder.listings.sites import find_places, places_by_key
from hubfinder.listings.written_facts import FREE, PRICES, UNSAID
from hubfinder.places.choosing import COUNCIL, Choosable, choosable, outlines_of_parts
from hubfinder.places.recipes import Part
from hubfinder.places.values import Point
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Circumstance,
    Delivery,
    FootprintKind,
    Labelled,
    Season,
    Vacancies,
    Weekday,
)
from hubfinder.web.shared.ages import age_bar
from hubfinder.web.shared.live_map import LiveMap
from hubfinder.web.shared.sources import area_sources
from hubfinder.web.staff.editing_view import Edit

Extra = Mapping[str, Any]
Options = list[tuple[str, str]]
_SHOWN = FootprintKind.WARD
"""The kind of area that is open, and on the map, before anything is chosen."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place to choose; of a confidential one nothing but that it is there."""

    value: str
    is_chosen: bool
    name: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Areas of one kind that are not chosen yet."""

    label: str
    options: Options
    is_open: bool


def extra_of(session: Session, edit: Edit) -> Extra:
    """What the page offers."""
    offer = _OFFERS.get(edit.page.concern)
    extra = offer(session, edit) if offer else {}
    drawn: LocatorMap | None = extra.get("map")
    return {**extra, "sources": area_sources(session, drawn.footprint_ids)} if drawn else extra


def _options(enum: type[Labelled]) -> Options:
    return [(member.value, str(member.label)) for member in enum]


def _who(_session: Session, edit: Edit) -> Extra:
    youngest, oldest = edit.draft.content.get("minimum_age"), edit.draft.content.get("maximum_age")
    return {
        "access": _options(Access),
        "circumstances": _options(Circumstance),
        "ages": formats.ages(youngest, oldest),
        "bar": age_bar(youngest, oldest),
    }


def _when(session: Session, edit: Edit) -> Extra:
    return {
        "weekdays": [("", gettext("Choose a day")), *_options(Weekday)],
        "seasons": _options(Season),
        "vacancies": [("", gettext("We do not say")), *_options(Vacancies)],
        "sites": _sites(session, edit),
    }


def _sites(session: Session, edit: Edit) -> Options:
    """The places of a listing at several; none to choose from at one."""
    keys = list(edit.draft.content.get("locations") or ())
    if len(keys) < 2:
        return []
    places, around = places_by_key(session, keys), around_of(session, edit.draft.content)
    names = [
        (around.shown(key), gettext("A confidential place") if key in around.hidden else places[key].name)
        for key in keys
        if key in places
    ]
    return [("", gettext("Not said")), *names]


def _where(session: Session, edit: Edit) -> Extra:
    chosen = edit.some("locations")
    around = around_of(session, edit.draft.content)
    named = places_by_key(session, [around.key(value) for value in chosen if around.key(value)])
    # of a confidential place that is not at this listing nobody learns here that it is there
    known = {key: row for key, row in named.items() if not row.is_confidential or key in around.hidden}
    shown = [_place(value, known[around.key(value)]) for value in chosen if around.key(value) in known]
    words = edit.one("find").strip()
    found = find_places(session, edit.draft.listing.council_code, words) if words else ()
    more = [_place(place.key, place, is_chosen=False) for place in found if place.key not in chosen]
    places = [known[one.value] for one in shown if one.name]
    return {
        "delivery": _options(Delivery),
        "chosen": shown,
        "found": more,
        "none_found": bool(words) and not found,
        "map": _map(session, edit, places),
    }


def _place(value: str, row: Location, *, is_chosen: bool = True) -> Place:
    if row.is_confidential:
        return Place(value if value.startswith("hidden-") else "", is_chosen)
    return Place(value, is_chosen, row.name, ", ".join(part for part in (row.address, row.postcode) if part))


def _map(session: Session, edit: Edit, places: list[Location]) -> LocatorMap | None:
    """The places on the ground of the council; none where nothing is chosen."""
    marks = [
        Mark(Point(place.lat, place.lon), place.name, number, key=place.key)
        for number, place in enumerate(places, start=1)
        if place.lat is not None and place.lon is not None and not place.is_confidential
    ]
    if not marks:
        return None
    ground = outlines_of_parts(session, [Part(COUNCIL, edit.draft.listing.council_code)])
    return draw(None, marks, [Outline(one.outline, "land", "", one.id) for one in ground.values()])


def _area(session: Session, edit: Edit) -> Extra:
    council = edit.draft.listing.council_code
    offered = choosable(session, council)
    wanted = edit.some("areas")
    parts = [part for value in wanted if (part := _part(value))]
    drawn = outlines_of_parts(session, parts) if parts else {}
    names = {str(part): f"{one.name} ({part.kind.label})" for part, one in drawn.items()}
    return {
        "chosen": [(value, names.get(value, value)) for value in wanted],
        "groups": [_group(kind, ones, set(wanted)) for kind, ones in offered.items()],
        "map": _area_map(offered, list(drawn.values()), council),
        "live": _live(offered, parts, council),
    }


def _part(value: str) -> Part | None:
    kind, _, code = value.partition(":")
    return Part(FootprintKind(kind), code) if kind in set(FootprintKind) and code else None


def _group(kind: FootprintKind, ones: list[Choosable], chosen: set[str]) -> Group:
    options = [(str(one.part), one.name) for one in ones if str(one.part) not in chosen]
    return Group(str(kind.label), options, kind is _SHOWN and not chosen)


def _area_map(
    offered: Mapping[FootprintKind, list[Choosable]], chosen: list[Choosable], council: str
) -> LocatorMap | None:
    ground = [one for one in offered.get(COUNCIL, ()) if one.part.code == council]
    lines = [Outline(one.outline, "land" if chosen else "area", "", one.id) for one in ground]
    if not chosen:  # something to find one's way by
        lines += [Outline(one.outline, "part", one.name, one.id) for one in offered.get(_SHOWN, ())]
    lines += [Outline(one.outline, "area", one.name, one.id) for one in chosen]
    return draw(None, (), lines)


def _live(
    offered: Mapping[FootprintKind, list[Choosable]], chosen: list[Part], council: str
) -> LiveMap | None:
    """The map that moves, as composing a neighbourhood has it: a click on an area ticks it."""
    if not offered:
        return None
    kind = _SHOWN if _SHOWN in offered else next(iter(offered))
    return LiveMap(
        area=(COUNCIL, council),
        kinds=(kind,),
        own=[(part.kind, part.code) for part in chosen],
        picks="areas",
    )


def _cost(_session: Session, _edit: Edit) -> Extra:
    return {
        "cost": [
            (FREE, gettext("Nothing: it is free for everyone")),
            (PRICES, gettext("There are prices, which are below")),
            (UNSAID, gettext("We do not say")),
        ]
    }


def _access(_session: Session, edit: Edit) -> Extra:
    shown_in = locale()
    spoken = dict.fromkeys([*edit.some("languages"), *(code for code in KNOWN if code != "en")])
    named = [(code, language_name(code, shown_in)) for code in spoken if code in LANGUAGES]
    others = [
        (code, language_name(code, shown_in)) for code in LANGUAGES if code not in spoken and code != "en"
    ]
    return {
        "languages": named,
        "others": sorted(others, key=lambda one: one[1]),
        "accessibility": _options(AccessibilityFeature),
    }


def _categories(session: Session, edit: Edit) -> Extra:
    needs = [(term.key.removeprefix(NEED), term.name) for term in queries.needs(session)]
    grouped = _catalogue(session)
    content, may_confirm = edit.draft.content, edit.draft.may_confirm
    named = dict(needs) | {key: name for _, options in grouped for key, name in options}
    confirmed = [*(content.get("needs") or ()), *(content.get("catalogue") or ())]
    if not may_confirm:
        needs = [(key, name) for key, name in needs if key not in confirmed]
        grouped = [(name, [one for one in options if one[0] not in confirmed]) for name, options in grouped]
    suggested = [*edit.some(SUGGESTED_NEEDS), *edit.some(SUGGESTED_CATALOGUE)]
    ticked = set(edit.some("catalogue" if may_confirm else SUGGESTED_CATALOGUE)) | set(suggested)
    return {
        "may_confirm": may_confirm,
        "needs": needs,
        "catalogue": grouped,
        "confirmed": [named.get(key, key) for key in confirmed],
        "suggested": [named.get(key, key) for key in suggested],
        "opened": lambda options: any(key in ticked for key, _ in options),
    }


def _catalogue(session: Session) -> list[tuple[str, Options]]:
    """The entries of the catalogue by domain, closed ones left out."""
    found: dict[str, Options] = {}
    for entry in queries.catalogue(session):
        if entry.status.value != "closed":
            found.setdefault(entry.domain.name, []).append((entry.key, entry.current_name or entry.name))
    return list(found.items())


_OFFERS: Mapping[Concern, Callable[[Session, Edit], Extra]] = {
    Concern.WHO_FOR: _who,
    Concern.WHEN: _when,
    Concern.WHERE: _where,
    Concern.AREA: _area,
    Concern.COST: _cost,
    Concern.ACCESS: _access,
    Concern.CATEGORIES: _categories,
}
