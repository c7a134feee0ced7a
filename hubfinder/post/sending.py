"""Sending the email that is queued, in rounds: see ``rounds``."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, now
from hubfinder.post.actions import address_bounced
from hubfinder.post.letters import Letter
from hubfinder.post.models import OutgoingEmail
from hubfinder.post.outlets import Outlet
from hubfinder.post.rounds import HELD, USUAL, WAITS, Bounds, Desk, Refused, Round, States, send_round, take
from hubfinder.staff_vocab import PostState

__all__ = ["HELD", "WAITS", "Bounds", "Round", "claim", "send_due"]

STATES = States(OutgoingEmail.state, PostState.QUEUED, PostState.SENT, PostState.DEAD, PostState.DEAD)


def send_due(
    session: Session,
    outlet: Outlet,
    bounds: Bounds = USUAL,
    clock: Callable[[], datetime] = now,
) -> Round:
    """One round of all email.

    Works in transactions of its own; the session must be in none. Can be stopped at any point: an email
    that was being sent is tried again later, under the same Message-ID.
    """
    with outlet:
        return send_round(session, _desk(outlet.send), bounds, clock)


def claim(session: Session, moment: datetime) -> Letter | None:
    """Take the next email that is due out of others' hands; none where nothing is due."""
    return take(session, _desk(lambda _letter: None), moment)


def _desk(hand_over: Callable[[Letter], None]) -> Desk[OutgoingEmail, Letter]:
    emptied = {"body": ""}
    return Desk(OutgoingEmail, STATES, _taken, hand_over, emptied=emptied, refused=_refused)


def _taken(row: OutgoingEmail) -> Letter:
    made_at = as_utc(row.made_at)
    return Letter(row.id, row.to, row.subject, row.body, row.message_id, made_at, row.tries, row.next_try_at)


def _refused(session: Session, letter: Letter, refusal: Refused, done: Round) -> None:
    """Nothing more is sent to an address that is none."""
    if refusal.for_good and refusal.no_such_address and address_bounced(session, letter.to, str(refusal)):
        done.bounced.append(letter.to)
