"""Databases for tests: each module that asks gets its own empty one, once on SQLite and once on PostGIS.

A test that takes ``database_url`` (or a fixture built on it) runs on both. The marks ``sqlite_only``
and ``postgresql_only`` are for what exists on one of them only; say why beside the mark.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

SERVER = "HUBFINDER_TEST_POSTGRES_URL"
DATABASES = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite_only: about something that only SQLite has")
    config.addinivalue_line("markers", "postgresql_only: about something that only PostgreSQL has")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever needs a database on each of the two, unless it is marked for one."""
    if "database_url" not in metafunc.fixturenames:
        return
    chosen = [name for name in DATABASES if metafunc.definition.get_closest_marker(f"{name}_only")]
    metafunc.parametrize("database_url", chosen or DATABASES, indirect=True, scope="module")


@pytest.fixture(scope="module")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The SQLAlchemy address of an empty database that this module has to itself."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'directory.sqlite3'}"
        return
    with postgresql_database() as url:
        yield url


@contextmanager
def postgresql_database() -> Iterator[str]:
    """A new database on the test server, with PostGIS in it, dropped afterwards."""
    server = sa.make_url(_server_address())
    name = f"hubfinder_{secrets.token_hex(6)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _server_address() -> str:
    address = os.environ.get(SERVER)
    if not address:
        pytest.fail(
            f"This test needs PostgreSQL with PostGIS, and {SERVER} names none. Run `make test`, "
            "or start one with `scripts/postgres.sh` and set the address it prints.",
            pytrace=False,
        )
    return address
