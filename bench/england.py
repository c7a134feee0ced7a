"""England loaded and derived from nothing by ``scripts/england.sh``, on each database: time and memory.

Needs the official files (HUBFINDER_SHARED_DATA names the folder). Twice: the second run finds everything
there already, as one that goes on after an interruption does.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench import databases, nearest_places
from bench.measured import NOTES

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("HUBFINDER_SHARED_DATA") or ROOT.parent / "shared" / "data")
TIMES = ("from nothing", "again")


def main() -> None:
    if not (DATA / "england").is_dir():
        print("The official files are not here: set HUBFINDER_SHARED_DATA to the folder that has them.")
        return
    for name in databases.available():
        with databases.fresh(name) as url, tempfile.TemporaryDirectory() as folder:
            runs = [_run(url, Path(folder), which) for which in TIMES]
            _tell(name, runs, _megabytes(url))
            nearest_places.check(url, Path(folder) / "instance")


def _run(url: str, folder: Path, which: str) -> list[dict[str, Any]]:
    """What was measured of each command of one run."""
    notes = folder / f"{which}.jsonl"
    environment = {
        **os.environ,
        "HUBFINDER": f"{sys.executable} -m bench.measured",
        "HUBFINDER_DATA_DIR": str(folder / "instance"),
        "HUBFINDER_DATABASE_URL": url,
        NOTES: str(notes),
    }
    command = [str(ROOT / "scripts" / "england.sh"), str(DATA)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout[-2_000:] + done.stderr[-2_000:])
    return [json.loads(line) for line in notes.read_text("utf-8").splitlines()]


def _megabytes(url: str) -> float:
    """The size of the database on the disk."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        return Path(str(address.database)).stat().st_size / 1e6
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    return float(size) / 1e6


def _tell(name: str, runs: Sequence[Sequence[dict[str, Any]]], size: float) -> None:
    """A table in Markdown."""
    first, again = runs
    print(f"\n{name}\n\n| command | seconds | of them processor | memory (MB) | again (seconds) |")
    print("| --- | --- | --- | --- | --- |")
    for one, other in zip(first, again, strict=True):
        times = f"{one['seconds']:.1f} | {one['processor']:.1f} | {one['megabytes']:.0f}"
        print(f"| {_title(one['arguments'])} | {times} | {other['seconds']:.1f} |")
    seconds = [sum(one["seconds"] for one in run) for run in runs]
    most = max(one["megabytes"] for one in first)
    print(f"| all | {seconds[0]:.0f} | | {most:.0f} at most | {seconds[1]:.0f} |")
    print(f"\nThe database has {size:,.0f} MB.", flush=True)


def _title(arguments: Sequence[str]) -> str:
    """``import footprints small_area``: the command, and the kind of area where there are several."""
    words = [word for word in arguments[:2] if not word.startswith("-")]
    if "--footprint-kind" in arguments:
        words.append(arguments[arguments.index("--footprint-kind") + 1])
    return " ".join(words)
