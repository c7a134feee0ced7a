"""The application over the small world, in a real browser."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.pages import application


@pytest.fixture(scope="package")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """On SQLite: what the browser gets does not depend on the database (tests/pages proves that)."""
    with application(tmp_path_factory.mktemp("instance")) as app:
        app.testing = False
        yield app
