"""Sending what is queued: each email is claimed before it is sent, so that two workers never send one twice.

What a round costs is bounded in number and time. A mail server that cannot be reached ends the round and
counts against no email; one that refuses an email makes that one wait longer and longer.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.database import begin_writing
from hubfinder.post.actions import address_bounced
from hubfinder.post.letters import Letter
from hubfinder.post.models import OutgoingEmail
from hubfinder.post.outlets import NotNow, Outlet, Refused
from hubfinder.staff_vocab import PostState

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""After each try that was refused for now; after the last of them it is given up."""
HELD = timedelta(minutes=10)
"""How long one worker may take over an email before another tries: far longer than a mail server may."""
MOST, SECONDS = 200, 50.0
"""Of a round, so that what comes meanwhile waits a minute at most."""
MOST_LOST = 3
"""So many broken connections one after the other end a round."""


@dataclass(slots=True)
class Round:
    """What came of a round."""

    sent: int = 0
    put_off: int = 0
    dead: int = 0
    trouble: str = ""
    """Why it ended before everything was tried; empty where it did not."""
    bounced: list[str] = field(default_factory=list)
    """Addresses that the mail server says are none."""

    @property
    def tried(self) -> int:
        return self.sent + self.put_off + self.dead


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a round may cost, and whether somebody wants it to end sooner."""

    most: int = MOST
    seconds: float = SECONDS
    is_stopped: Callable[[], bool] = bool


def send_due(
    session: Session,
    outlet: Outlet,
    bounds: Bounds = Bounds(),
    clock: Callable[[], datetime] = now,
) -> Round:
    """One round: send what is due, the urgent first, what was never tried before what was refused.

    Works in transactions of its own; the session must be in none. Can be stopped at any point: an email
    that was being sent is tried again later, under the same Message-ID.
    """
    done = Round()
    ends = time.monotonic() + bounds.seconds
    lost = 0
    with outlet:
        while done.tried < bounds.most and time.monotonic() < ends and not bounds.is_stopped():
            letter = claim(session, clock().astimezone(UTC))
            if letter is None:
                break
            try:
                outlet.send(letter)
            except NotNow as error:
                _give_back(session, letter, str(error))
                done.trouble = str(error)
                break
            except Refused as refusal:
                _note_refusal(session, letter, refusal, clock().astimezone(UTC), done)
                lost = lost + 1 if refusal.lost else 0
                if lost >= MOST_LOST:
                    done.trouble = str(refusal)
                    break
            else:
                _note_sent(session, letter, clock().astimezone(UTC))
                done.sent, lost = done.sent + 1, 0
    return done


def claim(session: Session, moment: datetime) -> Letter | None:
    """Take the next email that is due out of others' hands; none where nothing is due."""
    session.rollback()
    begin_writing(session)
    row = session.scalar(
        select(OutgoingEmail)
        .where(is_due(moment))
        .order_by(
            OutgoingEmail.tries > 0, OutgoingEmail.priority, OutgoingEmail.next_try_at, OutgoingEmail.id
        )
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        session.rollback()
        return None
    row.tries += 1
    row.next_try_at = moment + HELD
    letter = Letter(
        row.id, row.to, row.subject, row.body, row.message_id, _utc(row.made_at), row.tries, row.next_try_at
    )
    session.commit()
    return letter


def is_due(moment: datetime) -> ColumnElement[bool]:
    """Over ``OutgoingEmail``: to be sent at this moment (UTC).

    What was never tried is due whatever the clock says, and so is what would wait longer than anything
    ever does: the clock was wrong when that was written.
    """
    too_far = moment + WAITS[-1] + HELD
    return and_(
        OutgoingEmail.state == PostState.QUEUED,
        or_(
            OutgoingEmail.tries == 0,
            OutgoingEmail.next_try_at <= moment,
            OutgoingEmail.next_try_at > too_far,
        ),
    )


def _utc(moment: datetime) -> datetime:
    """SQLite forgets the zone of a time: it is always UTC here."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _note_sent(session: Session, letter: Letter, moment: datetime) -> None:
    begin_writing(session)
    session.execute(
        update(OutgoingEmail)
        .where(OutgoingEmail.id == letter.id)
        .values(state=PostState.SENT, sent_at=moment, body="", error="")
    )
    session.commit()


def _note_refusal(session: Session, letter: Letter, refusal: Refused, moment: datetime, done: Round) -> None:
    is_dead = refusal.for_good or letter.tries > len(WAITS)
    wait = timedelta() if is_dead else WAITS[letter.tries - 1]
    state = PostState.DEAD if is_dead else PostState.QUEUED
    begin_writing(session)
    session.execute(
        update(OutgoingEmail)
        .where(_is_still_ours(letter))
        .values(state=state, next_try_at=moment + wait, error=str(refusal)[:255])
    )
    if refusal.for_good and refusal.no_such_address and address_bounced(session, letter.to, str(refusal)):
        done.bounced.append(letter.to)
    session.commit()
    done.dead += is_dead
    done.put_off += not is_dead


def _give_back(session: Session, letter: Letter, why: str) -> None:
    """It was not its fault: it is as it was before, but for what went wrong."""
    begin_writing(session)
    session.execute(
        update(OutgoingEmail)
        .where(_is_still_ours(letter))
        .values(tries=letter.tries - 1, next_try_at=letter.held_until - HELD, error=why[:255])
    )
    session.commit()


def _is_still_ours(letter: Letter) -> ColumnElement[bool]:
    """No other worker has taken it since, and nobody has given it up or sent it."""
    return and_(
        OutgoingEmail.id == letter.id,
        OutgoingEmail.state == PostState.QUEUED,
        OutgoingEmail.tries == letter.tries,
        OutgoingEmail.next_try_at == letter.held_until,
    )
