"""``hubfinder trail``: whether the trail is whole, and all of it as a file."""

from datetime import date, datetime

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hubfinder.cli.shared import ready, writing
from hubfinder.database import begin_reading, begin_writing
from hubfinder.database.engine import waiting_long
from hubfinder.extensions import db
from hubfinder.people.audit import Subject, record
from hubfinder.people.exporting import as_csv, as_lines
from hubfinder.people.trail import Asked, all_entries, is_still, look
from hubfinder.people.values import A_COMMAND
from hubfinder.vault.engine import VAULT

FORMATS = {"csv": as_csv, "jsonl": as_lines}
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def trail() -> None:
    """Who saw and did what."""


OF_REQUESTS = click.option(
    "--requests", "of_requests", is_flag=True, help="Of requests for help: they have their own."
)


@trail.command()
@click.option(
    "--kept", metavar="NUMBER:HASH", help="What this command printed earlier and you kept elsewhere."
)
@OF_REQUESTS
def verify(kept: str | None, of_requests: bool) -> None:
    """Say whether every entry is as it was written, in its place, and none is missing.

    Exit code 1 if not. Keep what it prints somewhere else: with --kept it also notices a trail that was
    written anew from the beginning.
    """
    ready()
    db.session.rollback()
    with Session(_engine(of_requests=of_requests)) as session:
        begin_reading(session)
        _verify(session, kept)


def _verify(session: Session, kept: str | None) -> None:
    found = look(session)
    if found.broken is not None:
        raise click.ClickException(f"The trail is broken at entry {found.broken}: changed, moved or missing.")
    if kept is not None and not is_still(session, *_kept(kept)):
        raise click.ClickException("The trail was written anew: the entry that you kept is another now.")
    click.echo(f"The trail is whole: {found.checked:,} entries. Keep this: {found.number}:{found.hash}")


@trail.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), default="jsonl", show_default=True)
@click.option("--council", metavar="CODE", help="Only what belongs to this council.")
@click.option("--since", type=DAY, help="First day.")
@click.option("--until", type=DAY, help="Last day.")
@click.option("--reason", required=True, help="Stands in the trail.")
@OF_REQUESTS
def export(
    file: str, kind: str, council: str | None, reason: str, *, of_requests: bool, **days: datetime | None
) -> None:
    """Write the trail into FILE. That is one entry of the trail itself."""
    ready()
    db.session.rollback()
    asked = Asked((council,) if council else None, since=_day(days["since"]), until=_day(days["until"]))
    engine = _engine(of_requests=of_requests)
    with Session(engine) as session:
        with writing(book=False), waiting_long(engine):
            begin_writing(session)
            subject = Subject("trail", kind, council or "")
            last = record(session, A_COMMAND, "trail.exported", subject, reason).number
            session.commit()
        begin_reading(session)
        with click.open_file(file, "w", encoding="utf-8", lazy=False, atomic=file != "-") as out:
            out.writelines(FORMATS[kind](all_entries(session, asked, last)))


def _engine(*, of_requests: bool) -> Engine:
    return db.get_engine(VAULT) if of_requests else db.engine


def _kept(text: str) -> tuple[int, str]:
    number, _, hash_ = text.partition(":")
    if not number.isdecimal() or not hash_:
        raise click.BadParameter("it looks like 120:9f86d0…", param_hint="--kept")
    return int(number), hash_


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


COMMANDS: tuple[click.Command, ...] = (trail,)
