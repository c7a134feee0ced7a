"""A service where nobody signs in does not know the newest: that has a clock, and is in the queue."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.referrals import by_hand, moving, receiving, triage
from hubfinder.referrals.chasing import Chasing, chase
from hubfinder.referrals.family import add, correct
from hubfinder.referrals.family_view import view_of
from hubfinder.referrals.models import Notice, Passing, Referral
from hubfinder.referrals.passing import Handing, Receiver, recall
from hubfinder.referrals.queue import Wanted, counts, rows
from hubfinder.referrals.reading import opened
from hubfinder.referrals.receiving import Answer, taken
from hubfinder.referrals.routing import Route
from hubfinder.referrals.sharing import Group
from hubfinder.referrals.taking_back import withdraw
from hubfinder.referrals.triage import Case, Refused, take
from hubfinder.referrals.vocab import DeclineReason, Outcome, PassState, Point, ReferralState, Urgency
from hubfinder.vault.keys import new_keyring
from tests.support.family import Family
from tests.support.passing import CLINIC, OPENING, TEAM, handing, passed, provider, writing
from tests.support.people import HARBOURMOUTH, NORTHSANDS
from tests.support.requests import a_request

RING = new_keyring()
RUNG = Receiver("perinatal", "wend-nhs", is_by_hand=True)
FOR_SAFETY = handing(CLINIC, groups=frozenset({Group.CHILD}), safety="She is hurt at home.")


def rung(session: Session, given: Handing | None = None, **answers: object) -> Family:
    """A family whose request a service has taken where nobody signs in."""
    family = Family(session, RING, telephone_call="yes", **answers)
    passed(session, RING, family.row, given or handing(RUNG))
    say(family, receiving.accept)
    assert (family.row.due_at, family.row.points) == (None, [])
    return family


def passing_of(family: Family) -> Passing:
    family.session.expire_all()
    there = select(Passing).where(Passing.referral_id == family.row.id, Passing.is_by_hand)
    return family.session.scalars(there).one()


def say(family: Family, verb: Callable[..., object], *more: object) -> None:
    """Note what the service says, or that it knows."""
    passing = passing_of(family)
    writing(family.session)
    one = taken(family.session, RING, passing, passing.revision)
    verb(family.session, TEAM, one, passing, *more, OPENING)
    family.session.commit()


def case_of(session: Session, row: Referral) -> Case:
    writing(session)
    session.refresh(row)
    return take(session, RING, TEAM, row, row.revision, OPENING)


def puts_right(family: Family, **answers: object) -> None:
    version = family.row.version
    hand = family.hand()
    correct(hand, lambda there: {**there, **answers}, version)
    hand.session.commit()


def takes_back(family: Family) -> None:
    hand = family.hand()
    withdraw(hand)
    hand.session.commit()


def shown(session: Session) -> list[str]:
    session.rollback()
    return [row.reference for row in rows(session, TEAM, Wanted(), 1)]


def is_due(row: Referral, *, soon: bool = True) -> bool:
    by = OPENING.soon(utc_now()) if soon else OPENING.due(utc_now())
    return row.due_at is not None and abs(as_utc(row.due_at) - by) < timedelta(minutes=1)


def test_a_number_that_is_not_safe_any_more_is_told_them_within_the_hour(vault_session: Session) -> None:
    family = rung(vault_session)
    puts_right(family, telephone_call="no", telephone_text="no")
    assert (family.row.state, family.row.points) == (ReferralState.PASSED_ON, [Point.RING])
    assert is_due(family.row)
    with pytest.raises(Refused):
        triage.seen_to(case_of(vault_session, family.row), "Rang nobody.")
    due = as_utc(family.row.due_at or utc_now())
    assert counts(vault_session, TEAM, due + timedelta(minutes=1)).late == 1
    vault_session.rollback()
    late = Chasing(vault_session, lambda _council: OPENING, moment=due + timedelta(days=4))
    chase(late, lambda _council: True)
    words = set(vault_session.scalars(select(Notice.wording)))
    assert {"team_ring_changed", "team_due", "team_escalated"} <= words
    say(family, by_hand.they_know)
    assert (family.row.points, family.row.due_at) == ([], None)
    assert passing_of(family).state is PassState.ACCEPTED


def test_what_does_not_change_how_they_are_reached_has_the_usual_time(vault_session: Session) -> None:
    family = rung(vault_session)
    puts_right(family, tried="A lamp.")
    assert family.row.points == [Point.RING]
    assert is_due(family.row, soon=False)
    puts_right(family, telephone_call="no")
    assert is_due(family.row), "the sooner one"


def test_what_was_taken_back_is_in_the_queue_until_they_know(
    vault_session: Session, session: Session
) -> None:
    family = rung(vault_session)
    takes_back(family)
    assert (family.row.state, family.row.points) == (ReferralState.WITHDRAWN, [Point.RING])
    assert is_due(family.row)
    assert shown(vault_session) == [family.row.reference]
    assert view_of(vault_session, session, opened(RING, family.row)).due_at is None
    say(family, by_hand.they_know)
    assert (family.row.state, family.row.due_at, shown(vault_session)) == (ReferralState.WITHDRAWN, None, [])


def test_a_kind_of_service_that_is_not_wanted_any_more_is_rung_soon(vault_session: Session) -> None:
    family = rung(vault_session)
    puts_right(family, share_with=["hub"])
    assert (family.row.state, family.row.points) == (ReferralState.LOOKED_AT, [Point.RING])
    assert is_due(family.row), "that it came back does not put it off"
    say(family, by_hand.they_know)
    assert (family.row.points, is_due(family.row)) == ([], True), "somebody looks at what came back"


@pytest.mark.parametrize("ends", ["finish", "hand_over", "send_elsewhere"])
def test_whatever_ends_it_they_are_rung(vault_session: Session, session: Session, ends: str) -> None:
    family = rung(vault_session)
    if ends == "finish":
        say(family, recall)
        triage.finish(case_of(vault_session, family.row), Outcome.ADVISED)
    elif ends == "hand_over":
        triage.hand_over(case_of(vault_session, family.row), "To children's social care.")
    else:
        triage.send_elsewhere(case_of(vault_session, family.row), "Lakeshire", "They know.")
    vault_session.commit()
    assert (family.row.points, is_due(family.row)) == ([Point.RING], True)
    assert shown(vault_session) == [family.row.reference]
    told = view_of(vault_session, session, opened(RING, family.row)).due_at
    assert told is None or as_utc(told) > OPENING.soon(utc_now()) + timedelta(hours=1), (
        "not the clock of ringing"
    )
    say(family, by_hand.they_know)
    assert (family.row.due_at, shown(vault_session)) == (None, [])


def test_that_they_know_does_not_end_what_else_waits(vault_session: Session) -> None:
    family = rung(vault_session)
    puts_right(family, telephone_call="no")
    hand = family.hand()
    add(hand, "He is back.", "1")
    hand.session.commit()
    say(family, by_hand.they_know)
    assert (family.row.points, family.row.due_at is None) == ([Point.ADDED], False)
    hand = family.hand()
    add(hand, "", "2", in_danger=True)
    hand.session.commit()
    triage.seen_to(case_of(vault_session, family.row), "Rang the police.")
    vault_session.commit()
    assert family.row.points == [Point.RING], "nobody has told the service that there is danger"
    assert family.row.due_at is not None


def test_of_two_that_have_to_be_rung_both_are(vault_session: Session) -> None:
    family = Family(vault_session, RING, telephone_call="yes")
    other = Receiver("story-time-1", "helpers", is_by_hand=True)
    first, second = passed(vault_session, RING, family.row, handing(RUNG, other))
    puts_right(family, telephone_call="no")
    for passing, points in ((first, [Point.RING]), (second, [])):
        writing(vault_session)
        one = taken(vault_session, RING, passing, passing.revision)
        by_hand.they_know(vault_session, TEAM, one, passing, OPENING)
        vault_session.commit()
        assert family.row.points == points
    assert family.row.due_at is None


def test_a_hub_that_took_it_on_has_its_own_time_again_once_they_know(vault_session: Session) -> None:
    row = a_request(vault_session, RING, route=Route(HARBOURMOUTH, "hub-saltings"))
    (passing,) = passed(vault_session, RING, row, handing(RUNG))
    writing(vault_session)
    recall(vault_session, TEAM, taken(vault_session, RING, passing, passing.revision), passing, OPENING)
    vault_session.commit()
    moving.accept(case_of(vault_session, row), "hub-saltings")
    vault_session.commit()
    assert (row.state, row.points, is_due(row)) == (ReferralState.ACCEPTED, [Point.RING], True)
    writing(vault_session)
    one = taken(vault_session, RING, passing, passing.revision)
    by_hand.they_know(vault_session, TEAM, one, passing, OPENING)
    vault_session.commit()
    assert row.due_at is not None
    assert abs(as_utc(row.due_at) - OPENING.due(utc_now(), 10)) < timedelta(minutes=1)


def test_the_end_of_a_services_part_puts_no_shorter_clock_off(vault_session: Session) -> None:
    family = Family(vault_session, RING)
    (passing,) = passed(vault_session, RING, family.row, FOR_SAFETY)
    takes_back(family)
    family.row.chased = 2
    vault_session.commit()
    due = family.row.due_at
    declined(vault_session, passing)
    assert (family.row.state, family.row.urgency) == (ReferralState.LOOKED_AT, Urgency.USUAL)
    assert (family.row.due_at, family.row.chased) == (due, 2)


def test_nor_that_of_what_was_written(vault_session: Session) -> None:
    family = Family(vault_session, RING)
    (passing,) = passed(vault_session, RING, family.row)
    hand = family.hand()
    add(hand, "Please ring before six.", "1")
    hand.session.commit()
    written_by = utc_now() + timedelta(minutes=20)
    family.row.due_at = written_by
    vault_session.commit()
    declined(vault_session, passing)
    (due,) = vault_session.scalars(select(Referral.due_at)).all()
    assert due is not None
    assert as_utc(due) == written_by


def test_what_was_taken_back_and_comes_back_is_looked_at_within_the_hour(vault_session: Session) -> None:
    family = Family(vault_session, RING)
    (passing,) = passed(vault_session, RING, family.row, FOR_SAFETY)
    takes_back(family)
    triage.seen_to(case_of(vault_session, family.row), "The clinic sees her tomorrow.")
    vault_session.commit()
    assert family.row.due_at is None
    declined(vault_session, passing)
    assert is_due(family.row)


def declined(session: Session, passing: Passing) -> None:
    writing(session)
    one = taken(session, RING, passing, passing.revision)
    answer = Answer(DeclineReason.FULL)
    receiving.decline(session, provider(passing.organization_key), one, passing, answer, OPENING)
    session.commit()


def test_it_goes_to_no_other_council_while_a_service_has_to_be_rung(vault_session: Session) -> None:
    family = rung(vault_session)
    row = family.row
    triage.name_key_worker(case_of(vault_session, row), "Ann Sample")
    vault_session.commit()
    say(family, recall)
    with pytest.raises(Refused) as refused:
        moving.move_to_council(case_of(vault_session, row), RING, NORTHSANDS, "They live there.")
    vault_session.rollback()
    assert refused.value.why is triage.Why.TO_BE_RUNG
    say(family, by_hand.they_know)
    moving.move_to_council(case_of(vault_session, row), RING, NORTHSANDS, "They live there.")
    vault_session.commit()
    assert (row.council_code, row.key_worker) == (NORTHSANDS, "")
