"""The command that looks after collections."""

import sys

import click
from flask import current_app

from hubfinder.cli.problems import say_problem
from hubfinder.cli.shared import places, ready
from hubfinder.collections.gathering import gather, missing_names
from hubfinder.collections.values import Collection
from hubfinder.extensions import db
from hubfinder.places.values import Place, PlaceProblem
from hubfinder.yaml_files import ENGLISH


@click.command()
@click.option("--near", metavar="PLACE", help="A postcode or the name of a place: what they hold there.")
def collections(near: str | None) -> None:
    """List the collections, how much is in each section, and what is named in them but is not there."""
    ready()
    place = _place(near) if near else None
    for collection in current_app.extensions["collections"]:
        click.echo(f"{collection.key}: {collection.title[ENGLISH]}")
        _say_sections(collection, place)
        for kind, key in missing_names(db.session, collection):
            click.echo(f"  There is no {kind} {key} (or it is not running).")


def _say_sections(collection: Collection, place: Place | None) -> None:
    for filled in gather(current_app.extensions["finder"], db.session, collection, place):
        heading = filled.section.heading[ENGLISH]
        click.echo(f"  {heading}: {len(filled.local)} here, {len(filled.national)} all over England")


def _place(near: str) -> Place:
    try:
        return places().find(db.session, near)
    except PlaceProblem as problem:
        say_problem(problem, as_json=False)
        sys.exit(1)


COMMANDS = (collections,)
