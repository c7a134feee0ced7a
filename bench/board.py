"""The board and the table at 10,000 listings of one council: time of a page and number of queries.

Whole requests of somebody signed in, in this process, by the clock and in processor time of this process
(without what a database server of its own takes). Reference in the same run: one statement that counts the
same listings by how well they are looked after, which is the least that either page has to find out.
"""

import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from bench import databases, world
from hubfinder import create_app
from hubfinder.clock import now, today
from hubfinder.database import begin_writing
from hubfinder.database.upgrade import upgrade
from hubfinder.directory.models import Organization, Service
from hubfinder.extensions import db
from hubfinder.listings.models import Listing
from hubfinder.listings.overview import calendar_of
from hubfinder.people.models import Council
from hubfinder.search import documents
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ListingState, Risk
from tests.support.people import HARBOURMOUTH, signed_in

LISTINGS = 10_000
ORGANIZATIONS, HUBS = 400, 40
ROUNDS = 40
WARM = 5
PAGES = {
    "board": "/staff/board",
    "board, one hub": "/staff/board?hub=place-3",
    "board, going through": "/staff/board?next=first",
    "table": "/staff/listings",
    "table, last page by name": f"/staff/listings?sort=name&page={LISTINGS // 50}",
    "table, filtered": "/staff/listings?state=published&freshness=stale&hub=place-3&topic=food",
    "table, words in the name": "/staff/listings?q=baby+sleep",
    "table, changed last": "/staff/listings?sort=changed&page=100",
}
AIM_MS, AIM_QUERIES = 150, 12


def main() -> None:
    for name in databases.available():
        with databases.fresh(name) as url, tempfile.TemporaryDirectory() as folder:
            app = create_app(Settings(data_dir=Path(folder), database_url=url))
            _prepare(app)
            _measure(name, app, signed_in(app))
            with app.app_context():
                db.engine.dispose()


def _prepare(app: Flask) -> None:
    with app.app_context():
        upgrade(db.engine)
        world.build(db.session, LISTINGS)
        begin_writing(db.session)
        db.session.add(Council(code=HARBOURMOUTH, name="Sea Square Council"))
        db.session.add_all(
            Organization(key=f"group-{number}", name=f"Group {number}") for number in range(ORGANIZATIONS)
        )
        db.session.flush()
        _listings(db.session)
        documents.rebuild_documents(db.session)
        db.session.commit()
        db.session.close()


def _listings(session: Session) -> None:
    """One for each service: a tenth paused or drafts, the rest due over half a year around today."""
    rows = session.execute(select(Service.id, Service.key, Service.name).order_by(Service.id))
    states = [ListingState.PUBLISHED] * 9 + [ListingState.PAUSED]
    risks = list(Risk)
    session.execute(
        insert(Listing),
        [
            {
                "key": key,
                "service_id": id_,
                "council_code": HARBOURMOUTH,
                "organization_key": f"group-{number % ORGANIZATIONS}",
                "name": name,
                "state": states[number % 10],
                "version": 1,
                "risk": risks[number % 3],
                "assured_date": today() - timedelta(number % 180),
                "due_on": today() + timedelta(150 - number % 180),
                "hub_key": f"place-{number % HUBS}" if number % 5 else "",
                "topic": world.NEEDS[number % len(world.NEEDS)],
                "is_link_dead": number % 50 == 0,
                "open_reports": number % 90 == 0,
                "changed_at": now() - timedelta(minutes=number * 37 % 5000),
            }
            for number, (id_, key, name) in enumerate(rows)
        ],
    )


def _measure(name: str, app: Flask, client: FlaskClient) -> None:
    for address in PAGES.values():
        for _ in range(WARM):
            _answer(client, address)
    gc.collect()
    gc.freeze()  # as wsgi.py does
    times: dict[str, list[float]] = {label: [] for label in PAGES}
    worked: dict[str, list[float]] = {label: [] for label in PAGES}
    references = []
    for _ in range(ROUNDS):
        for label, address in PAGES.items():
            before = time.process_time()
            times[label].append(_timed(partial(_answer, client, address)))
            worked[label].append(time.process_time() - before)
        references.append(_reference(app))
    reference = statistics.median(references)
    print(f"{name}: counting {LISTINGS:,} listings by freshness {reference * 1e3:.1f} ms (reference)")
    for label, took in times.items():
        took.sort()
        queries = _queries(app, client, PAGES[label])
        half, most = statistics.median(took), took[int(len(took) * 0.95)]
        print(
            f"  {label}: p50 {half * 1e3:.1f} ms, p95 {most * 1e3:.1f} ms (aim: {AIM_MS}), "
            f"processor {statistics.median(worked[label]) * 1e3:.1f} ms, {queries} queries "
            f"(aim: {AIM_QUERIES}), {half / reference:.1f} times the reference",
            flush=True,
        )


def _reference(app: Flask) -> float:
    """How long it takes to count all listings by how well they are looked after."""
    with app.app_context():
        due = calendar_of(db.session, [HARBOURMOUTH], app.extensions["settings"], today())
        each = select(due.freshness().label("one")).where(Listing.council_code == HARBOURMOUTH).subquery()
        counted = select(each.c.one, func.count()).group_by(each.c.one)
        took = _timed(lambda: db.session.execute(counted).all())
        db.session.close()
    return took


def _answer(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200 or not answer.data:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def _queries(app: Flask, client: FlaskClient, address: str) -> int:
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    _answer(client, address)
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
