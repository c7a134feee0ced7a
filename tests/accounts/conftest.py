from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from hubfinder import create_app
from hubfinder.database import begin_writing
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.people.models import SignInAttempt
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.tables import upgrade_vault
from tests.support.accounts import Browser, Someone, someone


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application without listings, on each database in turn."""
    folder: Path = tmp_path_factory.mktemp("instance")
    made = create_app(
        Settings(data_dir=folder, database_url=database_url, public_address="https://help.example.org")
    )
    made.testing = True
    with made.app_context():
        upgrade(db.engine)
        upgrade_vault(db.get_engine(VAULT))
    yield made
    with made.app_context():
        db.engine.dispose()
        db.get_engine(VAULT).dispose()


@pytest.fixture(autouse=True)
def _nobody_has_tried(app: Flask) -> None:
    """Wrong answers of one test are no other test's."""
    with app.app_context():
        begin_writing(db.session)
        db.session.query(SignInAttempt).delete()
        db.session.commit()


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def amy(app: Flask) -> Someone:
    """With a password, an authenticator app and recovery codes."""
    return someone(app)
