"""A copy of all that is kept says no more than the family's page, until a person ticks what else it says."""

import json

import pytest
from sqlalchemy.orm import Session

from hubfinder.referrals import receiving, thresholds, triage
from hubfinder.referrals.family import add
from hubfinder.referrals.leaving_out import Given, given
from hubfinder.referrals.merging import merge
from hubfinder.referrals.models import Referral
from hubfinder.referrals.moving import accept, move_to_hub
from hubfinder.referrals.not_told import Untold
from hubfinder.referrals.parts import take_together
from hubfinder.referrals.passing import recall
from hubfinder.referrals.reading import opened
from hubfinder.referrals.sharing import Group
from hubfinder.referrals.subject_access import everything
from hubfinder.referrals.taking_back import withdraw
from hubfinder.referrals.threshold_models import JointThreshold
from hubfinder.referrals.triage import Case, take
from hubfinder.referrals.vocab import DeclineReason, Outcome
from hubfinder.vault.keys import new_keyring
from tests.support.family import Family
from tests.support.passing import CLINIC, OPENING, PLAY, TEAM, handing, passed, provider, writing
from tests.support.requests import a_request

RING = new_keyring()
WHY = "Ash is afraid of somebody there."
PRO = {"who": "professional", "pro_name": "Gail Practice", "pro_role": "gp", "family_knows": "no"}


def held(session: Session, row: Referral) -> Case:
    writing(session)
    take_together(session, row.id)
    session.refresh(row)
    return take(session, RING, TEAM, row, row.revision, OPENING)


def copied(session: Session, row: Referral, *ticks: str) -> tuple[Given, str]:
    """What is given, and all of it as the file for programs says it."""
    session.rollback()
    session.refresh(row)
    chosen = given(everything(session, RING, row), ticks)
    return chosen, json.dumps(chosen.tables)


def states(chosen: Given) -> tuple[object, ...]:
    row = chosen.tables["referral"][0]
    return row["state"], row["outcome"], row["finished_at"]


def kinds(chosen: Given) -> list[str]:
    return [row["kind"] for row in chosen.tables["referral_event"]]


def verbs(chosen: Given) -> list[str]:
    return [row["verb"] for row in chosen.tables["audit_entry"]]


