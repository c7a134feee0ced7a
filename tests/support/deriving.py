"""A small made-up country for deriving: squares of land in the North Sea, and places in it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from click.testing import Result
from flask import Flask
from pyproj import Geod
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.extensions import db
from hubfinder.places.deriving.ground import only_polygons
from hubfinder.places.layers import Area, LayerFacts, put_layer
from hubfinder.places.models import Footprint, FootprintSetMember, Layer, Postcode, Practice, School
from hubfinder.vocab import Basis, FootprintKind

GEOD = Geod(ellps="WGS84")
SMALL = FootprintKind.SMALL_AREA
WEST, SOUTH, SIDE = 2.0, 54.0, 0.1
ORDNANCE = "Contains OS data © Crown copyright and database right 2025."


def run(app: Flask, *arguments: object) -> Result:
    db.session.rollback()  # what a test asked before has its own view of the tables
    return app.test_cli_runner().invoke(args=[str(one) for one in arguments])


def derived(app: Flask, *arguments: object) -> dict[str, Any]:
    """The report of the last step of a command that must succeed."""
    result = run(app, "derive", *arguments, "--json")
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.output)[-1]
    return report


def grid(across: int = 4, up: int = 1, size: float = SIDE) -> dict[str, BaseGeometry]:
    """Squares by code, ``Z01000000`` in the south-west, row by row."""
    east = [round(WEST + at * size, 6) for at in range(across + 1)]
    north = [round(SOUTH + at * size, 6) for at in range(up + 1)]
    return {
        f"Z0100{row:02}{column:02}": shapely.MultiPolygon(
            [shapely.box(east[column], north[row], east[column + 1], north[row + 1])]
        )
        for row in range(up)
        for column in range(across)
    }


def layer(session: Session, kind: FootprintKind, shapes: Mapping[str, BaseGeometry], **facts: Any) -> None:
    """A layer with these shapes, each named after its code."""
    said = {"key": f"{kind.value}:made", "basis": Basis.OFFICIAL, **facts}
    put_layer(
        session,
        LayerFacts(kind=kind, **said),
        [Area(code, f"Area {code}", only_polygons(shape)) for code, shape in shapes.items()],
    )
    session.commit()


def land(session: Session, across: int = 4, up: int = 1, **facts: Any) -> None:
    layer(session, SMALL, grid(across, up), **facts)


def practice(session: Session, code: str, network: str | None, at: tuple[float, float] | None) -> None:
    lat, lon = at or (None, None)
    name = f"Network {network}" if network else ""
    session.add(
        Practice(code=code, name=f"Surgery {code}", network_code=network, network_name=name, lat=lat, lon=lon)
    )
    session.commit()


def school(
    session: Session,
    urn: int,
    at: tuple[float, float] | None,
    phase: str = "Primary",
    name: str = "",
    status: str = "Open",
) -> None:
    lat, lon = at or (None, None)
    session.add(
        School(urn=str(urn), name=name or f"School {urn}", phase=phase, status=status, lat=lat, lon=lon)
    )
    session.commit()


def shapes_in(session: Session, key: str) -> dict[str, BaseGeometry]:
    """The shapes of a layer by code."""
    return {code: shape for code, shape in _areas(session, key).items() if shape is not None}


def undrawn_in(session: Session, key: str) -> set[str]:
    """The codes of a layer that are known by name only."""
    return {code for code, shape in _areas(session, key).items() if shape is None}


def _areas(session: Session, key: str) -> dict[str, BaseGeometry | None]:
    session.expire_all()
    rows = session.execute(
        select(Footprint.code, Footprint.geom).join(Footprint.layer).where(Layer.key == key)
    ).all()
    session.rollback()
    return {code: shapely.from_wkb(bytes(geom.data)) if geom is not None else None for code, geom in rows}


def layer_of(session: Session, key: str) -> Layer:
    session.expire_all()
    found = session.scalars(select(Layer).where(Layer.key == key)).one()
    session.expunge(found)
    session.rollback()
    return found


def codes_of(session: Session, kind: FootprintKind) -> dict[str, set[str]]:
    """The codes of a kind that each postcode is in."""
    rows = session.execute(
        select(Postcode.code, Footprint.code)
        .join(FootprintSetMember, FootprintSetMember.set_id == Postcode.set_id)
        .join(Footprint, Footprint.id == FootprintSetMember.footprint_id)
        .where(Footprint.kind == kind)
    ).all()
    session.rollback()
    found: dict[str, set[str]] = {}
    for postcode, code in rows:
        found.setdefault(postcode, set()).add(code)
    return found


def metres_to_each(lon: float, lat: float, places: Sequence[tuple[float, float]]) -> np.ndarray:
    """Geodesic metres from a point to places (longitude, latitude)."""
    east, north = np.array(places).T
    return np.asarray(GEOD.inv(np.full_like(east, lon), np.full_like(north, lat), east, north)[2])


def wrong_and_tied(
    points: Mapping[str, tuple[float, float]],
    sites: Sequence[tuple[str, tuple[float, float]]],
    found: Mapping[str, set[str]],
) -> tuple[list[str], list[str]]:
    """Postcodes whose area is not that of the nearest site, and those so near the line that either will do.

    ``points`` and ``sites`` are by longitude and latitude. A metre's difference is a tie.
    """
    places = [place for _, place in sites]
    codes = np.array([code for code, _ in sites])
    wrong, tied = [], []
    for postcode, (lon, lat) in points.items():
        far = metres_to_each(lon, lat, places)
        nearest = set(codes[far <= far.min() + 1.0].tolist())
        if len(nearest) > 1:
            tied.append(postcode)
        if not nearest & found.get(postcode, set()):
            wrong.append(postcode)
    return wrong, tied
