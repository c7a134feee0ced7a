"""Importing the postcodes of the whole United Kingdom: against ``csv`` and ``executemany`` of the bare rows.

Both read the same packed file (2.7 million rows) into the same kind of database, each in a process of its
own, in turn. The reference has one table of three columns without any key, and checks nothing. If the
boundaries of England's small areas are there too, who is in which of them is worked out as well.

The real files are not part of this repository (HUBFINDER_SHARED_DATA says where they are); without them as
many postcodes are made up.
"""

import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench import databases
from hubfinder.database import begin_writing, prepare_engine
from hubfinder.database.upgrade import upgrade
from hubfinder.ingest.footprints import FOOTPRINTS
from hubfinder.ingest.kind import Kind
from hubfinder.ingest.postcodes import POSTCODES
from hubfinder.ingest.running import import_files
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.settings import PROJECT
from hubfinder.vocab import FootprintKind

ROUNDS = 3
MOST_RATIO, MOST_MEGABYTES = 3.0, 1000
SHARED = Path(os.environ.get("HUBFINDER_SHARED_DATA") or PROJECT.parent / "shared" / "data") / "england"
REAL = SHARED / "nspl_may2025_uk_postcode_lat_lon.csv.gz"
AREAS = SHARED / "england_lsoa11_medium_resolution.geojson.gz"
INSERT = {
    "sqlite": "INSERT INTO bare VALUES (?, ?, ?)",
    "postgresql": "INSERT INTO bare VALUES (%s, %s, %s)",
}
Measured = dict[str, float]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = REAL if REAL.is_file() else made_up(Path(folder) / "postcodes.csv.gz")
        for name in databases.available():
            _measure(name, file)


def _measure(name: str, file: Path) -> None:
    bare, ours = [], []
    again: Measured = {}
    members: Measured | None = None
    for _ in range(ROUNDS):
        with databases.fresh(name) as url:
            bare.append(_in_a_process("bare", url, file))
        with databases.fresh(name) as url:
            ours.append(_in_a_process("ours", url, file))
            if len(ours) == ROUNDS:
                again = _in_a_process("ours", url, file)
                members = _in_a_process("memberships", url, AREAS) if AREAS.is_file() else None
    reference, import_ = _best(bare), _best(ours)
    ratio = import_["seconds"] / reference["seconds"]
    print(f"{name}: {import_['rows']:,.0f} rows of {file.name}, best of {ROUNDS}")
    for what, one in (("csv + executemany", reference), ("hubfinder", import_), ("hubfinder, again", again)):
        print(f"  {what:20} {one['seconds']:7.2f} s {one['megabytes']:7.0f} MB")
    if members:
        seconds, size = members["seconds"], members["megabytes"]
        print(f"  {'memberships':20} {seconds:7.2f} s {size:7.0f} MB   ({members['rows']:,.0f} sets)")
    good = ratio <= MOST_RATIO and import_["megabytes"] < MOST_MEGABYTES
    print(f"  ratio {ratio:.2f} (at most {MOST_RATIO:g}): {'reached' if good else 'NOT REACHED'}")
    print(
        f"| {name} | {reference['seconds']:.1f} s | {import_['seconds']:.1f} s | {ratio:.2f} "
        f"| {import_['megabytes']:.0f} MB |",
        flush=True,
    )


def _best(measured: list[Measured]) -> Measured:
    """The quickest round, with the largest memory of all."""
    best = min(measured, key=lambda one: one["seconds"])
    return {**best, "megabytes": max(one["megabytes"] for one in measured)}


def _in_a_process(what: str, url: str, file: Path) -> Measured:
    """Run one of ``WORK`` in a fresh Python, and hear how long it took and how much memory."""
    command = [sys.executable, "-m", "bench.postcodes", what, url, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)
    measured: Measured = json.loads(done.stdout.splitlines()[-1])
    return measured


def _bare(engine: sa.Engine, file: Path) -> int:
    connection = engine.raw_connection()
    cursor = connection.cursor()
    if engine.dialect.name == "sqlite":
        cursor.execute("BEGIN")  # one transaction: psycopg begins by itself
    cursor.execute("CREATE TABLE bare (postcode text, lat double precision, lon double precision)")
    with gzip.open(file, "rt", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        # PostgreSQL takes no empty text for a number; SQLite takes anything
        clean: Any = (
            rows if engine.dialect.name == "sqlite" else ((a, b or None, c or None) for a, b, c in rows)
        )
        cursor.executemany(INSERT[engine.dialect.name], clean)
    connection.commit()
    cursor.execute("SELECT count(*) FROM bare")
    [count] = cursor.fetchone() or [0]
    return int(count)


def _ours(engine: sa.Engine, file: Path) -> int:
    with Session(engine) as session:
        return _import(session, POSTCODES, file, POSTCODES.options())


def _import(session: Session, kind: Kind[Any], file: Path, options: object) -> int:
    [report] = import_files(session, kind, [file], options)
    if not report.saved:
        sys.exit(f"{report.refusal} {report.problems}")
    return report.rows


def _memberships(engine: sa.Engine, _file: Path) -> int:
    with Session(engine) as session:
        begin_writing(session)
        sets = rebuild_memberships(session)
        session.commit()
    return sets


def _prepare(what: str, engine: sa.Engine, file: Path) -> None:
    """What does not count: tables, and the boundaries."""
    if what == "ours":
        upgrade(engine)
    if what == "memberships":
        options = FOOTPRINTS.options(FootprintKind.SMALL_AREA, "lsoa11_code", "lsoa11_name")
        with Session(engine) as session:
            _import(session, FOOTPRINTS, file, options)


WORK: dict[str, Callable[[sa.Engine, Path], int]] = {
    "bare": _bare,
    "ours": _ours,
    "memberships": _memberships,
}


def _work(what: str, url: str, file: Path) -> None:
    engine = sa.create_engine(url)
    prepare_engine(engine)
    _prepare(what, engine, file)
    began = time.perf_counter()
    rows = WORK[what](engine, file)
    seconds = time.perf_counter() - began
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"rows": rows, "seconds": seconds, "megabytes": kilobytes / 1024}))


def made_up(path: Path, total: int = 2_714_964) -> Path:
    """A packed file of as many postcodes as there are, in areas that are not in use."""
    with gzip.open(path, "wt", newline="", compresslevel=6) as text:
        out = csv.writer(text)
        out.writerow(("postcode", "lat", "lon"))
        for number, code in zip(range(total), _codes(), strict=False):
            out.writerow(
                (code, round(50 + number % 70_001 / 10_000, 5), round(-5 + number % 60_013 / 10_000, 5))
            )
    return path


def _codes() -> Iterator[str]:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    for area, district, sector, first, second in product(
        "ABCDEFGH", range(1, 100), range(10), letters, letters
    ):
        yield f"Z{area}{district} {sector}{first}{second}"


if __name__ == "__main__":
    _work(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
