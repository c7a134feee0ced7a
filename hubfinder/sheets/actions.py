"""Writing down which sheets were made, so that whoever holds one can ask if it is still right."""

import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.database.engine import USUAL_WAIT, WAIT, WRITING
from hubfinder.settings import Settings
from hubfinder.sheets.fingerprints import content_of, digest_of
from hubfinder.sheets.models import SheetVersion
from hubfinder.sheets.orders import ScopeKind
from hubfinder.sheets.values import Sheet
from hubfinder.sheets.waiting import no_longer_waiting, put_waiting, waiting

PATIENCE = 1
"""Seconds to wait for a long import before a version is left in a file."""
DAYS_A_MONTH = 30.44
CLEARED = "cleared"
"""A file whose time says when old versions were last deleted."""
A_DAY = 24 * 3600
_TABLE: Table = SheetVersion.__table__  # type: ignore[assignment]  # it is one
log = logging.getLogger(__name__)
Row = Mapping[str, Any]


def record(session: Session, sheet: Sheet, settings: Settings) -> None:
    """Note that a sheet was made for paper; the same one twice is noted once.

    In a short transaction of its own, whatever the session is doing. While the database cannot be written,
    a file keeps it. Of the sheet of a list nothing is kept.
    """
    if sheet.order.scope.kind is ScopeKind.LIST or not sheet.version.code:
        return
    if _is_known(session, sheet):
        return
    row = _row_of(sheet)
    try:
        _write(_engine(session), (row,), settings)
    except DBAPIError as error:
        log.info("A sheet's version waits for the database: %s", type(error.orig).__name__)
        put_waiting(settings.sheets_dir, row)


def record_later(sheet: Sheet, settings: Settings) -> None:
    """Note it in a file; of many sheets, ``record_waiting`` then writes all into the database at once."""
    if sheet.order.scope.kind is not ScopeKind.LIST and sheet.version.code:
        put_waiting(settings.sheets_dir, _row_of(sheet))


def record_waiting(session: Session, settings: Settings) -> None:
    """Write down what waits in files. While the database cannot be written, it goes on waiting."""
    try:
        _write(_engine(session), (), settings)
    except DBAPIError as error:
        log.info("Versions of sheets wait for the database: %s", type(error.orig).__name__)


def _is_known(session: Session, sheet: Sheet) -> bool:
    """Whether today it was noted already."""
    last = session.scalar(
        select(SheetVersion.last_made_on).where(
            SheetVersion.code == sheet.version.code, SheetVersion.last_made_on >= sheet.made_on
        )
    )
    return last is not None


def _row_of(sheet: Sheet) -> dict[str, Any]:
    """What is kept, as it is written to a file."""
    return {
        "code": sheet.version.code,
        "digest": digest_of(sheet),
        "order": sheet.order.query(),
        "made_on": sheet.made_on.isoformat(),
        "content": content_of(sheet),
    }


def _engine(session: Session) -> Engine:
    bind = session.get_bind()
    return bind.engine if isinstance(bind, Connection) else bind


def _write(engine: Engine, rows: Sequence[Row], settings: Settings) -> None:
    """Put versions and all that waited into the table, and once a day delete what is too old."""
    folder = settings.sheets_dir
    waited = list(waiting(folder))
    with engine.connect().execution_options(**{WRITING: True, WAIT: PATIENCE}) as connection:
        try:
            with connection.begin():
                for one in (*waited, *rows):
                    _put(connection, one)
                _clear_old(connection, settings)
        finally:
            _wait_as_usual(connection)
    for one in waited:
        no_longer_waiting(folder, one["code"])


def _wait_as_usual(connection: Connection) -> None:
    """The next who gets this connection of the pool shall wait as long as everybody."""
    if connection.dialect.name == "sqlite" and not connection.invalidated:
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {USUAL_WAIT * 1000}")
        cursor.close()


def _put(connection: Connection, row: Row) -> None:
    """Add a version or note that it was made again; another sheet's row under that code is left alone."""
    day = date.fromisoformat(row["made_on"])
    if _made_again(connection, row, day):
        return
    new = {
        "code": row["code"],
        "digest": row["digest"],
        "sheet_order": row["order"],
        "made_on": day,
        "last_made_on": day,
        "content": row["content"],
    }
    with suppress(IntegrityError), connection.begin_nested():  # another process was first
        connection.execute(insert(_TABLE).values(new))
        return
    _made_again(connection, row, day)


def _made_again(connection: Connection, row: Row, day: date) -> bool:
    """Whether there is a row of that code; if it is of this sheet, it knows of the newest day."""
    there = connection.execute(
        select(_TABLE.c.digest, _TABLE.c.last_made_on).where(_TABLE.c.code == row["code"])
    ).one_or_none()
    if there is not None and there.digest == row["digest"] and there.last_made_on < day:
        connection.execute(update(_TABLE).where(_TABLE.c.code == row["code"]).values(last_made_on=day))
    return there is not None


def _clear_old(connection: Connection, settings: Settings) -> None:
    """Delete what was last made too long ago; whichever process comes first on a day does it."""
    if not _is_due(settings.sheets_dir / CLEARED):
        return
    oldest = today() - timedelta(days=round(settings.sheet_versions_kept_months * DAYS_A_MONTH))
    connection.execute(delete(_TABLE).where(_TABLE.c.last_made_on < oldest))


def _is_due(mark: Path) -> bool:
    with suppress(OSError):
        if mark.exists() and time.time() - mark.stat().st_mtime < A_DAY:
            return False
        mark.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        mark.touch()
        return True
    return False
