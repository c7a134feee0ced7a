"""A worker of its own for test_search_contract: answers each line with the names it finds, as JSON."""

import json
import sys
from pathlib import Path

from hubfinder import create_app
from hubfinder.extensions import db
from hubfinder.search.book_engine import BookEngine
from hubfinder.search.finder import Finder
from hubfinder.search.postgres_engine import PostgresEngine
from hubfinder.search.values import Wanted
from tests.unit.test_search_contract import words


def main() -> None:
    kind = PostgresEngine if sys.argv[1] == PostgresEngine.name else BookEngine
    finder = Finder(kind(Path(sys.argv[2])), 8000, 182, words)
    app = create_app()
    for line in sys.stdin:
        with app.app_context():
            found = finder.find(db.session, Wanted(text=line.strip())).everything
            print(json.dumps([one.card["name"] for one in found]), flush=True)  # noqa: T201


main()
