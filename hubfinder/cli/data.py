"""Commands that set up the database."""

import sys

import click
from flask import current_app

from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.ingest.seeds import SeedsRefused, load_seeds
from hubfinder.search import indexing
from hubfinder.settings import Settings


@click.command()
def init() -> None:
    """Create or upgrade the database and load the seed data."""
    set_up()
    index_what_changed()


def set_up() -> None:
    """The newest tables, and in them what comes with hubfinder."""
    upgrade(db.engine)
    try:
        seeds = load_seeds(db.session, _settings().seeds_dir)
    except SeedsRefused as error:
        click.echo(f"The seed data was not loaded: {error}", err=True)
        sys.exit(1)
    there = ", ".join(f"{number} {what}" for what, number in seeds.counts.items())
    click.echo(f"Seed data {'loaded' if seeds.changed else 'in step'}: {there}.")


def index_what_changed() -> None:
    """Bring the search index in step with the database."""
    changed = indexing.catch_up(db.session, _settings().index_dir)
    click.echo(f"Search index: {changed:,} documents written." if changed else "Search index: in step.")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


COMMANDS: tuple[click.Command, ...] = (init,)
