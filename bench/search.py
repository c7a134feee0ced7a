"""Search at 10,000 and 200,000 made-up listings, beside tantivy over the same ones, in turn.

All times are the processor's, in milliseconds. "Engine" is filters, words, order and groups; "whole" is all
of ``Finder.find``, from the words to up to fifty cards out of the database (SQLite), each with what it is to
the family. Tantivy finds and counts, and reads the cards of the best ten; the ratio is that of the engine to
it. HUBFINDER_BENCH_CACHE may name a folder to keep what was built.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import listings, search_cases, world
from bench.search_reference import Reference
from hubfinder import create_app
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.places.models import Footprint
from hubfinder.search import documents, finder as finding, indexing
from hubfinder.search.analysis import sections_of
from hubfinder.search.book import book_dir
from hubfinder.search.finder import Finder
from hubfinder.search.models import SearchDocument
from hubfinder.search.values import Wanted
from hubfinder.settings import Settings

SIZES = (10_000, 200_000)
CACHE = "HUBFINDER_BENCH_CACHE"
CHANGES = 20
EMPTY = 0


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get(CACHE, temporary))
        for size in (EMPTY, *SIZES):
            _in_a_process("build", folder / f"listings-{size}-{indexing.FORMAT}", size)
        before = _in_a_process("measure", folder / f"listings-{EMPTY}-{indexing.FORMAT}", EMPTY)
        for size in SIZES:
            after = _in_a_process("measure", folder / f"listings-{size}-{indexing.FORMAT}", size)
            print(f"  {size:,}: memory of a worker's own over an empty one {after - before:.0f} MB (aim 150)")


def _in_a_process(what: str, folder: Path, size: int) -> float:
    """Run a function of this module in a new process; what it returns."""
    call = f"print(search.{what}(Path({str(folder)!r}), {size}))"
    program = f"from pathlib import Path; from bench import search; {call}"
    child = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True)
    *lines, last = child.stdout.strip().splitlines()
    for line in lines:
        print(line, flush=True)
    return float(last)


def build(folder: Path, size: int) -> float:
    """Write the listings, the index and the reference, if they are not there; megabytes it took at most."""
    if (folder / "done").exists():
        return 0.0
    settings = Settings(data_dir=folder)
    app = create_app(settings)
    with app.app_context():
        upgrade(db.engine)
        world.build(db.session, 1, 100)
        wards = list(db.session.scalars(select(Footprint.id).order_by(Footprint.id)))
        db.session.commit()
        listings.put(db.session, size, wards)
        db.session.expunge_all()
        started, before = time.process_time(), _most_memory()
        done = 0

        def progress(more: int) -> None:
            nonlocal done
            done += more

        indexing.rebuild(db.session, settings.index_dir, progress)
        took, most = time.process_time() - started, _most_memory()
        print(f"  {size:,}: index and book in {took:.1f} s of the processor; {done:,} told as progress")
        print(
            f"  {size:,}: memory of the process {most:.0f} MB at most, {before:.0f} before it began",
            flush=True,
        )
        Reference(folder / "tantivy").fill(_rows(db.session))
        db.session.close()
        db.engine.dispose()
    (folder / "done").touch()
    return most


def _rows(session: Session) -> Iterator[tuple[int, dict[str, Any], dict[str, Any], str]]:
    asked = select(SearchDocument.id, SearchDocument.card, SearchDocument.terms)
    for id_, card, terms in session.execute(asked.execution_options(yield_per=500)):
        sections = sections_of(terms["texts"], terms["marks"])
        yield id_, dict(card), dict(terms), " ".join(term for _, found in sections for term in found)


def measure(folder: Path, size: int) -> float:
    """Print what every kind of question takes; megabytes of memory that are the process's own in the end."""
    settings = Settings(data_dir=folder)
    app = create_app(settings)
    with app.app_context():
        if size:
            _measure(app, Reference(folder / "tantivy"), size)
        else:
            app.extensions["finder"].find(db.session, Wanted(text="baby"))
            app.extensions["suggester"].find(db.session, "ba", 5)
        own = _own_memory()
        if size:
            _changes(app, settings, size)
        db.session.close()
        db.engine.dispose()
    return own


