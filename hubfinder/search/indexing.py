"""Keeping the Whoosh index, and the book made of it, in step with the search documents of the database.

Both are copies: they can be deleted and made again at any time. Beside each stands ``state.json`` with the
revision it has seen, written last; a crash before it only repeats work.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from whoosh import index
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.formats import Positions
from whoosh.writing import IndexWriter

from hubfinder import state_file
from hubfinder.search import book
from hubfinder.search.analysis import WeightedAnalyzer, listed_words, pack
from hubfinder.search.book_writing import FIELD, Source, write_book
from hubfinder.search.cards import FORMAT as CARDS_FORMAT
from hubfinder.search.changes import changed_ids
from hubfinder.search.damage import UNREADABLE
from hubfinder.search.documents import Progress, are_current, begin_rebuild, latest_revision, silent
from hubfinder.search.files import STATE, Sums, alone, are_sound, sum_of
from hubfinder.search.models import SearchDocument, SearchIdentity, SearchRemoval

FORMAT = CARDS_FORMAT * 100 + 2
"""Raise the last digits with every change of what is stored here."""
BATCH = 500
LOCK_SECONDS = 30.0
PATIENCE = 900.0
"""How long a command waits for another one that writes."""
MOST_BEHIND = 300
"""So many changes each worker keeps beside the book before it is written again."""
FROM_NOTHING = 0.5
"""Where more than this part of all documents changed, building the index anew takes less than mending it."""
MOST_SEGMENTS = 20
"""From so many on, a change also joins the small ones."""


@dataclass(frozen=True, slots=True)
class State:
    """What an index holds."""

    format: int
    database: str
    """Identity of the database it copies."""
    revision: int
    files: dict[str, list[int]]
    """Size and checksum of every file of the index, by name: Whoosh itself does not notice all damage."""


@dataclass(frozen=True, slots=True)
class Status:
    """How far an index is behind its database."""

    documents: int
    indexed: int
    revision: int
    indexed_revision: int

    @property
    def in_step(self) -> bool:
        return self.documents == self.indexed and self.revision == self.indexed_revision


def schema() -> Schema:
    text = TEXT(analyzer=WeightedAnalyzer(), phrase=False)
    text.format = Positions()  # postings carry the summed weight of each term, and positions for phrases
    stored = dict.fromkeys(("kind", "key", "terms", "words"), STORED)
    return Schema(id=ID(unique=True, stored=True), **{FIELD: text}, **stored)


def read_state(folder: Path) -> State | None:
    """The state of the index in a folder; none if there is none, or none this version can read."""
    return state_file.read(folder / STATE, State, FORMAT)


def rebuild(session: Session, folder: Path, progress: Progress = silent) -> int:
    """Build index and book from nothing beside the old ones, then put them in their place.

    Returns how many documents there are. Raises files.Busy where somebody else is writing.
    """
    with alone(folder, PATIENCE):
        return _rebuild(session, folder, progress)


def catch_up(
    session: Session, folder: Path, *, check: bool = False, with_book: bool = True, patience: float = PATIENCE
) -> int:
    """Bring the index up to the newest committed revision; builds it when there is none to use.

    Call it after the commit of the change. ``check`` reads index and book first, and makes again what is
    damaged. ``with_book``: write the book again too, if it is far behind; workers find what changed since
    without it, so a request leaves it alone. Returns how many documents were written or removed.

    Raises:
        files.Busy: somebody else has been writing for longer than ``patience``, in seconds.
    """
    if not are_current(session):
        begin_rebuild(session)
        session.commit()
    with alone(folder, patience):
        changed = _catch_up(session, folder, check=check)
        if with_book:
            _keep_book(session, folder, check=check)
    return changed


def _catch_up(session: Session, folder: Path, *, check: bool) -> int:
    state = read_state(folder)
    session.rollback()  # another writer may have committed while we waited for the lock: read after it
    newest = latest_revision(session)
    is_ours = state is not None and state.database == _identity(session) and state.revision <= newest
    if state is None or not is_ours or (check and not are_sound(folder, state.files)):
        return _rebuild(session, folder)
    if newest == state.revision:
        return 0
    if _is_mostly_new(session, state.revision):
        return _rebuild(session, folder)
    writer = _writer(folder)
    if writer is None:
        return _rebuild(session, folder)
    try:
        changed = _apply(writer, session, state.revision)
        writer.commit(merge=sum(1 for _ in folder.glob("*.seg")) >= MOST_SEGMENTS)
    except SQLAlchemyError:
        writer.cancel()
        raise
    except UNREADABLE:  # what was there turned out to be damaged
        return _rebuild(session, folder)
    _write_state(folder, session, newest, state.files)
    return changed


def _is_mostly_new(session: Session, revision: int) -> bool:
    """Whether what changed after a revision is so much that mending takes longer than building anew."""
    whole = session.scalar(select(func.count()).select_from(SearchDocument)) or 0
    changed = changes_since(session, revision)
    return changed > MOST_BEHIND and changed > whole * FROM_NOTHING


def _rebuild(session: Session, folder: Path, progress: Progress = silent) -> int:
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    revision = latest_revision(session)
    writer = index.create_in(fresh, schema()).writer(limitmb=128, compound=False)
    count = 0
    for document in _documents_since(session, -1):
        _add(writer, document)
        count += 1
        if count % BATCH == 0:
            progress(BATCH)
    progress(count % BATCH)
    writer.commit(optimize=True)
    _write_state(fresh, session, revision)
    _swap(fresh, folder)
    write_book(Source(session, folder, _identity(session), revision), book.book_dir(folder))
    return count


def _keep_book(session: Session, folder: Path, *, check: bool) -> None:
    """Write the book again if it is missing, of another database, damaged or far behind."""
    state, books = read_state(folder), book.book_dir(folder)
    known = book.read_state(books)
    if state is None:
        return
    if known and known.database == state.database and known.revision <= state.revision:
        is_near = changes_since(session, known.revision) <= MOST_BEHIND
        if is_near and not (check and not are_sound(books / known.folder, known.files)):
            return
    try:
        write_book(Source(session, folder, state.database, state.revision), books)
    except UNREADABLE:
        _rebuild(session, folder)


def heal(session: Session, folder: Path) -> int:
    """Make again what is missing or damaged, and bring all up to date; returns how many documents changed.

    Raises:
        files.Busy: another process is at it.
    """
    with alone(folder.with_name("healing"), 0):
        changed = catch_up(session, folder, check=True)
        for state in (folder / STATE, book.book_dir(folder) / STATE):
            state.touch()  # files that were only copied are newer than it, and not worth another look
    return changed


def changes_since(session: Session, revision: int) -> int:
    """How many documents were written or removed after a revision."""
    counts = (
        select(func.count()).select_from(model).where(model.revision > revision)
        for model in (SearchDocument, SearchRemoval)
    )
    return sum(session.scalar(count) or 0 for count in counts)


def _writer(folder: Path) -> IndexWriter | None:
    """A writer with the lock; none where the index cannot be opened.

    Raises:
        whoosh.index.LockError: another process has held the lock for too long.
    """
    try:
        return index.open_dir(folder).writer(timeout=LOCK_SECONDS, delay=0.02)
    except index.LockError:
        raise
    except UNREADABLE:
        return None


def _apply(writer: IndexWriter, session: Session, revision: int) -> int:
    """Take out what was removed after a revision and put in what changed; returns how many."""
    removed = session.scalars(
        select(SearchRemoval.document_id).where(SearchRemoval.revision > revision)
    ).all()
    for document_id in removed:
        writer.delete_by_term("id", str(document_id))
    changed = len(removed)
    for document in _documents_since(session, revision):
        writer.delete_by_term("id", str(document.id))
        _add(writer, document)
        changed += 1
    return changed


def status(session: Session, folder: Path) -> Status:
    """Compare the index with the database."""
    state = read_state(folder)
    documents = session.scalar(select(func.count()).select_from(SearchDocument)) or 0
    if state is None or not is_sound(folder):
        return Status(documents, 0, latest_revision(session), 0)
    return Status(documents, index.open_dir(folder).doc_count(), latest_revision(session), state.revision)


def is_sound(folder: Path) -> bool:
    """Whether the files of an index and of its book are those that were written. Reads them once."""
    state, books = read_state(folder), book.book_dir(folder)
    known = book.read_state(books)
    if state is None or known is None:
        return False
    return are_sound(folder, state.files) and are_sound(books / known.folder, known.files)


def _documents_since(session: Session, revision: int) -> Iterator[SearchDocument]:
    """Documents changed after a revision, by id, read in batches so that memory stays flat."""
    for ids in changed_ids(session, revision, BATCH):
        found = select(SearchDocument).where(SearchDocument.id.in_(ids)).order_by(SearchDocument.id)
        yield from session.scalars(found).all()
        session.expunge_all()


def _add(writer: IndexWriter, document: SearchDocument) -> None:
    terms = cast("dict[str, Any]", dict(document.terms))
    texts, marks = terms.pop("texts"), terms.pop("marks")
    writer.add_document(
        id=str(document.id),
        text=pack(texts, marks),
        kind=document.kind,
        key=document.key,
        terms=json.dumps(terms),
        words=" ".join(sorted(listed_words(texts))),
    )


def _identity(session: Session) -> str:
    return session.scalar(select(SearchIdentity.identity)) or ""


def _write_state(folder: Path, session: Session, revision: int, known: Sums | None = None) -> None:
    """``known``: sums of files of before; Whoosh never writes into a finished file."""
    known = known or {}
    names = sorted(
        path.name for path in folder.iterdir() if not path.name.startswith((STATE, "MAIN_WRITELOCK"))
    )
    sums = {
        name: known[name]
        if name in known and known[name][0] == (folder / name).stat().st_size
        else sum_of(folder / name)
        for name in names
    }
    state_file.write(folder / STATE, State(FORMAT, _identity(session), revision, sums))


def _swap(fresh: Path, folder: Path) -> None:
    """Put a finished index in place of the old. Readers keep the old one's open files."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
