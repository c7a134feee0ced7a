"""A family hub and requests: it has and reads what the family agreed to; else somebody says why it does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import Actor, Grant
from hubfinder.referrals import moving, triage
from hubfinder.referrals.correcting import seal_anew
from hubfinder.referrals.events import words_of
from hubfinder.referrals.family import correct
from hubfinder.referrals.family_view import view_of
from hubfinder.referrals.hub_sight import as_read_by, head_read_by
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.reading import events_of, find, lines_of, opened
from hubfinder.referrals.routing import Route
from hubfinder.referrals.triage import LONGEST, Case, Refused, Why, take
from hubfinder.referrals.vocab import EventKind, Flag, ReferralState
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import new_keyring
from tests.support.family import Family
from tests.support.passing import OPENING, TEAM, writing
from tests.support.people import HARBOURMOUTH, NORTHSANDS
from tests.support.requests import SAID, a_request

RING = new_keyring()
HUB, OTHER = "mill-lane", "quayside"
OF_THE_HUB = Actor("Priya of the hub", 4, (Grant(Role.HUB_STAFF, HARBOURMOUTH, hub=HUB),))
WHY = "The baby was heard crying, and nobody opened."
THERE = Route(HARBOURMOUTH, hub_there=HUB)
"""They live where the hub's team is, and did not agree that it reads this."""
GIVEN: dict[str, Callable[..., None]] = {
    "accept": lambda case, safety: moving.accept(case, HUB, safety),
    "move": lambda case, safety: moving.move_to_hub(case, HUB, "Nearer.", safety),
}


def held(session: Session, row: Referral, actor: Actor = TEAM) -> Case:
    writing(session)
    session.refresh(row)
    return take(session, RING, actor, row, row.revision, OPENING)


def not_agreed(session: Session) -> Referral:
    return a_request(session, RING, route=THERE, share_with=["services"])


def last_entry(session: Session) -> AuditEntry:
    return session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first() or AuditEntry()


def in_the_hub(session: Session, **answers: object) -> Family:
    """A family whose hub has taken on what it agreed that the hub reads."""
    family = Family(session, RING, **answers)
    moving.accept(held(session, family.row), HUB)
    session.commit()
    case = held(session, family.row, OF_THE_HUB)
    moving.accept(case, HUB)
    triage.assign(case, triage.Somebody(4, "Priya of the hub"))
    session.commit()
    return family


def saying(**answers: object) -> Any:  # noqa: ANN401 - a function
    return lambda there: {**there, **answers}


@pytest.mark.parametrize("how", GIVEN)
@pytest.mark.parametrize("safety", ["", "  \n ", "x" * (LONGEST + 1)])
def test_without_their_agreement_and_without_a_reason_no_hub_gets_it(
    vault_session: Session, how: str, safety: str
) -> None:
    row = not_agreed(vault_session)
    case = held(vault_session, row)
    with pytest.raises(Refused) as refused:
        GIVEN[how](case, safety)
    vault_session.rollback()
    assert (refused.value.field, refused.value.why) == (
        "safety",
        Why.TOO_LONG if safety.startswith("x") else Why.NOT_AGREED,
    )
    assert (row.hub_key, row.state) == ("", ReferralState.RECEIVED)
    assert find(vault_session, OF_THE_HUB, row.reference) is None


@pytest.mark.parametrize("how", GIVEN)
def test_for_somebodys_safety_it_goes_there_and_the_reason_is_kept_sealed(
    vault_session: Session, how: str
) -> None:
    row = not_agreed(vault_session)
    count = len(vault_session.scalars(select(AuditEntry)).all())
    GIVEN[how](held(vault_session, row), WHY)
    vault_session.commit()
    assert find(vault_session, OF_THE_HUB, row.reference) is row
    noted, given = events_of(vault_session, row)[-2:]
    assert (noted.kind, noted.facts, noted.is_for_family) == (EventKind.NOTED, {"safety": True}, False)
    assert words_of(opened(RING, row).box, noted) == WHY
    assert (given.facts, given.is_for_family) == ({"hub": HUB, "without_consent": True}, False)
    assert last_entry(vault_session).facts == {"hub": HUB, "without_consent": True}
    assert len(vault_session.scalars(select(AuditEntry)).all()) == count + 1


def test_what_has_a_reason_already_is_taken_on_without_a_second_one(vault_session: Session) -> None:
    row = not_agreed(vault_session)
    moving.move_to_hub(held(vault_session, row), HUB, "Nearer.", WHY)
    vault_session.commit()
    moving.accept(held(vault_session, row, OF_THE_HUB), HUB)
    vault_session.commit()
    assert (row.state, row.is_hub_for_safety) == (ReferralState.ACCEPTED, True)
    with pytest.raises(Refused):
        moving.move_to_hub(held(vault_session, row), OTHER, "Nearer still.")
    vault_session.rollback()
    moving.move_to_hub(held(vault_session, row), "", "Back.")
    vault_session.commit()
    assert (row.hub_key, row.is_hub_for_safety) == ("", False)


