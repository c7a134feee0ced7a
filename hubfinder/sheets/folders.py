"""The folder of many sheets: the list of what was made, how far the work is, and one work at a time."""

import csv
import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from hubfinder.clock import now

LIST = "sheets.csv"
PROGRESS = ".progress.json"
_LOCK = ".lock"
_NEW = ".new"
MADE, UNCHANGED, FAILED = "made", "unchanged", "failed"
_FORMULAS = ("=", "+", "-", "@")
"""A cell that begins with one of these is a formula to a spreadsheet."""


class FolderTaken(OSError):
    """Somebody else is making sheets in this folder."""

    def __str__(self) -> str:
        return f"another command is making sheets in {self.args[0]}: wait for it, or use another folder"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    scope: str
    """``school:990001``"""
    name: str
    """Of the school, surgery, hub or area."""
    language: str
    file: str
    """In this folder; empty while there is none."""
    version: str
    listings: int
    left_out: int
    """Listings that did not fit."""
    pages: int
    bytes: int
    made_on: str
    """ISO date of the file."""
    outcome: str
    """``made``, ``unchanged``, or ``failed: `` and why."""
    order: str
    """All that was asked for, as in the address of the sheet."""
    run: str
    """When the work began in which it was last made or looked at."""

    @property
    def has_failed(self) -> bool:
        return self.outcome.startswith(FAILED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is; for whoever looks from outside."""

    run: str
    orders: str
    """A digest of all that was asked for."""
    changed_only: bool
    total: int
    done: int = 0
    failed: int = 0
    made: int = 0
    megabytes: int = 0
    """The most memory that a process which makes sheets has had so far."""
    state: str = "working"
    """``working``, ``combining``, ``done``, ``stopped`` or ``broken``."""
    problem: str = ""
    at: str = ""
    """ISO time of this note."""


class Folder:
    """A folder to make sheets in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[str, Row] = {}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder, and let nobody else make sheets in it meanwhile.

        Raises:
            FolderTaken: somebody does.
            OSError: it cannot be made or written.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / _LOCK).open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise FolderTaken(str(self.path)) from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            for unfinished in self.path.glob(f"*{_NEW}"):
                unfinished.unlink()
            self._rows = {row.order: row for row in read_list(self.path)}
            write_list(self.path, self._rows.values())
            yield

    def row(self, order: str) -> Row | None:
        """What the list says of an order, if its file is still there."""
        row = self._rows.get(order)
        return row if row and row.file and (self.path / row.file).is_file() else None

    def add(self, row: Row) -> None:
        """Add a line to the list; after a sudden end it is there."""
        self._rows[row.order] = row
        with (self.path / LIST).open("a", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerow(_cells(row))

    def settle(self) -> None:
        """Write the list anew: one line for each order, the newest, in the order of names."""
        write_list(
            self.path, sorted(self._rows.values(), key=lambda row: (row.name, row.scope, row.language))
        )


def put(path: Path, data: bytes) -> None:
    """A file that is there whole or not at all."""
    new = path.with_name(f".{path.name}.{os.getpid()}{_NEW}")
    new.write_bytes(data)
    new.replace(path)


def read_list(folder: Path) -> list[Row]:
    """The lines of the list; the last one may have been cut off by a sudden end, and is then left out."""
    found = []
    with suppress(FileNotFoundError), (folder / LIST).open(encoding="utf-8", newline="") as lines:
        for cells in csv.DictReader(lines):
            with suppress(TypeError, ValueError, KeyError):
                found.append(_row(cells))
    return found


def write_list(folder: Path, rows: Iterable[Row]) -> None:
    new = folder / f".{LIST}{_NEW}"
    with new.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow([field.name for field in fields(Row)])
        writer.writerows(_cells(row) for row in rows)
    new.replace(folder / LIST)


def read_progress(folder: Path) -> Progress | None:
    """How far the work is in a folder; none where there was none."""
    with suppress(OSError, ValueError, TypeError):
        return Progress(**json.loads((folder / PROGRESS).read_text("utf-8")))
    return None


def write_progress(folder: Path, progress: Progress) -> None:
    noted = replace(progress, at=now().isoformat())
    put(folder / PROGRESS, json.dumps(asdict(noted)).encode())


def holder(folder: Path) -> int | None:
    """The number of the process that makes sheets in a folder now; its end ends it, however it came."""
    with suppress(FileNotFoundError, ValueError), (folder / _LOCK).open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read())
    return None


def _cells(row: Row) -> list[str | int]:
    return [
        f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value
        for value in (getattr(row, field.name) for field in fields(Row))
    ]


def _row(cells: dict[str, str]) -> Row:
    values = {field.name: _without_guard(cells[field.name]) for field in fields(Row)}
    if not all(isinstance(value, str) for value in values.values()) or not values["run"]:
        raise ValueError("the line was cut off")
    numbers = {name: int(values[name]) for name in ("listings", "left_out", "pages", "bytes")}
    return Row(**{**values, **numbers})  # type: ignore[arg-type]  # the numbers are numbers now


def _without_guard(value: str) -> str:
    return value[1:] if value and value[0] == "'" and value[1:2] in _FORMULAS else value
