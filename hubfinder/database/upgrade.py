"""Bring a database to the newest tables, or back, in one transaction: old or new, never half."""

from alembic import command
from sqlalchemy import Engine

from hubfinder.database.engine import WRITING
from hubfinder.migrations import configuration


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to ``revision``. Does nothing when the database is there already."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS postgis")
        command.upgrade(configuration(connection), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Undo migrations down to ``revision``; ``base`` leaves no table of ours."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        command.downgrade(configuration(connection), revision)
