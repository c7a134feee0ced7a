"""What is late is chased once, whatever the clock does, and a person is asked before everybody is told."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings as running, strategies as st
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry
from hubfinder.referrals import chasing
from hubfinder.referrals.chasing import Chased, Chasing, chase
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.lateness import Stage
from hubfinder.referrals.models import Notice, Referral, ReferralEvent, VaultWork
from hubfinder.referrals.notices import tell_team
from hubfinder.referrals.routing import Route
from hubfinder.referrals.vocab import EventKind, ReferralState
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import new_keyring
from tests.support.passing import CLINIC, handing, passed
from tests.support.people import HARBOURMOUTH, NORTHSANDS
from tests.support.requests import a_request

RING = new_keyring()
OPENING = Opening()
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=LONDON)
"""When all of these come: they are due on Wednesday at nine, and half-time is on Tuesday at one."""
HOUR = timedelta(hours=1)


def at(days: float = 0, hours: float = 0) -> datetime:
    return (TUESDAY + timedelta(days=days, hours=hours)).astimezone(LONDON)


def came(vault: Session, moment: datetime = TUESDAY, council: str = HARBOURMOUTH) -> Referral:
    return a_request(vault, RING, route=Route(council), due_at=OPENING.due(moment))


def round_at(vault: Session, moment: datetime, at_most: int = 25, *, anyway: bool = False) -> Chased:
    """A round at a moment; nobody of these tests has gone home."""
    one = Chasing(vault, lambda _council: OPENING, _first, at_most, moment)
    return chase(one, lambda _council: anyway)


def _first(row: Referral) -> tuple[str]:
    return (f"p{row.assigned_id}@example.org" if row.assigned_id else "",)


def steady(vault: Session, moment: datetime) -> None:
    """A round an hour before: what comes next is after no gap."""
    round_at(vault, moment - HOUR)


def told(vault: Session) -> list[tuple[str, str]]:
    """Wording and whom, of what chasing has queued."""
    rows = vault.scalars(select(Notice).where(Notice.once.not_like("%:new:%")).order_by(Notice.id))
    return [(row.wording, row.to) for row in rows if row.wording not in {"received", "team_new"}]


TEAM = f"team:{HARBOURMOUTH}:"
BOSSES = f"administrators:{HARBOURMOUTH}"


def test_warned_at_half_time_told_when_due_then_those_who_run_the_council(vault_session: Session) -> None:
    row = came(vault_session)
    expected: list[tuple[str, str]] = []
    for moment, after in (
        (at(hours=3.9), []),
        (at(hours=4), [("team_half_time", TEAM)]),
        (at(hours=8), []),
        (at(days=1), [("team_due", TEAM)]),
        (at(days=1, hours=3), []),
        (at(days=2), [("team_escalated", BOSSES)]),
        (at(days=2, hours=3), []),
    ):
        round_at(vault_session, moment - HOUR / 60)
        round_at(vault_session, moment)
        round_at(vault_session, moment)
        expected += after
        assert told(vault_session) == expected
    vault_session.refresh(row)
    assert row.chased == Stage.ESCALATED
    assert row.revision == 1, "whoever has it open is not told that somebody changed it"


def test_what_is_urgent_is_chased_within_hours(vault_session: Session) -> None:
    """One that came in the night: due an hour after the door opens, and escalated an hour later."""
    row = a_request(
        vault_session,
        RING,
        route=Route(HARBOURMOUTH),
        due_at=OPENING.soon(at(hours=-4)),
        danger="yes",
    )
    row.received_at = at(hours=-4)
    vault_session.commit()
    expected: list[tuple[str, str]] = []
    for moment, after in (
        (at(hours=0.4), []),
        (at(hours=0.5), [("team_half_time", TEAM)]),
        (at(hours=1), [("team_due", TEAM)]),
        (at(hours=1.9), []),
        (at(hours=2), [("team_escalated", BOSSES)]),
    ):
        round_at(vault_session, moment)
        expected += after
        assert [one for one in told(vault_session) if one[0] != "team_urgent"] == expected


def test_each_chase_is_one_event_and_one_entry_of_the_trail(vault_session: Session) -> None:
    row = came(vault_session)
    for moment in (at(hours=4), at(days=1), at(days=2)):
        round_at(vault_session, moment)
    events = vault_session.scalars(select(ReferralEvent).where(ReferralEvent.kind != EventKind.RECEIVED))
    assert [(one.kind, one.facts, one.is_for_family) for one in events] == [
        (EventKind.CHASED, {"stage": 1}, False),
        (EventKind.CHASED, {"stage": 2}, False),
        (EventKind.ESCALATED, {"stage": 3}, False),
    ]
    trail = vault_session.scalars(select(AuditEntry).where(AuditEntry.verb == "request.chased")).all()
    assert [entry.subject_key for entry in trail] == [row.reference] * 3


def test_what_was_not_looked_at_for_days_is_told_to_the_team_as_well(vault_session: Session) -> None:
    came(vault_session)
    round_at(vault_session, at(days=6))
    assert told(vault_session) == [("team_due", TEAM), ("team_escalated", BOSSES)]


def test_the_warning_goes_to_whoever_has_it(vault_session: Session) -> None:
    row = came(vault_session)
    row.assigned_id = 7
    vault_session.commit()
    round_at(vault_session, at(hours=4))
    assert told(vault_session) == [("team_half_time", "p7@example.org")]


def test_a_message_holds_the_reference_and_a_day_and_no_more(vault_session: Session) -> None:
    row = came(vault_session)
    round_at(vault_session, at(days=2))
    notice = vault_session.scalars(select(Notice).where(Notice.wording == "team_escalated")).one()
    assert notice.facts == {"reference": row.reference, "due": "2026-11-25 09:00"}


@pytest.mark.parametrize("state", [ReferralState.FINISHED, ReferralState.WITHDRAWN, ReferralState.MERGED])
def test_what_has_ended_is_not_chased(vault_session: Session, state: ReferralState) -> None:
    row = came(vault_session)
    row.state, row.due_at = state, None
    vault_session.commit()
    round_at(vault_session, at(days=2))
    assert told(vault_session) == []


def test_where_nobody_has_anything_to_do_nobody_is_chased(vault_session: Session) -> None:
    row = came(vault_session)
    row.due_at = None
    vault_session.commit()
    assert round_at(vault_session, at(days=2)).told == {}


def test_a_new_deadline_begins_anew(vault_session: Session) -> None:
    row = came(vault_session)
    for moment in (at(hours=4), at(days=1), at(days=2)):
        round_at(vault_session, moment)
    row.due_at, row.chased = OPENING.due(at(days=2)), 0
    vault_session.commit()
    round_at(vault_session, at(days=2, hours=1))
    assert len(told(vault_session)) == 3
    round_at(vault_session, at(days=2, hours=4))
    assert told(vault_session)[3:] == [("team_half_time", TEAM)]


def test_a_service_that_does_not_answer_is_chased_and_the_front_door_told(vault_session: Session) -> None:
    row = a_request(vault_session, RING)
    passing = passed(vault_session, RING, row, handing(CLINIC))[0]
    passing.changed_at, passing.due_at = at(), at(days=2)  # two working days
    vault_session.commit()
    before = len(told(vault_session))
    for moment in (at(days=1, hours=-1), at(days=1), at(days=2), at(days=3), at(days=3)):
        round_at(vault_session, moment)
    service = f"service:{HARBOURMOUTH}:{passing.organization_key}"
    assert told(vault_session)[before:] == [
        ("service_half_time", service),
        ("service_due", service),
        ("team_service_due", TEAM),
        ("team_service_escalated", BOSSES),
    ]
    notice = vault_session.scalars(select(Notice).where(Notice.wording == "service_due")).one()
    assert notice.facts["reference"] == "", "a service learns it when it has taken the request"
    vault_session.refresh(passing)
    assert (passing.chased, passing.revision) == (3, 1)


# The clock


def many(vault: Session, number: int, council: str = HARBOURMOUTH) -> list[Referral]:
    return [came(vault, council=council) for _ in range(number)]


def test_forty_days_on_nobody_is_told_of_everything_at_once(vault_session: Session) -> None:
    rows = many(vault_session, 6)
    steady(vault_session, at(hours=2))
    jumped = round_at(vault_session, at(days=40), at_most=5)
    assert (jumped.held, jumped.told) == (6, {})
    assert "Halted: 6" in str(jumped)
    assert told(vault_session) == [("chasing_halted", BOSSES)]
    notice = vault_session.scalars(select(Notice).where(Notice.wording == "chasing_halted")).one()
    assert (notice.facts["number"], notice.referral_id) == ("6", None)
    assert str(jumped) in vault_session.get_one(VaultWork, chasing.WORK).said
    again = round_at(vault_session, at(days=40, hours=1), at_most=5)
    assert again.held == 6, "an hour of the wrong clock makes it no better"
    assert len(told(vault_session)) == 1, "once a day"
    back = round_at(vault_session, at(hours=4), at_most=5)
    assert (back.held, back.told) == (0, {Stage.HALF_TIME: 6})
    vault_session.expire_all()
    assert [row.chased for row in rows] == [1] * 6


def test_once_a_person_has_looked_everything_is_told(vault_session: Session) -> None:
    many(vault_session, 6)
    round_at(vault_session, at(days=6), at_most=5)
    done = round_at(vault_session, at(days=6), at_most=5, anyway=True)
    assert done.told == {Stage.ESCALATED: 6}
    assert round_at(vault_session, at(days=6, hours=1), at_most=5) == Chased()
    wordings = Counter(wording for wording, _ in told(vault_session))
    assert wordings == {"team_due": 6, "team_escalated": 6, "chasing_halted": 1}


def test_a_few_after_a_night_without_power_are_chased_as_ever(vault_session: Session) -> None:
    many(vault_session, 3)
    steady(vault_session, at(hours=2))
    assert round_at(vault_session, at(days=1, hours=1), at_most=5).told == {Stage.DUE: 3}


def test_a_few_that_a_wrong_clock_chased_are_chased_again_in_their_time(vault_session: Session) -> None:
    row = came(vault_session)
    steady(vault_session, at(hours=1))
    round_at(vault_session, at(days=40))
    assert told(vault_session) == [("team_due", TEAM), ("team_escalated", BOSSES)]
    assert round_at(vault_session, at(hours=2)).taken_back == 1
    vault_session.refresh(row)
    assert row.chased == 0
    for moment in (at(hours=4), at(days=1), at(days=2), at(days=2, hours=1)):
        round_at(vault_session, moment)
    assert told(vault_session)[2:] == [
        ("team_half_time", TEAM),
        ("team_due", TEAM),
        ("team_escalated", BOSSES),
    ]


@pytest.mark.parametrize("moment", [at(hours=4), at(days=1), at(days=2)])
def test_an_hour_back_tells_nobody_twice(vault_session: Session, moment: datetime) -> None:
    came(vault_session)
    steady(vault_session, moment)
    round_at(vault_session, moment)
    before = told(vault_session)
    for later in (-1.0, -0.5, 0.0, 0.5):
        assert round_at(vault_session, moment + HOUR * later).taken_back == 0
    assert told(vault_session) == before


def test_many_that_are_late_at_once_are_told_as_one_and_other_councils_go_on(vault_session: Session) -> None:
    many(vault_session, 6)
    many(vault_session, 2, NORTHSANDS)
    for hours in range(1, 48):
        round_at(vault_session, at(hours=hours), at_most=5)
    assert Counter(wording for wording, _ in told(vault_session)) == {"team_half_time": 8, "team_due": 8}
    last = round_at(vault_session, at(days=2), at_most=5)
    assert (last.held, last.told) == (6, {Stage.ESCALATED: 2})
    assert told(vault_session)[-1] == ("chasing_halted", BOSSES)


def test_in_the_night_the_clocks_change_nothing_is_early_or_late(vault_session: Session) -> None:
    friday = datetime(2026, 10, 23, 15, tzinfo=LONDON)  # the clocks go back on Sunday
    came(vault_session, friday)
    steady(vault_session, friday + 2 * HOUR)
    monday = datetime(2026, 10, 26, tzinfo=LONDON)
    for hour, number in ((10, 0), (11, 1), (14, 1), (15, 2)):
        round_at(vault_session, monday.replace(hour=hour) - timedelta(minutes=1))
        round_at(vault_session, monday.replace(hour=hour))
        assert len(told(vault_session)) == number, hour


@running(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 30).map(lambda hours: hours * 2), min_size=1, max_size=8))
def test_however_often_and_when_it_is_done_each_message_is_one(
    vault_session: Session, hours: list[int]
) -> None:
    """Once time has gone by as it should, everybody was told exactly once of what came last."""
    vault_session.rollback()
    begin_writing(vault_session)
    for model in (Notice, VaultWork, Referral):
        vault_session.query(model).delete()
    vault_session.commit()
    came(vault_session)
    for hour in [*sorted(hours), 60]:
        round_at(vault_session, at(hours=hour))
    wordings = Counter(wording for wording, _ in told(vault_session))
    assert wordings["team_due"] == wordings["team_escalated"] == 1
    assert wordings["team_half_time"] == any(4 <= hour < 24 for hour in hours)


def test_killed_midway_it_goes_on_where_it_was(
    vault_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(vault_session, 4)
    monkeypatch.setattr(chasing, "AT_ONCE", 1)
    tell: Callable[..., bool] = tell_team
    calls: list[int] = []

    def dies(*args: object) -> bool:
        calls.append(1)
        if len(calls) == 3:
            raise OperationalError("", {}, Exception("killed"))
        return tell(*args)

    monkeypatch.setattr(chasing, "tell_team", dies)
    with pytest.raises(OperationalError):
        round_at(vault_session, at(hours=4))
    assert len(told(vault_session)) == 2
    assert round_at(vault_session, at(hours=4)).told == {Stage.HALF_TIME: 2}
    assert len(told(vault_session)) == 4


def test_four_at_once_tell_everybody_once(app: Flask, vault_session: Session) -> None:
    many(vault_session, 8)
    steady(vault_session, at(hours=3))
    vault_session.rollback()
    engine = db.get_engine(VAULT)

    def one_round(_number: int) -> None:
        with Session(engine) as own:
            round_at(own, at(hours=4))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one_round, range(4)))
    assert app.testing
    assert told(vault_session) == [("team_half_time", TEAM)] * 8
    trail = vault_session.scalars(select(AuditEntry.number).where(AuditEntry.verb == "request.chased"))
    assert len(trail.all()) == 8
