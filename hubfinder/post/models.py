"""Tables of the post, and of the work that is done by the clock."""

from datetime import datetime

from sqlalchemy import DateTime, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hubfinder.database.base import Base, EnumText
from hubfinder.staff_vocab import PostState


class Outgoing:
    """What every table of messages has, so that all are sent in the same way: see ``rounds``."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    priority: Mapped[int] = mapped_column(Integer, default=1)
    """As ``Priority``: 0 goes first."""
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    next_try_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error: Mapped[str] = mapped_column(String(255), default="")
    """What the server said, without addresses."""


class OutgoingEmail(Outgoing, Base):
    """An email that is to be sent, or was. Its text is forgotten once it has gone."""

    __tablename__ = "outgoing_email"
    __table_args__ = (Index("ix_outgoing_email_state_next_try_at", "state", "next_try_at"),)

    purpose: Mapped[str] = mapped_column(String(60))
    """``invitation``, ``reminder``, ``digest``."""
    to: Mapped[str] = mapped_column(String(255), index=True)
    subject: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    """Plain text; empty once it was sent."""
    once: Mapped[str | None] = mapped_column(String(255), unique=True)
    """Two emails with the same ``once`` are one: the second is not even queued."""
    council_code: Mapped[str] = mapped_column(String(20), default="", index=True)
    state: Mapped[PostState] = mapped_column(EnumText(PostState), default=PostState.QUEUED)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)


class BouncedAddress(Base):
    """An address that email came back from: nothing more is sent there until somebody puts it right."""

    __tablename__ = "bounced_address"

    address: Mapped[str] = mapped_column(String(255), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    why: Mapped[str] = mapped_column(String(255), default="")


class TimedWork(Base):
    """Work that is done again and again, by one worker at a time wherever it runs."""

    __tablename__ = "timed_work"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    """``post``, ``links``."""
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Somebody is at it, or died over it; nobody where empty."""
    holder: Mapped[str] = mapped_column(String(40), default="")
    """Random: whoever holds it knows it."""
    begun_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When it was last finished."""
    said: Mapped[str] = mapped_column(String(255), default="")
    """What came of it, in a sentence."""
