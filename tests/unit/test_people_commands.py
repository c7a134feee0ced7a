"""``hubfinder people``, ``councils`` and ``trail``: the first administrator, a leaver, a lost telephone."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.people.audit import Subject, record
from hubfinder.people.exporting import cell
from hubfinder.people.invitations import accept, find_invitation
from hubfinder.people.models import AuditEntry, Council, Person, StaffSession
from hubfinder.people.trail import verify
from hubfinder.people.values import Actor
from hubfinder.post.models import OutgoingEmail
from hubfinder.staff_vocab import Role
from tests.support import factories
from tests.support.people import HARBOURMOUTH, council, person

Run = Callable[..., Result]
LINK = re.compile(r"http\S+/account/invitation/(\S+)")


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    """``run("people", "list")`` on tables that hold the council of the settings."""
    begin_writing(session)
    council(session)
    session.commit()

    def running(*words: str) -> Result:
        session.rollback()
        return app.test_cli_runner().invoke(args=words)

    return running


def said(result: Result) -> str:
    """What a command printed after it did what it should."""
    assert result.exit_code == 0, result.output
    return result.output


def refused(result: Result) -> str:
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output
    return result.output


def saved(session: Session, somebody: Person) -> str:
    """Their email address, once they are committed."""
    email = somebody.email
    session.commit()
    return email


def find(session: Session, email: str) -> Person:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Person).where(Person.email == email)).one()


def test_the_first_administrator_gets_a_link_that_is_printed_once(session: Session, run: Run) -> None:
    output = said(
        run("people", "add", "--email", "Kim@example.org", "--name", "Kim", "--role", "council_administrator")
    )
    assert "kim@example.org was asked to join." in output
    token = LINK.findall(output)[0]
    assert session.scalar(select(OutgoingEmail.id)) is None
    session.rollback()
    begin_writing(session)
    kim = accept(session, token, "Kim", "hash")
    session.commit()
    assert [(row.role, row.council_code) for row in kim.roles] == [(Role.COUNCIL_ADMINISTRATOR, HARBOURMOUTH)]
    assert "kim@example.org  Kim  may sign in\n    council_administrator in Z06000001" in said(
        run("people", "list")
    )


def test_later_ones_get_it_by_email_where_there_is_a_mail_server(
    app: Flask, session: Session, run: Run
) -> None:
    begin_writing(session)
    saved(session, person(session))
    words = ("people", "add", "--email", "lee@example.org", "--role", "auditor", "--role", "front_door")
    assert LINK.search(said(run(*words)))
    whole = app.extensions["settings"]
    app.extensions["settings"] = whole.model_copy(update={"smtp_host": "mail.example.org"})
    try:
        output = said(run(*words))
    finally:
        app.extensions["settings"] = whole
    assert "by email" in output
    assert not LINK.search(output)
    letter = session.scalars(select(OutgoingEmail)).one()
    assert letter.to == "lee@example.org"
    token = LINK.findall(letter.body)[0]
    invitation = find_invitation(session, token)
    assert invitation is not None
    assert {grant["role"] for grant in invitation.grants} == {"auditor", "front_door"}


def test_what_cannot_be_given_is_said_in_a_sentence(session: Session, run: Run) -> None:
    add = ("people", "add", "--email", "kim@example.org", "--role")
    assert "Choose the organisation" in refused(run(*add, "provider"))
    assert "that is here" in refused(run(*add, "provider", "--organization", "nobody"))
    assert "that is here" in refused(run(*add, "hub_staff", "--hub", "nowhere"))
    assert "that is here" in refused(run(*add, "hub_staff", "--area", "ward:Z9"))
    assert "that is here" in refused(run(*add, "hub_staff", "--area", "nonsense"))
    assert "no such council" in refused(run(*add, "auditor", "--council", "Z06000099"))
    assert "Invalid value" in refused(run(*add, "king"))
    assert "Type an email address" in refused(run("people", "add", "--email", "kim", "--role", "auditor"))
    assert session.scalar(select(AuditEntry.number)) is None


def test_roles_for_a_hub_an_area_and_an_organization(session: Session, run: Run) -> None:
    begin_writing(session)
    hub = factories.location(session, is_family_hub=True).key
    ward = factories.footprint(session).code
    helpers = factories.organization(session).key
    email = saved(session, person(session, Role.AUDITOR))
    roles = ("people", "roles", email)
    given = said(run(*roles, "--give", "hub_staff", "--hub", hub, "--area", f"ward:{ward}"))
    assert f"hub_staff in Z06000001 for {hub} ward:{ward}" in given
    said(run(*roles, "--give", "provider", "--organization", helpers))
    assert "already" in refused(run(*roles, "--give", "provider", "--organization", helpers))
    assert "no such role" in refused(run(*roles, "--take", "front_door"))
    assert "one at a time" in refused(run(*roles, "--take", "auditor", "--give", "auditor"))
    said(run(*roles, "--take", "provider", "--reason", "Left the project"))
    assert said(run(*roles)).splitlines() == [
        "auditor in Z06000001",
        f"hub_staff in Z06000001 for {hub} ward:{ward}",
    ]
    session.rollback()
    reasons = session.scalars(select(AuditEntry.reason).order_by(AuditEntry.number)).all()
    assert reasons == ["by command", "by command", "Left the project"]


def test_a_leaver_is_disabled_even_as_the_last_administrator(session: Session, run: Run) -> None:
    begin_writing(session)
    email = saved(session, person(session))
    assert "cannot sign in" in said(run("people", "disable", email.upper()))
    assert not find(session, email).active
    assert "DISABLED" in said(run("people", "list"))
    said(run("people", "enable", email))
    assert find(session, email).active
    assert "Nobody has an account" in refused(run("people", "disable", "nobody@example.org"))


def test_a_lost_telephone(session: Session, run: Run) -> None:
    begin_writing(session)
    somebody = person(session)
    somebody.tf_totp_secret, somebody.tf_primary_method = "x", "authenticator"
    email = saved(session, somebody)
    said(run("people", "reset-factor", email, "--reason", "Telephone fell into the harbour"))
    assert find(session, email).tf_totp_secret is None


def test_a_link_into_the_demonstration_is_kept_as_a_digest_only(session: Session, run: Run) -> None:
    begin_writing(session)
    email = saved(session, person(session))
    link = said(run("people", "sign-in", email)).strip()
    token = link.rpartition("/")[2]
    assert link == f"http://127.0.0.1:8000/account/demonstration/{token}"
    row = session.scalars(select(StaffSession)).one()
    assert token not in (row.digest, row.content.decode())
    said(run("people", "disable", email))
    assert "disabled" in refused(run("people", "sign-in", email))


def test_nobody_is_there_yet(run: Run) -> None:
    assert "hubfinder people add --help" in said(run("people", "list"))


def test_another_council(session: Session, run: Run) -> None:
    said(run("councils", "add", "Z06000002", "Northsands Council", "--email", "Team@example.org"))
    assert "Z06000002  Northsands Council  team@example.org" in said(run("councils", "list"))
    assert "here already" in refused(run("councils", "add", "Z06000002", "Northsands Council"))
    assert "looks like" in refused(run("councils", "add", "north sands", "Northsands Council"))
    assert "not an email" in refused(run("councils", "add", "Z06000003", "X", "--email", "x"))
    assert "such as 01632" in refused(run("councils", "add", "Z06000003", "X", "--telephone", "soon"))
    session.rollback()
    assert session.scalar(select(sa.func.count()).select_from(Council)) == 2


def test_a_council_is_reached_another_way(session: Session, run: Run) -> None:
    said(run("councils", "add", "Z06000002", "Northsands", "--telephone", "01632 960200"))
    assert "Z06000002  Northsands  01632 960200" in said(run("councils", "list"))
    session.rollback()
    begin_writing(session)
    session.get_one(Council, "Z06000002").cadence = {"other": 90}
    session.commit()
    change = ("councils", "change", "Z06000002")
    assert "Z06000002  North  01632 960200" in said(run(*change, "--name", "North"))
    told = said(run(*change, "--email", "Team@example.org", "--telephone", ""))
    assert "Z06000002  North  team@example.org\n" in told
    assert "such as 01632" in refused(run(*change, "--telephone", "soon"))
    assert "Type an email address" in refused(run(*change, "--email", "x"))
    assert "Type a name" in refused(run(*change, "--name", " "))
    assert "not here" in refused(run("councils", "change", "Z06000003", "--name", "X"))
    session.rollback()
    assert session.get_one(Council, "Z06000002").cadence == {"other": 90}, "what is not given stays"
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [(one.verb, one.facts.get("fields")) for one in entries] == [
        ("council.added", None),
        ("council.changed", ["name"]),
        ("council.changed", ["email", "telephone"]),
    ]


def test_the_trail_is_looked_at_and_what_was_kept_is_compared(session: Session, run: Run) -> None:
    said(run("councils", "add", "Z06000002", "Northsands Council"))
    kept = said(run("trail", "verify")).rpartition(" ")[2].strip()
    assert kept.startswith("1:")
    said(run("trail", "verify", "--kept", kept))
    assert "written anew" in refused(run("trail", "verify", "--kept", "1:" + "0" * 64))
    assert "looks like" in refused(run("trail", "verify", "--kept", "x"))
    session.rollback()
    begin_writing(session)
    session.execute(sa.update(AuditEntry).values(by="somebody else"))
    session.commit()
    assert "broken at entry 1" in refused(run("trail", "verify"))


def test_the_trail_as_a_file_is_one_entry_itself(session: Session, run: Run, tmp_path: Path) -> None:
    begin_writing(session)
    email = saved(session, person(session))
    said(run("people", "disable", email, "--reason", "=HYPERLINK(1)"))
    lines, table = tmp_path / "trail.jsonl", tmp_path / "trail.csv"
    said(run("trail", "export", str(lines), "--reason", "Yearly look"))
    said(run("trail", "export", str(table), "--format", "csv", "--council", HARBOURMOUTH, "--reason", "Why"))
    told = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    assert [(one["verb"], one["reason"]) for one in told] == [
        ("person.disabled", "=HYPERLINK(1)"),
        ("trail.exported", "Yearly look"),
    ]
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["verb"], row["reason"]) for row in rows] == [
        ("person.disabled", "'=HYPERLINK(1)"),
        ("trail.exported", "Why"),
    ]
    said(run("trail", "export", str(table), "--until", "2020-01-01", "--reason", "Why"))
    assert table.read_text() == ""
    session.rollback()
    assert verify(session) is None
    assert "Missing option" in refused(run("trail", "export", str(table)))


def test_the_trail_of_requests_is_another_file(
    session: Session, vault_session: Session, run: Run, tmp_path: Path
) -> None:
    begin_writing(vault_session)
    for code in (HARBOURMOUTH, "Z06000002"):
        record(vault_session, Actor("Pat"), "request.opened", Subject("request", "REF", code))
    vault_session.commit()
    lines = tmp_path / "trail.jsonl"
    said(run("trail", "export", str(lines), "--requests", "--council", HARBOURMOUTH, "--reason", "Why"))
    told = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    assert [(one["verb"], one["council"]) for one in told] == [
        ("request.opened", HARBOURMOUTH),
        ("trail.exported", HARBOURMOUTH),
    ]
    assert "3 entries" in said(run("trail", "verify", "--requests"))
    session.rollback()
    assert session.scalar(select(AuditEntry.number).where(AuditEntry.verb == "trail.exported")) is None


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_cannot_be_a_formula(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"
    assert cell(f"1{start}1") == f"1{start}1"
    assert (cell(-1), cell(None)) == ("-1", "")
