"""The ``hubfinder`` command, built on Flask's: one module for each group of commands."""

import click
from flask import Flask

from hubfinder.cli import (
    backup,
    collections,
    compare,
    councils,
    data,
    derive,
    exchange,
    find,
    front_doors,
    imports,
    layers,
    misses,
    neighbourhoods,
    outage,
    people,
    places,
    post,
    retention,
    serve,
    sheets,
    trail,
    unread,
    vault,
    where,
    work,
)
from hubfinder.cli.failing import PlainGroup

GROUPS = (
    data,
    imports,
    layers,
    derive,
    find,
    misses,
    where,
    compare,
    collections,
    neighbourhoods,
    places,
    people,
    councils,
    front_doors,
    unread,
    trail,
    vault,
    backup,
    exchange,
    post,
    retention,
    work,
    serve,
    outage,
    sheets,
)


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    for group in GROUPS:
        for command in group.COMMANDS:
            app.cli.add_command(command)


def _app() -> Flask:
    from hubfinder import create_app  # the package imports this module first

    return create_app()


@click.group(cls=PlainGroup, create_app=_app, add_default_commands=False, add_version_option=False)
def main() -> None:
    """Run and fill a hubfinder: set up the database, import official files, search, serve."""
