"""What every engine answers: which rows there are, and how well each holds what is looked for.

All else is shared: understanding the words before, filters, order and groups after.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from hubfinder.search.columns import Columns, Flag, Ints, Mask
from hubfinder.search.query import Query

Scored = tuple[npt.NDArray[np.signedinteger[Any]], npt.NDArray[np.floating[Any]]]
"""Rows, rising, and a score above 0 for each."""
NOTHING: Scored = (np.array([], dtype=np.int64), np.array([], dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody looks: an engine may leave out what is neither near nor for there nor national."""

    lat: float
    lon: float
    metres: float
    """How far a public place may be away."""
    footprints: frozenset[int]
    """Those of the address."""


@dataclass(frozen=True)
class View:
    """All rows at one moment. A document that changed may be in two segments; its newest row is alive."""

    segments: tuple[Columns, ...]
    engine: str
    """Which engine made it."""
    revision: int
    """Of the newest change it knows."""
    words: Sequence[str] = ()
    """Words of names and summaries, folded; the same object while they are the same."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What a segment holds of a query."""

    units: tuple[Scored, ...]
    """For each unit of the query."""
    phrases: Ints | None = None
    """Rows that hold all its phrases; none where it has no phrases."""


class Engine(Protocol):
    """Finds words. Both methods raise IndexUnavailable where they cannot."""

    def view(self, session: Session) -> View:
        """The rows as the newest commit has them."""
        ...

    def hits(self, session: Session, view: View, query: Query, where: Where | None) -> tuple[Hits, ...]:
        """For each segment of a view of this engine what it holds."""
        ...


def reachable(columns: Columns, where: Where) -> Mask:
    """Rows that a page for somebody there may show: what is near, for there, or for everywhere."""
    for_everywhere = columns.having(Flag.NATIONAL) | ~columns.having(Flag.HAS_AREA | Flag.IN_PERSON)
    return (
        for_everywhere | columns.serving(where.footprints) | columns.near(where.lat, where.lon, where.metres)
    )


def best_of_terms(found: Iterable[Scored], size: int) -> Scored:
    """Of rows that hold several terms of one unit, the best score."""
    lists = [(rows, scores) for rows, scores in found if rows.size]
    if len(lists) <= 1:
        return lists[0] if lists else NOTHING
    best = np.zeros(size)
    for rows, scores in lists:
        best[rows] = np.maximum(best[rows], scores)
    rows = np.flatnonzero(best != 0)  # ten times as fast as of the numbers themselves
    return rows, best[rows]


def holding_all(lists: Iterable[Ints], size: int) -> Ints:
    """Rows that are in every one of these lists."""
    counts = np.zeros(size, dtype=np.int64)
    number = 0
    for rows in lists:
        counts[rows] += 1
        number += 1
    return np.flatnonzero(counts == number)
