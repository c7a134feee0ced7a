"""Small files for importers to read, and the importing of them."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from hubfinder.ingest.kind import Kind
from hubfinder.ingest.report import Report
from hubfinder.ingest.running import import_files


def csv_file(folder: Path, name: str, rows: Sequence[Mapping[str, str]]) -> Path:
    """A CSV file with the columns of all rows; a cell that a row does not have is empty."""
    path = folder / f"{name}.csv"
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def load(session: Session, kind: Kind[Any], path: Path, **options: Any) -> Report:
    """Import one file and say what came of it."""
    session.commit()
    [report] = import_files(session, kind, [path], kind.options(**options))
    return report


def refusals(report: Report) -> list[tuple[int, str, str]]:
    """Row, field and reason of each refused row; nothing may have been kept."""
    assert not report.saved
    return [(problem.row, problem.field, problem.why) for problem in report.problems]
