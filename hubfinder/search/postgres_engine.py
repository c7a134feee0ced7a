"""The engine over PostgreSQL's full text: words are found by one statement, all else is in the book.

The book of listings has filters, places and numbers, but no words: which listings hold a word, and how
heavily, PostgreSQL says. What it said of a whole word is kept in memory for as long as the book is the same;
listings that changed since are looked through in memory, as ``book_engine`` does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import psycopg
from sqlalchemy.orm import Session

from hubfinder.search.book import Book
from hubfinder.search.book_engine import BookEngine, BookView, bm25, hits_of_segment
from hubfinder.search.columns import Ints
from hubfinder.search.engine import NOTHING, Hits, Scored, View, Where, best_of_terms
from hubfinder.search.postgres_text import (
    HEAVIEST,
    MARK_WEIGHTS,
    WORD_WEIGHTS,
    is_mark,
    lexeme,
    phrase_of,
    quoted,
    reached_from,
)
from hubfinder.search.query import Query

WHOLE_AT_ONCE = 30_000
"""Listings that words asked for as a whole may be in, one by one, where a place is given. Further words are
asked for around the place only, and another time."""
PHRASES = 0
"""The number under which a statement answers what holds the phrases."""
_ARRAY_HEAD = 20
"""Bytes before the first element of an array of one dimension, as PostgreSQL sends it."""
_ELEMENT = {kind: np.dtype([("size", ">i4"), ("value", kind)]) for kind in (">i4", ">f4")}


@dataclass
class Asked:
    """What is to be asked of PostgreSQL for one query."""

    whole: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    phrases: str = ""
    reach: list[int] = field(default_factory=list)
    """Numbers any of which what is near has; none where no place is given."""

    @property
    def terms(self) -> list[str]:
        return [*self.whole, *self.near]

    def statement(self) -> tuple[str, dict[str, object]]:
        """One statement, and its values."""
        parts, values = [], dict[str, object]()
        for name, terms in (("whole", self.whole), ("near", self.near)):
            if terms:
                parts.append(_PARTS[name])
                values[f"{name}_words"] = [quoted(term) for term in terms]
                values[f"{name}_marks"] = [is_mark(term) for term in terms]
                values[f"{name}_first"] = 0 if name == "whole" else len(self.whole)
        if self.phrases:
            parts.append(_PHRASES + (_NEAR if self.reach else ""))
            values["phrases"] = self.phrases
        return " UNION ALL ".join(parts), {**values, **_WEIGHTS, "reach": self.reach}


@dataclass(frozen=True, slots=True)
class Told:
    """What PostgreSQL answered."""

    terms: Mapping[str, Scored]
    phrases: Ints | None


class PostgresEngine(BookEngine):
    """Answers from PostgreSQL's full text, with the book for all that is not words."""

    name = "postgresql"

    def hits(self, session: Session, view: View, query: Query, where: Where | None) -> tuple[Hits, ...]:
        """BM25F of every term, out of the weights that PostgreSQL has, and the rows that hold the phrases.

        With a place, rows that no page would show for it may be left out.
        """
        if not isinstance(view, BookView) or view.book is None or view.kept is None:
            raise TypeError("not a view of this engine")
        known = {term: view.kept.get(term) for term in query.terms}
        asked = _asked(view.book, [term for term, scored in known.items() if scored is None], query, where)
        told = _ask(session, view.book, asked)
        for term in asked.whole:
            view.kept.put(term, told.terms[term])
        found = {term: told.terms.get(term) or scored or NOTHING for term, scored in known.items()}
        size = view.segments[0].size
        units = tuple(
            best_of_terms(((found[t][0], found[t][1] * weight) for t, weight in unit.terms.items()), size)
            for unit in query.units
        )
        since = (hits_of_segment(view, number, query) for number in range(1, len(view.segments)))
        return (Hits(units, told.phrases if query.phrases else None), *since)

    def is_index_touched(self) -> bool:
        """The book is made of the database; there is no other index."""
        return False


