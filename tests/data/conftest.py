"""What the tests over Stoke-on-Trent's files share. Each module loads what it needs: a fixture ``stoke``."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.extensions import db
from tests.support.real_data import real_data


@pytest.fixture(scope="module")
def folder() -> Path:
    """Stoke's files."""
    return real_data("stoke-on-trent")


@pytest.fixture
def asked(stoke: Flask) -> Iterator[Session]:
    """A session to ask what the module loaded."""
    assert stoke.testing
    yield db.session
    db.session.rollback()
