"""Every migration of both databases goes up and down with data in the tables, and is killed on its way.

The small world and what staff have are put in; then one migration after the other is undone and done again.
Each is killed a few times first, by a process that ends itself before one of its statements: what was there
before is there afterwards, to the row.
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.database import prepare_engine
from hubfinder.database.upgrade import downgrade, require_current, upgrade
from hubfinder.extensions import db
from hubfinder.migrations import DIRECTORY, VAULT as VAULT_SCRIPTS, configuration
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import opened
from hubfinder.settings import Settings
from hubfinder.vault.engine import engine_options, prepare_vault
from hubfinder.vault.keys import read_keys
from tests.support.pages import application
from tests.support.staff import furnish

KILLS = (0.5, 1.0)
"""How far it has come, as a share of its statements: in the middle, and when only the commit is left."""
FIRST = {DIRECTORY: "0001", VAULT_SCRIPTS: "0001"}
Rows = Mapping[str, int]


@dataclass(frozen=True)
class Tables:
    """One of the two databases, and its migrations."""

    scripts: Path
    open_engine: Callable[[], sa.Engine]

    def revisions(self) -> list[str]:
        """From the first to the newest."""
        with self.engine() as engine, engine.connect() as connection:
            found = ScriptDirectory.from_config(configuration(connection, self.scripts)).walk_revisions()
            return [script.revision for script in found][::-1]

    def engine(self) -> "Opened":
        return Opened(self.open_engine())

    def there(self) -> tuple[str | None, Rows]:
        """The revision, and how many rows each table has."""
        with self.engine() as engine, engine.connect() as connection:
            names = [
                name
                for name in sa.inspect(connection).get_table_names()
                if not name.startswith(("idx_", "alembic", "spatial_ref", "geometry_", "sqlite_"))
            ]
            rows = {
                name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name)))
                for name in names
            }
            return MigrationContext.configure(connection).get_current_revision(), rows  # type: ignore[return-value]

    def go(self, engine: sa.Engine, revision: str, *, down: bool) -> None:
        (downgrade if down else upgrade)(engine, revision, self.scripts)


class Opened:
    """An engine that is closed at the end."""

    def __init__(self, engine: sa.Engine) -> None:
        self.opened = engine

    def __enter__(self) -> sa.Engine:
        return self.opened

    def __exit__(self, *_error: object) -> None:
        self.opened.dispose()


@pytest.fixture(scope="module")
def furnished(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An instance in which there is something of each kind."""
    with application(tmp_path_factory.mktemp("furnished"), database_url) as app:
        with app.app_context():
            furnish(db.session)
        yield app


def directory_of(settings: Settings) -> Tables:
    def open_engine() -> sa.Engine:
        engine = sa.create_engine(settings.database, poolclass=sa.NullPool)
        prepare_engine(engine)
        return engine

    return Tables(DIRECTORY, open_engine)


def vault_of(settings: Settings) -> Tables:
    def open_engine() -> sa.Engine:
        engine = sa.create_engine(**engine_options(settings.vault_database), poolclass=sa.NullPool)
        prepare_vault(engine)
        return engine

    return Tables(VAULT_SCRIPTS, open_engine)


def in_a_process(tables: Tables, revision: str, *, down: bool, at: int) -> int:
    """Migrate in a process that kills itself before its statement ``at``, the commit being the last.

    With ``at`` below 0 it is not killed and nothing is kept: what comes back is how many there are.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(_migrate(tables, revision, down=down, at=at)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as said:
        number = int(said.read() or 0)
    assert os.WIFSIGNALED(status) == (at >= 0), "it came as far as that"
    return number


class Counted(Exception):
    """Nothing of it is to be kept."""


def _migrate(tables: Tables, revision: str, *, down: bool, at: int) -> int:
    done = 0

    def watch(*_: object) -> None:
        nonlocal done
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1

    def stop(*_: object) -> None:
        raise Counted

    engine = tables.open_engine()
    sa.event.listen(engine, "before_cursor_execute", watch)
    sa.event.listen(engine, "commit", stop if at < 0 else watch)
    try:
        tables.go(engine, revision, down=down)
    except Counted:
        return done
    return 0


def step(tables: Tables, before: str, after: str, *, down: bool) -> None:
    """From one revision to the next, killed on the way; whatever is in both has as many rows afterwards."""
    was = tables.there()
    assert was[0] == before
    statements = in_a_process(tables, after, down=down, at=-1)
    assert tables.there() == was, "nothing of what was only counted is kept"
    for share in KILLS:
        in_a_process(tables, after, down=down, at=int(share * statements))
        assert tables.there() == was, f"killed at {share:.0%} of {before} to {after}"
    with tables.engine() as engine:
        tables.go(engine, after, down=down)
    now = tables.there()
    assert now[0] == after
    for name in set(was[1]) & set(now[1]):
        assert now[1][name] == was[1][name], f"{name} from {before} to {after}"


def down_and_up(tables: Tables) -> None:
    """From the newest to the first and back, step by step."""
    names = tables.revisions()
    for after, before in list(pairwise(names))[::-1]:
        step(tables, before, after, down=True)
    for before, after in pairwise(names):
        step(tables, before, after, down=False)
    with tables.engine() as engine:
        require_current(engine, tables.scripts)


def test_every_migration_of_the_directory_goes_down_and_up_with_data_and_is_killed(furnished: Flask) -> None:
    tables = directory_of(furnished.extensions["settings"])
    rows = tables.there()[1]
    assert tables.revisions()[0] == FIRST[DIRECTORY]
    assert len(tables.revisions()) > 5
    assert sum(rows.values()) > 100, "there is something to lose"
    down_and_up(tables)
    first = tables.there()[1]
    assert first["service"] == rows["service"] > 0
    _from_nothing(tables)


def test_every_migration_of_the_vault_goes_down_and_up_with_requests_and_is_killed(furnished: Flask) -> None:
    """The first revision is all there is yet: killed while it goes, every request is there and opens."""
    settings: Settings = furnished.extensions["settings"]
    tables = vault_of(settings)
    was = tables.there()
    assert was[1]["referral"] == 3
    down_and_up(tables)
    first, newest = tables.revisions()[0], tables.revisions()[-1]
    statements = in_a_process(tables, "base", down=True, at=-1)
    for share in KILLS:
        in_a_process(tables, "base", down=True, at=int(share * statements))
        assert tables.there() == was
        with tables.engine() as engine, Session(engine) as session:
            ring = read_keys(settings.vault_keys)
            assert [bool(opened(ring, row).told.story) for row in session.scalars(sa.select(Referral))] == [
                True,
                True,
                True,
            ]
    assert (first, newest) == (FIRST[VAULT_SCRIPTS], was[0])
    _from_nothing(tables)


def _from_nothing(tables: Tables) -> None:
    """All of it undone and done again; the first migration is killed on its way up and down too."""
    names = tables.revisions()
    with tables.engine() as engine:
        tables.go(engine, names[0], down=True)
    statements = in_a_process(tables, "base", down=True, at=-1)
    was = tables.there()
    for share in KILLS:
        in_a_process(tables, "base", down=True, at=int(share * statements))
        assert tables.there() == was
    with tables.engine() as engine:
        tables.go(engine, "base", down=True)
    nothing = tables.there()
    assert nothing == (None, {})
    statements = in_a_process(tables, names[0], down=False, at=-1)
    for share in KILLS:
        in_a_process(tables, names[0], down=False, at=int(share * statements))
        assert tables.there() == nothing
    with tables.engine() as engine:
        tables.go(engine, "head", down=False)
        require_current(engine, tables.scripts)
