"""Auditors read the trail of their council, narrow it, see whether it is whole, and take it out as a file."""

import csv
import io
import json
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.audit import Subject, hash_of, record
from hubfinder.people.models import AuditEntry
from hubfinder.people.trail import verify
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import Role
from tests.pages.reading import Reader
from tests.support.application import empty_tables
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council, signed_in

TRAIL, EXPORT = "/staff/trail", "/staff/trail/export"
WHY = "The yearly look"
FORMULA = '=HYPERLINK("https://x.example.org")'


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A trail of six entries in two councils and of the installation."""
    with app.app_context():
        empty_tables(db.session)
        begin_writing(db.session)
        council(db.session, HARBOURMOUTH)
        council(db.session, NORTHSANDS)
        for number, code in enumerate((HARBOURMOUTH, NORTHSANDS, "", HARBOURMOUTH, NORTHSANDS, HARBOURMOUTH)):
            subject = Subject("listing", f"listing-{number}", code)
            record(db.session, Actor(f"Kim {number}", 7 + number % 2), "listing.published", subject, FORMULA)
        db.session.commit()
        yield db.session
        db.session.rollback()


@pytest.fixture
def auditor(app: Flask, session: Session) -> FlaskClient:
    assert session.is_active
    return signed_in(app, Role.AUDITOR)


def numbers(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'<th scope="row">(\d+)</th>', html)]


def take_out(client: FlaskClient, **fields: str) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(EXPORT).get_data(as_text=True))
    assert token is not None
    return client.post(EXPORT, data={"csrf_token": token[1], **fields})


def test_an_auditor_sees_what_belongs_to_the_own_council(auditor: FlaskClient) -> None:
    page = Reader(auditor)(TRAIL)
    assert numbers(page.html) == [7, 6, 4, 1]
    assert "published a listing" in page.text
    assert "Kim 1" not in page.text
    assert "All 7 entries are as they were written." in page.text


def test_to_look_is_an_entry_and_only_one(session: Session, auditor: FlaskClient) -> None:
    for more in ("", "?verb=listing.published&since=2020-01-01"):
        auditor.get(TRAIL + more)
    read = session.scalars(select(AuditEntry).where(AuditEntry.verb == "trail.read")).all()
    assert [(entry.council_code, entry.subject_kind) for entry in read] == [(HARBOURMOUTH, "trail")] * 2
    session.rollback()
    assert verify(session) is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("verb=listing.published", [6, 4, 1]),
        ("verb=listing.", [6, 4, 1]),
        ("verb=trail.read", [7]),
        ("person=8", [6, 4]),
        ("person=99", []),
        ("person=no", [7, 6, 4, 1]),
        ("kind=listing&key=listing-3", [4]),
        ("key=listing-1", []),
        ("since=2020-01-01&until=2020-12-31", []),
        ("before=6", [4, 1]),
        ("before=%00", [7, 6, 4, 1]),
    ],
)
def test_the_trail_is_narrowed(auditor: FlaskClient, asked: str, found: list[int]) -> None:
    assert numbers(Reader(auditor)(f"{TRAIL}?{asked}").html) == found


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "20261101", "2026-11-01T00:00"])
def test_a_day_that_is_none_is_said_by_the_field(auditor: FlaskClient, day: str) -> None:
    page = Reader(auditor)(f"{TRAIL}?since={day}")
    assert page.status == 400
    assert '<a href="#since">' in page.html


def test_fifty_entries_stand_on_a_page(session: Session, auditor: FlaskClient) -> None:
    begin_writing(session)
    for number in range(60):
        record(session, Actor("Kim"), "listing.assured", Subject("listing", f"l-{number}", HARBOURMOUTH))
    session.commit()
    first = Reader(auditor)(f"{TRAIL}?verb=listing.assured")
    assert numbers(first.html) == list(range(66, 16, -1))
    second = Reader(auditor)(first.links["Older entries"])
    assert numbers(second.html) == list(range(16, 6, -1))
    assert "Older entries" not in second.links


def test_a_broken_trail_is_said_first(session: Session, auditor: FlaskClient) -> None:
    session.rollback()
    begin_writing(session)
    session.execute(sa.update(AuditEntry).where(AuditEntry.number == 2).values(by="Nobody"))
    session.commit()
    page = Reader(auditor)(TRAIL)
    assert "The trail is broken" in page.text
    assert "Entry 2 is not as it was written" in page.text


def test_a_table_holds_no_formula_and_nothing_of_another_council(
    session: Session, auditor: FlaskClient
) -> None:
    answer = take_out(auditor, format="csv", reason=WHY)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="trail-')
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert [row["number"] for row in rows] == ["1", "4", "6", "7"]
    assert {row["council"] for row in rows} == {HARBOURMOUTH}
    assert rows[0]["reason"] == f"'{FORMULA}"
    assert (rows[-1]["verb"], rows[-1]["reason"]) == ("trail.exported", WHY)
    assert json.loads(rows[-1]["facts"]) == {"format": "csv", "narrowed": []}
    session.rollback()
    assert verify(session) is None


def test_lines_for_programs_can_be_worked_out_again(session: Session, auditor: FlaskClient) -> None:
    text = take_out(auditor, format="jsonl", reason=WHY, verb="listing.published").get_data(as_text=True)
    told = [json.loads(line) for line in text.splitlines()]
    assert [one["number"] for one in told] == [1, 4, 6]
    for one in told:
        assert one["hash"] == hash_of(session.get_one(AuditEntry, one["number"]))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"format": "csv"}, "reason"),
        ({"format": "pdf", "reason": WHY}, "format"),
        ({"format": "csv", "reason": WHY, "until": "never"}, "until"),
    ],
)
def test_without_a_reason_there_is_no_file(
    session: Session, auditor: FlaskClient, fields: dict[str, str], field: str
) -> None:
    answer = take_out(auditor, **fields)
    assert answer.status_code == 400
    assert f'<a href="#{field}">' in answer.get_data(as_text=True)
    assert session.scalar(select(AuditEntry.number).where(AuditEntry.verb == "trail.exported")) is None


def test_taking_out_needs_the_second_factor_again(auditor: FlaskClient) -> None:
    with auditor.session_transaction() as own:
        own["factor_at"] = 0.0
    assert auditor.get(EXPORT).headers["Location"].startswith("/account/check")
    assert auditor.get(TRAIL).status_code == 200


def test_a_form_that_was_open_too_long_takes_nothing_out(session: Session, auditor: FlaskClient) -> None:
    answer = auditor.post(EXPORT, data={"format": "csv", "reason": WHY, "csrf_token": "old"})
    assert answer.status_code == 400
    assert "open for too long" in answer.get_data(as_text=True)
    assert session.scalar(select(AuditEntry.number).where(AuditEntry.verb == "trail.exported")) is None
