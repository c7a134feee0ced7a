"""What the front door does with a request: only where it may lead, written down once, never to nowhere."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings as running, strategies as st
from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import Actor, Grant
from hubfinder.referrals import moving, triage
from hubfinder.referrals.events import words_of
from hubfinder.referrals.merging import alike, may_merge, merge, merged_into
from hubfinder.referrals.models import Notice, Passing, Referral
from hubfinder.referrals.parts import whole_of
from hubfinder.referrals.passing import PassRefused, recall
from hubfinder.referrals.reading import ChangedMeanwhile, events_of, find, opened
from hubfinder.referrals.routing import Route
from hubfinder.referrals.safe_contact import UnsafeChannel
from hubfinder.referrals.states import ENDED, MOVES, OPEN, WrongState
from hubfinder.referrals.triage import LONGEST, Case, Refused, Somebody, Why, take
from hubfinder.referrals.vocab import (
    Channel,
    EventKind,
    Flag,
    NoticeState,
    Outcome,
    PassState,
    ReferralState,
    Urgency,
)
from hubfinder.staff_vocab import Role
from hubfinder.vault.base import VaultBase
from hubfinder.vault.keys import NotOpened, new_keyring
from tests.support.passing import OPENING, TEAM, passed, writing
from tests.support.people import HARBOURMOUTH, NORTHSANDS
from tests.support.requests import SAID, a_request

RING = new_keyring()
WORDS = "Rang the school."
SUNITA = Somebody(7, "Sunita Holm")
OF_NORTHSANDS = Actor("Ida of Northsands", 3, (Grant(Role.FRONT_DOOR, NORTHSANDS),))
OF_A_HUB = Actor("Priya of the hub", 4, (Grant(Role.HUB_STAFF, HARBOURMOUTH, hub="mill-lane"),))
Verb = Callable[[Case], object]
DONE: dict[str, Verb] = {
    "assign": lambda case: triage.assign(case, Somebody(case.row.revision, "Sunita Holm")),
    "note": lambda case: triage.note(case, WORDS),
    "ask": lambda case: triage.ask(case, "How old is Ash?"),
    "message": lambda case: triage.message(case, "We have not forgotten you."),
    "accept": lambda case: moving.accept(case, case.row.hub_key or "mill-lane"),
    "urgency": lambda case: triage.set_urgency(case, other_urgency(case.row), WORDS),
    "key_worker": lambda case: triage.name_key_worker(case, f"Kim {case.row.revision}"),
    "hand_over": lambda case: triage.hand_over(case, WORDS),
    "send_elsewhere": lambda case: triage.send_elsewhere(case, "Farshore Council", WORDS),
    "finish": lambda case: triage.finish(case, Outcome.HELPED, WORDS),
    "reopen": lambda case: triage.reopen(case, WORDS),
    "route": lambda case: moving.move_to_hub(case, f"hub-{case.row.revision}", WORDS),
}


def other_urgency(row: Referral) -> Urgency:
    return Urgency.URGENT if row.urgency is not Urgency.URGENT else Urgency.USUAL


def held(session: Session, row: Referral, actor: Actor = TEAM) -> Case:
    """The request in somebody's hands, as it is now."""
    writing(session)
    session.refresh(row)
    return take(session, RING, actor, row, row.revision, OPENING)


def do(session: Session, row: Referral, verb: Verb, actor: Actor = TEAM) -> object:
    """Do something and commit."""
    done = verb(held(session, row, actor))
    session.commit()
    return done


def entries(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.number)))


def notices(session: Session) -> dict[str, Notice]:
    return {notice.wording: notice for notice in session.scalars(select(Notice))}


@running(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from([*DONE, "pass", "recall"]), max_size=14))
def test_whatever_is_done_in_whatever_order_nothing_is_lost(vault_session: Session, steps: list[str]) -> None:
    """Each verb leads where the table says or is refused whole; each that was done is one entry and seen by
    somebody; an open request is found by the front door, and one at the front door has a clock.
    """
    row = a_request(vault_session, RING)
    for step in steps:
        before, count = row.state, len(entries(vault_session))
        try:
            _step(vault_session, row, step)
        except (WrongState, Refused, PassRefused):
            vault_session.rollback()
            assert (row.state, len(entries(vault_session))) == (before, count)
            continue
        assert len(entries(vault_session)) == count + 1
        _check(vault_session, row, step, before)


def _step(session: Session, row: Referral, step: str) -> None:
    if step == "pass":
        passed(session, RING, row)
    elif step == "recall":
        waiting = session.scalars(
            select(Passing).where(Passing.referral_id == row.id, Passing.state == PassState.WAITING)
        ).first()
        if waiting is None:
            raise WrongState(step)
        writing(session)
        recall(session, TEAM, opened(RING, row), waiting, OPENING)
        session.commit()
    else:
        do(session, row, DONE[step])


