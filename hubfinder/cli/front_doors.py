"""``hubfinder front-doors``: how the front doors of councils are reached, and chasing what is late."""

from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.cli.shared import ready, settings, writing
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.values import A_COMMAND
from hubfinder.referrals.chasing import Chased, chase, chasing_of
from hubfinder.referrals.front_door_files import FileUnreadable, import_front_doors
from hubfinder.referrals.front_door_models import FrontDoor
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT


@click.group("front-doors")
def front_doors() -> None:
    """The front doors of this council and others, and what is late there."""


@front_doors.command("list")
def list_front_doors() -> None:
    """Code, council, telephone number and web address of each."""
    ready()
    for row in db.session.scalars(select(FrontDoor).order_by(FrontDoor.council_name, FrontDoor.council_code)):
        parts = (row.council_code, row.council_name, row.telephone, row.website)
        click.echo("  ".join(part for part in parts if part))


@front_doors.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Read how other councils' front doors are reached from FILE (CSV).

    Columns: council_code, council_name, telephone; and as you have them name, out_of_hours_telephone, email,
    website, opens, closes (9:00), days (1 is Monday), procedure.
    """
    ready()
    db.session.rollback()
    with writing(book=False):
        begin_writing(db.session)
        try:
            done = import_front_doors(db.session, A_COMMAND, file)
        except FileUnreadable as error:
            raise click.ClickException(f"{file.name} was not read: {error}.") from error
        db.session.commit()
    for line, field, why in done.refused:
        click.echo(f"line {line}, {field}: {why.label}")
    click.echo(f"Front doors: {done.changed} changed, {done.same} as they were, {len(done.refused)} refused.")
    if done.refused:
        raise click.exceptions.Exit(1)


@front_doors.command("chase")
@click.option("--anyway", is_flag=True, help="You have looked: the clock is right, however much is late.")
def chase_now(anyway: bool) -> None:
    """Tell of what is late now. `hubfinder work` does it by itself, every few minutes.

    It halts, with exit code 1, where very much is late at once: then the clock may be wrong.
    """
    ready()
    done = chase_here(db.session, settings(), anyway=anyway)
    click.echo(str(done) or "Nothing is late that was not told.")
    if done.held:
        raise click.exceptions.Exit(1)


def chase_here(directory: Session, here: Settings, *, anyway: bool = False) -> Chased:
    """A round of chasing in this installation."""
    with Session(db.get_engine(VAULT)) as vault:
        try:
            return chase(chasing_of(vault, directory, here), lambda _council: anyway)
        finally:
            directory.rollback()


COMMANDS: tuple[click.Command, ...] = (front_doors,)
