"""Which footprints of one kind fit inside one of another kind, and which straddle several."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hubfinder.places.overlap import Overlap, Side

FIT = 0.95
"""A footprint fits inside another that holds at least this share of its postcodes: a few lie on borders."""
LEAST = 1 - FIT
"""A smaller share than this is not worth naming."""


class Verdict(StrEnum):
    """How a footprint lies to those of another kind."""

    FITS = "fits"
    """One of them holds nearly all of its postcodes."""
    PARTLY = "partly"
    """One of them holds a part of it, and none holds the rest."""
    STRADDLES = "straddles"
    OUTSIDE = "outside"
    """Nearly all of its postcodes are in none of them."""


@dataclass(frozen=True, slots=True)
class Part:
    """A footprint of the other kind, and the share of postcodes it holds, 0 to 1."""

    side: Side
    share: float


@dataclass(frozen=True, slots=True)
class Fit:
    """How one footprint lies to those of another kind."""

    side: Side
    verdict: Verdict
    parts: tuple[Part, ...]
    """All it shares postcodes with, the largest share first."""
    nowhere: float
    """The share of its postcodes that is in none of them."""

    @property
    def main(self) -> Side | None:
        return self.parts[0].side if self.parts else None

    @property
    def named(self) -> tuple[Part, ...]:
        """The parts worth naming."""
        return tuple(part for part in self.parts if part.share >= LEAST)

    @property
    def rest(self) -> float:
        """What is in others than those named, 0 to 1; those can overlap, so it is never less than nothing."""
        return max(0.0, 1 - self.nowhere - sum(part.share for part in self.named))


@dataclass(frozen=True, slots=True)
class Summary:
    """How many footprints of a kind have each verdict, and the share of postcodes in those that fit."""

    numbers: dict[Verdict, int]
    share_fitting: float


def fits(found: Overlap) -> list[Fit]:
    """Every row of a comparison, in its order; for the columns ask ``fits(found.turned())``."""
    columns = {column.id: column for column in found.columns}
    shares: dict[int, list[Part]] = {row.id: [] for row in found.rows}
    for (row_id, column_id), cell in found.cells.items():
        if cell.postcodes:
            shares[row_id].append(Part(columns[column_id], cell.postcodes))
    return [_fit(row, shares[row.id]) for row in found.rows if row.postcodes]


def summary(found: Sequence[Fit]) -> Summary:
    everybody = sum(fit.side.postcodes for fit in found)
    fitting = sum(fit.side.postcodes for fit in found if fit.verdict is Verdict.FITS)
    numbers = {verdict: sum(fit.verdict is verdict for fit in found) for verdict in Verdict}
    return Summary(numbers, fitting / everybody if everybody else 0.0)


def along_the_diagonal(found: Sequence[Fit], columns: Sequence[Side]) -> list[Fit]:
    """Rows in the order of the column that holds most of them, so that what fits forms a diagonal."""
    place = {column.id: number for number, column in enumerate(columns)}
    last = len(place)

    def order(fit: Fit) -> tuple[int, float, str]:
        return (
            place[fit.main.id] if fit.main else last,
            -fit.parts[0].share if fit.main else 0,
            fit.side.name,
        )

    return sorted(found, key=order)


def fitting_first(found: Sequence[Fit]) -> list[Fit]:
    """Those that fit, by what they fit in; then those partly in one, those that straddle, and the rest."""
    order = {verdict: number for number, verdict in enumerate(Verdict)}
    return sorted(
        found, key=lambda fit: (order[fit.verdict], fit.main.name if fit.main else "", fit.side.name)
    )


def _fit(row: Side, cells: Sequence[Part]) -> Fit:
    parts = tuple(
        sorted(
            (Part(cell.side, cell.share / row.postcodes) for cell in cells),
            key=lambda part: (-part.share, part.side.name, part.side.code),
        )
    )
    nowhere = max(0.0, 1 - row.in_any / row.postcodes)
    return Fit(row, _verdict(parts, nowhere), parts, nowhere)


def _verdict(parts: Sequence[Part], nowhere: float) -> Verdict:
    if not parts or nowhere > FIT:
        return Verdict.OUTSIDE
    if parts[0].share >= FIT:
        return Verdict.FITS
    others = [part for part in parts[1:] if part.share >= LEAST]
    return Verdict.PARTLY if nowhere >= LEAST and not others else Verdict.STRADDLES
