"""Tables of places. Coordinates are WGS84 degrees; ages, distances and shares say their units."""

from datetime import date

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hubfinder.database.base import SRID, Base, EnumText
from hubfinder.vocab import Basis, Confidence, FootprintKind


class Layer(Base):
    """One imported file of footprints: what they have in common, said on every page that shows one."""

    __tablename__ = "layer"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[FootprintKind] = mapped_column(EnumText(FootprintKind))
    basis: Mapped[Basis] = mapped_column(EnumText(Basis))
    source: Mapped[str] = mapped_column(Text, default="")
    as_of: Mapped[date | None] = mapped_column(Date)
    licence: Mapped[str] = mapped_column(Text, default="")
    attribution: Mapped[str] = mapped_column(Text, default="")
    method: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of what was imported, so that the same file again is not a new version."""


class Footprint(Base):
    """An area people recognise. One without geometry is known by name only: a nation, a network not drawn."""

    __tablename__ = "footprint"
    __table_args__ = (
        UniqueConstraint("kind", "code"),
        Index("ix_footprint_name", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    layer_id: Mapped[int] = mapped_column(ForeignKey("layer.id"), index=True)
    kind: Mapped[FootprintKind] = mapped_column(EnumText(FootprintKind))
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(255))
    geom: Mapped[WKBElement | None] = mapped_column(Geometry("MULTIPOLYGON", srid=SRID), deferred=True)
    outline: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """WKB of the shape simplified for drawing; never used to decide who is inside."""

    layer: Mapped[Layer] = relationship()


class FootprintShare(Base):
    """How many people of a small area belong to another footprint, such as a primary care network."""

    __tablename__ = "footprint_share"

    small_area_code: Mapped[str] = mapped_column(String(60), primary_key=True)
    footprint_id: Mapped[int] = mapped_column(
        ForeignKey("footprint.id", ondelete="CASCADE"), primary_key=True
    )
    patients: Mapped[int] = mapped_column(Integer)
    share: Mapped[float] = mapped_column(Float)
    """Part of the small area's registered patients, 0 to 1."""


class FootprintSet(Base):
    """A set of footprints that many postcodes have in common; most postcodes of a street share one."""

    __tablename__ = "footprint_set"

    id: Mapped[int] = mapped_column(primary_key=True)


class FootprintSetMember(Base):
    """One footprint of a set, with the likelihood that an address in it belongs to the footprint."""

    __tablename__ = "footprint_set_member"

    set_id: Mapped[int] = mapped_column(ForeignKey("footprint_set.id", ondelete="CASCADE"), primary_key=True)
    footprint_id: Mapped[int] = mapped_column(
        ForeignKey("footprint.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    share: Mapped[float] = mapped_column(Float, default=1.0)
    """1 where the point lies inside; less where only a part of the people around belong to it."""


_IN_A_SET = text("set_id IS NOT NULL")
"""Postcodes come in without a set: an index of all of them would cost a quarter of the import's time."""


class Postcode(Base):
    """A postcode and where it is."""

    __tablename__ = "postcode"
    __table_args__ = (
        Index("ix_postcode_set", "set_id", sqlite_where=_IN_A_SET, postgresql_where=_IN_A_SET),
        {"sqlite_with_rowid": False},
    )

    code: Mapped[str] = mapped_column(String(7), primary_key=True)
    """Without the space, capitals: ``ZA14QT``."""
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    terminated: Mapped[str | None] = mapped_column(String(6))
    """Year and month it was taken out of use, ``yyyymm``; none for a live one."""
    country: Mapped[str | None] = mapped_column(String(1))
    """First letter of the ONS country code (E, W, S, N, L, M) where the file gave one."""
    set_id: Mapped[int | None] = mapped_column(Integer)
    """The ``FootprintSet``. Not a foreign key: rebuilding the sets of 2.7 million rows would check each."""


class PlaceName(Base):
    """A town or village people name instead of a postcode."""

    __tablename__ = "place_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    lat: Mapped[float] = mapped_column(Float)
    lon: Mapped[float] = mapped_column(Float)


class School(Base):
    """A school; ``lat`` and ``lon`` are missing where the register gives no place."""

    __tablename__ = "school"

    urn: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), index=True)
    phase: Mapped[str] = mapped_column(String(60), default="")
    status: Mapped[str] = mapped_column(String(60), default="")
    postcode: Mapped[str] = mapped_column(String(8), default="")
    website: Mapped[str] = mapped_column(Text, default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)


class Practice(Base):
    """A GP practice and the network it belongs to."""

    __tablename__ = "practice"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), index=True)
    address: Mapped[str] = mapped_column(Text, default="")
    postcode: Mapped[str] = mapped_column(String(8), default="")
    telephone: Mapped[str] = mapped_column(String(40), default="")
    network_code: Mapped[str | None] = mapped_column(String(60), index=True)
    network_name: Mapped[str] = mapped_column(String(255), default="")
    icb_name: Mapped[str] = mapped_column(String(255), default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)


class Arrangement(Base):
    """A body of Table 2 of the source document: as printed in 2022, and what is known of it today."""

    __tablename__ = "arrangement"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(255))
    group: Mapped[str] = mapped_column(String(60))
    function: Mapped[str] = mapped_column(String(120))
    department: Mapped[str] = mapped_column(String(40))
    footprint: Mapped[str] = mapped_column(String(80))
    footprint_kind: Mapped[FootprintKind] = mapped_column(EnumText(FootprintKind))
    membership: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    current_name: Mapped[str] = mapped_column(Text)
    legal_basis: Mapped[str] = mapped_column(Text, default="")
    what_changed: Mapped[str] = mapped_column(Text, default="")
    official_page: Mapped[str] = mapped_column(Text, default="")
    confidence: Mapped[Confidence] = mapped_column(EnumText(Confidence))
    last_checked: Mapped[date | None] = mapped_column(Date)
