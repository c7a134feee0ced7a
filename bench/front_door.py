"""How long sending a request takes: quiet, with ten times as many who search, and with sign-ins in a flood.

Two workers as ``hubfinder serve`` starts them, over a directory of services. Whoever searches asks again as
soon as they are answered, refused or not, on so many connections; ``NORMAL`` of them are the load that
docs/benchmarks.md has for the results page. All of it runs on one machine. The quiet run is the reference.
"""

import http.client
import multiprocessing
import random
import selectors
import socket
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import select

from bench import databases, world
from bench.load import server
from bench.sign_in_flood import FLOODERS, flooded
from hubfinder import create_app
from hubfinder.cli.serve import THREADS, gunicorn_arguments
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.places.models import Postcode
from hubfinder.search import documents, engines
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import read_keys
from hubfinder.vault.tables import upgrade_vault
from tests.faults.tally import vault_at
from tests.faults.visitors import a_form

SERVICES = 1_000
SENT, EVERY = 200, 0.05
"""Requests that are sent, and the seconds between them."""
NORMAL, MORE = 8, 10
"""Connections on which people search, and how many times as many that is when there are too many."""
ASKED = ("baby sleep clinic", "debt advice", "autism youth club", "toddler play group", "holiday football")
Told = tuple[list[float], Counter[int]]


@dataclass
class Connection:
    """One who searches."""

    socket: socket.socket
    asked_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)


def main() -> None:
    """Print how long sending took, and what those who search saw meanwhile."""
    for name in databases.available():
        with databases.fresh(name) as url, tempfile.TemporaryDirectory() as folder:
            settings = Settings(data_dir=Path(folder), database_url=url)
            print(f"  {name}")
            _measure(settings, _prepare(settings))


def _prepare(settings: Settings) -> list[str]:
    """Build the world; the addresses to search at."""
    app = create_app(settings)
    with app.app_context():
        upgrade(db.engine)
        upgrade_vault(db.get_engine(VAULT))
        world.build(db.session, SERVICES)
        documents.begin_rebuild(db.session)
        db.session.commit()
        engines.keeper_of(settings).rebuild(db.session, settings.index_dir)
        codes = list(db.session.scalars(select(Postcode.code).order_by(Postcode.code)))
        db.session.close()
        db.engine.dispose()
        db.get_engine(VAULT).dispose()
    chance = random.Random(7)  # noqa: S311 - not for secrets
    return [
        "/results?" + urlencode({"place": chance.choice(codes), "q": chance.choice(ASKED)})
        for _ in range(200)
    ]


def _measure(settings: Settings, addresses: Sequence[str]) -> None:
    environment = {
        "HUBFINDER_DATA_DIR": str(settings.data_dir),
        "HUBFINDER_DATABASE_URL": settings.database,
        "HUBFINDER_PROXY_HOPS": "1",
    }
    arguments = gunicorn_arguments("127.0.0.1:0", 2, THREADS)
    with server([one for one in arguments if not one.startswith("--bind")], environment) as port:
        for name in ("warming up", "quiet"):
            _print(name, _send(settings, port))
        with searching(port, addresses, NORMAL) as seen:
            _print(f"{NORMAL} connections search", _send(settings, port))
        _print_seen(seen)
        with searching(port, addresses, NORMAL * MORE) as seen:
            _print(f"{NORMAL * MORE} connections search", _send(settings, port))
        _print_seen(seen)
        with flooded(port) as refused:
            _print(f"{FLOODERS} flood the sign-in page", _send(settings, port))
        print(f"      sign-ins: {dict(refused)}")
        with searching(port, addresses, NORMAL * MORE) as seen, flooded(port) as refused:
            _print("both", _send(settings, port))
        _print_seen(seen)
        print(f"      sign-ins: {dict(refused)}", flush=True)


def _send(settings: Settings, port: int) -> Told:
    """Send requests from forms that lack nothing; seconds that each took, and what was answered."""
    engine, ring = vault_at(settings.vault_database), read_keys(settings.vault_keys, is_own_folder=True)
    forms = [a_form(engine, ring, port, f"story {number}", is_whole=True) for number in range(SENT)]
    engine.dispose()
    took, said = [], Counter[int]()
    for form in forms:
        begun = time.perf_counter()
        said[form.browser.post("/ask/check", form.check).status] += 1
        took.append(time.perf_counter() - begun)
        time.sleep(EVERY)
    return took, said


@contextmanager
def searching(port: int, addresses: Sequence[str], connections: int) -> Iterator[dict[str, Told]]:
    """So many connections that search meanwhile, in a process of their own; what they saw, afterwards."""
    fork = multiprocessing.get_context("fork")
    stop, answers = fork.Event(), fork.Queue()
    child = fork.Process(target=_search, args=(port, addresses, connections, stop, answers))
    child.start()
    time.sleep(1)
    seen: dict[str, Told] = {}
    try:
        yield seen
    finally:
        stop.set()
        seen["all"] = answers.get()
        child.join()


def _search(
    port: int,
    addresses: Sequence[str],
    connections: int,
    stop: Event,
    answers: "multiprocessing.Queue[Told]",
) -> None:
    """Ask on each connection as soon as it was answered, from one thread, so that asking costs little."""
    waiting = selectors.DefaultSelector()
    turn, took, said = 0, list[float](), Counter[int]()
    for number in range(connections):
        _ask(_connected(waiting, port), addresses[number % len(addresses)])
    while not stop.is_set():
        for key, _ in waiting.select(0.1):
            one = key.data
            try:
                status = _read(one)
                if not status:
                    continue
            except ConnectionError:  # a worker ends after a hundred thousand requests, and another begins
                waiting.unregister(one.socket)
                one.socket.close()
                _ask(_connected(waiting, port), addresses[turn % len(addresses)])
                continue
            said[status] += 1
            if status == http.HTTPStatus.OK:
                took.append(time.perf_counter() - one.asked_at)
            turn += 1
            _ask(one, addresses[turn % len(addresses)])
    answers.put((took, said))


def _connected(waiting: selectors.DefaultSelector, port: int) -> Connection:
    one = Connection(socket.create_connection(("127.0.0.1", port)))
    waiting.register(one.socket, selectors.EVENT_READ, one)
    return one


def _ask(one: Connection, address: str) -> None:
    head = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"
    one.received.clear()
    one.asked_at = time.perf_counter()
    one.socket.sendall(head.encode("ascii"))


def _read(one: Connection) -> int:
    """The status of the answer once all of it is there; until then 0."""
    piece = one.socket.recv(65536)
    if not piece:
        raise ConnectionError("the server closed the connection")
    one.received += piece
    head, found, body = bytes(one.received).partition(b"\r\n\r\n")
    if not found:
        return 0
    start = head.lower().index(b"content-length:") + len(b"content-length:")
    if len(body) < int(head[start:].split(b"\r\n", 1)[0]):
        return 0
    return int(head.split(b" ", 2)[1])


def _print(name: str, told: Told) -> None:
    took, said = told
    p99 = statistics.quantiles(took, n=100)[98]
    p50 = statistics.median(took)
    print(f"    {name}: sending p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms {dict(said)}", flush=True)


def _print_seen(seen: dict[str, Told]) -> None:
    took, said = seen["all"]
    if len(took) > 1:
        p95 = statistics.quantiles(took, n=20)[18]
        print(
            f"      those who search: p50 {statistics.median(took) * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms, "
            f"{dict(said)}",
            flush=True,
        )
