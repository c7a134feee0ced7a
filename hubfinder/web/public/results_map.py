"""The map beside the results: you, your hub, the places of the results, and the areas around them."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from hubfinder.display.map import LocatorMap, Mark, draw
from hubfinder.places.values import Place, Point
from hubfinder.search.values import Group, Results, Site
from hubfinder.web.public.sites import area_outlines, ground_of

ON_MAP = (Group.HUB, Group.NEAR)
"""What is further away would shrink the streets around the family to a dot."""
MOST_MARKS = 12


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
    councils = {one.site["key"]: one.border for one in found.everything if one.site}
    marks = [
        Mark(
            point=Point(site["lat"], site["lon"]),
            name=site["name"],
            number=numbered.get(site["key"], 0),
            key=site["key"],
            council=council.name if (council := councils[site["key"]]) else "",
        )
        for site in _sites(found)
        if site["lat"] is not None and site["lon"] is not None
    ]
    across = {council.code for site in _sites(found) if (council := councils[site["key"]])}
    return draw(place.point, marks, [*ground_of(session, across), *area_outlines(session, place)])


def _sites(found: Results) -> list[Site]:
    """The places of the results that can be drawn, in the order of the page, each once."""
    sites: dict[str, Site] = {}
    for group in ON_MAP:
        for one in found.groups.get(group, ()):
            if one.site and one.site["lat"] is not None and len(sites) < MOST_MARKS:
                sites.setdefault(one.site["key"], one.site)
    return list(sites.values())
