"""Requests for help, for tests: written and sent as a family would, through the real verbs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.referrals import drafts
from hubfinder.referrals.drafts import Receipt
from hubfinder.referrals.models import Referral
from hubfinder.referrals.routing import Route
from hubfinder.referrals.sending import Sender, Sending, send
from hubfinder.vault.keys import Keyring
from tests.support.people import HARBOURMOUTH

LASTS = timedelta(hours=1)
SAID: Mapping[str, Any] = {
    "danger": "no",
    "who": "family",
    "people": [
        {"id": "p1", "name": "Robin Example", "kind": "adult", "relation": "parent", "is_asking": "yes"},
        {"id": "p2", "name": "Ash Example", "kind": "child", "born": "2021-04-05", "relation": "child"},
    ],
    "postcode": "ZA1 4QT",
    "languages": ["en"],
    "interpreter": "no",
    "story": "Nobody in our house sleeps.",
    "wanted": "Somebody to talk to about nights.",
    "needs": ["sleep"],
    "tried": "A chart with stars.",
    "child_matters": "That I stay until she is asleep.",
    "child_words": "I like the blue lamp.",
    "helpers": [{"name": "Sam Sample", "role": "health_visitor", "organization": "Wend NHS"}],
    "telephone": "01632 960123",
    "telephone_call": "no",
    "telephone_text": "yes",
    "telephone_voicemail": "no",
    "telephone_say_who": "no",
    "telephone_when": ["any"],
    "email": "robin@example.org",
    "email_write": "yes",
    "email_say_who": "no",
    "contact_ok": "yes",
    "share_with": ["hub", "services"],
    "share_what": ["people", "place", "story"],
    "language": "en",
}
"""What a family says, all of it made up; a test says what is different."""


def sent(
    session: Session,
    ring: Keyring,
    answers: Mapping[str, Any],
    route: Route | None = None,
    due_at: datetime | None = None,
    sender: Sender = Sender(),  # noqa: B008 - it cannot be changed
) -> Receipt:
    """Start a form, write these answers and send it; the reference and the code its sender is told."""
    session.rollback()  # a test may have read before
    begin_writing(session)
    draft, _ = drafts.start(session, ring, LASTS)
    drafts.save(session, draft, lambda said: said.update(answers), LASTS)
    due_at = due_at or utc_now() + timedelta(days=1)
    sending = Sending(answers, route or Route(HARBOURMOUTH), due_at, sender)
    receipt = send(session, ring, draft, sending)
    session.commit()
    return receipt


def a_request(
    session: Session,
    ring: Keyring,
    *,
    route: Route | None = None,
    due_at: datetime | None = None,
    sender: Sender = Sender(),  # noqa: B008
    **answers: object,
) -> Referral:
    """A request as a family sent it a moment ago: ``SAID``, and whatever else is said here."""
    receipt = sent(session, ring, {**SAID, **answers}, route, due_at, sender)
    return of_reference(session, receipt.reference)


def of_reference(session: Session, reference: str) -> Referral:
    return session.scalars(select(Referral).where(Referral.reference == reference)).one()
