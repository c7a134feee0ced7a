"""Schools for the made-up council of the benchmarks: each has a catchment, and every postcode is in one."""

from math import isqrt

import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bench.world import SIDE, SOUTH, WEST
from hubfinder.database import begin_writing
from hubfinder.database.base import SRID
from hubfinder.places.models import (
    Footprint,
    FootprintSet,
    FootprintSetMember,
    Layer,
    Postcode,
    School,
)
from hubfinder.places.revision import places_changed
from hubfinder.vocab import Basis, FootprintKind

FIRST_URN = 990_000
WARDS = 5
"""On each side."""


def build(session: Session, count: int) -> None:
    """Add schools in rows and columns, with a catchment around each, to a council that was built before."""
    begin_writing(session)
    kind = FootprintKind.SCHOOL_CATCHMENT_PRIMARY
    layer = Layer(key="bench:catchment", kind=kind, basis=Basis.TRACED, source="made up")
    session.add(layer)
    session.flush()
    wards = {ward.code: ward.id for ward in session.scalars(select(Footprint))}
    side = isqrt(count - 1) + 1
    step = SIDE / side
    for number in range(count):
        row, column = divmod(number, side)
        west, south = WEST + step * column, SOUTH + step * row
        urn = str(FIRST_URN + number)
        name = f"Sea Square School {number}"
        lat, lon = south + step / 2, west + step / 2
        session.add(School(urn=urn, name=name, phase="Primary", status="Open", lat=lat, lon=lon))
        shape = shapely.MultiPolygon(
            [shapely.segmentize(shapely.box(west, south, west + step, south + step), 0.001)]
        )
        catchment = Footprint(
            layer_id=layer.id,
            kind=kind,
            code=urn,
            name=name,
            geom=from_shape(shape, srid=SRID),
            outline=shapely.to_wkb(shape),
        )
        session.add(catchment)
        session.flush()
        ward = f"ZW{row * WARDS // side * WARDS + column * WARDS // side:02}"
        _move_postcodes(session, (west, south, step), number + 101, (wards[ward], catchment.id))
    places_changed(session)
    session.commit()


def _move_postcodes(
    session: Session, box: tuple[float, float, float], set_id: int, members: tuple[int, int]
) -> None:
    """Put the postcodes of a box (west, south, side) into a set of its ward and its catchment."""
    west, south, step = box
    session.add(FootprintSet(id=set_id))
    session.flush()
    session.add_all(FootprintSetMember(set_id=set_id, footprint_id=one, share=1.0) for one in members)
    session.execute(
        update(Postcode)
        .where(
            Postcode.lat >= south,
            Postcode.lat < south + step,
            Postcode.lon >= west,
            Postcode.lon < west + step,
        )
        .values(set_id=set_id)
    )
