"""What staff see of messages about requests: what waits, what was not sent, and doing something about it.

Nothing here opens a request. Hub staff see those of their hub's requests, the front door and those who run
the council all of the council's.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import now, today, utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.post.bounces import ids_in, status_of
from hubfinder.post.standing import Backlog, standing
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.notice_sending import STATES
from hubfinder.referrals.notices import Wanted, tell_administrators
from hubfinder.referrals.reachable import FOR_GOOD
from hubfinder.referrals.reading import visible_to
from hubfinder.referrals.vocab import NoticeState
from hubfinder.staff_vocab import Role

LATE = timedelta(minutes=10)
"""What has waited for longer is a backlog: staff have to see it within fifteen minutes."""
NOT_SENT = (NoticeState.DEAD, NoticeState.UNSAFE, NoticeState.TOO_MANY)
"""Somebody has to do something about these."""
PAGE = 50
WAITS_SINCE = func.coalesce(Notice.not_before, Notice.made_at)
"""What is held until it is safe is not late before."""
READS_ALL = frozenset({Role.FRONT_DOOR, Role.COUNCIL_ADMINISTRATOR})
"""Of their council."""
WARNING = "backlog"


@dataclass(frozen=True, slots=True)
class Line:
    """A message that waits or was not sent."""

    row: Notice
    reference: str
    """Of the request; empty where it is about none."""


def notice_backlog(
    session: Session, councils: Collection[str] | None = None, moment: datetime | None = None
) -> Backlog:
    """How many messages of these councils stand where, and how many of them wait for too long."""
    theirs = [] if councils is None else [Notice.council_code.in_(councils)]
    return standing(session, Notice, STATES, theirs, (moment or now()).astimezone(UTC) - LATE, WAITS_SINCE)


def is_backlog(backlog: Backlog) -> bool:
    """Whether staff have to be warned: something waits for too long, or was not sent."""
    return bool(backlog.late or sum(backlog.numbers.get(state, 0) for state in NOT_SENT))


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """Over ``Notice``: those somebody may see."""
    councils = {grant.council for grant in actor.grants if grant.role in READS_ALL}
    of_hub = select(Referral.id).where(visible_to(actor))
    is_staff = any(grant.role is Role.HUB_STAFF for grant in actor.grants)
    return or_(Notice.council_code.in_(councils), Notice.referral_id.in_(of_hub) if is_staff else false())


def backlog_for(session: Session, actor: Actor, moment: datetime | None = None) -> Backlog:
    """The same as ``notice_backlog``, of the messages somebody may see."""
    late_since = (moment or now()).astimezone(UTC) - LATE
    return standing(session, Notice, STATES, [readable_by(actor)], late_since, WAITS_SINCE)


def not_sent(session: Session, actor: Actor, page: int = 1) -> Sequence[Line]:
    """A page of the messages that were not sent, the newest first."""
    rows = (
        _lines()
        .where(readable_by(actor), Notice.state.in_(NOT_SENT))
        .order_by(Notice.made_at.desc(), Notice.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [_line(row, reference) for row, reference in session.execute(rows).tuples()]


def waiting_long(session: Session, actor: Actor, moment: datetime | None = None) -> Sequence[Line]:
    """Those that have waited for too long, the oldest first; at most a page of them."""
    late_since = (moment or now()).astimezone(UTC) - LATE
    rows = (
        _lines()
        .where(readable_by(actor), Notice.state == NoticeState.QUEUED, late_since > WAITS_SINCE)
        .order_by(Notice.made_at, Notice.id)
        .limit(PAGE)
    )
    return [_line(row, reference) for row, reference in session.execute(rows).tuples()]


def line_of(session: Session, actor: Actor, number: int) -> Line | None:
    """One message that was not sent; none if there is none, or it is someone else's."""
    rows = _lines().where(readable_by(actor), Notice.id == number, Notice.state.in_(NOT_SENT))
    found = session.execute(rows).tuples().first()
    return _line(*found) if found else None


def send_again(session: Session, actor: Actor, line: Line) -> bool:
    """Let it be sent at the next round, if the way is safe then. False where somebody was quicker.

    The caller has begun with ``begin_writing`` on the vault, and commits.
    """
    moment = utc_now()
    values = {
        "state": NoticeState.QUEUED,
        "tries": 0,
        "next_try_at": moment,
        "made_at": moment,
        "message_id": secrets.token_hex(16),  # else Notify would say that it has the first
        "notify_id": "",
        "error": "",
    }
    return _done(session, actor, line, ("request.message_sent_again", values))


def settle(session: Session, actor: Actor, line: Line) -> bool:
    """Somebody has seen to it in another way, such as ringing: nobody is warned of it any more."""
    return _done(session, actor, line, ("request.message_settled", {"state": NoticeState.SETTLED}))


def note_returned(session: Session, raw: bytes) -> bool:
    """Read a notification that email came back; whether it was a message about a request. Staff see it then.

    The caller has begun with ``begin_writing`` on the vault, and commits.
    """
    status = status_of(raw)
    if status is None or not status.startswith("5."):
        return False
    returned = (
        update(Notice)
        .where(Notice.message_id.in_(ids_in(raw)), Notice.state == NoticeState.SENT)
        .values(state=NoticeState.DEAD, error=f"came back with {status}", receipt=FOR_GOOD)
        .returning(Notice.id)
    )
    return bool(session.scalars(returned).all())


def warn(session: Session, moment: datetime | None = None) -> int:
    """Tell those who run a council of its backlog, once a day; how many councils. The caller commits.

    A warning that could not be sent itself makes none the next day.
    """
    others = Notice.wording != WARNING
    late_since = (moment or now()).astimezone(UTC) - LATE
    is_late = and_(Notice.state == NoticeState.QUEUED, late_since > WAITS_SINCE)
    rows = select(Notice.council_code).where(others, or_(is_late, Notice.state.in_(NOT_SENT))).distinct()
    day = (moment.date() if moment else today()).isoformat()
    return sum(
        tell_administrators(session, council, Wanted(WARNING, f"{WARNING}:{council}:{day}"))
        for council in session.scalars(rows).all()
    )


def _lines() -> Select[tuple[Notice, str]]:
    return select(Notice, Referral.reference).outerjoin(Referral, Referral.id == Notice.referral_id)


def _line(row: Notice, reference: str | None) -> Line:
    return Line(row, reference or "")


def _done(session: Session, actor: Actor, line: Line, what: tuple[str, dict[str, object]]) -> bool:
    verb, values = what
    changed = session.scalar(
        update(Notice)
        .where(Notice.id == line.row.id, Notice.state.in_(NOT_SENT))
        .values(**values)
        .returning(Notice.id)
    )
    if changed is None:
        return False
    record(session, actor, verb, subject_of(line))
    return True


def subject_of(line: Line) -> Subject:
    """What the trail says it is about."""
    if line.reference:
        return Subject("request", line.reference, line.row.council_code)
    return Subject("message", str(line.row.id), line.row.council_code)