def test_the_family_reads_of_a_hub_only_where_it_agreed(vault_session: Session, session: Session) -> None:
    family = Family(vault_session, RING, share_with=[])
    for safety, stands in ((WHY, "We have your request."), ("", "Somebody is looking at your request.")):
        moving.accept(held(vault_session, family.row), HUB, safety)
        vault_session.commit()
        view = view_of(vault_session, session, opened(RING, family.row))
        assert str(view.stand.now) == stands
        assert (view.hub, [str(step.words) for step in view.steps]) == ("", ["You sent your request"])


def test_the_front_door_sees_whose_it_would_be_also_after_a_correction(vault_session: Session) -> None:
    family = Family(vault_session, RING)
    writing(vault_session)
    seal_anew(vault_session, RING, opened(RING, family.row), SAID, THERE)
    vault_session.commit()
    hand = family.hand()
    correct(hand, saying(languages=["pl"]), family.row.version)
    hand.session.commit()
    assert opened(RING, family.row).head.hub_there == HUB


def test_what_the_family_takes_back_the_hub_does_not_see_any_more(vault_session: Session) -> None:
    family = in_the_hub(vault_session)
    assert find(vault_session, OF_THE_HUB, family.receipt.reference) is not None
    writing(vault_session)
    family.row.due_at = utc_now() + timedelta(days=9)
    vault_session.commit()
    hand = family.hand()
    correct(hand, saying(share_with=["services"]), family.row.version)
    hand.session.commit()
    row = family.row
    assert find(vault_session, OF_THE_HUB, row.reference) is None
    assert find(vault_session, TEAM, row.reference) is row
    assert (row.state, row.hub_key, row.assigned) == (ReferralState.LOOKED_AT, "", "")
    assert row.due_at is not None
    assert as_utc(row.due_at) <= OPENING.due(utc_now())
    entry = last_entry(vault_session)
    assert (entry.verb, entry.facts["taken_from"]) == ("request.consent_changed", HUB)
    told = {one.wording: one for one in vault_session.scalars(select(Notice))}
    assert told["service_recalled"].to == f"team:{HARBOURMOUTH}:{HUB}"
    assert told["service_recalled"].facts["reference"] == ""
    assert told["team_from_hub"].to == f"team:{HARBOURMOUTH}:"


def test_other_changes_of_what_they_agreed_to_take_it_from_nobody(vault_session: Session) -> None:
    family = in_the_hub(vault_session)
    hand = family.hand()
    correct(hand, saying(share_with=["hub"], share_what=["people"]), family.row.version)
    hand.session.commit()
    assert (family.row.hub_key, family.row.state) == (HUB, ReferralState.ACCEPTED)


def test_what_a_hub_has_for_somebodys_safety_is_not_taken_from_it_by_a_tick(vault_session: Session) -> None:
    """Whoever holds the code may be the one they are afraid of."""
    family = Family(vault_session, RING, share_with=[])
    moving.accept(held(vault_session, family.row), HUB, WHY)
    vault_session.commit()
    for ticked in (["hub"], []):
        hand = family.hand()
        correct(hand, saying(share_with=ticked), family.row.version)
        hand.session.commit()
    assert family.row.hub_key == HUB


def test_hub_staff_read_what_was_shared_with_the_hub_and_how_to_reach_them(vault_session: Session) -> None:
    row = a_request(
        vault_session,
        RING,
        route=Route(HARBOURMOUTH, HUB),
        share_with=["hub"],
        share_what=["place"],
        interpreter="yes",
    )
    one = opened(RING, row)
    seen = as_read_by(OF_THE_HUB, one)
    for kept in ("story", "people", "child_words", "helpers", "interpreter", "needs"):
        assert kept not in seen.answers
    assert (seen.told.name, seen.told.postcode) == ("", SAID["postcode"])
    assert seen.told.telephone == one.told.telephone
    assert seen.told.share_with == ("hub",)
    assert as_read_by(TEAM, one) is one
    (line,) = lines_of(RING, [row])
    head = head_read_by(OF_THE_HUB, row, line.head)
    assert (head.name, head.children, Flag.INTERPRETER in head.flags) == ("", 0, False)
    assert head_read_by(TEAM, row, line.head) is line.head


def test_a_hub_reads_all_of_it_where_that_is_needed_for_somebodys_safety(vault_session: Session) -> None:
    row = a_request(vault_session, RING, share_with=["hub"], share_what=["place"])
    moving.accept(held(vault_session, row), HUB, WHY)
    vault_session.commit()
    assert as_read_by(OF_THE_HUB, opened(RING, row)).told.story == SAID["story"]


@pytest.mark.parametrize(
    "give_away",
    [
        lambda case: moving.move_to_council(case, RING, NORTHSANDS, "They live there."),
        lambda case: triage.send_elsewhere(case, "Farshore Council", "Rang them."),
    ],
)
def test_staff_of_a_hub_do_not_give_it_to_another_council(
    vault_session: Session, give_away: Callable[[Case], None]
) -> None:
    row = a_request(vault_session, RING, route=Route(HARBOURMOUTH, HUB))
    with pytest.raises(Refused) as refused:
        give_away(held(vault_session, row, OF_THE_HUB))
    vault_session.rollback()
    assert refused.value.why is Why.FRONT_DOOR_ONLY
    assert (row.council_code, row.state) == (HARBOURMOUTH, ReferralState.RECEIVED)
    give_away(held(vault_session, row))
    vault_session.commit()
