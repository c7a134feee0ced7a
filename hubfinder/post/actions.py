"""Writing email down, in the transaction of what it is about, and what becomes of it afterwards."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.post.models import BouncedAddress, OutgoingEmail
from hubfinder.post.values import Email, plain_address
from hubfinder.staff_vocab import PostState

CAME_BACK = "earlier email to this address came back"


def queue(session: Session, email: Email) -> bool:
    """Write an email down to be sent once the caller's transaction has committed.

    The caller has begun with ``begin_writing``, and commits. False where an email with the same ``once``
    is there already: nothing is added then. One to an address that email came back from is kept, but
    not sent until somebody puts the address right.
    """
    moment = now().astimezone(UTC)
    is_bounced = session.get(BouncedAddress, email.to) is not None
    values = {
        "purpose": email.purpose,
        "to": email.to,
        "subject": email.subject,
        "body": email.body,
        "once": email.once or None,
        "council_code": email.council,
        "priority": int(email.priority),
        "state": PostState.BOUNCED if is_bounced else PostState.QUEUED,
        "made_at": moment,
        "next_try_at": moment,
        "tries": 0,
        "message_id": secrets.token_hex(16),
        "error": CAME_BACK if is_bounced else "",
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    added = session.execute(
        insert(OutgoingEmail)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["once"])
        .returning(OutgoingEmail.id)
    )
    return added.scalar() is not None


def is_queued(session: Session, once: str) -> bool:
    """Whether an email with this ``once`` was written down: its words need not be made again."""
    return session.scalar(select(OutgoingEmail.id).where(OutgoingEmail.once == once)) is not None


def retry(session: Session, email_id: int) -> bool:
    """Send one that was given up again, at the next round. False where there is none, or its text is gone."""
    statement = (
        update(OutgoingEmail)
        .where(
            OutgoingEmail.id == email_id,
            OutgoingEmail.state.in_((PostState.DEAD, PostState.BOUNCED)),
            OutgoingEmail.body != "",
        )
        .values(state=PostState.QUEUED, tries=0, next_try_at=now().astimezone(UTC), error="")
        .returning(OutgoingEmail.id)
    )
    return session.scalar(statement) is not None


def address_bounced(session: Session, address: str, why: str = "") -> bool:
    """Email to this address came back: nothing more is sent there. False where that was known.

    Raises:
        EmailRefused: it is no address.
    """
    address = plain_address(address)
    if session.get(BouncedAddress, address) is not None:
        return False
    session.add(BouncedAddress(address=address, at=now().astimezone(UTC), why=why[:255]))
    session.execute(
        update(OutgoingEmail)
        .where(OutgoingEmail.to == address, OutgoingEmail.state == PostState.QUEUED)
        .values(state=PostState.BOUNCED, error=CAME_BACK)
    )
    session.flush()
    return True


def address_put_right(session: Session, address: str) -> None:
    """Email may be sent to this address again, from now on: what was kept meanwhile is not.

    Raises:
        EmailRefused: it is no address.
    """
    session.execute(delete(BouncedAddress).where(BouncedAddress.address == plain_address(address)))


def forget_old(session: Session, kept: timedelta, moment: datetime | None = None) -> int:
    """Forget the text of what was given up longer ago than ``kept``; how many. It cannot be retried then."""
    before = (moment or now()).astimezone(UTC) - kept
    gone = session.scalars(
        update(OutgoingEmail)
        .where(
            OutgoingEmail.state.in_((PostState.DEAD, PostState.BOUNCED)),
            OutgoingEmail.made_at < before,
            OutgoingEmail.body != "",
        )
        .values(body="")
        .returning(OutgoingEmail.id)
    )
    return len(gone.all())


def forget_addresses(session: Session, purpose: str) -> int:
    """Forget whom email of a purpose went to, once it was sent; how many."""
    gone = session.scalars(
        update(OutgoingEmail)
        .where(
            OutgoingEmail.purpose == purpose, OutgoingEmail.state == PostState.SENT, OutgoingEmail.to != ""
        )
        .values(to="")
        .returning(OutgoingEmail.id)
    )
    return len(gone.all())
