"""How the footprints of two kinds lie over each other: the postcodes, ground and people they share.

Postcodes are counted through the sets that were worked out when the files came in, so a council takes a few
quick statements. Only live postcodes count. A postcode that belongs to a network by likelihood counts for it
by its share (0.62 of a postcode where 62 % of the people around are with one of its surgeries), or fully for
the likeliest.

People are the registered patients of the small areas, as the networks' file gives them, spread evenly over
the live postcodes of each small area. Where no patients are known, nobody is counted, and ``people`` is none
where nothing is known at all.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from hubfinder.database import in_box
from hubfinder.places import counting
from hubfinder.places.ground import Flat, flat_shapes, flattened, shared_ground, square_kilometres
from hubfinder.places.models import Footprint, FootprintSetMember
from hubfinder.vocab import FootprintKind

COMPARABLE = tuple(kind for kind in FootprintKind if kind is not FootprintKind.NATION)
"""Kinds whose postcodes are stored; everything here is in England."""
Within = tuple[FootprintKind, str]
"""Kind and code of the area in which postcodes are counted."""


@dataclass(frozen=True, slots=True)
class Side:
    """One footprint of a comparison, with what of it lies in the area compared."""

    id: int
    kind: FootprintKind
    code: str
    name: str
    layer_id: int
    postcodes: float
    """Live postcodes; not whole where some count by their share."""
    people: float | None = None
    ground_km2: float | None = None
    """None where nobody has drawn it, or ground was not asked for."""
    everywhere: float | None = None
    """All its live postcodes, those outside the area compared included; none if no area was given."""
    in_any: float = 0.0
    """Those of its postcodes that are in any footprint of the other kind."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What two footprints have in common."""

    postcodes: float
    people: float | None = None
    ground_km2: float | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """All footprints of two kinds that have postcodes in an area, and what each two have in common.

    Rows and columns are in the order of their names. Pairs with nothing in common have no cell.
    """

    of: FootprintKind
    with_: FootprintKind
    within: Within | None
    likeliest: bool
    """Whether a postcode counts only for its likeliest network, and then fully."""
    rows: tuple[Side, ...]
    columns: tuple[Side, ...]
    cells: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    """By the ids of row and column."""

    def turned(self) -> "Overlap":
        """The same with rows and columns exchanged."""
        return replace(
            self,
            of=self.with_,
            with_=self.of,
            rows=self.columns,
            columns=self.rows,
            cells={(other, one): cell for (one, other), cell in self.cells.items()},
        )

    def cell(self, row: Side, column: Side) -> Cell:
        return self.cells.get((row.id, column.id), NOTHING)

    def share_of_row(self, row: Side, column: Side) -> float:
        """The part of a row's postcodes that is in a column, 0 to 1."""
        return self.cell(row, column).postcodes / row.postcodes if row.postcodes else 0.0

    def share_of_column(self, row: Side, column: Side) -> float:
        """The part of a column's postcodes that is in a row, 0 to 1."""
        return self.cell(row, column).postcodes / column.postcodes if column.postcodes else 0.0


@dataclass(frozen=True, slots=True)
class Meeting:
    """A footprint that a shape meets, with what they have in common."""

    other: Side
    """Its figures are of the whole footprint."""
    shared: Cell
    share_of_shape: float
    """Of the shape's postcodes, 0 to 1."""
    share_of_other: float


@dataclass(frozen=True, slots=True)
class ShapeOverlap:
    """A shape that is not stored, and the footprints it meets: by kind, then the largest share first."""

    postcodes: int
    people: float | None
    ground_km2: float
    meetings: tuple[Meeting, ...]

    def of_kind(self, kind: FootprintKind) -> tuple[Meeting, ...]:
        return tuple(one for one in self.meetings if one.other.kind is kind)


NOTHING = Cell(0.0)


@dataclass(frozen=True, slots=True)
class _Own:
    """Figures of a footprint by itself."""

    all_of_it: Cell = NOTHING
    in_any: float = 0.0


_NOWHERE = _Own()
_OF_SIDE = (Footprint.id, Footprint.kind, Footprint.code, Footprint.name, Footprint.layer_id)
_ORDER = {kind: number for number, kind in enumerate(FootprintKind)}


class AreaUnknown(Exception):
    """There is no footprint of that kind and code to compare within."""


