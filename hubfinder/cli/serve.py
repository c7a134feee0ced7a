"""The command that serves the pages with a production WSGI server."""

import os
import sys

import click
from flask import current_app
from sqlalchemy.orm import Session

from hubfinder.cli.beside import run_beside
from hubfinder.cli.shared import write_book
from hubfinder.cli.starting import look_before_serving, name_demonstration
from hubfinder.database.upgrade import DatabaseNotReady, require_current
from hubfinder.extensions import db
from hubfinder.ingest.demonstration import holds_demonstration
from hubfinder.referrals.right_keys import right_keys
from hubfinder.search import engines
from hubfinder.settings import PROJECT, Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.tables import require_vault

THREADS = 32
"""Threads of a worker. A page is nearly all the worker's own work, so that one is made at a time and others
wait (``web/shared/turns.py``). More than may wait for anything but help: one is always free for that.

``make bench`` measures one and these on both databases; docs/benchmarks.md has the figures.
"""


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option(
    "--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True, help="For each worker."
)
@click.option(
    "--work/--no-work", "with_work", default=True, help="Do what is done by the clock too (`hubfinder work`)."
)
def serve(bind: str, workers: int, threads: int, with_work: bool) -> None:
    """Serve the pages with Gunicorn until interrupted, and do beside it what is done by the clock."""
    settings: Settings = current_app.extensions["settings"]
    refuse_to_start(settings)
    look_before_serving(settings)
    name_demonstration(settings, bind)
    if engines.catch_up(db.session, settings, check=True):
        click.echo("The search index was behind the database and has been brought up to date.")
    write_book()
    db.session.close()
    db.engine.dispose()  # each worker opens its own connections after it is forked
    db.get_engine(VAULT).dispose()
    if with_work:
        run_beside("work", "--until-parent-ends")
    click.echo(f"hubfinder is at http://{bind}/")
    sys.stdout.flush()
    arguments = gunicorn_arguments(bind, workers, threads)
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments])  # noqa: S606


def refuse_to_start(settings: Settings) -> None:
    """Make sure that what is served may be served: the right tables, and in production nothing made up.

    Raises:
        DatabaseNotReady: it may not; the message says why.
        KeysRefused: there are no keys to the vault, or weak ones, or they belong to other requests.
    """
    require_current(db.engine)
    require_vault(db.get_engine(VAULT))
    if not settings.is_demonstration and holds_demonstration(db.session):
        raise DatabaseNotReady(
            "This database holds the made-up demonstration area. Production needs a database of its own."
        )
    with Session(db.get_engine(VAULT)) as vault:
        right_keys(vault, settings.vault_keys, is_own_folder=settings.is_demonstration)


def gunicorn_arguments(bind: str, workers: int, threads: int) -> list[str]:
    """What Gunicorn is started with; also what the benchmarks start it with."""
    return [
        "wsgi:app",
        f"--chdir={PROJECT}",
        f"--config={PROJECT / 'hubfinder' / 'cli' / 'gunicorn_conf.py'}",
        f"--bind={bind}",
        f"--workers={workers}",
        f"--threads={threads}",
        "--worker-class=gthread",
        "--timeout=30",
        "--graceful-timeout=10",
        "--keep-alive=5",
        "--max-requests=100000",
        "--max-requests-jitter=10000",
        "--limit-request-line=8190",
        "--log-level=warning",
    ]


COMMANDS: tuple[click.Command, ...] = (serve,)
