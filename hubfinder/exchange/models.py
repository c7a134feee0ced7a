"""Tables of work on many listings at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hubfinder.database.base import Base, EnumText
from hubfinder.staff_vocab import BatchState, Decision, RowOutcome


class Batch(Base):
    """One file that came in: a spreadsheet, or a new state of an outside list."""

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_code: Mapped[str] = mapped_column(String(20), index=True)
    register_key: Mapped[str] = mapped_column(String(60), default="", index=True)
    """Which outside list; empty for a spreadsheet."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_by: Mapped[str] = mapped_column(String(255), default="")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who had it applied or undone last; none for a command."""
    file_name: Mapped[str] = mapped_column(String(255))
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[BatchState] = mapped_column(EnumText(BatchState))
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Rows by ``RowOutcome``."""
    why: Mapped[str] = mapped_column(Text, default="")
    """Why the whole file was refused, or the work stopped."""
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class BatchRow(Base):
    """One row of a batch, and what it would do."""

    __tablename__ = "batch_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        Index("ix_batch_row_batch_id_outcome", "batch_id", "outcome", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    """Row of the file, the heading being row 1."""
    key: Mapped[str] = mapped_column(String(160), default="")
    """Of the listing."""
    outside_id: Mapped[str] = mapped_column(String(160), default="")
    """Of an outside list: its own number of the row."""
    name: Mapped[str] = mapped_column(String(255), default="")
    outcome: Mapped[RowOutcome] = mapped_column(EnumText(RowOutcome))
    why: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    """Pairs of field and reason: why it is refused, or what else to look at."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The whole listing as it would be."""
    base_version: Mapped[int] = mapped_column(Integer, default=0)
    decision: Mapped[Decision | None] = mapped_column(EnumText(Decision))
    applied_version: Mapped[int | None] = mapped_column(Integer)


class Register(Base):
    """An outside list that comes again and again, such as the childcare register."""

    __tablename__ = "register"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    council_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Column of the list for each field of a listing."""


class RegisterItem(Base):
    """What is remembered of one row of an outside list."""

    __tablename__ = "register_item"

    register_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    council_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    outside_id: Mapped[str] = mapped_column(String(160), primary_key=True)
    listing_key: Mapped[str] = mapped_column(String(160), default="", index=True)
    digest: Mapped[str] = mapped_column(String(64), default="")
    """Of what the list said when it was accepted."""
    declined_digest: Mapped[str] = mapped_column(String(64), default="")
    """Of what was declined: it is not asked again until the list says something else."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the list said last, field by field."""
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class NotDuplicate(Base):
    """Two listings that look alike and were looked at: they are two."""

    __tablename__ = "not_duplicate"

    first_key: Mapped[str] = mapped_column(String(160), primary_key=True)
    """The smaller of the two keys."""
    second_key: Mapped[str] = mapped_column(String(160), primary_key=True)
    said_by: Mapped[str] = mapped_column(String(255), default="")
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Merge(Base):
    """Two listings that were made one, with all that is needed to make them two again."""

    __tablename__ = "merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_code: Mapped[str] = mapped_column(String(20), index=True)
    kept_key: Mapped[str] = mapped_column(String(160), index=True)
    gone_key: Mapped[str] = mapped_column(String(160))
    version_before: Mapped[int] = mapped_column(Integer)
    """Of the listing that is kept."""
    version_after: Mapped[int] = mapped_column(Integer)
    moved: Mapped[dict[str, list[int | str]]] = mapped_column(JSON, default=dict)
    """What followed, by ``reports``, ``comments`` (ids), ``languages`` and ``rows`` of outside lists."""
    made_by: Mapped[str] = mapped_column(String(255), default="")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
