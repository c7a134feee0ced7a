"""Tables of requests for help, in the vault. What a family says is sealed; in the clear stands what a queue,
a clock and a count need, and nothing from which somebody could tell who asks or what for.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hubfinder.database.base import Base, EnumText
from hubfinder.people.models import AuditEntry, AuditHead
from hubfinder.post.models import Outgoing
from hubfinder.referrals.vocab import (
    Channel,
    DeclineReason,
    EventKind,
    NoticeState,
    Outcome,
    PassState,
    ReferralState,
    Urgency,
)
from hubfinder.vault.base import Sealed, VaultBase

ID = String(32)
"""Random, 128 bits as hexadecimal."""


class Draft(Sealed, VaultBase):
    """A form that somebody is filling in, until they send it or it expires."""

    __tablename__ = "draft"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    cookie_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of what the browser holds; none once they left in a hurry."""
    code_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Keyed hash of the code to go on with, if they asked for one."""
    revision: Mapped[int] = mapped_column(Integer, default=0)
    """Goes up with every save; the version the answers are sealed under."""
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed as ``answers``: a mapping of fields to what was said, see ``answers``."""
    language: Mapped[str] = mapped_column(String(8), default="en")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    referral_id: Mapped[str | None] = mapped_column(ID)
    """Once it was sent. ``answers`` is then sealed as ``receipt``: the reference and the code, shown again to
    whoever sends the same form twice."""


class Referral(Sealed, VaultBase):
    """A request for help."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("ix_referral_queue", "council_code", "state", "urgency_rank", "received_at"),
        Index("ix_referral_due", "state", "due_at"),
        Index("ix_referral_sender", "sender_council", "sender_organization", "received_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    """15 letters and digits, 75 random bits: on letters and messages."""
    submission: Mapped[str] = mapped_column(String(64), unique=True)
    """The id of the draft it was: however often that is sent, there is one request."""
    code_digest: Mapped[str] = mapped_column(String(64))
    """Keyed hash of the code the family reads on with."""
    council_code: Mapped[str] = mapped_column(String(20))
    hub_key: Mapped[str] = mapped_column(String(160), default="", index=True)
    """Of the hub whose team it is for; empty for the council's front door."""
    sender_organization: Mapped[str] = mapped_column(String(160), default="")
    """Key of the organization for which somebody signed in sent it; empty for everybody else. Of who that was
    nothing stands here."""
    sender_council: Mapped[str] = mapped_column(String(20), default="")
    """The council that lets that organization sign in: not always the one that has the request."""
    urgency: Mapped[Urgency] = mapped_column(EnumText(Urgency))
    urgency_rank: Mapped[int] = mapped_column(Integer)
    state: Mapped[ReferralState] = mapped_column(EnumText(ReferralState), default=ReferralState.RECEIVED)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    """Goes up with every change: whoever decides on an older one is told so."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Goes up when what the family said is corrected; ``body`` and ``head`` are sealed under it."""
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """By when somebody has to do the next thing; none where nothing has to be done."""
    chased: Mapped[int] = mapped_column(Integer, default=0)
    """How far it was chased for being late: 0 not, 1 at half-time, 2 when due, 3 escalated."""
    points: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What somebody has to see to of it: codes of ``Point``."""
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the family took it back: also of one that stays open for somebody's safety."""
    outcome: Mapped[Outcome | None] = mapped_column(EnumText(Outcome))
    assigned_id: Mapped[int | None] = mapped_column(Integer, index=True)
    assigned: Mapped[str] = mapped_column(String(255), default="")
    """Name of whoever looks after it at the front door."""
    key_worker: Mapped[str] = mapped_column(String(255), default="")
    is_held: Mapped[bool] = mapped_column(Boolean, default=False)
    """A legal hold: it is not destroyed, however old. Why is an event."""
    is_hub_for_safety: Mapped[bool] = mapped_column(Boolean, default=False)
    """The hub has it although the family did not agree: for somebody's safety. Why is an event."""
    merged_into: Mapped[str | None] = mapped_column(ID, index=True)
    head: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed as ``head``: what the queue shows of it, see ``reading.Head``."""
    body: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed as ``body``: the answers."""


class ReferralEvent(VaultBase):
    """Something that happened to a request, newest last. Its words are sealed with the request's key."""

    __tablename__ = "referral_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    kind: Mapped[EventKind] = mapped_column(EnumText(EventKind))
    person_id: Mapped[int | None] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(255), default="")
    """Name of whoever did it; ``the family`` or ``hubfinder`` where nobody signed in."""
    is_for_family: Mapped[bool] = mapped_column(Boolean, default=False)
    """The family reads it on their page."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Codes and keys: never words of anybody."""
    nonce: Mapped[str] = mapped_column(String(32))
    """Random; ``text`` is sealed as ``event:<nonce>`` with version 0."""
    text: Mapped[bytes | None] = mapped_column(LargeBinary)


