"""What the fast path needs of an index, as numpy arrays: postings, filters, ages and points.

Whoosh analyses, stores and commits; matching, scoring, filters and distance run over arrays decoded from its
public readers (see docs/decisions for the measurements). Nothing here changes after it is made, so threads
may share it.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry
from whoosh.reading import IndexReader, TermNotFound

from hubfinder.search.indexing import FIELD

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
NO_MINIMUM, NO_MAXIMUM = -12, 12_000
B, K1 = 0.75, 1.2
"""BM25F as Whoosh computes it by default."""
EARTH_METRES = 6_371_008.8
LABELS = ("needs", "domains", "departments", "entries", "languages", "delivery", "circumstances")
Decode = Callable[[str], tuple[Ints, Floats, int]]
"""A term to the rows that hold it, its weight in each, and how many documents hold it."""


@dataclass(frozen=True)
class Columns:
    """One generation of an index with ``size`` documents, deleted ones left out."""

    size: int
    ids: Ints
    """Search document ids, by row."""
    kinds: dict[str, Mask]
    keys: list[str]
    minimum: Ints
    maximum: Ints
    targeted: Mask
    free: Mask
    national: Mask
    closed: Mask
    crisis: Mask
    professionals: Mask
    has_area: Mask
    in_person: Mask
    assured: Ints
    lengths: Floats
    average_length: float
    all_documents: int
    """Documents Whoosh counts for its statistics, deleted ones included."""
    point_rows: Ints
    """Rising, so that the points of one row stand together."""
    point_starts: Ints
    """Where the points of each row begin."""
    point_lat: Floats
    """Radians."""
    point_lon: Floats
    area_rows: Ints
    area_ids: Ints
    labels: dict[str, dict[str, Mask]]
    """Masks by filter and value: those of ``LABELS``."""
    decode: Decode
    _postings: dict[str, tuple[Ints, Floats]] = field(default_factory=dict)

    def postings(self, term: str) -> tuple[Ints, Floats]:
        """Rows that hold a term, and the BM25F score it gives each; decoded once."""
        known = self._postings.get(term)
        if known is None:
            rows, weights, frequency = self.decode(term)
            idf = log(max(self.all_documents, 1) / (frequency + 1)) + 1
            norm = K1 * ((1 - B) + B * self.lengths[rows] / self.average_length)
            known = (rows, idf * weights * (K1 + 1) / (weights + norm))
            self._postings[term] = known
        return known

    def label(self, name: str, values: Iterable[str]) -> Mask:
        """Rows with any of these values of a filter."""
        mask = np.zeros(self.size, dtype=bool)
        for value in values:
            found = self.labels[name].get(value)
            if found is not None:
                mask |= found
        return mask

    def distances(self, lat: float, lon: float) -> Floats:
        """Metres from a point to the nearest public place of each row; infinite without one.

        On the plane around the point: within half a per cent over the fifty miles a search looks, for ranking
        only. What a page says is the geodesic.
        """
        nearest = np.full(self.size, np.inf)
        if not self.point_rows.size:
            return nearest
        east = (self.point_lon - np.radians(lon)) * np.cos(np.radians(lat))
        north = self.point_lat - np.radians(lat)
        metres = EARTH_METRES * np.sqrt(east * east + north * north)
        nearest[self.point_rows[self.point_starts]] = np.minimum.reduceat(metres, self.point_starts)
        return nearest

    def inside(self, shape: BaseGeometry | None) -> Mask:
        """Rows with a public place inside a shape (WGS84 degrees)."""
        mask = np.zeros(self.size, dtype=bool)
        if shape is None or not self.point_rows.size:
            return mask
        west, south, east, north = np.radians(shape.bounds)
        near = np.flatnonzero(
            (self.point_lon >= west)
            & (self.point_lon <= east)
            & (self.point_lat >= south)
            & (self.point_lat <= north)
        )
        spots = np.degrees(np.column_stack((self.point_lon[near], self.point_lat[near])))
        within = np.asarray(shapely.covers(shape, shapely.points(spots)), dtype=bool)
        mask[self.point_rows[near[within]]] = True
        return mask

    def serving(self, footprint_ids: Iterable[int]) -> Mask:
        """Rows with a service area among these footprints."""
        mask = np.zeros(self.size, dtype=bool)
        for footprint_id in footprint_ids:  # a dozen comparisons are quicker than a set operation
            mask[self.area_rows[self.area_ids == footprint_id]] = True
        return mask


@dataclass(frozen=True, slots=True)
class Row:
    """One document as an index or the database holds it."""

    id: int
    kind: str
    key: str
    terms: dict[str, Any]
    length: float
    """Terms in its text."""


def read_columns(reader: IndexReader) -> Columns:
    """Decode an index once. About 25 microseconds a document."""
    numbers, rows = [], []
    for number in reader.all_doc_ids():
        fields = reader.stored_fields(number)
        numbers.append(number)
        rows.append(
            Row(
                int(fields["id"]),
                fields["kind"],
                fields["key"],
                json.loads(fields["terms"]),
                float(reader.doc_field_length(number, FIELD, 0) or 0),
            )
        )
    row_of = np.full(reader.doc_count_all() + 1, -1, dtype=np.int64)
    row_of[np.array(numbers, dtype=np.int64)] = np.arange(len(rows))

    def decode(term: str) -> tuple[Ints, Floats, int]:
        return _decode(reader, row_of, term)

    documents = reader.doc_count_all()
    return make_columns(rows, decode, documents, reader.field_length(FIELD) / (documents or 1))


def make_columns(rows: list[Row], decode: Decode, documents: int, average_length: float) -> Columns:
    """Columns of these rows. ``documents`` and ``average_length`` are the statistics BM25F needs."""
    terms = [row.terms for row in rows]
    points = [(number, lat, lon) for number, t in enumerate(terms) for lat, lon in t["points"]]
    areas = [(number, footprint) for number, t in enumerate(terms) for footprint in t["areas"]]

    def flags(test: Callable[[dict[str, Any]], bool]) -> Mask:
        return np.fromiter((test(t) for t in terms), dtype=bool, count=len(terms))

    return Columns(
        size=len(rows),
        ids=np.array([row.id for row in rows], dtype=np.int64),
        kinds=_masks([[row.kind] for row in rows]),
        keys=[row.key for row in rows],
        minimum=_months(terms, "minimum_age", NO_MINIMUM),
        maximum=_months(terms, "maximum_age", NO_MAXIMUM),
        targeted=flags(lambda t: t["access"] == "targeted"),
        free=flags(lambda t: t["free"]),
        national=flags(lambda t: t["national"]),
        closed=flags(lambda t: t["closed"]),
        crisis=flags(lambda t: t["crisis"]),
        professionals=flags(lambda t: t["professionals"]),
        has_area=flags(lambda t: bool(t["areas"])),
        in_person=flags(lambda t: "in_person" in t["delivery"] or "home_visit" in t["delivery"]),
        assured=np.array([t["assured"] for t in terms], dtype=np.int64),
        lengths=np.array([row.length for row in rows], dtype=float),
        average_length=average_length or 1.0,
        all_documents=documents,
        point_rows=np.array([p[0] for p in points], dtype=np.int64),
        point_starts=np.unique([p[0] for p in points], return_index=True)[1].astype(np.int64),
        point_lat=np.radians(np.array([p[1] for p in points], dtype=float)),
        point_lon=np.radians(np.array([p[2] for p in points], dtype=float)),
        area_rows=np.array([a[0] for a in areas], dtype=np.int64),
        area_ids=np.array([a[1] for a in areas], dtype=np.int64),
        labels={name: _masks([t[name] for t in terms]) for name in LABELS},
        decode=decode,
    )


def _decode(reader: IndexReader, row_of: Ints, term: str) -> tuple[Ints, Floats, int]:
    """Rows and weights of a term by Whoosh's public matcher, and the documents that hold it."""
    try:
        matcher = reader.postings(FIELD, term)
    except TermNotFound:
        return np.array([], dtype=np.int64), np.array([], dtype=float), 0
    numbers, weights = [], []
    while matcher.is_active():
        numbers.append(matcher.id())
        weights.append(matcher.weight())
        matcher.next()
    rows = row_of[np.array(numbers, dtype=np.int64)]
    alive = rows >= 0
    return rows[alive], np.array(weights, dtype=float)[alive], reader.doc_frequency(FIELD, term)


def _months(terms: list[dict[str, Any]], name: str, missing: int) -> Ints:
    return np.array([missing if t[name] is None else t[name] for t in terms], dtype=np.int64)


def _masks(values: list[list[str]]) -> dict[str, Mask]:
    masks: dict[str, Mask] = {}
    for row, names in enumerate(values):
        for name in names:
            masks.setdefault(name, np.zeros(len(values), dtype=bool))[row] = True
    return masks
