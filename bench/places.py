"""Places at the scale of the country: lookups, ``GET /api/places/<postcode>``, and working memberships out.

Everything is loaded once for each database (see ``bench.national``). The reference of the requests is a bare
Flask view that returns a ready JSON string (``bench.bare``), under the same Gunicorn, in turn.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench import databases, load, national
from hubfinder import create_app
from hubfinder.cli.serve import THREADS, gunicorn_arguments
from hubfinder.database import begin_reading, begin_writing, prepare_engine
from hubfinder.database.engine import shrink_log
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.places.book_writing import write_book
from hubfinder.places.finding import Places
from hubfinder.places.lookups import place_at, place_of_postcode
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.nations import ENGLAND, nation_of
from hubfinder.places.revision import places_changed
from hubfinder.places.values import Point, Postcode
from hubfinder.settings import PROJECT, Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.tables import upgrade_vault

FEW = 10_000
ASKED = 2_000
ROUNDS = 5
SECONDS = 3.0
IN_PROCESS, IN_DATABASE, FLAT, PART_OF_BARE = 0.2, 1.0, 1.3, 0.6
"""Aims: milliseconds at the 95th percentile, growth, and requests per second beside the reference."""
MOST_CPU, MOST_MEGABYTES, MOST_GROWTH = 60.0, 1500, 300
STATUS = Path("/proc/self/status")
Asked = list[tuple[Postcode, Point]]
Figures = dict[str, float]


def main() -> None:
    for name in databases.available():
        with databases.fresh(name) as url, tempfile.TemporaryDirectory() as folder:
            _measure(name, Settings(data_dir=Path(folder), database_url=url))


def _measure(name: str, settings: Settings) -> None:
    with _prepared(settings) as engine:
        began = time.perf_counter()
        with Session(engine) as session:
            national.load(session, settings.data_dir)
        print(f"{name}: loaded in {time.perf_counter() - began:.0f} s", flush=True)
        _memberships(name, engine, settings)
        began = time.perf_counter()
        write_book(engine, settings.places_dir)
        print(f"  book written in {time.perf_counter() - began:.1f} s", flush=True)
        few = _some_postcodes(engine, FEW)
        asked = few[:ASKED]
        many = _lookups(name, engine, settings, asked)
        _requests(name, settings, asked)
        _keep_only(engine, few)
        write_book(engine, settings.places_dir)
        _compare(name, many, _lookups(name, engine, settings, asked))


@contextmanager
def _prepared(settings: Settings) -> Iterator[sa.Engine]:
    app = create_app(settings)
    with app.app_context():
        upgrade(db.engine)
        upgrade_vault(db.get_engine(VAULT))
        yield db.engine
        db.session.close()
        db.engine.dispose()


def _memberships(name: str, engine: sa.Engine, settings: Settings) -> None:
    """Work out all memberships in a process of its own; what that takes, and what the database grows by."""
    before = _megabytes(engine)
    engine.dispose()
    command = [sys.executable, "-m", "bench.places", settings.database]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)
    took: Figures = json.loads(done.stdout.splitlines()[-1])
    growth = _megabytes(engine) - before
    print(
        f"  memberships, {name}: {took['cpu']:.1f} s of CPU with the server's (aim: {MOST_CPU:g}), "
        f"{took['seconds']:.1f} s, {took['megabytes']:.0f} MB (aim: {MOST_MEGABYTES}), "
        f"{took['sets']:,.0f} sets; "
        f"the database grew by {growth:.0f} MB (aim: {MOST_GROWTH})",
        flush=True,
    )


def _work(url: str) -> None:
    """What ``_memberships`` runs."""
    engine = sa.create_engine(url)
    prepare_engine(engine)
    with Session(engine) as session:
        begin_writing(session)
        began, server = time.perf_counter(), _server_cpu(session)
        sets = rebuild_memberships(session)
        session.commit()
        used = _server_cpu(session) - server + time.process_time()
    seconds = time.perf_counter() - began
    print(json.dumps({"cpu": used, "seconds": seconds, "megabytes": _most_memory(), "sets": sets}))


def _most_memory() -> float:
    """Megabytes this process had at most. What ``getrusage`` says would count those of the one before it."""
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    [line] = [line for line in STATUS.read_text("ascii").splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def _server_cpu(session: Session) -> float:
    """Seconds of processor time of the server process of this session; 0 where there is none to see."""
    if session.get_bind().dialect.name != "postgresql":
        return 0.0
    stat = Path(f"/proc/{session.scalar(sa.text('SELECT pg_backend_pid()'))}/stat")
    if not stat.exists():
        print("the server runs elsewhere: its processor time is not counted", file=sys.stderr)
        return 0.0
    user, system = stat.read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _megabytes(engine: sa.Engine) -> float:
    """The size of the database; of SQLite without its log."""
    shrink_log(engine)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("CHECKPOINT")
            return float(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0) / 1e6
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
        return pages * (connection.exec_driver_sql("PRAGMA page_size").scalar() or 0) / 1e6


def _some_postcodes(engine: sa.Engine, count: int) -> Asked:
    """Postcodes of England that are in a footprint, by chance, the same in every run."""
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT code, lat, lon FROM postcode WHERE set_id IS NOT NULL ORDER BY code")
        ).all()
    order = np.random.default_rng(20261122).permutation(len(rows))
    found: Asked = []
    for at in order.tolist():
        postcode = Postcode.parse(rows[at].code)
        if postcode and nation_of(postcode) == ENGLAND:
            found.append((postcode, Point(rows[at].lat, rows[at].lon)))
            if len(found) == count:
                break
    return found


def _keep_only(engine: sa.Engine, few: Asked) -> None:
    """Forget all other postcodes, as if only these had been imported."""
    stay = [{"code": postcode.compact} for postcode, _ in few]
    with Session(engine) as session:
        begin_writing(session)
        session.execute(sa.text("CREATE TEMPORARY TABLE stay (code varchar(7) PRIMARY KEY)"))
        session.execute(sa.text("INSERT INTO stay VALUES (:code)"), stay)
        session.execute(sa.text("DELETE FROM postcode WHERE code NOT IN (SELECT code FROM stay)"))
        places_changed(session)
        session.commit()
    with Session(engine) as session:
        begin_reading(session)  # no transaction, as vacuuming wants it
        session.execute(sa.text("VACUUM"))


def _lookups(name: str, engine: sa.Engine, settings: Settings, asked: Asked) -> Figures:
    """Medians of each way to ask, in milliseconds; prints the 95th percentiles with their aims."""
    places = Places(settings.places_dir)
    with Session(engine) as session:
        begin_reading(session)
        places.warm_up(session)
        ways: dict[str, tuple[float, Callable[[Postcode, Point], object]]] = {
            "postcode, in process": (IN_PROCESS, lambda code, _: places.of_postcode(session, code)),
            "point, in process": (IN_PROCESS, lambda _, point: places.at(session, point)),
            "postcode, database": (IN_DATABASE, lambda code, _: place_of_postcode(session, code)),
            "point, database": (IN_DATABASE, lambda _, point: place_at(session, point, "")),
        }
        found = {}
        for way, (aim, ask) in ways.items():
            middle, most = _times(ask, asked)
            found[way] = middle
            print(f"  {name}, {way}: p50 {middle:.3f} ms, p95 {most:.3f} ms (aim: {aim:g})", flush=True)
    return found


def _times(ask: Callable[[Postcode, Point], object], asked: Asked) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, of the best of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        times = []
        for postcode, point in asked:
            began = time.perf_counter()
            ask(postcode, point)
            times.append((time.perf_counter() - began) * 1e3)
        times.sort()
        rounds.append((times[len(times) // 2], times[int(len(times) * 0.95)]))
    return min(middle for middle, _ in rounds), min(most for _, most in rounds)


def _compare(name: str, many: Figures, few: Figures) -> None:
    for way, middle in many.items():
        print(f"  {name}, {way}: all postcodes / {FEW:,}: {middle / few[way]:.2f} (aim: {FLAT})", flush=True)


def _requests(name: str, settings: Settings, asked: Asked) -> None:
    """Requests per second of the API and of the bare view, in turn; the ratio of each pair of rounds."""
    addresses = [f"/api/places/{postcode.compact}" for postcode, _ in asked]
    answer = settings.data_dir / "answer.json"
    answer.write_text(create_app(settings).test_client().get(addresses[0]).text, "utf-8")
    every = gunicorn_arguments("", 2, THREADS)
    arguments = [one for one in every if not one.startswith("--bind")]
    environment = {
        "HUBFINDER_DATA_DIR": str(settings.data_dir),
        "HUBFINDER_DATABASE_URL": settings.database,
        "HUBFINDER_BENCH_ANSWER": str(answer),
    }
    bare_arguments = ["bench.bare:app", *arguments[1:]]
    ours, bare = [], []
    with load.server(arguments, environment) as here, load.server(bare_arguments, environment) as there:
        for _ in range(ROUNDS + 1):  # the first warms the workers
            ours.append(load.requests_per_second(here, addresses, SECONDS))
            bare.append(load.requests_per_second(there, addresses, SECONDS))
    ratio = statistics.median(one / other for one, other in zip(ours[1:], bare[1:], strict=True))
    print(
        f"  {name}, GET /api/places/<postcode>: {max(ours[1:]):.0f} requests/s, bare Flask "
        f"{max(bare[1:]):.0f}, median ratio {ratio:.2f} (aim: at least {PART_OF_BARE}); "
        f"{answer.stat().st_size} bytes",
        flush=True,
    )


if __name__ == "__main__":
    _work(sys.argv[1])
