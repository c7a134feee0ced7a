"""Bring a database to the newest tables, or back, in one transaction: old or new, never half."""

from pathlib import Path

from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from hubfinder.database.engine import WRITING
from hubfinder.migrations import DIRECTORY, VAULT, configuration

PREPARED = {
    DIRECTORY: "CREATE EXTENSION IF NOT EXISTS postgis",
    VAULT: "CREATE SCHEMA IF NOT EXISTS vault",
}
"""What PostgreSQL needs before the first table."""


class DatabaseNotReady(Exception):
    """The tables are not those this version of hubfinder works with; the message says what to do."""


def require_current(engine: Engine, tables: Path = DIRECTORY) -> None:
    """Make sure that the tables are those of this version.

    Raises:
        DatabaseNotReady: there are none, or they are of another version.
    """
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(configuration(connection, tables))
        there = MigrationContext.configure(connection).get_current_revision()
    if there == scripts.get_current_head():
        return
    if there is None:
        raise DatabaseNotReady("There are no tables yet. Run `hubfinder init` first.")
    known = {script.revision for script in scripts.walk_revisions()}
    if there in known:
        raise DatabaseNotReady(
            "The tables are of an older version. Run `hubfinder init` to bring them up to date."
        )
    raise DatabaseNotReady(f"The tables are of a newer version of hubfinder ({there}) than this one.")


def upgrade(engine: Engine, revision: str = "head", tables: Path = DIRECTORY) -> None:
    """Run the migrations up to ``revision``. Does nothing when the database is there already."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(PREPARED[tables])
        command.upgrade(configuration(connection, tables), revision)


def downgrade(engine: Engine, revision: str = "base", tables: Path = DIRECTORY) -> None:
    """Undo migrations down to ``revision``; ``base`` leaves no table of ours."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        command.downgrade(configuration(connection, tables), revision)
