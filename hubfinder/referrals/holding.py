"""Who holds the code of a request, and so reads its page: the family, or whoever asked for it in their work.

Word of a request goes to whoever can read on. A family for which somebody else has asked holds no code until
the front door gives it one, once it has spoken to them.
"""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.people.values import Actor
from hubfinder.referrals.answers import Told, Who
from hubfinder.referrals.models import ReferralEvent
from hubfinder.referrals.vocab import EventKind

THE_FAMILY = Actor("the family")
"""Whoever has shown the code of a request: the trail cannot know more of them."""
THE_PROFESSIONAL = Actor("the professional")
"""The same where somebody asked for a family in their work, and holds the code."""
BY_CODE = frozenset({THE_FAMILY.name, THE_PROFESSIONAL.name})


class Holder(StrEnum):
    """Who holds the code of a request."""

    FAMILY = "family"
    PROFESSIONAL = "professional"

    @property
    def actor(self) -> Actor:
        return THE_FAMILY if self is Holder.FAMILY else THE_PROFESSIONAL


def holder_of(session: Session, referral_id: str, told: Told) -> Holder:
    """Whoever sent it, until staff gave a new code to somebody else."""
    if told.who is not Who.PROFESSIONAL:
        return Holder.FAMILY
    newest = newest_code(session, referral_id)
    given_to = str(newest.facts.get("to", "")) if newest is not None else ""
    return Holder.FAMILY if given_to == Holder.FAMILY else Holder.PROFESSIONAL


def newest_code(session: Session, referral_id: str) -> ReferralEvent | None:
    """That staff gave a new code, the last time they did; none where they never did."""
    rows = select(ReferralEvent).where(
        ReferralEvent.referral_id == referral_id, ReferralEvent.kind == EventKind.NEW_CODE
    )
    return session.scalars(rows.order_by(ReferralEvent.id.desc()).limit(1)).first()


def reads_answers(session: Session, referral_id: str, told: Told) -> bool:
    """Whether the page shows what was told. Not to a family of which somebody else wrote it: what a
    professional fears, or has heard from a child, is not for everybody at home.
    """
    return told.who is not Who.PROFESSIONAL or (holder_of(session, referral_id, told) is Holder.PROFESSIONAL)
