"""How the footprints of two kinds lie over each other: the postcodes, ground and people they share.

Postcodes are counted through the sets that were worked out when the files came in, so a whole council takes
one statement. Only live postcodes count. A postcode that belongs to a network by likelihood counts for it by
its share: 0.62 of a postcode where 62 % of the people around are with one of its surgeries.

People are the registered patients of the small areas, as the networks' file gives them, spread evenly over
the live postcodes of each small area. Where no patients are known, nobody is counted, and ``people`` is none
where nothing is known at all.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

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
    rows: tuple[Side, ...]
    columns: tuple[Side, ...]
    cells: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    """By the ids of row and column."""

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


class AreaUnknown(Exception):
    """There is no footprint of that kind and code to compare within."""


def overlap(
    session: Session,
    of: FootprintKind,
    with_: FootprintKind,
    within: Within | None = None,
    *,
    ground: bool = True,
) -> Overlap:
    """Compare two kinds, everywhere or within one footprint. Without ``ground`` it is much quicker.

    Raises:
        AreaUnknown: there is no such footprint to compare within.
    """
    raise NotImplementedError


def compare_shape(session: Session, shape: BaseGeometry, kinds: Collection[FootprintKind]) -> ShapeOverlap:
    """Compare a polygon or multipolygon in WGS84 degrees with the stored footprints of some kinds."""
    raise NotImplementedError
