"""What every connection needs before its first statement."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from hubfinder.database.geometry_functions import install_functions
from hubfinder.database.geometry_tables import GeometryTables

PRAGMAS = (
    "PRAGMA busy_timeout = 5000",  # without it, readers fail at once while the log is put away
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL loses the last commits in a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -32000",
    "PRAGMA mmap_size = 268435456",  # reads straight from the system's cache: a card takes half as long
    "PRAGMA temp_store = MEMORY",
)
WRITING, READING, WAIT = "hubfinder_writing", "hubfinder_reading", "hubfinder_wait"
USUAL_WAIT, LONG_WAIT = 5, 60
"""Seconds that whoever wants to write to SQLite waits for another writer: on pages, and in commands."""


def prepare_engine(engine: Engine) -> None:
    """Teach an engine of either kind what hubfinder expects of it. PostgreSQL needs nothing."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "do_connect", keep_private)
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", begin_sqlite)


def begin_reading(session: Session) -> None:
    """Answer this session's questions without a transaction around them: each sees the newest commit.

    Saves two round trips of every page. A session that reads so must not write. One that is in a
    transaction already stays in it.
    """
    if session.in_transaction():
        return
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={READING: True, "isolation_level": "AUTOCOMMIT"})
    else:
        session.connection(execution_options={READING: True})


def begin_writing(session: Session) -> None:
    """Take the write lock now, waiting up to the busy timeout.

    SQLite cannot turn a reading transaction into a writing one when another wrote meanwhile, however
    long it waits; so whoever is going to write says so first. On PostgreSQL this only opens the transaction.

    Raises:
        RuntimeError: the session began with ``begin_reading``: what it wrote could be half written.
    """
    if session.in_transaction() and session.connection().get_execution_options().get(READING):
        raise RuntimeError("this session only reads")
    session.connection(execution_options={WRITING: True})


@contextmanager
def waiting_long(engine: Engine) -> Iterator[None]:
    """Within this, whoever begins to write waits for an import that may take a minute."""
    engine.update_execution_options(**{WAIT: LONG_WAIT})
    try:
        yield
    finally:
        engine.update_execution_options(**{WAIT: USUAL_WAIT})


def shrink_log(engine: Engine) -> None:
    """Empty SQLite's log, which else stays as large as all that the largest import has written.

    Leaves it to the next time if somebody is still reading what was there before.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(**{READING: True}) as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {USUAL_WAIT * 1000}")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def keep_private(_dialect: object, _record: object, address: list[str], _options: object) -> None:
    """Make the file of a new database readable by us alone; SQLite gives its log the same rights.

    One that is there is left as it is. Where it cannot be made, SQLite says why.
    """
    file = address[0] if address else ""
    if file and not file.startswith((":", "file:")):
        with suppress(OSError):
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _open_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself (below), so that DDL is transactional
    for pragma in PRAGMAS:
        connection.execute(pragma)
    install_functions(connection)
    GeometryTables(connection).install()


def begin_sqlite(connection: Connection) -> None:
    """Begin as this connection's options say: to read without a transaction, to write, or neither yet."""
    options = connection.get_execution_options()
    if options.get(READING):
        return
    if options.get(WRITING):
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {options.get(WAIT, USUAL_WAIT) * 1000}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITING) else "BEGIN")
