"""Messages about requests that wait or were not sent: staff see them, and see to them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.notice_queries import LATE, notice_backlog, warn
from hubfinder.referrals.notice_ready import TOO_MANY
from hubfinder.referrals.reachable import FOR_GOOD
from hubfinder.referrals.routing import Route
from hubfinder.referrals.vocab import NoticeState
from hubfinder.staff_vocab import Role
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import read_keys
from hubfinder.web.shared.settings import settings
from tests.pages.reading import Page, Reader
from tests.support.pages import application
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in
from tests.support.requests import a_request

MESSAGES, CHANGE, QUEUE = "/staff/requests/messages", "/staff/requests/messages/change", "/staff/requests"
HUB = "quayside-family-hub"


@pytest.fixture(scope="module")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("instance")
    with application(folder, database_url) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        yield app


@pytest.fixture(autouse=True)
def vault(app: Flask) -> Iterator[Session]:
    with app.app_context():
        engine = db.get_engine(VAULT)
    with Session(engine) as session:
        begin_writing(session)
        session.execute(delete(Referral))
        session.execute(delete(Notice))
        session.commit()
        yield session


def _write(vault: Session) -> None:
    vault.rollback()
    begin_writing(vault)


def _message(app: Flask, vault: Session, hub: str = "", to: str = "", **facts: object) -> tuple[int, str]:
    """Number and reference of a message to a family (or a team) that came to this."""
    with app.app_context():
        ring = read_keys(settings().vault_keys, is_own_folder=True)
    reference = a_request(vault, ring, route=Route(HARBOURMOUTH, hub)).reference
    _write(vault)
    row = vault.scalars(select(Referral).where(Referral.reference == reference)).one()
    theirs = Notice.to != "" if to else Notice.to == ""
    number = vault.scalars(select(Notice.id).where(Notice.referral_id == row.id, theirs)).one()
    vault.execute(delete(Notice).where(Notice.referral_id == row.id, Notice.id != number))
    vault.execute(update(Notice).where(Notice.id == number).values(**facts))
    vault.commit()
    return number, reference


def _dead(app: Flask, vault: Session, **more: str) -> tuple[int, str]:
    return _message(
        app, vault, **more, state=NoticeState.DEAD, error="400 not a valid email address", tries=8
    )


def _see(client: FlaskClient, address: str = MESSAGES) -> Page:
    return Reader(client)(address)


def _trail(vault: Session, verb: str) -> list[AuditEntry]:
    vault.rollback()
    return list(vault.scalars(select(AuditEntry).where(AuditEntry.verb == verb)))


def test_all_is_well(app: Flask) -> None:
    page = _see(signed_in(app, Role.FRONT_DOOR))
    assert page.status == 200
    assert "Every message was sent" in page.text
    assert "was not sent" not in _see(signed_in(app, Role.FRONT_DOOR), QUEUE).text


def test_what_was_not_sent_is_seen_without_name_and_address(app: Flask, vault: Session) -> None:
    _, reference = _dead(app, vault)
    client = signed_in(app, Role.FRONT_DOOR)
    text = _see(client).text
    assert reference in text
    assert "The family, by email" in text
    assert "We have what you sent us" in text
    assert "400 not a valid email address" in text
    assert [word for word in ("Robin", "robin@", "sleep") if word in text] == []
    assert "1 message was not sent" in _see(client, QUEUE).text


def test_what_waits_is_seen_within_fifteen_minutes(app: Flask, vault: Session) -> None:
    assert timedelta(minutes=15) > LATE
    _message(app, vault, made_at=utc_now() - timedelta(minutes=9))
    client = signed_in(app, Role.FRONT_DOOR)
    assert "has waited" not in _see(client, QUEUE).text
    _write(vault)
    vault.execute(update(Notice).values(made_at=utc_now() - timedelta(minutes=11), error="421 too busy"))
    vault.commit()
    assert "1 message has waited for more than 10 minutes" in _see(client, QUEUE).text
    text = _see(client).text
    assert "421 too busy" in text
    assert "Messages that wait for a long time" in text


def test_it_is_sent_again_from_the_start(app: Flask, vault: Session) -> None:
    number, reference = _dead(app, vault)
    answer = signed_in(app, Role.FRONT_DOOR).post(CHANGE, data={"do": "again", "number": str(number)})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{MESSAGES}?done=again")
    vault.rollback()
    row = vault.get_one(Notice, number)
    assert (row.state, row.tries, row.error) == (NoticeState.QUEUED, 0, "")
    [entry] = _trail(vault, "request.message_sent_again")
    assert entry.subject_key == reference


def test_somebody_has_seen_to_it_in_another_way(app: Flask, vault: Session) -> None:
    number, _ = _message(app, vault, state=NoticeState.UNSAFE)
    client = signed_in(app, Role.COUNCIL_ADMINISTRATOR)
    assert "The family no longer says that this way is safe" in _see(client).text
    client.post(CHANGE, data={"do": "settle", "number": str(number)})
    assert "Every message was sent" in _see(client).text
    again = client.post(CHANGE, data={"do": "settle", "number": str(number)})
    assert again.status_code == 404


@pytest.mark.parametrize("data", [{}, {"do": "again"}, {"do": "again", "number": "x"}, {"do": "drop"}])
def test_a_form_that_is_none_does_nothing(app: Flask, vault: Session, data: dict[str, str]) -> None:
    _dead(app, vault)
    assert signed_in(app, Role.FRONT_DOOR).post(CHANGE, data=data).status_code in {400, 404}
    assert [row.state for row in vault.scalars(select(Notice))] == [NoticeState.DEAD]


def test_others_see_and_change_nothing(app: Flask, vault: Session) -> None:
    """Another council's front door, and staff of another hub."""
    number, reference = _dead(app, vault, hub=HUB)
    for client in (
        signed_in(app, Role.FRONT_DOOR, NORTHSANDS),
        signed_in(app, Role.HUB_STAFF, hub_key="another-hub"),
    ):
        assert reference not in _see(client).text
        assert client.post(CHANGE, data={"do": "again", "number": str(number)}).status_code == 404
    assert reference in _see(signed_in(app, Role.HUB_STAFF, hub_key=HUB)).text


