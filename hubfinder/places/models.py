"""Tables of places. Coordinates are WGS84 degrees; ages, distances and shares say their units."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    JSON,
    Date,
    DateTime,
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
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from hubfinder.database.base import SRID, Base, EnumText
from hubfinder.places.plain import plain
from hubfinder.vocab import Basis, Confidence, FootprintKind, VersionState

_BY_BEGINNING = {"plain_name": "varchar_pattern_ops"}
"""Lets PostgreSQL find names by how they begin, whatever its language settings."""


class SearchedByName:
    """A table whose rows are found by name: it is kept plainly written as well; ``put_rows`` needs both."""

    plain_name: Mapped[str]

    @validates("name")
    def _write_plainly(self, _column: str, name: str) -> str:
        self.plain_name = plain(name)
        return name


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


class LayerVersion(Base):
    """One state a layer was in, the one in force included: what it said of itself and how it came about.

    The areas of the version in force are the ``Footprint`` rows of the layer. Those of every other version
    are kept as ``KeptFootprint``, so that it can be read and put back.
    """

    __tablename__ = "layer_version"
    __table_args__ = (UniqueConstraint("layer_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    layer_id: Mapped[int] = mapped_column(ForeignKey("layer.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[VersionState] = mapped_column(EnumText(VersionState), default=VersionState.IN_FORCE)
    saved_at: Mapped[datetime | None] = mapped_column(DateTime)
    """UTC; none for what was imported before versions were kept."""
    basis: Mapped[Basis] = mapped_column(EnumText(Basis))
    source: Mapped[str] = mapped_column(Text, default="")
    as_of: Mapped[date | None] = mapped_column(Date)
    licence: Mapped[str] = mapped_column(Text, default="")
    attribution: Mapped[str] = mapped_column(Text, default="")
    method: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    agreed_by: Mapped[str] = mapped_column(Text, default="")
    """Who agreed a composed neighbourhood; empty for what was imported or derived."""
    agreed_on: Mapped[date | None] = mapped_column(Date)
    recipe: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Of which footprints a composed neighbourhood is made."""
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the import said; empty where none was kept."""
    moves: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Postcodes gained and lost; none where it was not worked out."""
    took_over: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Layers that lost areas to this version, each with the number of its version before: ``[[3, 1]]``."""

    layer: Mapped[Layer] = relationship()


class KeptFootprint(Base):
    """An area of a version that is not in force."""

    __tablename__ = "kept_footprint"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("layer_version.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    shape: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """WKB of the multipolygon, WGS84; none for one known by name only."""
    outline: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class KeptShare(Base):
    """A ``FootprintShare`` of a version that is not in force."""

    __tablename__ = "kept_share"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("layer_version.id", ondelete="CASCADE"), primary_key=True
    )
    small_area_code: Mapped[str] = mapped_column(String(60), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    patients: Mapped[int] = mapped_column(Integer)
    share: Mapped[float] = mapped_column(Float)


class RefusedImport(Base):
    """The report of a file of footprints that was refused; the version before stayed in force."""

    __tablename__ = "refused_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    layer_key: Mapped[str] = mapped_column(String(120), index=True)
    refused_at: Mapped[datetime] = mapped_column(DateTime)
    """UTC."""
    report: Mapped[dict[str, Any]] = mapped_column(JSON)


class PlacesState(Base):
    """One row: a number that rises whenever postcodes, footprints or memberships change."""

    __tablename__ = "places_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    postcodes: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Where the postcodes come from: ``source``, ``as_of`` (ISO date), ``licence``, ``attribution``."""


class Footprint(SearchedByName, Base):
    """An area people recognise. One without geometry is known by name only: a nation, a network not drawn."""

    __tablename__ = "footprint"
    __table_args__ = (
        UniqueConstraint("kind", "code"),
        Index("ix_footprint_name", "name"),
        Index("ix_footprint_plain_name", "plain_name", postgresql_ops=_BY_BEGINNING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    layer_id: Mapped[int] = mapped_column(ForeignKey("layer.id"), index=True)
    kind: Mapped[FootprintKind] = mapped_column(EnumText(FootprintKind))
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(255))
    plain_name: Mapped[str] = mapped_column(String(255), default="", server_default="")
    """The name as ``places.plain`` writes it, for searching."""
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

    set_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Not a foreign key: PostgreSQL would look a set up for each of a million rows written together."""
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


class PlaceName(SearchedByName, Base):
    """A town or village people name instead of a postcode."""

    __tablename__ = "place_name"
    __table_args__ = (Index("ix_place_name_plain_name", "plain_name", postgresql_ops=_BY_BEGINNING),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    plain_name: Mapped[str] = mapped_column(String(255), default="", server_default="")
    kind: Mapped[str] = mapped_column(String(40))
    lat: Mapped[float] = mapped_column(Float)
    lon: Mapped[float] = mapped_column(Float)


class School(SearchedByName, Base):
    """A school; ``lat`` and ``lon`` are missing where the register gives no place."""

    __tablename__ = "school"
    __table_args__ = (Index("ix_school_plain_name", "plain_name", postgresql_ops=_BY_BEGINNING),)

    urn: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), index=True)
    plain_name: Mapped[str] = mapped_column(String(255), default="", server_default="")
    phase: Mapped[str] = mapped_column(String(60), default="")
    status: Mapped[str] = mapped_column(String(60), default="")
    postcode: Mapped[str] = mapped_column(String(8), default="")
    website: Mapped[str] = mapped_column(Text, default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)


class Practice(SearchedByName, Base):
    """A GP practice and the network it belongs to."""

    __tablename__ = "practice"
    __table_args__ = (Index("ix_practice_plain_name", "plain_name", postgresql_ops=_BY_BEGINNING),)

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), index=True)
    plain_name: Mapped[str] = mapped_column(String(255), default="", server_default="")
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


class ArrangementBody(Base):
    """The body of one of Table 2's arrangements for one footprint, by name: as far as it is known."""

    __tablename__ = "arrangement_body"
    __table_args__ = (UniqueConstraint("arrangement_key", "kind", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    arrangement_key: Mapped[str] = mapped_column(ForeignKey("arrangement.key", ondelete="CASCADE"))
    kind: Mapped[FootprintKind] = mapped_column(EnumText(FootprintKind))
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(255))
    website: Mapped[str] = mapped_column(Text, default="")
    telephone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(255), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    as_of: Mapped[date | None] = mapped_column(Date)
