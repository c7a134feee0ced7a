"""The application over the small world, once for each module and database."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.models import Service
from hubfinder.extensions import db
from hubfinder.listings.recording import record_services
from hubfinder.staff_vocab import Origin, Role
from hubfinder.vault.base import VaultBase
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import Keyring, read_keys
from hubfinder.web.shared.settings import settings
from tests.pages import passing
from tests.pages.reading import Reader
from tests.support import life, people
from tests.support.asking import Asker, empty_vault
from tests.support.desks import Desk, at_desk
from tests.support.pages import application
from tests.support.people import NORTHSANDS, signed_in

_number = count(1)


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over the small world, on each database in turn."""
    with application(tmp_path_factory.mktemp("instance"), database_url) as app:
        yield app


@pytest.fixture(scope="package")
def plain_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The same on SQLite only, for what has nothing to do with the database."""
    folder: Path = tmp_path_factory.mktemp("instance")
    with application(folder) as app:
        yield app


@pytest.fixture
def client(plain_app: Flask) -> FlaskClient:
    return plain_app.test_client()


@pytest.fixture
def read(app: Flask) -> Reader:
    """Ask for an address and read the page: ``read("/safety").text``."""
    return Reader(app.test_client())


@pytest.fixture
def read_once(client: FlaskClient) -> Reader:
    """As ``read``, on SQLite only."""
    return Reader(client)


@pytest.fixture
def ring(app: Flask) -> Keyring:
    return read_keys(app.extensions["settings"].vault_keys, is_own_folder=True)


@pytest.fixture
def vault_session(app: Flask) -> Iterator[Session]:
    """A session over the vault, which is empty again afterwards."""
    with app.app_context():
        engine = db.get_engine(VAULT)
    with Session(engine) as opened:
        yield opened
        opened.rollback()
        begin_writing(opened)
        for table in reversed(VaultBase.metadata.sorted_tables):
            opened.execute(table.delete())
        opened.commit()


@pytest.fixture
def anybody(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def council(app: Flask) -> FlaskClient:
    """An administrator, signed in."""
    return signed_in(app)


@pytest.fixture
def key(app: Flask) -> str:
    """A listing of the helpers that is published, and that no other test knows."""
    with app.app_context():
        listing = life.published(
            db.session, f"play-{next(_number)}", email="play@example.org", telephone="01632 960001"
        )
        made = listing.key
        db.session.commit()
    return made


@pytest.fixture
def provider(app: Flask, key: str) -> Desk:
    return at_desk(app, key, Role.PROVIDER, organization_key=life.HELPERS)


@pytest.fixture
def administrator(app: Flask, key: str) -> Desk:
    return at_desk(app, key, Role.COUNCIL_ADMINISTRATOR)


@pytest.fixture
def asker(app: Flask) -> Iterator[Asker]:
    """Somebody who asks for help; whatever is in the vault afterwards is gone."""
    yield Asker(app.test_client())
    empty_vault(app)


@pytest.fixture
def another(app: Flask, asker: Asker) -> Asker:
    """The same person in another browser."""
    assert asker.client is not None
    return Asker(app.test_client())


@pytest.fixture(scope="module")
def organization(app: Flask) -> str:
    """Key of whoever has the clinic, which is published as are all services of the small world."""
    with app.app_context():
        begin_writing(db.session)
        people.council(db.session, name="Harbourmouth Council")
        people.council(db.session, NORTHSANDS)
        record_services(db.session, db.session.scalars(select(Service.id)).all(), Origin.IMPORT, "the tests")
        key = db.session.scalars(select(Service).where(Service.key == passing.CLINIC)).one().organization.key
        db.session.commit()
    return key


@pytest.fixture
def room(app: Flask, organization: str) -> Iterator[passing.Room]:
    """A front door and the clinic, at work with an empty vault."""
    door = signed_in(app, Role.FRONT_DOOR)
    clinic = signed_in(app, Role.PROVIDER, organization_key=organization)
    with app.app_context():
        engine = db.get_engine(VAULT)
        ring = read_keys(settings().vault_keys, is_own_folder=True)
    with Session(engine) as vault:  # no context of the application: else all requests would share one
        yield passing.Room(vault, ring, passing.Desk(door), passing.Desk(clinic))
        vault.rollback()
        begin_writing(vault)
        for table in reversed(VaultBase.metadata.sorted_tables):
            vault.execute(table.delete())
        vault.commit()