def overlap(
    session: Session,
    of: FootprintKind,
    with_: FootprintKind,
    within: Within | None = None,
    *,
    ground: bool = True,
    likeliest: bool = False,
) -> Overlap:
    """Compare two kinds, everywhere or within one footprint. Without ``ground`` it is much quicker.

    With ``likeliest`` a postcode counts fully for the network that most people around it are with, and not
    at all for others.

    Raises:
        AreaUnknown: there is no such footprint to compare within.
    """
    area = _area(session, within) if within else None
    counted = counting.counted_in(session, area)
    sets = None if area is None else counted.number
    ones = counting.members_of(session, sets, of, likeliest=likeliest)
    others = counting.members_of(session, sets, with_, likeliest=likeliest)
    pairs = {pair: _cell(tally) for pair, tally in counted.of_pairs(ones, others).items()}
    sides = _sides(session, _own(counted, ones, others) | _own(counted, others, ones))
    if area is not None:
        sides = _with_everywhere(session, sides, (of, with_), likeliest)
    rows = tuple(side for side in sides if side.kind is of)
    columns = tuple(side for side in sides if side.kind is with_)
    found = Overlap(of, with_, within, likeliest, rows, columns, pairs)
    return _with_ground(session, found, area) if ground else found


def loaded_kinds(session: Session) -> dict[FootprintKind, int]:
    """How many footprints there are of each kind that can be compared, in the order of the kinds."""
    rows = session.execute(select(Footprint.kind, func.count()).group_by(Footprint.kind)).all()
    found: dict[FootprintKind, int] = {row[0]: row[1] for row in rows}
    return {kind: found[kind] for kind in COMPARABLE if kind in found}


def areas_of_kind(session: Session, kind: FootprintKind) -> list[tuple[str, str]]:
    """Code and name of every footprint of a kind, by name."""
    rows = select(Footprint.code, Footprint.name).where(Footprint.kind == kind)
    return [(code, name) for code, name in session.execute(rows.order_by(Footprint.name, Footprint.code))]


def name_of_area(session: Session, within: Within) -> str | None:
    """The name of a footprint; none if there is none such."""
    kind, code = within
    return session.scalar(select(Footprint.name).where(Footprint.kind == kind, Footprint.code == code))


def council_of(session: Session, footprint_id: int) -> str | None:
    """The code of the council area a footprint has postcodes in, the first of several."""
    there, council = aliased(FootprintSetMember), aliased(FootprintSetMember)
    return session.scalar(
        select(Footprint.code)
        .join(council, council.footprint_id == Footprint.id)
        .join(there, there.set_id == council.set_id)
        .where(there.footprint_id == footprint_id, Footprint.kind == FootprintKind.LOCAL_AUTHORITY)
        .order_by(Footprint.code)
        .limit(1)
    )


def _cell(tally: counting.Tally) -> Cell:
    return Cell(tally.postcodes, tally.people)


def _own(counted: counting.Counted, members: counting.Members, others: counting.Members) -> dict[int, _Own]:
    """What each footprint of a kind has, and what of it is in any of the other kind."""
    in_any = counted.of_each(members, others)
    return {
        id_: _Own(_cell(tally), in_any[id_].postcodes if id_ in in_any else 0.0)
        for id_, tally in counted.of_each(members).items()
    }


def _area(session: Session, within: Within) -> int:
    kind, code = within
    found = session.scalar(select(Footprint.id).where(Footprint.kind == kind, Footprint.code == code))
    if found is None or kind not in COMPARABLE:
        raise AreaUnknown(f"{kind.value}:{code}")
    return found


def _sides(session: Session, figures: Mapping[int, _Own]) -> list[Side]:
    """The footprints that figures are about, by name."""
    found = [
        Side(
            id=one.id,
            kind=one.kind,
            code=one.code,
            name=one.name,
            layer_id=one.layer_id,
            postcodes=figures[one.id].all_of_it.postcodes,
            people=figures[one.id].all_of_it.people,
            in_any=figures[one.id].in_any,
        )
        for ids in counting.portions(figures)
        for one in session.execute(select(*_OF_SIDE).where(Footprint.id.in_(ids)))
    ]
    return sorted(found, key=lambda side: (side.name, side.code))


def _with_everywhere(
    session: Session, sides: list[Side], kinds: Collection[FootprintKind], likeliest: bool
) -> list[Side]:
    totals = _whole(session, {side.id for side in sides}, kinds, likeliest)
    return [replace(side, everywhere=totals.get(side.id, NOTHING).postcodes) for side in sides]


def _whole(
    session: Session, ids: Collection[int], kinds: Collection[FootprintKind], likeliest: bool = False
) -> dict[int, Cell]:
    """Postcodes and people of whole footprints, all of them of some kinds."""
    counted = counting.counted_of(session, ids)
    return {
        id_: _cell(tally)
        for kind in kinds
        for id_, tally in counted.of_each(
            counting.members_of(session, counted.number, kind, likeliest=likeliest)
        ).items()
        if id_ in ids
    }


