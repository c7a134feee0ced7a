"""A request that is given to a family hub: its team hears of it, and nobody says yes for it unheard."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import Actor, Grant
from hubfinder.referrals import moving, triage
from hubfinder.referrals.chasing import Chasing, chase, first_to_hear
from hubfinder.referrals.family_view import view_of
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.reading import events_of, opened
from hubfinder.referrals.routing import Route
from hubfinder.referrals.states import WrongState
from hubfinder.referrals.triage import Case, Somebody, take
from hubfinder.referrals.vocab import EventKind, ReferralState, Urgency
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import new_keyring
from tests.support.family import Family
from tests.support.passing import OPENING, TEAM, writing
from tests.support.people import HARBOURMOUTH, NORTHSANDS, person
from tests.support.requests import a_request

RING = new_keyring()
HUB, OTHER = "mill-lane", "quayside"
OF_THE_HUB = Actor("Priya of the hub", 4, (Grant(Role.HUB_STAFF, HARBOURMOUTH, hub=HUB),))
TOM = Somebody(7, "Tom of the front door")
TO_THE_HUB = f"team:{HARBOURMOUTH}:{HUB}"


def held(session: Session, row: Referral, actor: Actor = TEAM) -> Case:
    writing(session)
    session.refresh(row)
    return take(session, RING, actor, row, row.revision, OPENING)


def taken_on(session: Session, row: Referral, hub: str = HUB, actor: Actor = TEAM) -> None:
    moving.accept(held(session, row, actor), hub)
    session.commit()


def given_to_tom(session: Session, hub: str = "", danger: str = "no") -> Referral:
    row = a_request(session, RING, route=Route(HARBOURMOUTH, hub), share_with=["hub"], danger=danger)
    triage.assign(held(session, row), TOM)
    session.commit()
    return row


def told(session: Session) -> list[tuple[str, str]]:
    """Wording and whom, of what staff were told since it came."""
    rows = session.scalars(select(Notice).where(Notice.to != "").order_by(Notice.id))
    return [(one.wording, one.to) for one in rows if not one.once.startswith("team-new:")]


def is_due_within(row: Referral, days: int) -> bool:
    assert row.due_at is not None
    return as_utc(row.due_at) <= OPENING.due(utc_now(), days)


@pytest.mark.parametrize("before", ["", OTHER])
def test_a_hub_that_did_not_have_it_hears_of_it_and_has_a_working_day(
    vault_session: Session, before: str
) -> None:
    row = given_to_tom(vault_session, before)
    taken_on(vault_session, row)
    assert told(vault_session) == [("team_new", TO_THE_HUB)]
    assert (row.state, row.hub_key, row.assigned_id) == (ReferralState.RECEIVED, HUB, None)
    assert is_due_within(row, 1)
    assert events_of(vault_session, row)[-1].kind is EventKind.ROUTED
    assert [entry.verb for entry in vault_session.scalars(select(AuditEntry))][-1] == "request.moved"


def test_until_the_hub_says_yes_the_family_does_not_read_that_it_did(
    vault_session: Session, session: Session
) -> None:
    family = Family(vault_session, RING, share_with=["hub"])
    taken_on(vault_session, family.row)
    assert str(view_of(vault_session, session, opened(RING, family.row)).stand.now) == "We have your request."
    taken_on(vault_session, family.row, actor=OF_THE_HUB)
    view = view_of(vault_session, session, opened(RING, family.row))
    assert str(view.stand.now) == "A family hub has your request."


def test_where_somebody_may_be_in_danger_the_hub_reads_so_and_has_an_hour(vault_session: Session) -> None:
    row = given_to_tom(vault_session, danger="yes")
    assert row.urgency is Urgency.DANGER
    taken_on(vault_session, row)
    assert told(vault_session) == [("team_urgent", TO_THE_HUB)]
    assert row.due_at is not None
    assert as_utc(row.due_at) <= OPENING.soon(utc_now())


def test_what_the_front_door_says_for_the_hub_that_has_it_the_hub_hears(vault_session: Session) -> None:
    row = given_to_tom(vault_session, HUB)
    taken_on(vault_session, row)
    assert told(vault_session) == [("team_taken_on", TO_THE_HUB)]
    assert (row.state, row.assigned_id, row.assigned) == (ReferralState.ACCEPTED, None, "")
    assert is_due_within(row, 10)


def test_what_the_hub_takes_on_itself_nobody_needs_to_be_told(vault_session: Session) -> None:
    row = a_request(vault_session, RING, route=Route(HARBOURMOUTH, HUB), share_with=["hub"])
    triage.assign(held(vault_session, row, OF_THE_HUB), Somebody(4, "Priya of the hub"))
    vault_session.commit()
    taken_on(vault_session, row, actor=OF_THE_HUB)
    assert told(vault_session) == []
    assert (row.state, row.assigned_id) == (ReferralState.ACCEPTED, 4)


def test_staff_of_a_hub_do_not_say_yes_for_another(vault_session: Session) -> None:
    row = a_request(vault_session, RING, route=Route(HARBOURMOUTH, HUB), share_with=["hub"])
    taken_on(vault_session, row, OTHER, OF_THE_HUB)
    assert (row.state, row.hub_key) == (ReferralState.RECEIVED, OTHER)
    assert told(vault_session) == [("team_new", f"team:{HARBOURMOUTH}:{OTHER}")]


def test_what_a_hub_has_taken_on_is_given_to_no_other_by_it(vault_session: Session) -> None:
    row = given_to_tom(vault_session, HUB)
    taken_on(vault_session, row, actor=OF_THE_HUB)
    for hub in (HUB, OTHER):
        with pytest.raises(WrongState):
            taken_on(vault_session, row, hub)
        vault_session.rollback()
    assert row.hub_key == HUB


def test_half_time_is_told_to_whoever_has_it_and_to_the_team_where_they_are_not_of_it(
    vault_session: Session, session: Session
) -> None:
    door = person(session, Role.FRONT_DOOR, in_council=HARBOURMOUTH)
    priya = person(session, Role.HUB_STAFF, in_council=HARBOURMOUTH, hub_key=HUB)
    away = person(session, Role.FRONT_DOOR, in_council=NORTHSANDS)
    row = a_request(vault_session, RING, route=Route(HARBOURMOUTH, HUB))
    for somebody, expected in (
        (None, ("",)),
        (priya, (priya.email,)),
        (door, (door.email, "")),
        (away, ("",)),
    ):
        row.assigned_id = somebody.id if somebody else None
        assert first_to_hear(session, row) == expected
    row.hub_key, row.assigned_id = "", door.id
    assert first_to_hear(session, row) == (door.email,)
    row.assigned_id = priya.id
    assert first_to_hear(session, row) == ("",)
    door.roles, priya.active = [], False
    session.flush()
    for somebody in (door, priya):
        row.hub_key, row.assigned_id = HUB, somebody.id
        assert first_to_hear(session, row) == ("",)
    session.rollback()
    vault_session.rollback()


def test_both_are_told_once(vault_session: Session) -> None:
    row = a_request(vault_session, RING, route=Route(HARBOURMOUTH, HUB), due_at=OPENING.due(utc_now(), 4))
    at = as_utc(row.due_at or utc_now()) - timedelta(hours=1)
    for moment in (at, at + timedelta(minutes=5)):
        chase(
            Chasing(
                vault_session,
                lambda _council: OPENING,
                lambda _row: ("tom@example.org", ""),
                moment=moment,
            ),
            lambda _council: True,
        )
    assert told(vault_session) == [("team_half_time", "tom@example.org"), ("team_half_time", TO_THE_HUB)]
