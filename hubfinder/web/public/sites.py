"""Places on a page: where something happens, on a map and in words."""

from collections.abc import Collection, Iterable, Sequence

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location
from hubfinder.display.map import LocatorMap, Mark, Outline, draw
from hubfinder.places.queries import ids_of, outlines_of
from hubfinder.places.values import Membership, Place, Point
from hubfinder.vocab import FootprintKind
from hubfinder.web.shared.kept import kept
from hubfinder.web.shared.places import places

LAND, AREA = FootprintKind.LOCAL_AUTHORITY, FootprintKind.WARD


def point_of(location: Location) -> Point | None:
    """The point of a public place, if somebody has said where it is."""
    if location.is_confidential or location.lat is None or location.lon is None:
        return None
    return Point(location.lat, location.lon)


def map_of(locations: Iterable[Location], outlines: Iterable[Outline] = ()) -> LocatorMap | None:
    """A map of public places; a family hub is a pin with its name, others are numbered."""
    marks: list[Mark] = []
    for location in locations:
        point = point_of(location)
        if point:
            number = 0 if location.is_family_hub else 1 + sum(1 for mark in marks if mark.number)
            marks.append(Mark(point, location.name, number, key=location.key))
    return draw(None, marks, tuple(outlines))


def surroundings(session: Session, locations: Sequence[Location]) -> list[Outline]:
    """The ground of the council a place is in, and its ward; several places only have the ground."""
    point = next((point for location in locations if (point := point_of(location))), None)
    if point is None:
        return []
    return area_outlines(
        session, places().at(session, point, ""), (LAND, AREA) if len(locations) == 1 else (LAND,)
    )


def area_outlines(
    session: Session, place: Place, kinds: Sequence[FootprintKind] = (LAND, AREA)
) -> list[Outline]:
    """What to draw under the marks around a place."""
    members = [member for kind in kinds for member in place.of_kind(kind)]
    ids = tuple(member.footprint_id for member in members)
    shapes = kept(("outlines", ids), lambda: _shapes(session, ids))
    return [
        _outline(member, shapes[member.footprint_id]) for member in members if member.footprint_id in shapes
    ]


def ground_of(session: Session, councils: Collection[str]) -> list[Outline]:
    """The ground of other councils, by their codes, so that what is across the border stands on land too."""
    codes = tuple(sorted(councils))
    ids = kept(("grounds", codes), lambda: ids_of(session, LAND, codes)) if codes else {}
    shapes = kept(("outlines", tuple(ids.values())), lambda: _shapes(session, ids.values())) if ids else {}
    return [Outline(shape, "land", "", id_) for id_, shape in shapes.items()]


def _shapes(session: Session, ids: Collection[int]) -> dict[int, BaseGeometry]:
    return {id_: shapely.from_wkb(wkb) for id_, wkb in outlines_of(session, ids).items()}


def _outline(member: Membership, drawn: BaseGeometry) -> Outline:
    style, label = ("land", "") if member.kind is LAND else ("area", member.name)
    return Outline(drawn, style, label, member.footprint_id)
