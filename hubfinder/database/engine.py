"""What every connection needs before its first statement."""

import sqlite3

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from hubfinder.database.geometry_functions import install_functions
from hubfinder.database.geometry_tables import GeometryTables

PRAGMAS = (
    "PRAGMA busy_timeout = 5000",  # without it, concurrent writers fail at once
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL loses the last commits in a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -32000",
    "PRAGMA temp_store = MEMORY",
)
WRITING, READING = "hubfinder_writing", "hubfinder_reading"


def prepare_engine(engine: Engine) -> None:
    """Teach an engine of either kind what hubfinder expects of it. PostgreSQL needs nothing."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


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


def _open_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself (below), so that DDL is transactional
    for pragma in PRAGMAS:
        connection.execute(pragma)
    install_functions(connection)
    GeometryTables(connection).install()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(READING):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITING) else "BEGIN")
