"""The footprints that cover a point, out of the shapes of a book: in this process, without the database.

The tree holds only boxes. Shapes are read from the book when their box is met, and large ones, which have a
grid besides, only where the grid does not say; these are kept. None is ever *prepared*: a prepared geometry
that threads share corrupts the heap (measured, see docs/decisions/0002).
"""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.places.book import Book
from hubfinder.places.grids import ASK, INSIDE
from hubfinder.places.lookups import OVERLAPPING
from hubfinder.places.values import Point
from hubfinder.vocab import FootprintKind

_KINDS = list(FootprintKind)
_SMALL_AREA = _KINDS.index(FootprintKind.SMALL_AREA)
_SEVERAL = frozenset(map(_KINDS.index, OVERLAPPING))
MOST_KEPT = 4_096
"""Large shapes; more are read again."""


class Tree:
    """All footprints of a book that have a shape. Threads share it."""

    def __init__(self, book: Book) -> None:
        self._book = book
        drawn = np.flatnonzero(~np.isnan(book.boxes[:, 0]))
        self._places: npt.NDArray[np.int64] = drawn
        self._tree = shapely.STRtree(_boxes(book.boxes[drawn]))
        self._large = lru_cache(maxsize=MOST_KEPT)(self._read)

    def pieces_at(self, point: Point) -> list[tuple[int, float]]:
        """The footprints of a point, by their place in the book, with their shares: as ``place_at`` has them.

        In the order of an answer.
        """
        spot = shapely.points(point.lon, point.lat)
        inside: list[int] = []
        unsure: list[int] = []
        large: list[int] = []
        for place in self._places[self._tree.query(spot)].tolist():
            known = self._book.cell(place, point)
            if known == INSIDE:
                inside.append(place)
            elif known == ASK:
                (large if self._book.grids[place] >= 0 else unsure).append(place)
        shapes = [*shapely.from_wkb([self._book.shapes[place] for place in unsure])]
        shapes += [self._large(place) for place in large]
        covers = shapely.covers(shapes, spot).tolist()
        inside += [place for place, is_in in zip([*unsure, *large], covers, strict=True) if is_in]
        return self._answer(sorted(inside))

    def _answer(self, inside: list[int]) -> list[tuple[int, float]]:
        """Footprints of the book stand by kind and code, so the first of a kind is the first by code."""
        kinds = self._book.kinds
        first: dict[int, int] = {}
        for place in reversed(inside):
            first[kinds[place]] = place
        area = first.get(_SMALL_AREA)
        likely = [] if area is None else self._book.likely[area]
        known = {kinds[place] for place, _ in likely}
        found = [
            (place, 1.0)
            for place in inside
            if kinds[place] not in known and (kinds[place] in _SEVERAL or first[kinds[place]] == place)
        ]
        found += [*likely, *self._book.sets[0]]
        return sorted(found, key=lambda piece: (kinds[piece[0]], -piece[1], piece[0]))

    def _read(self, place: int) -> BaseGeometry:
        shape: BaseGeometry = shapely.from_wkb(self._book.shapes[place])
        return shape


def _boxes(edges: npt.NDArray[Any]) -> npt.NDArray[Any]:
    boxes: npt.NDArray[Any] = np.asarray(shapely.box(*edges.T), dtype=object)
    return boxes
