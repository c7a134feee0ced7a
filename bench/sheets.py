"""Local offer sheets at 10,000 services: one sheet from request to last byte, and 500 schools at once.

Nothing is kept between requests: each asks for another school, and the folder of finished files is off.
Reference of the typesetting, in the same run: WeasyPrint with equal content, fonts, codes and map.
"""

import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app

from bench import databases, measured, schools, sheet_html, world
from hubfinder import create_app
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.search import documents, engines
from hubfinder.settings import PROJECT, Settings
from hubfinder.sheets import typeset
from hubfinder.sheets.budget import Bucket, Budget
from hubfinder.sheets.folders import PROGRESS, read_progress
from hubfinder.sheets.making import Maker
from hubfinder.sheets.orders import SheetOrder, read_order
from hubfinder.sheets.values import Sheet

SERVICES, SCHOOLS = 10_000, 500
ROUNDS, REFERENCES = 100, 12
LINES = 20
T = TypeVar("T")
NO_END = Bucket(1e12, 1e12)
ORDERS = (
    ("one A4 page", ""),
    (f"one A4 page of two topics, about {LINES} services", "&topic=parenting&topic=activities"),
    ("A4 on both sides", "&pages=2"),
)
AIM_REQUEST, AIM_TYPESETTING, AIM_RATIO, AIM_BYTES, AIM_BATCH = 150, 30, 10, 150_000, 40


def main() -> None:
    for name in databases.available():
        with databases.fresh(name) as url, tempfile.TemporaryDirectory() as folder:
            settings = Settings(data_dir=Path(folder), database_url=url, sheet_cache_megabytes=0)
            app = _prepare(settings)
            for words, more in ORDERS:
                _one(name, app, words, more)
            with app.app_context():
                db.engine.dispose()
            _many(name, settings)


def _prepare(settings: Settings) -> Flask:
    app = create_app(settings)
    with app.app_context():
        upgrade(db.engine)
        started = time.perf_counter()
        world.build(db.session, SERVICES)
        schools.build(db.session, SCHOOLS)
        documents.begin_rebuild(db.session)
        db.session.commit()
        engines.keeper_of(settings).rebuild(db.session, settings.index_dir)
        print(f"  built {SERVICES} services in {time.perf_counter() - started:.0f} s", flush=True)
        db.session.close()
    app.extensions["sheet_budget"] = Budget(settings.sheets_dir, "bench", NO_END, NO_END)
    return app


@dataclass(frozen=True)
class Times:
    """Milliseconds of each round."""

    values: Sequence[float]

    def at(self, part: float) -> float:
        return sorted(self.values)[int(len(self.values) * part)]


def _one(database: str, app: Flask, words: str, more: str) -> None:
    """One sheet: the whole request, and the typesetting alone in turn with WeasyPrint's."""
    chance = random.Random(20261122)  # noqa: S311 - not for secrets
    urns = [schools.FIRST_URN + number for number in chance.sample(range(SCHOOLS), ROUNDS + 5)]
    queries = [f"for=school:{urn}{more}&in=en" for urn in urns]
    for query in queries[:5]:
        _asked(app, query)
    gc.collect()
    gc.freeze()  # as wsgi.py does
    requests, sizes = [], []
    for query in queries[5:]:
        milliseconds, size = _timed(lambda query=query: len(_asked(app, query)))  # type: ignore[misc]
        requests.append(milliseconds)
        sizes.append(size)
    whole = Times(requests)
    sheets = _sheets(app, queries[5:])
    alone = Times([_timed(lambda one=one: typeset.pdf(one))[0] for one in sheets])  # type: ignore[misc]
    lines = statistics.median(len(one.lines) for one in sheets)
    print(
        f"{words}, {database}: {lines:.0f} lines, whole request p50 {whole.at(0.5):.0f} ms, "
        f"p95 {whole.at(0.95):.0f} ms (aim: {AIM_REQUEST}); typesetting alone p50 {alone.at(0.5):.1f} ms, "
        f"p95 {alone.at(0.95):.1f} ms (aim: {AIM_TYPESETTING}); "
        f"largest PDF {max(sizes) / 1000:.0f} KB (aim: {AIM_BYTES / 1000:.0f})",
        flush=True,
    )
    _against_reference(words, sheets[:REFERENCES])


