"""Destroying what was kept long enough: looked at first, then done; a person looks first where it is much.

A clock that jumped must not destroy what families told us. So nothing is destroyed by itself when more time
than usual has gone since the last round, or less than none; nor when it would be a large part of a council's
requests. Then a council administrator looks, and says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON, as_utc, utc_now
from hubfinder.database import begin_writing
from hubfinder.people.audit import Subject, record
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import HUBFINDER, Actor
from hubfinder.referrals import drafts, lookups
from hubfinder.referrals.codes import reference_digest
from hubfinder.referrals.destroying import ERASURE, RETENTION, Cause, OnHold, destroy
from hubfinder.referrals.models import GonePassing, Lookup, Referral, Tombstone, VaultWork
from hubfinder.referrals.notices import Wanted, tell_administrators
from hubfinder.referrals.retention_rules import Ending, Rules, kept_until, months_after, rule_of
from hubfinder.referrals.vocab import ReferralState
from hubfinder.vault.keys import Keyring

WORK = "retention"
LONGEST_GAP = timedelta(days=7)
"""More between two rounds is a clock that jumped, or a machine that was off: a person says which."""
BACKWARDS = timedelta(days=1)
MANY = 20
"""So many at once need nobody to look."""
GONE_KEPT = timedelta(days=90)
"""So long the inbox of a service says that what it had was taken back, and is destroyed."""
PART = 0.2
"""Of a council's requests: more than this, and more than ``MANY``, and a person looks first."""
_COUNCILS = select(Referral.council_code).distinct().order_by(Referral.council_code)


