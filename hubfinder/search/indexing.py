"""Keeping the Whoosh index in step with the search documents of the database.

The index is a copy: it can be deleted and built again at any time. Beside it stands ``state.json`` with the
revision it has seen, written after Whoosh's own commit; a crash between the two only repeats work.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast
from zlib import crc32

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from whoosh import index
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.formats import Frequency
from whoosh.writing import IndexWriter

from hubfinder.search.analysis import WeightedAnalyzer, pack
from hubfinder.search.cards import FORMAT
from hubfinder.search.damage import UNREADABLE
from hubfinder.search.documents import Progress, are_current, begin_rebuild, latest_revision, silent
from hubfinder.search.models import SearchDocument, SearchIdentity, SearchRemoval

FIELD = "text"
BATCH = 500
LOCK_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class State:
    """What an index holds."""

    format: int
    database: str
    """Identity of the database it copies."""
    revision: int
    files: dict[str, int]
    """A checksum of every file of the index, by name: Whoosh itself does not notice all damage."""


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
    text.format = Frequency()  # postings carry the summed weight of each term; positions are not needed
    return Schema(id=ID(unique=True, stored=True), text=text, kind=STORED, key=STORED, terms=STORED)


def read_state(folder: Path) -> State | None:
    """The state of the index in a folder; none if there is none, or none this version can read."""
    try:
        state = State(**json.loads((folder / "state.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return state if state.format == FORMAT else None


def rebuild(session: Session, folder: Path, progress: Progress = silent) -> int:
    """Build the index from nothing beside the old one, then put it in its place. Returns the documents."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    revision = latest_revision(session)
    writer = index.create_in(fresh, schema()).writer(limitmb=256, compound=False)
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
    return count


def catch_up(session: Session, folder: Path, *, check: bool = False) -> int:
    """Bring the index up to the newest committed revision; builds it when there is none to use.

    Call it after the commit of the change. ``check`` reads the whole index first, and builds it again if it
    is damaged; without it, damage is noticed only where the change touches it. Returns how many documents
    were written or removed.
    """
    if not are_current(session):
        begin_rebuild(session)
        session.commit()
    state = read_state(folder)
    if state is None or state.database != _identity(session) or (check and not is_sound(folder)):
        return rebuild(session, folder)
    if latest_revision(session) == state.revision:
        return 0
    session.rollback()  # another writer may commit while we wait for the lock: read after it
    writer = _writer(folder)
    if writer is None:
        return rebuild(session, folder)
    with writer:
        state = read_state(folder) or state
        newest = latest_revision(session)
        changed = _apply(writer, session, state.revision)
    _write_state(folder, session, newest)
    return changed


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
    """Whether the files of an index are those that were written. Reads them once."""
    state = read_state(folder)
    try:
        return state is not None and state.files == _checksums(folder)
    except OSError:
        return False


def _checksums(folder: Path) -> dict[str, int]:
    files = sorted(
        file for file in folder.iterdir() if not file.name.startswith(("state.json", "MAIN_WRITELOCK"))
    )
    return {file.name: crc32(file.read_bytes()) for file in files}


def _documents_since(session: Session, revision: int) -> Iterator[SearchDocument]:
    """Documents changed after a revision, by id, read in batches so that memory stays flat."""
    last = 0
    while True:
        batch = session.scalars(
            select(SearchDocument)
            .where(SearchDocument.revision > revision, SearchDocument.id > last)
            .order_by(SearchDocument.id)
            .limit(BATCH)
        ).all()
        if not batch:
            return
        yield from batch
        last = batch[-1].id
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
    )


def _identity(session: Session) -> str:
    return session.scalar(select(SearchIdentity.identity)) or ""


def _write_state(folder: Path, session: Session, revision: int) -> None:
    state = State(FORMAT, _identity(session), revision, _checksums(folder))
    temporary = folder / "state.json.new"
    temporary.write_text(json.dumps(asdict(state)), "utf-8")
    temporary.replace(folder / "state.json")


def _swap(fresh: Path, folder: Path) -> None:
    """Put a finished index in place of the old. Readers keep the old one's open files."""
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
