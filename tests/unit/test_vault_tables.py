"""The vault's tables go up and down again with data in them, on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.migrations import VAULT as SCRIPTS, configuration
from hubfinder.referrals import drafts
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import new_keyring
from hubfinder.vault.tables import downgrade_vault, require_vault, upgrade_vault


@pytest.fixture
def engine(app: Flask) -> sa.Engine:
    assert app.testing
    return db.get_engine(VAULT)


def test_the_models_and_the_migrated_tables_agree(engine: sa.Engine) -> None:
    with engine.connect() as connection, connection.begin():
        command.check(configuration(connection, SCRIPTS))


def test_down_and_up_again_with_data(engine: sa.Engine, vault_session: Session) -> None:
    begin_writing(vault_session)
    drafts.start(vault_session, new_keyring(), timedelta(days=1))
    vault_session.commit()
    downgrade_vault(engine)
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade_vault(engine)
    require_vault(engine)
    assert vault_session.scalar(sa.select(sa.func.count()).select_from(sa.table("draft"))) == 0


def test_a_migration_that_breaks_half_way_leaves_the_tables_as_they_were(engine: sa.Engine) -> None:
    before = set(sa.inspect(engine).get_table_names())
    with engine.connect() as connection:
        transaction = connection.begin()
        command.downgrade(configuration(connection, SCRIPTS), "base")
        transaction.rollback()  # as the database does by itself when the power goes
    assert set(sa.inspect(engine).get_table_names()) == before


def test_it_keeps_what_it_acknowledged_and_forgets_what_it_destroyed(engine: sa.Engine) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SHOW search_path")) == VAULT
        return
    with engine.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert said == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
