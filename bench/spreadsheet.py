"""Five thousand listings in a spreadsheet: looked at, applied and undone, on both databases, CSV and XLSX.

Reference in the same run: openpyxl alone reading the same workbook, and ``csv`` the same text. Every command
runs in a process of its own, and says at its end how much memory it has had.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from sqlalchemy import select

from bench import databases, world
from hubfinder import create_app
from hubfinder.database import begin_writing
from hubfinder.database.upgrade import upgrade
from hubfinder.directory.models import Service
from hubfinder.exchange.files import read_table
from hubfinder.exchange.sheets_out import WRITERS
from hubfinder.extensions import db
from hubfinder.listings.recording import record_services
from hubfinder.search import documents, engines
from hubfinder.settings import Settings
from hubfinder.staff_vocab import Origin

ROWS = 5_000
AIMS = {"preview": 10.0, "apply": 20.0}
MOST_MEGABYTES = 500
_RUN = """
import time
from pathlib import Path
from hubfinder.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    print("MEMORY", status.partition("VmHWM:")[2].split()[0], time.process_time())
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One command."""

    seconds: float
    processor: float
    """Seconds of processor time: what counts on a machine that others use too."""
    megabytes: float
    said: str


def main() -> None:
    for name in databases.available():
        for form in ("csv", "xlsx"):
            with databases.fresh(name) as url, tempfile.TemporaryDirectory() as folder:
                _measure(name, form, Settings(data_dir=Path(folder), database_url=url))


def _measure(name: str, form: str, settings: Settings) -> None:
    _prepare(settings)
    file = settings.data_dir / f"listings.{form}"
    taken = _command(settings, "out", str(file), "--reason", "to be measured")
    _change(file, form)
    reference = _reference(file, form)
    looked = _command(settings, "preview", str(file))
    applied = _command(settings, "apply", "1")
    again = _command(settings, "preview", str(file))
    undone = _command(settings, "undo", "1")
    started = time.process_time()
    read_table(file)
    ours = time.process_time() - started
    print(f"  {name}, {form}, {ROWS} rows; reading alone: reference {reference:.1f} s, ours {ours:.1f} s")
    for what, one in (
        ("out", taken),
        ("preview", looked),
        ("apply", applied),
        ("again", again),
        ("undo", undone),
    ):
        aim = f" (aim {AIMS[what]:.0f})" if what in AIMS else ""
        print(
            f"    {what:8} {one.seconds:5.1f} s{aim}, processor {one.processor:.1f} s, "
            f"{one.megabytes:.0f} MB (aim {MOST_MEGABYTES}): {one.said}",
            flush=True,
        )


def _prepare(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        upgrade(db.engine)
        world.build(db.session, ROWS)
        begin_writing(db.session)
        record_services(db.session, db.session.scalars(select(Service.id)).all(), Origin.IMPORT, "bench")
        db.session.commit()
        documents.begin_rebuild(db.session)
        db.session.commit()
        engines.keeper_of(settings).rebuild(db.session, settings.index_dir)
        db.session.close()
        db.engine.dispose()


def _change(file: Path, form: str) -> None:
    """Another summary and telephone number in each row, and fifty new listings at the end."""
    table = read_table(file)
    place = {column: number for number, column in enumerate(table.heading)}
    rows = []
    for number, row in enumerate(table.rows):
        cells = [*row.cells, *[""] * (len(table.heading) - len(row.cells))]
        cells[place["summary"]] = f"Come along and take part, number {number}."
        cells[place["telephone"]] = f"01632 960{number % 1000:03}"
        rows.append(tuple(cells))
    for number in range(50):
        cells = list(rows[number])
        cells[place["key"]], cells[place["version"]] = f"new-{number}", ""
        cells[place["name"]] = f"A new listing, number {number}"
        rows.append(tuple(cells))
    WRITERS[form][0](rows, file)


def _reference(file: Path, form: str) -> float:
    started = time.process_time()
    if form == "csv":
        with file.open(encoding="utf-8-sig", newline="") as lines:
            cells = sum(len(row) for row in csv.reader(lines))
    else:
        book = openpyxl.load_workbook(file, read_only=True)
        cells = sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True))
    if cells < ROWS:
        raise ValueError("the reference read nothing")
    return time.process_time() - started


def _command(settings: Settings, *arguments: str) -> Measured:
    """Run ``hubfinder exchange …``."""
    environment = {
        **os.environ,
        "HUBFINDER_DATA_DIR": str(settings.data_dir),
        "HUBFINDER_DATABASE_URL": settings.database_url,
    }
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", _RUN, "exchange", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = child.communicate()[0]
    seconds = time.perf_counter() - started
    if child.returncode:
        raise RuntimeError(f"{json.dumps(arguments)}: {said}")
    lines = [line for line in said.splitlines() if not line.startswith("Search index")]
    kilobytes, processor = map(float, said.rpartition("MEMORY")[2].split())
    return Measured(seconds, processor, kilobytes / 1024, lines[0])
