"""What was kept long enough is destroyed, tombstone first; a person looks first where it is much, or odd."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry
from hubfinder.people.trail import verify
from hubfinder.people.values import HUBFINDER, Actor
from hubfinder.referrals import destroying, retention
from hubfinder.referrals.destroying import ERASURE, RETENTION, Cause, OnHold, destroy, tombstone_of
from hubfinder.referrals.events import words_of
from hubfinder.referrals.models import (
    Consent,
    Draft,
    FamilyMark,
    Notice,
    Referral,
    ReferralEvent,
    Tombstone,
    VaultWork,
)
from hubfinder.referrals.reading import box_of, events_of
from hubfinder.referrals.retention_rules import OPEN, Ending, Rules, kept_until, months_after
from hubfinder.referrals.vocab import EventKind, Outcome, ReferralState
from hubfinder.settings import Settings
from hubfinder.vault.base import VaultBase
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import new_keyring, read_keys
from tests.support.people import HARBOURMOUTH
from tests.support.requests import a_request

RING = new_keyring()
RULES = Rules.of(Settings())
SOMEBODY = Actor("Person 1", 1)
NOW = utc_now()


def ended(session: Session, months_ago: int, outcome: Outcome = Outcome.ADVISED, **more: object) -> Referral:
    """A request that ended so long ago."""
    row = a_request(session, more.pop("ring", RING))  # type: ignore[arg-type]
    begin(session)
    then = months_after(NOW, -months_ago) - timedelta(days=1)
    row.state, row.outcome, row.finished_at, row.changed_at = ReferralState.FINISHED, outcome, then, then
    row.due_at = None
    for name, value in more.items():
        setattr(row, name, value)
    session.commit()
    return row


def begin(session: Session) -> None:
    session.rollback()
    begin_writing(session)


def rows_of(session: Session, model: type[VaultBase]) -> int:
    session.rollback()
    return session.scalars(sa.select(sa.func.count()).select_from(model)).one()


def verbs(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.number)))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_its_own_time(outcome: Outcome) -> None:
    moment = datetime(2026, 1, 31, tzinfo=UTC)
    rules = Rules.of(Settings(**{f"retention_{outcome.value}_months": 1}))  # type: ignore[arg-type]
    ending = Ending(ReferralState.FINISHED, outcome, moment, moment)
    assert kept_until(ending, rules) == datetime(2026, 2, 28, tzinfo=UTC)


MONTHS = {
    ReferralState.HANDED_OVER: 72,
    ReferralState.ELSEWHERE: 12,
    ReferralState.FINISHED: 72,
    ReferralState.WITHDRAWN: 3,
    ReferralState.MERGED: 3,
}
"""Of one that ended and of which nobody said how; an open one: 24 after anything happened to it."""


@pytest.mark.parametrize("state", list(ReferralState))
def test_every_state_has_an_end_open_ones_too(state: ReferralState) -> None:
    moment = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    end = kept_until(Ending(state, None, moment, None), Rules.of(Settings()))
    assert end == months_after(moment, MONTHS.get(state, 24))
    assert (end.day, end.month, end.hour) in {(22, 11, 9), (22, 2, 9)}


def test_what_is_due_goes_and_the_rest_stays(vault_session: Session) -> None:
    old, young = ended(vault_session, 13), ended(vault_session, 11)
    forgotten = ended(vault_session, RULES.open, outcome=Outcome.HELPED, state=ReferralState.LOOKED_AT)
    reference, kept = old.reference, young.id
    planned = retention.plan(vault_session, HARBOURMOUTH, RULES)
    assert {one.rule for one in planned.due} == {OPEN, "advised"}
    assert {one.id for one in planned.due} == {old.id, forgotten.id}
    assert rows_of(vault_session, Referral) == 3, "to look destroys nothing"
    assert retention.run(vault_session, RING, RULES).destroyed == 2
    assert list(vault_session.scalars(sa.select(Referral.id))) == [kept]
    for model in (ReferralEvent, Consent, FamilyMark, Notice):
        assert set(vault_session.scalars(sa.select(model.referral_id))) <= {kept}
    assert rows_of(vault_session, Draft) == 1, "the form it was goes too"
    grave = tombstone_of(vault_session, RING, reference)
    assert grave is not None
    assert (grave.why, grave.outcome, grave.received_on.day) == (RETENTION, "advised", 1)
    assert verbs(vault_session).count("request.destroyed") == 2
    assert verify(vault_session) is None


def test_every_table_about_a_request_is_emptied_with_it(vault_session: Session) -> None:
    row = ended(vault_session, 13)
    id_ = row.id
    destroy(vault_session, RING, HUBFINDER, id_, Cause(RETENTION))
    for table in VaultBase.metadata.sorted_tables:
        for column in table.c:
            if column.name in {"referral_id", "merged_into"} or (table.name, column.name) == (
                "referral",
                "id",
            ):
                left = sa.select(sa.func.count()).select_from(table).where(column == id_)
                assert vault_session.scalar(left) == 0, table.name


def test_killed_between_tombstone_and_end_it_goes_on(
    vault_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ended(vault_session, 1)
    id_, reference = row.id, row.reference
    monkeypatch.setattr(destroying, "_destroy_one", _killed)
    with pytest.raises(KeyboardInterrupt):
        destroy(vault_session, RING, SOMEBODY, id_, Cause(ERASURE, "they asked for it"))
    monkeypatch.undo()
    vault_session.rollback()
    assert rows_of(vault_session, Tombstone) == 1
    assert tombstone_of(vault_session, RING, reference) is None, "it is not destroyed yet"
    assert rows_of(vault_session, Referral) == 1
    assert retention.run(vault_session, RING, RULES).destroyed == 1
    assert rows_of(vault_session, Referral) == 0
    assert tombstone_of(vault_session, RING, reference) is not None


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_tombstone_of_what_is_kept_after_all_is_taken_away(
    vault_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ended(vault_session, 13)
    monkeypatch.setattr(destroying, "_destroy_one", _killed)
    with pytest.raises(KeyboardInterrupt):
        retention.run(vault_session, RING, RULES)
    monkeypatch.undo()
    begin(vault_session)
    row = vault_session.get_one(Referral, row.id)
    destroying.hold(vault_session, RING, SOMEBODY, row, "a court asks", is_held=True)
    vault_session.commit()
    assert retention.run(vault_session, RING, RULES).destroyed == 0
    assert rows_of(vault_session, Tombstone) == 0
    assert rows_of(vault_session, Referral) == 1


def test_a_part_that_was_taken_back_goes_in_its_own_time(vault_session: Session) -> None:
    """It does not wait for the request it was part of, which may be somebody else's."""
    target = a_request(vault_session, RING).id
    part = ended(vault_session, 13, Outcome.WITHDRAWN, state=ReferralState.WITHDRAWN, merged_into=target).id
    planned = retention.plan(vault_session, HARBOURMOUTH, RULES)
    assert [one.id for one in planned.due] == [part]
    assert retention.run(vault_session, RING, RULES).destroyed == 1
    vault_session.rollback()
    assert vault_session.scalars(sa.select(Referral.id)).all() == [target]


