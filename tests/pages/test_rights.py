"""A family's rights, on the pages of staff: a copy without others, a hold, an end; how long all is kept."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.people.models import AuditEntry
from hubfinder.people.trail import verify
from hubfinder.people.values import Actor
from hubfinder.referrals import retention
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.models import Referral, Tombstone, VaultWork
from hubfinder.referrals.reading import box_of
from hubfinder.referrals.retention_rules import months_after
from hubfinder.referrals.sharing import Partner
from hubfinder.referrals.subject_access import EXPORTED, LEFT_OUT, NOT_ABOUT_ANYBODY
from hubfinder.referrals.vocab import EventKind, Outcome, ReferralState
from hubfinder.staff_vocab import Role
from hubfinder.vault.base import VaultBase
from hubfinder.vault.keys import Keyring
from tests.support.passing import CLINIC, handing, passed
from tests.support.people import HARBOURMOUTH, NORTHSANDS, signed_in
from tests.support.requests import a_request

NURSE = Actor("Pat Nurseson", 7)
WHY = "they asked on paper"


@pytest.fixture
def row(vault_session: Session, ring: Keyring) -> Referral:
    """A request that names others, with a note of a colleague."""
    made = a_request(
        vault_session, ring, story="Sam Sample said that Ash wakes at night. So does Mrs Next-Door."
    )
    vault_session.rollback()
    begin_writing(vault_session)
    note_event(vault_session, made, box_of(ring, made), NURSE, Said(EventKind.NOTED, "Rang the school."))
    vault_session.commit()
    return made


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A council administrator; forms need no token here."""
    app.config["WTF_CSRF_ENABLED"] = False
    yield signed_in(app, Role.COUNCIL_ADMINISTRATOR)
    app.config["WTF_CSRF_ENABLED"] = True


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_data(as_text=True)


def rights_of(row: Referral, more: str = "") -> str:
    return f"/staff/requests/{row.reference}/rights{more}"


def verbs(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.number)))


def taken_out(client: FlaskClient, row: Referral, **more: object) -> tuple[str, str]:
    """The page and the JSON of a copy."""
    answer = client.post(rights_of(row, "/copy"), data={"reason": WHY, "revision": row.revision, **more})
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as folder:
        assert sorted(folder.namelist()) == ["request.html", "request.json"]
        return folder.read("request.html").decode(), folder.read("request.json").decode()


def test_the_page_says_how_long_and_opens_nothing(
    client: FlaskClient, row: Referral, vault_session: Session
) -> None:
    before = verbs(vault_session)
    shown = page(client, rights_of(row))
    assert "Kept until" in shown
    assert "Robin" not in shown
    assert verbs(vault_session) == before


def test_others_are_left_out_until_somebody_ticks_them(
    client: FlaskClient, row: Referral, vault_session: Session
) -> None:
    shown = page(client, rights_of(row, "/copy"))
    assert "<mark>Sam Sample</mark>" in shown
    assert "Rang the school." in shown
    assert verbs(vault_session)[-1] == "request.opened"
    html, said = taken_out(client, row, names="Mrs Next-Door")
    for name in ("Sam", "Sample", "Ash", "Next-Door", "Pat Nurseson", "Rang the school", "Wend NHS"):
        assert name not in html, name
        assert name not in said, name
    for kept in ("Robin Example", "[…] said that […] wakes at night", "01632 960123"):
        assert kept in said, kept
    assert verbs(vault_session)[-1] == "request.exported"
    entry = vault_session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.reason, entry.facts) == (WHY, {"left_out": 5})
    assert verify(vault_session) is None


def test_the_page_of_a_copy_is_in_words(
    client: FlaskClient, row: Referral, vault_session: Session, ring: Keyring
) -> None:
    vault_session.rollback()
    passed(vault_session, ring, row, handing(CLINIC))
    vault_session.commit()
    html, said = taken_out(client, row)
    for words in (
        "Where it stands",
        "Passed on to services",
        "How to reach them safely",
        "01632 960123",
        "robin@example.org",
        "What was agreed to",
        "To get in touch",
        "Services that could help you",
        "Names and dates of birth",
        "Sleep clinic for babies and toddlers",
        "Waiting for the service",
        "Who looked at it, and what was done",
        "passed a request on to services",
    ):
        assert words in html, words
    for code in (
        ".kind",
        "request.opened",
        "group:",
        "given_wording",
        "public_task",
        "T20",
        "+00:00",
        "None",
    ):
        assert code not in html, code
    assert "request.passed" in said
    assert "+00:00" in said


