"""Tables of the directory, named as in the Human Services Data Specification (HSDS) where it has a name.

Ages are months: the minimum counts, the maximum does not ("for under 5s" has maximum 60), and pregnancy
starts at -9. Every entity has a ``key``, stable and in kebab-case, that stands in its address.
"""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    Numeric,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hubfinder.database.base import SRID, Base, EnumSetText, EnumText
from hubfinder.places.models import Footprint
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Audience,
    Circumstance,
    Confidence,
    Delivery,
    PhoneType,
    Season,
    ServiceStatus,
    Vacancies,
    Weekday,
)

if TYPE_CHECKING:
    from hubfinder.directory.catalogue import CatalogueEntry

OWNED = "all, delete-orphan"
"""What belongs to a listing goes with it."""

service_term = Table(
    "service_term",
    Base.metadata,
    Column("service_id", ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("taxonomy_term.id", ondelete="CASCADE"), primary_key=True, index=True),
)
service_catalogue_entry = Table(
    "service_catalogue_entry",
    Base.metadata,
    Column("service_id", ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
    Column("entry_key", ForeignKey("catalogue_entry.key", ondelete="CASCADE"), primary_key=True, index=True),
)


class Organization(Base):
    """Who offers services."""

    __tablename__ = "organization"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(40), default="")
    website: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(255), default="")
    source: Mapped[str] = mapped_column(String(40), default="import")
    """``seed`` for what hubfinder ships, ``import`` for what came from a file."""

    phones: Mapped[list["Phone"]] = relationship(cascade=OWNED, order_by="Phone.id")
    services: Mapped[list["Service"]] = relationship(back_populates="organization", order_by="Service.name")


class Location(Base):
    """Where services happen; shared by many organizations. A family hub is a location with its own page."""

    __tablename__ = "location"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(Text, default="")
    postcode: Mapped[str] = mapped_column(String(8), default="")
    point: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=SRID), deferred=True)
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    site_type: Mapped[str] = mapped_column(String(60), default="")
    is_family_hub: Mapped[bool] = mapped_column(Boolean, default=False, index=True)
    is_confidential: Mapped[bool] = mapped_column(Boolean, default=False)
    """True for a refuge and the like: name, address, postcode and point never leave the database."""
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    email: Mapped[str] = mapped_column(String(255), default="")
    website: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(120), default="")
    as_of: Mapped[str] = mapped_column(String(120), default="")

    organization: Mapped[Organization | None] = relationship()
    phones: Mapped[list["Phone"]] = relationship(cascade=OWNED, order_by="Phone.id")
    schedules: Mapped[list["Schedule"]] = relationship(
        cascade=OWNED, order_by="Schedule.id", foreign_keys="Schedule.location_id"
    )
    exceptions: Mapped[list["ScheduleException"]] = relationship(
        cascade=OWNED, order_by="ScheduleException.first_day, ScheduleException.id"
    )
    closures: Mapped[list["Closure"]] = relationship(cascade=OWNED, order_by="Closure.first_day")
    languages: Mapped[list["Language"]] = relationship(cascade=OWNED, order_by="Language.id")
    accessibility: Mapped[list["Accessibility"]] = relationship(cascade=OWNED, order_by="Accessibility.id")
    services_here: Mapped[list["ServiceAtLocation"]] = relationship(
        back_populates="location", cascade=OWNED, order_by="ServiceAtLocation.id"
    )


