"""Sheets for many at once: one file each, a list of them, and nothing lost when the work is broken off."""

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from hubfinder.sheets.folders import (
    FAILED,
    MADE,
    UNCHANGED,
    Folder,
    Progress,
    Row,
    read_progress,
    write_progress,
)
from hubfinder.sheets.orders import Length, Paper, Readers, ScopeName, SheetOrder
from hubfinder.sheets.workers import Start, Workers

ALL_SHEETS, CHANGED_SHEETS = "all-sheets.pdf", "changed-sheets.pdf"
"""The files for the print room: all of them, and those that have to be printed again."""
LOST = "the process that made it was lost"
_UNSAFE = re.compile(r"[^a-z0-9-]+")
SAID_EVERY = 0.3
"""Seconds between two notes of how far the work is."""


@dataclass(frozen=True, slots=True)
class Task:
    """One sheet to make."""

    order: SheetOrder
    file: Path
    unless: str = ""
    """The version that is there: where it is the right one still, the file is left alone."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a task."""

    version: str = ""
    listings: int = 0
    left_out: int = 0
    pages: int = 0
    bytes: int = 0
    made_on: str = ""
    problem: str = ""
    """Why there is no sheet, in a sentence."""
    is_unchanged: bool = False


@dataclass(slots=True)
class Summary:
    """What came of all the work, as lines of the list in the order in which they were asked for."""

    rows: list[Row] = field(default_factory=list)
    resumed: int = 0
    """How many were there from work that was broken off."""

    def of(self, outcome: str) -> list[Row]:
        return [row for row in self.rows if row.outcome.startswith(outcome)]


Tell = Callable[[Row, int, int], None]
"""Is told of each sheet: its line, how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be made."""

    orders: Sequence[SheetOrder]
    names: Mapping[ScopeName, str]
    """What the schools, surgeries, hubs and areas are called."""
    changed_only: bool = False
    """Leave those alone whose content is what it was."""
    workers: int = 2
    """Processes side by side."""


def make_many(
    folder: Folder,
    work: Work,
    start: Start[Task, Done],
    now: datetime,
    tell: Tell = lambda _row, _done, _total: None,
) -> Summary:
    """Make the sheets of these orders in a folder that is held.

    Where the same work was broken off today, it goes on: what it had made is left alone.

    Raises:
        CannotStart: no process that makes sheets could be started.
    """
    begun = _begin(folder, work, now)
    summary = Summary()
    tasks = []
    for order in dict.fromkeys(work.orders):
        there = folder.row(order.query())
        if there and there.run == begun.run and not there.has_failed:
            summary.rows.append(there)
            summary.resumed += 1
        else:
            tasks.append(_task(folder, order, there if work.changed_only else None))
    teller = _Teller(folder, begun, summary, tell)
    with Workers(work.workers, start) as running:
        for task, done in running.results(tasks):
            row = _row(task, done or Done(problem=LOST), folder.row(task.order.query()), begun.run)
            row = replace(row, name=work.names.get(task.order.scope, ""))
            folder.add(row)
            teller.add(row, running.megabytes)
    folder.settle()
    place = {order.query(): number for number, order in enumerate(work.orders)}
    summary.rows.sort(key=lambda row: place[row.order])
    teller.say("combining")
    return summary


def finish(folder: Folder, state: str, problem: str = "") -> None:
    """Note how the work ended: ``done``, ``stopped`` by somebody, or ``broken``."""
    begun = read_progress(folder.path)
    if begun:
        write_progress(folder.path, replace(begun, state=state, problem=problem))


def file_name(order: SheetOrder) -> str:
    """The same for the same order, whatever the school is called: ``school-990001-pl-large.pdf``."""
    scope = order.scope
    parts = [scope.kind.value, scope.code, order.language]
    parts += [f"{order.length.value}-pages"] if order.length is Length.TWO else []
    parts += ["booklet"] if order.length is Length.BOOKLET else []
    parts += ["large"] if order.large else []
    parts += ["easy"] if order.easy else []
    parts += [order.paper.value] if order.paper is not Paper.A4 else []
    parts += ["staff"] if order.readers is Readers.STAFF else []
    own = scope.code.rpartition(":")[2]
    chosen = (order.topics, order.age, order.access, order.spoken, scope.items, _UNSAFE.search(own.lower()))
    parts += [hashlib.sha256(order.query().encode()).hexdigest()[:8]] if any(chosen) else []
    return "-".join(_UNSAFE.sub("-", part.lower()) for part in parts if part) + ".pdf"


def _begin(folder: Folder, work: Work, now: datetime) -> Progress:
    """Go on with the same work if it was broken off today, or begin anew."""
    digest = hashlib.sha256("\n".join(order.query() for order in work.orders).encode()).hexdigest()[:16]
    before = read_progress(folder.path)
    run = now.isoformat(timespec="microseconds")
    same = before and (before.orders, before.changed_only) == (digest, work.changed_only)
    if before and same and before.state != "done" and before.run[:10] == run[:10]:
        run = before.run
    begun = Progress(run, digest, work.changed_only, len(set(work.orders)))
    write_progress(folder.path, begun)
    return begun


def _task(folder: Folder, order: SheetOrder, there: Row | None) -> Task:
    unless = there.version if there and not there.has_failed else ""
    return Task(order, folder.path / file_name(order), unless)


def _row(task: Task, done: Done, before: Row | None, run: str) -> Row:
    outcome = f"{FAILED}: {done.problem}" if done.problem else UNCHANGED if done.is_unchanged else MADE
    kept = before if done.problem or done.is_unchanged else None
    return Row(
        scope=str(task.order.scope),
        name="",
        language=task.order.language,
        file=kept.file if kept else "" if done.problem else task.file.name,
        version=kept.version if kept else done.version,
        listings=kept.listings if kept else done.listings,
        left_out=kept.left_out if kept else done.left_out,
        pages=kept.pages if kept else done.pages,
        bytes=kept.bytes if kept else done.bytes,
        made_on=kept.made_on if kept else done.made_on,
        outcome=outcome,
        order=task.order.query(),
        run=run,
    )


class _Teller:
    """Says how far the work is, to whoever waits here and to whoever looks into the folder."""

    def __init__(self, folder: Folder, begun: Progress, summary: Summary, tell: Tell) -> None:
        self._folder, self._begun, self._summary, self._tell = folder, begun, summary, tell
        self._said = 0.0
        self._megabytes = 0

    def add(self, row: Row, megabytes: int) -> None:
        self._megabytes = megabytes
        self._summary.rows.append(row)
        self._tell(row, len(self._summary.rows), self._begun.total)
        if time.monotonic() - self._said > SAID_EVERY:
            self.say("working")

    def say(self, state: str) -> None:
        self._said = time.monotonic()
        rows = self._summary
        noted = replace(
            self._begun,
            done=len(rows.rows),
            failed=len(rows.of(FAILED)),
            made=len(rows.of(MADE)),
            megabytes=self._megabytes,
            state=state,
        )
        write_progress(self._folder.path, noted)


def by_scope(
    usual: SheetOrder, scopes: Iterable[ScopeName], languages: Iterable[str]
) -> Iterator[SheetOrder]:
    """The same order for each scope in every language: all of one school's sheets lie together."""
    spoken = list(languages)
    for scope in scopes:
        for language in spoken:
            yield replace(usual, scope=scope, language=language)
