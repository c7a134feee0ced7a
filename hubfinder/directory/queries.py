"""Every question that pages ask of the directory: one statement each, with what it needs, in a stable order.

Services come without their confidential locations: these are left out when the rows are loaded, and
``public_sites`` leaves them out again. A list holds running services only; one asked for by its key may
be one that is not running.
"""

import math
from collections.abc import Collection, Sequence

from geoalchemy2 import WKBElement
from geoalchemy2.shape import to_shape
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from hubfinder.database import in_box
from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import (
    Location,
    Organization,
    Service,
    ServiceArea,
    ServiceAtLocation,
    TaxonomyTerm,
)
from hubfinder.directory.values import DEPARTMENT, DOMAIN, NEED
from hubfinder.places.models import Arrangement, Footprint
from hubfinder.places.values import Point
from hubfinder.vocab import Access, Confidence, ServiceStatus

_PUBLIC = Service.at_locations.and_(ServiceAtLocation.location.has(~Location.is_confidential))
_RUNNING = Service.status == ServiceStatus.ACTIVE

_FIRST_REACH = 5_000.0
_FARTHEST = 3_000_000.0
"""Metres: where the search for the nearest hub begins and ends."""

FOR_LIST = (
    joinedload(Service.organization),
    selectinload(_PUBLIC).joinedload(ServiceAtLocation.location),
    selectinload(Service.schedules),
    selectinload(Service.cost_options),
    selectinload(Service.phones),
    selectinload(Service.urls),
    selectinload(Service.languages),
    selectinload(Service.areas).joinedload(ServiceArea.footprint),
    selectinload(Service.attributes),
    selectinload(Service.terms),
)
"""What a list shows of a service."""
FOR_PAGE = (
    joinedload(Service.organization).selectinload(Organization.phones),
    selectinload(_PUBLIC)
    .joinedload(ServiceAtLocation.location)
    .options(
        selectinload(Location.accessibility),
        selectinload(Location.exceptions),
        selectinload(Location.closures),
    ),
    *FOR_LIST[2:],
    selectinload(Service.exceptions),
    selectinload(Service.accessibility),
    selectinload(Service.contacts),
    selectinload(Service.entries),
)
"""What the page of a service shows of it."""


def service_by_key(session: Session, key: str) -> Service | None:
    """One service with all that its page shows, running or not."""
    return session.scalar(select(Service).where(Service.key == key).options(*FOR_PAGE))


def services_at(session: Session, location: Location) -> Sequence[Service]:
    """The services that happen at a location, by name, with their exceptions; none at a confidential one."""
    here = Service.at_locations.any(
        (ServiceAtLocation.location_id == location.id)
        & ServiceAtLocation.location.has(~Location.is_confidential)
    )
    return _list(session, _ordered(here).options(selectinload(Service.exceptions)))


def services_for_footprint(session: Session, footprint_id: int) -> Sequence[Service]:
    """The services that are for the people of a footprint, by name; national help is not among them."""
    return _services(session, Service.areas.any(footprint_id=footprint_id), ~Service.is_national)


def services_of_footprint(session: Session, footprint: Footprint) -> Sequence[Service]:
    """The services for the people of a footprint, and those that happen inside it, by name."""
    serving = Service.areas.any(footprint_id=footprint.id)
    if footprint.geom is None:
        return services_for_footprint(session, footprint.id)
    inside = ServiceAtLocation.location.has(_inside(footprint.id, footprint.geom))
    return _services(session, or_(serving, Service.at_locations.any(inside)), ~Service.is_national)


def hubs_of_footprint(session: Session, footprint: Footprint) -> Sequence[Location]:
    """The family hubs inside a footprint, by name; none in one without a shape."""
    if footprint.geom is None:
        return ()
    inside = select(Location).where(Location.is_family_hub, _inside(footprint.id, footprint.geom))
    return session.scalars(inside.order_by(Location.name, Location.id)).all()


def count_services_for(session: Session, footprint_ids: Sequence[int]) -> dict[int, int]:
    """How many services are for the people of each of these footprints; those with none are left out."""
    chosen = ServiceArea.footprint_id.in_(footprint_ids)
    rows = select(ServiceArea.footprint_id, func.count()).where(chosen).group_by(ServiceArea.footprint_id)
    return {row[0]: row[1] for row in session.execute(rows)}


def nearest_hubs(
    session: Session, point: Point, limit: int = 1, within_m: float | None = None
) -> list[tuple[Location, float]]:
    """The nearest family hubs that may be known, with their distance in metres, nearest first.

    The box that is searched widens until it holds enough, so that the index does the work.
    """
    reach = min(_FIRST_REACH, within_m or _FIRST_REACH)
    while True:
        found = _hubs_within(session, point, reach)
        if len(found) >= limit or reach >= (within_m or _FARTHEST):
            return found[:limit]
        reach = min(reach * 8, within_m or _FARTHEST)


def hubs_by_name(session: Session) -> Sequence[tuple[str, str, str]]:
    """Key, name and postcode of every family hub that may be known, by name."""
    hubs = select(Location.key, Location.name, Location.postcode)
    public = hubs.where(Location.is_family_hub, ~Location.is_confidential)
    return [(row.key, row.name, row.postcode) for row in session.execute(public.order_by(Location.name))]


def _hubs_within(session: Session, point: Point, metres: float) -> list[tuple[Location, float]]:
    rows = session.scalars(
        select(Location)
        .where(Location.is_family_hub, ~Location.is_confidential, in_box(Location.point, _box(point, metres)))
        .options(joinedload(Location.organization))
    )
    far = [
        (hub, point.metres_to(Point(hub.lat, hub.lon)))
        for hub in rows
        if hub.lat is not None and hub.lon is not None
    ]
    return sorted(((hub, m) for hub, m in far if m <= metres), key=lambda one: (one[1], one[0].key))


