"""What an instance for real families is given: all that it does not start without."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from hubfinder import create_app
from hubfinder.database import begin_writing
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.people.councils import ensure_council
from hubfinder.settings import Environment, Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.tables import upgrade_vault

HOST = "help.example.org"
COMPLETE: dict[str, Any] = {
    "environment": Environment.PRODUCTION,
    "secret_key": secrets.token_urlsafe(48),
    "trusted_hosts": HOST,
    "proxy_hops": 1,
    "out_of_hours_telephone": "020 7946 0018",
    "front_door_telephone": "020 7946 0019",
    "site_name": "Somewhere family help",
    "council_name": "Somewhere Council",
    "smtp_host": "mail.example.org",
    "smtp_from": "Somewhere family help <help@example.org>",
    "council_code": "E06000099",
    "vault_key_file": Path("/run/keys/vault.json"),
}


@contextmanager
def production(folder: Path, database_url: str = "", **other: Any) -> Iterator[Flask]:
    """An application just begun, with tables and its own council and nobody in it. ``other``: settings."""
    settings = Settings(**{**COMPLETE, **other}, data_dir=folder, database_url=database_url)
    app = create_app(settings)
    with app.app_context():
        upgrade(db.engine)
        upgrade_vault(db.get_engine(VAULT))
        begin_writing(db.session)
        ensure_council(db.session, settings.council_code, settings.council_name)
        db.session.commit()
    yield app
    with app.app_context():
        db.session.close()
        db.engine.dispose()
        db.get_engine(VAULT).dispose()
