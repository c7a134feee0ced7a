"""Blocks onto pages: which stand where, in a style."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

from hubfinder.sheets.blocks import Block
from hubfinder.sheets.boxes import Boxes
from hubfinder.sheets.geometry import Style
from hubfinder.sheets.measuring import Data, Ruler
from hubfinder.sheets.values import Section, Sheet

SPARE, SPARE_JOINED = 3.0, 10.0
"""Points left free on a page, in left-to-right and in joined scripts, which are only measured nearly."""
MOST_GAP = 1.6
"""Listings stand so many times farther apart than they must, at most, to fill a page."""
FOLDED = 4
"""Pages of a sheet of paper folded once."""
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


Leaves = tuple[Page, ...]


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
        self.boxes = Boxes(sheet, style, Ruler(sheet.language, style.tight))
        self.tall = style.tall - (SPARE if sheet.language.direction == "ltr" else SPARE_JOINED)
        boxes = self.boxes
        last = [block for block in (boxes.helplines(), boxes.foot()) if block]
        if style.booklet:
            self.head: tuple[Block, ...] = (boxes.band(), boxes.danger(), *boxes.rows("map", "door"))
            self.foot: tuple[Block, ...] = (*boxes.rows("hub"), *last)
        else:
            self.head = (boxes.band(), boxes.danger(), *boxes.rows())
            self.foot = tuple(last)
        self.place_door()

    def saying_more(self, sheet: Sheet) -> "Pages":
        """The same for a sheet that differs only in how many listings it leaves out."""
        made = copy(self)
        made.foot = (*self.foot[:-1], Boxes(sheet, self.style, self.boxes.ruler).foot())
        made.place_door()
        return made

    def place_door(self) -> None:
        """On the last page, if that has room, where else hardly a listing would go on the first."""
        if not (self.style.is_snug and self.style.is_tall):
            return
        blocks = (*self.head, *self.foot)
        start = next(n for n, block in enumerate(blocks) if _is_door(block))
        if self._room(blocks[start:]) < 0:
            start += 1
        self.head, self.foot = blocks[:start], blocks[start:]

    def lay(self, sections: Sequence[Section]) -> Layout | None:
        """The sections on as few pages as they need; none where they need too many."""
        units = [
            self.boxes.listings.unit(section, line, first=number == 0)
            for section in sections
            for number, line in enumerate(section.lines)
        ]
        pages = self._booklet(units, sections) if self.style.booklet else self._sheet(units)
        return Layout(self.style, pages) if pages else None

    def _sheet(self, units: Sequence[Unit]) -> Leaves | None:
        tries = (self._on(units, count) for count in range(1, self.style.pages + 1))
        return next((pages for pages in tries if pages), None)

    def _on(self, units: Sequence[Unit], count: int) -> Leaves | None:
        """On exactly so many pages: the columns of the last even, the ones before full."""
        front, back = self._stacked(self.head), self._stacked(self.foot)
        between = count - len(front) - len(back) + 2
        if between < 1:
            return None
        inner = [(front[-1] if n == 0 else (), back[0] if n == between - 1 else ()) for n in range(between)]
        rooms = [self._room((*head, *foot)) for head, foot in inner]
        flat = [room for room in rooms for _ in range(self.style.columns)]
        full = pour(units, flat) if min(rooms) >= 0 else None
        if full is None:
            return None
        before = full[: -self.style.columns]
        rest = units[sum(len(one) for one in before) :]
        pages = self._leaves([*before, *(level(rest, flat[-self.style.columns :]) or ())], rooms)
        made = [replace(page, head=head, foot=foot) for page, (head, foot) in zip(pages, inner, strict=True)]
        return (*_boxes(front[:-1]), *made, *_boxes(back[1:]))

    def _booklet(self, units: Sequence[Unit], sections: Sequence[Section]) -> Leaves | None:
        """Pages in fours: first the hub and what is where, last the numbers, evenly filled between."""
        contents = self.boxes.contents([section.heading for section in sections])
        front, back = self._stacked((*self.head, contents)), self._stacked(self.foot)
        for count in range(FOLDED, self.style.pages + 1, FOLDED):
            rooms = [self._room(())] * (count - len(front) - len(back))
            full = level(units, rooms) if rooms else None
            if full is not None:
                return (*_boxes(front), *self._leaves(full, rooms), *_boxes(back))
        return None

    def _leaves(self, columns: Sequence[tuple[Unit, ...]], rooms: Sequence[float]) -> list[Page]:
        across = self.style.columns
        made = [column(one) for one in columns]
        return [
            Page((), tuple(made[n * across : (n + 1) * across]), (), room) for n, room in enumerate(rooms)
        ]

    def _stacked(self, blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
        """Boxes over each other on as many pages as they need."""
        pages: list[list[Block]] = [[]]
        for block in blocks:
            taken = sum(one.height + one.before for one in pages[-1])
            if pages[-1] and taken + block.height + block.before > self.tall:
                pages.append([])
            pages[-1].append(block)
        return [tuple(page) for page in pages]

    def _room(self, boxes: Sequence[Block]) -> float:
        """Height there is on a page for its columns, under and over its boxes."""
        taken = sum(block.height + block.before for block in boxes)
        return self.tall - taken - (2 * self.boxes.between if boxes else 0)


def _is_door(block: Block) -> bool:
    return any(cell.get("kind") == "door" for cell in block.data.get("cells", ()))


def _boxes(pages: Sequence[tuple[Block, ...]]) -> list[Page]:
    """Pages of boxes alone."""
    return [Page(blocks, (), (), 0.0) for blocks in pages]


def spread(page: Page) -> float:
    """How many points farther apart the listings of a page stand than they must, so that it looks full."""
    gaps = max((len(one.units) - 1 for one in page.columns), default=0)
    if gaps <= 0:
        return 0.0
    free = page.room - max(one.height for one in page.columns)
    before = max((unit[0].before for one in page.columns for unit in one.units), default=0.0)
    return max(0.0, min(free / gaps, before * MOST_GAP))


def data_of(layout: Layout, ruler: Ruler) -> list[Data]:
    """The pages for the template."""
    size, total = layout.style.small, len(layout.pages)
    found = _found_on(layout)
    pages = []
    for number, page in enumerate(layout.pages, start=1):
        more = spread(page)
        words = f"{number} / {total}" if total > 1 else ""
        pages.append(
            {
                "head": [_box(block, found, ruler, first=n == 0) for n, block in enumerate(page.head)],
                "columns": [list(_blocks(one, more)) for one in page.columns if one.units],
                "foot": [_box(block, found, ruler, first=False) for block in page.foot],
                "number": ruler.text(words, size, layout.style.room).data,
            }
        )
    return pages


def _found_on(layout: Layout) -> list[int]:
    """The page of each section's heading."""
    return [
        number
        for number, page in enumerate(layout.pages, start=1)
        for one in page.columns
        for unit in one.units
        for block in unit
        if block.data["kind"] == "section"
    ]


def _box(block: Block, found: Sequence[int], ruler: Ruler, *, first: bool) -> Data:
    data = block.data | {"before": 0 if first else block.before}
    if data["kind"] == "contents":
        pages = iter(found)
        data["parts"] = [
            [row | {"page": _page_number(next(pages), row["words"]["z"], ruler)} for row in part]
            for part in data["parts"]
        ]
    return data


def _page_number(page: int, size: float, ruler: Ruler) -> Data:
    return ruler.text(str(page), size, size * 4, bold=True).data


def _blocks(one: Column, more: float) -> list[Data]:
    made = []
    for number, unit in enumerate(one.units):
        above = unit[0].before + more if number else 0
        made += [block.data | {"before": above if n == 0 else 0} for n, block in enumerate(unit)]
    return made