def _asked(book: Book, terms: Sequence[str], query: Query, where: Where | None) -> Asked:
    """What the book's time had of these terms; the rarest of them as a whole."""
    counts = {term: book.postings.frequency(lexeme(term)) for term in terms}
    asked = Asked(reach=reached_from(where) if where else [])
    left = WHOLE_AT_ONCE
    for term in sorted((term for term in terms if counts[term]), key=counts.__getitem__):
        left -= counts[term]
        (asked.whole if where is None or left >= 0 else asked.near).append(term)
    if query.phrases and all(all(map(lexeme, phrase)) for phrase in query.phrases):
        asked.phrases = " & ".join(f"({phrase_of(phrase)})" for phrase in query.phrases)
    return asked


def _ask(session: Session, book: Book, asked: Asked) -> Told:
    scored: dict[str, Scored] = {}
    phrases: Ints = np.empty(0, dtype=np.int64)
    for number, ids, weights in _answers(session, asked):
        rows, order = _rows(book, ids)
        if number == PHRASES:
            phrases = rows.astype(np.int64)
            continue
        term = asked.terms[number - 1]
        heavy = _elements(weights, ">f4")[order].astype(np.float32) * np.float32(HEAVIEST)
        frequency = book.postings.frequency(lexeme(term))
        scored[term] = rows, bm25(book.state.documents, frequency, heavy, book.norms[rows])
    return Told(scored, phrases)


def _answers(session: Session, asked: Asked) -> Iterator[tuple[int, bytes | None, bytes | None]]:
    statement, values = asked.statement()
    if statement:
        connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
        with connection.cursor(binary=True) as cursor:
            yield from cursor.execute(cast("Any", statement), values)


def _rows(book: Book, ids: bytes | None) -> tuple[Any, Ints]:
    """The rows of these documents, rising, and where each stood; what is not in the book is left out."""
    found = _elements(ids, ">i4")
    order = np.argsort(found, kind="stable")
    found = found[order].astype(np.int64)
    at = np.minimum(np.searchsorted(book.columns.ids, found), max(book.columns.size - 1, 0))
    is_there = book.columns.ids[at] == found if book.columns.size else np.zeros(len(found), dtype=bool)
    return at[is_there].astype(np.int32), order[is_there]


def _elements(array: bytes | None, kind: str) -> Any:  # noqa: ANN401 - numbers of either kind
    """The numbers of an array as PostgreSQL sends it; none of nothing."""
    if array is None:
        return np.empty(0, dtype=kind)
    return np.frombuffer(array, dtype=_ELEMENT[kind], offset=_ARRAY_HEAD)["value"]


def _weights(weights: Sequence[float]) -> str:
    """Weights as ``ts_rank_cd`` takes them: that of D first."""
    return "{" + ",".join(f"{weight / HEAVIEST:.7f}" for weight in reversed(weights)) + "}"


_NEAR = " AND reach && %(reach)s::int[]"
_PHRASES = (
    "SELECT 0, array_send(array_agg(document_id)), NULL FROM search_text WHERE words @@ %(phrases)s::tsquery"
)
_TERMS = (
    "SELECT asked.number + %(NAME_first)s, found.ids, found.weights"
    " FROM unnest(%(NAME_words)s::tsquery[], %(NAME_marks)s::bool[]) WITH ORDINALITY"
    " AS asked(word, is_mark, number), LATERAL ("
    "SELECT array_send(array_agg(document_id)), array_send(array_agg(ts_rank_cd("
    "CASE WHEN asked.is_mark THEN %(mark_weights)s::real[] ELSE %(word_weights)s::real[] END,"
    " words, asked.word)))"
    " FROM search_text WHERE words @@ asked.word) AS found(ids, weights)"
)
_PARTS = {
    "whole": _TERMS.replace("NAME", "whole"),
    "near": _TERMS.replace("NAME", "near").replace("@@ asked.word", "@@ asked.word" + _NEAR),
}
_WEIGHTS = {"mark_weights": _weights(MARK_WEIGHTS), "word_weights": _weights(WORD_WEIGHTS)}
