"""``hubfinder places``: the book that quick answers come from."""

import sys

import click

from hubfinder.cli.shared import ready, settings, write_book
from hubfinder.extensions import db
from hubfinder.places.book import read_state
from hubfinder.places.book_writing import is_sound
from hubfinder.places.revision import current_revision


@click.group()
def places() -> None:
    """Look after the book of places. Commands that change places write it by themselves."""


@places.command()
def rebuild() -> None:
    """Write the book of places, if it is behind the database or damaged."""
    ready()
    if not current_revision(db.session):
        click.echo("No places have been imported yet: there is nothing to write.")
    elif write_book():
        click.echo("Book of places: written.")
    else:
        click.echo("Book of places: in step.")


@places.command()
def status() -> None:
    """Say whether the book of places is in step with the database; exit with 1 if it is not."""
    ready()
    revision, folder = current_revision(db.session), settings().places_dir
    state = read_state(folder)
    if not revision or is_sound(folder, revision):
        click.echo("Book of places: in step.")
        return
    why = "there is none" if state is None else "it is behind the database"
    if state is not None and state.revision == revision:
        why = "it is damaged"
    click.echo(f"Book of places: {why}. The database answers, more slowly. Run `hubfinder places rebuild`.")
    sys.exit(1)


COMMANDS: tuple[click.Command, ...] = (places,)
