"""The rows of a part of an index as numpy arrays: filters, ages, places. Words are in ``postings``.

Nothing here changes after it is made, so threads may share it. What a row is found by stands in few bytes:
flags in one number, the values of a filter as bits, so that two hundred thousand rows fit in each worker.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntFlag
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.directory.availability import BIRTH, UNBORN

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Array = npt.NDArray[Any]
NO_MINIMUM, NO_MAXIMUM = -12, 12_000
EARTH_METRES = 6_371_008.8
LABELS = (
    "needs",
    "domains",
    "departments",
    "entries",
    "languages",
    "delivery",
    "circumstances",
    "costs",
    "accessibility",
    "slots",
)
"""Filters whose values are words, several to a row; each is a list in ``cards.Terms``."""
WORD_BITS = 64
AGES = {"pregnant": (UNBORN, BIRTH), **{str(year): (year * 12, year * 12 + 12) for year in range(26)}}
"""The ages that families choose from, each with its first month and the first one after it."""


class Flag(IntFlag):
    """What is true of a row."""

    SERVICE = 1
    HUB = 2
    CATALOGUE = 4
    TARGETED = 8
    FREE = 16
    NATIONAL = 32
    CLOSED = 64
    CRISIS = 128
    PROFESSIONALS = 256
    HAS_AREA = 512
    IN_PERSON = 1024
    """Somebody meets the family: it is no help from far away."""


_KINDS = {"service": Flag.SERVICE, "hub": Flag.HUB, "catalogue": Flag.CATALOGUE}


@dataclass(frozen=True, slots=True)
class Row:
    """One document as an index or the database holds it."""

    id: int
    kind: str
    key: str
    terms: Mapping[str, Any]
    """As ``cards.Terms``; texts and marks may be missing."""


@dataclass(frozen=True)
class Label:
    """One filter: for each of its values the rows that have it, as bits."""

    values: tuple[str, ...]
    bits: npt.NDArray[np.uint64]
    """Values x 64 rows."""

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {value: number for number, value in enumerate(self.values)}


@dataclass(frozen=True)
class Columns:
    """Rows by number, in the order of their document ids."""

    ids: Ints
    """Search document ids, rising."""
    flags: npt.NDArray[np.uint16]
    """``Flag``s."""
    minimum: npt.NDArray[np.int16]
    """Months."""
    maximum: npt.NDArray[np.int16]
    assured: npt.NDArray[np.int32]
    """Day of the last check (``date.toordinal``); 0 for never."""
    point_starts: npt.NDArray[np.int32]
    """Where the points of each row begin, and at last where those of the last row end."""
    point_lat: Floats
    """Radians."""
    point_lon: Floats
    span_rows: npt.NDArray[np.int32]
    """The row of each opening time."""
    span_opens: npt.NDArray[np.int16]
    """Minutes of the week, as ``times.Span`` has them."""
    span_closes: npt.NDArray[np.int16]
    span_seasons: npt.NDArray[np.int8]
    area_ids: Ints
    """Footprints that rows are for, rising, each once."""
    area_starts: npt.NDArray[np.int32]
    """Where the rows of each of these footprints begin in ``area_rows``, and at last their end."""
    area_rows: npt.NDArray[np.int32]
    labels: Mapping[str, Label]
    """By filter: those of ``LABELS``."""
    alive: Mask | None = None
    """Rows that still say what the database says; none: all of them."""

    @property
    def size(self) -> int:
        return len(self.ids)

    def everything(self) -> Mask:
        """A new mask of the rows that may be found at all."""
        return np.ones(self.size, dtype=bool) if self.alive is None else self.alive.copy()

    def with_alive(self, alive: Mask) -> "Columns":
        """The same rows, of which only these are alive; what was worked out of the others stays."""
        same = replace(self, alive=alive)
        for name in ("ages", "hubs", "_having", "_plane", "_with_points"):
            same.__dict__[name] = getattr(self, name)
        return same

    def having(self, flag: Flag) -> Mask:
        """Rows with any of these flags; kept, and not to be changed."""
        return kept_mask(self._having, self.flags, flag)

    @cached_property
    def _having(self) -> dict[int, Mask]:
        return {}

    def rows_of(self, ids: Ints) -> Ints:
        """The rows of these documents, in their order; those that are not here are left out."""
        at = np.minimum(np.searchsorted(self.ids, ids), max(self.size - 1, 0))
        if not self.size:
            return at[:0]
        rows: Ints = at[self.ids[at] == ids]
        return rows

    def label(self, name: str, values: Iterable[str]) -> Mask:
        """Rows with any of these values of a filter."""
        label = self.labels[name]
        numbers = [label.numbers[value] for value in values if value in label.numbers]
        if not numbers:
            return np.zeros(self.size, dtype=bool)
        return unpacked(np.bitwise_or.reduce(label.bits[numbers], axis=0), self.size)

    def counts(self, name: str, mask: Mask) -> dict[str, int]:
        """How many rows of a mask have each value of a filter."""
        label = self.labels[name]
        numbers = np.bitwise_count(label.bits & packed(mask)).sum(axis=1, dtype=np.int64)
        return dict(zip(label.values, numbers.tolist(), strict=True))

    @cached_property
    def ages(self) -> Label:
        """Rows for each age in years, as ``AGES`` names them; for counting."""
        masks = [(self.minimum < end) & (first < self.maximum) for first, end in AGES.values()]
        return Label(tuple(AGES), np.array([packed(mask) for mask in masks]))

    @cached_property
    def hubs(self) -> Ints:
        """Rows of family hubs."""
        return np.flatnonzero(self.having(Flag.HUB))

    def distances(self, lat: float, lon: float, rows: Ints) -> Floats:
        """Metres from a point to the nearest public place of each of these rows; infinite without one.

        On the plane around the point: within half a per cent over the fifty miles a search looks, for ranking
        only. What a page says is the geodesic.
        """
        nearest = np.full(len(rows), np.inf)
        if (
            len(rows) * 4 > self.size
        ):  # of most rows, those of all are worked out sooner than theirs are found
            everywhere = np.full(self.size, np.inf)
            some, firsts = self._with_points
            if some.size:
                metres = self._metres(lat, lon, slice(None))
                everywhere[some] = metres if len(metres) == len(some) else np.minimum.reduceat(metres, firsts)
            return everywhere if len(rows) == self.size else everywhere[rows]
        starts = self.point_starts[rows]
        counts = self.point_starts[rows + 1] - starts
        has_some = np.flatnonzero(counts)
        if not has_some.size:
            return nearest
        counts = counts[has_some]
        firsts = np.cumsum(counts) - counts
        points = np.arange(counts.sum()) + np.repeat(starts[has_some] - firsts, counts)
        nearest[has_some] = np.minimum.reduceat(self._metres(lat, lon, points), firsts)
        return nearest

    def _metres(self, lat: float, lon: float, points: Ints | slice) -> npt.NDArray[np.float32]:
        middle_lat, middle_lon, norths, easts = self._plane
        east = (easts[points] - np.float32(np.radians(lon) - middle_lon)) * np.float32(
            np.cos(np.radians(lat))
        )
        north = norths[points] - np.float32(np.radians(lat) - middle_lat)
        east *= east
        north *= north
        east += north
        np.sqrt(east, out=east)
        east *= np.float32(EARTH_METRES)
        return east

    @cached_property
    def _plane(self) -> tuple[float, float, npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """The middle of all points, and how far each is to the north and east of it, in radians.

        Short numbers are enough for the differences: of a council's, to less than a metre.
        """
        lat, lon = (float(np.median(some)) if some.size else 0.0 for some in (self.point_lat, self.point_lon))
        return lat, lon, (self.point_lat - lat).astype(np.float32), (self.point_lon - lon).astype(np.float32)

    @cached_property
    def _with_points(self) -> tuple[Ints, Ints]:
        """Rows that have points, and where those of each begin."""
        some = np.flatnonzero(np.diff(self.point_starts))
        return some, self.point_starts[some].astype(np.int64)

    def open_at(self, minute: int, seasons: Iterable[int]) -> Mask:
        """Rows that are open at a minute of the week in one of these seasons (``times.SEASONS``)."""
        mask = np.zeros(self.size, dtype=bool)
        spans = np.flatnonzero((self.span_opens <= minute) & (minute < self.span_closes))
        spans = spans[np.isin(self.span_seasons[spans], list(seasons))]
        mask[self.span_rows[spans]] = True
        return mask

    def near(self, lat: float, lon: float, metres: float) -> Mask:
        """Rows with a public place within so many metres of a point."""
        high = metres / EARTH_METRES
        points = np.flatnonzero(np.abs(self.point_lat - np.radians(lat)) <= high)
        east = (self.point_lon[points] - np.radians(lon)) * np.cos(np.radians(lat))
        north = self.point_lat[points] - np.radians(lat)
        points = points[east * east + north * north <= high * high]
        return self._having_points(points)

    def _having_points(self, points: Ints) -> Mask:
        """The rows that these points belong to; of many points told without looking for each."""
        if len(points) * 8 < self.size:
            mask = np.zeros(self.size, dtype=bool)
            mask[np.searchsorted(self.point_starts, points, side="right") - 1] = True
            return mask
        count = np.zeros(len(self.point_lat) + 1, dtype=np.int32)
        count[points + 1] = 1
        np.cumsum(count, out=count)
        found: Mask = count[self.point_starts[1:]] != count[self.point_starts[:-1]]
        return found

    def inside(self, shape: BaseGeometry | None) -> Mask:
        """Rows with a public place inside a shape (WGS84 degrees)."""
        mask = np.zeros(self.size, dtype=bool)
        if shape is None or not self.point_lat.size:
            return mask
        west, south, east, north = np.radians(shape.bounds)
        near = np.flatnonzero(
            (self.point_lon >= west)
            & (self.point_lon <= east)
            & (self.point_lat >= south)
            & (self.point_lat <= north)
        )
        own = shapely.from_wkb(shapely.to_wkb(shape))  # prepared, and no other thread's
        shapely.prepare(own)
        lon, lat = np.degrees(self.point_lon[near]), np.degrees(self.point_lat[near])
        within = np.asarray(shapely.intersects_xy(own, lon, lat), dtype=bool)
        mask[np.searchsorted(self.point_starts, near[within], side="right") - 1] = True
        return mask

    def serving(self, footprint_ids: Iterable[int]) -> Mask:
        """Rows with a service area among these footprints."""
        mask = np.zeros(self.size, dtype=bool)
        wanted = np.fromiter(footprint_ids, dtype=np.int64)
        at = np.searchsorted(self.area_ids, wanted)
        for number, footprint in zip(at.tolist(), wanted.tolist(), strict=True):
            if number < len(self.area_ids) and self.area_ids[number] == footprint:
                mask[self.area_rows[self.area_starts[number] : self.area_starts[number + 1]]] = True
        return mask


def make_columns(rows: Sequence[Row]) -> Columns:
    """Columns of these rows, which stand in the order of their ids."""
    terms = [row.terms for row in rows]
    points = [point for t in terms for point in t["points"]]
    spans = [span for t in terms for span in t["spans"]]
    area_ids, area_starts, area_rows = _inverted([t["areas"] for t in terms])
    return Columns(
        ids=np.array([row.id for row in rows], dtype=np.int64),
        flags=np.array([_flags(row) for row in rows], dtype=np.uint16),
        minimum=_months(terms, "minimum_age", NO_MINIMUM),
        maximum=_months(terms, "maximum_age", NO_MAXIMUM),
        assured=np.array([t["assured"] for t in terms], dtype=np.int32),
        point_starts=_starts([len(t["points"]) for t in terms]),
        point_lat=np.radians(np.array([lat for lat, _ in points], dtype=float)),
        point_lon=np.radians(np.array([lon for _, lon in points], dtype=float)),
        span_rows=np.repeat(np.arange(len(rows), dtype=np.int32), [len(t["spans"]) for t in terms]),
        span_opens=np.array([opens for opens, _, _ in spans], dtype=np.int16),
        span_closes=np.array([closes for _, closes, _ in spans], dtype=np.int16),
        span_seasons=np.array([season for _, _, season in spans], dtype=np.int8),
        area_ids=np.array(area_ids, dtype=np.int64),
        area_starts=area_starts,
        area_rows=area_rows,
        labels={name: _label([t[name] for t in terms]) for name in LABELS},
    )


def flagged(flags: npt.NDArray[np.uint16], flag: Flag) -> Mask:
    """Which of these have any of these flags."""
    return np.asarray((flags & np.uint16(flag)) != 0, dtype=bool)


def kept_mask(kept: dict[int, Mask], flags: npt.NDArray[np.uint16], flag: Flag) -> Mask:
    """As ``flagged``, worked out once; nobody can write into it."""
    mask = kept.get(int(flag))
    if mask is None:
        mask = flagged(flags, flag)
        mask.setflags(write=False)
        kept[int(flag)] = mask
    return mask


def packed(mask: Mask) -> npt.NDArray[np.uint64]:
    """A mask as bits, 64 rows to a number."""
    whole = np.zeros(-(-len(mask) // WORD_BITS) * (WORD_BITS // 8), dtype=np.uint8)
    bits = np.packbits(mask, bitorder="little")
    whole[: len(bits)] = bits
    return whole.view(np.uint64)


def unpacked(bits: npt.NDArray[np.uint64], size: int) -> Mask:
    """The mask that was packed."""
    return np.unpackbits(bits.view(np.uint8), count=size, bitorder="little").view(bool)


def _flags(row: Row) -> int:
    terms = row.terms
    flags = _KINDS[row.kind]
    for is_so, flag in (
        (terms["access"] == "targeted", Flag.TARGETED),
        (terms["free"], Flag.FREE),
        (terms["national"], Flag.NATIONAL),
        (terms["closed"], Flag.CLOSED),
        (terms["crisis"], Flag.CRISIS),
        (terms["professionals"], Flag.PROFESSIONALS),
        (terms["areas"], Flag.HAS_AREA),
        ("in_person" in terms["delivery"] or "home_visit" in terms["delivery"], Flag.IN_PERSON),
    ):
        if is_so:
            flags |= flag
    return int(flags)


def _months(terms: Sequence[Mapping[str, Any]], name: str, missing: int) -> npt.NDArray[np.int16]:
    return np.array([missing if t[name] is None else t[name] for t in terms], dtype=np.int16)


def _starts(counts: Sequence[int]) -> npt.NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(counts, dtype=np.int64))).astype(np.int32)


def _inverted(
    lists: Sequence[Sequence[Any]],
) -> tuple[list[Any], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The different values of these rows in their order, where the rows of each begin, and the rows."""
    rows_of: dict[Any, list[int]] = {}
    for row, values in enumerate(lists):
        for value in dict.fromkeys(values):
            rows_of.setdefault(value, []).append(row)
    values = sorted(rows_of)
    rows = np.array([row for value in values for row in rows_of[value]], dtype=np.int32)
    return values, _starts([len(rows_of[value]) for value in values]), rows


def _label(lists: Sequence[Sequence[str]]) -> Label:
    values, starts, rows = _inverted(lists)
    bits = np.zeros((len(values), -(-len(lists) // WORD_BITS)), dtype=np.uint64)
    for number in range(len(values)):
        mask = np.zeros(len(lists), dtype=bool)
        mask[rows[starts[number] : starts[number + 1]]] = True
        bits[number] = packed(mask)
    return Label(tuple(values), bits)
