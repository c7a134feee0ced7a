"""Which sheets were made is noted, once, whatever the database is doing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.settings import Settings
from hubfinder.sheets.actions import CLEARED, record
from hubfinder.sheets.fingerprints import digest_of
from hubfinder.sheets.models import SheetVersion
from hubfinder.sheets.orders import (
    ScopeKind,
    ScopeName,
    SheetOrder,
)
from hubfinder.sheets.values import Fitted, Sheet
from hubfinder.sheets.versions import codes_of, spaced, with_version
from hubfinder.sheets.waiting import waiting_row
from tests.support.sheets import ORDER, sheet

LIST = SheetOrder(ScopeName(ScopeKind.LIST, items=(("service", "made-up-1"),)))


@pytest.fixture(autouse=True)
def _nothing_waits(settings: Settings) -> Iterator[None]:
    yield
    for file in settings.sheets_dir.rglob("*"):
        if file.is_file():
            file.unlink()


def versioned(session: Session, settings: Settings, made: Sheet | None = None) -> Sheet:
    return with_version(session, Fitted(made or sheet(3), 1), settings)


def rows(session: Session) -> list[SheetVersion]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(sa.select(SheetVersion)))


def put(session: Session, *new: SheetVersion) -> None:
    session.rollback()
    begin_writing(session)
    session.add_all(new)
    session.commit()


def test_the_version_leads_to_the_page_and_says_so(session: Session, settings: Settings) -> None:
    version = versioned(session, settings).version
    assert version.href == f"{settings.site_address}/v/{version.code}"
    assert version.qr == version.href.upper()
    assert spaced(version.code) in version.words
    assert version.words.endswith("/v")


def test_the_sheet_of_a_list_leads_to_the_list_and_nothing_is_kept(
    session: Session, settings: Settings
) -> None:
    made = versioned(session, settings, sheet(2, order=LIST))
    assert made.version.href.endswith(f"{LIST.query()}&was={made.version.code}")
    assert made.version.qr == made.version.href
    assert made.version.code not in made.version.words
    record(session, made, settings)
    assert rows(session) == []
    assert not list(settings.sheets_dir.rglob("*.json"))


def test_another_sheet_of_the_same_code_gets_the_next_letters(session: Session, settings: Settings) -> None:
    made = versioned(session, settings)
    first, second, *_ = codes_of(digest_of(made))
    put(session, row_of(first, "another digest"))
    assert versioned(session, settings).version.code == second
    record(session, versioned(session, settings), settings)
    assert {row.code for row in rows(session)} == {first, second}
    assert versioned(session, settings).version.code == second


def row_of(code: str, digest: str, day: date = date(2026, 11, 1)) -> SheetVersion:
    return SheetVersion(
        code=code, digest=digest, order=ORDER.query(), made_on=day, last_made_on=day, content={}
    )


def test_a_sheet_is_noted_once_with_its_first_and_its_last_day(session: Session, settings: Settings) -> None:
    made = versioned(session, settings, replace(sheet(3), made_on=today()))
    for days in (0, 0, 5, 2):
        record(session, replace(made, made_on=today() + timedelta(days=days)), settings)
    (row,) = rows(session)
    assert (row.code, row.digest) == (made.version.code, digest_of(made))
    assert (row.made_on, row.last_made_on) == (today(), today() + timedelta(days=5))
    assert row.order == "for=school:990001&in=en"


def test_old_versions_are_deleted_once_a_day(session: Session, settings: Settings) -> None:
    old, new = (today() - timedelta(days=days) for days in (800, 700))
    put(session, row_of("00000000", "a", old), row_of("11111111", "b", new))
    record(session, versioned(session, settings, replace(sheet(3), made_on=today())), settings)
    assert len(rows(session)) == 2
    assert "00000000" not in {row.code for row in rows(session)}
    assert (settings.sheets_dir / CLEARED).exists()
    put(session, row_of("00000000", "a", old))
    record(session, versioned(session, settings, replace(sheet(4), made_on=today())), settings)
    assert len(rows(session)) == 4  # the old one goes tomorrow


@contextmanager
def long_import(settings: Settings) -> Iterator[None]:
    """Somebody else writes to SQLite, and goes on writing."""
    other = sqlite3.connect(settings.database.removeprefix("sqlite:///"), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


@pytest.mark.sqlite_only  # on PostgreSQL writers do not wait for each other
def test_while_the_database_is_held_a_version_waits_in_a_file(session: Session, settings: Settings) -> None:
    made = versioned(session, settings, replace(sheet(3), made_on=today()))
    other = versioned(session, settings, replace(sheet(4), made_on=today()))
    session.rollback()
    with long_import(settings):
        began = time.monotonic()
        record(session, made, settings)
        assert 0.5 < time.monotonic() - began < 3
    assert rows(session) == []
    kept = waiting_row(settings.sheets_dir, made.version.code)
    assert kept is not None
    assert kept["digest"] == digest_of(made)
    assert versioned(session, settings, made).version.code == made.version.code
    record(session, other, settings)
    assert {row.code for row in rows(session)} == {made.version.code, other.version.code}
    assert waiting_row(settings.sheets_dir, made.version.code) is None
    assert session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000


def test_a_database_that_fails_leaves_the_version_in_a_file(session: Session, settings: Settings) -> None:
    made = versioned(session, settings, replace(sheet(3), made_on=today()))
    session.rollback()
    begin_writing(session)
    session.execute(sa.text("ALTER TABLE sheet_version RENAME COLUMN content TO gone"))
    session.commit()
    try:
        record(session, made, settings)
        session.rollback()
    finally:
        begin_writing(session)
        session.execute(sa.text("ALTER TABLE sheet_version RENAME COLUMN gone TO content"))
        session.commit()
    assert waiting_row(settings.sheets_dir, made.version.code) is not None
    record(session, versioned(session, settings, replace(sheet(4), made_on=today())), settings)
    assert len(rows(session)) == 2


def test_a_damaged_file_that_waits_is_none(settings: Settings, session: Session) -> None:
    folder: Path = settings.sheets_dir / "waiting"
    folder.mkdir(parents=True, exist_ok=True)
    for number, words in enumerate(("{", "[]", '{"code": "00000001"}')):
        (folder / f"0000000{number}.json").write_text(words)
    record(session, versioned(session, settings), settings)
    assert len(rows(session)) == 1
