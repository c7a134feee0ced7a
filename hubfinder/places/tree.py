"""The footprints that cover a point, out of the shapes of a book: in this process, without the database.

The tree holds only boxes. Shapes are read from the book when their box is met; large ones are kept, small
ones are read again sooner than they are found. None is ever *prepared*: a prepared geometry that threads
share corrupts the heap (measured, see docs/decisions/0002).
"""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.places.book import Book
from hubfinder.places.lookups import OVERLAPPING
from hubfinder.places.values import Point
from hubfinder.vocab import FootprintKind

LARGE = 4_096
"""Bytes of a shape from which on it is kept."""
MOST_KEPT = 4_096


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
        near = self._places[self._tree.query(spot)].tolist()
        inside = [place for place in near if shapely.covers(self._shape(place), spot)]
        return self._answer(sorted(inside))

    def _answer(self, inside: list[int]) -> list[tuple[int, float]]:
        """Footprints of the book stand by kind and code, so the first of a kind is the first by code."""
        first: dict[FootprintKind, int] = {}
        found = []
        for place in inside:
            kind = self._book.membership(place).kind
            if kind in OVERLAPPING or kind not in first:
                found.append((place, 1.0))
            first.setdefault(kind, place)
        area = first.get(FootprintKind.SMALL_AREA)
        likely = self._book.likely[area] if area is not None else []
        known = {self._book.membership(place).kind for place, _ in likely}
        found = [one for one in found if self._book.membership(one[0]).kind not in known]
        return sorted([*found, *likely, *self._book.sets[0]], key=self._order)

    def _order(self, piece: tuple[int, float]) -> tuple[int, float, int]:
        place, share = piece
        return self._book.kind_order(place), -share, place

    def _shape(self, place: int) -> BaseGeometry:
        return self._large(place) if self._book.shapes.size(place) >= LARGE else self._read(place)

    def _read(self, place: int) -> BaseGeometry:
        shape: BaseGeometry = shapely.from_wkb(self._book.shapes[place])
        return shape


def _boxes(edges: npt.NDArray[Any]) -> npt.NDArray[Any]:
    boxes: npt.NDArray[Any] = np.asarray(shapely.box(*edges.T), dtype=object)
    return boxes
