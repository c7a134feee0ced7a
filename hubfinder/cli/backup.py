"""``hubfinder backup``, ``verify`` and ``restore``: both databases in a folder, never the keys."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from hubfinder.cli.shared import ready, settings
from hubfinder.clock import now
from hubfinder.database import begin_writing
from hubfinder.database.snapshots import Snapshot, SnapshotRefused, check, is_empty, put_back, sync, take
from hubfinder.extensions import db
from hubfinder.migrations import DIRECTORY, VAULT as VAULT_SCRIPTS
from hubfinder.people.values import A_COMMAND
from hubfinder.referrals.backing_up import count_closed, note_backup, proofs_of, require_keys
from hubfinder.referrals.right_keys import require_right
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import KeysRefused, read_keys

MANIFEST = "manifest.json"
REQUESTS, LISTINGS = "requests", "directory"
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("folder", type=FOLDER)
def backup(folder: Path) -> None:
    """Copy both databases into FOLDER, which is made, while everything goes on.

    The keys are not in it: keep the file of keys in another place, or the requests are lost with the machine.
    """
    ready()
    ring = read_keys(settings().vault_keys, is_own_folder=settings().is_demonstration)
    if folder.exists():
        raise click.ClickException("There is such a folder already. Name one that is not there.")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # of one that was broken off
    part.mkdir(parents=True, mode=0o700)
    vault = db.get_engine(VAULT)
    try:
        with Session(vault) as session:
            require_right(session, ring)
            session.rollback()
            begin_writing(session)
            note_backup(session, A_COMMAND)
            session.commit()
            proofs = proofs_of(session, ring)
        requests = take(vault, part, REQUESTS)  # first: what they name in the directory is there later too
        listings = take(db.engine, part, LISTINGS)
    except SnapshotRefused as refused:
        raise click.ClickException(f"The backup failed: {refused}.") from refused
    said = {"made_at": now().isoformat(), "keys": proofs, "databases": [asdict(requests), asdict(listings)]}
    (part / MANIFEST).write_text(json.dumps(said, indent=1), "utf-8")
    sync(part / MANIFEST)
    sync(part)
    part.rename(folder)
    sync(folder.parent)
    click.echo(_words(requests) + "\n" + _words(listings))
    click.echo("The file of keys is not in it. Keep a copy of that elsewhere.")


@click.command()
@click.argument("folder", type=FOLDER)
def verify(folder: Path) -> None:
    """Say whether a backup is whole: every table counted and hashed, and whether the keys open it.

    Exit code 1 if not. Where the file of keys is not on this machine, that alone is not looked at.
    """
    said, snapshots = _manifest(folder)
    try:
        for snapshot in snapshots:
            check(folder, snapshot)
            click.echo(_words(snapshot))
    except SnapshotRefused as refused:
        raise click.ClickException(f"This backup is not whole: {refused}.") from refused
    if not settings().vault_keys.exists():
        click.echo(
            "The backup is whole. Whether it can be opened was not looked at: no file of keys is here."
        )
        return
    require_keys(read_keys(settings().vault_keys), said["keys"])
    click.echo("The backup is whole, and the file of keys opens it.")


@click.command()
@click.argument("folder", type=FOLDER)
def restore(folder: Path) -> None:
    """Put a backup back where there is no database yet, and look whether all of it is there.

    The file of keys must be in its place first. Requests that were destroyed after the backup was made are
    back then: `hubfinder retention` destroys those whose time has come; erase the others once more.
    """
    said, snapshots = _manifest(folder)
    ring = read_keys(settings().vault_keys)  # never a new one: it would open nothing
    require_keys(ring, said["keys"])
    places = {REQUESTS: (db.get_engine(VAULT), VAULT_SCRIPTS), LISTINGS: (db.engine, DIRECTORY)}
    try:
        if not all(is_empty(engine) for engine, _ in places.values()):
            raise SnapshotRefused("there is a database already: a backup is put back where there is none")
        for snapshot in snapshots:
            check(folder, snapshot)
        for snapshot in snapshots:
            engine, scripts = places[snapshot.name]
            put_back(engine, folder, snapshot, scripts)
            click.echo(_words(snapshot))
    except SnapshotRefused as refused:
        raise click.ClickException(f"Nothing can be relied on: {refused}.") from refused
    with Session(db.get_engine(VAULT)) as session:
        rows, closed = count_closed(session, ring)
    if closed:
        raise KeysRefused(f"{closed:,} of {rows:,} rows do not open with this file of keys")
    click.echo(f"All tables are as they were, and the keys open all {rows:,} sealed rows.")
    click.echo("Run `hubfinder index rebuild`, then serve.")


def _manifest(folder: Path) -> tuple[dict[str, Any], list[Snapshot]]:
    """What a backup says of itself."""
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8"))
        snapshots = [Snapshot.of(one) for one in said["databases"]]
        names = [snapshot.name for snapshot in snapshots]
        keys = said["keys"]["keys"], said["keys"]["marks"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(
            f"There is no whole backup in this folder ({type(error).__name__})."
        ) from error
    if names != [REQUESTS, LISTINGS] or not all(isinstance(one, dict | str) for one in keys):
        raise click.ClickException("This is no backup of both databases.")
    return said, snapshots


def _words(snapshot: Snapshot) -> str:
    rows = sum(table.rows for table in snapshot.tables)
    return f"{snapshot.name} ({snapshot.kind}): {len(snapshot.tables)} tables, {rows:,} rows."


COMMANDS: tuple[click.Command, ...] = (backup, verify, restore)