def _check(session: Session, row: Referral, step: str, before: ReferralState) -> None:
    states, after = MOVES.get(step, (OPEN, ReferralState.LOOKED_AT))
    assert before in states
    if step == "accept" and events_of(session, row)[-1].kind is EventKind.ROUTED:
        after = ReferralState.RECEIVED  # that hub did not have it: it is new there
    if step != "recall":
        stays = after is None or (step == "assign" and before is not ReferralState.RECEIVED)
        assert row.state is (before if stays else after)
    there = session.scalars(select(Passing.state).where(Passing.referral_id == row.id)).all()
    if row.state in ENDED:
        assert (row.due_at, row.finished_at is None, row.outcome is None) == (None, False, False)
        assert PassState.WAITING not in there
    else:
        assert (row.finished_at, row.outcome) == (None, None)
        is_with_services = row.state is ReferralState.PASSED_ON
        assert (PassState.WAITING in there) is is_with_services
        assert row.due_at is not None or is_with_services
    assert find(session, TEAM, row.reference) is row
    assert opened(RING, row).told.story == SAID["story"]


@pytest.mark.parametrize("verb", DONE)
def test_each_verb_goes_only_from_where_it_may(vault_session: Session, verb: str) -> None:
    row = a_request(vault_session, RING)
    for state in ReferralState:
        case = held(vault_session, row)
        row.state = state
        if state in MOVES[verb][0]:
            DONE[verb](case)
        else:
            with pytest.raises(WrongState):
                DONE[verb](case)
        vault_session.rollback()


