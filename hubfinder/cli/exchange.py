"""``hubfinder exchange``: listings out to a spreadsheet and in again, and outside lists."""

import os
from pathlib import Path

import click

from hubfinder.cli.progress import progress_bar
from hubfinder.cli.shared import index_what_changed, ready, settings, writing
from hubfinder.database import begin_writing
from hubfinder.exchange import jobs, working
from hubfinder.exchange.batches import Incoming, command_actor, rows_of
from hubfinder.exchange.jobs import AlreadyAtWork, TooLarge, keep_file
from hubfinder.exchange.models import Batch
from hubfinder.exchange.sheets_out import WRITERS
from hubfinder.exchange.taking_out import Wanted, record_taking_out, rows_out
from hubfinder.extensions import db
from hubfinder.staff_vocab import BatchState, RowOutcome

SHOWN = 20
FILE = click.Path(path_type=Path, dir_okay=False)
council_option = click.option(
    "--council", default="", metavar="CODE", help="Without it, that of the settings."
)


@click.group()
def exchange() -> None:
    """Many listings at once: out to a spreadsheet, in again, and outside lists."""


@exchange.command()
@click.argument("file", type=FILE)
@council_option
@click.option("--reason", required=True, help="Stands in the record of what was done.")
def out(file: Path, council: str, reason: str) -> None:
    """Write the listings of a council to FILE (.csv or .xlsx)."""
    form = file.suffix.lower().removeprefix(".")
    if form not in WRITERS:
        raise click.BadParameter("the file must end in .csv or .xlsx", param_hint="FILE")
    ready()
    wanted = Wanted(command_actor(council or settings().council_code))
    number = WRITERS[form][0](rows_out(db.session, wanted), file)
    db.session.rollback()
    with writing(book=False):
        begin_writing(db.session)
        record_taking_out(db.session, wanted, number, form, reason)
        db.session.commit()
    click.echo(f"{number:,} listings written to {file}.")


@exchange.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@council_option
def preview(file: Path, council: str) -> None:
    """Read a spreadsheet, and say what each row would do. Nothing is changed."""
    number = _receive(file, council or settings().council_code)
    _work(number)
    _tell(number)


@exchange.command()
@click.argument("number", type=int)
def apply(number: int) -> None:
    """Do what the rows of a file that was looked at would do."""
    _decide(number, BatchState.APPLYING)
    _work(number)
    _tell(number)


@exchange.command()
@click.argument("number", type=int)
def undo(number: int) -> None:
    """Make every listing of an applied file say again what it said before."""
    _decide(number, BatchState.UNDOING)
    _work(number)
    _tell(number)


@exchange.command()
@click.argument("key")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@council_option
def register(key: str, file: Path, council: str) -> None:
    """Read a new state of an outside list, and say what is different. Nothing is changed."""
    number = _receive(file, council or settings().council_code, key)
    _work(number)
    _tell(number)


@exchange.command(hidden=True)
@click.argument("number", type=int)
def work(number: int) -> None:
    """Go on with the work of one file."""
    _work(number)


@exchange.command(hidden=True)
@click.argument("place", type=int, required=False)
def work_off(place: int | None) -> None:
    """Work off the line of files that wait: what pages start in the background.

    PLACE is the open file that holds the right to, where it was handed on.
    """
    place = jobs.take_place(settings()) if place is None else place
    while place is not None:
        try:
            while waiting := jobs.line(settings()):
                _take_turn(waiting[0])
        finally:
            os.close(place)
        # who came after the last look, and before the place was given back, began no process
        place = jobs.take_place(settings())


def _take_turn(number: int) -> None:
    try:
        _work(number)
    except click.ClickException as error:
        jobs.leave_line(settings(), number)
        click.echo(error.format_message())


def _receive(file: Path, council: str, register: str = "") -> int:
    ready()
    try:
        with file.open("rb") as stream:
            path, digest = keep_file(settings(), stream)
    except TooLarge:
        raise click.ClickException("The file is larger than 10 MB. Split it into several files.") from None
    with writing(book=False):
        incoming = Incoming(council, file.name, digest, register)
        return working.receive(db.session, settings(), command_actor(council), incoming, path)


def _decide(number: int, after: BatchState) -> None:
    ready()
    with writing(book=False):
        begin_writing(db.session)
        batch = db.session.get(Batch, number)
        if batch is None:
            raise click.ClickException(f"There is no file with the number {number}.")
        if not working.decide(db.session, command_actor(batch.council_code), batch, after):
            raise click.ClickException(
                f"File {number} is in a state in which that cannot be done: {batch.state}."
            )
        db.session.commit()


def _work(number: int) -> None:
    ready()
    try:
        with progress_bar() as progress, writing(book=False):
            working.work(db.session, settings(), number, lambda done, whole: progress("rows", done, whole))
    except AlreadyAtWork:
        raise click.ClickException("Another process does that already.") from None
    index_what_changed()


def _tell(number: int) -> None:
    batch = db.session.get_one(Batch, number, populate_existing=True)
    if batch.why:
        raise click.ClickException(f"{batch.file_name}: {batch.why}")
    counts = ", ".join(f"{many:,} {name}" for name, many in batch.counts.items()) or "no rows"
    click.echo(f"File {number} ({batch.file_name}): {batch.state.value}; {counts}.")
    for note in batch.notes:
        click.echo(f"  {note}")
    for row in rows_of(db.session, number, RowOutcome.REFUSED)[:SHOWN]:
        for column, why in row.why:
            click.echo(f"  row {row.number}{f', {column}' if column else ''}: {why}")


COMMANDS: tuple[click.Command, ...] = (exchange,)
