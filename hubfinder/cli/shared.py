"""What several commands do."""

import click
from flask import current_app

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


def index_what_changed() -> int:
    """Bring the search index in step with what was committed; how many documents it took."""
    changed = indexing.catch_up(db.session, settings().index_dir, check=True)
    db.session.rollback()
    if changed:
        click.echo(f"Search index: {changed:,} documents written.")
    return changed
