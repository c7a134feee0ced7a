"""Auditors read the trail of requests too: a chain of its own, in the vault, and what is their council's."""

import csv
import io
import json
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.audit import Subject, hash_of, record
from hubfinder.people.models import AuditEntry
from hubfinder.people.trail import verify
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import Role
from hubfinder.vault.base import VaultBase
from hubfinder.vault.engine import VAULT
from tests.pages.reading import Reader
from tests.support.application import empty_tables
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council, signed_in

TRAIL, EXPORT = "/staff/trail?of=requests", "/staff/trail/export"
WHY = "The yearly look"


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """On the directory; in its trail is one entry of the council."""
    with app.app_context():
        empty_tables(db.session)
        begin_writing(db.session)
        council(db.session, HARBOURMOUTH)
        council(db.session, NORTHSANDS)
        record(db.session, Actor("Kim"), "listing.published", Subject("listing", "l-1", HARBOURMOUTH))
        db.session.commit()
        yield db.session
        db.session.rollback()


@pytest.fixture
def vault_session(session: Session) -> Iterator[Session]:
    """On the vault; in its trail are four entries: two of the council, one of another, one of none."""
    assert session.is_active
    with Session(db.get_engine(VAULT)) as opened:
        begin_writing(opened)
        for number, code in enumerate((HARBOURMOUTH, NORTHSANDS, "", HARBOURMOUTH)):
            subject = Subject("request", f"REF-{number}", code)
            record(opened, Actor(f"Pat {number}", 7 + number), "request.opened", subject)
        opened.commit()
        yield opened
        opened.rollback()
        begin_writing(opened)
        for table in reversed(VaultBase.metadata.sorted_tables):
            opened.execute(table.delete())
        opened.commit()


@pytest.fixture
def auditor(app: Flask, vault_session: Session) -> FlaskClient:
    assert vault_session.is_active
    return signed_in(app, Role.AUDITOR)


def numbers(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'<th scope="row">(\d+)</th>', html)]


def looked(session: Session) -> list[str]:
    session.rollback()
    return list(
        session.scalars(sa.select(AuditEntry.council_code).where(AuditEntry.verb.startswith("trail.")))
    )


def take_out(client: FlaskClient, **fields: str) -> TestResponse:
    page = client.get(f"{EXPORT}?of=requests").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    assert '<input type="hidden" name="of" value="requests">' in page
    return client.post(EXPORT, data={"csrf_token": token[1], "of": "requests", **fields})


def test_an_auditor_goes_from_one_trail_to_the_other(auditor: FlaskClient) -> None:
    first = Reader(auditor)("/staff/trail")
    assert "published a listing" in first.text
    assert "REF-" not in first.text
    second = Reader(auditor)(first.links["Requests for help"])
    assert numbers(second.html) == [5, 4, 1]
    assert "opened a request" in second.text
    assert "Pat 1" not in second.text
    assert "All 5 entries are as they were written." in second.text
    assert second.links["Listings and people"] == "/staff/trail"
    assert '<strong aria-current="true">Requests for help</strong>' in second.html


def test_a_look_is_an_entry_of_the_trail_that_is_looked_at(
    session: Session, vault_session: Session, auditor: FlaskClient
) -> None:
    auditor.get(TRAIL)
    assert (looked(session), looked(vault_session)) == ([], [HARBOURMOUTH])
    auditor.get("/staff/trail")
    assert (looked(session), looked(vault_session)) == ([HARBOURMOUTH], [HARBOURMOUTH])
    assert verify(vault_session) is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("verb=request.opened", [4, 1]),
        ("key=REF-3", [4]),
        ("key=REF-1", []),
        ("person=10", [4]),
        ("until=2020-12-31", []),
        ("before=4", [1]),
    ],
)
def test_the_trail_of_requests_is_narrowed(auditor: FlaskClient, asked: str, found: list[int]) -> None:
    assert numbers(Reader(auditor)(f"{TRAIL}&{asked}").html) == found


def test_what_can_be_chosen_is_what_can_stand_there(auditor: FlaskClient) -> None:
    offered = {of: auditor.get(f"/staff/trail?of={of}").get_data(as_text=True) for of in ("", "requests")}
    for verb, where in (("listing.published", ""), ("request.opened", "requests")):
        assert [of for of, html in offered.items() if f'<option value="{verb}"' in html] == [where]
    assert all('<option value="trail.read"' in html for html in offered.values())


@pytest.mark.parametrize("of", ["", "nothing", "%00", "requests%27"])
def test_of_anything_else_it_is_that_of_listings(auditor: FlaskClient, of: str) -> None:
    assert "published a listing" in Reader(auditor)(f"/staff/trail?of={of}").text


def test_a_broken_trail_of_requests_is_said_there(vault_session: Session, auditor: FlaskClient) -> None:
    vault_session.rollback()
    begin_writing(vault_session)
    vault_session.execute(sa.update(AuditEntry).where(AuditEntry.number == 2).values(by="Nobody"))
    vault_session.commit()
    assert "Entry 2 is not as it was written" in Reader(auditor)(TRAIL).text
    assert "broken" not in Reader(auditor)("/staff/trail").text


def test_a_file_of_it_holds_nothing_of_another_council(
    session: Session, vault_session: Session, auditor: FlaskClient
) -> None:
    answer = take_out(auditor, format="csv", reason=WHY)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="trail-requests-')
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert [row["number"] for row in rows] == ["1", "4", "5"]
    assert {row["council"] for row in rows} == {HARBOURMOUTH}
    assert (rows[-1]["verb"], rows[-1]["reason"]) == ("trail.exported", WHY)
    assert json.loads(rows[-1]["facts"]) == {"format": "csv", "narrowed": []}
    assert looked(session) == []
    assert verify(vault_session) is None


def test_lines_of_it_can_be_worked_out_again(vault_session: Session, auditor: FlaskClient) -> None:
    text = take_out(auditor, format="jsonl", reason=WHY, verb="request.opened").get_data(as_text=True)
    told = [json.loads(line) for line in text.splitlines()]
    assert [one["number"] for one in told] == [1, 4]
    vault_session.rollback()
    for one in told:
        assert one["hash"] == hash_of(vault_session.get_one(AuditEntry, one["number"]))


def test_without_a_reason_there_is_no_file_and_the_page_is_still_of_requests(
    vault_session: Session, auditor: FlaskClient
) -> None:
    answer = take_out(auditor, format="csv", key="REF-3")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert '<a href="#reason">' in page
    assert '<input type="hidden" name="of" value="requests">' in page
    assert 'value="REF-3"' in page
    assert looked(vault_session) == []
    stale = auditor.post(EXPORT, data={"of": "requests", "key": "REF-3", "csrf_token": "old"})
    assert stale.status_code == 400
    assert '<input type="hidden" name="of" value="requests">' in stale.get_data(as_text=True)
