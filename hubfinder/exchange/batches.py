"""Files that came in: what is remembered of each, whose it is, and where its work stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.exchange.models import Batch, BatchRow
from hubfinder.listings.scope import EDITORS
from hubfinder.people.audit import Subject, record
from hubfinder.people.models import Person
from hubfinder.people.values import Actor, Grant
from hubfinder.staff_vocab import BatchState, Role, RowOutcome

PAGE = 100
WAITING = 0
"""In the place of the version of a row: it waits for approval."""
KEPT_DAYS = 30
"""After so many days nobody looks at a file any more that was never applied."""
AT_WORK = frozenset({BatchState.READING, BatchState.APPLYING, BatchState.UNDOING})
KEEPERS = frozenset({Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it came in."""

    council: str
    file_name: str
    digest: str
    """SHA-256 of its bytes."""
    register: str = ""
    """Of a new state of an outside list: its key."""


def command_actor(council: str) -> Actor:
    """A command of whoever runs the machine: it may do in one council what its administrator may."""
    return Actor("a command", None, (Grant(Role.COUNCIL_ADMINISTRATOR, council),))


def begin_batch(session: Session, actor: Actor, file: Incoming) -> Batch:
    """Remember a file that is to be read, and forget old ones. The caller has begun to write, and commits."""
    tidy(session)
    batch = Batch(
        council_code=file.council,
        register_key=file.register,
        person_id=actor.id,
        made_by=actor.name,
        made_at=utc_now(),
        file_name=file.file_name[:255],
        digest=file.digest,
        state=BatchState.READING,
        counts={},
        notes=[],
    )
    session.add(batch)
    session.flush()
    tell(session, actor, "sent", batch)
    return batch


def actor_of_batch(session: Session, batch: Batch) -> Actor | None:
    """Whoever sent it, with what they may do today; none once they may not sign in any more."""
    if batch.person_id is None:
        return command_actor(batch.council_code)
    return actor_with_id(session, batch.person_id)


def actor_with_id(session: Session, person_id: int) -> Actor | None:
    person = session.get(Person, person_id)
    if person is None or not person.active:
        return None
    grants = tuple(
        Grant(row.role, row.council_code, row.organization_key, row.hub_key, row.area) for row in person.roles
    )
    return Actor(person.name or person.email, person.id, grants)


def council_of(actor: Actor) -> str:
    """The council for which somebody sends spreadsheets; empty if for none."""
    return next((grant.council for grant in actor.grants if grant.role in EDITORS), "")


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Over ``Batch``: one's own, and for those who look after a whole council all of it."""
    whole = [grant.council for grant in actor.grants if grant.role is Role.COUNCIL_ADMINISTRATOR]
    own = Batch.person_id == actor.id if actor.id is not None else false()
    return or_(and_(own, Batch.council_code.in_(actor.councils)), Batch.council_code.in_(whole))


def find_batch(session: Session, actor: Actor, number: int, register: str = "") -> Batch | None:
    """A batch, if whoever asks may see it."""
    wanted = (Batch.id == number, Batch.register_key == register, seen_by(actor))
    return session.scalar(select(Batch).where(*wanted))


def batches_of(session: Session, actor: Actor, most: int = 20) -> Sequence[Batch]:
    """The last spreadsheets, the newest first."""
    wanted = select(Batch).where(
        Batch.register_key == "", Batch.state != BatchState.DISCARDED, seen_by(actor)
    )
    return session.scalars(wanted.order_by(Batch.id.desc()).limit(most)).all()


def register_batches(session: Session, council: str, register: str, most: int = 12) -> Sequence[Batch]:
    """The last states of an outside list, the newest first."""
    wanted = select(Batch).where(Batch.council_code == council, Batch.register_key == register)
    return session.scalars(wanted.order_by(Batch.id.desc()).limit(most)).all()


def rows_of(
    session: Session, batch_id: int, outcome: RowOutcome | None = None, page: int = 1
) -> Sequence[BatchRow]:
    """One page of rows, counted from 1."""
    wanted = select(BatchRow).where(BatchRow.batch_id == batch_id)
    if outcome:
        wanted = wanted.where(BatchRow.outcome == outcome)
    return session.scalars(wanted.order_by(BatchRow.number).limit(PAGE).offset((page - 1) * PAGE)).all()


def counted(session: Session, batch_id: int) -> dict[str, int]:
    """How many rows there are of each outcome."""
    rows = session.execute(
        select(BatchRow.outcome, func.count()).where(BatchRow.batch_id == batch_id).group_by(BatchRow.outcome)
    )
    return {outcome.value: number for outcome, number in rows.tuples()}


def sent_for_approval(session: Session, batches: Sequence[Batch]) -> dict[int, int]:
    """Of spreadsheets that were applied: how many rows of each became changes that others decide about."""
    numbers = [batch.id for batch in batches if batch.state is BatchState.APPLIED]
    if not numbers:
        return {}
    rows = session.execute(
        select(BatchRow.batch_id, func.count())
        .where(BatchRow.batch_id.in_(numbers), BatchRow.applied_version == WAITING)
        .group_by(BatchRow.batch_id)
    )
    return dict(rows.tuples().all())


def set_state(session: Session, number: int, state: BatchState, **facts: Any) -> None:
    """Say where the work stands."""
    session.execute(update(Batch).where(Batch.id == number).values(state=state, **facts))


def move(session: Session, batch: Batch, before: Collection[BatchState], after: BatchState) -> bool:
    """Set the state, unless somebody else was first; whether it was set."""
    moved = session.execute(
        update(Batch).where(Batch.id == batch.id, Batch.state.in_(before)).values(state=after)
    )
    session.expire(batch)
    return bool(getattr(moved, "rowcount", 0))


def tell(
    session: Session, actor: Actor, verb: str, batch: Batch, facts: Mapping[str, Any] | None = None
) -> None:
    """One entry of the trail: ``spreadsheet.sent``, ``register.applied``."""
    kind = "register" if batch.register_key else "spreadsheet"
    record(session, actor, f"{kind}.{verb}", Subject(kind, str(batch.id), batch.council_code), facts=facts)


def tidy(session: Session) -> None:
    """Forget the rows of files that were looked at and left."""
    old = utc_now() - timedelta(days=KEPT_DAYS)
    left = (BatchState.PREVIEW, BatchState.FAILED, BatchState.DISCARDED)
    forgotten = select(Batch.id).where(Batch.state.in_(left), Batch.made_at < old, Batch.register_key == "")
    session.execute(delete(BatchRow).where(BatchRow.batch_id.in_(forgotten)))
    session.execute(update(Batch).where(Batch.id.in_(forgotten)).values(state=BatchState.DISCARDED))


def utc_now() -> datetime:
    return now().astimezone(UTC)