def test_what_is_ticked_is_given(client: FlaskClient, row: Referral) -> None:
    html, said = taken_out(client, row, tick=["person-1", "helper-0"])
    for name in ("Ash Example", "Sam Sample", "Wend NHS"):
        assert name in said, name
        assert name in html, name
    assert "Pat Nurseson" not in said
    document = json.loads(said)
    assert document["left_out"] == 2
    assert document["referral"][0]["body"]["story"].startswith("Sam Sample said that Ash wakes")


def test_what_the_family_is_not_told_is_shown_for_review_and_left_out(
    client: FlaskClient, row: Referral, vault_session: Session, ring: Keyring
) -> None:
    passed(vault_session, ring, row, handing(CLINIC, partner=Partner.SCHOOL, safety="Somebody is afraid."))
    vault_session.rollback()
    vault_session.refresh(row)
    shown = page(client, rights_of(row, "/copy"))
    assert "What the family is not told" in shown
    assert "Who has it for somebody’s safety: Sleep clinic for babies and toddlers" in shown
    html, said = taken_out(client, row)
    for word in ("Sleep clinic", "sleep-clinic", "Passed on", "passed_on", "passed a request on"):
        assert word not in html, word
        assert word not in said, word
    assert "Being looked at" in html
    vault_session.rollback()
    entry = vault_session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert entry.facts["not_told"] == ["safety"]
    assert "not_told" not in taken_out(client, row)[1], "the copy before says so in the trail alone"
    html, said = taken_out(client, row, tick=["untold-safety"])
    assert "Sleep clinic for babies and toddlers" in html
    assert "Passed on to services" in html


def test_every_column_of_the_vault_is_given_or_left_out_for_a_reason() -> None:
    tables = VaultBase.metadata.tables
    assert set(EXPORTED) | set(NOT_ABOUT_ANYBODY) == set(tables)
    assert not set(EXPORTED) & set(NOT_ABOUT_ANYBODY)
    for name, given in EXPORTED.items():
        kept = LEFT_OUT.get(name, {})
        assert not given & set(kept), name
        assert given | set(kept) == set(tables[name].c.keys()), name
        assert all(kept.values()), name


def test_without_a_reason_nothing_goes_out(
    client: FlaskClient, row: Referral, vault_session: Session
) -> None:
    answer = client.post(rights_of(row, "/copy"), data={"reason": "", "revision": row.revision})
    assert answer.status_code == 400
    assert "Say why" in answer.get_data(as_text=True)
    assert "request.exported" not in verbs(vault_session)


def test_a_hold_keeps_it_until_it_is_taken_off(
    client: FlaskClient, row: Referral, vault_session: Session
) -> None:
    unsaid = client.post(rights_of(row, "/hold"), data={"revision": row.revision, "hold": "on"})
    assert 'href="#hold-reason"' in unsaid.get_data(as_text=True)
    short = {"revision": row.revision, "hold": "on", "reason": "lost"}
    assert "at least 5 letters" in client.post(rights_of(row, "/hold"), data=short).text
    data = {"reason": "a court asks", "revision": row.revision, "hold": "on"}
    assert client.post(rights_of(row, "/hold"), data=data).status_code == 303
    again = client.post(rights_of(row, "/hold"), data=data)
    assert again.status_code == 400, "it is on already, and changed meanwhile"
    assert "A legal hold is on it" in page(client, rights_of(row))
    vault_session.rollback()
    vault_session.refresh(row)
    refused = client.post(
        rights_of(row, "/erase"), data={"reason": WHY, "revision": row.revision, "sure": "yes"}
    )
    assert refused.status_code == 400
    assert vault_session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 1
    vault_session.rollback()
    data = {"reason": "it is over", "revision": str(row.revision), "hold": "off"}
    assert client.post(rights_of(row, "/hold"), data=data).status_code == 303
    assert verbs(vault_session)[-2:] == ["request.held", "request.released"]
    entries = vault_session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(2))
    assert [entry.reason for entry in entries] == ["it is over", "a court asks"], "as the page says"


