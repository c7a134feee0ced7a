"""``hubfinder import KIND FILE...``: one command for each kind of file, made from its description."""

import dataclasses
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import click

from hubfinder.cli.layer_words import lines_of_findings, lines_of_moves
from hubfinder.cli.progress import progress_bar
from hubfinder.cli.shared import index_what_changed, ready, writing
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.ingest.kind import Kind
from hubfinder.ingest.kinds import KINDS
from hubfinder.ingest.report import Report
from hubfinder.ingest.running import WORKING_OUT, How, import_files
from hubfinder.places.memberships import rebuild_memberships


def day(text: str) -> date:
    """An ISO date on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not a date such as 2026-03-31") from error


class Word(click.Choice[str]):
    """A member of an enum, by its value."""

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__([member.value for member in enum])
        self.enum = enum

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> StrEnum:
        return self.enum(super().convert(str(value), param, ctx))


@click.group(name="import")
def import_() -> None:
    """Load official files. Either everything in them is loaded, or nothing."""


@click.command()
def memberships() -> None:
    """Work out again which postcode is in which footprint. Imports do this by themselves."""
    with progress_bar() as progress, plain_errors():
        begin_writing(db.session)
        sets = rebuild_memberships(db.session, partial(progress, WORKING_OUT))
        db.session.commit()
    click.echo(f"Memberships worked out: {sets:,} different sets of footprints.")


def command_for(kind: Kind[Any]) -> click.Command:
    """The command that imports one kind of file, with the options the kind asks for."""
    parameters: list[click.Parameter] = [
        click.Argument(["files"], nargs=-1, required=True, type=click.Path(path_type=Path)),
        *options_of(kind),
        click.Option(
            ["--skip-bad-rows"], is_flag=True, help="Load the good rows even if others have to be refused."
        ),
    ]
    if kind.moves_memberships:
        words = "Do not work out yet which postcode is in which footprint: `hubfinder memberships` does."
        parameters.append(click.Option(["--no-memberships"], is_flag=True, help=words))

    def run(
        files: tuple[Path, ...], skip_bad_rows: bool, no_memberships: bool = False, **options: Any
    ) -> None:
        rebuild = kind.moves_memberships and not no_memberships
        with progress_bar() as progress, plain_errors(book=not no_memberships):
            how = How(skip_bad_rows=skip_bad_rows, progress=progress, memberships=rebuild)
            reports = import_files(db.session, kind, files, kind.options(**options), how)
        tell(reports)
        index_what_changed()

    return click.Command(kind.name, params=parameters, callback=run, help=kind.summary)


@contextmanager
def plain_errors(*, book: bool = True) -> Iterator[None]:
    """Say in a sentence what is wrong with the database itself; see ``writing``."""
    ready()
    with writing(book=book):
        yield


def options_of(kind: Kind[Any]) -> list[click.Option]:
    """Command-line options out of the fields of the kind's options class."""
    types = get_type_hints(kind.options)
    return [_option(field, types[field.name]) for field in dataclasses.fields(kind.options)]


def _option(field: "dataclasses.Field[Any]", annotation: object) -> click.Option:
    name = "--" + field.name.replace("_", "-")
    words = field.metadata["help"]
    if annotation is bool:
        return click.Option([name], is_flag=True, help=words)
    required = field.default is dataclasses.MISSING
    default = None if required else field.default
    if isinstance(default, StrEnum):
        default = default.value
    taken_as = _taken_as(annotation)
    return click.Option(
        [name], type=taken_as, required=required, default=default, help=words, show_default=bool(default)
    )


def _taken_as(annotation: object) -> Any:  # noqa: ANN401 - what click takes as a type
    [kind] = [part for part in get_args(annotation) or (annotation,) if part is not NoneType]
    if kind is date:
        return day
    if kind is Path:
        return click.Path(path_type=Path)
    return Word(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else kind


def tell(reports: list[Report]) -> None:
    """Print what happened to each file; exit with 1 if nothing was loaded."""
    for report in reports:
        for line in lines_of(report):
            click.echo(line)
    if not all(report.saved for report in reports):
        click.echo("Nothing was loaded.", err=True)
        sys.exit(1)


def lines_of(report: Report) -> list[str]:
    """A report in plain sentences."""
    if report.refusal:
        return [f"{report.file}: {report.refusal}", *_problems_of(report)]
    done = ", ".join(f"{number:,} {what}" for what, number in report.counts.items()) or "nothing"
    lines = [f"{report.file}: {report.rows:,} rows read" + (f"; {done}." if report.saved else ".")]
    lines += [f"  {line}" for line in found_in(report)]
    return lines + _problems_of(report)


def found_in(report: Report) -> list[str]:
    """What was found while importing, and which postcodes moved."""
    return [*report.notes, *lines_of_findings(report.findings), *lines_of_moves(report.moves)]


def _problems_of(report: Report) -> list[str]:
    """The first refused rows, and how many there are."""
    lines = [f"  {problem}" for problem in report.problems]
    if report.refused:
        shown = len(report.problems)
        more = f" (the first {shown} are shown)" if report.refused > shown else ""
        rows = "1 row was" if report.refused == 1 else f"{report.refused:,} rows were"
        lines.append(f"  {rows} refused{more}.")
    return lines


for _kind in KINDS.values():
    import_.add_command(command_for(_kind))

COMMANDS: tuple[click.Command, ...] = (import_, memberships)
