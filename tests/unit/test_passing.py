"""A request is passed on with what the family agreed to, and comes back when no service has it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import HUBFINDER, Actor
from hubfinder.referrals import receiving
from hubfinder.referrals.answers import told
from hubfinder.referrals.events import words_of
from hubfinder.referrals.models import Notice, Passing, Referral, ReferralEvent
from hubfinder.referrals.passing import (
    CONTACT,
    LONGEST_NOTE,
    Handing,
    PassRefused,
    Why,
    is_with_a_service,
    missing_consent,
    pass_on,
    passings_of,
    recall,
    recall_all,
)
from hubfinder.referrals.reading import ChangedMeanwhile, events_of, opened
from hubfinder.referrals.receiving import Answer, WordsTooLong, groups_shown, received, see, taken
from hubfinder.referrals.sharing import SAFETY, Group, Partner, copy_for
from hubfinder.referrals.states import WrongState, move
from hubfinder.referrals.vocab import (
    Channel,
    DeclineReason,
    EventKind,
    Outcome,
    PassState,
    ReferralState,
    Urgency,
)
from hubfinder.vault.keys import new_keyring
from tests.support.passing import AGREED, CLINIC, OPENING, PLAY, TEAM, handing, passed, provider, writing
from tests.support.people import NORTHSANDS
from tests.support.requests import SAID, a_request

RING = new_keyring()


def notices(session: Session) -> dict[str, Notice]:
    return {notice.wording: notice for notice in session.scalars(select(Notice))}


def verbs(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.number)))


def do(
    session: Session, verb: Callable[..., object], actor: Actor, passing: Passing, *more: object
) -> Referral:
    """One verb of a service or of the front door, in a transaction of its own."""
    revision = passing.revision
    writing(session)
    one = taken(session, RING, passing, revision)
    verb(session, actor, one, passing, *more, OPENING)
    session.commit()
    return one.row


def declined(session: Session, passing: Passing, words: str = "") -> Referral:
    return do(session, receiving.decline, provider(), passing, Answer(DeclineReason.FULL, words))


def test_it_is_passed_on_once_to_each_service_and_everybody_is_told(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    made = passed(vault_session, RING, row, handing(CLINIC, PLAY, note="They prefer mornings."))
    assert [one.state for one in made] == [PassState.WAITING] * 2
    assert (row.state, row.due_at) == (ReferralState.PASSED_ON, None)
    assert all(one.due_at is not None and as_utc(one.due_at) > utc_now() for one in made)
    assert verbs(vault_session)[-1] == "request.passed"
    assert verbs(vault_session).count("request.passed") == 1
    sent = notices(vault_session)
    assert sent["service_new"].facts["reference"] == ""
    assert sent["service_new"].to.startswith("service:Z06000001:")
    assert sent["family_passed"].channel in (Channel.EMAIL, Channel.TEXT)
    kinds = [(event.kind, event.is_for_family) for event in events_of(vault_session, row)]
    assert kinds.count((EventKind.PASSED, True)) == 2
    trail = vault_session.scalars(select(AuditEntry).where(AuditEntry.verb == "request.passed")).one()
    assert "mornings" not in f"{trail.facts}{trail.reason}"


def test_danger_waits_for_no_service(vault_session: Session) -> None:
    row = a_request(vault_session, RING, danger="yes")
    (passing,) = passed(vault_session, RING, row)
    assert row.urgency is Urgency.DANGER
    assert row.due_at is not None, "somebody says what was done"
    assert passing.due_at is not None
    assert as_utc(passing.due_at) <= OPENING.soon(utc_now())
    assert "service_urgent" in notices(vault_session)
    ((_, _, urgency),) = receiving.inbox_of(vault_session, provider())
    assert urgency is Urgency.DANGER


def test_the_same_service_is_not_given_it_twice(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    (first,) = passed(vault_session, RING, row)
    for given_ in (handing(CLINIC), handing(PLAY, PLAY)):
        with pytest.raises(PassRefused) as refused:
            passed(vault_session, RING, row, given_)
        assert refused.value.why is Why.THERE_ALREADY
        vault_session.rollback()
    declined(vault_session, first)
    passed(vault_session, RING, row)
    assert len(passings_of(vault_session, row)) == 2


@pytest.mark.parametrize(
    ("given_", "why"),
    [
        (handing(groups=frozenset(Group)), Why.NOT_AGREED),
        (handing(groups=frozenset(Group), safety="  \n"), Why.NOT_AGREED),
        (handing(partner=Partner.SCHOOL, groups=frozenset()), Why.NOT_AGREED),
        (handing(note="x" * (LONGEST_NOTE + 1)), Why.TOO_LONG),
        (handing(safety="x" * (LONGEST_NOTE + 1)), Why.TOO_LONG),
    ],
)
def test_nothing_goes_without_consent_or_a_reason(vault_session: Session, given_: Handing, why: Why) -> None:
    row = a_request(vault_session, RING)
    with pytest.raises(PassRefused) as refused:
        passed(vault_session, RING, row, given_)
    vault_session.rollback()
    assert refused.value.why is why
    assert row.state is ReferralState.RECEIVED
    assert not is_with_a_service(vault_session, row)


def test_to_nobody_is_refused(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    writing(vault_session)
    nobody = handing()
    object.__setattr__(nobody, "to", ())
    with pytest.raises(PassRefused):
        pass_on(vault_session, TEAM, opened(RING, row), nobody, OPENING)


def test_for_safety_it_goes_without_consent_with_a_sealed_reason_and_no_word_to_the_family(
    vault_session: Session,
) -> None:
    row = a_request(vault_session, RING, share_with=[], share_what=[])
    why = "The baby was found alone."
    (passing,) = passed(vault_session, RING, row, handing(groups=frozenset({Group.STORY}), safety=why))
    assert passing.without_consent == [CONTACT, "story"]
    assert "family_passed" not in notices(vault_session)
    do(vault_session, receiving.accept, provider(), passing)
    assert "family_taken" not in notices(vault_session)
    one = opened(RING, row)
    reasons = [event for event in events_of(vault_session, row) if event.facts.get("safety")]
    assert [words_of(one.box, event) for event in reasons] == [why]
    assert not any(event.is_for_family for event in events_of(vault_session, row)[1:])
    assert groups_shown(one.told, passing) == (Group.STORY,)
    entries = vault_session.scalars(select(AuditEntry))
    assert not any("alone" in f"{entry.facts}{entry.reason}" for entry in entries)


def test_a_decline_brings_it_back_to_the_front_door(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    declined(vault_session, passing, "No room until May.")
    assert (row.state, passing.state) == (ReferralState.LOOKED_AT, PassState.DECLINED)
    assert (passing.reason, passing.due_at) == (DeclineReason.FULL, None)
    assert row.due_at is not None
    assert as_utc(row.due_at) > utc_now()
    sent = notices(vault_session)
    assert sent["team_returned"].to == "team:Z06000001:"
    assert "family_looking" in sent
    assert verbs(vault_session)[-1] == "request.pass_declined"
    event = vault_session.scalars(
        select(ReferralEvent).where(ReferralEvent.kind == EventKind.PASS_DECLINED)
    ).one()
    assert (words_of(opened(RING, row).box, event), event.is_for_family) == ("No room until May.", False)


def test_while_another_service_has_it_a_decline_leaves_it_there(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    clinic, play = passed(vault_session, RING, row, handing(CLINIC, PLAY))
    do(vault_session, receiving.accept, provider(PLAY.organization), play)
    declined(vault_session, clinic)
    assert row.state is ReferralState.PASSED_ON
    assert "team_returned" not in notices(vault_session)
    do(vault_session, receiving.finish, provider(PLAY.organization), play, Answer(Outcome.HELPED, "Done."))
    assert (row.state, play.outcome) == (ReferralState.LOOKED_AT, Outcome.HELPED)
    assert "team_services_done" in notices(vault_session)


def test_the_front_door_takes_it_back(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    do(vault_session, recall, TEAM, passing)
    assert (passing.state, row.state) == (PassState.RECALLED, ReferralState.LOOKED_AT)
    assert "service_recalled" in notices(vault_session)
    with pytest.raises(WrongState):
        do(vault_session, recall, TEAM, passing)
    vault_session.rollback()


def test_when_it_ends_it_is_taken_back_from_all_who_still_have_it(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    clinic, play = passed(vault_session, RING, row, handing(CLINIC, PLAY))
    do(vault_session, receiving.accept, provider(PLAY.organization), play)
    declined(vault_session, clinic)
    writing(vault_session)
    one = opened(RING, row)
    assert recall_all(vault_session, HUBFINDER, one, OPENING) == 1
    move(row, "withdraw")
    vault_session.commit()
    assert (clinic.state, play.state) == (PassState.DECLINED, PassState.RECALLED)


@pytest.mark.parametrize("verb", ["accept", "decline", "finish"])
def test_what_has_ended_stays_ended(vault_session: Session, verb: str) -> None:
    row = a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    do(vault_session, recall, TEAM, passing)
    more: dict[str, tuple[object, ...]] = {
        "accept": (),
        "decline": (Answer(DeclineReason.AGE),),
        "finish": (Answer(Outcome.HELPED),),
    }
    with pytest.raises(WrongState):
        do(vault_session, getattr(receiving, verb), provider(), passing, *more[verb])
    vault_session.rollback()


def test_whoever_decides_on_an_older_state_is_told_so(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    before = passing.revision
    do(vault_session, receiving.accept, provider(), passing)
    writing(vault_session)
    with pytest.raises(ChangedMeanwhile):
        taken(vault_session, RING, passing, before)
    vault_session.rollback()


def test_words_that_are_too_long_are_refused(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    with pytest.raises(WordsTooLong):
        declined(vault_session, passing, "x" * (LONGEST_NOTE + 1))
    vault_session.rollback()
    assert passing.state is PassState.WAITING


def test_nobody_else_finds_it(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    assert received(vault_session, provider(), passing.id) is passing
    for other in (provider(PLAY.organization), provider(council=NORTHSANDS), provider(""), TEAM, HUBFINDER):
        assert received(vault_session, other, passing.id) is None
        assert receiving.inbox_of(vault_session, other) == []
        assert receiving.ended_of(vault_session, other) == []


def test_the_reference_is_for_whoever_took_it(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    assert receiving.inbox_of(vault_session, provider()) == [(passing, "", Urgency.USUAL)]
    assert seen(vault_session, passing).reference == ""
    do(vault_session, receiving.accept, provider(), passing)
    assert receiving.inbox_of(vault_session, provider()) == [(passing, row.reference, Urgency.USUAL)]
    assert seen(vault_session, passing).reference == row.reference


def seen(session: Session, passing: Passing) -> receiving.Seen:
    writing(session)
    found = see(session, RING, provider(), passing)
    session.commit()
    return found


def test_each_look_is_one_entry_and_of_what_has_ended_nothing_is_shown(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    seen(vault_session, passing)
    seen(vault_session, passing)
    assert verbs(vault_session).count("request.seen_by_service") == 2
    declined(vault_session, passing)
    ended = seen(vault_session, passing)
    assert (ended.answers, ended.note, ended.reference) == ({}, "", "")
    assert verbs(vault_session).count("request.seen_by_service") == 2


def test_consent_that_is_taken_back_holds_from_then_on(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    say(vault_session, row, share_what=["people"])
    assert seen(vault_session, passing).groups == (Group.PEOPLE,)
    say(vault_session, row, share_with=["hub"])
    found = seen(vault_session, passing)
    assert found.is_withdrawn
    assert (found.answers, found.safe, found.groups) == ({}, frozenset(), ())


def say(session: Session, row: Referral, **answers: object) -> None:
    """The family says something else."""
    writing(session)
    one = opened(RING, row)
    row.version += 1
    row.head = one.box.seal("head", row.version, one.box.open("head", row.version - 1, row.head))
    row.body = one.box.seal("body", row.version, {**one.answers, **answers})
    session.commit()


def test_numbers_and_addresses_of_unsafe_ways_are_not_shown(vault_session: Session) -> None:
    row = a_request(
        vault_session,
        RING,
        telephone_text="no",
        email_write="",
        letter_address="1 Hidden Lane",
        letter_postcode="ZA1 4QT",
    )
    (passing,) = passed(vault_session, RING, row)
    found = seen(vault_session, passing)
    assert found.safe == frozenset()
    assert not {"01632 960123", "robin@example.org", "1 Hidden Lane"} & set(map(str, found.answers.values()))


def test_what_is_missing_of_consent_is_named() -> None:
    said = told(SAID)
    assert missing_consent(said, Partner.SERVICES, AGREED) == []
    assert missing_consent(said, Partner.SERVICES, AGREED | {Group.CHILD}) == ["child"]
    assert missing_consent(said, Partner.SCHOOL, frozenset({Group.STORY})) == [CONTACT, "story"]
    assert copy_for(SAID, ()) == {name: SAID[name] for name in SAID if name in SAFETY}
