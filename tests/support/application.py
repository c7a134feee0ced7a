"""An application over an empty, upgraded database, on each of the two databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder import create_app
from hubfinder.database import Base, begin_writing
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.places.revision import places_changed
from hubfinder.settings import Settings
from hubfinder.vault.base import VaultBase
from hubfinder.vault.engine import VAULT
from hubfinder.vault.tables import upgrade_vault


@pytest.fixture(scope="module")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an instance with a data folder and a database of its own."""
    return Settings(data_dir=Path(tmp_path_factory.mktemp("data")), database_url=database_url)


@pytest.fixture(scope="module")
def app(settings: Settings) -> Iterator[Flask]:
    """The application, its database upgraded; the module's tests share it."""
    application = create_app(settings)
    application.testing = True
    application.extensions["places"].patience = 0.0  # tests change places behind its back
    with application.app_context():
        upgrade(db.engine)
        upgrade_vault(db.get_engine(VAULT))
        yield application
        db.session.close()
        db.engine.dispose()
        db.get_engine(VAULT).dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session over empty tables; whatever the test writes is gone afterwards."""
    assert app.testing
    yield db.session
    db.session.rollback()
    empty_tables(db.session)


@pytest.fixture
def vault_session(app: Flask) -> Iterator[Session]:
    """A session over the empty tables of the vault; whatever the test writes is gone afterwards."""
    assert app.testing
    with Session(db.get_engine(VAULT)) as opened:
        yield opened
        opened.rollback()
        begin_writing(opened)
        for table in reversed(VaultBase.metadata.sorted_tables):
            opened.execute(table.delete())
        opened.commit()


def empty_tables(session: Session) -> None:
    """Delete every row of every table of ours."""
    begin_writing(session)
    for table in reversed(Base.metadata.sorted_tables):
        if table.name != "places_state":  # its number must not come again: books go by it
            session.execute(table.delete())
    places_changed(session)
    session.commit()
    session.expunge_all()
