"""What the map that moves can mark: family hubs, services' places, schools and surgeries around an area."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hubfinder.database import in_box
from hubfinder.directory.models import Location, Service, ServiceAtLocation
from hubfinder.directory.values import PROPOSED
from hubfinder.places.models import PlaceName, Practice, School
from hubfinder.vocab import ServiceStatus

Box = tuple[float, float, float, float]
"""West, south, east, north: degrees."""
MOST = 1_500
"""Marks of one sort; more would be a country."""
MOST_SERVICES = 12
"""Named at one mark."""


class MapMark(TypedDict, total=False):
    """A mark: ``at`` is latitude and longitude; ``services`` are keys and names of what runs there.

    ``where`` is an address, or only a postcode; of a name of a place, its kind (``town``).
    """

    key: str
    name: str
    at: tuple[float, float]
    where: str
    services: list[tuple[str, str]]


def marks_in(session: Session, box: Box) -> dict[str, list[MapMark]]:
    """The marks inside a box by sort, ``hub``, ``place``, ``school``, ``surgery``; and ``name`` of places.

    A confidential location is in none of them.
    """
    return {
        **_locations(session, box),
        "school": _schools(session, box),
        "surgery": _surgeries(session, box),
        "name": _names(session, box),
    }


def _locations(session: Session, box: Box) -> dict[str, list[MapMark]]:
    rows = session.execute(
        select(
            Location.id,
            Location.key,
            Location.name,
            Location.address,
            Location.postcode,
            Location.lat,
            Location.lon,
            Location.is_family_hub,
            Location.source,
        )
        .where(
            ~Location.is_confidential, in_box(Location.point, box), _within(Location.lat, Location.lon, box)
        )
        .order_by(Location.name, Location.key)
        .limit(MOST)
    ).all()
    running = _running(session, {row.id for row in rows})
    found: dict[str, list[MapMark]] = {"hub": [], "place": []}
    for row in rows:
        if row.source == PROPOSED and row.id not in running:
            continue
        mark = _mark(row.key, row.name, row.lat, row.lon, _where(row.address, row.postcode))
        if row.id in running:
            mark["services"] = running[row.id][:MOST_SERVICES]
        found["hub" if row.is_family_hub else "place"].append(mark)
    return found


def _running(session: Session, locations: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Key and name of the running services at each location, by name."""
    rows = session.execute(
        select(ServiceAtLocation.location_id, Service.key, Service.name)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(ServiceAtLocation.location_id.in_(locations), Service.status == ServiceStatus.ACTIVE)
        .order_by(Service.name, Service.key)
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for location, key, name in rows:
        found[location].append((key, name))
    return found


def _schools(session: Session, box: Box) -> list[MapMark]:
    rows = session.execute(
        select(School.urn, School.name, School.lat, School.lon, School.postcode)
        .where(School.status.in_(("Open", "")), _within(School.lat, School.lon, box))
        .order_by(School.name, School.urn)
        .limit(MOST)
    )
    return [_mark(row.urn, row.name, row.lat, row.lon, row.postcode) for row in rows]


def _surgeries(session: Session, box: Box) -> list[MapMark]:
    rows = session.execute(
        select(Practice.code, Practice.name, Practice.lat, Practice.lon, Practice.address, Practice.postcode)
        .where(_within(Practice.lat, Practice.lon, box))
        .order_by(Practice.name, Practice.code)
        .limit(MOST)
    )
    return [_mark(row.code, row.name, row.lat, row.lon, _where(row.address, row.postcode)) for row in rows]


def _names(session: Session, box: Box) -> list[MapMark]:
    rows = session.execute(
        select(PlaceName.key, PlaceName.name, PlaceName.lat, PlaceName.lon, PlaceName.kind)
        .where(_within(PlaceName.lat, PlaceName.lon, box))
        .order_by(PlaceName.name, PlaceName.key)
        .limit(MOST)
    )
    return [_mark(row.key, row.name, row.lat, row.lon, row.kind) for row in rows]


def _within(
    lat: InstrumentedAttribute[Any], lon: InstrumentedAttribute[Any], box: Box
) -> ColumnElement[bool]:
    west, south, east, north = box
    return lat.between(south, north) & lon.between(west, east)


def _where(address: str, postcode: str) -> str:
    return ", ".join(part for part in (address, "" if postcode in address else postcode) if part)


def _mark(key: str, name: str, lat: float, lon: float, where: str) -> MapMark:
    mark: MapMark = {"key": key, "name": name, "at": (round(lat, 5), round(lon, 5))}
    return {**mark, "where": where} if where else mark
