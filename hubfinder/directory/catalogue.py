"""The table of the national catalogue: the 70 entries of the appendix of December 2022."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hubfinder.database.base import Base, EnumText
from hubfinder.vocab import Access, CatalogueStatus, Confidence

if TYPE_CHECKING:
    from hubfinder.directory.models import Service, TaxonomyTerm

entry_term = Table(
    "entry_term",
    Base.metadata,
    Column("entry_key", ForeignKey("catalogue_entry.key", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("taxonomy_term.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class CatalogueEntry(Base):
    """A national service or entitlement: as printed in 2022, and what it is today."""

    __tablename__ = "catalogue_entry"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(255))
    domain_id: Mapped[int] = mapped_column(ForeignKey("taxonomy_term.id"), index=True)
    access: Mapped[Access] = mapped_column(EnumText(Access))
    department: Mapped[str] = mapped_column(String(40))
    printed: Mapped[str] = mapped_column(Text)
    """The wording of December 2022, unchanged."""
    status: Mapped[CatalogueStatus] = mapped_column(EnumText(CatalogueStatus))
    current_name: Mapped[str] = mapped_column(String(255))
    summary: Mapped[str] = mapped_column(Text)
    what_changed: Mapped[str] = mapped_column(Text, default="")
    date_of_change: Mapped[str] = mapped_column(String(10), default="")
    replaced_by_key: Mapped[str | None] = mapped_column(ForeignKey("catalogue_entry.key"))
    replaced_by_name: Mapped[str] = mapped_column(String(255), default="")
    responsible_now: Mapped[str] = mapped_column(String(255), default="")
    minimum_age: Mapped[int | None] = mapped_column(Integer)
    maximum_age: Mapped[int | None] = mapped_column(Integer)
    who_for: Mapped[str] = mapped_column(Text, default="")
    official_page: Mapped[str] = mapped_column(Text, default="")
    how_to_apply: Mapped[str] = mapped_column(Text, default="")
    telephone: Mapped[str] = mapped_column(String(60), default="")
    telephone_note: Mapped[str] = mapped_column(String(255), default="")
    confidence: Mapped[Confidence] = mapped_column(EnumText(Confidence))
    last_checked: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(Text, default="")

    domain: Mapped["TaxonomyTerm"] = relationship()
    needs: Mapped[list["TaxonomyTerm"]] = relationship(secondary=entry_term, order_by="TaxonomyTerm.position")
    replaced_by: Mapped["CatalogueEntry | None"] = relationship(remote_side=[key])
    services: Mapped[list["Service"]] = relationship(
        secondary="service_catalogue_entry", back_populates="entries", order_by="Service.name"
    )
