"""The page that is nothing but the map: any place, any kinds of area, under an address to share.

Without scripts it is the drawing by the server with the same areas, and the lists in words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from shapely.geometry.base import BaseGeometry

from hubfinder.directory.map_marks import MapMark, marks_in
from hubfinder.display.map import LocatorMap, Mark, Outline, draw
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.places.map_areas import Found, kinds_in, land_around, outlines_in
from hubfinder.places.queries import footprint_by_code
from hubfinder.places.values import Place, PlaceProblem, Point
from hubfinder.vocab import FootprintKind
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.live import live_around, live_of
from hubfinder.web.public.map_data import ground
from hubfinder.web.public.map_words import kind_words
from hubfinder.web.public.sites import AREA, LAND
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.live_map import LiveMap
from hubfinder.web.shared.place_advice import Advice, advice_on
from hubfinder.web.shared.places import places
from hubfinder.web.shared.sources import AreaSource, area_sources

MOST_NAMES = 16
"""Names in the drawing; more would cover it."""
_AT = re.compile(r"-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?,\d{1,2}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Listed:
    """The areas of one kind in words: name and address of each."""

    kind: FootprintKind
    heading: str
    areas: tuple[tuple[str, str], ...]


@public_page(pages, "/map")
def map_page() -> ResponseReturnValue:
    text = " ".join(request.args.get("place", "").split())
    live, label, advice = _live(text) if text else (None, "", None)
    kinds = _kinds(live)
    page = _page(live, kinds) if live else {}
    asked = [kind for kind in kinds_offered(live) if kind is not LAND]
    answer = render_template(
        "public/map_page.html",
        text=text,
        label=label,
        advice=advice,
        errors={"place": advice.error} if advice and advice.error else {},
        kinds=[(kind.value, kind_words()[kind.value][1]) for kind in asked],
        chosen=[kind.value for kind in kinds],
        **page,
    )
    return answer, advice.status if advice else 200


def _live(text: str) -> tuple[LiveMap | None, str, Advice | None]:
    """The map of what somebody typed, what to call it, and what there is to say instead."""
    kind, _, code = text.partition(":")
    if kind in FootprintKind._value2member_map_:
        footprint = footprint_by_code(db.session, FootprintKind(kind), code)
        if footprint and footprint.outline is not None:
            return live_of(db.session, footprint), footprint.name, None
    try:
        place = places().find(db.session, text)
    except PlaceProblem as problem:
        return None, "", advice_on(problem)
    live = live_around(db.session, place, is_yours=True)
    return live, place.label, None if live else _undrawn(place)


def _undrawn(place: Place) -> Advice:
    return Advice(gettext("There is no map of the area around %(place)s yet.", place=place.label))


def _kinds(live: LiveMap | None) -> list[FootprintKind]:
    """The kinds asked for in the address, or the map's own, or wards."""
    words = ",".join(request.args.getlist("kinds")).split(",")
    wanted = [FootprintKind(word) for word in words if word in FootprintKind._value2member_map_]
    return wanted or [kind for kind in live.kinds if kind is not LAND] if live else wanted or [AREA]


def kinds_offered(live: LiveMap | None) -> list[FootprintKind]:
    """The kinds that can be shown there."""
    return list(kinds_in(db.session, ground(*live.area))) if live else []


def _page(live: LiveMap, kinds: Sequence[FootprintKind]) -> dict[str, object]:
    area = ground(*live.area)
    found = outlines_in(db.session, area, kinds)
    hubs = marks_in(db.session, area.bounds)["hub"]
    at = request.args.get("at", "")
    return {
        "live": replace(live, kinds=kinds, opens=True, at=at if _AT.fullmatch(at) else ""),
        "map": _drawn(live, found, hubs),
        "lists": _lists(found),
        "sources": _sources(live, area, found),
    }


def _sources(live: LiveMap, area: BaseGeometry, found: Sequence[Found]) -> list[AreaSource]:
    """Where all that is drawn comes from: the areas, the ground below them and the land around."""
    below = footprint_by_code(db.session, *live.area)
    ids = {one.id for one in (*found, *land_around(db.session, area))}
    return area_sources(db.session, ids | {below.id} if below else ids)


def _drawn(live: LiveMap, found: Sequence[Found], hubs: Sequence[MapMark]) -> LocatorMap | None:
    land = Outline(ground(*live.area), "land" if found else "area")
    named = len(found) <= MOST_NAMES
    outlines = [Outline(one.shape, "area", one.name if named else "", one.id) for one in found]
    marks = [
        Mark(Point(*hub["at"]), hub["name"], href=url_for("public.hub", key=hub["key"]), key=hub["key"])
        for hub in hubs
    ]
    return draw(live.you, marks, [land, *outlines])


def _lists(found: Sequence[Found]) -> list[Listed]:
    words = kind_words()
    kinds = dict.fromkeys(one.kind for one in found)
    return [
        Listed(
            kind,
            words[kind.value][1],
            tuple(
                (one.name, url_for("public.footprint", kind=kind.value, code=one.code))
                for one in sorted(found, key=lambda one: one.name)
                if one.kind is kind
            ),
        )
        for kind in kinds
    ]
