"""PostgreSQL's full text at 200,000 listings, a place given with every search: time of server and worker.

In two worlds: a nation of a hundred councils, where most listings are far away from whoever asks, and one
council with all of them. Searches are phrases of the thesaurus and words of listings, one to three words,
as the pages understand them. Needs the server of HUBFINDER_TEST_POSTGRES_URL on this machine.
"""

import csv
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bench import databases, listings
from bench.world import SIDE, SOUTH, WEST
from hubfinder import create_app
from hubfinder.database import begin_reading, begin_writing
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.places.values import Membership, Place, Point, Postcode
from hubfinder.search import postgres_index
from hubfinder.search.cards import FORMAT, Document
from hubfinder.search.finder import Finder
from hubfinder.search.models import SearchDocument, SearchIdentity
from hubfinder.search.postgres_text import write_texts
from hubfinder.search.text import ABOUT, DELIVERS, ENTRY, STOP_WORDS, words_of
from hubfinder.search.values import Wanted
from hubfinder.settings import PROJECT, Settings
from hubfinder.vocab import Basis, FootprintKind

LISTINGS = 200_000
WORLDS = {"a nation of 100 councils": 10, "one council": 1}
"""So many councils stand side by side, in each direction."""
PITCH = 0.5
"""Degrees from one council to the next."""
WARDS = 25
SEARCHES = 400
BATCH = 1_000
AIM = 40.0
SEEDS = PROJECT / "seeds"
Row = dict[str, Any]
_STATISTICS = re.compile(r"^!\t([0-9.]+) s user, ([0-9.]+) s system", re.MULTILINE)


class Spent(NamedTuple):
    """Milliseconds of one search: the processor's of worker and server, and all together on the clock."""

    worker: float
    server: float
    waited: float

    @property
    def processor(self) -> float:
        return self.worker + self.server


def main() -> None:
    if "postgresql" not in databases.available():
        return
    for name, side in WORLDS.items():
        with databases.fresh("postgresql") as url, tempfile.TemporaryDirectory() as folder:
            settings = Settings(data_dir=Path(folder), database_url=url)
            with create_app(settings).app_context():
                upgrade(db.engine)
                _build(db.session, settings, side)
                db.session.close()
                db.engine.dispose()
            subprocess.run([sys.executable, "-m", __name__, name, folder, url], check=True)


