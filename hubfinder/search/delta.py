"""What changed since a book was written: a few listings, analysed and kept in memory by each worker."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session
from whoosh.util.numeric import byte_to_length, length_to_byte

from hubfinder.search.analysis import listed_words, placed, sections_of
from hubfinder.search.book import norms_of
from hubfinder.search.cards import empty_terms
from hubfinder.search.columns import Columns, Ints, Mask, Row, make_columns
from hubfinder.search.models import SearchDocument, SearchRemoval
from hubfinder.search.postings import Posting, Postings, Weights, postings_in_memory

_DOCUMENTS = SearchDocument.__table__.c
_CHANGED = select(_DOCUMENTS.id, _DOCUMENTS.kind, _DOCUMENTS.key, _DOCUMENTS.terms)


@dataclass(frozen=True, slots=True)
class Analysed:
    """One listing, its words placed."""

    row: Row
    length: int
    terms: dict[str, tuple[float, list[int]]]
    """Weight and positions of each of its terms."""
    words: frozenset[str]


@dataclass(frozen=True)
class Segment:
    """Few listings as an engine searches them."""

    columns: Columns
    postings: Postings
    norms: Weights
    words: frozenset[str]


@dataclass(frozen=True)
class Delta:
    """Everything since one revision: what was written, and what was written or removed."""

    revision: int
    listings: dict[int, Analysed] = field(default_factory=dict)
    touched: frozenset[int] = frozenset()
    """Documents of which a book no longer knows the truth."""

    def grown(self, session: Session, revision: int) -> "Delta":
        """The same with all that was committed up to a newer revision."""
        removed = session.scalars(
            select(SearchRemoval.document_id).where(SearchRemoval.revision > self.revision)
        ).all()
        rows = session.connection().execute(_CHANGED.where(_DOCUMENTS.revision > self.revision))
        changed = {id_: analysed(id_, kind, key, terms) for id_, kind, key, terms in rows}
        listings = {id_: one for id_, one in self.listings.items() if id_ not in removed}
        touched = self.touched.union(removed, changed)
        return Delta(revision, listings | changed, touched)

    def segment(self, average_length: float) -> Segment:
        """The listings, searchable. ``average_length`` is that of the book."""
        listings = [self.listings[id_] for id_ in sorted(self.listings)]
        terms: dict[str, list[Posting]] = {}
        for number, one in enumerate(listings):
            for term, (weight, positions) in one.terms.items():
                terms.setdefault(term, []).append(Posting(number, weight, positions))
        lengths = np.array([one.length for one in listings], dtype=np.float32)
        return Segment(
            make_columns([one.row for one in listings]),
            postings_in_memory(terms),
            norms_of(lengths, average_length),
            frozenset().union(*(one.words for one in listings)),
        )

    def alive(self, columns: Columns) -> Mask:
        """Rows of a book that are as they were."""
        mask = np.ones(columns.size, dtype=bool)
        mask[columns.rows_of(_sorted(self.touched))] = False
        return mask


def analysed(id_: int, kind: str, key: str, terms: dict[str, Any]) -> Analysed:
    """A listing as the index would have it."""
    whole: dict[str, Any] = {**empty_terms(), **terms}
    found: dict[str, tuple[float, list[int]]] = {}
    length = 0
    for term, weight, position in placed(sections_of(whole["texts"], whole["marks"])):
        known, positions = found.get(term, (0.0, []))
        positions.append(position)
        found[term] = known + weight, positions
        length += 1
    stored = cast(int, byte_to_length(length_to_byte(length)))  # as coarse as Whoosh keeps it
    return Analysed(Row(id_, kind, key, whole), stored, found, frozenset(listed_words(whole["texts"])))


def _sorted(ids: Iterable[int]) -> Ints:
    return np.array(sorted(ids), dtype=np.int64)
