"""``hubfinder requests``: how many requests for help nobody has looked at yet, and whether anybody could."""

import click
from sqlalchemy.orm import Session

from hubfinder.cli.shared import ready, settings
from hubfinder.clock import LONDON
from hubfinder.extensions import db
from hubfinder.referrals.unread import Unread, unread_here
from hubfinder.settings import Settings
from hubfinder.staff_vocab import Role
from hubfinder.vault.engine import VAULT


@click.command()
def requests() -> None:
    """How many requests for help nobody has looked at yet, council by council: numbers alone.

    Ends with exit code 1 where nobody can read them. Whoever runs hubfinder may ask as often as they like.
    """
    ready()
    found = unread_now(settings())
    for one in found:
        click.echo(waiting(one))
    lost = [one for one in found if not one.has_readers]
    for one in lost:
        click.echo(how_to_mend(one), err=True)
    if lost:
        raise click.exceptions.Exit(1)


def unread_now(here: Settings) -> list[Unread]:
    """What waits unread in this installation."""
    try:
        with Session(db.get_engine(VAULT)) as vault:
            return unread_here(vault, db.session, here.council_code)
    finally:
        db.session.rollback()


def unreadable(here: Settings) -> list[str]:
    """A sentence for each council whose requests nobody can read."""
    return [
        f"{waiting(one)} {how_to_mend(one)}" for one in unread_now(here) if not one.has_readers and one.number
    ]


def waiting(one: Unread) -> str:
    """How many wait in a council, and since when, in a sentence."""
    requests = "1 request" if one.number == 1 else f"{one.number:,} requests"
    since = f", the first since {one.since.astimezone(LONDON):%-d %B %Y, %H:%M}" if one.since else ""
    return f"{one.council}: {requests} that nobody has looked at{since}."


def how_to_mend(one: Unread) -> str:
    """What to do where nobody can read what comes."""
    return (
        f"Nobody of the front door of {one.council} can sign in, so nobody reads what families send: "
        f"hubfinder people add --role {Role.FRONT_DOOR.value} --council {one.council} --email …"
    )


COMMANDS: tuple[click.Command, ...] = (requests,)
