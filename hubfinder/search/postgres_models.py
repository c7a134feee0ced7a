"""The table that PostgreSQL's full text search reads. It stands on SQLite too, where it stays empty."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from hubfinder.database.base import Base


class SearchText(Base):
    """The words of one search document, written and deleted with it."""

    __tablename__ = "search_text"

    document_id: Mapped[int] = mapped_column(
        ForeignKey("search_document.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    length: Mapped[int] = mapped_column(Integer)
    """How many words and marks it has."""
    reach: Mapped[list[int]] = mapped_column(JSON().with_variant(ARRAY(Integer), "postgresql"))
    """From where it may be found: see ``postgres_text.reach_of``."""
    words: Mapped[Any] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


WORDS_INDEX = Index(
    "ix_search_text_words_reach",
    SearchText.words,
    SearchText.reach,
    postgresql_using="gin",
    postgresql_with={
        "fastupdate": "off"
    },  # a list of what is not sorted in yet would be read by every question
)
