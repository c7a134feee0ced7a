"""The engine behind the search interface: which documents match some terms, and how well."""

import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from whoosh import index

from hubfinder.search.columns import Columns, Floats, read_columns
from hubfinder.search.damage import UNREADABLE, IndexUnavailable
from hubfinder.search.indexing import read_state


@dataclass(frozen=True, slots=True)
class Generation:
    """One opened state of the index on disk."""

    stamp: int
    columns: Columns


class WhooshEngine:
    """Answers from the Whoosh index in a folder, and notices when another process has changed it.

    Never calls Whoosh's ``refresh()``: a fresh reader is opened instead, because a refreshed one of some
    versions kept returning deleted documents.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._current: Generation | None = None
        self._opening = threading.Lock()
        self._decoding = threading.Lock()

    def columns(self) -> Columns:
        """The newest generation of the index.

        Raises:
            IndexUnavailable: it is missing, being replaced, or unreadable.
        """
        try:
            stamp = self.folder.stat().st_mtime_ns
        except OSError as error:
            raise IndexUnavailable(str(self.folder)) from error
        current = self._current
        if current is None or current.stamp != stamp:
            current = self._open(stamp)
        return current.columns

    def scores(self, terms: Mapping[str, float]) -> Floats:
        """The BM25F score of every row for weighted terms; 0 where none matches."""
        return self.scores_in(self.columns(), terms)

    def scores_in(self, columns: Columns, terms: Mapping[str, float]) -> Floats:
        """As ``scores``, in a generation that was asked for before.

        Raises:
            IndexUnavailable: the index turns out to be damaged.
        """
        total = np.zeros(columns.size)
        for term, weight in terms.items():
            try:
                with self._decoding:  # Whoosh readers share one file position
                    rows, scores = columns.postings(term)
            except UNREADABLE as error:
                raise IndexUnavailable(str(self.folder)) from error
            total[rows] += weight * scores
        return total

    def _open(self, stamp: int) -> Generation:
        with self._opening:
            if self._current is not None and self._current.stamp == stamp:
                return self._current
            if read_state(self.folder) is None:
                raise IndexUnavailable(str(self.folder))
            try:
                self._current = Generation(stamp, _read(self.folder))
            except UNREADABLE as error:
                raise IndexUnavailable(str(self.folder)) from error
            return self._current


def _read(folder: Path) -> Columns:
    """Columns over a reader of their own, which is closed when the last thread lets go of them."""
    reader = index.open_dir(folder).reader()
    columns = read_columns(reader)
    weakref.finalize(columns, reader.close)
    return columns
