"""Keeping what the PostgreSQL engine needs beside the database: the book of listings.

Words are written with the documents, so there is nothing to catch up with. The book is a copy of filters,
places and numbers, and of the commonest words; workers keep what changed since in memory until it is written
again.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hubfinder.search import book
from hubfinder.search.analysis import listed_words
from hubfinder.search.book import COLUMNS, FORMAT, POSTINGS, WORDS, State, packed_columns
from hubfinder.search.book_writing import put_in_force, sums_of, write_names
from hubfinder.search.cards import empty_terms
from hubfinder.search.columns import Ints, Row, make_columns
from hubfinder.search.documents import Progress, are_current, begin_rebuild, latest_revision, silent
from hubfinder.search.files import STATE, alone, are_sound
from hubfinder.search.indexing import BATCH, MOST_BEHIND, PATIENCE, Status, changes_since
from hubfinder.search.models import SearchDocument, SearchIdentity
from hubfinder.search.postgres_models import SearchText
from hubfinder.search.postgres_text import is_postgresql
from hubfinder.search.postgres_words import Asked, ask
from hubfinder.search.postings import PostingsWriter

COMMON = 200
"""A word is common that is in so many listings: the book has which, as PostgreSQL takes longer to say."""
WORDS_AT_ONCE = 20
_COUNTS = text("SELECT word, ndoc FROM ts_stat('SELECT words FROM search_text')")
_ROWS = (
    select(
        SearchDocument.id,
        SearchDocument.kind,
        SearchDocument.key,
        SearchDocument.terms,
        func.coalesce(SearchText.length, 0),
    )
    .outerjoin(SearchText, SearchText.document_id == SearchDocument.id)
    .order_by(SearchDocument.id)
)


def rebuild(session: Session, folder: Path, progress: Progress = silent) -> int:
    """Write the book again; how many documents are in it.

    Raises:
        files.Busy: somebody else is writing.
    """
    with alone(folder, PATIENCE):
        return _write(session, folder, progress)


def catch_up(
    session: Session, folder: Path, *, check: bool = False, with_book: bool = True, patience: float = PATIENCE
) -> int:
    """Write documents and words again if they are of an older form, and the book if missing or far behind.

    ``check`` reads the book first. Returns how many documents were written; none for what changed one by one,
    which is found as soon as it is committed.

    Raises:
        files.Busy: somebody else has been writing for longer than ``patience``, in seconds.
    """
    written = 0
    if not are_current(session) or not _are_all_there(session):
        written = begin_rebuild(session)
        session.commit()
    if with_book:
        with alone(folder, patience):
            session.rollback()  # another writer may have committed while we waited for the lock
            if not _is_near(session, folder, check=check):
                written = _write(session, folder)
    return written


def heal(session: Session, folder: Path) -> int:
    """Make again what is missing or damaged; how many documents were written.

    Raises:
        files.Busy: another process is at it.
    """
    with alone(folder.with_name("healing"), 0):
        written = catch_up(session, folder, check=True)
        (book.book_dir(folder) / STATE).touch()  # files that were only copied are newer than it
    return written


def status(session: Session, folder: Path) -> Status:
    """Compare words and book with the documents."""
    documents, texts = (
        session.scalar(select(func.count()).select_from(model)) or 0 for model in (SearchDocument, SearchText)
    )
    revision = latest_revision(session)
    return Status(documents, texts, revision, revision if _is_near(session, folder, check=True) else 0)


def _are_all_there(session: Session) -> bool:
    """Whether every document has its words: a database may have been filled by other means."""
    missing = (
        select(SearchDocument.id)
        .outerjoin(SearchText, SearchText.document_id == SearchDocument.id)
        .where(SearchText.document_id.is_(None))
        .limit(1)
    )
    return not is_postgresql(session) or session.scalar(missing) is None


def _is_near(session: Session, folder: Path, *, check: bool) -> bool:
    """Whether there is a book of this database that is not far behind, and with ``check`` undamaged."""
    books = book.book_dir(folder)
    known = book.read_state(books)
    if known is None or known.database != _identity(session) or known.revision > latest_revision(session):
        return False
    if changes_since(session, known.revision) > MOST_BEHIND:
        return False
    return not check or are_sound(books / known.folder, known.files)


def _identity(session: Session) -> str:
    return session.scalar(select(SearchIdentity.identity)) or ""


def _write(session: Session, folder: Path, progress: Progress = silent) -> int:
    writer = _Writer(session, progress)
    put_in_force(book.book_dir(folder), latest_revision(session), writer.write)
    return writer.documents


class _Writer:
    """Writes the files of one book into an empty folder."""

    def __init__(self, session: Session, progress: Progress) -> None:
        self._session = session
        self._progress = progress
        self._revision = latest_revision(session)  # read before the rows: what comes later is new to a worker
        self._words = set[str]()
        self._lengths: list[int] = []

    @property
    def documents(self) -> int:
        return len(self._lengths)

    def write(self, fresh: Path) -> State:
        """All files; the state that puts them in force."""
        columns = make_columns(list(self._rows()))
        with (fresh / POSTINGS).open("wb") as file:
            postings = PostingsWriter(file)
            self._add_words(postings, columns.ids)
        lengths = np.array(self._lengths, dtype=np.float32)
        (fresh / COLUMNS).write_bytes(packed_columns(columns, lengths, postings.terms()))
        (fresh / WORDS).write_bytes("\n".join(sorted(self._words)).encode())
        write_names(self._session, fresh)
        average = float(lengths.mean()) if self._lengths else 0.0
        identity = _identity(self._session)
        return State(FORMAT, identity, self._revision, fresh.name, self.documents, average, sums_of(fresh))

    def _add_words(self, postings: PostingsWriter, ids: Ints) -> None:
        """Of every word in how many listings it is; of common ones which."""
        counts = {one.word: one.ndoc for one in self._session.execute(_COUNTS)}
        common = [word for word, documents in counts.items() if documents >= COMMON]
        for start in range(0, len(common), WORDS_AT_ONCE):
            asked = Asked(whole=common[start : start + WORDS_AT_ONCE])
            for word, (rows, weights) in ask(self._session, ids, asked).words.items():
                postings.add_rows(word, rows, weights, counts.pop(word))
        for word, documents in counts.items():
            postings.add(word, (), documents)

    def _rows(self) -> Iterator[Row]:
        for id_, kind, key, stored, length in self._session.execute(_ROWS.execution_options(yield_per=BATCH)):
            terms = {**empty_terms(), **stored}
            self._words.update(listed_words(terms.pop("texts")))
            self._lengths.append(length)
            if len(self._lengths) % BATCH == 0:
                self._progress(BATCH)
            yield Row(id_, kind, key, terms)
        self._progress(len(self._lengths) % BATCH)
