"""Whatever happens: no field is seen that was not agreed to, and no request is ever nowhere."""

from typing import Any

from hypothesis import HealthCheck, given, settings as running, strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.referrals import receiving
from hubfinder.referrals.answers import told
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.passing import (
    WITH_A_SERVICE,
    PassRefused,
    pass_on,
    passings_of,
    recall,
    recall_all,
)
from hubfinder.referrals.reading import opened
from hubfinder.referrals.receiving import Answer, Seen, see
from hubfinder.referrals.sharing import FIELDS, SAFETY, Group
from hubfinder.referrals.states import AT_FRONT_DOOR, ENDED, WrongState, move
from hubfinder.referrals.vocab import DeclineReason, Outcome, ReferralState
from hubfinder.vault.keys import new_keyring
from tests.support.passing import CLINIC, OPENING, PLAY, TEAM, handing, passed, provider, writing
from tests.support.requests import a_request

RING = new_keyring()
WORD = "XMARKED{}X"
"""Stands in the fields of a group; must be found nowhere else."""


def seen(session: Session, passing: Passing) -> Seen:
    writing(session)
    found = see(session, RING, provider(), passing)
    session.commit()
    return found


def marked() -> dict[str, Any]:
    """Answers with a word in every field of every group."""
    words: dict[str, Any] = {}
    for group in Group:
        for name in FIELDS[group]:
            words[name] = _marked_field(name, WORD.format(group.value))
    return words


def _marked_field(name: str, word: str) -> object:
    if name == "people":
        return [{"id": "p1", "name": word, "kind": "child"}]
    if name == "helpers":
        return [{"name": word, "role": word, "organization": word, "telephone": word}]
    return [word] if name in ("languages", "access", "needs") else word


GROUPS = st.frozensets(st.sampled_from(list(Group)))


@running(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(agreed=GROUPS, going=GROUPS, for_safety=st.booleans())
def test_no_field_of_a_group_is_seen_that_was_not_agreed_to(
    vault_session: Session, agreed: frozenset[Group], going: frozenset[Group], for_safety: bool
) -> None:
    row = a_request(
        vault_session,
        RING,
        **marked(),
        share_with=["services"],
        share_what=[group.value for group in agreed],
        no_consent_why="XMARKEDwhyX",
    )
    safety = "A child is not safe." if for_safety else ""
    try:
        (passing,) = passed(vault_session, RING, row, handing(groups=going, safety=safety))
    except PassRefused:
        vault_session.rollback()
        assert going - agreed
        return
    found = seen(vault_session, passing)
    may = going if for_safety else going & agreed
    text = str(found)
    assert {group for group in Group if WORD.format(group.value) in text} == set(may)
    assert "XMARKEDwhyX" not in text
    assert set(found.answers) <= SAFETY.union(*(FIELDS[group] for group in may))
    assert found.told == told({**found.answers, "contact_ok": "yes"})


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pass", "accept", "decline", "finish", "recall", "assign", "ask", "take", "end"]),
        st.integers(0, 3),
    ),
    max_size=14,
)
TO = (CLINIC, PLAY)


def step(session: Session, row: Referral, verb: str, number: int) -> None:
    """Try a verb, whether or not it can be done now."""
    writing(session)
    one = opened(RING, row)
    there = passings_of(session, row)
    who = provider()
    if verb == "pass":
        pass_on(session, TEAM, one, handing(TO[number % 2]), OPENING)
    elif verb == "end":
        recall_all(session, TEAM, one, OPENING)
        move(row, "finish")
    elif verb in ("assign", "ask", "take"):
        move(row, "accept" if verb == "take" else verb)
    elif there:
        passing = there[number % len(there)]
        if verb == "recall":
            recall(session, TEAM, one, passing, OPENING)
        elif verb == "accept":
            receiving.accept(session, who, one, passing, OPENING)
        elif verb == "decline":
            receiving.decline(session, who, one, passing, Answer(DeclineReason.OTHER), OPENING)
        else:
            receiving.finish(session, who, one, passing, Answer(Outcome.HELPED), OPENING)


@running(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_request_is_never_nowhere(vault_session: Session, steps: list[tuple[str, int]]) -> None:
    """Whatever happens in whatever order: it is in the queue, in an inbox, with the hub, or it has ended."""
    row = a_request(vault_session, RING)
    for verb, number in steps:
        try:
            step(vault_session, row, verb, number)
            vault_session.commit()
        except (WrongState, PassRefused):
            vault_session.rollback()
        in_inbox = vault_session.scalar(
            select(func.count())
            .select_from(Passing)
            .where(Passing.referral_id == row.id, Passing.state.in_(WITH_A_SERVICE))
        )
        is_in_queue = row.state in AT_FRONT_DOOR | {ReferralState.ACCEPTED}
        assert bool(in_inbox) or is_in_queue or row.state in ENDED
        assert (row.state is ReferralState.PASSED_ON) <= bool(in_inbox)
        assert not (row.state in ENDED and in_inbox)
        if row.state in AT_FRONT_DOOR and steps:
            assert row.due_at is not None or in_inbox
