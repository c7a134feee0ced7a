"""A family and its own request: visits, adding, putting right, taking back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import Actor
from hubfinder.referrals import visits
from hubfinder.referrals.code_changing import code_by_staff
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import Said, note_event, words_of
from hubfinder.referrals.family import (
    MOST,
    ChangedMeanwhile,
    TooOften,
    WrongState,
    add,
    correct,
    new_code_for,
)
from hubfinder.referrals.family_view import view_of
from hubfinder.referrals.holding import THE_FAMILY, Holder
from hubfinder.referrals.models import Consent, Draft, FamilyMark, FamilyVisit, Notice, Passing
from hubfinder.referrals.reading import box_of, opened
from hubfinder.referrals.sharing import WORDING
from hubfinder.referrals.taking_back import withdraw
from hubfinder.referrals.vocab import EventKind, Flag, Outcome, PassState, ReferralState
from hubfinder.vault.keys import NotOpened, new_keyring
from hubfinder.web.triage.event_words import happened
from tests.support.family import LIMITS, Family
from tests.support.passing import CLINIC, PLAY, TEAM, handing, passed, writing
from tests.support.requests import a_request

RING = new_keyring()


@pytest.fixture
def family(vault_session: Session) -> Family:
    return Family(vault_session, RING)


def saying(**answers: object) -> Any:  # noqa: ANN401 - a function
    """Put these answers in the place of those that are there."""
    return lambda there: {**there, **answers}


def wordings(session: Session) -> list[str]:
    return sorted(session.scalars(select(Notice.wording)))


def test_only_the_code_of_this_very_request_opens_it(vault_session: Session, family: Family) -> None:
    other = Family(vault_session, RING)
    ours, theirs = family.receipt, other.receipt
    assert visits.prove(vault_session, RING, ours.reference, ours.code) == family.row.id
    for reference, code in (
        (ours.reference, theirs.code),
        (theirs.reference, ours.code),
        ("0" * 15, ours.code),
        ("", ""),
        (ours.reference, ""),
    ):
        assert visits.prove(vault_session, RING, reference, code) == ""


def test_a_visit_reads_its_request_and_the_trail_says_so_once(family: Family) -> None:
    visit = family.visit()
    assert visit is not None
    assert visit.reference == family.receipt.reference
    assert family.visit("another number") is None
    assert family.trail() == ["request.read_by_family"]


@pytest.mark.parametrize(
    ("seen", "ends", "is_there"),
    [
        (timedelta(minutes=-14), timedelta(hours=1), True),
        (timedelta(minutes=-15, seconds=-1), timedelta(hours=1), False),
        (timedelta(0), timedelta(seconds=-1), False),
    ],
)
def test_a_visit_ends_when_nothing_happens_and_in_any_case_after_hours(
    family: Family, seen: timedelta, ends: timedelta, is_there: bool
) -> None:
    writing(family.session)
    moment = utc_now()
    family.session.execute(update(FamilyVisit).values(seen_at=moment + seen, ends_at=moment + ends))
    family.session.commit()
    assert (family.visit() is not None) is is_there
    writing(family.session)
    visits.forget_ended(family.session, LIMITS)
    assert family.session.scalar(select(func.count()).select_from(FamilyVisit)) == is_there


def test_who_leaves_reads_nothing_any_more_and_others_do(family: Family) -> None:
    other = family.visit_again()
    writing(family.session)
    visits.end(family.session, RING, family.token)
    family.session.commit()
    assert family.visit() is None
    assert family.visit(other) is not None


def test_what_a_family_adds_is_sealed_once_and_the_team_is_told(family: Family) -> None:
    for _ in range(2):  # the same form twice
        hand = family.hand()
        add(hand, "The nights are worse.\nPlease ring.", "f00d")
        hand.session.commit()
    (event,) = family.events(EventKind.ADDED)
    one = opened(RING, family.row)
    assert words_of(one.box, event) == "The nights are worse.\nPlease ring."
    assert b"nights" not in (event.text or b"")
    assert event.is_for_family
    assert (one.row.state, one.row.revision) == (ReferralState.RECEIVED, 2)
    assert wordings(family.session).count("team_added") == 1
    assert family.trail() == ["request.read_by_family", "request.added_to"]


def test_an_answer_that_was_waited_for_starts_the_clock_again(family: Family) -> None:
    family.put(ReferralState.ASKED)
    writing(family.session)
    family.row.due_at, family.row.chased = utc_now() + timedelta(days=9), 2
    family.session.commit()
    hand = family.hand()
    add(hand, "Yes, on Tuesdays.", "1")
    hand.session.commit()
    row = family.row
    assert (row.state, row.chased) == (ReferralState.LOOKED_AT, 0)
    assert row.due_at is not None
    assert abs(as_utc(row.due_at) - Opening().due(utc_now())) < timedelta(minutes=1)


@pytest.mark.parametrize("state", [ReferralState.FINISHED, ReferralState.WITHDRAWN, ReferralState.ELSEWHERE])
def test_what_has_ended_is_not_changed_any_more(family: Family, state: ReferralState) -> None:
    family.put(state)
    version = family.row.version
    with pytest.raises(WrongState):
        add(family.hand(), "One more thing", "1")
    with pytest.raises(WrongState):
        correct(family.hand(), saying(languages=["pl"]), version)
    family.session.rollback()
    assert family.events(EventKind.ADDED, EventKind.CORRECTED) == []


def test_nobody_floods_the_team_through_one_request(family: Family) -> None:
    writing(family.session)
    one = opened(RING, family.row)
    for _ in range(MOST):
        note_event(family.session, one.row, one.box, THE_FAMILY, Said(EventKind.ADDED, "x"))
    family.session.commit()
    with pytest.raises(TooOften):
        add(family.hand(), "And again", "again")


def test_a_correction_is_sealed_anew_with_all_that_is_made_of_it(family: Family) -> None:
    before = family.row
    old_head, old_body, old_version = before.head, before.body, before.version
    marks = set(family.session.scalars(select(FamilyMark.mark)))
    people = [
        {"id": "p1", "name": "Robin Sample", "kind": "adult", "is_asking": "yes"},
        {"id": "p3", "name": "", "kind": "unborn", "born": "2027-01-02"},
    ]
    hand = family.hand()
    assert correct(hand, saying(people=people, interpreter="yes"), old_version) == ["interpreter", "people"]
    hand.session.commit()
    one = opened(RING, family.row)
    assert one.row.version == old_version + 1
    assert one.told.name == one.head.name == "Robin Sample"
    assert one.head.flags >= {Flag.UNBORN, Flag.INTERPRETER}
    assert one.told.story == "Nobody in our house sleeps."
    with pytest.raises(NotOpened):
        one.box.open("body", one.row.version, old_body)
    with pytest.raises(NotOpened):
        one.box.open("head", one.row.version, old_head)
    assert set(family.session.scalars(select(FamilyMark.mark))) != marks
    (event,) = family.events(EventKind.CORRECTED)
    assert event.facts == {"fields": ["interpreter", "people"], "version": 2}
    assert event.text is None
    assert family.events(EventKind.CONSENT) == []


def test_what_is_the_same_is_no_correction(family: Family) -> None:
    hand = family.hand()
    assert correct(hand, saying(tried="A chart with stars.", access=[]), family.row.version) == []
    hand.session.commit()
    assert family.row.version == 1
    assert family.trail() == ["request.read_by_family"]


def test_two_windows_do_not_undo_each_others_corrections(family: Family) -> None:
    hand = family.hand()
    correct(hand, saying(languages=["pl"]), 1)
    hand.session.commit()
    with pytest.raises(ChangedMeanwhile):
        correct(family.hand(), saying(languages=["ur"]), 1)


def test_an_agreement_that_is_taken_back_is_kept_with_words_and_time(family: Family) -> None:
    first = family.session.scalar(select(func.count()).select_from(Consent)) or 0
    hand = family.hand()
    correct(hand, saying(share_with=["hub"]), 1)
    hand.session.commit()
    rows = family.session.scalars(select(Consent).order_by(Consent.id)).all()
    assert len(rows) == 2 * first
    latest = {row.scope: row.is_given for row in rows[first:]}
    assert latest["services"] is False
    assert latest["hub"] is True
    assert {row.scope: row.is_given for row in rows[:first]}["services"] is True
    for row in rows:
        assert (row.wording, row.basis, row.by) == (WORDING, "public_task", "family"), row.scope
        assert row.kind == ("share" if row.scope else "contact")
        assert timedelta() <= utc_now() - as_utc(row.at) < timedelta(minutes=5)
    assert min(row.at for row in rows[first:]) > max(row.at for row in rows[:first]), "later than the first"
    (event,) = family.events(EventKind.CONSENT)
    assert event.facts["fields"] == ["share_with"]
    assert family.trail()[-1] == "request.consent_changed"


@pytest.mark.parametrize(
    ("answers", "contact"), [({}, True), ({"contact_ok": False}, False), ({"contact_ok": None}, False)]
)
def test_to_be_contacted_is_agreed_to_apart_from_sharing(
    vault_session: Session, answers: dict[str, Any], contact: bool
) -> None:
    """What is asked of a family has words and a time; on what its request itself rests stands beside it."""
    row = a_request(vault_session, RING, **answers)
    rows = vault_session.scalars(select(Consent).where(Consent.referral_id == row.id)).all()
    (asked,) = [one for one in rows if one.kind == "contact"]
    assert asked.is_given is contact
    assert {one.is_given for one in rows if one.kind == "share"} == {True, False}
    assert {one.basis for one in rows} == {"public_task"}
    assert {one.wording for one in rows} == {WORDING}
    assert {one.language for one in rows} == {"en"}
    assert all(abs(utc_now() - as_utc(one.at)) < timedelta(minutes=5) for one in rows)


def test_what_is_taken_back_is_taken_from_every_service(family: Family) -> None:
    waiting, accepted = passed(family.session, RING, family.row, handing(CLINIC, PLAY))
    writing(family.session)
    accepted.state = PassState.ACCEPTED
    family.session.commit()
    for _ in range(2):  # pressed twice
        hand = family.hand()
        withdraw(hand)
        hand.session.commit()
    row = family.row
    assert (row.state, row.outcome, row.due_at) == (ReferralState.WITHDRAWN, Outcome.WITHDRAWN, None)
    assert row.finished_at is not None
    assert set(family.session.scalars(select(Passing.state))) == {PassState.RECALLED}
    assert waiting.id != accepted.id
    assert wordings(family.session).count("service_recalled") == 2
    assert wordings(family.session).count("team_withdrawn") == 1
    assert family.trail() == ["request.read_by_family", "request.withdrawn"]


def test_what_is_finished_is_not_taken_back(family: Family) -> None:
    family.put(ReferralState.FINISHED)
    with pytest.raises(WrongState):
        withdraw(family.hand())


def test_what_statutory_services_have_stays_theirs_and_the_team_is_told(family: Family) -> None:
    family.put(ReferralState.HANDED_OVER)
    for _ in range(2):
        hand = family.hand()
        withdraw(hand)
        hand.session.commit()
    assert family.row.state is ReferralState.HANDED_OVER
    assert len(family.events(EventKind.WITHDRAWN)) == 1
    assert wordings(family.session).count("team_withdrawn_safety") == 1


def test_with_another_code_the_old_one_and_all_other_browsers_read_nothing(family: Family) -> None:
    other, old = family.visit_again(), family.receipt
    hand = family.hand()
    code = new_code_for(hand)
    hand.session.commit()
    assert visits.prove(family.session, RING, old.reference, old.code) == ""
    assert visits.prove(family.session, RING, old.reference, code) == family.row.id
    assert family.visit(other) is None
    assert family.visit() is not None
    assert family.session.scalar(select(func.count()).select_from(Draft)) == 0
    assert family.trail()[-1] == "request.code_changed"


def test_the_trail_holds_no_word_of_the_family(family: Family) -> None:
    hand = family.hand()
    add(hand, "XMARKEDX", "1")
    hand.session.commit()
    hand = family.hand()
    correct(hand, saying(languages=["pl"], telephone_ask_for="XMARKEDX"), 1)
    hand.session.commit()
    entries = family.session.scalars(select(AuditEntry)).all()
    assert "XMARKED" not in str([(entry.facts, entry.reason, entry.subject_key) for entry in entries])
    assert TEAM.name not in {entry.by for entry in entries}


def test_staff_see_which_parts_were_changed_and_by_whom(family: Family) -> None:
    hand = family.hand()
    correct(hand, saying(people=[{"id": "p1", "name": "Robin"}], telephone_call="yes"), 1)
    hand.session.commit()
    (event,) = family.events(EventKind.CORRECTED)
    seen = happened(box_of(RING, family.row), event, {})
    assert seen.details == "Who is in the family? · By telephone"
    assert seen.by == "the family"


@pytest.fixture
def asked_for(vault_session: Session) -> Family:
    """A request that somebody sent in their work, in the browser of whoever has its code."""
    said = {"who": "professional", "family_knows": "no", "pro_email": "hettie@example.org"}
    return Family(vault_session, RING, **said)


def test_what_a_professional_does_stands_nowhere_as_the_familys(asked_for: Family) -> None:
    hand = asked_for.hand()
    add(hand, "I met them again.", "a1")
    hand.session.commit()
    hand = asked_for.hand()
    correct(hand, saying(share_with=["services"]), 1)
    hand.session.commit()
    hand = asked_for.hand()
    withdraw(hand)
    hand.session.commit()
    assert asked_for.trail() == []
    by = asked_for.events(EventKind.ADDED, EventKind.CONSENT, EventKind.WITHDRAWN)
    assert {event.by for event in by} == {"the professional"}
    assert {row.by for row in asked_for.session.scalars(select(Consent))} == {"professional"}
    verbs = select(AuditEntry.verb).where(AuditEntry.by == "the professional").order_by(AuditEntry.number)
    assert list(asked_for.session.scalars(verbs))[:2] == ["request.read_by_family", "request.added_to"]


def test_a_family_with_a_code_of_its_own_reads_nothing_that_was_written_before(
    asked_for: Family, session: Session
) -> None:
    hand = asked_for.hand()
    add(hand, "He must not know.", "a1")
    hand.session.commit()
    one = opened(RING, asked_for.row)
    assert [letter.is_theirs for letter in view_of(asked_for.session, session, one).letters] == [True]
    writing(asked_for.session)
    code = code_by_staff(asked_for.session, RING, Actor("Jo Sample"), asked_for.row, (Holder.FAMILY, "asked"))
    asked_for.session.commit()
    asked_for.receipt = replace(asked_for.receipt, code=code)
    asked_for.token = asked_for.visit_again()
    view = view_of(asked_for.session, session, opened(RING, asked_for.row))
    assert (view.letters, view.can_write, view.can_correct) == ((), True, False)
    hand = asked_for.hand()
    add(hand, "We are glad of help.", "a2")
    hand.session.commit()
    assert asked_for.trail() == ["request.read_by_family", "request.added_to"]
    [event] = asked_for.events(EventKind.ADDED)[1:]
    assert event.by == "the family"
