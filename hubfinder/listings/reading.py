"""What listings say, read from the tables that families are shown; and one listing for one of the staff."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from hubfinder.directory.models import (
    Accessibility,
    Attribute,
    CostOption,
    Language,
    Location,
    Organization,
    Phone,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    TaxonomyTerm,
    Url,
    service_catalogue_entry,
    service_term,
)
from hubfinder.directory.references import in_chunks
from hubfinder.directory.values import NEED, Cost, OtherDays, ServiceDetails, TextNumber, WeeklySession
from hubfinder.listings.content import Content, empty_content, to_content
from hubfinder.listings.models import Listing, ListingVersion
from hubfinder.listings.scope import visible_to
from hubfinder.people.values import Actor
from hubfinder.places.models import Footprint
from hubfinder.vocab import PhoneType

Rows = Mapping[int, Sequence[Row[Any]]]
"""Rows of one kind by the service that they belong to."""


def contents_of(session: Session, service_ids: Iterable[int]) -> dict[int, Content]:
    """What these services say, by id; about 13 statements for each 500."""
    return {id_: to_content(details) for id_, details in details_of(session, service_ids).items()}


def details_of(session: Session, service_ids: Iterable[int]) -> dict[int, ServiceDetails]:
    """The same as values."""
    found: dict[int, ServiceDetails] = {}
    for ids in in_chunks(sorted(set(service_ids))):
        found |= _some(session, ids)
    return found


def listing_for(session: Session, actor: Actor, key: str) -> Listing | None:
    """The listing with a key, if whoever asks may see it."""
    return session.scalar(select(Listing).where(Listing.key == key, visible_to(actor)))


def content_of_version(session: Session, listing: Listing, number: int) -> Content | None:
    """What a listing said in one of its versions."""
    return session.scalar(
        select(ListingVersion.content).where(
            ListingVersion.listing_id == listing.id, ListingVersion.number == number
        )
    )


def current_content(session: Session, listing: Listing) -> Content:
    """What the version in force says, with the day it was last checked; a new listing says nothing yet."""
    content = content_of_version(session, listing, listing.version)
    if content is None:
        return empty_content()
    checked = session.execute(
        select(Service.assured_date, Service.assured_by).where(Service.id == listing.service_id)
    ).first()
    if checked is None:
        return dict(content)
    day = checked.assured_date.isoformat() if checked.assured_date else None
    return {**content, "assured_date": day, "assured_by": checked.assured_by}


def _some(session: Session, ids: Sequence[int]) -> dict[int, ServiceDetails]:
    parts = {name: _grouped(session, statement) for name, statement in _statements(ids).items()}
    services = session.execute(
        select(Service, Organization.key)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Service.id.in_(ids))
    )
    return {service.id: _details(service, organization, parts) for service, organization in services.tuples()}


def _grouped(session: Session, statement: Select[Any]) -> Rows:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(statement):
        found[row[0]].append(row)
    return found


def _statements(ids: Sequence[int]) -> dict[str, Select[Any]]:
    """What belongs to services, each with the service's id first, in the order in which it was saved."""
    sites = Location.__table__.alias("site")
    return {
        "phones": _of(ids, Phone, Phone.number, Phone.type, Phone.description),
        "sessions": _of(
            ids, Schedule, Schedule.weekday, Schedule.opens_at, Schedule.closes_at, Schedule.season,
            Schedule.note, sites.c.key,
        ).outerjoin(sites, sites.c.id == Schedule.site_id),
        "days": _of(
            ids, ScheduleException, ScheduleException.first_day, ScheduleException.last_day,
            ScheduleException.opens_at, ScheduleException.closes_at, ScheduleException.note,
        ),
        "costs": _of(ids, CostOption, CostOption.amount, CostOption.description, CostOption.condition),
        "languages": _of(ids, Language, Language.code),
        "accessibility": _of(ids, Accessibility, Accessibility.feature),
        "urls": _of(ids, Url, Url.url),
        "attributes": _of(ids, Attribute, Attribute.label, Attribute.value),
        "locations": _of(ids, ServiceAtLocation, Location.key).join(
            Location, Location.id == ServiceAtLocation.location_id
        ),
        "areas": _of(ids, ServiceArea, Footprint.kind, Footprint.code).join(
            Footprint, Footprint.id == ServiceArea.footprint_id
        ),
        "needs": select(service_term.c.service_id, TaxonomyTerm.key)
        .join(TaxonomyTerm, TaxonomyTerm.id == service_term.c.term_id)
        .where(service_term.c.service_id.in_(ids), TaxonomyTerm.key.startswith(NEED, autoescape=True)),
        "catalogue": select(
            service_catalogue_entry.c.service_id, service_catalogue_entry.c.entry_key
        ).where(service_catalogue_entry.c.service_id.in_(ids)),
    }  # fmt: skip


def _of(ids: Sequence[int], table: Any, *columns: Any) -> Select[Any]:  # noqa: ANN401 - any child table
    return select(table.service_id, *columns).where(table.service_id.in_(ids)).order_by(table.id)


def _details(service: Service, organization: str, parts: Mapping[str, Rows]) -> ServiceDetails:
    def of(name: str) -> Sequence[Row[Any]]:
        return parts[name].get(service.id, ())

    def all_of(name: str) -> tuple[Any, ...]:
        return tuple(row[1] for row in of(name))

    return ServiceDetails(
        key=service.key,
        name=service.name,
        organization=organization,
        summary=service.summary,
        description=service.description,
        status=service.status,
        access=service.access,
        delivery=service.delivery,
        minimum_age=service.minimum_age,
        maximum_age=service.maximum_age,
        eligibility=service.eligibility,
        circumstances=service.circumstances,
        how_to_apply=service.how_to_apply,
        needs=tuple(sorted(key.removeprefix(NEED) for key in all_of("needs"))),
        catalogue=tuple(sorted(all_of("catalogue"))),
        locations=all_of("locations"),
        areas=tuple((row[1], row[2]) for row in of("areas")),
        schedule=tuple(map(_session, of("sessions"))),
        exceptions=tuple(OtherDays(*row[1:]) for row in of("days")),
        hours=service.hours,
        costs=tuple(Cost(*row[1:]) for row in of("costs")),
        languages=all_of("languages"),
        interpretation=service.interpretation,
        accessibility=all_of("accessibility"),
        deaf_access=service.deaf_access,
        telephone=next((row[1] for row in of("phones") if row[2] is PhoneType.VOICE), ""),
        text=next((TextNumber(row[1], row[3]) for row in of("phones") if row[2] is PhoneType.TEXT), None),
        email=service.email,
        website=next(iter(all_of("urls")), ""),
        audience=service.audience,
        is_national=service.is_national,
        is_crisis=service.is_crisis,
        confidence=service.confidence,
        to_confirm=service.to_confirm,
        assured_date=service.assured_date,
        assured_by=service.assured_by,
        vacancies=service.vacancies,
        vacancies_note=service.vacancies_note,
        attributes=tuple((row[1], row[2]) for row in of("attributes")),
    )


def _session(row: Row[Any]) -> WeeklySession:
    _, weekday, opens_at, closes_at, season, note, site = row
    return WeeklySession(weekday, opens_at, closes_at, season, note, site or "")
