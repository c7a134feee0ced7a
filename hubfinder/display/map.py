"""The locator map: a small drawing by the server, and the words that say the same.

Colours are classes; there is no style in the drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import shapely
from flask_babel import lazy_gettext
from markupsafe import Markup, escape
from shapely.geometry.base import BaseGeometry

from hubfinder.display.formats import distance
from hubfinder.display.projection import WIDTH, Frame, box_of, path_of
from hubfinder.display.words import gettext
from hubfinder.places.values import GEOD, Point

LOWEST, HIGHEST = 200.0, 340.0
LETTER = 7.5
"""About how wide a letter of a label is."""
DIRECTIONS = (
    lazy_gettext("%(distance)s north of you"),
    lazy_gettext("%(distance)s north-east of you"),
    lazy_gettext("%(distance)s east of you"),
    lazy_gettext("%(distance)s south-east of you"),
    lazy_gettext("%(distance)s south of you"),
    lazy_gettext("%(distance)s south-west of you"),
    lazy_gettext("%(distance)s west of you"),
    lazy_gettext("%(distance)s north-west of you"),
)


@dataclass(frozen=True, slots=True)
class Outline:
    """An area on the map: ``land`` is the ground of the council, ``area`` the footprint the page is about."""

    shape: BaseGeometry
    style: str = "area"
    label: str = ""
    footprint_id: int = 0
    """Whose outline it is, so that the page can say where that comes from; 0 for none of ours."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the map: a family hub's pin, or a numbered dot."""

    point: Point
    name: str
    number: int = 0
    """0 for a hub's pin."""
    href: str = ""
    key: str = ""
    """The location's, by which the map that moves knows it."""
    council: str = ""
    """The council it is in, where that is not the one of who looks."""


@dataclass(frozen=True, slots=True)
class Said:
    """One mark in words, for the list beside the drawing."""

    mark: Mark
    where: str


