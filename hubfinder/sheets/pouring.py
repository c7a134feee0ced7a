"""Blocks onto pages: which stand where, in a style."""

from collections.abc import Sequence
from dataclasses import dataclass

from hubfinder.sheets.blocks import Block
from hubfinder.sheets.boxes import Boxes
from hubfinder.sheets.geometry import Style
from hubfinder.sheets.measuring import Data, Ruler
from hubfinder.sheets.values import Section, Sheet

SPARE, SPARE_JOINED = 3.0, 10.0
"""Points left free on a page, in left-to-right and in joined scripts, which are only measured nearly."""
MOST_GAP = 1.6
"""Listings stand so many times farther apart than they must, at most, to fill a page."""
Unit = list[Block]
"""Blocks that stay together."""


@dataclass(frozen=True, slots=True)
class Column:
    """Blocks under each other; ``height`` in points, with the gaps between them."""

    units: tuple[Unit, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page: boxes over its whole width, columns, boxes at its foot."""

    head: tuple[Block, ...]
    columns: tuple[Column, ...]
    foot: tuple[Block, ...]
    room: float
    """Height there is for the columns."""

    @property
    def filled(self) -> float:
        """What share of the room for listings is used."""
        return sum(column.height for column in self.columns) / (self.room * len(self.columns) or 1)


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet on its pages, in a style."""

    style: Style
    pages: tuple[Page, ...]


def unit_height(unit: Unit, *, first: bool) -> float:
    """With the gap above it, unless it is the first of its column."""
    return sum(block.height for block in unit) + (0 if first else unit[0].before)


def fill(units: Sequence[Unit], room: float) -> int:
    """How many of the units go into a column so high."""
    used = 0.0
    for number, unit in enumerate(units):
        used += unit_height(unit, first=number == 0)
        if used > room:
            return number
    return len(units)


def pour(units: Sequence[Unit], rooms: Sequence[float]) -> list[tuple[Unit, ...]] | None:
    """The units in columns of these heights one after the other; none if they do not go in."""
    columns, start = [], 0
    for room in rooms:
        count = fill(units[start:], room)
        columns.append(tuple(units[start : start + count]))
        start += count
    return columns if start == len(units) else None


def level(units: Sequence[Unit], rooms: Sequence[float]) -> list[tuple[Unit, ...]] | None:
    """The same with all columns about equally full: none is fuller than it must be."""
    found = pour(units, rooms)
    low, high = 0.0, 1.0
    while found and high - low > 0.01:
        share = (low + high) / 2
        trial = pour(units, [room * share for room in rooms])
        low, high = (low, share) if trial else (share, high)
        found = trial or found
    return found


def column(units: tuple[Unit, ...]) -> Column:
    return Column(units, sum(unit_height(unit, first=n == 0) for n, unit in enumerate(units)))


class Pages:
    """Puts one sheet on its pages in one style; ``sections`` may be cut without measuring again."""

    def __init__(self, sheet: Sheet, style: Style) -> None:
        self.sheet, self.style = sheet, style
        self.ruler = Ruler(sheet.language, style.tight)
        self.boxes = Boxes(sheet, style, self.ruler)
        self._tall = style.tall - (SPARE if sheet.language.direction == "ltr" else SPARE_JOINED)
        head = [self.boxes.band(), self.boxes.danger()]
        self.head = tuple(head + self.boxes.intro())
        self.foot = tuple(block for block in (self.boxes.helplines(), self.boxes.foot()) if block)

    def lay(self, sections: Sequence[Section]) -> Layout | None:
        """The sections on as few pages as they need; none where they need too many."""
        units = [
            self.boxes.listings.unit(section, line, first=number == 0)
            for section in sections
            for number, line in enumerate(section.lines)
        ]
        for count in range(1, self.style.pages + 1):
            pages = self._on(units, count)
            if pages:
                return Layout(self.style, pages)
        return None

    def _on(self, units: Sequence[Unit], count: int) -> tuple[Page, ...] | None:
        """On exactly so many pages: the ones before the last full, the columns of the last even."""
        across = self.style.columns
        rooms = [self._room(number, count) for number in range(count)]
        if min(rooms) < 0:
            return None
        flat = [room for room in rooms for _ in range(across)]
        full = pour(units, flat)
        if full is None:
            return None
        before = full[: (count - 1) * across]
        rest = units[sum(len(one) for one in before) :]
        columns = [*before, *(level(rest, flat[-across:]) or ())]
        return tuple(
            Page(
                self.head if number == 0 else (),
                tuple(column(one) for one in columns[number * across : (number + 1) * across]),
                self.foot if number == count - 1 else (),
                rooms[number],
            )
            for number in range(count)
        )

    def _room(self, number: int, count: int) -> float:
        """Height between the boxes of a page and the space around its columns."""
        boxes = (self.head if number == 0 else ()) + (self.foot if number == count - 1 else ())
        taken = sum(block.height + block.before for block in boxes)
        return self._tall - taken - 2 * self.boxes.between


def spread(page: Page) -> float:
    """How many points farther apart the listings of a page stand than they must, so that it looks full."""
    gaps = max((len(one.units) - 1 for one in page.columns), default=0)
    if gaps <= 0:
        return 0.0
    free = page.room - max(one.height for one in page.columns)
    before = max((unit[0].before for one in page.columns for unit in one.units), default=0.0)
    return max(0.0, min(free / gaps, before * MOST_GAP))


def data_of(layout: Layout) -> list[Data]:
    """The pages for the template."""
    pages = []
    for number, page in enumerate(layout.pages, start=1):
        more = spread(page)
        pages.append(
            {
                "head": [_box(block, first=n == 0) for n, block in enumerate(page.head)],
                "columns": [list(_blocks(one, more)) for one in page.columns if one.units],
                "foot": [_box(block, first=False) for block in page.foot],
                "number": f"{number} / {len(layout.pages)}" if len(layout.pages) > 1 else "",
            }
        )
    return pages


def _box(block: Block, *, first: bool) -> Data:
    return block.data | {"before": 0 if first else block.before}


def _blocks(one: Column, more: float) -> list[Data]:
    made = []
    for number, unit in enumerate(one.units):
        above = unit[0].before + more if number else 0
        made += [block.data | {"before": above if n == 0 else 0} for n, block in enumerate(unit)]
    return made
