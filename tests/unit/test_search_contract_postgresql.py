"""PostgreSQL's full text is held to the contract of every engine."""

from pathlib import Path

import pytest

from hubfinder.search.finder import Finder
from hubfinder.search.postgres_engine import PostgresEngine
from tests.unit.test_search_contract import *  # noqa: F403 - every test there, whatever is added to them
from tests.unit.test_search_contract import words

pytestmark = pytest.mark.postgresql_only  # SQLite has no such engine


@pytest.fixture  # type: ignore[no-redef] # in place of the one that was imported
def finder(tmp_path: Path) -> Finder:
    """A finder whose questions PostgreSQL answers."""
    return Finder(PostgresEngine(tmp_path / "index"), 8000, 182, words)
