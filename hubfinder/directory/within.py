"""What help is inside a shape that is not a stored footprint: a neighbourhood that is being agreed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from hubfinder.database import in_box
from hubfinder.directory.models import Location, Service, ServiceArea, ServiceAtLocation
from hubfinder.vocab import ServiceStatus


@dataclass(frozen=True, slots=True)
class Inside:
    """Help in and for a shape, each by name. Confidential places are not even counted."""

    hubs: tuple[Location, ...]
    sites: tuple[Location, ...]
    """Public places where running services happen; hubs with services are among them."""
    services: tuple[Service, ...]
    """Running local services that happen at one of the sites."""
    serving: tuple[Service, ...]
    """Running local services that are for the people of one of the footprints asked about."""


def inside_shape(session: Session, shape: BaseGeometry, footprint_ids: Collection[int] = ()) -> Inside:
    """Hubs and services inside a shape in WGS84 degrees, and services for the people of some footprints."""
    places = _public_places(session, shape)
    at = {place.id for place in places}
    here = ServiceAtLocation.location_id.in_(at)
    services = _services(session, Service.at_locations.any(here)) if at else ()
    serving = Service.areas.any(ServiceArea.footprint_id.in_(footprint_ids))
    used = set(
        session.scalars(
            select(ServiceAtLocation.location_id).where(
                here, ServiceAtLocation.service_id.in_([service.id for service in services])
            )
        )
        if services
        else ()
    )
    return Inside(
        hubs=tuple(place for place in places if place.is_family_hub),
        sites=tuple(place for place in places if place.id in used),
        services=tuple(services),
        serving=tuple(_services(session, serving)) if footprint_ids else (),
    )


def _public_places(session: Session, shape: BaseGeometry) -> list[Location]:
    if shape.is_empty:
        return []
    found = session.scalars(
        select(Location)
        .where(~Location.is_confidential, in_box(Location.point, shape.bounds))
        .order_by(Location.name, Location.id)
    ).all()
    spots = [
        (place, shapely.Point(place.lon, place.lat))
        for place in found
        if place.lon is not None and place.lat is not None
    ]
    return [place for place, spot in spots if shapely.covers(shape, spot)]


def _services(session: Session, condition: ColumnElement[bool]) -> Sequence[Service]:
    chosen = select(Service).where(condition, Service.status == ServiceStatus.ACTIVE, ~Service.is_national)
    ordered = chosen.order_by(Service.name, Service.id).options(joinedload(Service.organization))
    return session.scalars(ordered).all()
