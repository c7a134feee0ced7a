"""Suggestions for what somebody types, at 200,000 listings: processor time, files and memory.

Names alone, in a process that has opened the files as a worker does; then whole answers of ``/suggest``, with
the words looked at, the names found and every one of them looked up in the database, on SQLite.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import insert

from hubfinder import create_app
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.search.models import SearchDocument
from hubfinder.search.suggester import KINDS, Files, Suggester, names_since
from hubfinder.search.suggesting import Name, Suggestions
from hubfinder.settings import Settings

LISTINGS, DIFFERENT = 200_000, 3
"""One name in so many belongs to several listings."""
ASKED = 20
WORDS = """
baby stay play group family support sing sleep clinic toddler young parents drop in advice money debt club
after school holiday harbour market library story time carers send autism adhd speech language breakfast
football dance music swim garden stroll starter strong steps street
""".split()
STEMS = "ba be bi bo st sta ste har wen mar lo li sa se to thor wil ash".split()
ENDS = "ling rton ford wick ham dale ston by thorpe field bury ley".split()
TYPED = (
    *("s", "st", "ba", "baby", "baby sl", "stay and play", "family support st", "sleep c", "wend", "xyz"),
    *("aft sch clu ho", "for my baby", "har", "story time", "13", "sta st", "support family group"),
)


def names() -> Iterator[Name]:
    """Made-up names as of a large directory."""
    chance = random.Random(1)  # noqa: S311 - the same names at every run
    for number in range(LISTINGS):
        words = chance.sample(WORDS, chance.randint(2, 4))
        place = chance.choice(STEMS) + chance.choice(ENDS)
        own = f" {number}" if number % DIFFERENT else ""
        yield Name("listing", f"service:{number}", f"{' '.join(words)} {place}{own}", number % 50 == 0)


def measure(folder: Path) -> None:
    """What one worker needs, as a line of JSON; ``folder`` is that of an instance."""
    before = _own_memory()
    suggestions = Suggestions.open(_files(folder))
    found = {f"names alone, {name}": value for name, value in _times(partial(suggestions.find, most=5))}
    found["names alone, own memory, MB"] = _own_memory() - before
    app = create_app(Settings(data_dir=folder))
    app.extensions["suggester"] = Suggester(
        app.extensions["suggester"].sensitive, lambda: Files(_files(folder), 1)
    )
    client = app.test_client()

    def ask(text: str) -> object:
        return client.get("/suggest", query_string={"q": text}).get_json()["parts"]

    ask("warm up")
    print(json.dumps({**found, **{f"whole answer, {name}": value for name, value in _times(ask)}}))


def _times(ask: Callable[[str], object]) -> Iterator[tuple[str, float]]:
    """Milliseconds of the processor for an answer."""
    taken = []
    for text in TYPED * ASKED:
        begun = time.process_time()
        ask(text)
        taken.append((time.process_time() - begun) * 1000)
    taken.sort()
    yield from (
        ("p50 ms", taken[len(taken) // 2]),
        ("p95 ms", taken[len(taken) * 95 // 100]),
        ("most ms", taken[-1]),
    )


def _own_memory() -> float:
    """Megabytes of this process that are not files in the system's cache."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


def _files(folder: Path) -> Path:
    return folder / "suggestions"


def fill(folder: Path) -> float:
    """An instance with the search documents of all names; processor seconds to write the files."""
    app = create_app(Settings(data_dir=folder))
    with app.app_context():
        upgrade(db.engine)
        rows = (
            {"kind": "service", "key": name.key.removeprefix("service:"), "revision": 1, "terms": {}}
            | {"card": {"name": name.name, "organization": "Harbour Helpers", "summary": "Made up."}}
            for name in names()
        )
        while batch := list(islice(rows, 10_000)):
            db.session.execute(insert(SearchDocument), batch)
        db.session.commit()
        sensitive = app.extensions["suggester"].sensitive
        started = time.process_time()
        Suggestions.write(_files(folder), names_since(db.session, -1, sensitive), KINDS)
        db.session.close()
        db.engine.dispose()
    return time.process_time() - started


def main() -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds = fill(folder)
        size = sum(file.stat().st_size for file in _files(folder).iterdir()) / 1e6
        print(f"  {LISTINGS:,} listings: written in {seconds:.1f} s of the processor, {size:.1f} MB of files")
        program = f"from pathlib import Path; from bench.suggestions import measure; measure(Path({name!r}))"
        child = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        for what, value in json.loads(child.stdout).items():
            print(f"  {what}: {value:,.2f}")
