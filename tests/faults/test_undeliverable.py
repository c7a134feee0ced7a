"""Two hundred messages that nobody takes: later ones go within a minute, and staff see that these wait."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.post.rounds import Bounds
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.notices import Wanted, tell_team
from hubfinder.staff_vocab import Role
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import read_keys
from tests.support.mail_process import mail_process
from tests.support.notices import Desk, settings_for
from tests.support.pages import application
from tests.support.people import council, signed_in
from tests.support.processes import Served
from tests.support.requests import a_request

MANY, LATER = 200, 10
MINUTE = 60.0
SEEN_AFTER = timedelta(minutes=15)


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("instance"), database_url) as app:
        yield app


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Served]:
    served = mail_process(tmp_path / "mail")
    with served.running():
        yield served


@pytest.mark.sqlite_only  # rounds of sending are tried on both in tests/unit/test_notice_sending.py
def test_later_messages_go_within_a_minute_and_staff_see_what_waits(
    app: Flask, mail: Served, tmp_path: Path
) -> None:
    client = signed_in(app, Role.FRONT_DOOR)
    with app.app_context(), Session(db.get_engine(VAULT)) as vault:
        ring = read_keys(app.extensions["settings"].vault_keys, is_own_folder=True)
        begin_writing(db.session)
        council(db.session).email = "council@example.org"
        db.session.commit()
        desk = Desk(vault, db.session, ring, settings_for(tmp_path, mail))
        row = a_request(vault, ring, contact_ok="no")
        fill_up(vault, row.id)
        mail.behave(answers={f"full-{number}@example.org": "452 4.2.2 full" for number in range(MANY)})
        begun = time.monotonic()
        assert desk.send(Bounds(most=MANY)).put_off == MANY
        for number in range(LATER):
            a_request(vault, ring, email=f"robin-{number}@example.org")
        families = {f"robin-{number}@example.org" for number in range(LATER)}
        while not families <= {to for one in mail.taken for to in one["to"]}:
            desk.send(seconds=time.monotonic() - begun)
            assert time.monotonic() - begun < MINUTE
        queue = seen(client, "/staff/requests")
        assert "has waited" not in queue
        assert "have waited" not in queue
        vault.rollback()
        begin_writing(vault)
        vault.execute(update(Notice).values(made_at=utc_now() - SEEN_AFTER))
        vault.commit()
        for page in ("/staff/requests", "/staff/requests/messages"):
            assert f"{MANY} messages have waited" in seen(client, page), page
        mail.behave()
        while any(one.state.value == "queued" for one in desk.rows()):
            desk.send(minutes=30)
        assert {one.state.value for one in desk.rows()} == {"sent"}, "and nothing was dropped"
        assert len({one["to"][0] for one in mail.taken} - families) == MANY + 1


def seen(client: FlaskClient, address: str) -> str:
    """A page as staff get it, apart from what is open here."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(client.get, address).result().get_data(as_text=True)


def fill_up(vault: Session, referral: str) -> None:
    """So many messages of one request to addresses that take none for now."""
    vault.rollback()
    begin_writing(vault)
    vault.execute(delete(Notice))
    row = vault.get_one(Referral, referral)
    for number in range(MANY):
        tell_team(vault, row, Wanted("team_new", f"full:{number}"), f"full-{number}@example.org")
    vault.commit()
