"""Who can agree for a family: not somebody who works with it, where not all of the family know."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.people.models import AuditEntry
from hubfinder.referrals import moving
from hubfinder.referrals.answers import told
from hubfinder.referrals.models import Consent, Referral
from hubfinder.referrals.passing import CONTACT, PassRefused, Why, missing_consent
from hubfinder.referrals.reading import opened
from hubfinder.referrals.receiving import groups_shown
from hubfinder.referrals.routing import Route, urgency_of
from hubfinder.referrals.sharing import Group, Partner, may_share
from hubfinder.referrals.staff_correcting import Righting, put_right
from hubfinder.referrals.triage import Refused, take
from hubfinder.referrals.vocab import Flag, PassState, ReferralState, Urgency
from hubfinder.vault.keys import new_keyring
from tests.support.passing import AGREED, OPENING, TEAM, handing, passed, writing
from tests.support.people import HARBOURMOUTH
from tests.support.requests import SAID, a_request

RING = new_keyring()
HUB = "mill-lane"
HETTIE: dict[str, Any] = {
    "who": "professional",
    "pro_name": "Hettie Visitor",
    "pro_email": "hettie@example.org",
    "no_consent_why": "The baby may not be safe.",
}
NOBODY: frozenset[Group] = frozenset()


def put(session: Session, row: Referral, **answers: object) -> None:
    """Staff put it right."""
    writing(session)
    session.refresh(row)
    one = opened(RING, row)
    put_right(session, RING, TEAM, one, Righting({**one.answers, **answers}, "she rang us", OPENING))
    session.commit()


def given(session: Session) -> list[list[bool]]:
    """What was agreed to, time after time: to get in touch, with whom and what."""
    rows = session.scalars(select(Consent).order_by(Consent.id)).all()
    return [[row.is_given for row in rows[at : at + 11]] for at in range(0, len(rows), 11)]


@pytest.mark.parametrize("knows", ["no", "partly", ""])
def test_a_professional_cannot_agree_for_a_family_that_does_not_know(knows: str) -> None:
    said = told({**SAID, **HETTIE, "family_knows": knows})
    assert [may_share(said, partner) for partner in Partner] == [NOBODY] * 4
    assert missing_consent(said, Partner.SERVICES, frozenset({Group.STORY})) == [CONTACT, "story"]
    assert urgency_of(said) is Urgency.URGENT
    assert may_share(told({**SAID, **HETTIE, "family_knows": "yes"}), Partner.SERVICES) == AGREED


@pytest.mark.parametrize("answers", [{"who": "family"}, {"who": "young_person"}, {}])
def test_a_family_and_a_young_person_agree_for_themselves(answers: dict[str, Any]) -> None:
    """What a form of somebody who works with a family once said of it is not looked at."""
    said = told({**SAID, **answers, "family_knows": "no"})
    assert may_share(said, Partner.SERVICES) == AGREED


def test_what_nobody_agreed_to_goes_for_somebodys_safety_with_a_reason(vault_session: Session) -> None:
    row = a_request(
        vault_session, RING, **HETTIE, family_knows="no", route=Route(HARBOURMOUTH, hub_there=HUB)
    )
    assert {Flag.NO_CONSENT, Flag.SAFEGUARDING, Flag.FAMILY_NOT_TOLD} <= opened(RING, row).head.flags
    assert given(vault_session) == [[True] + [False] * 10]
    writing(vault_session)
    case = take(vault_session, RING, TEAM, row, row.revision, OPENING)
    with pytest.raises(Refused):
        moving.move_to_hub(case, HUB, "Nearer.")
    moving.move_to_hub(case, HUB, "Nearer.", "She has bruises.")
    assert row.is_hub_for_safety
    vault_session.commit()
    with pytest.raises(PassRefused) as refused:
        passed(vault_session, RING, row)
    assert refused.value.why is Why.NOT_AGREED
    (passing,) = passed(vault_session, RING, row, handing(safety="She has bruises."))
    assert passing.without_consent == [CONTACT, "people", "place", "story"]
    assert frozenset(groups_shown(opened(RING, row).told, passing)) == AGREED


def test_where_the_family_does_not_know_after_all_nobody_keeps_it_by_agreement(
    vault_session: Session,
) -> None:
    """Staff learn it by telephone: what rested on the word of whoever sent it is taken back at once."""
    row = a_request(vault_session, RING, **HETTIE, family_knows="yes", route=Route(HARBOURMOUTH, HUB))
    (passing,) = passed(vault_session, RING, row)
    put(vault_session, row, family_knows="partly")
    assert (passing.state, row.hub_key) == (PassState.RECALLED, "")
    assert row.state is not ReferralState.PASSED_ON
    assert row.due_at is not None
    one = opened(RING, row)
    assert {Flag.NO_CONSENT, Flag.FAMILY_NOT_TOLD} <= one.head.flags
    assert one.told.share_with == ()
    entries = list(vault_session.scalars(select(AuditEntry).order_by(AuditEntry.number)))
    assert entries[-1].verb == "request.corrected"
    assert (entries[-1].facts["services"], entries[-1].facts["taken_from"]) == (1, HUB)
    assert entries[-2].verb == "request.passed", "one entry for all of it"
    put(vault_session, row, family_knows="yes")
    assert [sum(each) for each in given(vault_session)] == [6, 1, 6]
    assert row.hub_key == "", "a person gives it to the hub again"


def test_another_correction_leaves_what_was_agreed(vault_session: Session) -> None:
    row = a_request(vault_session, RING, route=Route(HARBOURMOUTH, HUB))
    (passing,) = passed(vault_session, RING, row)
    put(vault_session, row, story="It is her, not him.")
    assert (passing.state, row.hub_key, len(given(vault_session))) == (PassState.WAITING, HUB, 1)
