"""Sessions of those who sign in, kept on the server: each ends there, whatever a browser still holds.

The cookie says a random number and nothing else; the table holds only its SHA-256. Whoever calls commits.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import StaffSession

UNFINISHED = timedelta(minutes=30)
"""How long somebody may take from the password to the second factor, setting it up included."""
SEEN_EVERY = timedelta(minutes=1)
"""No more often is written down that somebody is still there."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts."""

    idle: timedelta = timedelta(minutes=15)
    whole: timedelta = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as it is in the table."""

    digest: str
    content: bytes
    """What the pages put into it."""
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    person_id: int | None = None

    def ends_soonest(self, limits: Limits) -> datetime:
        """When it ends if nobody does anything more."""
        return min(self.ends_at, self.seen_at + limits.idle)


def new_token() -> str:
    """What a cookie says: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What the table holds of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def found(session: Session, token: str, limits: Limits) -> Kept | None:
    """The session of a cookie; none if it was ended, or ended by itself."""
    row = session.get(StaffSession, digest_of(token))
    if row is None:
        return None
    kept = _kept(row)
    return kept if utc_now() < kept.ends_soonest(limits) else None


def sessions_of(session: Session, person_id: int, limits: Limits) -> Sequence[Kept]:
    """All that somebody has open, the one seen last first."""
    rows = session.scalars(
        select(StaffSession)
        .where(StaffSession.person_id == person_id)
        .order_by(StaffSession.seen_at.desc(), StaffSession.digest)
    )
    at = utc_now()
    return [kept for kept in map(_kept, rows) if at < kept.ends_soonest(limits)]


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be kept of a session."""

    content: bytes
    person_id: int | None = None
    """Of whoever has signed in; as long as nobody has, it ends after ``UNFINISHED``."""
    before: Kept | None = None
    """The session that this one goes on from; it ends. If it was ended meanwhile, nothing goes on."""


def start(session: Session, said: Said, limits: Limits) -> str:
    """Begin a session, or go on with one under another number; its number. Ended ones are forgotten.

    Going on does not make it last longer; signing in does.
    """
    forget_ended(session, limits)
    token, at, before = new_token(), utc_now(), said.before
    row = StaffSession(
        digest=digest_of(token), content=said.content, person_id=said.person_id, made_at=at, seen_at=at
    )
    row.ends_at = at + (UNFINISHED if said.person_id is None else limits.whole)
    if before is not None and before.person_id == said.person_id:
        row.made_at, row.ends_at = before.made_at, before.ends_at
    if before is not None and not end(session, before.digest):
        return ""
    session.add(row)
    session.flush()
    return token


def change(session: Session, digest: str, content: bytes) -> bool:
    """Write down what is in a session now; nothing, and false, if it was ended meanwhile."""
    statement = (
        update(StaffSession)
        .where(StaffSession.digest == digest)
        .values(content=content, seen_at=utc_now())
        .returning(StaffSession.digest)
    )
    return session.scalar(statement) is not None


def seen(session: Session, digest: str) -> None:
    """Somebody is still there: their session starts to be idle anew."""
    session.execute(update(StaffSession).where(StaffSession.digest == digest).values(seen_at=utc_now()))


def end(session: Session, digest: str, person_id: int | None = None) -> bool:
    """End one session; with ``person_id`` only if it is theirs. Whether there was one."""
    statement = delete(StaffSession).where(StaffSession.digest == digest)
    if person_id is not None:
        statement = statement.where(StaffSession.person_id == person_id)
    return session.scalar(statement.returning(StaffSession.digest)) is not None


def end_all(session: Session, person_id: int, but: str = "") -> int:
    """End every session of somebody, except the one with this digest; how many."""
    statement = delete(StaffSession).where(StaffSession.person_id == person_id, StaffSession.digest != but)
    return len(session.scalars(statement.returning(StaffSession.digest)).all())


def forget_ended(session: Session, limits: Limits) -> None:
    """Delete what has ended by itself."""
    at = utc_now()
    session.execute(
        delete(StaffSession).where((StaffSession.ends_at <= at) | (StaffSession.seen_at <= at - limits.whole))
    )


def _kept(row: StaffSession) -> Kept:
    return Kept(
        row.digest, row.content, as_utc(row.made_at), as_utc(row.seen_at), as_utc(row.ends_at), row.person_id
    )
