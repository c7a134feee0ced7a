"""Messages that are sent by themselves: written down with what they are about, in the same transaction.

A notice holds no address and no words of anybody: a reference, and which of the neutral texts. To whom it
goes, and whether that way is still safe, is read when it is sent.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.referrals.answers import Told
from hubfinder.referrals.holding import Holder, holder_of
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.reachable import unreachable
from hubfinder.referrals.safe_contact import UnsafeChannel, safe_channels
from hubfinder.referrals.vocab import Channel, NoticeState, Urgency

BY_ITSELF = (Channel.EMAIL, Channel.TEXT, Channel.LETTER)
"""The ways that something can be sent without a person, the quickest first."""
SENDER = "sender"
"""In the place of an address: whoever asked for the family in their work, by the email that they gave."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that is to be sent."""

    wording: str
    """Which text, see ``notice_words``."""
    once: str
    """Two with the same are one: ``received:<referral id>``. At most 120."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Numbers and days for the text: never a name, never a topic."""


def tell_family(
    session: Session, referral: Referral, told: Told, wanted: Wanted, channel: Channel | None = None
) -> Channel | None:
    """Queue a message to whoever reads the page of a request: to its family by this way or the best that is
    safe and not known to lead nowhere, to a professional by email. None where there is no way.

    Where a professional asked, nothing goes to the family: it has sent nothing, holds no code, and may not
    even know. A person rings it.

    Raises:
        UnsafeChannel: somebody asked for a way that nobody said is safe, or to a family that has no code.
    """
    if holder_of(session, referral.id, told) is Holder.PROFESSIONAL:
        return _tell_professional(session, referral, told, wanted, channel)
    safe = safe_channels(told)
    if channel is not None and channel not in safe:
        raise UnsafeChannel(channel.value)
    lost = unreachable(session, referral.id)
    chosen = channel or next((one for one in BY_ITSELF if one in safe - lost), None)
    if chosen is not None:
        _queue(session, referral, wanted, _Way(chosen, language=told.language))
    return chosen


def _tell_professional(
    session: Session, referral: Referral, told: Told, wanted: Wanted, channel: Channel | None
) -> Channel | None:
    if channel is not None:
        raise UnsafeChannel(channel.value)
    if not told.professional.email:
        return None
    _queue(session, referral, wanted, _Way(Channel.EMAIL, SENDER, told.language))
    return Channel.EMAIL


def tell_team(session: Session, referral: Referral, wanted: Wanted, to: str = "") -> bool:
    """Queue an email to staff: to an address, else to the team that has it. False if it was there."""
    return _queue(session, referral, wanted, _Way(Channel.EMAIL, to or team_of(referral)))


def tell_service(session: Session, referral: Referral, organization: str, wanted: Wanted) -> bool:
    """Queue an email to those who look after an organization's inbox. It names no reference: that is for
    whoever has taken the request. False if it was there.
    """
    nameless = Wanted(wanted.wording, wanted.once, {**wanted.facts, "reference": ""})
    way = _Way(Channel.EMAIL, _service(referral.council_code, organization))
    return _queue(session, referral, nameless, way)


def tell_service_of_gone(session: Session, council: str, organization: str, wanted: Wanted) -> bool:
    """The same of a request that is destroyed in this transaction; the message stays. False if there."""
    return _queue(
        session, None, wanted, _Way(Channel.EMAIL, _service(council, organization), council=council)
    )


def _service(council: str, organization: str) -> str:
    return f"service:{council}:{organization}"


def tell_administrators(
    session: Session, council: str, wanted: Wanted, referral: Referral | None = None
) -> bool:
    """Queue an email to those who run a council, of one request or of many. False if it was there."""
    way = _Way(Channel.EMAIL, f"administrators:{council}", council=council)
    return _queue(session, referral, wanted, way)


def team_of(referral: Referral) -> str:
    """What stands in the place of an address: the team of a hub or a council, looked up when it is sent."""
    return f"team:{referral.council_code}:{referral.hub_key}"


def tell_about_new(session: Session, referral: Referral, told: Told) -> None:
    """Whoever sent it hears that it has arrived, and the team that it is there."""
    tell_family(session, referral, told, Wanted("received", f"received:{referral.id}"))
    wording = "team_new" if referral.urgency is Urgency.USUAL else "team_urgent"
    tell_team(session, referral, Wanted(wording, f"team-new:{referral.id}"))


def is_queued(session: Session, once: str) -> bool:
    return session.scalar(select(Notice.id).where(Notice.once == once)) is not None


@dataclass(frozen=True, slots=True)
class _Way:
    channel: Channel
    to: str = ""
    language: str = "en"
    council: str = ""
    """Of a message that is about no request."""


def _queue(session: Session, referral: Referral | None, wanted: Wanted, way: _Way) -> bool:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    moment = utc_now()
    values = {
        "once": wanted.once,
        "referral_id": referral.id if referral else None,
        "council_code": referral.council_code if referral else way.council,
        "to": way.to,
        "channel": way.channel,
        "wording": wanted.wording,
        "language": way.language,
        "facts": {"reference": referral.reference if referral else "", **wanted.facts},
        "state": NoticeState.QUEUED,
        "priority": 0,
        "made_at": moment,
        "next_try_at": moment,
        "tries": 0,
        "message_id": secrets.token_hex(16),
        "error": "",
        "notify_id": "",
        "receipt": "",
    }
    made = (
        insert(Notice).values(**values).on_conflict_do_nothing(index_elements=["once"]).returning(Notice.id)
    )
    return session.scalar(made) is not None
