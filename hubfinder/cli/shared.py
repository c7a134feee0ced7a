"""What several commands do."""

import click
from flask import current_app

from hubfinder.extensions import db
from hubfinder.search import indexing
from hubfinder.settings import Settings


def settings() -> Settings:
    """The settings of the running instance."""
    found: Settings = current_app.extensions["settings"]
    return found


def index_what_changed() -> int:
    """Bring the search index in step with what was committed; how many documents it took."""
    changed = indexing.catch_up(db.session, settings().index_dir, check=True)
    db.session.rollback()
    if changed:
        click.echo(f"Search index: {changed:,} documents written.")
    return changed
