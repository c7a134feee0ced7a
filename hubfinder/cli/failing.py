"""What the command line says when something under it fails: one sentence, no traceback, and exit code 1."""

import sys
from typing import Any

import click
from alembic.util import CommandError
from flask.cli import FlaskGroup
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from hubfinder.database.upgrade import DatabaseNotReady
from hubfinder.vault.keys import KeysRefused
from hubfinder.yaml_files import FileRefused

FAILURES = (
    ArgumentError,
    CommandError,
    DBAPIError,
    DatabaseNotReady,
    FileRefused,
    KeysRefused,
    ModuleNotFoundError,
    NoSuchModuleError,
    OSError,
    ValidationError,
)


class PlainGroup(FlaskGroup):
    """A group whose commands fail in plain words where the cause is outside hubfinder."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as Click declares it
        try:
            return super().main(*args, **kwargs)
        except BrokenPipeError:
            sys.exit(1)  # whoever read our output has gone
        except FAILURES as failure:
            click.echo(f"Error: {sentence_of(failure)}", err=True)
            sys.exit(1)


def sentence_of(failure: Exception) -> str:
    """What is the matter and what to do. Never the values of settings: one may be a secret."""
    match failure:
        case ValidationError():
            return "; ".join(_of_setting(error["loc"], error["msg"]) for error in failure.errors())
        case FileRefused():
            return "; ".join(failure.problems)
        case DBAPIError():
            return f"The database says: {_first_line(failure.orig)} Check HUBFINDER_DATABASE_URL."
        case CommandError():
            return f"The tables could not be upgraded: {_first_line(failure)}"
        case ArgumentError() | NoSuchModuleError() | ModuleNotFoundError():
            return f"HUBFINDER_DATABASE_URL cannot be used: {_first_line(failure)}"
        case _:
            return _first_line(failure)


def _of_setting(place: tuple[int | str, ...], message: str) -> str:
    name = f"HUBFINDER_{str(place[0]).upper()}: " if place else ""
    return name + message.removeprefix("Value error, ")


def _first_line(failure: object) -> str:
    lines = str(failure).strip().splitlines() or [type(failure).__name__]
    return lines[0].rstrip(".") + "."
