"""Finding duplicates among 10,000 listings, of one that is being written and of all, on each database."""

import statistics
import time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench.databases import available, fresh
from bench.suggestions import names
from bench.world import build
from hubfinder import create_app
from hubfinder.database.upgrade import upgrade
from hubfinder.directory.models import Phone, Service
from hubfinder.exchange.duplicates import Known, duplicates_of
from hubfinder.extensions import db
from hubfinder.listings.models import Content
from hubfinder.settings import Settings

LISTINGS, TWICE, ASKED = 10_000, 100, 20
AIM_ONE, AIM_ALL = 50.0, 5.0
"""Milliseconds, and seconds."""


def main() -> None:
    for database in available():
        with fresh(database) as address:
            _measure(database, address)


def _measure(database: str, address: str) -> None:
    app = create_app(Settings(database_url=address))
    with app.app_context():
        upgrade(db.engine)
        build(db.session, LISTINGS)
        asked = _name_them(db.session)
        duplicates_of(db.session, asked[0])
        took = sorted(_milliseconds(content) for content in asked)
        began = time.perf_counter()
        known = Known.of(db.session)
        read = time.perf_counter() - began
        pairs = len(known.pairs())
        whole = time.perf_counter() - began
        began = time.perf_counter()
        shared = known.shared
        for content in asked:
            known.alike_to(content, shared=shared)
        each = (time.perf_counter() - began) / len(asked) * 1000
        db.session.close()
        db.engine.dispose()
    print(
        f"{database}: one listing {statistics.median(took):.0f} ms, slowest of {ASKED} {took[-1]:.0f} ms "
        f"(aim {AIM_ONE:.0f}); all {whole:.1f} s (aim {AIM_ALL:.0f}), of which reading {read:.1f} s: {pairs} "
        f"pairs; each of many in memory {each:.1f} ms"
    )


def _name_them(session: Session) -> list[Content]:
    """Names and telephones of their own; ``TWICE`` of them are the one before once more. What to ask for."""
    before, asked = "", []
    rows = zip(session.scalars(select(Service.id).order_by(Service.id)).all(), names(), strict=False)
    for number, (service_id, name) in enumerate(rows):
        called = before if number % (LISTINGS // TWICE) == 1 else name.name
        telephone = f"01632 960{number // 2 % 1000:03}"
        session.execute(update(Service).where(Service.id == service_id).values(name=called))
        session.execute(update(Phone).where(Phone.service_id == service_id).values(number=telephone))
        if number % (LISTINGS // ASKED) == 1:
            asked.append({"key": "", "name": called, "telephone": telephone, "locations": ["place-7"]})
        before = called
    session.commit()
    return asked


def _milliseconds(content: Content) -> float:
    began = time.perf_counter()
    duplicates_of(db.session, content)
    return (time.perf_counter() - began) * 1000