def _against_reference(words: str, sheets: Sequence[Sheet]) -> None:
    ours, theirs, size = [], [], 0
    for sheet in sheets:
        ours.append(_timed(lambda sheet=sheet: typeset.pdf(sheet))[0])  # type: ignore[misc]
        milliseconds, data = _timed(lambda sheet=sheet: sheet_html.pdf(sheet))  # type: ignore[misc]
        theirs.append(milliseconds)
        size = max(size, len(data))
    mine, reference = statistics.median(ours), statistics.median(theirs)
    print(
        f"{words}: typesetting {mine:.1f} ms, WeasyPrint {reference:.0f} ms ({size / 1000:.0f} KB), "
        f"ratio {reference / mine:.0f} (aim: at least {AIM_RATIO})",
        flush=True,
    )


def _sheets(app: Flask, queries: Sequence[str]) -> list[Sheet]:
    maker: Maker = app.extensions["sheets"]
    with app.app_context():
        made = [maker.sheet(db.session, _order(query)) for query in queries]
        db.session.rollback()
    return made


def _order(query: str) -> SheetOrder:
    arguments: dict[str, list[str]] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        arguments.setdefault(name, []).append(value)
    return read_order(arguments)


def _asked(app: Flask, query: str) -> bytes:
    body, status, _ = run_wsgi_app(app, create_environ(f"/sheet.pdf?{query}"))
    whole = b"".join(body)
    if not status.startswith("200") or not whole.startswith(b"%PDF"):
        raise RuntimeError(f"answered {status}")
    return whole


def _timed(call: Callable[[], T]) -> tuple[float, T]:
    started = time.perf_counter()
    result = call()
    return (time.perf_counter() - started) * 1e3, result


def _many(database: str, settings: Settings) -> None:
    """All schools by the command, with the memory of its processes after 100 sheets and at the end."""
    with tempfile.TemporaryDirectory() as place:
        out, notes = Path(place) / "sheets", Path(place) / "notes"
        environment = {
            **os.environ,
            "HUBFINDER_DATA_DIR": str(settings.data_dir),
            "HUBFINDER_DATABASE_URL": settings.database,
            measured.NOTES: str(notes),
        }
        command = [
            sys.executable,
            "-m",
            "bench.measured",
            "sheets",
            "--for",
            "all-schools",
            "--out",
            str(out),
        ]
        peaks: dict[int, int] = {}
        process = subprocess.Popen(command, cwd=PROJECT, env=environment)
        watch = threading.Thread(target=_watch, args=(out, process, peaks))
        watch.start()
        failed = process.wait()
        watch.join()
        if failed:
            raise RuntimeError("the command failed")
        note = json.loads(notes.read_text("utf-8"))
        whole = (out / "all-sheets.pdf").stat().st_size
    early = next((peak for done, peak in sorted(peaks.items()) if done >= 100), 0)
    print(
        f"{SCHOOLS} schools, {database}: {note['seconds']:.1f} s (aim: {AIM_BATCH}), one file of all "
        f"{whole / 1e6:.0f} MB; a process had at most {early} MB after 100 sheets, "
        f"{max(peaks.values(), default=0)} MB at the end; the command itself {note['megabytes']:.0f} MB",
        flush=True,
    )


def _watch(out: Path, process: "subprocess.Popen[bytes]", peaks: dict[int, int]) -> None:
    """Note the most memory of a process by how many sheets were done."""
    while process.poll() is None:
        progress = read_progress(out) if (out / PROGRESS).exists() else None
        if progress:
            peaks[progress.done] = progress.megabytes
        time.sleep(0.2)


if __name__ == "__main__":
    main()