@dataclass(frozen=True, slots=True)
class Due:
    """A request that was kept long enough."""

    id: str
    reference: str
    rule: str
    """Value of an outcome, or ``open``."""
    until: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be destroyed now of one council's requests."""

    council: str
    due: tuple[Due, ...]
    held: tuple[Due, ...]
    """Would be, but for a legal hold."""
    total: int
    """Requests of the council that there are."""

    @property
    def is_much(self) -> bool:
        """Whether a person has to look first."""
        return len(self.due) > MANY and len(self.due) > PART * self.total


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one round over all councils."""

    destroyed: int
    drafts: int = 0
    halted: tuple[str, ...] = ()
    """Codes of councils where a person has to look first."""
    is_clock: bool = False
    """The clock may be wrong: nothing was done anywhere."""


class Halted(Exception):
    """A person has to look first."""


def plan(session: Session, council: str, rules: Rules, moment: datetime | None = None) -> Plan:
    """What would be destroyed now, the oldest first. Nothing is opened, and nothing is changed."""
    at = moment or utc_now()
    columns = (
        Referral.id,
        Referral.reference,
        Referral.state,
        Referral.outcome,
        Referral.changed_at,
        Referral.finished_at,
        Referral.due_at,
        Referral.points,
        Referral.is_held,
        Referral.merged_into,
        Referral.revision,
    )
    rows = session.execute(select(*columns).where(Referral.council_code == council)).all()
    there = {row.id for row in rows}
    held = {row.id for row in rows if row.is_held} | {row.merged_into for row in rows if row.is_held}
    due: list[Due] = []
    kept: list[Due] = []
    for row in rows:
        is_to_do = row.due_at is not None and bool(row.points)
        ending = Ending(row.state, row.outcome, row.changed_at, row.finished_at, is_to_do)
        until = kept_until(ending, rules)
        if until > at or (row.state is ReferralState.MERGED and row.merged_into in there):
            continue  # what was merged goes with what it was merged into
        one = Due(row.id, row.reference, rule_of(ending), until, row.revision)
        (kept if row.id in held else due).append(one)
    due.sort(key=lambda one: one.until)
    return Plan(council, tuple(due), tuple(kept), len(rows))


def apply(
    session: Session,
    ring: Keyring,
    planned: Plan,
    actor: Actor,
    reason: str = "",
    *,
    is_confirmed: bool = False,
) -> int:
    """Destroy what a plan names and is still due, one by one; how many. ``wipe`` afterwards.

    Raises:
        Halted: it is much, and no person has looked.
    """
    if planned.is_much and not is_confirmed:
        raise Halted
    done = 0
    for one in planned.due:
        try:
            done += destroy(session, ring, actor, one.id, Cause(RETENTION, reason, one.revision))
        except OnHold:
            continue
    return done


def run(
    session: Session,
    ring: Keyring,
    rules: Rules,
    moment: datetime | None = None,
    is_stopped: Callable[[], bool] = bool,
) -> Round:
    """One round by the clock: all councils, forms that have expired, counts of yesterday."""
    at = moment or utc_now()
    session.rollback()
    if clock_is_odd(session, at):
        _note(session, None, "The clock may be wrong.")
        _tell_halted(session, session.scalars(_COUNCILS).all())
        return Round(0, is_clock=True)
    destroyed, halted = go_on(session, ring), list[str]()
    for council in session.scalars(_COUNCILS).all():
        if is_stopped():
            return Round(destroyed, halted=tuple(halted))
        planned = plan(session, council, rules, at)
        if planned.is_much:
            halted.append(council)
        else:
            destroyed += apply(session, ring, planned, HUBFINDER)
    gone = _tidy(session, rules, at)
    _tell_halted(session, halted)
    _note(session, at, f"{destroyed} destroyed" + (f"; halted: {', '.join(halted)}" if halted else ""))
    return Round(destroyed, gone, tuple(halted))


def _tell_halted(session: Session, councils: Sequence[str]) -> None:
    """Those who run the councils are asked to look, once a day."""
    if not councils:
        return
    day = utc_now().astimezone(LONDON).date().isoformat()
    session.rollback()
    begin_writing(session)
    for council in councils:
        tell_administrators(session, council, Wanted("retention_halted", f"retention-halted:{council}:{day}"))
    session.commit()


def clock_is_odd(session: Session, moment: datetime) -> bool:
    """Whether more time than usual has gone since the last round, or less than none.

    Before the first round, since anything was last written into the trail.
    """
    work = session.get(VaultWork, WORK, populate_existing=True)
    last = work.ended_at if work is not None else session.scalar(select(func.max(AuditEntry.at)))
    return last is not None and not -BACKWARDS < moment - as_utc(last) < LONGEST_GAP


def confirm_clock(session: Session, actor: Actor, council: str, reason: str) -> None:
    """A person says that the clock is right."""
    session.rollback()
    begin_writing(session)
    record(session, actor, "retention.clock_confirmed", Subject("retention", council, council), reason)
    session.commit()
    _note(session, utc_now(), "The clock was confirmed.")


def go_on(session: Session, ring: Keyring) -> int:
    """Go on with what somebody was killed over: erasures are ended, tombstones without a grave taken away."""
    pending = {
        one.reference_digest: one.why
        for one in session.scalars(select(Tombstone).where(Tombstone.destroyed_at.is_(None)))
    }
    if not pending:
        return 0
    done, left = 0, set(pending)
    for id_, reference in session.execute(select(Referral.id, Referral.reference)).all():
        digest = reference_digest(ring, reference)
        if pending.get(digest) == ERASURE:
            try:
                done += destroy(session, ring, HUBFINDER, id_, Cause(ERASURE))
                left.discard(digest)
            except OnHold:
                continue
    session.rollback()
    begin_writing(session)
    still = Tombstone.reference_digest.in_(left), Tombstone.destroyed_at.is_(None)
    session.execute(delete(Tombstone).where(*still))  # if its time has come it gets another one now
    session.commit()
    return done


def _tidy(session: Session, rules: Rules, moment: datetime) -> int:
    """Forget forms that have expired, counts of wrong references, and that there once was a request."""
    session.rollback()
    begin_writing(session)
    gone = drafts.forget_expired(session, moment)
    session.execute(delete(GonePassing).where(GonePassing.gone_at < moment - GONE_KEPT))
    session.execute(delete(Lookup).where(Lookup.at < moment - lookups.KEPT))
    session.execute(delete(Tombstone).where(Tombstone.destroyed_at < months_after(moment, -rules.tombstone)))
    session.commit()
    return gone


def _note(session: Session, ended_at: datetime | None, said: str) -> None:
    session.rollback()
    begin_writing(session)
    work = session.get(VaultWork, WORK, populate_existing=True)
    if work is None:
        newest = session.scalar(select(func.max(AuditEntry.at)))
        work = VaultWork(name=WORK, begun_at=utc_now(), ended_at=newest, done=0, last_key="")
        session.add(work)
    work.said = said
    if ended_at is not None:
        work.begun_at = work.ended_at = ended_at
    session.commit()
