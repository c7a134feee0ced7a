"""Tables of the life of listings. What families see of a listing is ``service``; this is what staff see."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hubfinder.database.base import Base, EnumText
from hubfinder.staff_vocab import ListingState, Origin, ReportKind, ReportState, Risk, UpdateState

Content = dict[str, Any]
"""A listing as JSON: the fields of ``ServiceDetails`` (see ``content.py``)."""


class Listing(Base):
    """A listing of a council from its first draft on. A draft has no row in ``service``."""

    __tablename__ = "listing"
    __table_args__ = (
        Index("ix_listing_council_code_state_due_on", "council_code", "state", "due_on", "id"),
        Index("ix_listing_council_code_name", "council_code", "name", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    """That of its service."""
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="SET NULL"), unique=True)
    council_code: Mapped[str] = mapped_column(String(20))
    """Who looks after it; empty for national help, which comes with hubfinder."""
    organization_key: Mapped[str] = mapped_column(String(160), index=True)
    name: Mapped[str] = mapped_column(String(255))
    state: Mapped[ListingState] = mapped_column(EnumText(ListingState))
    version: Mapped[int] = mapped_column(Integer, default=0)
    """Number of the version in force; 0 before the first."""
    risk: Mapped[Risk] = mapped_column(EnumText(Risk), default=Risk.OTHER)
    assured_date: Mapped[date | None] = mapped_column(Date)
    """As in ``service``."""
    due_on: Mapped[date | None] = mapped_column(Date)
    """When it must be checked next; none while it is not published."""
    hub_key: Mapped[str] = mapped_column(String(160), default="", index=True)
    """The first family hub it happens at."""
    topic: Mapped[str] = mapped_column(String(60), default="", index=True)
    """Its first need (``money``)."""
    contact_email: Mapped[str] = mapped_column(String(255), default="")
    """Who is reminded; where empty, the email address that the listing shows."""
    is_email_dead: Mapped[bool] = mapped_column(Boolean, default=False)
    is_link_dead: Mapped[bool] = mapped_column(Boolean, default=False)
    is_telephone_doubted: Mapped[bool] = mapped_column(Boolean, default=False)
    open_reports: Mapped[int] = mapped_column(Integer, default=0)
    state_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it is paused or retired, in words for families."""
    paused_until: Mapped[date | None] = mapped_column(Date)
    merged_into: Mapped[str] = mapped_column(String(160), default="")
    """Key of the listing that took its place."""
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    versions: Mapped[list["ListingVersion"]] = relationship(
        cascade="all, delete-orphan", order_by="ListingVersion.number"
    )


