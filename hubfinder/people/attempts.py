"""Wrong answers on the way in, counted for a while. Nothing here says of whom, or from where.

Counts stand in the database, because each worker has a memory of its own. Whoever calls has begun with
``begin_writing`` where something is written, and commits.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import SignInAttempt

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong answers within a time, and then no more until the oldest of them is that old."""

    digest: str
    """Of what is counted, ``keyed``."""
    most: int
    within: timedelta


class TooManyTries(Exception):
    """No answer is looked at now; ``seconds`` later one will be."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} seconds")
        self.seconds = seconds


def keyed(key: str, *parts: str) -> str:
    """A hash that nobody can make, or guess at, without the key."""
    return hmac.new(key.encode(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def check(session: Session, limits: Sequence[Limit]) -> None:
    """Raise if one more answer would be too many.

    Raises:
        TooManyTries: it would.
    """
    longest = max((_wait(session, limit) for limit in limits), default=0.0)
    if longest > 0:
        raise TooManyTries(max(1, round(longest)))


def count(session: Session, limits: Sequence[Limit]) -> list[int]:
    """Count an answer as wrong before it is looked at, so that many at once are not looked at either.

    What comes back is to be given to ``forgive`` if it was right. Old counts are forgotten.

    Raises:
        TooManyTries: it is one too many.
    """
    check(session, limits)
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < utc_now() - KEPT))
    rows = [SignInAttempt(digest=limit.digest, at=utc_now()) for limit in limits]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def forgive(session: Session, counted: Sequence[int]) -> None:
    """The answer was right: it never counted."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(counted)))


def _wait(session: Session, limit: Limit) -> float:
    """Seconds until another answer is looked at."""
    latest = session.scalars(
        select(SignInAttempt.at)
        .where(SignInAttempt.digest == limit.digest, SignInAttempt.at > utc_now() - limit.within)
        .order_by(SignInAttempt.at.desc())
        .limit(limit.most)
    ).all()
    if len(latest) < limit.most:
        return 0.0
    return (as_utc(latest[-1]) + limit.within - utc_now()).total_seconds()
