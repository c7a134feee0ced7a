"""Runs an import: one transaction for the whole command, so that nothing is ever half-loaded."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.ingest.errors import FileRefused
from hubfinder.ingest.filing import file_refusals, file_reports
from hubfinder.ingest.kind import Kind
from hubfinder.ingest.loading import Loading, Progress, silent
from hubfinder.ingest.report import Report
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.moves import Watch

WORKING_OUT = "who is in which footprint"
O = TypeVar("O")  # noqa: E741 - options


@dataclass(frozen=True, slots=True)
class How:
    """How an import runs, whatever its kind."""

    skip_bad_rows: bool = False
    """A refused row refuses its file, unless this is set: then the good rows are loaded."""
    progress: Progress = silent
    memberships: bool = False
    """Work out in the same transaction, once everything is in, who is in which footprint and who moved."""

    def takes(self, report: Report) -> bool:
        return not report.refusal and (self.skip_bad_rows or not report.refused)


DEFAULT = How()


def import_files(
    session: Session, kind: Kind[O], files: Sequence[Path], options: O, how: How = DEFAULT
) -> list[Report]:
    """Load files of one kind. All are read and reported on; if one is refused, nothing of any is kept.

    What was refused of files of footprints is kept beside their layer. The session must not have been used
    since its last commit.
    """
    watch = Watch() if how.memberships else None
    try:
        begin_writing(session)
        reports = [
            _import_one(session, kind, file, _for_file(options, place), (how.progress, watch))
            for place, file in enumerate(files)
        ]
        if not all(how.takes(report) for report in reports):
            session.rollback()
            file_refusals(session, [report for report in reports if not how.takes(report)])
            return reports
        if watch:
            rebuild_memberships(session, partial(how.progress, WORKING_OUT), watch)
        file_reports(session, reports, watch)
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


def _import_one(
    session: Session, kind: Kind[O], file: Path, options: O, how: tuple[Progress, Watch | None]
) -> Report:
    report = Report(kind.name, file.name or str(file))
    try:
        kind.load(Loading(session, file, report, *how), options)
    except FileRefused as error:
        report.refusal = str(error)
    return report
