"""The drawing of a sheet's map: where marks, numbers and names go so that none lies on another.

Sizes are units of the drawing, 320 wide and 250 high. Colours differ in light and dark, so that it can be
read when printed in black and white. There is no style in it, only attributes: pages allow none.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from hubfinder.display.projection import WIDTH
from hubfinder.sheets.drawn_boxes import Rect, Taken

HEIGHT = 250.0
NBSP = "\u00a0"
"""Between numbers: with it they keep their order among words that run to the left."""
FONTS = "Noto Sans, Noto Sans Arabic, Noto Nastaliq Urdu, Noto Sans Bengali, Noto Sans Gurmukhi, sans-serif"
LETTER, LINE = 6.7, 13.0
"""About how wide a letter is, and how high a line."""
FEW, NARROW, WIDE = 6, 9, 17
"""Letters of numbers beside each other at one place, ``12 14 15``: few numbers, and many."""
TOGETHER = 15.0
"""Places nearer to each other than this share one mark."""
LONGEST_NAME = 32
INK, DARK, PIN, WATER, LAND, AREA = "#1d1d1b", "#0b4f50", "#9c2a1a", "#e3eaee", "#fff", "#d5e9dd"


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the drawing: a family hub's pin, or the square of the school or surgery."""

    x: float
    y: float
    name: str
    is_hub: bool = False

    @property
    def rect(self) -> Rect:
        """What its mark covers."""
        if self.is_hub:
            return Rect(self.x - 9, self.y - 25, 18, 26)
        return Rect(self.x - 6, self.y - 6, 12, 12)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of the lines that happen at one place, or so near each other that there is room for one."""

    x: float
    y: float
    numbers: tuple[int, ...]

    @property
    def rows(self) -> list[str]:
        """``1 2 3``, ``12 14``: as many beside each other as a row has room for."""
        rows: list[str] = []
        room = NARROW if len(self.numbers) <= FEW else WIDE
        for number in _runs(self.numbers):
            if rows and len(rows[-1]) + 1 + len(number) <= room:
                rows[-1] += f"{NBSP}{number}"
            else:
                rows.append(number)
        return rows

    @property
    def size(self) -> tuple[float, float]:
        rows = self.rows
        return max(max(map(len, rows)) * LETTER + 9, 18.0), len(rows) * LINE + 5


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """``4–7`` for three or more that follow one another; others by themselves."""
    run: list[int] = []
    for number in [*sorted(numbers), None]:
        if run and number != run[-1] + 1:
            yield from [f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run)
            run = []
        run += [number] if number is not None else []


def together(points: Iterable[tuple[int, float, float]]) -> list[Numbers]:
    """Numbers by place: those that lie close together share one."""
    found: list[Numbers] = []
    for number, x, y in points:
        for position, one in enumerate(found):
            if math.hypot(one.x - x, one.y - y) < TOGETHER:
                found[position] = Numbers(one.x, one.y, (*one.numbers, number))
                break
        else:
            found.append(Numbers(x, y, (number,)))
    return found


def drawing(
    paths: Sequence[tuple[str, str]],
    places: Sequence[Place],
    numbers: Sequence[Numbers],
    scale: tuple[float, str],
    alt: str,
) -> str:
    """The whole drawing.

    ``paths`` are areas: ``land`` or ``area``, and the path; ``scale`` is the length of the bar
    that stands for a distance, and that distance in words.
    """
    taken = Taken(WIDTH, HEIGHT)
    taken.add(Rect(0, HEIGHT - 26, max(scale[0], len(scale[1]) * LETTER) + 16, 26))
    for place in places:
        taken.add(place.rect)
    names = [_name(place, taken) for place in places if place.name]
    boxes = [(one, taken.put(one.x, one.y, *one.size)) for one in sorted(numbers, key=_largest_first)]
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" direction="ltr" role="img" '
        'aria-label="{alt}"><g font-family="{fonts}" font-size="12" fill="{ink}">'
        '<path fill="{ground}" d="M0 0h{w}v{h}h-{w}z"/>{parts}</g></svg>'
    ).format(
        w=int(WIDTH),
        h=int(HEIGHT),
        alt=alt,
        fonts=FONTS,
        ink=INK,
        ground=WATER if paths else LAND,
        parts=Markup("").join(
            [
                *_areas(paths),
                _bar(*scale),
                *(_leader(one, rect) for one, rect in boxes),
                *map(_mark, places),
                *(_numbers(one, rect) for one, rect in boxes),
                *names,
            ]
        ),
    )


def _areas(paths: Sequence[tuple[str, str]]) -> Iterator[Markup]:
    for style, path in paths:
        if not path:
            continue
        if style == "area":
            yield Markup(
                '<path fill="{}" stroke="{}" stroke-width="2" stroke-dasharray="6 3" d="{}"/>'
            ).format(AREA, DARK, path)
        else:
            yield Markup('<path fill="{}" stroke="#7a8a90" stroke-width=".7" d="{}"/>').format(LAND, path)


def _mark(place: Place) -> Markup:
    x, y = round(place.x), round(place.y)
    if place.is_hub:
        return Markup(
            '<path fill="{c}" stroke="#fff" d="M{x} {y}l-7-11a9 9 0 1 1 14 0z"/>'
            '<circle fill="#fff" cx="{x}" cy="{h}" r="3.4"/>'
        ).format(c=PIN, x=x, y=y, h=y - 16)
    return Markup('<path fill="{}" stroke="#fff" stroke-width="1.5" d="M{} {}h10v10h-10z"/>').format(
        INK, x - 5, y - 5
    )


def _largest_first(one: Numbers) -> tuple[int, float, float]:
    """The more room one needs the sooner it gets some; then from the top."""
    return -len(one.rows), one.y, one.x


def _leader(one: Numbers, rect: Rect) -> Markup:
    """A line from a place to its numbers, where these stand beside it."""
    x, y = rect.middle
    if abs(x - one.x) <= 1 and abs(y - one.y) <= 1:
        return Markup("")
    return Markup(
        '<path fill="none" stroke="{ink}" d="M{:.0f} {:.0f}L{:.0f} {:.0f}"/>'
        '<circle cx="{:.0f}" cy="{:.0f}" r="2.5"/>'
    ).format(one.x, one.y, x, y, one.x, one.y, ink=INK)


def _numbers(one: Numbers, rect: Rect) -> Markup:
    """The numbers of a place in a dark box."""
    middle, _ = rect.middle
    rows = Markup("").join(
        Markup('<text x="{:.0f}" y="{:.0f}">{}</text>').format(middle, rect.y + LINE * number + 13.5, row)
        for number, row in enumerate(one.rows)
    )
    return Markup(
        '<rect fill="{}" stroke="#fff" x="{:.0f}" y="{:.0f}" width="{:.0f}" height="{:.0f}" rx="8"/>'
        '<g fill="#fff" font-weight="700" text-anchor="middle">{}</g>'
    ).format(DARK, rect.x, rect.y, rect.wide, rect.high, rows)


def _name(place: Place, taken: Taken) -> Markup:
    """The name of a place beside its mark, where it covers nothing."""
    words = place.name if len(place.name) <= LONGEST_NAME else place.name[: LONGEST_NAME - 1] + "…"
    wide = len(words) * LETTER + 4
    rect = taken.beside(place.rect, wide, LINE + 1)
    return Markup(
        '<text x="{:.0f}" y="{:.0f}" font-weight="700" stroke="#fff" stroke-width="3" paint-order="stroke" '
        'stroke-linejoin="round" text-anchor="middle">{}</text>'
    ).format(rect.x + wide / 2, rect.y + LINE - 2, escape(words))


def _bar(length: float, words: str) -> Markup:
    """The bar that says how far is far."""
    return Markup(
        '<path fill="none" stroke="{}" stroke-width="1.5" d="M8 {y}v4h{w:.0f}v-4"/>'
        '<text x="10" y="{t}">{}</text>'
    ).format(INK, escape(words), y=HEIGHT - 10, w=length, t=HEIGHT - 13)
