"""Signing in as people who do not exist: a link that works once, in the demonstration alone.

It stands where sessions stand, as one that has not begun; only its digest is kept.
"""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.models import Person, StaffSession
from hubfinder.people.refusals import PeopleRefused, Refusal
from hubfinder.people.sessions import digest_of, new_token

HOLDS = timedelta(minutes=15)
EMPTY = b"{}"


def new_link(session: Session, person: Person) -> str:
    """A token that signs in as this person, once, within fifteen minutes.

    Raises:
        PeopleRefused: they may not sign in.
    """
    if not person.active:
        raise PeopleRefused(Refusal.IS_DISABLED)
    token, at = new_token(), utc_now()
    session.add(
        StaffSession(
            digest=_digest(token),
            person_id=person.id,
            made_at=at,
            seen_at=at,
            ends_at=at + HOLDS,
            content=EMPTY,
        )
    )
    session.flush()
    return token


def person_of_link(session: Session, token: str) -> Person | None:
    """Whom a link is for, while it can be used."""
    row = session.get(StaffSession, _digest(token))
    if row is None or as_utc(row.ends_at) <= utc_now() or row.person_id is None:
        return None
    person = session.get(Person, row.person_id)
    return person if person is not None and person.active else None


def use_link(session: Session, token: str) -> Person | None:
    """The same, and the link is used up: of two who come at once, one gets nothing."""
    person = person_of_link(session, token)
    gone = session.scalar(
        delete(StaffSession).where(StaffSession.digest == _digest(token)).returning(StaffSession.digest)
    )
    return person if gone else None


def _digest(token: str) -> str:
    """Never that of a session's cookie: what is in the link is worth nothing in a cookie, and the reverse."""
    return digest_of(f"demonstration:{token}")
