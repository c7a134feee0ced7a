"""What happened to a request, written down with it: its words sealed with the request's key."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.values import Actor
from hubfinder.referrals.models import Referral, ReferralEvent
from hubfinder.referrals.vocab import EventKind
from hubfinder.vault.sealing import Box

SEEN_TO, TOLD_BY = "seen_to", "told_by"
"""Facts of an event: what waited for the front door is seen to; the time the family had been told of when the
clock stopped without its being told.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that happened."""

    kind: EventKind
    text: str = ""
    """Words of somebody: sealed."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Codes, keys and numbers; in the clear."""
    is_for_family: bool = False


def note_event(session: Session, referral: Referral, box: Box, actor: Actor, said: Said) -> ReferralEvent:
    """Write it down, in the caller's transaction."""
    nonce = secrets.token_hex(16)
    event = ReferralEvent(
        referral_id=referral.id,
        at=utc_now(),
        kind=said.kind,
        person_id=actor.id,
        by=actor.name,
        is_for_family=said.is_for_family,
        facts=dict(said.facts),
        nonce=nonce,
        text=box.seal(f"event:{nonce}", 0, said.text) if said.text else None,
    )
    session.add(event)
    session.flush()
    return event


def note_fact(session: Session, referral: Referral, actor: Actor, kind: EventKind, **facts: object) -> None:
    """Write down what has no words, so that nothing of the request has to be opened for it."""
    session.add(
        ReferralEvent(
            referral_id=referral.id,
            at=utc_now(),
            kind=kind,
            person_id=actor.id,
            by=actor.name,
            is_for_family=False,
            facts=facts,
            nonce=secrets.token_hex(16),
            text=None,
        )
    )
    session.flush()


def words_of(box: Box, event: ReferralEvent) -> str:
    """What somebody wrote there; empty where nobody did.

    Raises:
        NotOpened: it was changed.
    """
    return str(box.open(f"event:{event.nonce}", 0, event.text)) if event.text else ""