def test_what_is_done_is_written_down_sealed_and_said_once(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    do(vault_session, row, lambda case: triage.assign(case, SUNITA))
    do(vault_session, row, DONE["note"])
    assert (row.state, row.assigned, row.revision) == (ReferralState.LOOKED_AT, "Sunita Holm", 3)
    assert entries(vault_session) == ["request.received", "request.assigned", "request.noted"]
    _, given_to, noted = events_of(vault_session, row)
    assert (given_to.by, given_to.person_id, given_to.is_for_family) == (TEAM.name, 1, False)
    assert noted.text is not None
    assert WORDS.encode() not in noted.text
    assert words_of(opened(RING, row).box, noted) == WORDS


def test_what_somebody_decides_on_an_older_look_is_refused(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    do(vault_session, row, DONE["note"])
    writing(vault_session)
    with pytest.raises(ChangedMeanwhile):
        take(vault_session, RING, TEAM, row, 1, OPENING)


@pytest.mark.parametrize(
    ("verb", "field", "why"),
    [
        (lambda case: triage.note(case, " \n "), "words", Why.EMPTY),
        (lambda case: triage.note(case, "a" * (LONGEST + 1)), "words", Why.TOO_LONG),
        (lambda case: moving.accept(case, ""), "hub", Why.EMPTY),
        (lambda case: triage.name_key_worker(case, "  "), "key_worker", Why.EMPTY),
        (lambda case: triage.name_key_worker(case, "a" * 200), "key_worker", Why.TOO_LONG),
        (lambda case: triage.set_urgency(case, Urgency.USUAL, WORDS), "urgency", Why.SAME),
        (lambda case: triage.set_urgency(case, Urgency.URGENT, ""), "words", Why.EMPTY),
        (lambda case: triage.send_elsewhere(case, "", WORDS), "council", Why.EMPTY),
        (lambda case: triage.send_elsewhere(case, "Farshore", ""), "words", Why.EMPTY),
        (lambda case: triage.hand_over(case, ""), "words", Why.EMPTY),
        (lambda case: triage.finish(case, Outcome.STATUTORY), "outcome", Why.NOT_ONE_OF_THEM),
        (lambda case: moving.move_to_hub(case, "", WORDS), "hub", Why.SAME),
        (lambda case: moving.move_to_council(case, RING, HARBOURMOUTH, WORDS), "council", Why.SAME),
    ],
)
def test_what_is_missing_is_refused_and_nothing_is_changed(
    vault_session: Session, verb: Verb, field: str, why: Why
) -> None:
    row = a_request(vault_session, RING)
    with pytest.raises(Refused) as refused:
        do(vault_session, row, verb)
    assert (refused.value.field, refused.value.why) == (field, why)
    vault_session.rollback()
    assert (row.revision, entries(vault_session)) == (1, ["request.received"])


def test_a_question_is_read_by_the_family_and_word_of_it_goes_by_a_safe_way(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    assert do(vault_session, row, DONE["ask"]) is Channel.EMAIL
    asked = events_of(vault_session, row)[-1]
    assert (asked.kind, asked.is_for_family, row.state) == (EventKind.ASKED, True, ReferralState.ASKED)
    notice = notices(vault_session)["ask"]
    assert (notice.channel, notice.state, notice.to) == (Channel.EMAIL, NoticeState.QUEUED, "")
    assert do(vault_session, row, lambda case: triage.message(case, "News.", Channel.TEXT)) is Channel.TEXT


@pytest.mark.parametrize("channel", [Channel.CALL, Channel.VOICEMAIL, Channel.LETTER])
def test_no_message_goes_by_a_way_that_nobody_said_is_safe(vault_session: Session, channel: Channel) -> None:
    """Also not by one that is safe, but for which somebody has to take up a telephone."""
    row = a_request(vault_session, RING, telephone_call="yes", telephone_voicemail="yes")
    for verb in (triage.ask, triage.message):
        case = held(vault_session, row)
        with pytest.raises(UnsafeChannel):
            verb(case, "News.", channel)
        vault_session.rollback()
    assert len(events_of(vault_session, row)) == 1
    assert set(notices(vault_session)) == {"received", "team_new"}


def test_without_a_safe_way_the_message_waits_on_the_familys_own_page(vault_session: Session) -> None:
    row = a_request(vault_session, RING, contact_ok="no")
    assert do(vault_session, row, DONE["message"]) is None
    assert events_of(vault_session, row)[-1].is_for_family
    assert set(notices(vault_session)) == {"team_new"}


def test_statutory_services_take_over_and_the_family_is_not_told_by_us(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    (passing,) = passed(vault_session, RING, row)
    before = set(notices(vault_session))
    do(vault_session, row, DONE["hand_over"])
    assert (row.state, row.outcome, row.due_at) == (ReferralState.HANDED_OVER, Outcome.STATUTORY, None)
    assert passing.state is PassState.RECALLED
    assert not events_of(vault_session, row)[-1].is_for_family
    assert set(notices(vault_session)) - before == {"service_recalled"}


def test_another_council_takes_over_and_the_family_reads_which(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    do(vault_session, row, DONE["send_elsewhere"])
    event = events_of(vault_session, row)[-1]
    assert (event.is_for_family, words_of(opened(RING, row).box, event)) == (True, "Farshore Council")
    how = events_of(vault_session, row)[-2]
    assert (how.is_for_family, words_of(opened(RING, row).box, how)) == (False, WORDS)


def test_what_a_service_still_has_is_not_finished(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    passed(vault_session, RING, row)
    with pytest.raises(Refused, match=Why.WITH_SERVICES.value):
        do(vault_session, row, DONE["finish"])


def test_what_was_finished_is_opened_again_with_a_clock(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    do(vault_session, row, DONE["finish"])
    do(vault_session, row, DONE["reopen"])
    assert row.due_at is not None
    assert as_utc(row.due_at) == OPENING.due(as_utc(row.changed_at))


def test_what_becomes_urgent_is_told_to_the_team_and_what_no_longer_is_not(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    do(vault_session, row, lambda case: triage.set_urgency(case, Urgency.DANGER, WORDS))
    assert (row.urgency_rank, "team_urgent" in notices(vault_session)) == (0, True)
    count = len(vault_session.scalars(select(Notice)).all())
    do(vault_session, row, lambda case: triage.set_urgency(case, Urgency.USUAL, WORDS))
    assert len(vault_session.scalars(select(Notice)).all()) == count


def test_another_hubs_team_finds_it_new_and_the_one_before_not_at_all(vault_session: Session) -> None:
    row = a_request(vault_session, RING, route=Route(HARBOURMOUTH, "mill-lane"))
    do(vault_session, row, lambda case: triage.assign(case, SUNITA), OF_A_HUB)
    do(vault_session, row, lambda case: moving.move_to_hub(case, "quayside", WORDS), OF_A_HUB)
    assert (row.state, row.assigned, row.hub_key) == (ReferralState.RECEIVED, "", "quayside")
    assert find(vault_session, OF_A_HUB, row.reference) is None
    assert find(vault_session, TEAM, row.reference) is row
    assert notices(vault_session)["team_new"].to.startswith(f"team:{HARBOURMOUTH}:")


def test_another_council_alone_opens_what_was_moved_to_it(vault_session: Session) -> None:
    """All of it: the story, the line of the queue, every word of every event, and the notes of services."""
    outside = Route(HARBOURMOUTH, lives_in=NORTHSANDS, lives_in_name="Northsands", is_outside=True)
    row = a_request(vault_session, RING, route=outside)
    do(vault_session, row, DONE["note"])
    (passing,) = passed(vault_session, RING, row)
    writing(vault_session)
    case = held(vault_session, row)
    passing.note = case.one.box.seal(f"note:{passing.id}", 0, "For the service.")
    recall(vault_session, TEAM, case.one, passing, OPENING)
    vault_session.commit()
    old = opened(RING, row).box
    do(vault_session, row, lambda case: moving.move_to_council(case, RING, NORTHSANDS, WORDS))
    vault_session.expire_all()
    assert find(vault_session, TEAM, row.reference) is None
    assert find(vault_session, OF_NORTHSANDS, row.reference) is row
    found = opened(RING, row)
    assert found.told.story == SAID["story"]
    assert Flag.OUTSIDE not in found.head.flags
    texts = [words_of(found.box, event) for event in events_of(vault_session, row)]
    assert texts.count(WORDS) == 2
    assert passing.note is not None
    assert found.box.open(f"note:{passing.id}", 0, passing.note) == "For the service."
    with pytest.raises(NotOpened):
        old.open("body", row.version, row.body)
    gone, come = vault_session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()[-2:]
    assert (gone.verb, gone.council_code) == ("request.moved", HARBOURMOUTH)
    assert (come.verb, come.council_code) == ("request.moved_here", NORTHSANDS)


def test_everything_that_is_sealed_with_a_requests_key_is_sealed_anew() -> None:
    """A new column that is sealed has to be added to ``moving``, or nobody opens it after a move."""
    sealed = {
        f"{table.name}.{column.name}"
        for table in VaultBase.metadata.sorted_tables
        if table.name == "referral" or any(key.column.table.name == "referral" for key in table.foreign_keys)
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert sealed - {"family_mark.mark", "notice.mark"} == moving.RESEALED


def test_requests_of_one_family_are_suggested_to_who_may_see_them(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    same_telephone = a_request(
        vault_session, RING, telephone="+44 1632 960123", email="", people=[], postcode=""
    )
    all_the_same = a_request(vault_session, RING)
    a_request(vault_session, RING, telephone="01632 960999", email="", people=[], postcode="")
    a_request(vault_session, RING, route=Route(NORTHSANDS))
    found = alike(vault_session, TEAM, row)
    assert [one.row.id for one in found] == [all_the_same.id, same_telephone.id]
    assert found[1].kinds == ("telephone",)
    assert alike(vault_session, OF_A_HUB, row) == []


def test_merged_requests_go_on_as_one_and_neither_story_is_lost(vault_session: Session) -> None:
    first = a_request(vault_session, RING, danger="yes", story="The first story.")
    second = a_request(vault_session, RING, due_at=utc_now() + timedelta(days=9))
    due = first.due_at
    case = held(vault_session, first)
    merge(case, take(vault_session, RING, TEAM, second, second.revision, OPENING).one, RING)
    vault_session.commit()
    assert (first.state, first.outcome, second.state) == (
        ReferralState.MERGED,
        Outcome.DUPLICATE,
        ReferralState.RECEIVED,
    )
    assert (second.urgency, second.due_at) == (Urgency.DANGER, due)
    assert merged_into(vault_session, second) == [first]
    assert whole_of(vault_session, first) is second
    assert opened(RING, first).told.story == "The first story."
    asked = select(AuditEntry).where(AuditEntry.verb == "request.merged")
    found = {one.subject_key: one.facts for one in vault_session.scalars(asked)}
    assert found == {
        first.reference: {"into": second.reference},
        second.reference: {"from": first.reference},
    }, "the other is changed too: each names the other"
    assert {events_of(vault_session, one)[-1].kind for one in (first, second)} == {EventKind.MERGED}


def test_nothing_is_merged_into_what_has_ended_itself_or_another_councils(vault_session: Session) -> None:
    row, ended = a_request(vault_session, RING), a_request(vault_session, RING)
    theirs = a_request(vault_session, RING, route=Route(NORTHSANDS))
    do(vault_session, ended, DONE["finish"])
    for into in (row, ended, theirs):
        assert not may_merge(row, into)
        case = held(vault_session, row)
        with pytest.raises(Refused):
            merge(case, opened(RING, into), RING)
        vault_session.rollback()


def test_the_next_look_is_in_working_days_of_the_front_door() -> None:
    friday = datetime.fromisoformat("2026-11-20T15:00:00+00:00")
    assert triage.next_look(OPENING, "ask", friday) == datetime.fromisoformat("2026-11-27T15:00:00+00:00")
    assert triage.next_look(OPENING, "finish", friday) is None
