"""Which council a service belongs to: whose staff look after its listing."""

from collections.abc import Collection, Sequence
from typing import Any

import shapely
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from hubfinder.database import covers_point
from hubfinder.directory.models import Location, Service, ServiceArea, ServiceAtLocation
from hubfinder.places.councils import Councils, Spot
from hubfinder.places.models import Footprint
from hubfinder.places.queries import councils_of_postcodes
from hubfinder.vocab import FootprintKind

MOST = 500
"""Services asked about at once: SQLite takes only so many values in one statement."""
IS_COUNCIL = Footprint.kind == FootprintKind.LOCAL_AUTHORITY


def councils_of(session: Session, service_ids: Collection[int], *, fallback: str) -> dict[int, str]:
    """Code of the council of each service that there is; empty for national help.

    It is where its first public location lies that lies in a council known here; where there is none, the
    council that it serves (a service area that is a local authority, or else lies in one). ``fallback`` is
    the council of what nothing says. At most six statements for each 500 services, and one for each area.
    """
    found: dict[int, str] = {}
    ids = sorted(set(service_ids))
    for start in range(0, len(ids), MOST):
        found |= _of_some(session, ids[start : start + MOST], fallback)
    return found


def _of_some(session: Session, ids: Collection[int], fallback: str) -> dict[int, str]:
    services = session.execute(select(Service.id, Service.is_national).where(Service.id.in_(ids)))
    found = {id_: "" if is_national else fallback for id_, is_national in services}
    local = [id_ for id_, code in found.items() if code]
    located = _by_location(session, local)
    served = _by_area(session, [id_ for id_ in local if id_ not in located])
    return found | located | served


def _by_location(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The council of the first public location of each that lies in one."""
    rows = _rows(
        session,
        ids,
        select(ServiceAtLocation.service_id, Location.id, Location.postcode)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(ServiceAtLocation.service_id.in_(ids), Location.is_confidential.is_(False))
        .order_by(ServiceAtLocation.service_id, ServiceAtLocation.id),
    )
    of_postcode = councils_of_postcodes(session, {row.postcode for row in rows if row.postcode})
    rest = {row.id for row in rows if row.postcode not in of_postcode}
    of_point = _at_points(session, rest)
    found: dict[int, str] = {}
    for row in rows:
        code = of_postcode[row.postcode][0] if row.postcode in of_postcode else of_point.get(row.id)
        if code:
            found.setdefault(row.service_id, code)
    return found


def _at_points(session: Session, location_ids: Collection[int]) -> dict[int, str]:
    """The council that covers the point of each location; on a border the first by code."""
    rows = _rows(
        session,
        location_ids,
        select(Location.id, Footprint.code)
        .join(Footprint, covers_point(Footprint.geom, Location.lon, Location.lat))
        .where(Location.id.in_(location_ids), Location.lat.is_not(None), IS_COUNCIL)
        .order_by(Location.id, Footprint.code.desc()),
    )
    return {row.id: row.code for row in rows}


def _by_area(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The council that each serves: an area that is one, before an area that lies in one."""
    rows = _rows(
        session,
        ids,
        select(ServiceArea.service_id, Footprint.id, Footprint.kind, Footprint.code)
        .join(Footprint, Footprint.id == ServiceArea.footprint_id)
        .where(ServiceArea.service_id.in_(ids), Footprint.kind != FootprintKind.NATION)
        .order_by(ServiceArea.service_id.desc(), ServiceArea.id.desc()),
    )
    whole = {row.service_id: row.code for row in rows if row.kind is FootprintKind.LOCAL_AUTHORITY}
    parts = [row for row in rows if row.service_id not in whole]
    around = _around(session, {row.id for row in parts})
    return {row.service_id: around[row.id] for row in parts if row.id in around} | whole


def _around(session: Session, footprint_ids: Collection[int]) -> dict[int, str]:
    """The council in which a point inside each footprint lies."""
    rows = _rows(
        session, footprint_ids, select(Footprint.id, Footprint.geom).where(Footprint.id.in_(footprint_ids))
    )
    spots = {}
    for id_, geom in rows:
        if geom is not None:
            point = shapely.from_wkb(bytes(geom.data)).representative_point()
            spots[id_] = Spot("", point.y, point.x)
    councils = Councils().of(session, spots.values())
    return {id_: councils[spot].code for id_, spot in spots.items() if spot in councils}


def _rows(session: Session, ids: Collection[int], statement: Select[Any]) -> Sequence[Row[Any]]:
    """What a statement about some rows finds; where there are none, nothing is asked."""
    return session.execute(statement).all() if ids else ()
