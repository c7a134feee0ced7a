"""``hubfinder vault``: the keys of what families tell us, made new while everything goes on."""

import click
from sqlalchemy.orm import Session

from hubfinder.cli.progress import progress_bar
from hubfinder.cli.shared import ready, settings
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.values import A_COMMAND
from hubfinder.referrals import rotation
from hubfinder.referrals.right_keys import require_right
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import Keyring, read_keys


@click.group()
def vault() -> None:
    """Requests for help: the keys they are sealed with."""


@vault.command("status")
def show() -> None:
    """Which keys there are, and how many rows are wrapped with each."""
    ready()
    ring = _keys()
    with Session(db.get_engine(VAULT)) as session:
        found = rotation.status(session, ring)
        for name in ring.keys:
            mark = "  current" if name == ring.current else ""
            click.echo(f"{name}  {found.rows.get(name, 0):,} rows{mark}")
        if found.work is not None:
            state = found.work.said if found.work.ended_at else f"not ended, {found.work.done:,} done"
            click.echo(f"Last rotation to {found.work.last_key}: {state}.")
        if found.missing:
            raise click.ClickException(
                "Rows are wrapped with keys that are not in the file of keys, so nobody can open them: "
                + ", ".join(found.missing)
            )
        require_right(session, ring)


@vault.command("new-file")
def new_file() -> None:
    """Make the first file of keys of a new instance, where HUBFINDER_VAULT_KEY_FILE says.

    Put a copy of it away safely: without it nobody can open what families tell you, and no backup holds it.
    """
    ready()
    with Session(db.get_engine(VAULT)) as session:
        begin_writing(session)
        ring = rotation.make_first(session, A_COMMAND, settings().vault_keys)
        session.commit()
    click.echo(
        f"The file of keys is made; its key is {ring.current}. Keep a copy of it, apart from the backups."
    )


@vault.command("new-key")
def new_key() -> None:
    """Make one more key. What comes from now on is sealed with it; `rotate` brings the rest along.

    Put the file of keys away safely again afterwards: no backup holds it.
    """
    ready()
    ring = _keys()
    with Session(db.get_engine(VAULT)) as session:
        begin_writing(session)
        require_right(session, ring)
        ring = rotation.add_key(session, A_COMMAND, settings().vault_keys)
        session.commit()
    click.echo(f"The current key is {ring.current}. Keep a copy of the file of keys, apart from the backups.")


@vault.command("rotate")
def rotate() -> None:
    """Wrap every key anew with the current one. Pages go on; if broken off, it goes on when run again."""
    ready()
    ring = _keys()
    with Session(db.get_engine(VAULT)) as session:
        require_right(session, ring)
    with Session(db.get_engine(VAULT)) as session, progress_bar() as bar:
        done = rotation.rotate(session, ring, A_COMMAND, lambda now, all_: bar("keys", now, all_))
    click.echo(f"{done.done:,} rows are wrapped with {ring.current} now.")
    if done.refused:
        raise click.ClickException(
            f"{done.refused:,} rows do not open with the keys of the file. They were left as they are."
        )


@vault.command("drop-key")
@click.argument("name")
@click.confirmation_option(prompt="Backups from before the rotation cannot be opened without it. Go on?")
def drop_key(name: str) -> None:
    """Take a key out of the file that nothing is wrapped with any more."""
    ready()
    with Session(db.get_engine(VAULT)) as session:
        begin_writing(session)
        rotation.drop_key(session, A_COMMAND, settings().vault_keys, name)
        session.commit()
    click.echo(f"The key {name} is not in the file of keys any more.")


def _keys() -> Keyring:
    return read_keys(settings().vault_keys, is_own_folder=settings().is_demonstration)


COMMANDS: tuple[click.Command, ...] = (vault,)
