"""What the models rely on: spatial questions, the write lock, enums."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder import create_app
from hubfinder.database import begin_reading, begin_writing, in_box, point_wkb
from hubfinder.directory.models import Location, Organization, Service
from hubfinder.extensions import db
from hubfinder.places.models import Footprint
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vocab import Delivery
from tests.support import factories as made

SQUARE = "SRID=4326;MULTIPOLYGON(((2 54,3 54,3 55,2 55,2 54)))"
HOLED = "SRID=4326;MULTIPOLYGON(((2 54,3 54,3 55,2 55,2 54),(2.4 54.4,2.6 54.4,2.6 54.6,2.4 54.6,2.4 54.4)))"


def covering(session: Session, lon: float, lat: float) -> list[str]:
    statement = (
        sa.select(Footprint.name)
        .where(
            in_box(Footprint.geom, (lon, lat, lon, lat)),
            sa.func.ST_Covers(Footprint.geom, point_wkb(lon, lat)),
        )
        .order_by(Footprint.name)
    )
    return list(session.scalars(statement))


def test_a_point_is_inside_outside_or_in_the_hole(session: Session) -> None:
    made.footprint(session, "Whole", geom=SQUARE)
    made.footprint(session, "Holed", geom=HOLED)
    made.footprint(session, "Unknown", geom=None)
    assert covering(session, 2.1, 54.1) == ["Holed", "Whole"]
    assert covering(session, 2.5, 54.5) == ["Whole"]
    assert covering(session, 3.5, 54.5) == []


def test_the_index_follows_changes_and_deletions(session: Session) -> None:
    harbour = made.footprint(session, "Harbour", geom=SQUARE)
    harbour.geom = "SRID=4326;MULTIPOLYGON(((12 54,13 54,13 55,12 55,12 54)))"  # type: ignore[assignment]
    session.flush()
    assert covering(session, 2.1, 54.1) == []
    assert covering(session, 12.1, 54.1) == ["Harbour"]
    session.delete(harbour)
    session.flush()
    assert covering(session, 12.1, 54.1) == []


def test_the_same_condition_with_other_numbers_is_not_answered_from_a_cache(session: Session) -> None:
    made.footprint(session, "Harbour", geom=SQUARE)
    answers = [covering(session, lon, 54.5) for lon in (2.5, 7.5, 2.6, 8.5)]
    assert answers == [["Harbour"], [], ["Harbour"], []]


@pytest.mark.sqlite_only  # PostgreSQL chooses its plan by itself
def test_a_spatial_question_goes_through_the_rtree(session: Session) -> None:
    statement = sa.select(Location.id).where(in_box(Location.point, (2, 54, 3, 55)))
    plan = session.execute(
        sa.text(
            "EXPLAIN QUERY PLAN "
            + str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        )
    ).all()
    assert any("VIRTUAL TABLE INDEX" in row[3] for row in plan)
    assert any("SEARCH location USING" in row[3] for row in plan)


def test_many_threads_may_ask_at_once(session: Session, app: Flask) -> None:
    made.footprint(session, "Holed", geom=HOLED)
    session.commit()

    def ask(number: int) -> list[str]:
        with app.app_context():
            return covering(db.session, 2.05 + (number % 30) / 100, 54.1)

    with ThreadPoolExecutor(8) as threads:
        assert set(map(tuple, threads.map(ask, range(200)))) == {("Holed",)}


def test_a_second_writer_waits_for_the_first(session: Session, app: Flask) -> None:
    begin_writing(session)
    session.add(Organization(key="first", name="First"))
    session.flush()
    started = threading.Event()

    def write() -> None:
        with app.app_context():
            started.set()
            begin_writing(db.session)
            db.session.add(Organization(key="second", name="Second"))
            db.session.commit()

    other = threading.Thread(target=write)
    other.start()
    started.wait()
    session.commit()
    other.join(10)
    assert set(session.scalars(sa.select(Organization.key))) == {"first", "second"}


def test_a_set_of_words_is_stored_in_a_stable_order(session: Session) -> None:
    service = made.service(session, delivery=frozenset({Delivery.TELEPHONE, Delivery.ONLINE}))
    raw = session.scalar(sa.text("SELECT delivery FROM service"))
    session.expire_all()
    assert raw == "online,telephone"
    assert session.get_one(Service, service.id).delivery == {Delivery.ONLINE, Delivery.TELEPHONE}


def test_a_word_that_is_not_in_the_list_is_refused(session: Session) -> None:
    with pytest.raises(sa.exc.StatementError, match="free lunch"):
        made.service(session, access="free lunch")


def test_a_session_that_only_reads_sees_the_newest_commit_and_cannot_begin_to_write(
    session: Session, app: Flask
) -> None:
    with app.app_context():
        reading = db.session
        begin_reading(reading)
        assert reading.scalar(sa.select(sa.func.count()).select_from(Organization)) == 0
        session.add(Organization(key="first", name="First"))
        session.commit()
        assert reading.scalar(sa.select(sa.func.count()).select_from(Organization)) == 1
        with pytest.raises(RuntimeError, match="only reads"):
            begin_writing(reading)
    begin_writing(session)
    session.rollback()


@pytest.mark.sqlite_only  # PostgreSQL keeps its own files
def test_what_is_kept_in_files_nobody_else_on_the_machine_reads(database_url: str, tmp_path: Path) -> None:
    assert database_url
    folder = tmp_path / "instance"
    app = create_app(Settings(data_dir=folder))
    with app.app_context():
        engines = (db.engine, db.get_engine(VAULT))
        for one in engines:
            with one.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE kept (id INTEGER)")
        modes = {file.name: file.stat().st_mode & 0o077 for file in folder.glob("*.sqlite3*")}
        for one in engines:
            one.dispose()
    assert {"directory.sqlite3", "requests.sqlite3", "requests.sqlite3-wal"} <= modes.keys()
    assert set(modes.values()) == {0}
