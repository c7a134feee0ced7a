"""A request with parts that is to go to another council: no part stays behind where nobody reads it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.people.models import AuditEntry
from hubfinder.people.values import Actor, Grant
from hubfinder.referrals import triage
from hubfinder.referrals.events import words_of
from hubfinder.referrals.family import add
from hubfinder.referrals.family_view import view_of
from hubfinder.referrals.merging import merged_into
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.moving import move_to_council
from hubfinder.referrals.reading import events_of, find, opened
from hubfinder.referrals.taking_back import withdraw
from hubfinder.referrals.triage import Refused, Why
from hubfinder.referrals.vocab import ReferralState
from hubfinder.staff_vocab import Role
from tests.support.family import Family
from tests.support.merging import RING, held, merged
from tests.support.passing import TEAM
from tests.support.people import HARBOURMOUTH, NORTHSANDS
from tests.support.requests import a_request

OF_NORTHSANDS = Actor("Ida of Northsands", 3, (Grant(Role.FRONT_DOOR, NORTHSANDS),))


def moved(session: Session, row: Referral) -> None:
    move_to_council(held(session, row), RING, NORTHSANDS, "They live there.")
    session.commit()


@pytest.fixture
def part(vault_session: Session) -> Family:
    """A family whose request is part of another."""
    family = Family(vault_session, RING)
    merged(vault_session, family.row, a_request(vault_session, RING))
    return family


def whole(part: Family) -> Referral:
    return part.session.get_one(Referral, part.row.merged_into)


def trail(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.number)))


def test_with_a_part_that_goes_on_it_stays_and_nothing_is_changed(part: Family) -> None:
    row, session = whole(part), part.session
    before = (row.revision, row.state, row.head, trail(session))
    with pytest.raises(Refused) as refused:
        moved(session, row)
    session.rollback()
    assert (refused.value.field, refused.value.why) == ("council", Why.HAS_PARTS)
    assert (row.revision, row.state, row.head, trail(session)) == before
    assert (row.council_code, part.row.council_code) == (HARBOURMOUTH, HARBOURMOUTH)


def test_a_part_that_was_about_safety_and_taken_back_before_does_not_stay_behind_either(
    vault_session: Session,
) -> None:
    """It goes on for somebody's safety in the other, which may be all that tells of it."""
    family = Family(vault_session, RING, danger="yes")
    hand = family.hand()
    withdraw(hand)
    hand.session.commit()
    other = a_request(vault_session, RING)
    merged(vault_session, family.row, other)
    with pytest.raises(Refused) as refused:
        moved(vault_session, other)
    vault_session.rollback()
    assert refused.value.why is Why.HAS_PARTS


def test_opened_again_it_goes_by_itself_and_is_read_and_heard_there(part: Family, session: Session) -> None:
    vault, row = part.session, whole(part)
    triage.reopen(held(vault, part.row), "To move it.")
    vault.commit()
    for one in (row, part.row):
        moved(vault, one)
    hand = part.hand()
    add(hand, "Please hear me.", "1")
    hand.session.commit()
    there = find(vault, OF_NORTHSANDS, part.receipt.reference)
    assert there is not None
    assert [words_of(opened(RING, there).box, event) for event in events_of(vault, there)][-1] == (
        "Please hear me."
    )
    told_of = vault.scalars(select(Notice).where(Notice.wording == "team_added")).one()
    assert told_of.to == f"team:{NORTHSANDS}:"
    assert find(vault, TEAM, part.receipt.reference) is None
    assert view_of(vault, session, opened(RING, part.row)).can_write


def test_what_was_taken_back_stays_where_it_ended_and_goes_with_no_other(part: Family) -> None:
    row, hand = whole(part), part.hand()
    withdraw(hand)
    hand.session.commit()
    moved(part.session, row)
    assert (row.council_code, part.row.council_code) == (NORTHSANDS, HARBOURMOUTH)
    assert (part.row.state, part.row.merged_into) == (ReferralState.WITHDRAWN, None)
    assert merged_into(part.session, row) == []
    assert find(part.session, TEAM, part.receipt.reference) is not None
    assert trail(part.session)[-2:] == ["request.moved", "request.moved_here"]
