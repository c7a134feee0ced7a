"""The footprints of a question: their shapes, kept for a minute, and which rows are in them."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import ref

import numpy as np
import numpy.typing as npt
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.models import Footprint
from hubfinder.search.columns import Columns, Flag, Floats, Mask, packed, unpacked
from hubfinder.vocab import FootprintKind

Key = tuple[str, str]
"""Kind and code."""
Bits = npt.NDArray[np.uint64]
SECONDS = 60
MOST = 128


@dataclass(frozen=True, slots=True)
class Area:
    """A footprint by its id (-1, which nothing serves, where there is none) and its shape."""

    footprint_id: int = -1
    shape: BaseGeometry | None = None


class Areas:
    """Footprints by kind and code. A shape that changes in the database is noticed within a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, tuple[float, Area]] = OrderedDict()
        self._inside: OrderedDict[tuple[int, int], _Kept] = OrderedDict()

    def of(self, session: Session, keys: Iterable[Key]) -> dict[Key, Area]:
        """The footprints of these kinds and codes; one that does not exist is an area that nothing is in."""
        wanted, now = list(dict.fromkeys(keys)), time.monotonic()
        with self._lock:
            known = {key: found for key in wanted if (found := self._known.get(key)) and found[0] > now}
        missing = [key for key in wanted if key not in known]
        if missing:
            read = _read(session, missing)
            known.update({key: (now + SECONDS, read.get(key, Area())) for key in missing})
            with self._lock:
                self._known.update({key: known[key] for key in missing})
                while len(self._known) > MOST:
                    self._known.popitem(last=False)
        return {key: known[key][1] for key in wanted}

    def rows(self, columns: Columns, area: Area) -> Mask:
        """Rows that are for an area, have a public place in it, or are national help."""
        return unpacked(self.bits(columns, area), columns.size)

    def bits(self, columns: Columns, area: Area) -> Bits:
        """The same rows, packed."""
        others = columns.serving((area.footprint_id,)) | columns.having(Flag.NATIONAL)
        return packed(others) | self._with_place(columns, area)

    def _with_place(self, columns: Columns, area: Area) -> Bits:
        """Kept, because to ask of every place whether it is in a council takes a while."""
        key = (id(area.shape), id(columns.point_lat))
        with self._lock:
            kept = self._inside.get(key)
        if kept and kept.shape is area.shape and kept.points() is columns.point_lat:
            return kept.rows
        bits = packed(columns.inside(area.shape))
        if area.shape is not None:
            with self._lock:
                self._inside[key] = _Kept(area.shape, ref(columns.point_lat), bits)
                while len(self._inside) > MOST:
                    self._inside.popitem(last=False)
        return bits


@dataclass(frozen=True, slots=True)
class _Kept:
    """The rows that have a place in a shape, for as long as the places are the same."""

    shape: BaseGeometry
    points: "ref[Floats]"
    rows: Bits


def _read(session: Session, keys: list[Key]) -> dict[Key, Area]:
    codes = {code for _, code in keys}
    kinds = {FootprintKind(kind) for kind, _ in keys}
    rows = session.execute(
        select(Footprint.kind, Footprint.code, Footprint.id, Footprint.geom).where(
            Footprint.code.in_(codes), Footprint.kind.in_(kinds)
        )
    )
    return {
        (row.kind.value, row.code): Area(row.id, to_shape(row.geom) if row.geom is not None else None)
        for row in rows
    }
