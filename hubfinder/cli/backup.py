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
    vault = db.get_engine(VAULT)
    with Session(vault) as session:
        require_right(session, ring)
        session.rollback()
        begin_writing(session)
        note_backup(session, A_COMMAND)
        session.commit()
        proofs = proofs_of(session, ring)
    part = folder.with_name(f"{folder.name}.part")
    try:
        snapshots = _written(part, proofs)
        part.rename(folder)
        sync(folder.parent)
    except SnapshotRefused as refused:
        raise click.ClickException(f"The backup failed: {refused}. Nothing of it was left.") from refused
    except OSError as error:
        raise click.ClickException(
            f"The backup failed: {folder.parent} cannot be written to ({error.strerror}). "
            "Nothing of it was left."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)  # it holds what families told: no half of it stays
    click.echo("\n".join(map(_words, snapshots)))
    click.echo("The file of keys is not in it. Keep a copy of that elsewhere.")


def _written(part: Path, proofs: dict[str, Any]) -> list[Snapshot]:
    """Both databases in a folder that is not a backup yet.

    Raises:
        SnapshotRefused: one is not whole, or the folder does not take it.
        OSError: the folder cannot be written to.
    """
    shutil.rmtree(part, ignore_errors=True)  # of one that the power broke off
    part.mkdir(parents=True, mode=0o700)
    requests = take(
        db.get_engine(VAULT), part, REQUESTS
    )  # first: what they name in the directory is there too
    listings = take(db.engine, part, LISTINGS)
    said = {"made_at": now().isoformat(), "keys": proofs, "databases": [asdict(requests), asdict(listings)]}
    (part / MANIFEST).write_text(json.dumps(said, indent=1), "utf-8")
    sync(part / MANIFEST)
    sync(part)
    return [requests, listings]


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--without-keys", is_flag=True, help="Where the file of keys is not on this machine.")
def verify(folder: Path, *, without_keys: bool) -> None:
    """Say whether a backup is whole: every table counted and hashed, and whether the keys open it.

    Exit code 1 if not, and where there is no file of keys.
    """
    said, snapshots = _manifest(folder)
    try:
        for snapshot in snapshots:
            check(folder, snapshot)
            click.echo(_words(snapshot))
    except SnapshotRefused as refused:
        raise click.ClickException(f"This backup is not whole: {refused}.") from refused
    if without_keys:
        click.echo("The backup is whole. Whether the keys open it was not looked at.")
        return
    if not settings().vault_keys.exists():
        raise click.ClickException(
            "The files are whole, but whether they can be opened is not known: there is no file of keys "
            "where HUBFINDER_VAULT_KEY_FILE says. Where it is not meant to be, verify with --without-keys."
        )
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
    if not all(is_empty(engine) for engine, _ in places.values()):
        raise click.ClickException(
            "Nothing was put back: there is a database already, and it is as it was. "
            "A backup is put back where there is none."
        )
    try:
        for snapshot in snapshots:
            check(folder, snapshot)
    except SnapshotRefused as refused:
        raise click.ClickException(f"Nothing was put back: {refused}.") from refused
    try:
        for snapshot in snapshots:
            engine, scripts = places[snapshot.name]
            put_back(engine, folder, snapshot, scripts)
            click.echo(_words(snapshot))
    except SnapshotRefused as refused:
        raise click.ClickException(f"Do not use what was put back: {refused}.") from refused
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
