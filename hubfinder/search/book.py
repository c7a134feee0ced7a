"""The book of listings: what an index says, as arrays, in files that every worker opens.

It is a copy of one revision and never changed: a new one is written beside it, and a state file renamed last
puts it in force. docs/decisions/0014 says why, and what happens when it is behind or damaged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hubfinder import state_file
from hubfinder.search.cards import FORMAT as CARDS_FORMAT
from hubfinder.search.columns import LABELS, Array, Columns, Label
from hubfinder.search.damage import IndexUnavailable
from hubfinder.search.files import STATE, read_file
from hubfinder.search.postings import TERM_KINDS, File, Postings, Weights
from hubfinder.search.suggester import Files

FORMAT = CARDS_FORMAT * 100 + 1
COLUMNS, POSTINGS, WORDS = "columns.npz", "postings", "words"
NAMES = "names"
"""The folder of the names to suggest."""
B, K1 = 0.75, 1.2
"""BM25F as Whoosh computes it by default."""


class Stamp(NamedTuple):
    """What tells one file from another that took its place."""

    inode: int
    size: int
    changed: int
    """Nanoseconds."""


@dataclass(frozen=True, slots=True)
class State:
    """Which book is in force."""

    format: int
    database: str
    """Identity of the database it copies."""
    revision: int
    folder: str
    documents: int
    """Documents that Whoosh counts for its statistics, deleted ones included."""
    average_length: float
    files: dict[str, list[int]]
    """Size and checksum of every file, by name."""


def book_dir(index_dir: Path) -> Path:
    """Where the books of an index stand: beside it, for the index is replaced as a whole."""
    return index_dir.with_name("book")


def read_state(folder: Path) -> State | None:
    """Which book is in force in a folder; none if there is none, or none this version can read."""
    return state_file.read(folder / STATE, State, FORMAT)


def write_state(folder: Path, state: State) -> None:
    """Put a finished book in force."""
    state_file.write(folder / STATE, state)


def stamp_of(folder: Path) -> Stamp | None:
    """Tells one state file from the next; none where there is none."""
    try:
        found = (folder / STATE).stat()
    except OSError:
        return None
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns)


def suggestion_files(index_dir: Path) -> Files | None:
    """Where the names to suggest lie; none without a book."""
    folder = book_dir(index_dir)
    state = read_state(folder)
    return Files(folder / state.folder / NAMES, state.revision) if state else None


@dataclass(frozen=True)
class Book:
    """One book, open. Its columns are in memory; postings are read from the file when they are asked for."""

    state: State
    path: Path
    columns: Columns
    norms: Weights
    """By row: what BM25 makes of the length of its text."""
    postings: Postings
    words: tuple[str, ...]
    """Words of names and summaries, folded, in the order of the alphabet."""


def open_book(folder: Path) -> Book:
    """The book that is in force in a folder.

    Raises:
        IndexUnavailable: there is none that can be read.
    """
    for _ in range(2):  # between reading the state and opening its files, another book may come in force
        state = read_state(folder)
        if state is None:
            break
        try:
            return _opened(folder / state.folder, state)
        except (OSError, ValueError, KeyError, TypeError) as error:
            if read_state(folder) == state:
                raise IndexUnavailable(f"The book of listings cannot be read: {error}") from error
    raise IndexUnavailable("There is no book of listings that this version can read.")


def packed_columns(columns: Columns, lengths: Weights, terms: Mapping[str, Array]) -> bytes:
    """Columns, lengths and the table of terms as one file."""
    arrays = {
        field.name: getattr(columns, field.name)
        for field in fields(columns)
        if field.name not in ("labels", "alive")
    }
    arrays |= {f"term_{name}": array for name, array in terms.items()}
    for name, label in columns.labels.items():
        arrays[f"bits_{name}"] = label.bits
        arrays[f"values_{name}"] = np.frombuffer("\n".join(label.values).encode(), dtype=np.uint8)
    file = BytesIO()
    np.savez(file, lengths=lengths, **arrays)
    return file.getvalue()


def _opened(path: Path, state: State) -> Book:
    with np.load(BytesIO(read_file(path / COLUMNS, state.files[COLUMNS])), allow_pickle=False) as archive:
        arrays: dict[str, Array] = dict(archive)
    labels = {}
    for name in LABELS:
        values = arrays.pop(f"values_{name}").tobytes().decode()
        labels[name] = Label(tuple(values.split("\n")) if values else (), arrays.pop(f"bits_{name}"))
    terms = {name: arrays.pop(f"term_{name}") for name in TERM_KINDS}
    norms = norms_of(arrays.pop("lengths"), state.average_length)
    size = (path / POSTINGS).stat().st_size
    if size != state.files[POSTINGS][0]:
        raise ValueError(f"{POSTINGS} has {size} bytes")
    columns, postings = Columns(**arrays, labels=labels), Postings(terms, File(path / POSTINGS))
    whole = read_file(path / WORDS, state.files[WORDS]).decode()
    return Book(state, path, columns, norms, postings, tuple(whole.split("\n")) if whole else ())


def norms_of(lengths: Weights, average_length: float) -> Weights:
    """What BM25 makes of the lengths of texts."""
    return (K1 * ((1 - B) + B * lengths / (average_length or 1.0))).astype(np.float32)
