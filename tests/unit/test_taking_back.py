"""Taking a request back: it ends by it, but not where somebody's safety may be at stake."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.referrals import triage
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.family import WrongState, add, correct
from hubfinder.referrals.family_view import view_of
from hubfinder.referrals.family_words import STANDS
from hubfinder.referrals.models import Consent, Notice, Passing
from hubfinder.referrals.passing import PassRefused, Receiver, pass_on
from hubfinder.referrals.queue import Wanted, counts, rows
from hubfinder.referrals.reading import opened
from hubfinder.referrals.receiving import see
from hubfinder.referrals.safe_contact import safe_channels
from hubfinder.referrals.sharing import Group
from hubfinder.referrals.taking_back import withdraw
from hubfinder.referrals.triage import Refused, take
from hubfinder.referrals.vocab import EventKind, NoticeState, Outcome, PassState, ReferralState, Urgency
from hubfinder.vault.keys import new_keyring
from tests.support.family import Family
from tests.support.passing import AGREED, CLINIC, OPENING, PLAY, TEAM, handing, passed, provider, writing

RING = new_keyring()
NO_CONSENT = handing(CLINIC, groups=frozenset({Group.CHILD}), safety="She is hurt at home.")
"""The partner was agreed to; what matters to the child was not."""
NO_CONSENT_ELSEWHERE = replace(NO_CONSENT, to=(Receiver("safe-home", "wend-nhs"),))


def of(session: Session, **answers: object) -> Family:
    return Family(session, RING, **answers)


def take_back(family: Family) -> None:
    hand = family.hand()
    withdraw(hand)
    hand.session.commit()


def case_of(family: Family) -> triage.Case:
    """The request in the hands of the front door."""
    writing(family.session)
    row = family.row
    return take(family.session, RING, TEAM, row, row.revision, OPENING)


def wordings(session: Session) -> list[str]:
    return sorted(session.scalars(select(Notice.wording)))


@pytest.mark.parametrize(
    "answers",
    [
        {"danger": "yes"},
        {"danger": "unsure"},
        {"who": "professional", "family_knows": "no", "no_consent_why": "She is afraid.", "share_with": []},
    ],
)
def test_what_may_be_about_safety_stays_in_the_queue_until_a_person_ends_it(
    vault_session: Session, answers: dict[str, Any]
) -> None:
    family = of(vault_session, **answers)
    for _ in range(2):  # pressed twice
        take_back(family)
    row = family.row
    assert (row.state, row.outcome, row.finished_at) == (ReferralState.RECEIVED, None, None)
    assert row.withdrawn_at is not None
    assert row.due_at is not None
    assert abs(as_utc(row.due_at) - Opening().soon(utc_now())) < timedelta(minutes=1)
    assert [one.id for one in rows(vault_session, TEAM, Wanted(), 1)] == [row.id]
    assert counts(vault_session, TEAM).open == 1
    assert wordings(vault_session).count("team_withdrawn_safety") == 1
    assert "team_withdrawn" not in wordings(vault_session)
    (event,) = family.events(EventKind.WITHDRAWN)
    assert event.facts["stays"] is True


def test_what_staff_found_urgent_stays_too(vault_session: Session) -> None:
    family = of(vault_session)
    writing(vault_session)
    family.row.urgency = Urgency.URGENT
    vault_session.commit()
    take_back(family)
    assert family.row.state is ReferralState.RECEIVED


def test_the_familys_page_says_the_same_whether_it_ended_or_not(
    vault_session: Session, session: Session
) -> None:
    pages = []
    for answers in ({"danger": "yes"}, {"danger": "no"}):
        family = of(vault_session, **answers)
        writing(vault_session)
        family.row.hub_key = "mill-lane"
        family.row.key_worker = "Kim Sample"
        vault_session.commit()
        take_back(family)
        view = view_of(vault_session, session, opened(RING, family.row))
        assert view.is_taken_back
        assert view.stand is STANDS[ReferralState.WITHDRAWN]
        steps = tuple(replace(step, at=family.row.received_at) for step in view.steps)
        pages.append(replace(view, reference="", steps=steps))
    first, second = pages
    assert replace(first, steps=()) == replace(second, steps=())
    assert [step.words for step in first.steps] == [step.words for step in second.steps]
    assert (first.hub, first.key_worker, first.due_at, first.can_write) == ("", "", None, False)


def test_what_staff_do_afterwards_does_not_show_on_the_familys_page(
    vault_session: Session, session: Session
) -> None:
    family = of(vault_session, danger="yes")
    take_back(family)
    before = view_of(vault_session, session, opened(RING, family.row))
    triage.name_key_worker(case_of(family), "Kim Sample")
    vault_session.commit()
    triage.finish(case_of(family), Outcome.DECLINED, "The health visitor saw them all today.")
    vault_session.commit()
    assert view_of(vault_session, session, opened(RING, family.row)) == before


def test_no_agreement_holds_any_more_and_all_are_kept_with_the_time(vault_session: Session) -> None:
    for danger in ("yes", "no"):
        family = of(vault_session, danger=danger)
        take_back(family)
        said = opened(RING, family.row).told
        assert (said.contact_ok, said.share_with, said.share_what) == (False, (), ())
        assert safe_channels(said) == frozenset()
        assert said.telephone.text is True, "what was said of each way is there to be read"
        latest = vault_session.scalars(
            select(Consent.is_given).where(Consent.referral_id == family.row.id).order_by(Consent.id.desc())
        ).first()
        assert latest is False


def test_messages_that_wait_are_not_sent_any_more_and_nobody_is_warned_of_them(
    vault_session: Session,
) -> None:
    family = of(vault_session)
    take_back(family)
    states = {
        notice.wording: notice.state for notice in vault_session.scalars(select(Notice)) if not notice.to
    }
    assert states == {"received": NoticeState.SETTLED}


def test_a_service_that_has_it_for_safety_keeps_that_and_no_more(vault_session: Session) -> None:
    family = of(vault_session)
    (agreed,) = passed(vault_session, RING, family.row, handing(PLAY))
    (for_safety,) = passed(vault_session, RING, family.row, NO_CONSENT)
    take_back(family)
    row = family.row
    states = {passing.id: passing.state for passing in vault_session.scalars(select(Passing))}
    assert states == {agreed.id: PassState.RECALLED, for_safety.id: PassState.WAITING}
    assert (row.state, row.outcome) == (ReferralState.PASSED_ON, None)
    assert row.due_at is not None, "the front door looks at it all the same"
    writing(vault_session)
    seen = see(vault_session, RING, provider(), vault_session.get_one(Passing, for_safety.id))
    vault_session.commit()
    assert not seen.is_withdrawn
    assert seen.groups == (Group.CHILD,)
    assert seen.safe == frozenset()
    assert "telephone" not in seen.answers


def test_what_only_services_had_by_agreement_is_the_front_doors_again(vault_session: Session) -> None:
    family = of(vault_session, danger="yes")
    passed(vault_session, RING, family.row, handing(CLINIC))
    take_back(family)
    assert family.row.state is ReferralState.LOOKED_AT
    assert set(vault_session.scalars(select(Passing.state))) == {PassState.RECALLED}


def test_a_hub_that_had_it_by_agreement_has_it_no_more(vault_session: Session) -> None:
    family = of(vault_session, danger="yes")
    writing(vault_session)
    row = family.row
    row.state, row.hub_key = ReferralState.ACCEPTED, "mill-lane"
    vault_session.commit()
    take_back(family)
    row = family.row
    assert (row.hub_key, row.state) == ("", ReferralState.LOOKED_AT)
    assert row.due_at is not None


def test_an_answer_is_not_waited_for_any_more(vault_session: Session) -> None:
    family = of(vault_session, danger="yes")
    family.put(ReferralState.ASKED)
    take_back(family)
    assert family.row.state is ReferralState.LOOKED_AT


def test_nobody_writes_to_them_or_shares_it_and_they_change_nothing(vault_session: Session) -> None:
    family = of(vault_session, danger="yes")
    take_back(family)
    for verb in (triage.ask, triage.message):
        with pytest.raises(WrongState):
            verb(case_of(family), "How are you?")
    with pytest.raises(PassRefused):
        pass_on(vault_session, TEAM, case_of(family).one, handing(CLINIC, groups=AGREED), OPENING)
    with pytest.raises(WrongState):
        add(family.hand(), "One more thing", "1")
    with pytest.raises(WrongState):
        correct(family.hand(), lambda there: {**there, "languages": ["pl"]}, family.row.version)


def test_who_ends_it_says_why_it_may_end_and_it_is_kept_by_that_outcome(vault_session: Session) -> None:
    family = of(vault_session, danger="yes")
    take_back(family)
    with pytest.raises(Refused):
        triage.finish(case_of(family), Outcome.DECLINED, "  ")
    with pytest.raises(Refused):
        triage.finish(case_of(family), Outcome.WITHDRAWN, "They took it back.")
    triage.finish(case_of(family), Outcome.DECLINED, "The health visitor saw them all today.")
    vault_session.commit()
    assert (family.row.state, family.row.outcome) == (ReferralState.FINISHED, Outcome.DECLINED)


def test_opened_again_their_page_stays_as_it_is_unless_they_ask_for_it(
    vault_session: Session, session: Session
) -> None:
    family = of(vault_session)
    take_back(family)
    triage.reopen(case_of(family), "The school is worried.")
    vault_session.commit()
    assert counts(vault_session, TEAM).open == 1
    assert view_of(vault_session, session, opened(RING, family.row)).is_taken_back
    triage.finish(case_of(family), Outcome.ADVISED, "All is well.")
    vault_session.commit()
    triage.reopen(case_of(family), "She rang.", is_asked=True)
    vault_session.commit()
    view = view_of(vault_session, session, opened(RING, family.row))
    assert (view.is_taken_back, view.can_write, view.can_withdraw) == (False, True, True)
    assert opened(RING, family.row).told.contact_ok is False, "they agree anew on their page, or not"
    take_back(family)
    assert counts(vault_session, TEAM).open == 0
    assert len(family.events(EventKind.WITHDRAWN)) == 2


def test_a_clock_on_what_services_have_ends_when_somebody_says_what_was_done(vault_session: Session) -> None:
    family = of(vault_session)
    passed(vault_session, RING, family.row, NO_CONSENT)
    with pytest.raises(Refused):
        triage.seen_to(case_of(family), "Nothing waits.")
    take_back(family)
    with pytest.raises(Refused):
        triage.seen_to(case_of(family), " ")
    triage.seen_to(case_of(family), "Rang the clinic: they see her tomorrow.")
    vault_session.commit()
    assert (family.row.state, family.row.due_at) == (ReferralState.PASSED_ON, None)


def test_what_is_said_of_danger_comes_first_with_a_short_clock(vault_session: Session) -> None:
    family = of(vault_session)
    for _ in range(2):  # the same form twice
        hand = family.hand()
        add(hand, "", "f00d", in_danger=True)
        hand.session.commit()
    one = opened(RING, family.row)
    assert (one.row.urgency, one.row.urgency_rank) == (Urgency.DANGER, 0)
    assert one.told.is_urgent
    assert one.row.due_at is not None
    assert abs(as_utc(one.row.due_at) - Opening().soon(utc_now())) < timedelta(minutes=1)
    (event,) = family.events(EventKind.ADDED)
    assert event.facts == {"once": "f00d", "danger": True}
    assert wordings(vault_session).count("team_danger") == 1
    assert "team_added" not in wordings(vault_session)
    assert family.trail()[-1] == "request.added_to"


def test_danger_gives_what_services_have_a_clock_of_its_own(vault_session: Session) -> None:
    family = of(vault_session)
    passed(vault_session, RING, family.row, handing(CLINIC))
    assert family.row.due_at is None
    hand = family.hand()
    add(hand, "He is back.", "1", in_danger=True)
    hand.session.commit()
    assert (family.row.state, family.row.due_at is None) == (ReferralState.PASSED_ON, False)


def test_services_of_a_kind_that_may_not_have_it_any_more_are_told_to_stop(vault_session: Session) -> None:
    family = of(vault_session)
    passed(vault_session, RING, family.row, handing(CLINIC, PLAY))
    (kept,) = passed(vault_session, RING, family.row, NO_CONSENT_ELSEWHERE)
    version = family.row.version
    hand = family.hand()
    correct(hand, lambda there: {**there, "share_with": ["hub"]}, version)
    hand.session.commit()
    states = {passing.id: passing.state for passing in vault_session.scalars(select(Passing))}
    assert states.pop(kept.id) is PassState.WAITING
    assert set(states.values()) == {PassState.RECALLED}
    assert family.row.state is ReferralState.PASSED_ON
    (event,) = family.events(EventKind.CONSENT)
    assert event.facts["services"] == 2


def test_what_no_service_may_have_any_more_is_back_in_the_queue_with_a_clock(vault_session: Session) -> None:
    family = of(vault_session)
    passed(vault_session, RING, family.row, handing(CLINIC))
    hand = family.hand()
    correct(hand, lambda there: {**there, "share_with": ["hub"]}, family.row.version)
    hand.session.commit()
    row = family.row
    assert row.state is ReferralState.LOOKED_AT
    assert row.due_at is not None
    assert wordings(vault_session).count("team_not_agreed") == 1
    assert wordings(vault_session).count("service_recalled") == 1
