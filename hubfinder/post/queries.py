"""What stands in the queue, and what did not arrive."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.post.models import BouncedAddress, OutgoingEmail
from hubfinder.post.sending import STATES
from hubfinder.post.standing import Backlog, standing
from hubfinder.staff_vocab import PostState

LATE = timedelta(minutes=15)
"""What has waited for longer than that is a backlog that staff should see."""
PAGE = 50


def backlog(
    session: Session, councils: Collection[str] | None = None, moment: datetime | None = None
) -> Backlog:
    """The queue of these councils; of all, and of what belongs to none, without any."""
    theirs = [] if councils is None else [OutgoingEmail.council_code.in_(councils)]
    late_since = (moment or now()).astimezone(UTC) - LATE
    return standing(session, OutgoingEmail, STATES, theirs, late_since)


def emails(
    session: Session, states: Collection[PostState], councils: Collection[str] | None = None, page: int = 1
) -> Sequence[OutgoingEmail]:
    """A page of what stands in these states, the newest first."""
    statement = (
        select(OutgoingEmail)
        .where(OutgoingEmail.state.in_(states))
        .order_by(OutgoingEmail.made_at.desc(), OutgoingEmail.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    if councils is not None:
        statement = statement.where(OutgoingEmail.council_code.in_(councils))
    return session.scalars(statement).all()


def email_of(session: Session, email_id: int, councils: Collection[str]) -> OutgoingEmail | None:
    """One email of these councils."""
    return session.scalar(
        select(OutgoingEmail).where(OutgoingEmail.id == email_id, OutgoingEmail.council_code.in_(councils))
    )


def bounced_addresses(session: Session, councils: Collection[str]) -> Sequence[BouncedAddress]:
    """Addresses that email of these councils came back from, the newest first; at most a page of them."""
    written_to = select(OutgoingEmail.to).where(OutgoingEmail.council_code.in_(councils))
    return session.scalars(
        select(BouncedAddress)
        .where(BouncedAddress.address.in_(written_to))
        .order_by(BouncedAddress.at.desc(), BouncedAddress.address)
        .limit(PAGE)
    ).all()


def bounced_address(
    session: Session, address: str, councils: Collection[str]
) -> Sequence[OutgoingEmail] | None:
    """Email of these councils to an address that email comes back from, oldest first; none without any."""
    if session.get(BouncedAddress, address) is None:
        return None
    statement = (
        select(OutgoingEmail)
        .where(OutgoingEmail.to == address, OutgoingEmail.council_code.in_(councils))
        .order_by(OutgoingEmail.id)
        .limit(PAGE)
    )
    return session.scalars(statement).all() or None