class Service(Base):
    """What an organization offers."""

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[ServiceStatus] = mapped_column(EnumText(ServiceStatus), default=ServiceStatus.ACTIVE)
    access: Mapped[Access] = mapped_column(EnumText(Access), default=Access.UNIVERSAL)
    delivery: Mapped[frozenset[Delivery]] = mapped_column(EnumSetText(Delivery), default=frozenset())
    minimum_age: Mapped[int | None] = mapped_column(Integer)
    maximum_age: Mapped[int | None] = mapped_column(Integer)
    eligibility: Mapped[str] = mapped_column(Text, default="")
    circumstances: Mapped[frozenset[Circumstance]] = mapped_column(
        EnumSetText(Circumstance), default=frozenset(), server_default=""
    )
    """Families it is made for, one of these being enough; none: see ``eligibility``."""
    how_to_apply: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(255), default="")
    hours: Mapped[str] = mapped_column(Text, default="")
    """Opening hours in words, where there are no sessions (a helpline's "24 hours")."""
    interpretation: Mapped[str] = mapped_column(Text, default="")
    deaf_access: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[Audience] = mapped_column(EnumText(Audience), default=Audience.EVERYONE)
    is_national: Mapped[bool] = mapped_column(Boolean, default=False, index=True)
    """National help by telephone, text and online: shown wherever somebody lives."""
    is_crisis: Mapped[bool] = mapped_column(Boolean, default=False)
    confidence: Mapped[Confidence | None] = mapped_column(EnumText(Confidence))
    to_confirm: Mapped[str] = mapped_column(Text, default="")
    assured_date: Mapped[date | None] = mapped_column(Date)
    assured_by: Mapped[str] = mapped_column(String(255), default="")
    vacancies: Mapped[Vacancies | None] = mapped_column(EnumText(Vacancies))
    """Whether there is room; none where nobody has said."""
    vacancies_note: Mapped[str] = mapped_column(String(255), default="", server_default="")

    organization: Mapped[Organization] = relationship(back_populates="services")
    at_locations: Mapped[list["ServiceAtLocation"]] = relationship(
        back_populates="service", cascade=OWNED, order_by="ServiceAtLocation.id"
    )
    schedules: Mapped[list["Schedule"]] = relationship(cascade=OWNED, order_by="Schedule.id")
    exceptions: Mapped[list["ScheduleException"]] = relationship(
        cascade=OWNED, order_by="ScheduleException.first_day, ScheduleException.id"
    )
    cost_options: Mapped[list["CostOption"]] = relationship(cascade=OWNED, order_by="CostOption.id")
    contacts: Mapped[list["Contact"]] = relationship(cascade=OWNED, order_by="Contact.id")
    phones: Mapped[list["Phone"]] = relationship(cascade=OWNED, order_by="Phone.id")
    urls: Mapped[list["Url"]] = relationship(cascade=OWNED, order_by="Url.id")
    languages: Mapped[list["Language"]] = relationship(cascade=OWNED, order_by="Language.id")
    accessibility: Mapped[list["Accessibility"]] = relationship(cascade=OWNED, order_by="Accessibility.id")
    areas: Mapped[list["ServiceArea"]] = relationship(cascade=OWNED, order_by="ServiceArea.id")
    attributes: Mapped[list["Attribute"]] = relationship(cascade=OWNED, order_by="Attribute.id")
    translations: Mapped[list["ServiceTranslation"]] = relationship(
        cascade=OWNED, order_by="ServiceTranslation.language"
    )
    terms: Mapped[list["TaxonomyTerm"]] = relationship(
        secondary=service_term, order_by="TaxonomyTerm.position"
    )
    entries: Mapped[list["CatalogueEntry"]] = relationship(
        secondary=service_catalogue_entry, back_populates="services", order_by="CatalogueEntry.position"
    )


class ServiceAtLocation(Base):
    """A service at one of its locations."""

    __tablename__ = "service_at_location"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)

    service: Mapped[Service] = relationship(back_populates="at_locations")
    location: Mapped[Location] = relationship(back_populates="services_here")


class Schedule(Base):
    """One weekly session of a service, or opening of a location."""

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[Weekday] = mapped_column(EnumText(Weekday))
    opens_at: Mapped[time] = mapped_column(Time)
    closes_at: Mapped[time] = mapped_column(Time)
    season: Mapped[Season] = mapped_column(EnumText(Season), default=Season.ALWAYS)
    note: Mapped[str] = mapped_column(String(255), default="")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("location.id", ondelete="SET NULL"), index=True)
    """Of a session of a service at several places: at which; none where nobody has said."""

    site: Mapped[Location | None] = relationship(foreign_keys=[site_id])


