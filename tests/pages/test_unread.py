"""Requests that nobody could read are no secret: a command, the server, its log and a page say so."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hubfinder.cli.starting import look_before_serving, warnings_of
from hubfinder.cli.timed_work import WORKS, Job
from hubfinder.clock import LONDON
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry, Person
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.routing import Route
from hubfinder.settings import Settings
from hubfinder.staff_vocab import Role
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import new_keyring
from tests.pages.reading import Page
from tests.support.people import HARBOURMOUTH, NORTHSANDS, person, signed_in
from tests.support.production import COMPLETE
from tests.support.requests import a_request, of_reference

RING = new_keyring()
NOBODY = f"Nobody of the front door of {HARBOURMOUTH} can sign in"
Run = Callable[[], Result]


@pytest.fixture
def vault(app: Flask) -> Iterator[Session]:
    """The vault without requests, in an installation whose front door nobody looks after."""
    with app.app_context():
        begin_writing(db.session)
        db.session.execute(update(Person).values(active=False))
        db.session.commit()
        with Session(db.get_engine(VAULT)) as opened:
            begin_writing(opened)
            for model in (Notice, Referral):
                opened.execute(delete(model))
            opened.commit()
            yield opened
        db.session.rollback()


@pytest.fixture
def run(app: Flask, vault: Session) -> Run:
    """``hubfinder requests``."""

    def running() -> Result:
        vault.rollback()
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["requests"])

    return running


def came(vault: Session, council: str = HARBOURMOUTH, hours: int = 0) -> None:
    """A request that came so many hours before nine on a Sunday."""
    reference = a_request(vault, RING, route=Route(council)).reference
    vault.rollback()
    begin_writing(vault)
    row = of_reference(vault, reference)
    row.received_at = datetime(2026, 11, 22, 9, tzinfo=LONDON) - timedelta(hours=hours)
    vault.commit()


def joins(council: str, role: Role = Role.FRONT_DOOR) -> None:
    db.session.rollback()
    begin_writing(db.session)
    person(db.session, role, council)
    db.session.commit()


def test_the_command_says_how_many_wait_and_that_nobody_can_read_them(run: Run, vault: Session) -> None:
    ended = run()
    assert ended.exit_code == 1
    assert f"{HARBOURMOUTH}: 0 requests" in ended.output
    assert NOBODY in ended.output
    came(vault)
    came(vault, hours=2)
    came(vault, NORTHSANDS)
    entries = select(func.count()).select_from(AuditEntry)
    before = vault.scalar(entries)
    ended = run()
    assert ended.exit_code == 1
    first = "2 requests that nobody has looked at, the first since 22 November 2026, 07:00."
    assert f"{HARBOURMOUTH}: {first}" in ended.output
    assert f"{NORTHSANDS}: 1 request that nobody has looked at" in ended.output
    assert f"hubfinder people add --role front_door --council {NORTHSANDS}" in ended.output
    assert "Example" not in ended.output, "numbers alone"
    assert vault.scalar(entries) == before, "and nothing is opened"


def test_with_a_team_there_is_nothing_to_mend(run: Run, vault: Session) -> None:
    came(vault)
    joins(HARBOURMOUTH, Role.COUNCIL_ADMINISTRATOR)
    assert run().exit_code == 1, "who runs a council does not read requests"
    joins(HARBOURMOUTH)
    ended = run()
    assert (ended.exit_code, NOBODY in ended.output) == (0, False)
    assert "1 request that nobody has looked at" in ended.output


def test_the_log_says_it_every_hour_while_something_waits(app: Flask, vault: Session) -> None:
    [kind] = [one for one in WORKS if one.name == "unread"]
    job = Job(db.session, app.extensions["settings"])
    assert not kind.do(job)
    came(vault)
    vault.rollback()
    assert NOBODY in kind.do(job)
    joins(HARBOURMOUTH)
    assert not kind.do(job)


@pytest.mark.usefixtures("vault")
def test_the_server_warns_before_it_starts_and_the_form_stays_open(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    own = Settings(**{**COMPLETE, "council_code": "E06000098", "smtp_neutral_from": "post@example.com"})
    [warning] = warnings_of(own)
    assert "E06000098: 0 requests" in warning
    assert "hubfinder people add --role front_door --council E06000098" in warning
    look_before_serving(own)
    assert f"Warning: {warning}" in capsys.readouterr().err
    look_before_serving(app.extensions["settings"])
    assert not capsys.readouterr().err, "a demonstration may be empty"
    assert app.test_client().get("/ask").status_code == 200


def test_who_runs_the_council_sees_it_and_the_way_to_mend_it(app: Flask, vault: Session) -> None:
    client = signed_in(app)
    came(vault)
    vault.rollback()
    page = Page(200, client.get("/staff").text)
    assert page.links["1 new request for help"] == "/staff/people"
    assert "Nobody of the front door team can sign in. Ask somebody to join." in page.text
    joins(HARBOURMOUTH)
    assert "1 new request for help" not in Page(200, client.get("/staff").text).links