def test_erased_means_gone_and_known_to_be_gone(
    client: FlaskClient, row: Referral, vault_session: Session
) -> None:
    address = rights_of(row)
    for data in (
        {"reason": WHY, "revision": row.revision},
        {"reason": "", "revision": row.revision, "sure": "yes"},
        {"reason": WHY, "revision": row.revision - 1, "sure": "yes"},
    ):
        assert client.post(f"{address}/erase", data=data).status_code == 400
    done = client.post(f"{address}/erase", data={"reason": WHY, "revision": row.revision, "sure": "yes"})
    assert done.status_code == 303
    vault_session.rollback()
    assert vault_session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 0
    assert vault_session.scalars(sa.select(Tombstone.why)).all() == ["erasure"]
    assert verbs(vault_session)[-1] == "request.destroyed"
    shown = page(client, address)
    assert "Somebody had asked for that." in shown
    assert client.post(f"{address}/erase", data={"reason": WHY, "sure": "yes"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "code", "status"),
    [
        (Role.FRONT_DOOR, HARBOURMOUTH, 200),
        (Role.COUNCIL_ADMINISTRATOR, NORTHSANDS, 404),
        (Role.FRONT_DOOR, NORTHSANDS, 404),
        (Role.HUB_STAFF, HARBOURMOUTH, 404),
        (Role.AUDITOR, HARBOURMOUTH, 404),
        (Role.PROVIDER, HARBOURMOUTH, 404),
    ],
)
def test_only_who_answers_for_it_gets_there(
    app: Flask, row: Referral, role: Role, code: str, status: int
) -> None:
    theirs = signed_in(app, role, code)
    for more in ("", "/copy", "/correct"):
        assert theirs.get(rights_of(row, more)).status_code == status
    assert theirs.get("/staff/requests/0123456789ABCDE/rights").status_code == 404


def test_the_second_factor_is_asked_for_again(app: Flask, row: Referral) -> None:
    stale = signed_in(app, Role.FRONT_DOOR)
    with stale.session_transaction() as kept:
        kept["factor_at"] -= 600
    for more in ("", "/copy", "/correct"):
        answer = stale.get(rights_of(row, more))
        assert answer.status_code == 303
        assert "/account/check" in answer.headers["Location"]


def test_retention_says_what_is_due_and_waits_where_it_is_much(
    client: FlaskClient, vault_session: Session, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MANY", 1)
    for _ in range(2):
        made = a_request(vault_session, ring)
        vault_session.rollback()
        begin_writing(vault_session)
        made.state, made.outcome = ReferralState.FINISHED, Outcome.ADVISED
        made.finished_at = months_after(utc_now(), -13)
        vault_session.commit()
    vault_session.rollback()
    assert "waits until somebody has looked" in page(client, "/staff/retention")
    assert "destroy 2 requests" in page(client, "/staff/retention/go-on")
    wrong = client.post(
        "/staff/retention/go-on", data={"council": HARBOURMOUTH, "due": "3", "reason": "I looked"}
    )
    assert wrong.status_code == 409
    other = client.post(
        "/staff/retention/go-on", data={"council": NORTHSANDS, "due": "0", "reason": "I looked"}
    )
    assert other.status_code == 404
    done = client.post(
        "/staff/retention/go-on",
        data={"council": HARBOURMOUTH, "due": "2", "reason": "I looked"},
        follow_redirects=True,
    )
    assert "2 requests were destroyed" in done.get_data(as_text=True)
    assert verbs(vault_session).count("request.destroyed") == 2


def test_a_clock_that_is_odd_is_said_and_confirmed(client: FlaskClient, vault_session: Session) -> None:
    then = utc_now() - timedelta(days=30)
    begin_writing(vault_session)
    vault_session.add(VaultWork(name="retention", begun_at=then, ended_at=then))
    vault_session.commit()
    assert "Nothing is destroyed at the moment" in page(client, "/staff/retention")
    data = {"council": HARBOURMOUTH, "due": "0", "reason": "the machine was off"}
    assert client.post("/staff/retention/go-on", data=data).status_code == 303
    assert "Nothing is destroyed at the moment" not in page(client, "/staff/retention")
    assert verbs(vault_session) == ["retention.clock_confirmed"]