def test_where_all_is_told_nothing_is_missing(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    passed(vault_session, RING, row)
    chosen, said = copied(vault_session, row)
    assert chosen.not_told == ()
    assert states(chosen) == ("passed_on", None, None)
    assert {"sleep-clinic", "request.passed"} <= set(said.replace('"', " ").split(" "))


def test_a_service_that_has_it_for_safety_is_nowhere(vault_session: Session) -> None:
    family = Family(vault_session, RING, share_with=[])
    row = family.row
    [passing] = passed(vault_session, RING, row, handing(PLAY, safety=WHY, note="Please be quick."))
    case = held(vault_session, row)
    receiving.accept(vault_session, provider("helpers"), case.one, passing, OPENING)
    vault_session.commit()
    chosen, said = copied(vault_session, row)
    assert chosen.not_told == (Untold.SAFETY,)
    assert states(chosen) == ("looked_at", None, None)
    assert chosen.tables["referral"][0]["due_at"] is not None, "that the clock stopped would tell"
    assert chosen.tables["passing"] == []
    for word in ("story-time-1", "helpers_", "without_consent", "safety", "service_", "pass_", "passed"):
        assert word not in said.replace("is_hub_for_safety", ""), word
    whole, said = copied(vault_session, row, "untold-safety")
    assert whole.not_told == ()
    assert states(whole)[0] == "passed_on"
    assert "story-time-1" in said
    assert WHY not in said, "what staff wrote of it has a tick of its own"


def test_what_an_agreed_service_does_stays_beside_it(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    [clinic] = passed(vault_session, RING, row, handing(CLINIC))
    case = held(vault_session, row)
    because = receiving.Answer(DeclineReason.FULL)
    receiving.decline(vault_session, provider(), case.one, clinic, because, OPENING)
    vault_session.commit()
    [play] = passed(vault_session, RING, row, handing(PLAY, groups=frozenset(Group), safety=WHY))
    case = held(vault_session, row)
    recall(vault_session, TEAM, case.one, play, OPENING)
    vault_session.commit()
    chosen, said = copied(vault_session, row)
    assert [one["service_key"] for one in chosen.tables["passing"]] == ["sleep-clinic"]
    assert kinds(chosen) == ["received", "passed", "pass_declined"]
    assert verbs(chosen) == ["request.received", "request.passed", "request.pass_declined"]
    assert "story-time-1" not in said


@pytest.mark.parametrize("goes_back", [False, True])
def test_a_hub_that_has_it_for_safety_is_nowhere(vault_session: Session, *, goes_back: bool) -> None:
    row = a_request(vault_session, RING, share_with=[])
    case = held(vault_session, row)
    move_to_hub(case, "north-hub", "It is nearer.", WHY)
    vault_session.commit()
    accept(held(vault_session, row), "north-hub")
    vault_session.commit()
    if goes_back:
        move_to_hub(held(vault_session, row), "", "They are safe now.")
        vault_session.commit()
    chosen, said = copied(vault_session, row)
    assert chosen.not_told == (Untold.SAFETY,)
    assert chosen.tables["referral"][0]["is_hub_for_safety"] is False
    assert states(chosen)[0] in ("received", "looked_at")
    assert kinds(chosen) == ["received"]
    assert verbs(chosen) == ["request.received"]
    assert "north-hub" not in said
    assert "north-hub" in copied(vault_session, row, "untold-safety")[1]


@pytest.mark.parametrize("again", [False, True])
def test_statutory_services_are_nowhere(vault_session: Session, *, again: bool) -> None:
    row = a_request(vault_session, RING)
    due = row.due_at
    triage.hand_over(held(vault_session, row), "Children's services, by telephone.")
    vault_session.commit()
    if again:
        triage.reopen(held(vault_session, row), "They gave it back.")
        vault_session.commit()
    chosen, said = copied(vault_session, row)
    assert chosen.not_told == (Untold.STATUTORY,)
    assert states(chosen) == ("looked_at", None, None)
    assert due is not None
    assert chosen.tables["referral"][0]["due_at"] is not None
    for word in ("handed_over", "statutory", "reopened"):
        assert word not in said, word
    assert "handed_over" in copied(vault_session, row, "untold-statutory")[1]


def test_a_service_that_says_so_does_not_tell_of_statutory_services(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    [passing] = passed(vault_session, RING, row)
    case = held(vault_session, row)
    receiving.accept(vault_session, provider(), case.one, passing, OPENING)
    because = receiving.Answer(Outcome.STATUTORY)
    receiving.finish(vault_session, provider(), case.one, passing, because, OPENING)
    vault_session.commit()
    chosen, said = copied(vault_session, row)
    assert kinds(chosen)[-1] == "pass_finished"
    assert "statutory" not in said
    assert "statutory" in copied(vault_session, row, "untold-statutory")[1]


def test_what_a_professional_told_in_confidence_is_in_neither_copy(vault_session: Session) -> None:
    told = Family(vault_session, RING, **PRO, safeguarding="yes", danger="unsure", no_consent_why=WHY)
    mine = a_request(vault_session, RING)
    case = held(vault_session, told.row)
    merge(case, take(vault_session, RING, TEAM, mine, mine.revision, OPENING).one, RING)
    vault_session.commit()
    add(told.hand(), "He came again.", "once", in_danger=True)
    vault_session.commit()
    chosen, said = copied(vault_session, mine)
    assert chosen.not_told == (Untold.MERGED,)
    assert chosen.tables["referral"][0]["urgency"] is None
    assert kinds(chosen) == ["received"]
    for word in (told.row.reference, "merged_into", "professional", "family_not_told", "team_"):
        assert word not in said.replace("the professional who", ""), word
    part, said = copied(vault_session, told.row)
    assert part.not_told == (Untold.MERGED,)
    assert states(part) == ("looked_at", None, None)
    assert mine.reference not in said
    assert mine.reference in copied(vault_session, told.row, "untold-merged")[1]
    assert told.row.reference in copied(vault_session, mine, "untold-merged")[1]


def test_that_somebody_looks_at_what_was_taken_back_is_not_said(vault_session: Session) -> None:
    family = Family(vault_session, RING, danger="yes")
    withdraw(family.hand())
    vault_session.commit()
    triage.note(held(vault_session, family.row), "We go on all the same.")
    vault_session.commit()
    chosen, said = copied(vault_session, family.row)
    assert chosen.not_told == (Untold.TAKEN_BACK,)
    row = chosen.tables["referral"][0]
    assert (row["state"], row["outcome"], row["due_at"]) == ("withdrawn", "withdrawn", None)
    assert kinds(chosen)[-1] == "withdrawn"
    assert verbs(chosen)[-1] == "request.withdrawn"
    assert '"stays": true' not in said
    assert '"stays": true' in copied(vault_session, family.row, "untold-taken_back")[1]


def test_what_was_taken_back_and_ended_is_told_whole(vault_session: Session) -> None:
    family = Family(vault_session, RING)
    withdraw(family.hand())
    vault_session.commit()
    assert copied(vault_session, family.row)[0].not_told == ()


def test_decisions_of_others_are_left_out(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    case = held(vault_session, row)
    made = JointThreshold(id=7, agency="Wend police", decision="A plan")
    thresholds.note_decision(vault_session, RING, TEAM, opened(RING, case.row), made)
    vault_session.commit()
    chosen, said = copied(vault_session, row)
    assert chosen.not_told == (Untold.DECISION,)
    assert "decision" not in said
    assert "decision_noted" in copied(vault_session, row, "untold-decision")[1]