class ListingVersion(Base):
    """A listing as it was published once. Never changed, never deleted."""

    __tablename__ = "listing_version"
    __table_args__ = (UniqueConstraint("listing_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[Content] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    origin: Mapped[Origin] = mapped_column(EnumText(Origin))
    note: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made_by: Mapped[str] = mapped_column(String(255), default="")
    approved_by: Mapped[str] = mapped_column(String(255), default="")
    batch_id: Mapped[int | None] = mapped_column(Integer, index=True)
    """The work on many that brought it, so that all of it can be undone."""


class ListingUpdate(Base):
    """A proposed change of a listing, or a new one, from its first saved field until somebody decides."""

    __tablename__ = "listing_update"
    __table_args__ = (Index("ix_listing_update_council_code_state", "council_code", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    council_code: Mapped[str] = mapped_column(String(20))
    base_version: Mapped[int] = mapped_column(Integer, default=0)
    """The version it was begun from: what others changed since is merged, or told."""
    revision: Mapped[int] = mapped_column(Integer, default=0)
    """Counts savings, so that two editors of one update are told of each other."""
    content: Mapped[Content] = mapped_column(JSON)
    """The whole listing as it would be."""
    state: Mapped[UpdateState] = mapped_column(EnumText(UpdateState), default=UpdateState.DRAFT)
    note: Mapped[str] = mapped_column(Text, default="")
    """What the writer says of it."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    author: Mapped[str] = mapped_column(String(255), default="")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str] = mapped_column(String(255), default="")
    decision_note: Mapped[str] = mapped_column(Text, default="")
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id", ondelete="SET NULL"))
    """The report of the public that it answers."""

    listing: Mapped[Listing] = relationship()


class ListingComment(Base):
    """What staff say to each other about a listing. Never public."""

    __tablename__ = "listing_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), index=True)
    update_id: Mapped[int | None] = mapped_column(ForeignKey("listing_update.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by: Mapped[str] = mapped_column(String(255), default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    text: Mapped[str] = mapped_column(Text)


class LinkCheck(Base):
    """A web address of listings, and what came of asking for it."""

    __tablename__ = "link_check"

    url: Mapped[str] = mapped_column(Text, primary_key=True)
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    next_check_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    status: Mapped[int | None] = mapped_column(Integer)
    """Of HTTP; none where no answer came."""
    why: Mapped[str] = mapped_column(String(255), default="")
    failures: Mapped[int] = mapped_column(Integer, default=0)
    """In a row."""
    moved_to: Mapped[str] = mapped_column(Text, default="")


class Report(Base):
    """What somebody without an account told us: something wrong, a new service, feedback, a complaint."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_council_code_state", "council_code", "state", "is_urgent", "id"),
        Index("ix_report_subject_digest", "subject", "digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    """64 random bits, for the person who told us."""
    kind: Mapped[ReportKind] = mapped_column(EnumText(ReportKind))
    council_code: Mapped[str] = mapped_column(String(20), default="")
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id", ondelete="SET NULL"), index=True)
    subject: Mapped[str] = mapped_column(String(200), default="")
    """What it is about: ``service:``, ``hub:`` or ``catalogue:`` and the key; empty for a new service."""
    name: Mapped[str] = mapped_column(String(255), default="")
    """What that was called when somebody told us."""
    about: Mapped[str] = mapped_column(String(60), default="")
    """Which part of it: ``times``, ``telephone``."""
    text: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    """Of the words, so that the same told twice is one report."""
    is_urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    """Its words tell of danger: it is looked at first."""
    concern: Mapped[str] = mapped_column(String(60), default="")
    """Which danger: a key of the concerns of searches."""
    sender: Mapped[str] = mapped_column(String(64), default="")
    """A keyed number out of where it came from and what it is about; forgotten after 30 days."""
    suggestion: Mapped[Content] = mapped_column(JSON, default=dict)
    """Of a new service: what is known of it."""
    email: Mapped[str] = mapped_column(String(255), default="")
    """Only of somebody who wants to be told the outcome; forgotten once they were."""
    language: Mapped[str] = mapped_column(String(8), default="en")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[ReportState] = mapped_column(EnumText(ReportState), default=ReportState.OPEN)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[str] = mapped_column(String(255), default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
    """What the person is told."""
    is_public: Mapped[bool] = mapped_column(Boolean, default=False)
    """Feedback that staff have read and let everybody read."""
    reply: Mapped[str] = mapped_column(Text, default="")
    """The organization's public answer to feedback: "you said, we did"."""
    replied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    replied_by: Mapped[str] = mapped_column(String(255), default="")
    is_reply_hidden: Mapped[bool] = mapped_column(Boolean, default=False)
    """The council does not let everybody read the answer."""

    listing: Mapped[Listing | None] = relationship()


class PublicBucket(Base):
    """How much a connection to the internet may still tell us today. Full ones are deleted."""

    __tablename__ = "public_bucket"

    client: Mapped[str] = mapped_column(String(80), primary_key=True)
    """What for, and a keyed number of the address and the day."""
    level: Mapped[float] = mapped_column(Float)
    at: Mapped[float] = mapped_column(Float)
    """Seconds since 1970."""
