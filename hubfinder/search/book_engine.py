"""The engine over the book of listings: Whoosh's own scores, out of arrays.

What was committed since a book was written stands in a second, small segment. Its listings are scored by
the numbers of the book (how many listings there are, how long they are, how rare a word is), so that they
compare.
"""

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.search.book import K1, Book, Stamp, State, book_dir, open_book, read_state, stamp_of
from hubfinder.search.damage import IndexUnavailable
from hubfinder.search.delta import Delta
from hubfinder.search.engine import NOTHING, Hits, Scored, View, Where, best_of_terms, holding_all
from hubfinder.search.files import STATE, are_touched
from hubfinder.search.indexing import MOST_BEHIND, changes_since, read_state as read_index_state
from hubfinder.search.models import SearchIdentity
from hubfinder.search.postings import Postings, Weights, rows_of_phrase
from hubfinder.search.query import Query

KEPT_BYTES = 16_000_000
"""Scores of terms that are kept in memory, so that common ones need not be read again."""
MOST_CHANGES = 20_000
"""With more changes since the book was written a worker does not keep up with them; the database answers."""
LOOK_SECONDS = 2.0
"""How often a worker looks whether the files are still as they were written."""
_REVISIONS = "SELECT max(revision) FROM search_document UNION ALL SELECT max(revision) FROM search_removal"


