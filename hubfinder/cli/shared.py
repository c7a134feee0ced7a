"""What several commands do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.ctx import RequestContext
from sqlalchemy.exc import OperationalError

from hubfinder.database import begin_writing, engine
from hubfinder.database.engine import shrink_log, waiting_long
from hubfinder.database.upgrade import require_current
from hubfinder.extensions import db
from hubfinder.people.refusals import PeopleRefused
from hubfinder.places.book_writing import write_book as write_book_of
from hubfinder.places.finding import Places
from hubfinder.search import engines
from hubfinder.search.place_suggester import write_names
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.tables import require_vault

LEISURE = 5
"""How far work that nobody waits for stands back behind those who look for help (``nice``). Not further: on a
busy machine it would hardly ever have its turn, and an index that is not healed costs every page.
"""


def settings() -> Settings:
    """The settings of the running instance."""
    found: Settings = current_app.extensions["settings"]
    return found


def as_if_asked() -> RequestContext:
    """As if a page were asked for, so that a command can say the address of one.

    Under a name that this instance answers to: under another no address is made. How the whole address
    begins the settings say, ``site_address``.
    """
    return current_app.test_request_context(base_url=f"https://{settings().own_name}")


def ready() -> None:
    """Make sure that the tables are there and are those of this version, before a command asks them.

    Raises:
        DatabaseNotReady: they are not.
    """
    require_current(db.engine)
    require_vault(db.get_engine(VAULT))


@contextmanager
def writing(*, book: bool = True) -> Iterator[None]:
    """While a command writes: wait for others who do, say so if they take too long, and tidy up.

    ``book``: afterwards write the book of places too, if places have changed.
    """
    try:
        with waiting_long(db.engine):
            yield
            db.session.rollback()  # reading on, we would keep the log from shrinking
            shrink_log(db.engine)
        if book:
            write_book()
    except OperationalError as error:
        db.session.rollback()
        if _is_busy(error.orig):
            raise click.ClickException(
                f"The database is busy: another command has been writing for {engine.LONG_WAIT} seconds and "
                "more. Nothing was changed. Try again when it is done."
            ) from error
        raise


@contextmanager
def doing() -> Iterator[None]:
    """Do something about people or councils in one writing transaction; a refusal is said in a sentence."""
    ready()
    db.session.rollback()
    with writing(book=False):
        begin_writing(db.session)
        try:
            yield
        except PeopleRefused as refused:
            db.session.rollback()
            raise click.ClickException(str(refused.why.label)) from refused


def places() -> Places:
    """What finds places."""
    found: Places = current_app.extensions["places"]
    return found


def write_book() -> bool:
    """Write the book of places of what is committed, unless it is there; whether it was written.

    The names that are suggested for places are written with it. Where they cannot be written, nothing is
    wrong but slower: the database answers.
    """
    db.session.rollback()
    try:
        write_names(db.session, settings().places_dir)
        return write_book_of(db.engine, settings().places_dir)
    except OSError as error:
        click.echo(f"The book of places could not be written ({error}): answers take longer.", err=True)
        return False
    finally:
        db.session.rollback()
        places().look_again()


def _is_busy(cause: BaseException | None) -> bool:
    if not isinstance(cause, sqlite3.OperationalError):
        return False
    return cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY  # the higher bits say more exactly why


def index_what_changed() -> int:
    """Bring the search index in step with what was committed; how many documents it took."""
    changed = engines.catch_up(db.session, settings(), check=True)
    db.session.rollback()
    if changed:
        click.echo(f"Search index: {changed:,} documents written.")
    return changed
