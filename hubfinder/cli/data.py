"""Commands that set up the database."""

import click

from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db


@click.command()
def init() -> None:
    """Create or upgrade the database and load the seed data."""
    upgrade(db.engine)
    click.echo("The database is up to date.")


COMMANDS: tuple[click.Command, ...] = (init,)
