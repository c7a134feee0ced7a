"""The measures of every kind of sheet, in points: the one place for them, for Python and for Typst.

What is counted here is what the template draws with: it gets these numbers with the words.
"""

from dataclasses import dataclass, replace

from hubfinder.display.language import KNOWN
from hubfinder.sheets.orders import Length, Paper, SheetOrder

MM = 72 / 25.4
A5, A4, A3 = (148.0 * MM, 210.0 * MM), (210.0 * MM, 297.0 * MM), (297.0 * MM, 420.0 * MM)
SIZES = {Paper.A5: A5, Paper.A4: A4, Paper.A3: A3}
TALL = frozenset({"ur"})
"""Languages whose lines are half as high again: leaflets and large type use both sides of the paper."""
MOST_PAGES = 16
"""Of a booklet."""


Row = tuple[tuple[str, float], ...]
"""Boxes side by side, each with its share of the width."""
BESIDE: tuple[Row, ...] = ((("hub", 1.5), ("map", 0.86), ("door", 0.98)),)
CLOSE: tuple[Row, ...] = ((("hub", 1.45), ("map", 0.72), ("door", 1.26)),)
STACKED: tuple[Row, ...] = ((("hub", 1.0),), (("map", 1.1), ("door", 1.0)))
PAIRED: tuple[Row, ...] = ((("hub", 1.35), ("door", 1.0)),)


@dataclass(frozen=True, slots=True)
class Style:
    """How one sheet looks. All lengths are in points."""

    width: float
    height: float
    pages: int
    """As many as it may have."""
    text: float
    """Size of the running text; all other sizes follow from it."""
    columns: int
    margin: float
    title: float
    qr: float
    big_qr: float
    """Of the front door."""
    gutter: float = 6 * MM
    intro: tuple[Row, ...] = BESIDE
    """Family hub, map and front door."""
    mapless: tuple[Row, ...] = ()
    """The same where there is no map, if that is another arrangement."""
    helplines: int = 4
    """How many stand beside each other."""
    full: bool = True
    """With everything a listing says; else only with what a family needs on paper."""
    brief: bool = False
    """For many listings: what one is and its facts run on, lines stand closer, boxes are low."""
    easy: bool = False
    large: bool = False
    """Nothing is smaller than the running text."""
    booklet: bool = False
    feet: int = 3
    """How many parts of the foot stand beside each other."""
    map: float = 40 * MM
    """Height of the map, at least."""
    plain: bool = False
    """Boxes say only what nobody can do without, so that large type leaves room for listings; no map."""
    is_snug: bool = False
    """Boxes are hardly larger than their words."""
    hours: bool = True
    """The family hub's opening times stand in its box."""
    is_tall: bool = False
    """Its language is one of ``TALL``."""

    @property
    def room(self) -> float:
        """Between the margins."""
        return self.width - 2 * self.margin

    @property
    def column(self) -> float:
        return (self.room - (self.columns - 1) * self.gutter) / self.columns

    @property
    def numbers(self) -> float:
        """Height of the line with the page's number."""
        return self.text * (1.3 if self.large else 1.6) if self.pages > 1 else 0.0

    @property
    def tall(self) -> float:
        """Between top and bottom margin."""
        return self.height - 2 * self.margin - self.numbers

    @property
    def tight(self) -> float:
        """How close lines stand, of their usual distance."""
        if self.large:
            return (0.92 if self.is_snug else 0.95) if self.plain and self.is_tall else 1.0
        return 0.95 if self.brief else 1.0

    @property
    def between(self) -> float:
        """Between boxes."""
        return self.text * (0.35 if self.is_snug else 0.5 if self.brief else 0.75)

    @property
    def small(self) -> float:
        return self.text if self.large else max(self.text * 0.86, 7.5)

    @property
    def name(self) -> float:
        return self.text * (1.06 if self.brief else 1.12)

    @property
    def section(self) -> float:
        if self.brief:
            return self.text * (1.15 if self.large else 1.08)
        return self.text * 1.3

    @property
    def gap(self) -> float:
        """Between two listings."""
        return self.text * (0.45 if self.brief else 0.6)

    @property
    def inset(self) -> float:
        """Inside boxes."""
        if self.is_snug:
            return self.text * 0.4
        return self.text * (0.6 if self.brief or self.large else 0.8)


