"""The map beside the results: you, your hub, the places of the results, and the areas around them."""

from collections.abc import Mapping

import shapely
from sqlalchemy.orm import Session

from hubfinder.places.queries import councils_of_postcodes, outlines_of
from hubfinder.places.values import Membership, Place, Point
from hubfinder.search.values import Group, Results, Site
from hubfinder.vocab import FootprintKind
from hubfinder.web.shared.map import LocatorMap, Mark, Outline, draw

ON_MAP = (Group.HUB, Group.NEAR, Group.SERVING)
MOST_MARKS = 12
LAND, AREA = FootprintKind.LOCAL_AUTHORITY, FootprintKind.WARD


def numbers(found: Results) -> dict[str, int]:
    """The number on the map of each place, by its key, in the order of the page; a hub has a pin instead."""
    keys = dict.fromkeys(site["key"] for site in _sites(found) if not site["hub"])
    return {key: number for number, key in enumerate(keys, 1)}


def results_map(
    session: Session, place: Place | None, found: Results, numbered: Mapping[str, int]
) -> LocatorMap | None:
    """The map; none without a place to look from."""
    if place is None:
        return None
    marks = [
        Mark(Point(site["lat"], site["lon"]), site["name"], numbered.get(site["key"], 0))
        for site in _sites(found)
        if site["lat"] is not None and site["lon"] is not None
    ]
    return draw(place.point, marks, _outlines(session, place))


def borders(session: Session, place: Place | None, found: Results) -> dict[str, str]:
    """The council of each result's postcode, where it is another than the family's own."""
    own = {member.code for member in place.of_kind(LAND)} if place else set()
    if not own:
        return {}
    postcodes = {one.site["postcode"] for one in found.everything if one.site and one.site["postcode"]}
    councils = councils_of_postcodes(session, postcodes)
    return {postcode: name for postcode, (code, name) in councils.items() if code not in own}


def _sites(found: Results) -> list[Site]:
    """The places of the results that can be drawn, in the order of the page, each once."""
    sites: dict[str, Site] = {}
    for group in ON_MAP:
        for one in found.groups.get(group, ()):
            if one.site and one.site["lat"] is not None and len(sites) < MOST_MARKS:
                sites.setdefault(one.site["key"], one.site)
    return list(sites.values())


def _outlines(session: Session, place: Place) -> list[Outline]:
    """The council's ground, and on it the ward."""
    drawn = [*place.of_kind(LAND), *place.of_kind(AREA)]
    shapes = outlines_of(session, [member.footprint_id for member in drawn])
    return [_outline(member, shapes) for member in drawn if member.footprint_id in shapes]


def _outline(member: Membership, shapes: Mapping[int, bytes]) -> Outline:
    shape = shapely.from_wkb(shapes[member.footprint_id])
    return Outline(shape, "land") if member.kind is LAND else Outline(shape, "area", member.name)
