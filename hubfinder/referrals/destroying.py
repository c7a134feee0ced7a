"""Destroying a request: that there was one is written down first, then everything of it goes, key and all.

Two transactions: whoever was killed between leaves a tombstone without a day, and the next round goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.database import begin_writing
from hubfinder.database.engine import shrink_log
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.referrals.codes import reference_digest
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.models import Draft, GonePassing, Passing, Referral, Tombstone
from hubfinder.referrals.notices import Wanted, tell_service_of_gone
from hubfinder.referrals.passing import WITH_A_SERVICE
from hubfinder.referrals.reading import box_of, touched
from hubfinder.referrals.retention_rules import Ending, rule_of
from hubfinder.referrals.vocab import EventKind
from hubfinder.vault.base import VaultBase
from hubfinder.vault.keys import Keyring

RETENTION, ERASURE = "retention", "erasure"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a request is destroyed."""

    why: str
    """``RETENTION`` or ``ERASURE``."""
    reason: str = ""
    """What a person gave as the reason; stands in the trail."""
    revision: int | None = None
    """Only while it is as it was when it was looked at."""


class OnHold(Exception):
    """A legal hold is on it, or on one that it was merged with: it is not destroyed."""


def hold(session: Session, ring: Keyring, actor: Actor, row: Referral, reason: str, *, is_held: bool) -> None:
    """Put a legal hold on a request, or take it off; the caller has begun and locked the row, and commits."""
    row.is_held = is_held
    said = Said(EventKind.HELD, reason, {"is_held": is_held})
    touched(row, utc_now())
    note_event(session, row, box_of(ring, row), actor, said)
    subject = Subject("request", row.reference, row.council_code)
    record(session, actor, "request.held" if is_held else "request.released", subject, reason)


def is_on_hold(session: Session, row: Referral) -> bool:
    """Whether a hold is on it, on what was merged into it, or on what it was merged into."""
    together = [Referral.id == row.id, Referral.merged_into == row.id]
    if row.merged_into is not None:
        together.append(Referral.id == row.merged_into)
    held = select(Referral.id).where(or_(*together), Referral.is_held)
    return session.scalar(held.limit(1)) is not None


def destroy(session: Session, ring: Keyring, actor: Actor, id_: str, cause: Cause) -> bool:
    """Destroy a request and all that was merged into it; false if it is gone already, or was changed.

    Transactions of its own; afterwards ``wipe`` once.

    Raises:
        OnHold: nothing was destroyed.
    """
    session.rollback()
    begin_writing(session)
    rows = _together(session, id_, cause.revision)
    for row in rows:
        _bury(session, ring, row, cause.why)
    session.commit()
    begin_writing(session)
    rows = _together(session, id_, cause.revision)
    services = sum(_taken_from_services(session, row) for row in rows)
    for row in rows:
        _destroy_one(session, ring, row, cause.why)
    if rows:
        subject = Subject("request", rows[0].reference, rows[0].council_code)
        facts = {"why": cause.why, "requests": len(rows), "rule": _rule(rows[0]), "services": services}
        record(session, actor, "request.destroyed", subject, cause.reason, facts)
    session.commit()
    session.expunge_all()
    return bool(rows)


def _together(session: Session, id_: str, revision: int | None) -> Sequence[Referral]:
    """The request first, then what was merged into it, as they are now; locked."""
    row = session.get(Referral, id_, with_for_update=True, populate_existing=True)
    if row is None or revision not in (None, row.revision):
        return []
    if is_on_hold(session, row):
        session.rollback()
        raise OnHold
    merged = select(Referral).where(Referral.merged_into == id_).order_by(Referral.id).with_for_update()
    return [row, *session.scalars(merged, execution_options={"populate_existing": True})]


def with_services(session: Session, row: Referral) -> Sequence[Passing]:
    """With which services it is, or what was merged into it: from them it is taken when it is destroyed."""
    together = select(Referral.id).where(or_(Referral.id == row.id, Referral.merged_into == row.id))
    rows = select(Passing).where(Passing.referral_id.in_(together), Passing.state.in_(WITH_A_SERVICE))
    return session.scalars(rows.order_by(Passing.sent_at, Passing.id)).all()


def _taken_from_services(session: Session, row: Referral) -> int:
    """Every service that has it is told to stop, and its inbox says that it was taken back. How many. One
    where nobody signs in was rung by whoever destroys it: the page asks for that.
    In the transaction in which it goes: no service is told of what then stays.
    """
    has_it = select(Passing).where(Passing.referral_id == row.id, Passing.state.in_(WITH_A_SERVICE))
    there = session.scalars(has_it).all()
    for one in there:
        if one.is_by_hand:
            continue
        gone = GonePassing(
            id=one.id,
            council_code=one.council_code,
            service_key=one.service_key,
            organization_key=one.organization_key,
            sent_at=one.sent_at,
            gone_at=utc_now(),
        )
        session.add(gone)
        wanted = Wanted("service_recalled", f"recalled:{one.id}")
        tell_service_of_gone(session, one.council_code, one.organization_key, wanted)
    return len(there)


def _bury(session: Session, ring: Keyring, row: Referral, why: str) -> Tombstone:
    """Write down that there was one."""
    digest = reference_digest(ring, row.reference)
    there = session.get(Tombstone, digest)
    if there is None:
        there = Tombstone(reference_digest=digest)
        session.add(there)
    there.council_code, there.why, there.outcome = row.council_code, why, _rule(row)
    there.received_on = as_utc(row.received_at).date().replace(day=1)
    there.destroyed_at = None
    return there


def _destroy_one(session: Session, ring: Keyring, row: Referral, why: str) -> None:
    """With the row goes its key; with both all that hangs on it, and the form it was."""
    _bury(session, ring, row, why).destroyed_at = utc_now()  # one may have been merged into it meanwhile
    for table in VaultBase.metadata.sorted_tables:
        if table.name != Draft.__tablename__ and "referral_id" in table.c:
            session.execute(delete(table).where(table.c.referral_id == row.id))
    session.execute(delete(Draft).where(or_(Draft.referral_id == row.id, Draft.id == row.submission)))
    session.execute(delete(Referral).where(Referral.id == row.id))


def _rule(row: Referral) -> str:
    return rule_of(Ending(row.state, row.outcome, row.changed_at, row.finished_at))


def tombstone_of(session: Session, ring: Keyring, reference: str) -> Tombstone | None:
    """That there was a request with this reference, once it is destroyed."""
    found = session.get(Tombstone, reference_digest(ring, reference))
    return found if found is not None and found.destroyed_at is not None else None


def wipe(engine: Engine) -> None:
    """Let the database itself forget what was destroyed: SQLite's log, PostgreSQL's rows that nobody sees.

    Backups hold it until they are thrown away: see docs/rights.md.
    """
    if engine.dialect.name != "postgresql":
        shrink_log(engine)
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in VaultBase.metadata.sorted_tables:
            connection.execute(text(f"VACUUM {table.name}"))