def styles(order: SheetOrder) -> tuple[Style, ...]:
    """The looks to try for a sheet, the largest type first."""
    if order.length is Length.BOOKLET:
        return _booklet(order)
    pages = 2 if order.length is Length.TWO else 1
    sides = 2 if order.language in TALL else 1
    intro = CLOSE if KNOWN[order.language].direction == "ltr" else BESIDE
    if order.easy or order.large:
        return _large(order, pages)
    if order.paper is Paper.A5:
        base = _style(A5, pages * sides, 9, columns=1, margin=8 * MM, title=16, qr=11 * MM)
        base = replace(base, intro=STACKED, mapless=PAIRED, helplines=3, feet=2, map=30 * MM)
        brief = replace(base, text=8.5, brief=True, full=False, title=14, margin=7 * MM, big_qr=15 * MM)
        return (*_sizes(base, (11, 10, 9.2)), brief)
    if order.paper is Paper.A3:
        base = _style(A3, pages, 16, columns=2, margin=13 * MM, title=40, qr=24 * MM)
        base = replace(base, full=False, gutter=10 * MM, map=60 * MM, big_qr=36 * MM)
        brief = replace(base, brief=True, title=36, margin=11 * MM, gutter=8 * MM, qr=20 * MM, map=46 * MM)
        brief = replace(brief, big_qr=28 * MM, text=13, title=30, qr=17 * MM, map=40 * MM, intro=intro)
        return (*_sizes(base, (20, 18, 16)), brief)
    base = _style(A4, pages, 9, columns=2, margin=9 * MM, title=20, qr=12 * MM)
    brief = replace(base, brief=True, full=False, margin=7.5 * MM, gutter=5 * MM, title=18, qr=11 * MM)
    brief = replace(brief, big_qr=17 * MM, map=24 * MM, intro=intro)
    return (*_sizes(base, (12, 11, 10, 9.3)), replace(brief, text=9), replace(brief, text=8.5))


def _style(  # noqa: PLR0913  # measures by their names
    paper: tuple[float, float],
    pages: int,
    text: float,
    *,
    columns: int,
    margin: float,
    title: float,
    qr: float,
) -> Style:
    width, height = paper
    return Style(width, height, pages, text, columns, margin, title, qr, big_qr=qr * 1.7)


def _sizes(style: Style, sizes: tuple[float, ...]) -> tuple[Style, ...]:
    """Of a kind of sheet, one for each size of type."""
    return tuple(replace(style, text=size) for size in sizes)


def _large(order: SheetOrder, pages: int) -> tuple[Style, ...]:
    """Large type; pictures and short lines where it is easy to read.

    For each page there are both sides of the paper: in type so large, what must stand on every sheet takes
    most of a page. Where not everything goes on them, boxes are plain.
    """
    size = 14.0 if order.easy and not order.large else 16.0
    margin, qr = {Paper.A5: (7, 12), Paper.A4: (10, 14), Paper.A3: (13, 20)}[order.paper]
    is_tall = order.language in TALL
    kind = _style(
        SIZES[order.paper],
        pages * 2 if order.paper is not Paper.A3 or is_tall else pages,
        size,
        columns=1,
        margin=margin * MM,
        title=size * (2.4 if order.paper is Paper.A3 else 1.4),
        qr=qr * MM,
    )
    kind = replace(kind, intro=STACKED, helplines=2, easy=order.easy, full=False, large=True, feet=2)
    kind = replace(kind, map=46 * MM)
    plain = replace(kind, plain=True, brief=True, title=size * 1.25, big_qr=qr * MM, gutter=8 * MM)
    plain = replace(plain, is_tall=is_tall)
    if order.paper is Paper.A3:
        kind = replace(kind, intro=BESIDE, helplines=3, feet=3)
        plain = replace(plain, intro=PAIRED, columns=2, helplines=3, feet=3)
        return (*_sizes(kind, (size * 1.5, size * 1.25, size)), plain)
    if order.paper is Paper.A5:
        plain = replace(plain, hours=False, is_snug=True, intro=STACKED, helplines=1)
        plain = replace(plain, easy=order.easy and not is_tall)
    else:
        plain = replace(plain, hours=not is_tall, intro=PAIRED if is_tall else STACKED)
    return (*_sizes(kind, (size * 1.12, size)), plain)


def _booklet(order: SheetOrder) -> tuple[Style, ...]:
    """Folded paper: pages half as large."""
    paper = A4 if order.paper is Paper.A3 else A5
    large = order.large or order.easy
    size = (14.0 if order.easy and not order.large else 16.0) if large else 10.0
    kind = _style(
        paper,
        MOST_PAGES,
        size,
        columns=1,
        margin=11 * MM,
        title=size * (1.5 if large else 2),
        qr=(18 if large else 15) * MM,
    )
    kind = replace(
        kind,
        intro=STACKED,
        helplines=1 if large else 2,
        booklet=True,
        easy=order.easy,
        large=large,
        feet=1,
        map=46 * MM,
        big_qr=32 * MM,
    )
    return _sizes(kind, (size,) if large else (12, 11, 10))
