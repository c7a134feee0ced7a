"""The application over the small world, once for each module and database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.reading import Reader
from tests.support.pages import application


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
