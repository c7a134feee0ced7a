"""Which ways to a family lead nowhere: a message was sent, and it is known that it can never arrive there."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.referrals.models import Notice, ReferralEvent
from hubfinder.referrals.vocab import Channel, EventKind

FOR_GOOD = "permanent-failure"
"""What stands as the receipt of such a message: a number or an address that is none."""
FIELDS = {
    Channel.TEXT: frozenset({"telephone"}),
    Channel.EMAIL: frozenset({"email"}),
    Channel.LETTER: frozenset({"letter_address", "letter_postcode"}),
}
"""The answers that say where each way leads: once one is put right, it is tried again."""


def unreachable(session: Session, referral_id: str) -> frozenset[Channel]:
    """The ways by which nothing arrives, unless the number or the address was put right since."""
    failed = session.execute(
        select(Notice.channel, Notice.sent_at).where(
            Notice.referral_id == referral_id, Notice.to == "", Notice.receipt == FOR_GOOD
        )
    ).tuples()
    lost: dict[Channel, datetime] = {}
    for channel, sent_at in failed:
        if sent_at is not None:
            lost[channel] = max(as_utc(sent_at), lost.get(channel, as_utc(sent_at)))
    if not lost:
        return frozenset()
    corrected = session.scalars(
        select(ReferralEvent).where(
            ReferralEvent.referral_id == referral_id,
            ReferralEvent.kind.in_((EventKind.CORRECTED, EventKind.CONSENT)),
        )
    ).all()
    right = {
        channel
        for channel, when in lost.items()
        for event in corrected
        if as_utc(event.at) > when and FIELDS[channel] & set(event.facts.get("fields") or ())
    }
    return frozenset(lost) - right
