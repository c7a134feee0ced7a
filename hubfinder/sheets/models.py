"""Tables of sheets."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hubfinder.database.base import Base


class SheetVersion(Base):
    """A sheet that was made, so that whoever holds it can ask if it is still right. Nothing of a person."""

    __tablename__ = "sheet_version"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of ``order`` and ``content``: two different sheets never share a code."""
    order: Mapped[str] = mapped_column("sheet_order", Text)
    """The part of its address after the question mark."""
    made_on: Mapped[date] = mapped_column(Date)
    """The first day on which it was made with this content."""
    last_made_on: Mapped[date] = mapped_column(Date, index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Fingerprints of what stands on it, by number: no text that could turn out to be confidential later."""
