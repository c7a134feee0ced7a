"""Email that came back: delivery status notifications (RFC 3464), read and acted upon.

Anybody can write one. It counts only if it holds the id of an email that we sent: 128 random bits that
nobody else knows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.post.actions import address_bounced
from hubfinder.post.models import OutgoingEmail
from hubfinder.staff_vocab import PostState

LARGEST = 5 * 1024 * 1024
"""Bytes of a notification; what is larger is not read."""
_OUR_ID = re.compile(rb"(?im)^message-id:\s*<([0-9a-f]{32})@")
_STATUS = re.compile(r"\s*([245])\.([0-9]{1,3})\.([0-9]{1,3})")
_OF_THE_ADDRESS = {"5.0.0", "5.2.0", "5.2.1", "5.4.4", "5.5.0"}
"""Besides 5.1.x: there is nobody there. A full mailbox or a distrustful server is not of the address."""


class Outcome(StrEnum):
    """What became of a notification."""

    NOTED = "noted"
    """The email is marked as come back, and perhaps its address."""
    WAITING = "waiting"
    """The other mail server is still trying."""
    UNKNOWN = "unknown"
    """About no email of ours."""
    NONE = "no notification"


@dataclass(frozen=True, slots=True)
class Noted:
    """What was read and done."""

    outcome: Outcome
    address: str = ""
    """To which nothing more is sent; empty where that goes on."""


def note_bounce(session: Session, raw: bytes) -> Noted:
    """Read one notification and mark what came back, in the caller's transaction. Reads it twice: no harm."""
    status = status_of(raw)
    if status is None:
        return Noted(Outcome.NONE)
    if not status.startswith("5."):
        return Noted(Outcome.WAITING)
    row = _ours(session, raw)
    if row is None:
        return Noted(Outcome.UNKNOWN)
    row.state, row.error = PostState.BOUNCED, f"came back with {status}"
    row.body = ""
    if not row.to or not _is_of_the_address(status):
        session.flush()
        return Noted(Outcome.NOTED)
    address_bounced(session, row.to, f"came back with {status}")
    return Noted(Outcome.NOTED, row.to)


def ids_in(raw: bytes) -> list[str]:
    """Ids that a notification gives back and that might be of ours; at most twenty."""
    return sorted({found.decode("ascii") for found in _OUR_ID.findall(raw)})[:20]


def _is_of_the_address(status: str) -> bool:
    return status.startswith("5.1.") or status in _OF_THE_ADDRESS


def status_of(raw: bytes) -> str | None:
    """``5.1.1`` of the first recipient that has one; none where this is no notification."""
    if len(raw) > LARGEST:
        return None
    try:
        message = message_from_bytes(raw, policy=policy.default)
        for block in _blocks(message):
            found = _STATUS.match(str(block.get("Status", "")))
            if found:
                return ".".join(found.groups())
    except (MessageError, ValueError, LookupError, RecursionError):
        return None
    return None


def _blocks(message: EmailMessage) -> Iterator[Message]:
    """The parts about one recipient each."""
    if message.get_content_type() != "multipart/report":
        return
    for part in message.iter_parts():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            yield from (
                (block for block in payload if isinstance(block, Message))
                if isinstance(payload, list)
                else ()
            )


def _ours(session: Session, raw: bytes) -> OutgoingEmail | None:
    """The email of ours that it returns, by the id among the headers it gives back."""
    statement = (
        select(OutgoingEmail)
        .where(
            OutgoingEmail.message_id.in_(ids_in(raw)),
            OutgoingEmail.state.in_((PostState.SENT, PostState.BOUNCED)),
        )
        .order_by(OutgoingEmail.id)
        .limit(1)
    )
    return session.scalar(statement)
