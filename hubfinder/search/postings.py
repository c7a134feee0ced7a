"""Which rows hold a term, how heavily and where: blocks of bytes, one for each term, in a file or in memory.

A file is read where it is needed and never mapped: a mapped one that somebody cuts short would end the
process. Every block carries a checksum, so that damage is noticed however it came.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol
from zlib import crc32

import numpy as np
import numpy.typing as npt

from hubfinder.search.columns import Array, Ints
from hubfinder.search.damage import IndexUnavailable

ROW, WEIGHT, COUNT, POSITION = np.dtype("<i4"), np.dtype("<f4"), np.dtype("<u4"), np.dtype("<i4")
TERM_KINDS = {
    "hashes": np.uint64,
    "sizes": np.uint32,
    "frequencies": np.uint32,
    "rows_at": np.uint64,
    "lengths_rows": np.uint32,
    "rows_crc": np.uint32,
    "places_at": np.uint64,
    "lengths_places": np.uint32,
    "places_crc": np.uint32,
}
"""The arrays that find a term's blocks: ``rows`` has rows and weights, ``places`` counts and positions."""
Rows = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float32]


class Posting(NamedTuple):
    """A term in one row: how much it weighs there, and its positions, rising."""

    row: int
    weight: float
    positions: Sequence[int]


class Source(Protocol):
    """Bytes that can be read anywhere, by many threads at once."""

    def read(self, start: int, size: int) -> bytes:
        """Fewer bytes than asked for where it ends before."""
        ...


class Bytes:
    """Bytes in memory."""

    def __init__(self, whole: bytes) -> None:
        self._whole = whole

    def read(self, start: int, size: int) -> bytes:
        """A piece of them."""
        return self._whole[start : start + size]


class File:
    """A file that stays open, so that it can be read even after it was deleted."""

    def __init__(self, path: Path) -> None:
        self._number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __del__(self) -> None:
        if hasattr(self, "_number"):
            os.close(self._number)

    def read(self, start: int, size: int) -> bytes:
        """A piece of it."""
        return os.pread(self._number, size, start)


def hash_of(term: str) -> int:
    """A number for a term. That two share one is as likely as a fault of the machine."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@dataclass(frozen=True)
class Postings:
    """All terms of a segment."""

    terms: dict[str, Array]
    """``TERM_KINDS``, one number for each term, in the order of their hashes."""
    source: Source

    def frequency(self, term: str) -> int:
        """In how many documents a term is, so far as scores go by it: deleted ones may count."""
        at = self._find(term)
        return int(self.terms["frequencies"][at]) if at is not None else 0

    def of(self, term: str) -> tuple[Rows, Weights]:
        """The rows that hold a term, rising, and its weight in each.

        Raises:
            IndexUnavailable: they are not what was written.
        """
        at = self._find(term)
        if at is None:
            return np.empty(0, dtype=ROW), np.empty(0, dtype=WEIGHT)
        size = int(self.terms["sizes"][at])
        block = self._block("rows", at)
        return (
            np.frombuffer(block, dtype=ROW, count=size),
            np.frombuffer(block, dtype=WEIGHT, offset=size * ROW.itemsize),
        )

    def places(self, term: str) -> tuple[Rows, Ints]:
        """Row and position of every occurrence of a term, in their order.

        Raises:
            IndexUnavailable: they are not what was written.
        """
        at = self._find(term)
        if at is None:
            return np.empty(0, dtype=ROW), np.empty(0, dtype=np.int64)
        size = int(self.terms["sizes"][at])
        block = self._block("places", at)
        counts = np.frombuffer(block, dtype=COUNT, count=size)
        positions = np.frombuffer(block, dtype=POSITION, offset=size * COUNT.itemsize)
        return np.repeat(self.of(term)[0], counts), positions.astype(np.int64)

    def _find(self, term: str) -> int | None:
        hashes = self.terms["hashes"]
        wanted = np.uint64(hash_of(term))
        at = int(hashes.searchsorted(wanted))
        return at if at < len(hashes) and hashes[at] == wanted else None

    def _block(self, name: str, at: int) -> bytes:
        starts = self.terms[f"{name}_at"]
        block = self.source.read(int(starts[at]), int(self.terms["lengths_" + name][at]))
        if crc32(block) != int(self.terms[f"{name}_crc"][at]):
            raise IndexUnavailable("The book of listings is damaged.")
        return block


class PostingsWriter:
    """Writes blocks into a file or into memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._terms: list[tuple[int, ...]] = []

    def add(self, term: str, postings: Iterable[Posting], frequency: int | None = None) -> None:
        """Add a term with all its postings, in the order of their rows."""
        found = list(postings)
        self._add(
            term,
            len(found) if frequency is None else frequency,
            np.array([one.row for one in found], dtype=ROW),
            np.array([one.weight for one in found], dtype=WEIGHT),
            np.array([len(one.positions) for one in found], dtype=COUNT),
            np.array([place for one in found for place in one.positions], dtype=POSITION),
        )

    def add_rows(self, term: str, rows: Rows, weights: Weights, frequency: int) -> None:
        """Add a term of which nobody asks where it stands: the rows that hold it, rising."""
        nowhere = np.empty(0, dtype=POSITION)
        self._add(term, frequency, rows.astype(ROW), weights.astype(WEIGHT), nowhere, nowhere)

    def _add(self, term: str, frequency: int, rows: Array, weights: Array, *places: Array) -> None:
        at = self._at
        numbers = [hash_of(term), len(rows), frequency]
        for block in (rows.tobytes() + weights.tobytes(), b"".join(array.tobytes() for array in places)):
            numbers += [at, len(block), crc32(block)]
            at += self._file.write(block)
        self._at = at
        self._terms.append(tuple(numbers))

    def terms(self) -> dict[str, Array]:
        """The arrays that find the blocks."""
        table = np.array(sorted(self._terms), dtype=np.uint64).reshape(-1, len(TERM_KINDS))
        return {
            name: np.ascontiguousarray(table[:, at].astype(kind))
            for at, (name, kind) in enumerate(TERM_KINDS.items())
        }


def postings_in_memory(terms: dict[str, list[Posting]]) -> Postings:
    """Postings of few listings."""
    file = BytesIO()
    writer = PostingsWriter(file)
    for term, found in terms.items():
        writer.add(term, found)
    return Postings(writer.terms(), Bytes(file.getvalue()))


def following(first: tuple[Rows, Ints], then: tuple[Rows, Ints], by: int) -> tuple[Rows, Ints]:
    """Of the occurrences of the first term those after which another one stands ``by`` positions later."""
    rows, positions = _in_rows(*first, then[0])
    other_rows, other_positions = _in_rows(*then, rows)
    if not rows.size:
        return rows, positions
    keys = (rows.astype(np.int64) << 32) + positions + by
    others = (other_rows.astype(np.int64) << 32) + other_positions
    kept = others[np.minimum(np.searchsorted(others, keys), len(others) - 1)] == keys
    return rows[kept], positions[kept]


def _in_rows(rows: Rows, positions: Ints, others: Rows) -> tuple[Rows, Ints]:
    """The occurrences in rows that are among others, too: mostly few, and quickly told."""
    there = np.isin(rows, others, kind="table") if rows.size and others.size else np.zeros(len(rows), bool)
    return rows[there], positions[there]


def rows_of_phrase(postings: Postings, phrase: Sequence[str]) -> Ints:
    """Rows in which these terms stand one after the other."""
    found = postings.places(phrase[0])
    for by, term in enumerate(phrase[1:], 1):
        found = following(found, postings.places(term), by)
    return np.unique(found[0]).astype(np.int64)
