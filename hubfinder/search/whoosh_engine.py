"""The engine over the Whoosh index in a folder."""

import json
import threading
import weakref
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session
from whoosh import index
from whoosh.reading import IndexReader, TermNotFound

from hubfinder.search.columns import Columns, Floats, Ints, Row, make_columns
from hubfinder.search.damage import UNREADABLE, IndexUnavailable
from hubfinder.search.engine import NOTHING, Hits, Scored, View, Where, best_of_terms, holding_all
from hubfinder.search.indexing import FIELD, read_state
from hubfinder.search.query import Query

B, K1 = 0.75, 1.2
"""BM25F as Whoosh computes it by default."""


@dataclass(frozen=True)
class Generation:
    """One opened state of the index on disk."""

    stamp: int
    view: View
    reader: IndexReader
    row_of: Ints
    lengths: Floats


class WhooshEngine:
    """Answers from the Whoosh index in a folder, and notices when another process has changed it."""

    name = "whoosh"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._current: Generation | None = None
        self._opening = threading.Lock()
        self._decoding = threading.Lock()
        self._known: dict[str, Scored] = {}

    def view(self, session: Session) -> View:  # noqa: ARG002
        """The newest generation of the index."""
        try:
            stamp = self.folder.stat().st_mtime_ns
        except OSError as error:
            raise IndexUnavailable(str(self.folder)) from error
        with self._opening:
            if self._current is None or self._current.stamp != stamp:
                self._current = self._open(stamp)
                self._known = {}
            return self._current.view

    def hits(self, session: Session, view: View, query: Query, where: Where | None) -> tuple[Hits, ...]:  # noqa: ARG002
        """What the index holds of a query."""
        generation = self._current
        if generation is None:
            raise IndexUnavailable(str(self.folder))
        try:
            with self._decoding:  # Whoosh readers share one file position
                terms = [*query.terms, *(term for phrase in query.phrases for term in phrase)]
                found = {term: self._scores(generation, term) for term in terms}
        except UNREADABLE as error:
            raise IndexUnavailable(str(self.folder)) from error
        size = view.segments[0].size
        units = tuple(
            best_of_terms(((found[t][0], w * found[t][1]) for t, w in unit.terms.items()), size)
            for unit in query.units
        )
        phrases = None
        if query.phrases:
            phrases = holding_all([found[t][0] for phrase in query.phrases for t in phrase], size)
        return (Hits(units, phrases),)

    def _scores(self, generation: Generation, term: str) -> Scored:
        known = self._known.get(term)
        if known is None:
            known = self._known[term] = _decode(generation, term)
        return known

    def _open(self, stamp: int) -> Generation:
        if read_state(self.folder) is None:
            raise IndexUnavailable(str(self.folder))
        try:
            reader = index.open_dir(self.folder).reader()
            columns, row_of, lengths = read_columns(reader)
        except UNREADABLE as error:
            raise IndexUnavailable(str(self.folder)) from error
        generation = Generation(stamp, View((columns,), self.name, 0), reader, row_of, lengths)
        weakref.finalize(generation, reader.close)
        return generation


def read_columns(reader: IndexReader) -> tuple[Columns, Ints, Floats]:
    """Decode an index once: its columns, the row of each Whoosh number, and lengths by row."""
    found = []
    for number in reader.all_doc_ids():
        fields = reader.stored_fields(number)
        row = Row(int(fields["id"]), fields["kind"], fields["key"], json.loads(fields["terms"]))
        found.append((row, number, float(reader.doc_field_length(number, FIELD, 0) or 0)))
    found.sort(key=lambda one: one[0].id)
    row_of = np.full(reader.doc_count_all() + 1, -1, dtype=np.int64)
    row_of[np.array([number for _, number, _ in found], dtype=np.int64)] = np.arange(len(found))
    return make_columns([row for row, _, _ in found]), row_of, np.array([one[2] for one in found])


def _decode(generation: Generation, term: str) -> Scored:
    """Rows of a term by Whoosh's public matcher, and the BM25 score it gives each."""
    reader = generation.reader
    try:
        matcher = reader.postings(FIELD, term)
    except TermNotFound:
        return NOTHING
    numbers, weights = [], []
    while matcher.is_active():
        numbers.append(matcher.id())
        weights.append(matcher.weight())
        matcher.next()
    rows = generation.row_of[np.array(numbers, dtype=np.int64)]
    order = np.argsort(rows, kind="stable")
    order = order[np.searchsorted(rows[order], 0) :]
    rows, weight = rows[order], np.array(weights)[order]
    documents = reader.doc_count_all()
    idf = log(max(documents, 1) / (reader.doc_frequency(FIELD, term) + 1)) + 1
    average = reader.field_length(FIELD) / documents
    norm = K1 * ((1 - B) + B * generation.lengths[rows] / average)
    return rows, idf * weight * (K1 + 1) / (weight + norm)