def test_a_legal_hold_keeps_it_and_what_it_was_merged_with(vault_session: Session) -> None:
    target = ended(vault_session, 13)
    target_id = target.id
    merged = ended(vault_session, 13, Outcome.DUPLICATE, state=ReferralState.MERGED, merged_into=target_id)
    begin(vault_session)
    destroying.hold(vault_session, RING, SOMEBODY, merged, "a court asks", is_held=True)
    vault_session.commit()
    for id_ in (target_id, merged.id):
        with pytest.raises(OnHold):
            destroy(vault_session, RING, SOMEBODY, id_, Cause(ERASURE))
    planned = retention.plan(vault_session, HARBOURMOUTH, RULES)
    assert (len(planned.due), [one.id for one in planned.held]) == (0, [target_id])
    event = events_of(vault_session, merged)[-1]
    assert (event.kind, event.facts, event.is_for_family) == (EventKind.HELD, {"is_held": True}, False)
    assert words_of(box_of(RING, merged), event) == "a court asks"
    begin(vault_session)
    destroying.hold(vault_session, RING, SOMEBODY, merged, "it is over", is_held=False)
    vault_session.commit()
    assert retention.run(vault_session, RING, RULES).destroyed == 1
    assert rows_of(vault_session, Referral) == 0, "what was merged goes with what it was merged into"
    assert rows_of(vault_session, Tombstone) == 2
    assert [verb for verb in verbs(vault_session) if "held" in verb or "released" in verb] == [
        "request.held",
        "request.released",
    ]


def test_one_that_was_opened_again_meanwhile_stays(vault_session: Session) -> None:
    row = ended(vault_session, 13)
    planned = retention.plan(vault_session, HARBOURMOUTH, RULES)
    begin(vault_session)
    row.revision += 1
    vault_session.commit()
    assert retention.apply(vault_session, RING, planned, HUBFINDER) == 0
    assert rows_of(vault_session, Tombstone) == 0


