"""How long families wait for a page while strangers send wrong passwords as fast as they can.

Two workers as ``hubfinder serve`` starts them, on a database without listings; every wrong password comes
from another address for another account, so that nothing but the places to hash keeps the flood in bounds.
"""

import http.client
import multiprocessing
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import urlencode

from bench.load import server
from hubfinder import create_app
from hubfinder.cli.serve import THREADS, gunicorn_arguments
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.tables import upgrade_vault

PAGE = "/safety"
ASKED, EVERY = 150, 0.02
"""Pages of a family, and the seconds between them."""
FLOODERS = 16


def main() -> None:
    """Print the median and the 99th of a hundred pages, without a flood and with one."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"HUBFINDER_DATA_DIR": folder, "HUBFINDER_PROXY_HOPS": "1"}
        app = create_app(Settings(data_dir=Path(folder)))
        with app.app_context():
            upgrade(db.engine)
            upgrade_vault(db.get_engine(VAULT))
            db.engine.dispose()
        with server(_arguments(), environment) as port:
            _pages(port)  # until both workers are warm
            _print("no flood", _pages(port))
            _print(f"{FLOODERS} who flood", *_while_flooded(port))


def _arguments() -> list[str]:
    """Without the address to listen on, which ``server`` chooses."""
    arguments = gunicorn_arguments("127.0.0.1:0", workers=2, threads=THREADS)
    return [one for one in arguments if not one.startswith("--bind")]


def _while_flooded(port: int) -> tuple[list[float], dict[int, int]]:
    with flooded(port) as said:
        took = _pages(port)
    return took, said


@contextmanager
def flooded(port: int) -> Iterator[dict[int, int]]:
    """Many who send wrong passwords meanwhile; afterwards, how often each status was answered."""
    fork = multiprocessing.get_context("fork")
    stop, answers = fork.Event(), fork.Queue()
    flooders = [fork.Process(target=_flood, args=(port, number, stop, answers)) for number in range(FLOODERS)]
    for one in flooders:
        one.start()
    time.sleep(1)
    said: dict[int, int] = {}
    try:
        yield said
    finally:
        stop.set()
        for _ in flooders:
            for status, times in answers.get().items():
                said[status] = said.get(status, 0) + times
        for one in flooders:
            one.join()


def _flood(port: int, number: int, stop: Event, answers: "multiprocessing.Queue[dict[int, int]]") -> None:
    found: re.Match[str] | None = None
    cookie = ""
    while found is None and not stop.is_set():
        page, _, cookie = _ask(port, "GET", "/account/login")
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    said: dict[int, int] = {}
    for turn in count():
        if stop.is_set() or found is None:
            break
        typed = {"csrf_token": found[1], "email": f"n{number}-{turn}@example.org", "password": "wrong " * 4}
        address = f"10.{number}.{turn // 250 % 250}.{turn % 250}"
        _, status, _ = _ask(port, "POST", "/account/login", urlencode(typed), cookie, address)
        said[status] = said.get(status, 0) + 1
    answers.put(said)


def _ask(
    port: int, method: str, path: str, body: str = "", cookie: str = "", address: str = "192.0.2.1"
) -> tuple[str, int, str]:
    """The page, its status and the cookie it set."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"X-Forwarded-For": address, "Cookie": cookie}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return text, answer.status, (answer.getheader("Set-Cookie") or "").split(";")[0]


def _pages(port: int) -> list[float]:
    """Milliseconds that each page took, asked for on a connection of its own."""
    took = []
    for _ in range(ASKED):
        begun = time.perf_counter()
        _ask(port, "GET", PAGE)
        took.append((time.perf_counter() - begun) * 1000)
        time.sleep(EVERY)
    return took


def _print(name: str, took: list[float], said: dict[int, int] | None = None) -> None:
    p99 = statistics.quantiles(took, n=100)[98]
    print(f"{name}: median {statistics.median(took):.0f} ms, p99 {p99:.0f} ms {said or ''}")