def _box(point: Point, metres: float) -> tuple[float, float, float, float]:
    """A box that holds everything within so many metres."""
    high = metres / 110_000
    wide = high / max(math.cos(math.radians(min(abs(point.lat) + high, 89))), 0.01)
    return point.lon - wide, point.lat - high, point.lon + wide, point.lat + high


def national_help(session: Session) -> Sequence[Service]:
    """Help for the whole nation by telephone, text and online, in the order of the seed file."""
    return _list(session, select(Service).where(Service.is_national).order_by(Service.id))


def crisis_lines(session: Session) -> Sequence[Service]:
    """Where to ring or text in a crisis: only those we are sure enough of, and that have a number."""
    sure = or_(Service.confidence.is_(None), Service.confidence != Confidence.UNSURE)
    chosen = select(Service).where(Service.is_crisis, sure, Service.phones.any())
    return _list(session, chosen.order_by(Service.id))


def lines_by_key(session: Session, keys: Collection[str]) -> dict[str, Service]:
    """Of some national lines those we are sure enough of, by key."""
    sure = or_(Service.confidence.is_(None), Service.confidence != Confidence.UNSURE)
    chosen = select(Service).where(Service.is_national, Service.key.in_(keys), sure)
    return {service.key: service for service in _list(session, chosen)}


def hub_by_key(session: Session, key: str) -> Location | None:
    """One family hub with all that its page shows, but for its services: see ``services_at``, ``week_at``."""
    chosen = select(Location).where(Location.key == key, Location.is_family_hub, ~Location.is_confidential)
    return session.scalar(
        chosen.options(
            joinedload(Location.organization),
            selectinload(Location.phones),
            selectinload(Location.schedules),
            selectinload(Location.exceptions),
            selectinload(Location.closures),
            selectinload(Location.languages),
            selectinload(Location.accessibility),
        )
    )


def organization_by_key(session: Session, key: str) -> Organization | None:
    """One organization with its running services."""
    services = selectinload(Organization.services.and_(_RUNNING)).options(*FOR_LIST[1:])
    chosen = select(Organization).where(Organization.key == key)
    return session.scalar(chosen.options(selectinload(Organization.phones), services))


def catalogue(
    session: Session, domain: str = "", access: Access | None = None, department: str = ""
) -> Sequence[CatalogueEntry]:
    """The entries of the national catalogue in the order of the appendix, all or filtered.

    ``domain`` is the key of a domain (``childcare``), ``department`` as printed (``DfE``).
    """
    chosen = select(CatalogueEntry).order_by(CatalogueEntry.position)
    if domain:
        chosen = chosen.where(CatalogueEntry.domain.has(TaxonomyTerm.key == DOMAIN + domain))
    if access:
        chosen = chosen.where(CatalogueEntry.access == access)
    if department:
        chosen = chosen.where(CatalogueEntry.department == department)
    return session.scalars(chosen.options(*_of_entry())).all()


def entry_by_key(session: Session, key: str) -> CatalogueEntry | None:
    """One entry of the catalogue, with the running services, local and national, that deliver it."""
    delivering = selectinload(CatalogueEntry.services.and_(_RUNNING)).options(*FOR_LIST)
    chosen = select(CatalogueEntry).where(CatalogueEntry.key == key)
    return session.scalar(chosen.options(*_of_entry(), delivering))


def arrangements(session: Session) -> Sequence[Arrangement]:
    """The bodies of Table 2, in its order."""
    return session.scalars(select(Arrangement).order_by(Arrangement.position)).all()


def needs(session: Session) -> Sequence[TaxonomyTerm]:
    """The needs a family can choose from."""
    return _terms(session, NEED)


def domains(session: Session) -> Sequence[TaxonomyTerm]:
    """The domains of the catalogue."""
    return _terms(session, DOMAIN)


def departments(session: Session) -> Sequence[TaxonomyTerm]:
    """Departments: the key ends in the printed abbreviation, the name is of today, the hint that of 2022."""
    return _terms(session, DEPARTMENT)


def _inside(footprint_id: int, geom: WKBElement) -> ColumnElement[bool]:
    """True for the public locations inside a footprint with that shape."""
    west, south, east, north = to_shape(geom).bounds
    shape = select(Footprint.geom).where(Footprint.id == footprint_id).scalar_subquery()
    return (
        ~Location.is_confidential
        & in_box(Location.point, (west, south, east, north))
        & func.ST_Covers(shape, Location.point)
    )


def _of_entry() -> tuple[ORMOption, ...]:
    return (
        joinedload(CatalogueEntry.domain),
        joinedload(CatalogueEntry.replaced_by),
        selectinload(CatalogueEntry.needs),
    )


def _services(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Service]:
    return _list(session, _ordered(*conditions))


def _ordered(*conditions: ColumnElement[bool]) -> Select[tuple[Service]]:
    return select(Service).where(*conditions).order_by(Service.name, Service.id)


def _list(session: Session, chosen: Select[tuple[Service]]) -> Sequence[Service]:
    return session.scalars(chosen.where(_RUNNING).options(*FOR_LIST)).all()


def _terms(session: Session, prefix: str) -> Sequence[TaxonomyTerm]:
    named = TaxonomyTerm.key.startswith(prefix, autoescape=True)
    return session.scalars(select(TaxonomyTerm).where(named).order_by(TaxonomyTerm.position)).all()