def measure(name: str, folder: str, url: str) -> None:
    """A worker that has just started asks, asks the same again, and asks what it never did."""
    app = create_app(Settings(data_dir=Path(folder), database_url=url))
    finder: Finder = app.extensions["finder"]
    searches = list(_searches(WORLDS[name]))
    first, second = searches[: SEARCHES // 2], searches[SEARCHES // 2 :]
    with app.app_context():
        finder.understand("nothing yet")  # reads the thesaurus, as a worker does at its start
        began = _own_memory()
        begin_reading(db.session)
        server = _server_of(db.session)
        finder.warm_up(db.session)
        for turn, asked in (("a new worker", first), ("the same again", first), ("other searches", second)):
            spent = [_spent(partial(finder.find, db.session, wanted), server) for wanted in asked]
            _tell(f"{name}, {turn}", spent)
        print(f"  private memory of the worker grew by {_own_memory() - began:.0f} MB", flush=True)
        db.session.close()
        db.engine.dispose()


def _build(session: Session, settings: Settings, side: int) -> None:
    started = time.perf_counter()
    begin_writing(session)
    session.add(SearchIdentity(identity="bench", format=FORMAT))
    rows = _rows(side)
    while batch := list(islice(rows, BATCH)):
        session.execute(insert(SearchDocument), batch)
        for kind in ("hub", "service"):
            some = [Document(row["key"], row["card"], row["terms"]) for row in batch if row["kind"] == kind]
            write_texts(session, kind, some)
    session.commit()
    written = time.perf_counter()
    postgres_index.rebuild(session, settings.index_dir)
    booked = time.perf_counter()
    session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE search_text"))
        size = connection.scalar(text("SELECT pg_total_relation_size('search_text')"))
    print(
        f"  {LISTINGS:,} listings written in {written - started:.0f} s, "
        f"the book in {booked - written:.0f} s; words and their index {size / 1e6:.0f} MB",
        flush=True,
    )


def _rows(side: int) -> Iterator[Row]:
    """The listings of ``bench.listings`` in the words of the catalogue, spread over the councils."""
    chance = random.Random(20261103)  # noqa: S311 - not for secrets
    ours = _common_words()
    words = dict(zip(listings.Texts().words, ours, strict=False))
    with (SEEDS / "thesaurus" / "concepts.csv").open(encoding="utf-8") as file:
        concepts = [row["concept"] for row in csv.DictReader(file)]
    entries = [concept.partition(":")[2] for concept in concepts if concept.startswith("catalogue:")]
    chance.shuffle(concepts)
    for row in listings.documents(LISTINGS, range(1, WARDS + 1)):
        council = chance.randrange(side * side)
        terms, card = row["terms"], row["card"]
        terms["texts"] = [
            (weight, " ".join(words.get(word, word) for word in said.split()))
            for weight, said in terms["texts"]
        ]
        [(lat, lon)] = terms["points"]
        south, west = council // side * PITCH, council % side * PITCH
        terms["points"] = [(lat - south, lon - west)]
        card["sites"][0].update(lat=lat - south, lon=lon - west)
        terms["areas"] = [ward + WARDS * council for ward in terms["areas"]]
        terms["national"] = chance.random() < 0.001
        terms["marks"] = _marks(chance, concepts, entries, terms["marks"])
        yield row


def _marks(
    chance: random.Random, concepts: list[str], entries: list[str], known: list[tuple[float, str]]
) -> list[tuple[float, str]]:
    """What a listing is about: a few concepts, some of them common."""
    marks = {mark: weight for weight, mark in known if not mark.startswith(ENTRY)}
    for _ in range(4):
        concept = concepts[int(chance.paretovariate(0.7)) % len(concepts)]
        marks[ABOUT + concept] = chance.choice((0.5, 1.0, 2.0, 3.0))
    entry = entries[int(chance.paretovariate(0.7)) % len(entries)]
    marks[DELIVERS + entry] = 1.0
    return [(weight, mark) for mark, weight in marks.items()]


def _common_words() -> list[str]:
    """The words of the catalogue, of national help and of the thesaurus's concepts, the commonest first."""
    counted = Counter[str]()
    for name in ("catalogue.csv", "national_help.csv", "thesaurus/concepts.csv"):
        said = (SEEDS / name).read_text("utf-8").lower()
        counted.update(word for word in words_of(said) if word.isalpha() and word not in STOP_WORDS)
    return [word for word, _ in counted.most_common()]


def _searches(side: int) -> Iterator[Wanted]:
    """Words as families type them and words of listings in turn, each with somebody's place."""
    chance = random.Random(20261104)  # noqa: S311 - not for secrets
    phrases = []
    for file in sorted((SEEDS / "thesaurus").glob("*.csv")):
        with file.open(encoding="utf-8") as rows:
            phrases += [row["phrase"] for row in csv.DictReader(rows) if row.get("phrase")]
    phrases = [phrase for phrase in phrases if len(phrase.split()) <= 3]
    words = _common_words()[:2_000]
    for number in range(SEARCHES):
        said = chance.choice(phrases) if number % 2 else " ".join(chance.sample(words, 1 + number // 2 % 3))
        x, y, council = chance.random(), chance.random(), chance.randrange(side * side)
        point = Point(SOUTH + y * SIDE - council // side * PITCH, WEST + x * SIDE - council % side * PITCH)
        ward = int(y * 5) * 5 + int(x * 5) + 1 + WARDS * council
        member = Membership(ward, FootprintKind.WARD, f"W{ward}", "a ward", Basis.OFFICIAL, 1.0)
        yield Wanted(text=said, place=Place("ZA1 4QT", point, (member,), Postcode("ZA1", "4QT")))


def _server_of(session: Session) -> list[float]:
    """The seconds of processor time that each statement of this session takes PostgreSQL, as they come."""
    seconds: list[float] = []

    def note(notice: Any) -> None:  # noqa: ANN401 - as psycopg declares it
        for user, system in _STATISTICS.findall(notice.message_detail or ""):
            seconds.append(float(user) + float(system))

    session.execute(text("SET log_statement_stats = on"))
    session.execute(text("SET client_min_messages = log"))
    connection: Any = session.connection().connection.driver_connection
    connection.add_notice_handler(note)
    return seconds


def _spent(search: Callable[[], object], server: list[float]) -> Spent:
    server.clear()
    started, worker = time.perf_counter(), time.process_time_ns()
    search()
    waited = (time.perf_counter() - started) * 1e3
    return Spent((time.process_time_ns() - worker) / 1e6, sum(server) * 1e3, waited)


def _own_memory() -> float:
    """Private megabytes of this process."""
    lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) / 1024


def _tell(name: str, spent: list[Spent]) -> None:
    def at(part: float, values: Iterable[float]) -> str:
        return f"{sorted(values)[int(len(spent) * part)]:.1f}"

    processor = [one.processor for one in spent]
    parts = (("worker", [one.worker for one in spent]), ("server", [one.server for one in spent]))
    each = ", ".join(f"{who} {at(0.5, some)} and {at(0.95, some)}" for who, some in parts)
    waited = [one.waited for one in spent]
    print(
        f"{name}: processor p50 {at(0.5, processor)} ms, p95 {at(0.95, processor)} ms (aim: {AIM:.0f}; "
        f"{each}); on the clock p50 {at(0.5, waited)}, p95 {at(0.95, waited)}",
        flush=True,
    )


if __name__ == "__main__":
    measure(*sys.argv[1:])
