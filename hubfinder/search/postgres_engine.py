"""The engine over PostgreSQL's full text: it says which listings hold a word, and all else is in the book.

The book has filters, places and numbers of every listing, and of the commonest words which listings hold
them: these are read quickly there and would keep PostgreSQL busy. Listings that changed since the book was
written are looked through in memory, as ``book_engine`` does.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from hubfinder.search.book import Book
from hubfinder.search.book_engine import BookEngine, BookView, bm25, hits_of_segment
from hubfinder.search.damage import IndexUnavailable
from hubfinder.search.engine import Hits, Scored, View, Where, best_of_terms, reachable
from hubfinder.search.postgres_text import lexeme, reached_from
from hubfinder.search.postgres_words import Asked, Held, ask
from hubfinder.search.query import Query

WHOLE_AT_ONCE = 1_500
"""Listings that hold words asked for as a whole, all together, where a place is given: such words are then
kept in memory. Further words are asked for around the place only."""
MANY = 20_000
"""From so many rows on it pays to look first which are in reach of the place."""

MOST = 0.7
"""With so large a part of the rows in reach all are scored."""


class PostgresEngine(BookEngine):
    """Answers from PostgreSQL's full text, with the book for all that is not words."""

    name = "postgresql"

    def hits(self, session: Session, view: View, query: Query, where: Where | None) -> tuple[Hits, ...]:
        """BM25F of every term, out of the weights that PostgreSQL has, and the rows that hold the phrases.

        With a place, rows that no page would show for it may be left out.

        Raises:
            IndexUnavailable: the book turns out to be damaged.
        """
        if not isinstance(view, BookView) or view.book is None:
            raise TypeError("not a view of this engine")
        try:
            held = _in_memory(view, view.book, query.terms)
        except IndexUnavailable:
            self._lose(view.book)
            raise
        asked = _asked(view.book, [term for term in query.terms if term not in held], query, where)
        told = ask(session, view.book.columns.ids, asked)
        for term in asked.whole:
            _keep(view, term, told.words[term])
        scored = _scored(view.book, {**held, **told.words}, where)
        size = view.segments[0].size
        units = tuple(
            best_of_terms(
                ((scored[t][0], scored[t][1] * weight) for t, weight in unit.terms.items() if t in scored),
                size,
            )
            for unit in query.units
        )
        since = (hits_of_segment(view, number, query) for number in range(1, len(view.segments)))
        return (Hits(units, told.phrases if query.phrases else None), *since)

    def is_index_touched(self) -> bool:
        """The book is made of the database; there is no other index."""
        return False


def _in_memory(view: BookView, book: Book, terms: Iterable[str]) -> dict[str, Held]:
    """Terms that need not be asked for: what was kept, common words of the book, and what is nowhere."""
    held: dict[str, Held] = {}
    for term in terms:
        known = view.kept.get(term) if view.kept else None
        if known is None:
            known = book.postings.of(lexeme(term))
            if known[0].size:
                _keep(view, term, known)
            elif book.postings.frequency(lexeme(term)):
                continue
        held[term] = known
    return held


def _keep(view: BookView, term: str, held: Held) -> None:
    if view.kept:
        view.kept.put(term, held)


def _asked(book: Book, terms: Iterable[str], query: Query, where: Where | None) -> Asked:
    """The rarest of these terms as a whole, the others only near the place."""
    counts = {term: book.postings.frequency(lexeme(term)) for term in terms}
    asked = Asked(reach=reached_from(where) if where else [])
    left = WHOLE_AT_ONCE
    for term in sorted(counts, key=counts.__getitem__):
        left -= counts[term]
        (asked.whole if where is None or left >= 0 else asked.near).append(term)
    if all(lexeme(term) for phrase in query.phrases for term in phrase):
        asked.phrases = query.phrases
    return asked


def _scored(book: Book, held: Mapping[str, Held], where: Where | None) -> dict[str, Scored]:
    """The BM25F of each term, in all rows or in those that the place can reach."""
    is_near = None
    if where and sum(rows.size for rows, _ in held.values()) > MANY:
        is_near = reachable(book.columns, where)
        if is_near.mean() > MOST:
            is_near = None  # to look for the others takes longer than to score them
    scored: dict[str, Scored] = {}
    for term, (rows, weights) in held.items():
        if is_near is not None:
            kept = is_near[rows]
            rows, weights = rows[kept], weights[kept]  # noqa: PLW2901
        if rows.size:
            frequency = book.postings.frequency(lexeme(term))
            scored[term] = rows, bm25(book.state.documents, frequency, weights, book.norms[rows])
    return scored
