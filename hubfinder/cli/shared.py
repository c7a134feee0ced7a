"""What several commands do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from sqlalchemy.exc import OperationalError

from hubfinder.database import engine
from hubfinder.database.engine import shrink_log, waiting_long
from hubfinder.database.upgrade import require_current
from hubfinder.extensions import db
from hubfinder.search import indexing
from hubfinder.settings import Settings


def settings() -> Settings:
    """The settings of the running instance."""
    found: Settings = current_app.extensions["settings"]
    return found


def ready() -> None:
    """Make sure that the tables are there and are those of this version, before a command asks them.

    Raises:
        DatabaseNotReady: they are not.
    """
    require_current(db.engine)


@contextmanager
def writing() -> Iterator[None]:
    """While a command writes: wait for others who do, say so if they take too long, and tidy up."""
    try:
        with waiting_long(db.engine):
            yield
            db.session.rollback()  # reading on, we would keep the log from shrinking
            shrink_log(db.engine)
    except OperationalError as error:
        db.session.rollback()
        raise click.ClickException(_why_not_written(error)) from error


def _why_not_written(error: OperationalError) -> str:
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
        return (
            f"The database is busy: another command has been writing for {engine.LONG_WAIT} seconds "
            "and more. Nothing was changed. Try again when it is done."
        )
    return f"The database could not be written to: {cause}. Try again."


def index_what_changed() -> int:
    """Bring the search index in step with what was committed; how many documents it took."""
    changed = indexing.catch_up(db.session, settings().index_dir, check=True)
    db.session.rollback()
    if changed:
        click.echo(f"Search index: {changed:,} documents written.")
    return changed
