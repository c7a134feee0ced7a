"""The table of search documents."""

from sqlalchemy import JSON, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hubfinder.database.base import Base


class SearchDocument(Base):
    """What may be shown of one listing on a list, and what it can be found by.

    Written in the same transaction as the listing, so that a deleted or confidential one is gone at once
    whatever an index still holds: every engine answers with ids, and the page reads the rows behind them.
    """

    __tablename__ = "search_document"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """``service``, ``hub`` or ``catalogue``."""
    key: Mapped[str] = mapped_column(String(160))
    revision: Mapped[int] = mapped_column(Integer, index=True)
    """Rises with every change of any document; an index that has seen revision N lacks those above it."""
    card: Mapped[dict[str, object]] = mapped_column(JSON)
    """What a result card shows."""
    terms: Mapped[dict[str, object]] = mapped_column(JSON)
    """What it is found by: weighted texts, filters and points."""


class SearchIdentity(Base):
    """One row: which database this is, so that an index of another one is never taken for its copy."""

    __tablename__ = "search_identity"

    identity: Mapped[str] = mapped_column(String(36), primary_key=True)
    format: Mapped[int] = mapped_column(Integer)
    """The form of the documents; an upgrade that changes it writes them all again."""


class SearchRemoval(Base):
    """A document that is gone, kept so that every index can let go of it too."""

    __tablename__ = "search_removal"

    document_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(Integer, index=True)


class SearchMiss(Base):
    """How often words found nothing in a month, in a council's area. Nothing of who looked."""

    __tablename__ = "search_miss"
    __table_args__ = (UniqueConstraint("month", "words", "area"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    """Such as ``2026-11``."""
    words: Mapped[str] = mapped_column(String(200))
    """Those that are kept: see ``hubfinder.search.misses``."""
    area: Mapped[str] = mapped_column(String(60))
    """Code of the local authority; empty where no place was given."""
    times: Mapped[int] = mapped_column(Integer)
