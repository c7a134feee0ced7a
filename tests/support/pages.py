"""An application over the small world of the page tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from hubfinder import create_app
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.search import engines
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.tables import upgrade_vault
from tests.pages import world


@contextmanager
def application(folder: Path, database_url: str = "", **more: Any) -> Iterator[Flask]:
    """An application whose database holds the small world, indexed; its connections are closed afterwards.

    ``more`` are further settings.
    """
    settings = Settings(data_dir=folder, database_url=database_url, **more)
    app = create_app(settings)
    app.testing = True
    app.extensions["places"].patience = 0.0  # tests change places behind its back
    with app.app_context():
        upgrade(db.engine)
        upgrade_vault(db.get_engine(VAULT))
        world.build(db.session)
        engines.keeper_of(settings).rebuild(db.session, settings.index_dir)
    yield app
    with app.app_context():
        db.engine.dispose()
        db.get_engine(VAULT).dispose()
