"""The results page at 10,000 services: against its own template, and under eight connections.

Reference in the same run: the same template rendered from data that was asked for and found beforehand, in
turn with whole requests. Then Gunicorn with two workers, and eight clients that ask different things.
"""

import gc
import random
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Flask, render_template, request
from sqlalchemy import select
from werkzeug.test import create_environ, run_wsgi_app

from bench import databases, load, world
from hubfinder import create_app
from hubfinder.cli.serve import gunicorn_arguments
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.places.models import Postcode
from hubfinder.search import documents, engines
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.tables import upgrade_vault
from hubfinder.web.public import results as page
from hubfinder.web.public.family import whereabouts
from hubfinder.web.public.question import read_question

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SERVICES = 10_000
ROUNDS = 200
CONNECTIONS, REQUESTS_EACH = 8, 150
THREADS = (1, 32)
"""Threads of each worker: both are measured, for the default of ``hubfinder serve`` rests on it."""
ASKED = ("baby sleep clinic", "debt advice", "autism youth club", "toddler play group", "holiday football")


def main() -> None:
    for name in databases.available():
        with databases.fresh(name) as url, tempfile.TemporaryDirectory() as folder:
            settings = Settings(data_dir=Path(folder), database_url=url)
            addresses = _prepare(settings)
            _against_template(name, create_app(settings), addresses)
            for threads in THREADS:
                _under_load(name, settings, addresses, threads)


def _prepare(settings: Settings) -> list[str]:
    """Build the world; the addresses to ask for: a postcode, words and one filter each."""
    app = create_app(settings)
    with app.app_context():
        upgrade(db.engine)
        upgrade_vault(db.get_engine(VAULT))
        started = time.perf_counter()
        world.build(db.session, SERVICES)
        documents.begin_rebuild(db.session)
        db.session.commit()
        engines.keeper_of(settings).rebuild(db.session, settings.index_dir)
        print(f"  built {SERVICES} services in {time.perf_counter() - started:.0f} s", flush=True)
        codes = list(db.session.scalars(select(Postcode.code).order_by(Postcode.code)))
        db.session.close()
        db.engine.dispose()
    chance = random.Random(7)  # noqa: S311 - not for secrets
    return [
        "/results?"
        + urlencode(
            {"place": chance.choice(codes), "q": chance.choice(ASKED), "need": chance.choice(world.NEEDS)}
        )
        for _ in range(ROUNDS)
    ]


def _against_template(name: str, app: Flask, addresses: list[str]) -> None:
    """Median time of whole requests against the same template from canned data, taken in turn."""
    client = app.test_client()
    requests, renders = [], []
    for address in addresses[:20]:
        client.get(address)
    gc.collect()
    gc.freeze()  # as wsgi.py does
    for address in addresses:
        environ = create_environ(address)
        requests.append(_timed(partial(_answer, app, environ)))
        with app.test_request_context(address):
            app.preprocess_request()
            canned = _canned(app)
            renders.append(_timed(partial(render_template, "public/results.html", **canned)))
    whole, template = statistics.median(requests), statistics.median(renders)
    print(
        f"results page, {name}: whole request {whole * 1e3:.2f} ms, template from canned data "
        f"{template * 1e3:.2f} ms, ratio {whole / template:.2f} (aim: at most 2)",
        flush=True,
    )


def _canned(app: Flask) -> dict[str, object]:
    """All that the template of this request is given, asked for and found beforehand."""
    question = read_question(request.args)
    place, advice = whereabouts(question)
    found = app.extensions["finder"].find(db.session, question.wanted(place))
    return page.view(question, place, advice, found)


def _answer(app: Flask, environ: "WSGIEnvironment") -> None:
    body, status, _ = run_wsgi_app(app, environ)
    if not b"".join(body) or not status.startswith("200"):
        raise RuntimeError(f"answered {status}")


def _under_load(name: str, settings: Settings, addresses: list[str], threads_each: int) -> None:
    """Latency at eight connections over two workers with so many threads each."""
    times: list[float] = []
    took = 0.0
    environment = {
        "HUBFINDER_DATA_DIR": str(settings.data_dir),
        "HUBFINDER_DATABASE_URL": settings.database,
    }
    arguments = gunicorn_arguments("127.0.0.1:0", 2, threads_each)
    with load.server(arguments, environment) as port:
        for _ in range(2):  # the first round warms both workers
            times.clear()
            threads = [
                threading.Thread(target=_ask, args=(port, addresses, number, times))
                for number in range(CONNECTIONS)
            ]
            started = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            took = time.perf_counter() - started
    times.sort()
    print(
        f"results page, {name}: {CONNECTIONS} connections, 2 workers of {threads_each}: "
        f"p50 {_at(times, 0.5):.1f} ms, "
        f"p95 {_at(times, 0.95):.1f} ms (aim: under 50), {len(times) / took:.0f} requests/s",
        flush=True,
    )


def _ask(port: int, addresses: list[str], number: int, times: list[float]) -> None:
    """One client on a connection that stays open. Bare sockets, so that asking costs the machine little."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for turn in range(REQUESTS_EACH):
            address = addresses[(number * 37 + turn) % len(addresses)]
            head = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"
            started = time.perf_counter()
            connection.sendall(head.encode("ascii"))
            load.read_answer(connection)
            times.append(time.perf_counter() - started)


def _at(times: list[float], part: float) -> float:
    """A percentile of sorted seconds, in milliseconds."""
    return times[int(len(times) * part)] * 1e3


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