class Passing(VaultBase):
    """A request with one service it was passed on to."""

    __tablename__ = "passing"
    __table_args__ = (Index("ix_passing_service", "council_code", "organization_key", "state"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    """Also its address in the inbox: nobody learns the request's own reference there before they may."""
    referral_id: Mapped[str] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), index=True)
    council_code: Mapped[str] = mapped_column(String(20))
    service_key: Mapped[str] = mapped_column(String(160))
    organization_key: Mapped[str] = mapped_column(String(160))
    state: Mapped[PassState] = mapped_column(EnumText(PassState), default=PassState.WAITING)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sent_by: Mapped[str] = mapped_column(String(255), default="")
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), index=True)
    chased: Mapped[int] = mapped_column(Integer, default=0)
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What of the story goes with it: groups of fields, see ``sharing``."""
    partner: Mapped[str] = mapped_column(String(20), default="services")
    """What the service is to the family, a code of ``sharing.Partner``: their consent is asked by it."""
    without_consent: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Those of ``groups`` that go although the family did not agree: for somebody's safety, see the event."""
    reason: Mapped[DeclineReason | None] = mapped_column(EnumText(DeclineReason))
    outcome: Mapped[Outcome | None] = mapped_column(EnumText(Outcome))
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed with the request's key as ``note:<id>``, version 0: what the front door says to the service."""
    has_news: Mapped[bool] = mapped_column(Boolean, default=False)
    """Something was written to the service, or put right, that it has not looked at yet."""
    is_by_hand: Mapped[bool] = mapped_column(Boolean, default=False)
    """Nobody of the service signs in: the team rings it or writes to it, and notes what it says."""


class GonePassing(VaultBase):
    """That a service had a request which was destroyed meanwhile: its inbox says so. Nothing says of whom."""

    __tablename__ = "gone_passing"
    __table_args__ = (Index("ix_gone_passing_service", "council_code", "organization_key"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    """That of the ``Passing``: the page that somebody may still have open."""
    council_code: Mapped[str] = mapped_column(String(20))
    service_key: Mapped[str] = mapped_column(String(160))
    organization_key: Mapped[str] = mapped_column(String(160))
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    gone_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class Consent(VaultBase):
    """What somebody agreed to, or not, word for word by the version of the wording."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    referral_id: Mapped[str] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    kind: Mapped[str] = mapped_column(String(20))
    """``contact`` or ``share``: kept apart."""
    scope: Mapped[str] = mapped_column(String(40), default="")
    """Of ``share``: with whom, ``hub``, ``services``, ``nhs``, ``school``; or ``group:story`` for what."""
    is_given: Mapped[bool] = mapped_column(Boolean)
    wording: Mapped[str] = mapped_column(String(20))
    """Version of the words they read."""
    language: Mapped[str] = mapped_column(String(8), default="en")
    basis: Mapped[str] = mapped_column(String(40), default="public_task")
    """Lawful basis on which the request itself is handled."""
    by: Mapped[str] = mapped_column(String(20), default="family")
    """``family``, ``professional`` or ``staff``: who told us."""


class FamilyMark(VaultBase):
    """Keyed hashes by which requests of one family are found again, without saying who it is."""

    __tablename__ = "family_mark"
    __table_args__ = (Index("ix_family_mark_mark", "mark"),)

    referral_id: Mapped[str] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)


class Notice(Outgoing, VaultBase):
    """A message that is sent by itself. It holds no address: whom it goes to is read when it is sent, and
    whether that way is safe is asked again then.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_state_next_try_at", "state", "next_try_at"),)

    once: Mapped[str] = mapped_column(String(120), unique=True)
    """Two with the same are one."""
    referral_id: Mapped[str | None] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), index=True)
    council_code: Mapped[str] = mapped_column(String(20), index=True)
    to: Mapped[str] = mapped_column(String(255), default="")
    """Address of a team or a member of staff; empty where it goes to the family."""
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    wording: Mapped[str] = mapped_column(String(40))
    """Which of the neutral texts, see ``notice_words``."""
    language: Mapped[str] = mapped_column(String(8), default="en")
    facts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Reference, numbers and days: never a name, never a topic."""
    state: Mapped[NoticeState] = mapped_column(EnumText(NoticeState), default=NoticeState.QUEUED)
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    not_before: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When it is safe next to send it; none where it is at any time."""
    mark: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    """Keyed hash of where it went, so that nobody is written to without end: see ``notice_ready``."""
    notify_id: Mapped[str] = mapped_column(String(40), default="")
    """Under which GOV.UK Notify has it; empty where it does not."""
    receipt: Mapped[str] = mapped_column(String(40), default="")
    """What became of it, in the words of Notify; empty while nobody knows."""


class FamilyVisit(VaultBase):
    """A browser in which somebody has shown the code of a request: for a while it reads that one alone."""

    __tablename__ = "family_visit"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Keyed hash of what the browser holds."""
    referral_id: Mapped[str] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"), index=True)
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """When something was last asked for; written at most once a minute."""
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    """In any case, however much is asked for."""


class Lookup(VaultBase):
    """Wrong references and codes, counted for a while. Nothing here says of whom, or from where."""

    __tablename__ = "lookup"
    __table_args__ = (Index("ix_lookup_digest_at", "digest", "at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class Tombstone(VaultBase):
    """That there was a request, once it is destroyed: for counts, and to say so to whoever asks."""

    __tablename__ = "tombstone"

    reference_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Keyed hash."""
    council_code: Mapped[str] = mapped_column(String(20), index=True)
    received_on: Mapped[date] = mapped_column(Date)
    """The first of the month."""
    outcome: Mapped[str] = mapped_column(String(40), default="")
    why: Mapped[str] = mapped_column(String(40))
    """``retention`` or ``erasure``."""
    destroyed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """None while it is about to be: the tombstone is written before anything is destroyed."""


class VaultWork(VaultBase):
    """How far long work on the vault has come, so that it is gone on with where it stopped."""

    __tablename__ = "vault_work"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    """``rotation``, ``retention``."""
    begun_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_key: Mapped[str] = mapped_column(String(64), default="")
    done: Mapped[int] = mapped_column(Integer, default=0)
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    said: Mapped[str] = mapped_column(Text, default="")


TRAIL = tuple(
    Base.metadata.tables[model.__tablename__].to_metadata(VaultBase.metadata)
    for model in (AuditEntry, AuditHead)
)
"""The trail of requests has the same tables as that of listings, and a chain of its own: what was done and
that it was done are written in one transaction."""
