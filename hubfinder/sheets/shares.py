"""Of the people of an area, which share is in each other footprint: ``62 %`` of a catchment in a ward.

Live postcodes are counted through the sets of footprints that they share, as in ``places/counting.py``, and
weighed with the people who live at them where that is known of all.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from hubfinder.places.counting import with_people
from hubfinder.places.lookups import OVERLAPPING, in_order
from hubfinder.places.values import Membership, Point
from hubfinder.sheets.queries import Area, Living, footprints, living, members, middle_of_shape, sets_of
from hubfinder.vocab import Basis, FootprintKind

LEAST_SHARE, LEAST_POSTCODES = 0.05, 20
"""A footprint with less of both is left out: that is one street, or two lines that nearly agree."""


Row = tuple[int, int, float]
"""Set, footprint and share."""


@dataclass(frozen=True, slots=True)
class People:
    """Who lives in an area."""

    memberships: tuple[Membership, ...]
    """All footprints they are in, the area itself among them, each with the share of them that is in it."""
    middle: Point | None
    """The middle of where they live; none where that is not known."""
    reach_m: float = 0.0
    """How far from there, at most, in metres."""
    postcodes: float = 0.0
    """Live ones; not whole where some count by their share."""


def people_of(session: Session, area: Area) -> People:
    """The people of a footprint: some ten small statements, each by an index."""
    inside = sets_of(session, area.id)
    there = living(session, inside)
    number = {one.set_id: one.postcodes * inside[one.set_id] for one in there}
    rows = list(members(session, number))
    found = footprints(session, {footprint_id for _, footprint_id, _ in rows} | {area.id})
    shares = _shares(rows, _weights(session, number, rows, found))
    postcodes = _summed(rows, number)
    middle = _middle(there, number) or middle_of_shape(session, area.id)
    return People(
        memberships=in_order(
            _member(one, shares.get(one.footprint_id, 1.0), area)
            for one in found
            if _counts(one, area, shares, postcodes)
        ),
        middle=middle,
        reach_m=_reach(there, middle),
        postcodes=sum(number.values()),
    )


def _counts(one: Membership, area: Area, shares: Mapping[int, float], postcodes: Mapping[int, float]) -> bool:
    """Whether a footprint is one of the people's: itself, the nations, and what enough of them are in."""
    if one.footprint_id == area.id or one.footprint_id not in shares:
        return True
    is_enough = shares[one.footprint_id] >= LEAST_SHARE or postcodes[one.footprint_id] >= LEAST_POSTCODES
    return is_enough and not is_instead(one.kind, area.kind)


def _weights(
    session: Session, number: Mapping[int, float], rows: Iterable[Row], found: Iterable[Membership]
) -> Mapping[int, float]:
    """What each set counts for: its people, or its postcodes where those are not known everywhere."""
    small = {one.footprint_id for one in found if one.kind is FootprintKind.SMALL_AREA}
    home = {set_id: footprint_id for set_id, footprint_id, _ in rows if footprint_id in small}
    each = with_people(session, number, home=home).people_each
    if not all(each.get(set_id) for set_id in number):
        return number
    return {set_id: count * each[set_id] for set_id, count in number.items()}


def _shares(rows: Iterable[Row], weights: Mapping[int, float]) -> dict[int, float]:
    """By footprint: the part of all weights that is in it, 0 to 1."""
    total = sum(weights.values())
    return {one: min(weight / total, 1.0) for one, weight in _summed(rows, weights).items()}


def _summed(rows: Iterable[Row], weights: Mapping[int, float]) -> dict[int, float]:
    found: dict[int, float] = defaultdict(float)
    for set_id, footprint_id, share in rows:
        found[footprint_id] += weights[set_id] * share
    return found


def _member(one: Membership, share: float, area: Area) -> Membership:
    """A footprint with its share; the area's own line decides nothing on its own sheet."""
    if one.footprint_id == area.id:
        return replace(one, basis=Basis.OFFICIAL)
    return replace(one, share=share)


def is_instead(kind: FootprintKind, own: FootprintKind) -> bool:
    """Whether who is in one footprint of a kind is in no other, as with wards and networks.

    Catchments and neighbourhoods overlap; and of the nations, England is in Great Britain.
    """
    return kind is own and kind not in OVERLAPPING and kind is not FootprintKind.NATION


def _middle(there: Sequence[Living], number: Mapping[int, float]) -> Point | None:
    total = sum(number.values())
    if not total:
        return None
    return Point(
        sum(one.lat * number[one.set_id] for one in there) / total,
        sum(one.lon * number[one.set_id] for one in there) / total,
    )


def _reach(there: Sequence[Living], middle: Point | None) -> float:
    """Metres from the middle to the corner of the box around all of them that is furthest away."""
    if not there or middle is None:
        return 0.0
    lats = min(one.south for one in there), max(one.north for one in there)
    lons = min(one.west for one in there), max(one.east for one in there)
    return math.ceil(max(middle.metres_to_all([Point(lat, lon) for lat in lats for lon in lons])))
