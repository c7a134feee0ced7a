"""Statements that count live postcodes and people through the sets of footprints that postcodes share."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from hubfinder.places.models import Footprint, FootprintSet, FootprintSetMember, FootprintShare, Postcode
from hubfinder.vocab import FootprintKind

SMALL, NETWORK = FootprintKind.SMALL_AREA, FootprintKind.PRIMARY_CARE_NETWORK
Sets = Select[tuple[int]]
"""The ids of some sets of footprints."""
Figures = CompoundSelect[Any]
"""Sort of row, footprint, other footprint (of a pair), postcodes, people."""
PAIR, ALL_OF_IT, IN_ANY = "pair", "all of it", "in any"


def ids_of(*kinds: FootprintKind) -> Select[tuple[int]]:
    """The footprints of some kinds."""
    return select(Footprint.id).where(Footprint.kind.in_(kinds))


def sets_of(footprints: Collection[int]) -> Sets:
    """The sets that hold any of some footprints."""
    member = aliased(FootprintSetMember)
    return select(member.set_id).where(member.footprint_id.in_(footprints))


def these_sets(numbers: Collection[int]) -> Sets:
    """Sets by their numbers."""
    return select(FootprintSet.id).where(FootprintSet.id.in_(numbers))


def shared(of: FootprintKind, with_: FootprintKind, area: int | None, likeliest: bool) -> Figures:
    """What every two footprints of two kinds share, in an area or everywhere, and what each of them has.

    Three sorts of rows: a pair; all of a footprint; what of a footprint is in any of the other kind.
    """
    counted = _counted_in(area)
    sets = None if area is None else select(counted.c.set_id)
    one = _members((of,), likeliest, sets).cte("one")
    other = _members((with_,), likeliest, sets).cte("other")
    sums = _sums(counted, one.c.share * other.c.share)
    together = (
        select(literal(PAIR), one.c.footprint_id, other.c.footprint_id, *sums)
        .join(counted, counted.c.set_id == one.c.set_id)
        .join(other, other.c.set_id == one.c.set_id)
        .group_by(one.c.footprint_id, other.c.footprint_id)
    )
    return union_all(
        together,
        _alone(ALL_OF_IT, one, counted),
        _alone(ALL_OF_IT, other, counted),
        _alone(IN_ANY, one, counted).where(one.c.set_id.in_(select(other.c.set_id))),
        _alone(IN_ANY, other, counted).where(other.c.set_id.in_(select(one.c.set_id))),
    )


def _alone(sort: str, members: CTE, counted: CTE) -> Select[Any]:
    return (
        select(literal(sort), members.c.footprint_id, null(), *_sums(counted, members.c.share))
        .join(counted, counted.c.set_id == members.c.set_id)
        .group_by(members.c.footprint_id)
    )


def whole(footprints: Collection[int], kinds: Collection[FootprintKind], likeliest: bool) -> Select[Any]:
    """Footprint, postcodes and people of whole footprints, all of them of some kinds."""
    sets = sets_of(footprints)
    counted, members = counted_sets(sets), _members(kinds, likeliest, sets).cte("members")
    return (
        select(members.c.footprint_id, *_sums(counted, members.c.share))
        .join(counted, counted.c.set_id == members.c.set_id)
        .where(members.c.footprint_id.in_(footprints))
        .group_by(members.c.footprint_id)
    )


def _members(
    kinds: Collection[FootprintKind], likeliest: bool, sets: Sets | None
) -> Select[Any] | CompoundSelect[Any]:
    """The footprints of some kinds in some sets, or in all.

    With ``likeliest`` only one network of each set, and that with a share of 1.
    """
    if not likeliest or NETWORK not in kinds:
        return _plain_members(kinds, sets)
    networks = _plain_members((NETWORK,), sets).subquery("networks")
    order = (networks.c.share.desc(), networks.c.footprint_id)
    rank = func.row_number().over(partition_by=networks.c.set_id, order_by=order)
    ranked = select(networks, rank.label("rank")).subquery("ranked")
    first = select(ranked.c.set_id, ranked.c.footprint_id, literal(1.0).label("share"))
    first = first.where(ranked.c.rank == 1)
    others = [kind for kind in kinds if kind is not NETWORK]
    return union_all(first, _plain_members(others, sets)) if others else first


def _plain_members(kinds: Collection[FootprintKind], sets: Sets | None) -> Select[Any]:
    member = aliased(FootprintSetMember)
    found = select(member.set_id, member.footprint_id, member.share)
    found = found.where(member.footprint_id.in_(ids_of(*kinds)))
    return found if sets is None else found.where(member.set_id.in_(sets))


def counted_sets(sets: Sets | None) -> CTE:
    """Some sets, or all, with their live postcodes (``number``) and the people of each (``people_each``)."""
    living = _living(sets)
    people = _people_each(living)
    counted = select(living.c.set_id, living.c.number, people.c.people_each)
    if sets is not None:
        counted = counted.where(living.c.set_id.in_(sets))
    return counted.outerjoin(people, people.c.set_id == living.c.set_id).cte("counted")


def _counted_in(area: int | None) -> CTE:
    """All sets, or those of one footprint, where a postcode counts by its share of the footprint."""
    if area is None:
        return counted_sets(None)
    counted, inside = counted_sets(sets_of([area])), aliased(FootprintSetMember)
    return (
        select(counted.c.set_id, (counted.c.number * inside.share).label("number"), counted.c.people_each)
        .join(inside, inside.set_id == counted.c.set_id)
        .where(inside.footprint_id == area)
        .cte("counted_in")
    )


def _sums(
    counted: CTE, share: ColumnElement[float] | InstrumentedAttribute[float]
) -> tuple[ColumnElement[float], ColumnElement[float]]:
    return func.sum(counted.c.number * share), func.sum(counted.c.number * counted.c.people_each * share)


def _living(sets: Sets | None) -> CTE:
    """How many live postcodes sets have: some and all others of their small areas, or all there are."""
    wanted = Postcode.set_id.is_not(None) if sets is None else _and_neighbours(sets)
    return (
        select(Postcode.set_id.label("set_id"), func.count().label("number"))
        .where(wanted, Postcode.terminated.is_(None))
        .group_by(Postcode.set_id)
        .cte("living")
    )


def _and_neighbours(sets: Sets) -> ColumnElement[bool]:
    """Some sets and all of the same small areas: the people of a small area are spread over all of it."""
    member, around = aliased(FootprintSetMember), aliased(FootprintSetMember)
    areas = select(member.footprint_id).where(member.set_id.in_(sets), member.footprint_id.in_(ids_of(SMALL)))
    neighbours = select(around.set_id).where(around.footprint_id.in_(areas))
    return or_(Postcode.set_id.in_(sets), Postcode.set_id.in_(neighbours))


def _people_each(living: CTE) -> Subquery:
    """The people of one postcode of a set; sets of small areas without known patients are left out."""
    home = (
        select(FootprintSetMember.set_id, Footprint.id, Footprint.code)
        .join(Footprint, Footprint.id == FootprintSetMember.footprint_id)
        .join(living, living.c.set_id == FootprintSetMember.set_id)
        .where(Footprint.kind == SMALL)
        .cte("home")
    )
    size = (
        select(home.c.id, func.sum(living.c.number).label("number"))
        .join(living, living.c.set_id == home.c.set_id)
        .group_by(home.c.id)
        .subquery("size")
    )
    everybody = (  # shares are of all patients, those of networks that are no footprint included
        select(
            FootprintShare.small_area_code.label("code"),
            func.max(FootprintShare.patients / FootprintShare.share).label("people"),
        )
        .where(FootprintShare.share > 0)
        .group_by(FootprintShare.small_area_code)
        .subquery("everybody")
    )
    return (
        select(home.c.set_id, (everybody.c.people / size.c.number).label("people_each"))
        .join(size, size.c.id == home.c.id)
        .join(everybody, everybody.c.code == home.c.code)
        .subquery("people")
    )


def members_of(sets: Collection[int], kinds: Collection[FootprintKind]) -> Select[tuple[int, int, float]]:
    """The footprints of some kinds in each of these sets, with their shares."""
    member = FootprintSetMember
    return select(member.set_id, member.footprint_id, member.share).where(
        member.set_id.in_(sets), member.footprint_id.in_(ids_of(*kinds))
    )


def people_each(sets: Collection[int]) -> Select[tuple[int, float]]:
    """The people of one postcode of each of these sets; those where no patients are known are left out."""
    counted = counted_sets(these_sets(sets))
    return select(counted.c.set_id, counted.c.people_each).where(counted.c.people_each.is_not(None))


def live_in_box(
    box: tuple[float, float, float, float],
) -> Select[tuple[float | None, float | None, int | None]]:
    """Longitude, latitude and set of the live postcodes in a box: west, south, east, north in degrees."""
    west, south, east, north = box
    return select(Postcode.lon, Postcode.lat, Postcode.set_id).where(
        Postcode.lat.between(south, north), Postcode.lon.between(west, east), Postcode.terminated.is_(None)
    )
