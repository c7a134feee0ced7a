"""What a service or statutory services have for somebody's safety leaves no mark on the family's own page."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Organization, Service
from hubfinder.people.models import AuditEntry
from hubfinder.referrals import receiving, triage
from hubfinder.referrals.family_view import FamilyView, view_of
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.reading import opened
from hubfinder.referrals.receiving import Answer, taken
from hubfinder.referrals.sharing import Group, Partner
from hubfinder.referrals.triage import Case, Refused, Somebody
from hubfinder.referrals.vocab import DeclineReason, Outcome, Point, ReferralState
from hubfinder.vault.keys import new_keyring
from tests.support.passing import CLINIC, OPENING, PLAY, TEAM, handing, passed, provider, writing
from tests.support.requests import a_request

RING = new_keyring()
FOR_SAFETY = handing(
    PLAY, partner=Partner.SCHOOL, groups=frozenset({Group.STORY}), safety="Somebody may come to harm."
)


def page(vault: Session, directory: Session, row: Referral) -> FamilyView:
    vault.rollback()
    return view_of(vault, directory, opened(RING, row))


def case_of(session: Session, row: Referral) -> Case:
    """The request in the hands of the front door."""
    writing(session)
    return Case(session, TEAM, opened(RING, row), OPENING)


def says_no(session: Session, passing: Passing, organization: str) -> None:
    writing(session)
    one = taken(session, RING, passing, passing.revision)
    receiving.decline(session, provider(organization), one, passing, Answer(DeclineReason.FULL), OPENING)
    session.commit()


def test_after_a_service_said_no_another_that_they_did_not_agree_to_is_not_told(
    vault_session: Session, session: Session
) -> None:
    row = a_request(vault_session, RING)
    (asked,) = passed(vault_session, RING, row)
    assert page(vault_session, session, row).stand.now == "Somebody who may help has your request."
    says_no(vault_session, asked, CLINIC.organization)
    before = page(vault_session, session, row)
    (secret,) = passed(vault_session, RING, row, FOR_SAFETY)
    meanwhile = page(vault_session, session, row)
    says_no(vault_session, secret, PLAY.organization)
    after = page(vault_session, session, row)
    for view in (before, meanwhile, after):
        assert view.stand.now == "Somebody is looking at your request."
        assert view.due_at is not None
    assert meanwhile.services == after.services == ()
    assert before.steps == meanwhile.steps == after.steps


def test_the_no_that_was_seen_to_does_not_come_back_with_another(
    vault_session: Session, session: Session
) -> None:
    clinic = Organization(key=CLINIC.organization, name="Wendside clinics")
    session.add(Service(key=CLINIC.service, name="Sleep clinic", organization=clinic))
    session.flush()
    row = a_request(vault_session, RING)
    (asked,) = passed(vault_session, RING, row)
    (secret,) = passed(vault_session, RING, row, FOR_SAFETY)
    says_no(vault_session, asked, CLINIC.organization)
    assert [name for name, _ in page(vault_session, session, row).services] == ["Sleep clinic"]
    triage.seen_to(case_of(vault_session, row), "We rang another clinic.")
    vault_session.commit()
    assert page(vault_session, session, row).services == ()
    says_no(vault_session, secret, PLAY.organization)
    assert Point.DECLINED in row.points
    assert page(vault_session, session, row).services == ()


def test_what_is_handed_over_goes_on_saying_the_time_that_was_told(
    vault_session: Session, session: Session
) -> None:
    row = a_request(vault_session, RING)
    triage.assign(case_of(vault_session, row), Somebody(TEAM.id or 0, TEAM.name))
    vault_session.commit()
    before = page(vault_session, session, row)
    triage.hand_over(case_of(vault_session, row), "To children's social care.")
    vault_session.commit()
    assert (row.state, row.due_at) == (ReferralState.HANDED_OVER, None)
    after = page(vault_session, session, row)
    assert (after.stand, after.due_at) == (before.stand, before.due_at)
    assert after.due_at is not None


def test_whom_they_can_always_ask_is_said_only_while_somebody_here_has_it(
    vault_session: Session, session: Session
) -> None:
    row = a_request(vault_session, RING)
    triage.name_key_worker(case_of(vault_session, row), "Ann Example, family worker")
    vault_session.commit()
    assert page(vault_session, session, row).key_worker == "Ann Example, family worker"
    triage.finish(case_of(vault_session, row), Outcome.HELPED)
    vault_session.commit()
    assert page(vault_session, session, row).key_worker == ""
    triage.reopen(case_of(vault_session, row), "They rang.")
    vault_session.commit()
    assert page(vault_session, session, row).key_worker == "Ann Example, family worker"


@pytest.mark.parametrize("is_handed_over", [False, True])
def test_a_key_worker_who_left_is_taken_off_without_a_word_of_it(
    vault_session: Session, session: Session, *, is_handed_over: bool
) -> None:
    row = a_request(vault_session, RING)
    with pytest.raises(Refused):
        triage.name_key_worker(case_of(vault_session, row), " ")
    triage.name_key_worker(case_of(vault_session, row), "Ann Example")
    vault_session.commit()
    if is_handed_over:
        triage.hand_over(case_of(vault_session, row), "To children's social care.")
        vault_session.commit()
    before = page(vault_session, session, row)
    triage.name_key_worker(case_of(vault_session, row), "")
    vault_session.commit()
    after = page(vault_session, session, row)
    assert (after.key_worker, after.steps, after.stand) == ("", before.steps, before.stand)
    verbs = select(AuditEntry.verb).order_by(AuditEntry.number.desc())
    assert vault_session.scalars(verbs).first() == "request.key_worker_gone"