class Kept:
    """Scores of terms of one book, the least used of which are forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._scores: OrderedDict[str, Scored] = OrderedDict()
        self._changing = threading.Lock()

    def get(self, term: str) -> Scored | None:
        """The scores of a term, if they were kept."""
        with self._changing:
            found = self._scores.get(term)
            if found is not None:
                self._scores.move_to_end(term)
            return found

    def put(self, term: str, scored: Scored) -> None:
        """Keep the scores of a term; what is larger than a quarter of all is not kept."""
        size = _size(scored)
        with self._changing:
            if term in self._scores or size * 4 > self._most:
                return
            self._scores[term] = scored
            self._size += size
            while self._size > self._most:
                self._size -= _size(self._scores.popitem(last=False)[1])


@dataclass(frozen=True)
class BookView(View):
    """What one book holds, and what changed since."""

    book: Book | None = None
    delta: Delta | None = None
    parts: tuple[tuple[Postings, Weights], ...] = ()
    """Words and norms of each segment."""
    kept: Kept | None = None


class BookEngine:
    """Answers from the book of an index; notices at once what was committed, and when there is a newer book.

    ``unwell`` is called where index or book are missing, damaged or far behind; it must return quickly.
    """

    name = "whoosh"

    def __init__(self, index_dir: Path, unwell: Callable[[], None] = lambda: None) -> None:
        self.index_dir = index_dir
        self.folder = book_dir(index_dir)
        self.unwell = unwell
        self._making = threading.Lock()
        self._stamp: Stamp | None = None
        self._view: BookView | None = None
        self._lost: State | None = None
        self._look_at = 0.0
        self._was_touched = False

    def view(self, session: Session) -> BookView:
        """The newest book, and what was committed since.

        Raises:
            IndexUnavailable: there is no book of this database.
        """
        revision = revision_now(session)
        if monotonic() >= self._look_at:
            self.look()
        view = self._view
        if view is None or view.revision != revision or stamp_of(self.folder) != self._stamp:
            with self._making:
                view = self._view = self._newest(session, revision)
        return view

    def hits(self, session: Session, view: View, query: Query, where: Where | None) -> tuple[Hits, ...]:
        """Whoosh's BM25F of every term, and the rows that hold the phrases.

        Raises:
            IndexUnavailable: the book turns out to be damaged.
        """
        del session, where  # all is in the book, and read quickly
        if not isinstance(view, BookView) or view.book is None:
            raise TypeError("not a view of this engine")
        try:
            return tuple(hits_of_segment(view, number, query) for number in range(len(view.parts)))
        except IndexUnavailable:
            self._lose(view.book)
            raise

    def _newest(self, session: Session, revision: int) -> BookView:
        view = self._view
        book = self._book(session)
        if book.state.revision > revision:  # the database was brought back from a copy
            self.unwell()
            raise IndexUnavailable("The book is of a later state than the database.")
        known = view.delta if view and view.book is book and view.delta else None
        if known is None or known.revision > revision:
            known = Delta(book.state.revision)
        if changes_since(session, known.revision) > MOST_CHANGES:
            self.unwell()
            raise IndexUnavailable("Too much has changed since the book was written.")
        delta = known.grown(session, revision) if known.revision < revision else known
        if len(delta.touched) > MOST_BEHIND:
            self.unwell()
        kept = view.kept if view and view.book is book else None
        return _view(book, delta, kept or Kept(KEPT_BYTES), view, self.name)

    def _book(self, session: Session) -> Book:
        """The book in force, if it can be read and is of this database; else the one that is open."""
        known = self._view.book if self._view else None
        stamp = stamp_of(self.folder)
        if known is not None and stamp == self._stamp:
            return known
        self._stamp = stamp
        try:
            book = open_book(self.folder)
            if book.state == self._lost:
                raise IndexUnavailable(f"{book.path} is damaged.")
        except IndexUnavailable:
            self.unwell()
            if known is not None and known.state != self._lost and _is_of(session, known):
                return known
            self._view = None
            raise
        if not _is_of(session, book):
            self._view = None
            self.unwell()
            raise IndexUnavailable("The book is of another database.")
        return book

    def _lose(self, book: Book) -> None:
        """Use a book no longer, for it is damaged."""
        self._lost = book.state
        self._view = None
        self.unwell()

    def look(self) -> None:
        """See whether the files are still there as they were written.

        Not twice in a row means nothing: somebody may be writing just now.
        """
        self._look_at = monotonic() + LOOK_SECONDS
        is_touched = self.is_book_touched() or self.is_index_touched()
        if is_touched and self._was_touched:
            self.unwell()
        self._was_touched = is_touched

    def is_book_touched(self) -> bool:
        """Whether files of the book are missing or not as they were written."""
        state = read_state(self.folder)
        return state is None or are_touched(self.folder / STATE, self.folder / state.folder, state.files)

    def is_index_touched(self) -> bool:
        """Whether files of the index that the book is made of are missing or not as they were written."""
        index = read_index_state(self.index_dir)
        return index is None or are_touched(self.index_dir / STATE, self.index_dir, index.files)


def revision_now(session: Session) -> int:
    """As ``documents.latest_revision``, in a fifth of its time: every question asks it."""
    driver: Any = session.connection().connection.driver_connection
    return max((number or 0 for (number,) in driver.execute(_REVISIONS).fetchall()), default=0)


def _is_of(session: Session, book: Book) -> bool:
    return session.scalar(select(SearchIdentity.identity)) == book.state.database


def _view(book: Book, delta: Delta, kept: Kept, before: BookView | None, engine: str) -> BookView:
    if not delta.touched:
        parts = ((book.postings, book.norms),)
        return BookView((book.columns,), engine, delta.revision, book.words, book, delta, parts, kept)
    base = book.columns.with_alive(delta.alive(book.columns))
    new = delta.segment(book.state.average_length)
    return BookView(
        (base, new.columns),
        engine,
        delta.revision,
        _words(book, new.words, before),
        book,
        delta,
        ((book.postings, book.norms), (new.postings, new.norms)),
        kept,
    )


def _words(book: Book, more: Iterable[str], before: BookView | None) -> Sequence[str]:
    """The words of a book and these; those of before if they are the same."""
    new = [
        word
        for word in more
        if (at := bisect_left(book.words, word)) == len(book.words) or book.words[at] != word
    ]
    if not new:
        return book.words
    words = sorted([*book.words, *new])
    return before.words if before and before.words == words else words


def hits_of_segment(view: BookView, number: int, query: Query) -> Hits:
    """What a segment holds of a query, by the words that stand in book and delta."""
    size = view.segments[number].size
    units = []
    for unit in query.units:
        found = ((_term(view, number, term), weight) for term, weight in unit.terms.items())
        units.append(best_of_terms(((rows, scores * weight) for (rows, scores), weight in found), size))
    phrases = None
    if query.phrases:
        postings = view.parts[number][0]
        phrases = holding_all([rows_of_phrase(postings, phrase) for phrase in query.phrases], size)
    return Hits(tuple(units), phrases)


def _term(view: BookView, number: int, term: str) -> Scored:
    """Rows that hold a term, and its BM25F in each: by the numbers of the book, in every segment."""
    postings, norms = view.parts[number]
    kept = view.kept if number == 0 else None
    known = kept.get(term) if kept else None
    if known is not None:
        return known
    rows, weights = postings.of(term)
    if not rows.size or view.book is None:
        return NOTHING
    frequency = view.book.postings.frequency(term) or postings.frequency(term)
    scored = rows, bm25(view.book.state.documents, frequency, weights, norms[rows])
    if kept:
        kept.put(term, scored)
    return scored


def bm25(documents: int, frequency: int, weights: Weights, norms: Weights) -> Weights:
    """What a term scores where it weighs this, in texts of these norms."""
    idf = log(max(documents, 1) / (frequency + 1)) + 1
    scores: Weights = idf * (K1 + 1) * weights / (weights + norms)
    return scores


def _size(scored: Scored) -> int:
    return scored[0].nbytes + scored[1].nbytes
