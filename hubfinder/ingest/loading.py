"""What an importer works with while it reads one file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from hubfinder.ingest.errors import FileRefused, RowRefused
from hubfinder.ingest.report import Report
from hubfinder.ingest.row import Row
from hubfinder.ingest.table import Aliases, table_rows
from hubfinder.ingest.text import TextFile
from hubfinder.places.moves import Watch

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is."""


def silent(_what: str, _done: int, _all: int) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Loading:
    """One file on its way in: the session of the open transaction, and the report to fill."""

    session: Session
    path: Path
    report: Report
    progress: Progress = silent
    watch: Watch | None = None
    """Where it is to be said which postcodes moved: told before footprints of a kind change."""
    _texts: list[TextFile] = field(default_factory=list)
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def text(self) -> TextFile:
        """The file as text; its progress is told by bytes."""
        size = self.path.stat().st_size if self.path.is_file() else 0
        text = TextFile(self.path, lambda done: self.progress(self.path.name, done, size))
        self._texts.append(text)
        return text

    def each(
        self,
        read: Callable[[Row], T | None],
        *,
        needs: Sequence[str] = (),
        aliases: Aliases | None = None,
        headings: Sequence[str] = (),
    ) -> Iterator[T]:
        """What ``read`` makes of each row, as the file streams by.

        A row for which it raises ``RowRefused`` goes into the report; one for which it returns none is
        passed over. ``needs`` are columns that must be there; ``headings`` names them in a file without.

        Raises:
            FileRefused: the file is no table, lacks a column, or has no rows.
        """
        for row in table_rows(self.text(), self.refuse, needs, aliases or {}, headings):
            self.report.rows += 1
            try:
                value = read(row)
            except RowRefused as error:
                self.report.refuse(row.number, error)
                continue
            if value is not None:
                yield value
        self.refuse_empty()
        for text in self._texts:
            for sentence in text.notes:
                self.report.note(sentence)

    def refuse_empty(self) -> None:
        """Refuse a file in which no row was found: half a download, and with ``--replace`` a disaster.

        Raises:
            FileRefused: nothing was read.
        """
        if not self.report.rows:
            raise FileRefused("It has no rows, so nothing was taken from it.")

    def refuse_replacing(self, taken: int, *, replace: bool) -> None:
        """Refuse to forget everything for a file of which nothing could be used.

        Raises:
            FileRefused: it would come to that.
        """
        if replace and not taken:
            raise FileRefused("None of its rows could be used, so it cannot replace what is there.")

    def once(self, row: Row, column: str, value: str) -> None:
        """Refuse a row whose value in a column stood in an earlier row of the file."""
        first = self._seen.setdefault((column, value), row.number)
        if first != row.number:
            raise RowRefused(column, f"{value} stands in the file twice, first in row {first:,}")

    def refuse(self, row: int, error: RowRefused) -> None:
        """Refuse a row that was read otherwise than by ``each``."""
        self.report.rows += 1
        self.report.refuse(row, error)
