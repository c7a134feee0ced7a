"""What a family writes once statutory services have its request: somebody here reads it, by a clock."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.database import begin_writing
from hubfinder.referrals import triage
from hubfinder.referrals.chasing import Chasing, chase, standing_of
from hubfinder.referrals.family import add, correct
from hubfinder.referrals.family_view import view_of
from hubfinder.referrals.merging import merge
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.parts import take_together
from hubfinder.referrals.queue import Wanted, Which, counts, rows
from hubfinder.referrals.reading import opened
from hubfinder.referrals.retention import plan
from hubfinder.referrals.retention_rules import Rules
from hubfinder.referrals.taking_back import withdraw
from hubfinder.referrals.triage import Refused, take
from hubfinder.referrals.vocab import Outcome, Point, ReferralState, Urgency
from hubfinder.settings import Settings
from hubfinder.vault.keys import new_keyring
from tests.support.family import Family
from tests.support.passing import OPENING, TEAM, writing
from tests.support.people import HARBOURMOUTH
from tests.support.requests import a_request

RING = new_keyring()
Change = Callable[[dict[str, Any]], dict[str, Any]]


def case_of(session: Session, row: Referral) -> triage.Case:
    writing(session)
    session.refresh(row)
    return take(session, RING, TEAM, row, row.revision, OPENING)


@pytest.fixture
def family(vault_session: Session) -> Family:
    """Of a request that statutory services have."""
    one = Family(vault_session, RING)
    triage.hand_over(case_of(vault_session, one.row), "To children's social care.")
    vault_session.commit()
    assert shown(vault_session) == []
    return one


def writes(family: Family, words: str = "", *, in_danger: bool = False) -> None:
    hand = family.hand()
    add(hand, words, f"once-{words}", in_danger=in_danger)
    hand.session.commit()


def puts_right(family: Family, **answers: object) -> None:
    version = family.row.version
    hand = family.hand()
    correct(hand, lambda there: {**there, **answers}, version)
    hand.session.commit()


def shown(session: Session) -> list[str]:
    """References in the queue of the front door."""
    session.rollback()
    return [row.reference for row in rows(session, TEAM, Wanted(), 1)]


def wordings(session: Session) -> list[str]:
    return list(session.scalars(select(Notice.wording).order_by(Notice.id)))


def minutes_until(row: Referral, by: object) -> float:
    assert row.due_at is not None
    assert isinstance(by, type(row.due_at))
    return abs((as_utc(row.due_at) - by).total_seconds()) / 60


def test_what_is_written_is_in_the_queue_with_a_clock_until_somebody_says_what_was_done(
    family: Family, session: Session
) -> None:
    vault, row = family.session, family.row
    told = view_of(vault, session, opened(RING, row))
    writes(family, "We moved to my sister.")
    assert (family.row.state, family.row.points) == (ReferralState.HANDED_OVER, [Point.ADDED])
    assert minutes_until(family.row, OPENING.due(utc_now())) < 1
    assert shown(vault) == [family.row.reference]
    assert (counts(vault, TEAM).open, counts(vault, TEAM, utc_now() + timedelta(days=9)).late) == (1, 1)
    assert view_of(vault, session, opened(RING, family.row)).stand == told.stand, "they read the same"
    triage.seen_to(case_of(vault, family.row), "Rang the social worker, who knows it now.")
    vault.commit()
    assert (family.row.due_at, family.row.points, shown(vault)) == (None, [], [])
    assert view_of(vault, session, opened(RING, family.row)).due_at is not None, "no line that goes"
    with pytest.raises(Refused):
        triage.seen_to(case_of(vault, family.row), "Once more.")


def test_danger_comes_first_within_the_hour_and_is_chased_until_those_who_run_the_council_hear(
    family: Family,
) -> None:
    vault = family.session
    a_request(vault, RING, due_at=utc_now() - timedelta(days=1))
    writes(family, "he has a knife", in_danger=True)
    row = family.row
    assert (row.state, row.urgency) == (ReferralState.HANDED_OVER, Urgency.DANGER)
    assert minutes_until(row, OPENING.soon(utc_now())) < 1
    assert shown(vault)[0] == row.reference
    late = as_utc(row.due_at or utc_now()) + timedelta(days=4)
    assert standing_of(vault, HARBOURMOUTH, late).late == 2
    vault.rollback()
    chase(Chasing(vault, lambda _council: OPENING, moment=late), lambda _council: True)
    about = select(Notice.wording).where(Notice.referral_id == row.id)
    assert {"team_danger", "team_due", "team_escalated"} <= set(vault.scalars(about))


@pytest.mark.parametrize(
    ("field", "value", "is_soon"), [("tried", "A lamp.", False), ("telephone_call", "no", True)]
)
def test_what_is_put_right_is_told_on_by_a_person_and_soon_where_ringing_is_not_safe_any_more(
    vault_session: Session, field: str, value: str, is_soon: bool
) -> None:
    family = Family(vault_session, RING, telephone_call="yes")
    triage.hand_over(case_of(vault_session, family.row), "To children's social care.")
    vault_session.commit()
    puts_right(family, **{field: value})
    assert family.row.points == [Point.ADDED]
    by = OPENING.soon(utc_now()) if is_soon else OPENING.due(utc_now())
    assert minutes_until(family.row, by) < 1


def test_nothing_puts_an_earlier_clock_off(family: Family) -> None:
    writes(family, "", in_danger=True)
    due = family.row.due_at
    puts_right(family, tried="A lamp.")
    assert family.row.due_at == due


def test_who_takes_it_back_after_danger_does_not_take_it_out_of_the_queue(family: Family) -> None:
    writes(family, "help", in_danger=True)
    hand = family.hand()
    withdraw(hand)
    hand.session.commit()
    row = family.row
    assert (row.state, row.withdrawn_at is not None) == (ReferralState.HANDED_OVER, True)
    assert minutes_until(row, OPENING.soon(utc_now())) < 1
    assert shown(family.session) == [row.reference]
    assert "team_withdrawn_safety" in wordings(family.session)
    assert "team_withdrawn" not in wordings(family.session)
    triage.seen_to(case_of(family.session, row), "The social worker is on the way.")
    family.session.commit()
    assert shown(family.session) == []


def test_it_is_heard_from_a_part_too(vault_session: Session) -> None:
    family, whole = Family(vault_session, RING), a_request(vault_session, RING)
    part = family.row
    vault_session.rollback()
    begin_writing(vault_session)
    take_together(vault_session, part.id, whole.id)
    merge(case_of_both(vault_session, part), opened(RING, whole), RING)
    vault_session.commit()
    triage.hand_over(case_of(vault_session, whole), "To children's social care.")
    vault_session.commit()
    assert shown(vault_session) == []
    writes(family, "help", in_danger=True)
    vault_session.refresh(whole)
    assert (whole.state, whole.urgency) == (ReferralState.HANDED_OVER, Urgency.DANGER)
    assert whole.points == [Point.ADDED]
    assert minutes_until(whole, OPENING.soon(utc_now())) < 1
    assert shown(vault_session) == [whole.reference]


def case_of_both(session: Session, part: Referral) -> triage.Case:
    """The part in the hands of the front door, in the transaction that has taken both."""
    return take(session, RING, TEAM, part, part.revision, OPENING)


def test_ended_ones_without_a_clock_stay_where_they_were(family: Family) -> None:
    writes(family, "One more thing.")
    session = family.session
    ended = a_request(session, RING)
    triage.finish(case_of(session, ended), Outcome.ADVISED)
    session.commit()
    assert shown(session) == [family.row.reference]
    both = {row.reference for row in rows(session, TEAM, Wanted(Which.ENDED), 1)}
    assert both == {family.row.reference, ended.reference}
    everything = [row.reference for row in rows(session, TEAM, Wanted(Which.ALL), 1)]
    assert everything == [family.row.reference, ended.reference], "what is to do stands first"


def test_nothing_is_destroyed_that_nobody_has_read_yet(family: Family) -> None:
    session, rules = family.session, Rules.of(Settings())
    writing(session)
    row = family.row
    row.finished_at = utc_now() - timedelta(days=31 * rules.outcomes[Outcome.STATUTORY])
    session.commit()
    assert [one.reference for one in plan(session, HARBOURMOUTH, rules).due] == [row.reference]
    writes(family, "Is anybody there?")
    assert plan(session, HARBOURMOUTH, rules).due == ()
