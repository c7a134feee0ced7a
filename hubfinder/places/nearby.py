"""Schools and surgeries around a point, nearest first."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hubfinder.places.models import Practice, School
from hubfinder.places.names import NOT_THERE
from hubfinder.places.values import Point

MOST = 8
REACHES = 2_000.0, 8_000.0, 30_000.0
"""Metres: the search widens until it holds enough, so that in a town only a town is looked through."""
_METRES_A_DEGREE = 110_000
Row = TypeVar("Row", School, Practice)
Coordinate = InstrumentedAttribute[float | None]


def schools_near(session: Session, point: Point, most: int = MOST) -> list[tuple[School, float]]:
    """The nearest schools that are open, each with its distance in metres."""

    def inside(box: ColumnElement[bool]) -> Sequence[School]:
        return session.scalars(select(School).where(box, School.status.not_in(NOT_THERE))).all()

    return _nearest(point, most, lambda reach: inside(_box(School.lat, School.lon, point, reach)))


def practices_near(session: Session, point: Point, most: int = MOST) -> list[tuple[Practice, float]]:
    """The nearest surgeries, each with its distance in metres."""

    def inside(box: ColumnElement[bool]) -> Sequence[Practice]:
        return session.scalars(select(Practice).where(box)).all()

    return _nearest(point, most, lambda reach: inside(_box(Practice.lat, Practice.lon, point, reach)))


def _nearest(point: Point, most: int, within: Callable[[float], Sequence[Row]]) -> list[tuple[Row, float]]:
    near: list[tuple[Row, float]] = []
    for reach in REACHES:
        found = within(reach)
        far = point.metres_to_all([Point(row.lat or 0.0, row.lon or 0.0) for row in found])
        near = [(row, metres) for row, metres in zip(found, far, strict=True) if metres <= reach]
        if len(near) >= most:
            break
    return sorted(near, key=lambda one: (one[1], one[0].name))[:most]


def _box(lat: Coordinate, lon: Coordinate, point: Point, metres: float) -> ColumnElement[bool]:
    """True for what is no farther north, south, east or west."""
    high = metres / _METRES_A_DEGREE
    wide = high / max(math.cos(math.radians(min(abs(point.lat) + high, 89))), 0.01)
    return and_(
        lat.between(point.lat - high, point.lat + high), lon.between(point.lon - wide, point.lon + wide)
    )
