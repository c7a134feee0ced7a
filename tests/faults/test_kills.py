"""Killed again and again while requests are being sent: none that was acknowledged is lost, none doubled."""

from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.extensions import db
from hubfinder.vault.engine import VAULT
from tests.faults.kills import killed_senders

KILLS = 20


def test_killed_under_load(app: Flask, vault_session: Session, tmp_path: Path) -> None:
    assert app.testing
    assert vault_session.scalar(sa.text("SELECT 1"))
    vault_session.rollback()
    url = db.get_engine(VAULT).url.render_as_string(hide_password=False)
    found = killed_senders(tmp_path, url, KILLS, seed=1)
    assert found.saved > KILLS // 5, "enough was sent to lose some of it"
    assert found.is_well, found
