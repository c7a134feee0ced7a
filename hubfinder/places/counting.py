"""Counting live postcodes and people through the sets of footprints that postcodes share.

Each statement asks for the sets, counts or members of some thousand numbers by an index; what belongs
together is put together here. One large statement took a minute for a city: no plan of either database's
suits both one council and all of England.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hubfinder.places.models import Footprint, FootprintSetMember, FootprintShare, Postcode
from hubfinder.vocab import FootprintKind

SMALL, NETWORK = FootprintKind.SMALL_AREA, FootprintKind.PRIMARY_CARE_NETWORK
AT_ONCE = 5_000
"""Numbers in one statement: both databases have a limit of parameters."""
Members = dict[int, list[tuple[int, float]]]
"""Footprints with their shares, by set."""


@dataclass(slots=True)
class Tally:
    """Postcodes and people, as they are added up; people are none until some are known."""

    postcodes: float = 0.0
    people: float | None = None

    def add(self, postcodes: float, people_each: float | None) -> None:
        self.postcodes += postcodes
        if people_each is not None:
            self.people = (self.people or 0.0) + postcodes * people_each


@dataclass(frozen=True, slots=True)
class Counted:
    """Some sets: how many live postcodes of each count, and how many people live at one of them."""

    number: Mapping[int, float]
    people_each: Mapping[int, float]

    def of_pairs(self, ones: Members, others: Members) -> dict[tuple[int, int], Tally]:
        """What every two footprints have in common."""
        found: dict[tuple[int, int], Tally] = defaultdict(Tally)
        for set_id, number in self.number.items():
            people = self.people_each.get(set_id)
            for one, share in ones.get(set_id, ()):
                for other, other_share in others.get(set_id, ()):
                    found[one, other].add(number * share * other_share, people)
        return found

    def of_each(self, members: Members, only: Collection[int] | None = None) -> dict[int, Tally]:
        """What every footprint has; with ``only``, in those sets."""
        found: dict[int, Tally] = defaultdict(Tally)
        for set_id, number in self.number.items():
            if only is None or set_id in only:
                for one, share in members.get(set_id, ()):
                    found[one].add(number * share, self.people_each.get(set_id))
        return found


def counted_in(session: Session, area: int | None) -> Counted:
    """All sets, or those of one footprint, where a postcode counts by its share of the footprint."""
    if area is None:
        number: Mapping[int, float] = living(session, None)
    else:
        shares = {set_id: share for set_id, _, share in _of_footprints(session, [area])}
        number = {set_id: n * shares[set_id] for set_id, n in living(session, shares).items()}
    return with_people(session, number, everywhere=area is None)


def counted_of(session: Session, footprints: Collection[int]) -> Counted:
    """All sets that hold any of some footprints."""
    sets = {set_id for set_id, _, _ in _of_footprints(session, footprints)}
    return with_people(session, living(session, sets))


def with_people(
    session: Session,
    number: Mapping[int, float],
    *,
    everywhere: bool = False,
    home: Mapping[int, int] | None = None,
) -> Counted:
    """Add the people: the patients of each small area, spread evenly over all its live postcodes.

    ``home``: the small area of each set, where that is known already.
    """
    if session.scalar(select(FootprintShare.footprint_id).limit(1)) is None:
        return Counted(number, {})
    if home is None:
        sets = None if everywhere else number
        home = {set_id: areas[0][0] for set_id, areas in members_of(session, sets, SMALL).items()}
    areas = {area for set_id, area in home.items() if set_id in number}
    each = _people_each(session, areas, number if everywhere else None)
    return Counted(number, {set_id: each[area] for set_id, area in home.items() if area in each})


def _people_each(
    session: Session, areas: Collection[int], number: Mapping[int, float] | None
) -> dict[int, float]:
    """The people of one live postcode of each small area; those without known patients are left out."""
    of_set = [(set_id, area) for set_id, area, _ in _of_footprints(session, areas)]
    number = living(session, {set_id for set_id, _ in of_set}) if number is None else number
    size: dict[int, float] = defaultdict(float)
    for set_id, area in of_set:
        size[area] += number.get(set_id, 0)
    patients = _patients(session, areas)
    return {area: patients[area] / size[area] for area in areas if area in patients and size[area]}


def _patients(session: Session, areas: Collection[int]) -> dict[int, float]:
    """All registered patients by small area: shares are of all, those of networks not stored included."""
    return {
        row[0]: float(row[1])
        for ids in portions(areas)
        for row in session.execute(
            select(Footprint.id, func.max(FootprintShare.patients / FootprintShare.share))
            .join(FootprintShare, FootprintShare.small_area_code == Footprint.code)
            .where(Footprint.id.in_(ids), FootprintShare.share > 0)
            .group_by(Footprint.id)
        )
    }


def living(session: Session, sets: Collection[int] | None) -> dict[int, int]:
    """How many live postcodes sets have; all sets for none."""
    live = (
        select(Postcode.set_id, func.count()).where(Postcode.terminated.is_(None)).group_by(Postcode.set_id)
    )
    some = (
        [live.where(Postcode.set_id.is_not(None))]
        if sets is None
        else (live.where(Postcode.set_id.in_(ids)) for ids in portions(sets))
    )
    return {row[0]: row[1] for statement in some for row in session.execute(statement)}


def members_of(
    session: Session, sets: Collection[int] | None, kind: FootprintKind, *, likeliest: bool = False
) -> Members:
    """The footprints of a kind in each set; all sets for none.

    With ``likeliest`` only one network of each set, and that with a share of 1.
    """
    found: Members = defaultdict(list)
    for set_id, footprint_id, share in _rows(session, sets, kind):
        found[set_id].append((footprint_id, share))
    if likeliest and kind is NETWORK:
        return {set_id: [(min(some, key=_likeliest)[0], 1.0)] for set_id, some in found.items()}
    return found


def _likeliest(member: tuple[int, float]) -> tuple[float, int]:
    return -member[1], member[0]


def _rows(
    session: Session, sets: Collection[int] | None, kind: FootprintKind
) -> Iterator[tuple[int, int, float]]:
    member = FootprintSetMember
    chosen = select(member.set_id, member.footprint_id, member.share)
    if sets is None:
        of_kind = member.footprint_id.in_(select(Footprint.id).where(Footprint.kind == kind))
        yield from _asked(session, [chosen.where(of_kind)])
        return
    # The kind is looked at here: asked for in the statement, it would tempt the database to begin with it.
    with_kind = chosen.add_columns(Footprint.kind).join(Footprint, Footprint.id == member.footprint_id)
    for some in portions(sets):
        for set_id, footprint_id, share, its_kind in session.execute(
            with_kind.where(member.set_id.in_(some))
        ):
            if its_kind is kind:
                yield set_id, footprint_id, float(share)


def _of_footprints(session: Session, footprints: Collection[int]) -> Iterator[tuple[int, int, float]]:
    """Set, footprint and share, for every set that holds any of some footprints."""
    member = FootprintSetMember
    chosen = select(member.set_id, member.footprint_id, member.share)
    return _asked(session, (chosen.where(member.footprint_id.in_(some)) for some in portions(footprints)))


def _asked(
    session: Session, statements: Iterable[Select[tuple[int, int, float]]]
) -> Iterator[tuple[int, int, float]]:
    for statement in statements:
        for set_id, footprint_id, share in session.execute(statement):
            yield set_id, footprint_id, float(share)


def portions(ids: Iterable[int]) -> Iterator[list[int]]:
    """Numbers in order, some thousand at a time."""
    every = sorted(ids)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def live_in_box(
    box: tuple[float, float, float, float],
) -> Select[tuple[float | None, float | None, int | None]]:
    """Longitude, latitude and set of the live postcodes in a box: west, south, east, north in degrees."""
    west, south, east, north = box
    return select(Postcode.lon, Postcode.lat, Postcode.set_id).where(
        Postcode.lat.between(south, north), Postcode.lon.between(west, east), Postcode.terminated.is_(None)
    )