def _with_ground(session: Session, found: Overlap, area: int | None) -> Overlap:
    clip = flat_shapes(session, [area]).get(area) if area is not None else None
    rows = flat_shapes(session, (row.id for row in found.rows), clip)
    columns = flat_shapes(session, (column.id for column in found.columns), clip)
    shared = shared_ground(rows, columns)
    cells = {
        pair: replace(found.cells.get(pair, NOTHING), ground_km2=_ground_of(pair, rows, columns, shared))
        for pair in {**found.cells, **shared}
    }
    return replace(
        found,
        rows=tuple(_with_own_ground(side, rows) for side in found.rows),
        columns=tuple(_with_own_ground(side, columns) for side in found.columns),
        cells=cells,
    )


def _with_own_ground(side: Side, flat: Flat) -> Side:
    return replace(side, ground_km2=square_kilometres(flat[side.id])) if side.id in flat else side


def _ground_of(
    pair: tuple[int, int], rows: Flat, columns: Flat, shared: Mapping[tuple[int, int], float]
) -> float | None:
    """None where one of the two is not drawn."""
    return shared.get(pair, 0.0) if pair[0] in rows and pair[1] in columns else None


def compare_shape(session: Session, shape: BaseGeometry, kinds: Collection[FootprintKind]) -> ShapeOverlap:
    """Compare a polygon or multipolygon in WGS84 degrees with the stored footprints of some kinds.

    Footprints that share ground with it but no postcode are among the meetings too, with a share of 0.
    """
    kinds = [kind for kind in kinds if kind in COMPARABLE]
    inside = _sets_inside(session, shape)
    counted = counting.with_people(session, inside)
    shared = {
        id_: _cell(tally)
        for kind in kinds
        for id_, tally in counted.of_each(counting.members_of(session, inside, kind)).items()
    }
    ground = _ground_with(session, shape, kinds)
    others = _whole_sides(session, {**shared, **ground[1]}, kinds)
    meetings = [_meeting(other, shared.get(other.id, NOTHING), ground, inside.total()) for other in others]
    meetings.sort(key=lambda one: (_ORDER[one.other.kind], -one.share_of_shape, one.other.name))
    everybody = counting.Tally()
    for set_id, number in inside.items():
        everybody.add(number, counted.people_each.get(set_id))
    return ShapeOverlap(inside.total(), everybody.people, ground[0], tuple(meetings))


def _sets_inside(session: Session, shape: BaseGeometry) -> "Counter[int]":
    """How many live postcodes inside a shape have each set of footprints; 0 stands for none."""
    if shape.is_empty:
        return Counter()
    rows = session.execute(counting.live_in_box(shape.bounds)).all()
    points = shapely.points([(row[0], row[1]) for row in rows]) if rows else []
    inside = shapely.STRtree(points).query(shape, predicate="covers")
    return Counter(rows[at][2] or 0 for at in inside.tolist())


def _ground_with(
    session: Session, shape: BaseGeometry, kinds: Collection[FootprintKind]
) -> tuple[float, dict[int, float | None]]:
    """Square kilometres of a shape, and of what it shares with each footprint around it."""
    if shape.is_empty:
        return 0.0, {}
    around = session.scalars(
        select(Footprint.id).where(Footprint.kind.in_(kinds), in_box(Footprint.geom, shape.bounds))
    )
    flat = flattened(shape)
    shared = shared_ground({0: flat}, flat_shapes(session, around))
    return square_kilometres(flat), {other: area for (_, other), area in shared.items()}


def _whole_sides(session: Session, ids: Collection[int], kinds: Collection[FootprintKind]) -> list[Side]:
    """Footprints with their own figures, wherever they are."""
    totals = _whole(session, set(ids), kinds)
    flat = flat_shapes(session, ids)
    figures = {id_: _Own(totals.get(id_, NOTHING)) for id_ in ids}
    return [_with_own_ground(side, flat) for side in _sides(session, figures)]


def _meeting(
    other: Side, shared: Cell, ground: tuple[float, Mapping[int, float | None]], postcodes: int
) -> Meeting:
    drawn = 0.0 if other.ground_km2 is not None else None
    return Meeting(
        other=other,
        shared=replace(shared, ground_km2=ground[1].get(other.id, drawn)),
        share_of_shape=shared.postcodes / postcodes if postcodes else 0.0,
        share_of_other=shared.postcodes / other.postcodes if other.postcodes else 0.0,
    )