class ScheduleException(Base):
    """Days on which a service, or a location, is not as in other weeks: other hours, or none at all."""

    __tablename__ = "schedule_exception"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    """Counts."""
    opens_at: Mapped[time | None] = mapped_column(Time)
    closes_at: Mapped[time | None] = mapped_column(Time)
    """Other hours on these days; none: not on."""
    note: Mapped[str] = mapped_column(String(255), default="")


class Closure(Base):
    """Days, the last one counting, on which a location is shut, and why. It reaches every session there."""

    __tablename__ = "closure"

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date, index=True)
    reason: Mapped[str] = mapped_column(String(255))
    made_by: Mapped[str] = mapped_column(String(255), default="")
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CostOption(Base):
    """What a service costs. No cost option at all means that nobody has said."""

    __tablename__ = "cost_option"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    amount: Mapped[float | None] = mapped_column(Numeric(8, 2, asdecimal=False))
    """Pounds; 0 is free; none where only words are known."""
    description: Mapped[str] = mapped_column(String(255), default="")
    condition: Mapped[str] = mapped_column(String(255), default="", server_default="")
    """Who pays this price (HSDS ``option``): ``families on benefits``; empty for everyone."""


class Contact(Base):
    """A person or role to ask for."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255), default="")
    title: Mapped[str] = mapped_column(String(255), default="")
    email: Mapped[str] = mapped_column(String(255), default="")


class Phone(Base):
    """A telephone or text number of a service, a location or an organization."""

    __tablename__ = "phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    organization_id: Mapped[int | None] = mapped_column(
        ForeignKey("organization.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[str] = mapped_column(String(60))
    type: Mapped[PhoneType] = mapped_column(EnumText(PhoneType), default=PhoneType.VOICE)
    description: Mapped[str] = mapped_column(String(255), default="")


class Url(Base):
    """A web address of a service (HSDS ``url``)."""

    __tablename__ = "url"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(String(255), default="")


class Language(Base):
    """A language spoken, by its ISO 639-1 code."""

    __tablename__ = "language"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(8))


class Accessibility(Base):
    """One thing that makes a service or location usable."""

    __tablename__ = "accessibility"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    feature: Mapped[AccessibilityFeature] = mapped_column(EnumText(AccessibilityFeature))


class ServiceArea(Base):
    """A footprint whose people a service is for. None at all: open to whoever can get there."""

    __tablename__ = "service_area"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    footprint_id: Mapped[int] = mapped_column(ForeignKey("footprint.id"), index=True)

    footprint: Mapped[Footprint] = relationship()


class Taxonomy(Base):
    """A set of terms: the needs families choose, or the eight domains of the catalogue."""

    __tablename__ = "taxonomy"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(255))


class TaxonomyTerm(Base):
    """One term of a taxonomy."""

    __tablename__ = "taxonomy_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    taxonomy_id: Mapped[int] = mapped_column(ForeignKey("taxonomy.id"), index=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """``need:money`` and the like: the taxonomy's key, a colon, the term's own."""
    name: Mapped[str] = mapped_column(String(255))
    hint: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(Integer, default=0)

    taxonomy: Mapped[Taxonomy] = relationship()


class Attribute(Base):
    """A further fact of a service that has no column of its own (HSDS ``attribute``)."""

    __tablename__ = "attribute"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(120))
    value: Mapped[str] = mapped_column(Text)


class ServiceTranslation(Base):
    """What a service says of itself in another language. An empty text is not translated."""

    __tablename__ = "service_translation"
    __table_args__ = (UniqueConstraint("service_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    """ISO 639-1."""
    name: Mapped[str] = mapped_column(String(255), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    eligibility: Mapped[str] = mapped_column(Text, default="")
    hours: Mapped[str] = mapped_column(Text, default="")
    cost: Mapped[str] = mapped_column(Text, default="")
    is_checked: Mapped[bool] = mapped_column(Boolean, default=False)
    """True once somebody who speaks the language has read it."""
    english_digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the English texts it was made of: when these change, the translation is out of date."""