class Times(NamedTuple):
    """Milliseconds of every question of a kind."""

    engine: list[float]
    whole: list[float]
    theirs: list[float]


def _measure(app: Flask, reference: Reference, size: int) -> None:
    finder: Finder = app.extensions["finder"]
    bare = Finder(finder.engine, finder.near_metres, finder.stale_after_days, finder.understand)
    print(f"  {'kind of question':32} {'engine':>13} {'whole':>13} {'tantivy':>13} {'ratio':>6}  aim (p95)")
    for kind in search_cases.kinds(db.session, reference, finder, app.extensions["suggester"]):
        times = Times([], [], [])
        for number, case in enumerate(kind.cases):
            finder.understand = bare.understand = case.understand or search_cases.UNDERSTAND
            whole = case.ours or partial(finder.find, db.session, case.wanted)
            engine = None if case.ours else partial(_without_cards, bare, case.wanted)
            for done, ask in ((times.theirs, case.theirs), (times.whole, whole), (times.engine, engine)):
                if ask is not None:
                    took = _timed(ask)
                    if number >= search_cases.WARM:
                        done.append(took)
        _say(kind, times, size)


def _without_cards(finder: Finder, wanted: Wanted) -> object:
    """An answer without reading the cards of what was found."""
    whole = finding._Results
    finding._Results = _NoResults  # type: ignore[assignment,misc]
    try:
        return finder.find(db.session, wanted)
    finally:
        finding._Results = whole  # type: ignore[misc]


class _NoResults:
    def __init__(self, *_: object, **__: object) -> None: ...

    def groups(self, groups: dict[Any, Any]) -> dict[Any, Any]:
        return dict.fromkeys(groups, ())


def _say(kind: "search_cases.Kind", times: Times, size: int) -> None:
    ours = times.engine or times.whole
    ratio = f"{_at(ours, 0.5) / _at(times.theirs, 0.5):6.2f}" if times.theirs else " " * 6
    columns = (f"{_at(some, 0.5):6.2f}/{_at(some, 0.95):6.2f}" if some else " " * 13 for some in times)
    aim = kind.aims.get(size)
    reached = "" if aim is None else f"{aim:g} {'' if _at(times.whole, 0.95) <= aim else 'NOT REACHED'}"
    print(f"  {kind.name:32} {' '.join(columns)} {ratio}  {reached}", flush=True)


def _changes(app: Flask, settings: Settings, size: int) -> None:
    """How soon a change is found by the worker that made it, and what the index itself takes."""
    finder: Finder = app.extensions["finder"]
    finder.understand = search_cases.UNDERSTAND
    found, indexed = [], []
    for number in range(CHANGES):
        document = db.session.get(SearchDocument, 100 + number)
        if document is None:
            raise LookupError(number)
        word = f"zzword{time.monotonic_ns()}"
        terms = dict(document.terms)
        document.terms = {**terms, "texts": [(3.0, word)]}
        document.revision = documents.latest_revision(db.session) + 1
        db.session.commit()
        started = time.perf_counter()
        if (
            finder.engine.hits(db.session, finder.engine.view(db.session), search_cases.fixed(word), None)[-1]
            .units[0][0]
            .size
            != 1
        ):
            raise LookupError(word)
        found.append((time.perf_counter() - started) * 1e3)
        indexed.append(_timed(lambda: indexing.catch_up(db.session, settings.index_dir, with_book=False)))
    print(
        f"  {size:,}: a change is found in {_at(found, 0.5):.1f}/{max(found):.1f} ms on the clock (aim 100)"
    )
    shutil.rmtree(book_dir(settings.index_dir))  # a new one, so that a kept folder is as it was
    indexing.catch_up(db.session, settings.index_dir)
    print(f"  {size:,}: the index takes it in {_at(indexed, 0.5):.1f}/{max(indexed):.1f} ms of the processor")


def _timed(ask: Callable[[], object]) -> float:
    started = time.process_time()
    ask()
    return (time.process_time() - started) * 1e3


def _at(times: list[float], part: float) -> float:
    return sorted(times)[int(len(times) * part)]


def _most_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _own_memory() -> float:
    """Megabytes of this process that are not files in the system's cache."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


if __name__ == "__main__":
    main()
