"""Databases for the benchmarks: SQLite always, PostgreSQL where ``make bench`` has started one."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

SERVER = "HUBFINDER_TEST_POSTGRES_URL"


def available() -> tuple[str, ...]:
    """The databases to measure on; says so when there is no PostgreSQL."""
    if os.environ.get(SERVER):
        return "sqlite", "postgresql"
    print(f"{SERVER} names no server: measuring on SQLite only. `make bench` measures on both.")
    return ("sqlite",)


@contextmanager
def fresh(name: str) -> Iterator[str]:
    """The address of an empty database, dropped afterwards."""
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        return
    server = sa.make_url(os.environ[SERVER])
    database = f"bench_{secrets.token_hex(4)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {database}")
    try:
        yield server.set(database=database).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {database} WITH (FORCE)")
