"""``hubfinder councils``: the councils whose staff work in this installation."""

import re

import click

from hubfinder.cli.shared import doing, ready
from hubfinder.extensions import db
from hubfinder.people.actions import CouncilSettings, change_council
from hubfinder.people.councils import ensure_council
from hubfinder.people.models import Council
from hubfinder.people.queries import councils as all_councils
from hubfinder.people.reach import plain_telephone
from hubfinder.people.values import A_COMMAND
from hubfinder.post.values import EmailRefused, plain_address
from hubfinder.settings import COUNCIL_CODE
from hubfinder.staff_vocab import Risk


@click.group()
def councils() -> None:
    """The councils whose staff work here."""


@councils.command("list")
def list_councils() -> None:
    """Code, name, email address and telephone number of each."""
    ready()
    for council in all_councils(db.session):
        click.echo(_line(council))


@councils.command()
@click.argument("code")
@click.argument("name")
@click.option("--email", default="", help="Of the team that keeps the directory.")
@click.option("--telephone", default="", help="Where those who keep listings ring that team.")
def add(code: str, name: str, email: str, telephone: str) -> None:
    """Let a council have staff here. CODE is that of its boundary (E06000021)."""
    ready()
    if not re.fullmatch(COUNCIL_CODE, code):
        raise click.BadParameter("a code looks like E06000021", param_hint="CODE")
    try:
        address = plain_address(email) if email else ""
    except EmailRefused as refused:
        raise click.BadParameter(str(refused), param_hint="--email") from refused
    with doing():
        if db.session.get(Council, code) is not None:
            raise click.ClickException(f"{code} is here already.")
        ensure_council(db.session, code, name, address, plain_telephone(telephone))
        db.session.commit()
    click.echo(f"{name} ({code}) can have staff here: hubfinder people add --council {code}")


@councils.command()
@click.argument("code")
@click.option("--name")
@click.option("--email", help='Of the team that keeps the directory; "" for none.')
@click.option("--telephone", help='Where those who keep listings ring that team; "" for none.')
def change(code: str, name: str | None, email: str | None, telephone: str | None) -> None:
    """Change the name of a council and how it is reached. What is not given stays."""
    with doing():
        council = db.session.get(Council, code)
        if council is None:
            raise click.ClickException(f"{code} is not here: hubfinder councils list")
        wanted = CouncilSettings(
            council.name if name is None else name,
            council.email if email is None else email,
            council.telephone if telephone is None else telephone,
            council.may_approve_own,
            {Risk(risk): days for risk, days in council.cadence.items()},
        )
        change_council(db.session, A_COMMAND, council, wanted)
        line = _line(council)
        db.session.commit()
    click.echo(line)


def _line(council: Council) -> str:
    return "  ".join(part for part in (council.code, council.name, council.email, council.telephone) if part)


COMMANDS: tuple[click.Command, ...] = (councils,)
