"""``hubfinder councils``: the councils whose staff work in this installation."""

import re

import click

from hubfinder.cli.shared import ready, writing
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.councils import ensure_council
from hubfinder.people.models import Council
from hubfinder.people.queries import councils as all_councils
from hubfinder.post.values import EmailRefused, plain_address
from hubfinder.settings import COUNCIL_CODE


@click.group()
def councils() -> None:
    """The councils whose staff work here."""


@councils.command("list")
def list_councils() -> None:
    """Code, name and email address of each."""
    ready()
    for council in all_councils(db.session):
        click.echo("  ".join(part for part in (council.code, council.name, council.email) if part))


@councils.command()
@click.argument("code")
@click.argument("name")
@click.option("--email", default="", help="Of the team that keeps the directory.")
def add(code: str, name: str, email: str) -> None:
    """Let a council have staff here. CODE is that of its boundary (E06000021)."""
    ready()
    if not re.fullmatch(COUNCIL_CODE, code):
        raise click.BadParameter("a code looks like E06000021", param_hint="CODE")
    try:
        address = plain_address(email) if email else ""
    except EmailRefused as refused:
        raise click.BadParameter(str(refused), param_hint="--email") from refused
    db.session.rollback()
    with writing(book=False):
        begin_writing(db.session)
        if db.session.get(Council, code) is not None:
            raise click.ClickException(f"{code} is here already.")
        ensure_council(db.session, code, name, address)
        db.session.commit()
    click.echo(f"{name} ({code}) can have staff here: hubfinder people add --council {code}")


COMMANDS: tuple[click.Command, ...] = (councils,)
