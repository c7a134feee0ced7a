"""Writing the book of listings out of the Whoosh index, through its public readers."""

import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session
from whoosh import index
from whoosh.reading import IndexReader

from hubfinder.search.book import (
    COLUMNS,
    FORMAT,
    NAMES,
    POSTINGS,
    WORDS,
    State,
    packed_columns,
    write_state,
)
from hubfinder.search.columns import Ints, Row, make_columns
from hubfinder.search.files import sum_of
from hubfinder.search.postings import Posting, PostingsWriter, Weights
from hubfinder.search.sensitive import SENSITIVE
from hubfinder.search.suggester import KINDS, names_since
from hubfinder.search.suggesting import Suggestions
from hubfinder.settings import PROJECT

FIELD = "text"
"""The one field of the index that holds words."""
_SENSITIVE = PROJECT / "seeds" / SENSITIVE


@dataclass(frozen=True, slots=True)
class Source:
    """What a book is a copy of."""

    session: Session
    """For the names to suggest, which are those of now."""
    index_dir: Path
    database: str
    revision: int


def write_book(source: Source, folder: Path) -> None:
    """Write the book of an index and put it in force.

    Raises:
        OSError: it cannot be written there; the one in force stays.
    """
    reader = index.open_dir(source.index_dir).reader()
    try:
        put_in_force(folder, source.revision, lambda fresh: _Writer(source, reader, fresh).write())
    finally:
        reader.close()


def put_in_force(folder: Path, revision: int, write: Callable[[Path], State]) -> None:
    """Let somebody write a book into an empty folder, and put it in force; the old one is deleted, whoever
    has it open keeps it.

    Raises:
        OSError: it cannot be written there; the one in force stays.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f"book-{revision}-{secrets.token_hex(4)}"
    fresh.mkdir(mode=0o700)
    try:
        write_state(folder, write(fresh))
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    for old in folder.glob("book-*"):
        if old != fresh:
            shutil.rmtree(old, ignore_errors=True)


class _Writer:
    """Writes the files of one book into an empty folder."""

    def __init__(self, source: Source, reader: IndexReader, fresh: Path) -> None:
        self._source = source
        self._reader = reader
        self._fresh = fresh

    def write(self) -> State:
        """All files; the state that puts them in force."""
        reader = self._reader
        documents = reader.doc_count_all()
        rows, lengths, row_of = self._rows()
        with (self._fresh / POSTINGS).open("wb") as file:
            writer = PostingsWriter(file)
            for term in reader.lexicon(FIELD):
                writer.add(
                    term.decode("utf-8"),
                    _postings(reader, term, row_of),
                    int(reader.doc_frequency(FIELD, term)),
                )
        self._put(COLUMNS, packed_columns(make_columns(rows), lengths, writer.terms()))
        write_names(self._source.session, self._fresh)
        return State(
            FORMAT,
            self._source.database,
            self._source.revision,
            self._fresh.name,
            documents,
            reader.field_length(FIELD) / (documents or 1),
            sums_of(self._fresh),
        )

    def _rows(self) -> tuple[list[Row], Weights, Ints]:
        """The documents in the order of their ids, the lengths of their texts, and the row of each number."""
        reader, words = self._reader, set[str]()
        found = []
        for number in reader.all_doc_ids():
            fields = reader.stored_fields(number)
            words.update(fields["words"].split())
            row = Row(int(fields["id"]), fields["kind"], fields["key"], json.loads(fields["terms"]))
            found.append((row.id, row, number))
        found.sort(key=lambda one: one[0])
        numbers = np.array([number for _, _, number in found], dtype=np.int64)
        row_of = np.full(reader.doc_count_all() + 1, -1, dtype=np.int64)
        row_of[numbers] = np.arange(len(found))
        lengths = [reader.doc_field_length(number, FIELD, 0) or 0 for number in numbers.tolist()]
        self._put(WORDS, "\n".join(sorted(words)).encode())
        return [row for _, row, _ in found], np.array(lengths, dtype=np.float32), row_of

    def _put(self, name: str, whole: bytes) -> None:
        (self._fresh / name).write_bytes(whole)


def write_names(session: Session, fresh: Path) -> None:
    """Write the names to suggest into a new book."""
    Suggestions.write(fresh / NAMES, names_since(session, -1, _SENSITIVE), KINDS)


def sums_of(fresh: Path) -> dict[str, list[int]]:
    """Sizes and checksums of the files of a new book."""
    return {str(path.relative_to(fresh)): sum_of(path) for path in _files(fresh)}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _postings(reader: IndexReader, term: bytes, row_of: Ints) -> list[Posting]:
    """The postings of a term by Whoosh's public matcher, in the order of our rows; deleted ones left out."""
    matcher = reader.postings(FIELD, term)
    found = []
    while matcher.is_active():
        row = int(row_of[matcher.id()])
        if row >= 0:
            found.append(Posting(row, matcher.weight(), matcher.value_as("positions")))
        matcher.next()
    found.sort()
    return found
