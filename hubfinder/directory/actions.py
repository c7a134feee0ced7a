"""Every write to organizations, locations and services: one verb each.

Nothing here commits: the caller began the writing and ends it. Each write says which services and locations
it touched, so that the caller can refresh their search documents in the same transaction. Saving the same
details twice touches nothing the second time.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from hubfinder.database import Base, point_wkb
from hubfinder.directory import children
from hubfinder.directory.models import Location, Organization, Service, ServiceArea, ServiceAtLocation
from hubfinder.directory.references import References, fetch_references, in_chunks, organization_ids
from hubfinder.directory.values import LocationDetails, OrganizationDetails, ServiceDetails, Touched
from hubfinder.places.values import Point

LOCATION_FIELDS = (
    "name", "description", "address", "postcode", "site_type", "is_family_hub", "is_confidential", "email",
    "website", "source", "as_of",
)  # fmt: skip
SERVICE_FIELDS = (
    "name", "summary", "description", "status", "access", "delivery", "minimum_age", "maximum_age",
    "eligibility", "circumstances", "how_to_apply", "email", "hours", "interpretation", "deaf_access",
    "audience", "is_national", "is_crisis", "confidence", "to_confirm", "assured_date", "assured_by",
    "vacancies", "vacancies_note",
)  # fmt: skip
ORGANIZATION_FIELDS = ("name", "description", "kind", "website", "email", "source")


CHUNK = 500


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


Row = TypeVar("Row", Organization, Location, Service)
Details = TypeVar("Details", bound=_Keyed)


def save_organizations(session: Session, wanted: Sequence[OrganizationDetails]) -> Touched:
    """Make or change organizations, by key. What their services show of them is touched too."""
    rows = []
    for details, row in _rows_of(session, Organization, wanted, (selectinload(Organization.phones),)):
        _set(row, details, ORGANIZATION_FIELDS)
        children.replace(row.phones, children.phones(details.telephone))
        rows.append(row)
    return _showing_organizations(session, _flush(session, rows))


def save_locations(session: Session, wanted: Sequence[LocationDetails]) -> Touched:
    """Make or change locations, by key. ``organization``, where given, is the key of one that is there.

    Raises:
        KeyError: no organization has that key.
    """
    organizations = organization_ids(session)
    rows = []
    options = [
        selectinload(relation)
        for relation in (
            Location.phones, Location.schedules, Location.exceptions, Location.languages,
            Location.accessibility,
        )
    ]  # fmt: skip
    for details, row in _rows_of(session, Location, wanted, options):
        _set(row, details, LOCATION_FIELDS)
        row.organization_id = organizations[details.organization] if details.organization else None
        _move(row, details)
        children.replace(row.phones, children.phones(details.telephone))
        children.replace(row.schedules, children.schedules(details.opening))
        children.replace(row.exceptions, children.exceptions(details.exceptions))
        children.replace(row.languages, children.languages(details.languages))
        children.replace(row.accessibility, children.accessibility(details.accessibility))
        rows.append(row)
    return _at_locations(session, _flush(session, rows))


def save_services(
    session: Session, wanted: Sequence[ServiceDetails], references: References | None = None
) -> Touched:
    """Make or change services, by key, with everything that belongs to them.

    Raises:
        KeyError: a service names something that is not there; ``References.problems`` tells what, beforehand.
    """
    known = references or fetch_references(session, wanted)
    options = [
        selectinload(relation)
        for relation in (
            Service.phones, Service.schedules, Service.exceptions, Service.cost_options, Service.languages,
            Service.accessibility, Service.urls, Service.attributes, Service.areas, Service.at_locations,
            Service.terms, Service.entries,
        )
    ]  # fmt: skip
    rows = []
    for details, row in _rows_of(session, Service, wanted, options):
        before = _locations_of(row)
        _set(row, details, SERVICE_FIELDS)
        sites = {key: known.locations[key].id for key in details.locations}
        children.replace_of_service(row, details, sites)
        _connect(row, details, known)
        rows.append((row, before))
    ids = _flush(session, [row for row, _ in rows])
    places = {place for row, before in rows if row.id in ids for place in before | _locations_of(row)}
    return Touched(ids, places)


def save_organization(session: Session, details: OrganizationDetails) -> Touched:
    return save_organizations(session, [details])


def save_location(session: Session, details: LocationDetails) -> Touched:
    return save_locations(session, [details])


def save_service(session: Session, details: ServiceDetails) -> Touched:
    return save_services(session, [details])


def move_location(session: Session, key: str, address: tuple[str, str], point: Point | None) -> Touched:
    """Set the address and postcode of a location, and where it is; everything else of it stays."""
    row = session.scalars(select(Location).where(Location.key == key)).one()
    row.address, row.postcode = address
    lat, lon = (point.lat, point.lon) if point else (None, None)
    if (row.lat, row.lon) != (lat, lon):
        row.lat, row.lon = lat, lon
        row.point = None if point is None else point_wkb(point.lon, point.lat)
    return _at_locations(session, _flush(session, [row]))


def remove_services(session: Session, keys: Iterable[str]) -> Touched:
    """Take services away for good. Keys that nothing has are passed over."""
    touched = Touched()
    for some in in_chunks(sorted(set(keys))):
        for row in session.scalars(select(Service).where(Service.key.in_(some))):
            touched.add(Touched({row.id}, _locations_of(row)))
            session.delete(row)
    session.flush()
    return touched


def remove_location(session: Session, key: str) -> Touched:
    """Take a location away for good; its services stay, elsewhere or nowhere."""
    row = session.scalar(select(Location).where(Location.key == key))
    if row is None:
        return Touched()
    touched = _at_locations(session, {row.id})
    session.delete(row)
    session.flush()
    return touched


def remove_organization(session: Session, key: str) -> Touched:
    """Take an organization away for good, and its services with it; its locations stay."""
    row = session.scalar(select(Organization).where(Organization.key == key))
    if row is None:
        return Touched()
    touched = _showing_organizations(session, {row.id})
    services = session.scalars(select(Service.key).where(Service.organization_id == row.id)).all()
    touched.add(remove_services(session, services))
    session.execute(update(Location).where(Location.organization_id == row.id).values(organization_id=None))
    session.expire(row)
    session.delete(row)
    session.flush()
    return touched


def _rows_of(
    session: Session, table: type[Row], wanted: Sequence[Details], options: Sequence[ORMOption]
) -> Iterator[tuple[Details, Row]]:
    """Each of the details with its row: the one that is there, or a new one."""
    there: dict[str, Row] = {}
    with session.no_autoflush:
        for start in range(0, len(wanted), CHUNK):
            some = wanted[start : start + CHUNK]
            statement = select(table).where(table.key.in_([details.key for details in some]))
            there |= {row.key: row for row in session.scalars(statement.options(*options))}
            for details in some:
                row = there.get(details.key)
                if row is None:
                    row = there[details.key] = table(key=details.key)
                    session.add(row)
                yield details, row


def _set(row: Base, details: object, fields: Iterable[str]) -> None:
    for name in fields:
        setattr(row, name, getattr(details, name))


def _move(row: Location, details: LocationDetails) -> None:
    """Set the point, only if it is another: an unread geometry always looks changed."""
    if (row.lat, row.lon) == (details.lat, details.lon):
        return
    row.lat, row.lon = details.lat, details.lon
    row.point = None if row.lat is None or row.lon is None else point_wkb(row.lon, row.lat)


def _connect(row: Service, details: ServiceDetails, known: References) -> None:
    """Tie a service to what it names."""
    row.organization_id = known.organizations[details.organization]
    places = (ServiceAtLocation(location_id=known.locations[key].id) for key in details.locations)
    children.replace(row.at_locations, places)
    children.replace(row.areas, (ServiceArea(footprint_id=known.areas[area]) for area in details.areas))
    terms = {known.needs[key] for key in details.needs}
    if set(row.terms) != terms:
        row.terms = sorted(terms, key=lambda term: term.position)
    entries = {known.entries[key] for key in details.catalogue}
    if set(row.entries) != entries:
        row.entries = sorted(entries, key=lambda entry: entry.position)


def _flush(session: Session, rows: Iterable[Row]) -> set[int]:
    """Write, and say the ids of the rows that were new or different."""
    changed = [row for row in rows if inspect(row).pending or session.is_modified(row)]
    session.flush()
    return {row.id for row in changed}


def _locations_of(row: Service) -> set[int]:
    return {at.location_id for at in row.at_locations}


def _showing_organizations(session: Session, ids: set[int]) -> Touched:
    """The services and locations that show the name of one of these organizations."""
    touched = Touched()
    for some in in_chunks(sorted(ids)):
        touched.services |= set(session.scalars(select(Service.id).where(Service.organization_id.in_(some))))
        touched.locations |= set(
            session.scalars(select(Location.id).where(Location.organization_id.in_(some)))
        )
    return touched


def _at_locations(session: Session, ids: set[int]) -> Touched:
    """These locations, and the services that happen there."""
    touched = Touched(set(), set(ids))
    for some in in_chunks(sorted(ids)):
        here = select(ServiceAtLocation.service_id).where(ServiceAtLocation.location_id.in_(some))
        touched.services |= set(session.scalars(here))
    return touched