def test_much_at_once_waits_for_a_person(vault_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MANY", 3)
    for _ in range(4):
        ended(vault_session, 13)
    for _ in range(2):
        found = retention.run(vault_session, RING, RULES)
        assert (found.destroyed, found.halted) == (0, (HARBOURMOUTH,))
    asked_to_look = sa.select(Notice).where(Notice.wording == "retention_halted")
    assert vault_session.scalars(asked_to_look).one().to == f"administrators:{HARBOURMOUTH}"
    planned = retention.plan(vault_session, HARBOURMOUTH, RULES)
    with pytest.raises(retention.Halted):
        retention.apply(vault_session, RING, planned, SOMEBODY)
    assert retention.apply(vault_session, RING, planned, SOMEBODY, "looked at", is_confirmed=True) == 4
    assert rows_of(vault_session, Tombstone) == 4


@pytest.mark.parametrize("days", [40, 400, -40])
def test_a_clock_that_jumped_destroys_nothing(vault_session: Session, days: int) -> None:
    retention.run(vault_session, RING, RULES)
    nearly = ended(vault_session, 11).id
    found = retention.run(vault_session, RING, RULES, utc_now() + timedelta(days=days))
    assert (found.is_clock, found.destroyed) == (True, 0)
    again = retention.run(vault_session, RING, RULES, utc_now() + timedelta(days=days, hours=6))
    assert again.is_clock, "it does not get used to it"
    assert rows_of(vault_session, Notice) > 0, "and those who run the council hear of it"
    assert not retention.run(vault_session, RING, RULES).is_clock, "once the clock is right it goes on"
    assert vault_session.get(Referral, nearly) is not None


def test_the_first_round_of_all_looks_at_the_trail(vault_session: Session) -> None:
    ended(vault_session, 13)
    assert retention.run(vault_session, RING, RULES, utc_now() + timedelta(days=40)).is_clock
    assert rows_of(vault_session, Referral) == 1


@pytest.mark.parametrize("hours", [-1, 1, 6, 48])
def test_summer_time_and_a_weekend_halt_nothing(vault_session: Session, hours: int) -> None:
    retention.run(vault_session, RING, RULES)
    assert not retention.run(vault_session, RING, RULES, utc_now() + timedelta(hours=hours)).is_clock


def test_a_person_says_that_the_clock_is_right(vault_session: Session) -> None:
    a_request(vault_session, RING)
    begin(vault_session)
    then = utc_now() - timedelta(days=30)
    vault_session.add(VaultWork(name="retention", begun_at=then, ended_at=then))
    vault_session.commit()
    assert retention.run(vault_session, RING, RULES).is_clock
    retention.confirm_clock(vault_session, SOMEBODY, HARBOURMOUTH, "the machine was off")
    assert not retention.run(vault_session, RING, RULES).is_clock
    assert "retention.clock_confirmed" in verbs(vault_session)


def test_old_tombstones_go(vault_session: Session) -> None:
    row = ended(vault_session, 13)
    destroy(vault_session, RING, HUBFINDER, row.id, Cause(RETENTION))
    begin(vault_session)
    old = months_after(utc_now(), -RULES.tombstone) - timedelta(days=1)
    vault_session.execute(sa.update(Tombstone).values(destroyed_at=old))
    vault_session.commit()
    retention.run(vault_session, RING, RULES)
    assert rows_of(vault_session, Tombstone) == 0


def test_the_command_looks_and_then_does(app: Flask, settings: Settings, vault_session: Session) -> None:
    ring = read_keys(settings.vault_keys, is_own_folder=True)
    row = ended(vault_session, 13, ring=ring)
    reference = row.reference
    vault_session.rollback()

    def run(*words: str) -> Result:
        return app.test_cli_runner().invoke(args=["retention", *words])

    looked = run("--dry-run")
    assert looked.exit_code == 0, looked.output
    assert "1 of 1" in looked.output
    assert "advised: 1" in looked.output
    assert reference not in looked.output
    assert rows_of(vault_session, Referral) == 1
    assert "1 destroyed" in run().output
    assert rows_of(vault_session, Referral) == 0
    vault_session.rollback()
    begin_writing(vault_session)
    vault_session.get_one(VaultWork, "retention").ended_at = utc_now() - timedelta(days=30)
    vault_session.commit()
    halted = run()
    assert halted.exit_code == 1
    assert "clock" in halted.output
    assert run("--confirm", "the machine was off").exit_code == 0
    assert run().exit_code == 0


def test_what_was_destroyed_is_in_no_page_of_the_database(app: Flask, vault_session: Session) -> None:
    assert app.testing
    row = ended(vault_session, 13)
    sealed = bytes(row.body)
    retention.run(vault_session, RING, RULES)
    vault_session.rollback()
    engine = db.get_engine(VAULT)
    destroying.wipe(engine)
    if engine.dialect.name == "sqlite":
        file = engine.url.database or ""
        for name in (file, f"{file}-wal"):
            assert sealed not in Path(name).read_bytes()
    assert as_utc(vault_session.get_one(VaultWork, "retention").begun_at) <= utc_now()
