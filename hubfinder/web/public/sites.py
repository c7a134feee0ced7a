"""Places on a page: where something happens, on a map and in words."""

from collections.abc import Iterable

from hubfinder.directory.models import Location
from hubfinder.places.values import Point
from hubfinder.web.shared.map import LocatorMap, Mark, Outline, draw


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
            marks.append(Mark(point, location.name, number))
    return draw(None, marks, tuple(outlines))