def test_to_look_is_one_entry_of_the_trail_each_time(app: Flask, vault: Session) -> None:
    client = signed_in(app, Role.FRONT_DOOR)
    before = len(_trail(vault, "request.messages_seen"))
    client.get(MESSAGES)
    client.head(MESSAGES)
    assert len(_trail(vault, "request.messages_seen")) == before + 1


def test_those_who_run_the_council_are_told_once_a_day(app: Flask, vault: Session) -> None:
    assert app.testing
    for _ in range(2):
        _dead(app, vault)
    _write(vault)
    assert (warn(vault), warn(vault)) == (1, 0)
    vault.commit()
    [told] = vault.scalars(select(Notice).where(Notice.wording == "backlog"))
    assert told.to == f"administrators:{HARBOURMOUTH}"
    _write(vault)
    vault.execute(delete(Notice).where(Notice.wording != "backlog"))
    vault.execute(update(Notice).values(state=NoticeState.DEAD))
    assert warn(vault, utc_now() + timedelta(days=1)) == 0, "the warning itself is none to warn of"
    vault.commit()
    assert notice_backlog(vault, [HARBOURMOUTH]).numbers == {NoticeState.DEAD: 1}
    assert notice_backlog(vault, [NORTHSANDS]).numbers == {}
    assert "Messages about requests could not be sent" in _see(signed_in(app, Role.FRONT_DOOR)).text


def test_a_number_that_is_written_to_without_end_is_seen(app: Flask, vault: Session) -> None:
    _message(app, vault, state=NoticeState.TOO_MANY, error=TOO_MANY)
    text = _see(signed_in(app, Role.FRONT_DOOR)).text
    assert "Not sent: too many to one number or address" in text
    assert "Somebody may be misusing us" in text


def test_where_nothing_arrives_is_said_beside_the_address(app: Flask, vault: Session) -> None:
    _, reference = _message(app, vault, receipt=FOR_GOOD, sent_at=utc_now(), state=NoticeState.DEAD)
    page = _see(signed_in(app, Role.FRONT_DOOR), f"/staff/requests/{reference}")
    assert page.text.count("What was sent there did not arrive, and never will.") == 1
