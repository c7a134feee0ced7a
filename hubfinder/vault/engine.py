"""The vault's own database: a file beside the directory's, or a schema of its own on PostgreSQL."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from hubfinder.database.engine import begin_sqlite, keep_private

VAULT = "vault"
"""Its name among the databases, and that of its schema."""
LONGEST_WAIT = 5_000
"""Milliseconds that somebody waits for others who write; then their page says so, with telephone numbers."""
PRAGMAS = (
    f"PRAGMA busy_timeout = {LONGEST_WAIT}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a request that was acknowledged is there after a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what was destroyed leaves nothing in the file
    "PRAGMA temp_store = MEMORY",
)


def engine_options(url: str, *, echo: bool = False) -> dict[str, Any]:
    """How SQLAlchemy opens the vault at ``url``."""
    options: dict[str, Any] = {"url": url, "echo": echo, "hide_parameters": True}
    if url.startswith("postgresql"):
        options["connect_args"] = {"options": f"-csearch_path={VAULT} -clock_timeout={LONGEST_WAIT}"}
    return options


def prepare_vault(engine: Engine) -> None:
    """Teach the engine of the vault what is expected of it. PostgreSQL needs nothing."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "do_connect", keep_private)
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", begin_sqlite)


def _open_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, so that DDL is transactional
    for pragma in PRAGMAS:
        connection.execute(pragma)
