"""The whole as a picture: hubs, topics, and in each field how many listings there are and need a check.

A field says ``2/9``: two of nine need a check. The strip in it is as long as their share; that of what is out
of date is higher than that of what is only due, so that nothing is told by colour alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hubfinder.display.words import gettext
from hubfinder.listings.tally import NONE, Cell
from hubfinder.web.shared.matrix import (
    FIELD_HEIGHT,
    FIELD_WIDTH,
    LONGEST_COLUMN,
    LONGEST_ROW,
    Frame,
    short_names,
)

MOST_ROWS = 60
"""Hubs that a picture has room for; the table has all."""
STRIP = 5
"""Height of the strip of what is due; what is out of date has twice that."""
INSIDE = FIELD_WIDTH - 4


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing, and what it shows as a table."""

    drawing: Markup | None
    """None where there is more than anybody can see."""
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]


def picture_of(
    cells: Mapping[tuple[str, str], Cell], hubs: Mapping[str, str], topics: Mapping[str, str]
) -> Picture | None:
    """Hubs in the order of their names, what is at no hub last; only topics that something is about."""
    used = {topic for (_, topic), cell in cells.items() if cell.total}
    columns = {key: name for key, name in topics.items() if key in used}
    if used - columns.keys():
        columns[NONE] = gettext("Other")
    there = {hub for (hub, _), cell in cells.items() if cell.total}
    rows = {key: name for key, name in hubs.items() if key in there}
    if there - rows.keys():
        rows[NONE] = gettext("At no hub")
    if not rows or not columns:
        return None
    table = [
        (name, [_sum(cells, hub, topic, rows, columns) for topic in columns]) for hub, name in rows.items()
    ]
    drawing = draw(table, list(columns.values())) if len(table) <= MOST_ROWS else None
    return Picture(drawing, list(columns.values()), table)


def _sum(
    cells: Mapping[tuple[str, str], Cell],
    hub: str,
    topic: str,
    rows: Mapping[str, str],
    columns: Mapping[str, str],
) -> Cell:
    """One field; what has no name here counts as being nowhere."""
    some = (
        cell
        for (one, about), cell in cells.items()
        if (one if one in rows else NONE) == hub and (about if about in columns else NONE) == topic
    )
    return sum(some, Cell())


def draw(table: Sequence[tuple[str, Sequence[Cell]]], columns: Sequence[str]) -> Markup:
    """The picture of a table."""
    heads = short_names(columns, LONGEST_COLUMN)
    names = short_names([name for name, _ in table], LONGEST_ROW)
    frame = Frame.around(names, heads)
    parts = [_head(frame, number, name) for number, name in enumerate(heads)]
    for number, (name, (_, cells)) in enumerate(zip(names, table, strict=True)):
        parts.append(_row(frame, number, name, cells))
    return Markup(
        '<svg class="matrix looked-after" width="{w}" height="{h}" viewBox="0 0 {w} {h}" direction="ltr" '
        'role="img" aria-label="{title}">{parts}</svg>'
    ).format(
        w=frame.width,
        h=frame.height,
        title=gettext("How many listings of each hub need a check, by topic. The table says the same."),
        parts=Markup("").join(parts),
    )


def _head(frame: Frame, number: int, name: str) -> Markup:
    x, y = frame.left + number * FIELD_WIDTH + FIELD_WIDTH // 2, frame.top - 8
    return Markup('<text x="{x}" y="{y}" transform="rotate(-45 {x} {y})">{name}</text>').format(
        x=x, y=y, name=name
    )


def _row(frame: Frame, number: int, name: str, cells: Sequence[Cell]) -> Markup:
    y = frame.top + number * FIELD_HEIGHT
    label = Markup('<text x="{x}" y="{y}" text-anchor="end">{name}</text>').format(
        x=frame.left - 8, y=y + 18, name=name
    )
    fields = (_field(frame.left + place * FIELD_WIDTH, y, cell) for place, cell in enumerate(cells))
    return label + Markup("").join(fields)


def _field(x: int, y: int, cell: Cell) -> Markup:
    kind = "empty" if not cell.total else "stale" if cell.stale else "due" if cell.due else "fresh"
    box = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        kind, x + 1, y + 1, FIELD_WIDTH - 2, FIELD_HEIGHT - 2
    )
    if not cell.total:
        return box
    stale = round(INSIDE * cell.stale / cell.total, 1)
    due = round(INSIDE * cell.due / cell.total, 1)
    strips = (
        _strip("stale-strip", x + 2, y, stale, 2 * STRIP),
        _strip("due-strip", x + 2 + stale, y, due, STRIP),
    )
    words = f"{cell.due + cell.stale}/{cell.total}" if cell.due + cell.stale else str(cell.total)
    text = Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
        x + FIELD_WIDTH // 2, y + 15, words
    )
    return box + Markup("").join(strips) + text


def _strip(kind: str, x: float, y: int, width: float, height: int) -> Markup:
    if not width:
        return Markup("")
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        kind, round(x, 1), y + FIELD_HEIGHT - 2 - height, width, height
    )
