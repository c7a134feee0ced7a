"""A family that has lost its code gets another from the front door: once, sure who it is, nothing opened."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from hubfinder.people.models import AuditEntry
from hubfinder.people.trail import verify
from hubfinder.referrals.codes import read_code
from hubfinder.referrals.models import FamilyVisit, Referral, ReferralEvent
from hubfinder.referrals.visits import prove
from hubfinder.referrals.vocab import EventKind
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import Keyring
from tests.pages.reading import Reader
from tests.support.people import NORTHSANDS, signed_in
from tests.support.requests import SAID, of_reference, sent

WHY = "rang them on the safe number"


@pytest.fixture
def lost(vault_session: Session, ring: Keyring) -> tuple[Referral, str]:
    """A request, and the code that its family had."""
    receipt = sent(vault_session, ring, SAID)
    return of_reference(vault_session, receipt.reference), receipt.code


@pytest.fixture
def door(app: Flask) -> FlaskClient:
    return signed_in(app, Role.FRONT_DOOR)


def address(row: Referral) -> str:
    return f"/staff/requests/{row.reference}/rights/code"


def fields(client: FlaskClient, row: Referral, **more: str) -> dict[str, str]:
    """What the form on the page carries, and what somebody fills in."""
    html = client.get(address(row)).text.partition("<main")[2]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))
    return {**hidden, "reason": WHY, "sure": "yes", **more}


def code_in(html: str) -> str:
    """The code that a page shows; empty where it shows none."""
    shown = [read_code(text) for text in re.findall(r'<strong class="code" dir="ltr">([^<]+)<', html)]
    return next((code for code in shown if code), "")


def verbs(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.number)))


def test_a_new_code_opens_the_request_and_the_old_one_nothing(
    app: Flask, door: FlaskClient, lost: tuple[Referral, str], vault_session: Session, ring: Keyring
) -> None:
    row, old = lost
    family = app.test_client()
    follow = f"/follow/{row.reference}"
    shown(family, row, old)
    assert family.get(follow).status_code == 200
    answer = door.post(address(row), data=fields(door, row))
    code = code_in(answer.text)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert code
    assert code != old
    assert "Robin" not in answer.text
    vault_session.rollback()
    assert prove(vault_session, ring, row.reference, code) == row.id
    assert prove(vault_session, ring, row.reference, old) == ""
    assert vault_session.scalar(sa.select(sa.func.count()).select_from(FamilyVisit)) == 0
    assert family.get(follow).status_code == 404, "whoever read it with the old code is out"
    shown(family, row, code)
    assert "You were given a new code" in family.get(follow).text


def shown(client: FlaskClient, row: Referral, code: str) -> None:
    """A family types reference and code."""
    page = client.get("/follow").text
    token = re.search(r'name="form" value="([^"]+)"', page)
    assert token is not None
    answer = client.post("/follow", data={"form": token[1], "reference": row.reference, "code": code})
    assert answer.status_code == 303, answer.text[:500]


def test_it_is_one_entry_with_the_reason_and_nothing_is_opened(
    door: FlaskClient, lost: tuple[Referral, str], vault_session: Session
) -> None:
    row, _ = lost
    before = verbs(vault_session)
    code = code_in(door.post(address(row), data=fields(door, row)).text)
    assert verbs(vault_session) == [*before, "request.code_given"]
    entry = vault_session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "request.code_given")).one()
    assert (entry.subject_key, entry.council_code, entry.reason) == (row.reference, row.council_code, WHY)
    assert code not in str(entry.facts)
    told = sa.select(ReferralEvent).where(ReferralEvent.kind == EventKind.NEW_CODE)
    event = vault_session.scalars(told).one()
    assert (event.is_for_family, event.text, event.facts) == (True, None, {"to": "family"})
    assert verify(vault_session) is None


def test_sent_twice_it_is_done_once(
    door: FlaskClient, lost: tuple[Referral, str], vault_session: Session, ring: Keyring
) -> None:
    row, _ = lost
    form = fields(door, row)
    code = code_in(door.post(address(row), data=form).text)
    again = door.post(address(row), data=form)
    assert (again.status_code, code_in(again.text)) == (400, "")
    vault_session.rollback()
    assert prove(vault_session, ring, row.reference, code) == row.id
    assert verbs(vault_session).count("request.code_given") == 1
    assert code_in(door.get(address(row)).text) == "", "it is shown once"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"sure": ""}, "sure"),
        ({"sure": "no"}, "sure"),
        ({"reason": ""}, "reason"),
        ({"revision": "99"}, "do"),
        ({"revision": "x"}, "do"),
        ({"csrf_token": "old"}, "do"),
    ],
)
def test_without_being_sure_and_a_reason_there_is_none(
    door: FlaskClient,
    lost: tuple[Referral, str],
    vault_session: Session,
    ring: Keyring,
    wrong: dict[str, str],
    field: str,
) -> None:
    row, old = lost
    answer = door.post(address(row), data=fields(door, row, **wrong))
    assert (answer.status_code, code_in(answer.text)) == (400, "")
    assert f'href="#{field}"' in answer.text
    assert ("reason" in wrong) or (WHY in answer.text), "what was typed is still there"
    vault_session.rollback()
    assert prove(vault_session, ring, row.reference, old) == row.id


@pytest.mark.parametrize(
    ("role", "there"),
    [
        (Role.COUNCIL_ADMINISTRATOR, ""),
        (Role.HUB_STAFF, ""),
        (Role.AUDITOR, ""),
        (Role.FRONT_DOOR, NORTHSANDS),
    ],
)
def test_nobody_else_gives_one(
    app: Flask, lost: tuple[Referral, str], vault_session: Session, role: Role, there: str
) -> None:
    other = signed_in(app, role, there) if there else signed_in(app, role)
    assert other.get(address(lost[0])).status_code == 404
    if role is Role.COUNCIL_ADMINISTRATOR:
        page = other.get(f"/staff/requests/{lost[0].reference}/rights").text
        assert address(lost[0]) not in page
    app.config["WTF_CSRF_ENABLED"] = False
    answer = other.post(address(lost[0]), data={"reason": WHY, "sure": "yes", "revision": "1"})
    app.config["WTF_CSRF_ENABLED"] = True
    assert answer.status_code == 404
    assert "request.code_given" not in verbs(vault_session)


def test_the_second_factor_is_asked_for_again(door: FlaskClient, lost: tuple[Referral, str]) -> None:
    rights = door.get(f"/staff/requests/{lost[0].reference}/rights").text
    assert address(lost[0]) in rights
    with door.session_transaction() as own:
        own["factor_at"] = 0.0
    assert door.get(address(lost[0])).headers["Location"].startswith("/account/check")


def test_of_what_is_not_there_there_is_no_code(door: FlaskClient) -> None:
    assert door.get("/staff/requests/HE1P00000000099/rights/code").status_code == 404
    assert door.get("/staff/requests/nothing/rights/code").status_code == 404


def kept_in(html: str) -> dict[str, str]:
    """What a page holds of a form that was not taken."""
    return dict(re.findall(r'<textarea hidden name="(\w+)">\n([^<]*)</textarea>', html))


def test_who_types_for_longer_than_the_second_factor_lasts_loses_nothing(
    door: FlaskClient, lost: tuple[Referral, str], vault_session: Session
) -> None:
    correct = f"/staff/requests/{lost[0].reference}/rights/correct/story"
    for to in (address(lost[0]), correct):
        form = fields(door, lost[0], story="Typed at length.\nOn two lines.")
        with door.session_transaction() as own:
            shown_at = own["factor_at"]
            own["factor_at"] = 0.0
        answer = door.post(to, data=form)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (401, "no-store")
        assert 'href="/account/check"' in answer.text
        assert "Robin" not in answer.text
        assert kept_in(answer.text) == form
        with door.session_transaction() as own:
            own["factor_at"] = shown_at
        again = door.post(to, data={**kept_in(answer.text)})
        assert again.status_code in {200, 303}
    assert {"request.code_given", "request.corrected"} <= set(verbs(vault_session))


def test_what_was_put_right_on_an_old_page_is_still_there(
    app: Flask, door: FlaskClient, lost: tuple[Referral, str], vault_session: Session
) -> None:
    correct = f"/staff/requests/{lost[0].reference}/rights/correct/story"
    form = {"csrf_token": "old", "story": "Typed at length.", "reason": WHY, "revision": "1"}
    answer = door.post(correct, data=form)
    assert (answer.status_code, "open for too long" in answer.text) == (400, True)
    assert "Typed at length.</textarea>" in answer.text
    assert WHY in answer.text
    assert "request.corrected" not in verbs(vault_session)
    assert signed_in(app, Role.FRONT_DOOR, NORTHSANDS).post(correct, data=form).status_code == 404
    outside = app.test_client().post(correct, data=form)
    assert outside.status_code == 401
    assert kept_in(outside.text) == {name: text for name, text in form.items() if name != "csrf_token"}


def test_of_a_professionals_request_staff_say_who_gets_the_code(
    door: FlaskClient, vault_session: Session, ring: Keyring
) -> None:
    receipt = sent(vault_session, ring, {**SAID, "who": "professional", "family_knows": "yes"})
    row = of_reference(vault_session, receipt.reference)
    form = fields(door, row)
    assert "nothing that the professional wrote" in door.get(address(row)).text
    for to in ({}, {"to": "everybody"}):
        answer = door.post(address(row), data={**form, **to})
        assert (answer.status_code, 'id="to-error"' in answer.text) == (400, True)
    assert code_in(door.post(address(row), data={**form, "to": "family"}).text)
    vault_session.rollback()
    event = vault_session.scalars(
        sa.select(ReferralEvent).where(ReferralEvent.kind == EventKind.NEW_CODE)
    ).one()
    assert event.facts == {"to": "family"}


def test_what_happened_says_who_reads_it(door: FlaskClient, vault_session: Session, ring: Keyring) -> None:
    asked = {"who": "professional", "pro_name": "Hettie Visitor", "family_knows": "no"}
    receipt = sent(vault_session, ring, {**SAID, **asked})
    row = of_reference(vault_session, receipt.reference)
    page = Reader(door)(f"/staff/requests/{row.reference}")
    assert "Sent Hettie Visitor reads this" in page.section("What has happened")
    assert "the family reads this" not in page.text
    assert "Hettie Visitor and the services that have it read the name, not the family." in page.text
    assert code_in(door.post(address(row), data=fields(door, row, to="family")).text)
    page = Reader(door)(f"/staff/requests/{row.reference}")
    happened = page.section("What has happened")
    assert "Sent Hettie Visitor reads this" in happened
    assert "A new code was given to the family the family reads this" in happened
    assert "The family and the services that have it read the name." in page.text
