"""Runs an import: one transaction for the whole command, so that nothing is ever half-loaded."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.ingest.errors import FileRefused
from hubfinder.ingest.kind import Kind
from hubfinder.ingest.loading import Loading, Progress, silent
from hubfinder.ingest.report import Report

O = TypeVar("O")  # noqa: E741 - options


def nothing_more(_session: Session) -> None:
    """Commit as things are."""


@dataclass(frozen=True, slots=True)
class How:
    """How an import runs, whatever its kind."""

    skip_bad_rows: bool = False
    """A refused row refuses its file, unless this is set: then the good rows are loaded."""
    progress: Progress = silent
    before_commit: Callable[[Session], None] = nothing_more
    """Runs in the same transaction once everything is in."""

    def takes(self, report: Report) -> bool:
        return not report.refusal and (self.skip_bad_rows or not report.refused)


DEFAULT = How()


def import_files(
    session: Session, kind: Kind[O], files: Sequence[Path], options: O, how: How = DEFAULT
) -> list[Report]:
    """Load files of one kind. All are read and reported on; if one is refused, nothing of any is kept.

    The session must not have been used since its last commit.
    """
    try:
        begin_writing(session)
        reports = [
            _import_one(session, kind, file, _for_file(options, place), how.progress)
            for place, file in enumerate(files)
        ]
        if not all(how.takes(report) for report in reports):
            session.rollback()
            return reports
        how.before_commit(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    for report in reports:
        report.saved = True
    return reports


def _for_file(options: O, place: int) -> O:
    """``replace`` forgets what was there before the command, never what an earlier file of it has brought."""
    if place and getattr(options, "replace", False):
        later: O = dataclasses.replace(cast("Any", options), replace=False)
        return later
    return options


def _import_one(session: Session, kind: Kind[O], file: Path, options: O, progress: Progress) -> Report:
    report = Report(kind.name, file.name or str(file))
    try:
        kind.load(Loading(session, file, report, progress), options)
    except FileRefused as error:
        report.refusal = str(error)
    return report
