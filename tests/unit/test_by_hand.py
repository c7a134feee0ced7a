"""A service where nobody signs in is rung: what it may be told, what it says, and who is chased for it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.people.models import AuditEntry
from hubfinder.referrals import by_hand, receiving
from hubfinder.referrals.chasing import Chasing, chase
from hubfinder.referrals.models import Notice, Passing, Referral
from hubfinder.referrals.news import tell_of_correction
from hubfinder.referrals.passing import Handing, PassRefused, Receiver, Why, recall
from hubfinder.referrals.receiving import Answer, taken
from hubfinder.referrals.sharing import Partner
from hubfinder.referrals.states import WrongState
from hubfinder.referrals.vocab import DeclineReason, Outcome, PassState, Point, ReferralState
from hubfinder.vault.keys import new_keyring
from tests.support.passing import OPENING, TEAM, handing, passed, provider, writing
from tests.support.requests import a_request

RING = new_keyring()
RUNG = Receiver("perinatal", "wend-nhs", is_by_hand=True)


def rung(session: Session, given: Handing | None = None) -> tuple[Referral, Passing]:
    row = a_request(session, RING)
    return row, passed(session, RING, row, given or handing(RUNG))[0]


def do(session: Session, verb: Callable[..., object], passing: Passing, *more: object) -> None:
    """One verb of the team, in a transaction of its own."""
    writing(session)
    one = taken(session, RING, passing, passing.revision)
    verb(session, TEAM, one, passing, *more)
    session.commit()


def is_news(passing: Passing) -> bool:
    return passing.has_news


def wordings(session: Session) -> list[str]:
    return list(session.scalars(select(Notice.wording).order_by(Notice.id)))


def last(session: Session) -> AuditEntry:
    return session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first() or AuditEntry()


def test_that_it_was_rung_stands_in_the_trail_and_no_message_goes_to_it(vault_session: Session) -> None:
    row, passing = rung(vault_session)
    assert row.state is ReferralState.PASSED_ON
    assert (passing.state, passing.is_by_hand) == (PassState.WAITING, True)
    assert passing.due_at is not None
    assert "service_new" not in wordings(vault_session)
    assert last(vault_session).verb == "request.passed"
    assert last(vault_session).facts["by_hand"] == ["perinatal"]


def test_what_the_family_did_not_agree_to_needs_a_reason_as_for_every_service(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    with pytest.raises(PassRefused) as refused:
        passed(vault_session, RING, row, handing(RUNG, partner=Partner.HEALTH))
    assert refused.value.why is Why.NOT_AGREED
    made = passed(
        vault_session, RING, row, handing(RUNG, partner=Partner.HEALTH, safety="She may come to harm.")
    )
    assert made[0].without_consent[0] == "contact"


def test_the_team_notes_what_it_says(vault_session: Session) -> None:
    row, passing = rung(vault_session)
    do(vault_session, receiving.accept, passing, OPENING)
    assert passing.state is PassState.ACCEPTED
    entry = last(vault_session)
    assert (entry.verb, entry.by) == ("request.pass_accepted", TEAM.name)
    assert entry.facts == {"service": RUNG.service, "by_hand": "yes"}, "it was not the service that did it"
    do(vault_session, receiving.finish, passing, Answer(Outcome.HELPED, "They met twice."), OPENING)
    assert passing.outcome is Outcome.HELPED
    assert row.state is ReferralState.LOOKED_AT
    assert row.due_at is not None


def test_a_no_brings_it_back_with_a_clock(vault_session: Session) -> None:
    row, passing = rung(vault_session)
    do(vault_session, receiving.decline, passing, Answer(DeclineReason.FULL), OPENING)
    assert (row.state, row.points) == (ReferralState.LOOKED_AT, [Point.DECLINED])
    assert row.due_at is not None


def test_whoever_signs_in_there_later_does_not_find_it_in_the_inbox(vault_session: Session) -> None:
    _, passing = rung(vault_session)
    kim = provider(RUNG.organization)
    assert list(receiving.inbox_of(vault_session, kim)) == []
    assert receiving.received(vault_session, kim, passing.id) is None


def test_what_is_late_is_chased_at_the_team_and_not_at_the_service(vault_session: Session) -> None:
    _, passing = rung(vault_session)
    assert passing.due_at is not None
    due = as_utc(passing.due_at)
    vault_session.rollback()
    chase(
        Chasing(vault_session, lambda _council: OPENING, moment=due + timedelta(minutes=1)),
        lambda _council: True,
    )
    assert "team_ring_service" in wordings(vault_session)
    assert not [word for word in wordings(vault_session) if word.startswith("service_")]


def test_one_that_was_taken_back_is_rung_until_somebody_says_that_it_knows(vault_session: Session) -> None:
    row, passing = rung(vault_session)
    do(vault_session, recall, passing, OPENING)
    assert is_news(passing)
    assert "team_ring_to_stop" in wordings(vault_session)
    assert "service_recalled" not in wordings(vault_session)
    do(vault_session, by_hand.they_know, passing, OPENING)
    assert not is_news(passing)
    assert last(vault_session).verb == "request.services_told"
    with pytest.raises(WrongState):
        do(vault_session, by_hand.they_know, passing, OPENING)
    assert by_hand.by_hand_of(vault_session, row, passing.id) is passing


def test_what_is_put_right_is_for_the_team_to_tell(vault_session: Session) -> None:
    row, passing = rung(vault_session)
    writing(vault_session)
    tell_of_correction(vault_session, row, ["telephone"], OPENING)
    vault_session.commit()
    assert is_news(passing)
    assert "team_ring_changed" in wordings(vault_session)
    assert "service_changed" not in wordings(vault_session)


def test_a_service_that_signs_in_is_not_answered_for(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    passing = passed(vault_session, RING, row)[0]
    assert by_hand.by_hand_of(vault_session, row, passing.id) is None