@dataclass(frozen=True)
class LocatorMap:
    """A map to show, drawn as the page is written: the drawing, and all its marks in words."""

    frame: Frame
    you: Point | None
    marks: Sequence[Mark]
    outlines: Sequence[Outline]

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Each mark with where it is from you."""
        return tuple(Said(mark, _where(self.you, mark)) for mark in self.marks)

    @property
    def footprint_ids(self) -> tuple[int, ...]:
        """The footprints that are drawn."""
        return tuple(outline.footprint_id for outline in self.outlines if outline.footprint_id)

    @property
    def svg(self) -> Markup:
        """The drawing, named by a sentence. A page asks for it once."""
        parts = [_outline(self.frame, outline) for outline in self.outlines]
        parts += [_mark(self.frame, mark) for mark in reversed(self.marks)]
        if self.you:
            parts.append(_you(self.frame, self.you))
        spots = [mark.point for mark in self.marks] + ([self.you] if self.you else [])
        taken = [self.frame.at(spot) for spot in spots]
        parts += [_label(self.frame, outline, taken) for outline in self.outlines if outline.label]
        return Markup(
            '<svg viewBox="0 0 {w} {h}" direction="ltr" role="img" aria-label="{title}">{parts}</svg>'
        ).format(
            w=int(WIDTH),
            h=round(self.frame.height),
            title=_title(self.said, self.outlines),
            parts=Markup("").join(parts),
        )


def draw(you: Point | None, marks: Sequence[Mark], outlines: Sequence[Outline] = ()) -> LocatorMap | None:
    """A map of the marks around somebody; none where there is nothing to show.

    Outlines are shapes in WGS84 degrees, already simplified for drawing.
    """
    frame = _frame(you, marks, outlines)
    return LocatorMap(frame, you, marks, outlines) if frame else None


def _where(you: Point | None, mark: Mark) -> str:
    """``2.9 miles west of you, in Northsands``."""
    if you is None:
        return ""
    where = direction_from(you, mark.point)
    return gettext("%(where)s, in %(council)s", where=where, council=mark.council) if mark.council else where


def direction_from(you: Point, other: Point) -> str:
    """``0.4 miles north of you``."""
    bearing, _, metres = GEOD.inv(you.lon, you.lat, other.lon, other.lat)
    if metres < 30:
        return gettext("where you are")
    return str(DIRECTIONS[round(bearing / 45) % 8] % {"distance": distance(metres)})


def _frame(you: Point | None, marks: Sequence[Mark], outlines: Sequence[Outline]) -> Frame | None:
    """The smallest frame that holds you, the marks and the areas (not the land behind them)."""
    points = [mark.point for mark in marks] + ([you] if you else [])
    areas = [outline.shape for outline in outlines if outline.style == "area"]
    box = box_of(points, areas)
    return Frame.holding(box, LOWEST, HIGHEST) if box else None


def _outline(frame: Frame, outline: Outline) -> Markup:
    path = path_of(frame, outline.shape)
    return Markup('<path class="{}" d="{}"/>').format(outline.style, path) if path else Markup("")


def _mark(frame: Frame, mark: Mark) -> Markup:
    x, y = frame.at(mark.point)
    if mark.number:
        return Markup(
            '<circle class="dot" cx="{x}" cy="{y}" r="9"/><text class="dot-number" x="{x}" y="{t}">{n}</text>'
        ).format(x=round(x), y=round(y), t=round(y) + 4, n=mark.number)
    pin = Markup('<path class="hub-pin" d="M{x} {y}l-10-13a13 13 0 1 1 20 0z"/>').format(
        x=round(x), y=round(y)
    )
    return pin + _text(x, y - 18, mark.name, 17)


def _you(frame: Frame, you: Point) -> Markup:
    x, y = frame.at(you)
    dot = Markup('<circle class="you" cx="{}" cy="{}" r="7"/>').format(round(x), round(y))
    return dot + _text(x, y + 5, gettext("You"), 11)


def _label(frame: Frame, outline: Outline, taken: Sequence[tuple[float, float]]) -> Markup:
    """The name of an area, inside it, where it lies on as few marks as can be."""
    seen = shapely.clip_by_rect(outline.shape, *frame.box)
    if seen.is_empty:
        return Markup("")
    half = len(outline.label) * LETTER / 2
    spots = [
        (min(max(x, half + 4), WIDTH - half - 4), min(max(y, 14.0), frame.height - 6))
        for x, y in _spots(frame, seen)
    ]
    x, y = min(spots, key=lambda spot: sum(_near(spot, mark, half) for mark in taken))
    return Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
        round(x), round(y), outline.label
    )


def _spots(frame: Frame, shape: BaseGeometry) -> list[tuple[float, float]]:
    """Where a label may stand: along the middle of a shape from top to bottom, and at its heart."""
    west, south, east, north = shape.bounds
    heart = shape.representative_point()
    x, top = frame.at(Point(north, (west + east) / 2))
    _, bottom = frame.at(Point(south, west))
    rows = (top + 18, bottom - 8, top + (bottom - top) * 0.3, top + (bottom - top) * 0.7)
    return [*((x, row) for row in rows), frame.at(Point(heart.y, heart.x))]


def _near(spot: tuple[float, float], mark: tuple[float, float], half: float) -> bool:
    """True where a label would touch a mark or the words beside it."""
    return abs(spot[0] - mark[0]) < half + 45 and abs(spot[1] - 5 - mark[1]) < 22


def _text(x: float, y: float, words: str, gap: float) -> Markup:
    """Words beside a mark, on the side where there is room; above it where neither has."""
    wide = len(words) * LETTER
    left = x + gap + wide > WIDTH
    if left and x - gap - wide < 0:
        middle = min(max(x, wide / 2), WIDTH - wide / 2)
        return Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
            round(middle), round(y - 18), escape(words)
        )
    return Markup('<text x="{}" y="{}"{}>{}</text>').format(
        round(x - gap if left else x + gap),
        round(y),
        Markup(' text-anchor="end"') if left else "",
        escape(words),
    )


def _title(said: Sequence[Said], outlines: Sequence[Outline]) -> str:
    """What the drawing shows, in one sentence; all the rest stands in the list beside it."""
    areas = [outline.label for outline in outlines if outline.label]
    first = said[0] if said else None
    if first and first.where:
        words = gettext("Map: %(name)s is %(where)s.", name=first.mark.name, where=first.where)
    elif first:
        words = gettext("Map with %(name)s.", name=first.mark.name)
    else:
        words = gettext("Map of %(area)s.", area=", ".join(areas))
    return words + " " + gettext("The list beside it says the same in words.")
