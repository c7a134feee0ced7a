"""An overlap matrix as a picture: rows, columns, and in each field how much of the row lies in the column.

Fields are darker the more they hold, and say it in figures too; a field that holds a whole row has a frame.
Colours are classes; there is no style in the drawing. Names are English, so it is written from the left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hubfinder.places.fitting import FIT, Fit
from hubfinder.places.overlap import Overlap, Side

FIELD_WIDTH, FIELD_HEIGHT = 46, 28
LETTER = 7.8
"""About how wide a letter is."""
LONGEST_ROW, LONGEST_COLUMN = 30, 26
"""Letters of a name; the table beside it has the rest."""
SLANT = 0.71
"""Names of columns are written at 45 degrees."""
MOST_ROWS, MOST_COLUMNS = 80, 40
STEPS = (0.005, 0.25, 0.5, 0.75, FIT)
"""From which share on a field is so dark."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where things lie in the drawing; its units are pixels."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def around(cls, rows: Sequence[str], columns: Sequence[str]) -> "Frame":
        left = round(max(map(len, rows)) * LETTER) + 14
        slant = round(max(map(len, columns)) * LETTER * SLANT)
        right = max(0, slant - FIELD_WIDTH // 2) + 4
        return cls(
            left=left,
            top=slant + 18,
            width=left + len(columns) * FIELD_WIDTH + right,
            height=slant + 18 + len(rows) * FIELD_HEIGHT + 2,
        )


def is_drawable(found: Overlap) -> bool:
    """Whether there is something to draw, and not more than anybody can read."""
    return 0 < len(found.rows) <= MOST_ROWS and 0 < len(found.columns) <= MOST_COLUMNS


def step_of(share: float) -> int:
    """How dark a field is: 0 for nothing worth showing, 5 for one that holds the row."""
    return sum(share >= step for step in STEPS)


def draw(found: Overlap, rows: Sequence[Fit], title: str) -> Markup:
    """The picture, its rows in the order given, named by a sentence."""
    names = short_names([fit.side.name for fit in rows], LONGEST_ROW)
    heads = short_names([column.name for column in found.columns], LONGEST_COLUMN)
    frame = Frame.around(names, heads)
    parts = [_head(frame, number, name) for number, name in enumerate(heads)]
    for number, (fit, name) in enumerate(zip(rows, names, strict=True)):
        parts.append(_row(frame, number, name, _shares(found, fit.side)))
    return Markup(
        '<svg class="matrix" width="{w}" height="{h}" viewBox="0 0 {w} {h}" direction="ltr" role="img" '
        'aria-label="{title}">{parts}</svg>'
    ).format(w=frame.width, h=frame.height, title=title, parts=Markup("").join(parts))


def short_names(names: Sequence[str], longest: int) -> list[str]:
    """Names without the words that all of them end in, and not too long."""
    words = [name.split() for name in names]
    while len(words) > 1 and all(len(one) > 1 for one in words) and len({one[-1] for one in words}) == 1:
        words = [one[:-1] for one in words]
    whole = [" ".join(one) for one in words]
    return [name if len(name) <= longest else name[: longest - 1].rstrip() + "…" for name in whole]


def _shares(found: Overlap, row: Side) -> list[float]:
    return [found.share_of_row(row, column) for column in found.columns]


def _head(frame: Frame, number: int, name: str) -> Markup:
    x, y = frame.left + number * FIELD_WIDTH + FIELD_WIDTH // 2, frame.top - 8
    return Markup('<text x="{x}" y="{y}" transform="rotate(-45 {x} {y})">{name}</text>').format(
        x=x, y=y, name=name
    )


def _row(frame: Frame, number: int, name: str, shares: Sequence[float]) -> Markup:
    y = frame.top + number * FIELD_HEIGHT
    label = Markup('<text x="{x}" y="{y}" text-anchor="end">{name}</text>').format(
        x=frame.left - 8, y=y + 19, name=name
    )
    fields = (_field(frame.left + place * FIELD_WIDTH, y, share) for place, share in enumerate(shares))
    return label + Markup("").join(fields)


def _field(x: int, y: int, share: float) -> Markup:
    step = step_of(share)
    box = Markup('<rect class="h{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        step, x + 1, y + 1, FIELD_WIDTH - 2, FIELD_HEIGHT - 2
    )
    if not step:
        return box
    return box + Markup('<text class="n{}" x="{}" y="{}" text-anchor="middle">{}</text>').format(
        step, x + FIELD_WIDTH // 2, y + 19, round(share * 100) or "<1"
    )
