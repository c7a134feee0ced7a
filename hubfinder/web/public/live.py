"""The map that moves, as each page offers it."""

from collections.abc import Collection

import shapely
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location
from hubfinder.places.models import Footprint
from hubfinder.places.values import Place, Point
from hubfinder.vocab import FootprintKind
from hubfinder.web.public.sites import AREA, LAND, area_outlines, point_of
from hubfinder.web.shared.live_map import Key, LiveMap
from hubfinder.web.shared.places import places

LARGE = frozenset({LAND, FootprintKind.ICB, FootprintKind.POLICE_AREA, FootprintKind.CRIMINAL_JUSTICE_AREA})
"""Kinds that hold a council, or are one: their own ground is the ground of the map."""
YOURS = (
    FootprintKind.NEIGHBOURHOOD,
    *(kind for kind in FootprintKind if kind.is_catchment),
    FootprintKind.WARD,
    FootprintKind.PRIMARY_CARE_NETWORK,
)
"""Of a place, the areas that are drawn as its own."""


def live_around(
    session: Session,
    place: Place | None,
    kinds: Collection[FootprintKind] = (AREA,),
    *,
    is_yours: bool = False,
) -> LiveMap | None:
    """The map of the council a place is in; none where nobody has drawn it. ``is_yours``: with "You"."""
    council = _council(session, place) if place else None
    if place is None or council is None:
        return None
    if not is_yours:
        return LiveMap(area=council, kinds=kinds)
    own = [(member.kind, member.code) for kind in YOURS for member in place.of_kind(kind)[:2]]
    return LiveMap(area=council, kinds=kinds, own=own, you=place.point, place=place.label)


def live_at(session: Session, location: Location) -> LiveMap | None:
    """The map around a public place; none where nobody has said where it is."""
    point = point_of(location)
    return live_around(session, places().at(session, point, location.name)) if point else None


def live_of(session: Session, footprint: Footprint) -> LiveMap | None:
    """The map of a footprint among the others of its kind, in its council; none where nobody has drawn it."""
    if footprint.outline is None:
        return None
    own: Key = (footprint.kind, footprint.code)
    inside = shapely.from_wkb(footprint.outline).representative_point()
    place = places().at(session, Point(inside.y, inside.x), footprint.name)
    council = None if footprint.kind in LARGE else _council(session, place)
    return LiveMap(
        area=council or own,
        kinds=(footprint.kind,),
        own=[own],
        place=f"{footprint.kind.value}:{footprint.code}",
    )


def _council(session: Session, place: Place) -> Key | None:
    drawn = {outline.footprint_id for outline in area_outlines(session, place, (LAND,))}
    return next(((m.kind, m.code) for m in place.of_kind(LAND) if m.footprint_id in drawn), None)
