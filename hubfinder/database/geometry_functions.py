"""The SQL functions GeoAlchemy2 emits for SQLite, answered by Shapely.

The ``sqlite3`` module of many Pythons cannot load SpatiaLite, but every one can register functions and
has R*Tree. Geometries are stored as EWKB. Shapes are cached unprepared: a *prepared* geometry shared
between threads corrupts the heap (measured, see docs/decisions).
"""

import re
import sqlite3
from collections.abc import Callable
from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

LARGE = 4_096
"""Bytes of a shape from which on it is kept: a small one is read again sooner than it is found."""
_EWKT = re.compile(r"^\s*SRID=(-?\d+)\s*;\s*(.*)$", re.IGNORECASE | re.DOTALL)
SqlFunction = Callable[..., str | bytes | int | float | None]


@lru_cache(maxsize=4096)
def _load(ewkb: bytes) -> BaseGeometry:
    geometry: BaseGeometry = shapely.from_wkb(ewkb)
    return geometry


def _dump(geometry: BaseGeometry) -> bytes:
    ewkb: bytes = shapely.to_wkb(geometry, include_srid=True)
    return ewkb


def _from_ewkt(text: str | None, srid: int = 0) -> bytes | None:
    """EWKT such as ``SRID=4326;POINT(2 54)`` to EWKB."""
    if text is None:
        return None
    match = _EWKT.match(text)
    if match:
        srid, text = int(match[1]), match[2]
    return _dump(shapely.set_srid(shapely.from_wkt(text), max(srid, 0)))


def _from_wkb(wkb: bytes | None, srid: int = 0) -> bytes | None:
    if wkb is None:
        return None
    geometry = shapely.from_wkb(wkb)
    return _dump(shapely.set_srid(geometry, srid) if srid > 0 else geometry)


def _of_one(function: Callable[[BaseGeometry], str | bytes | int | float]) -> SqlFunction:
    def answer(ewkb: bytes | None, *_options: object) -> str | bytes | int | float | None:
        return None if ewkb is None else function(_load(ewkb))

    return answer


def _of_two(function: Callable[[BaseGeometry, BaseGeometry], int]) -> SqlFunction:
    def answer(first: bytes | None, second: bytes | None) -> int | None:
        return None if first is None or second is None else function(_load(first), _load(second))

    return answer


class _Blob:
    """Bytes as a key: told apart by a few of them, and compared as a whole. Hashing all takes longer."""

    __slots__ = ("_bytes", "_hash")

    def __init__(self, ewkb: bytes) -> None:
        self._bytes = ewkb
        self._hash = hash((len(ewkb), ewkb[64:128], ewkb[-64:]))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Blob) and self._bytes == other._bytes

    def read(self) -> BaseGeometry:
        geometry: BaseGeometry = shapely.from_wkb(self._bytes)
        return geometry


@lru_cache(maxsize=2048)
def _large(blob: _Blob) -> BaseGeometry:
    return blob.read()


def _covers_point(ewkb: bytes | None, lon: float, lat: float) -> int | None:
    if ewkb is None:
        return None
    shape = _large(_Blob(ewkb)) if len(ewkb) >= LARGE else shapely.from_wkb(ewkb)
    return int(bool(shapely.covers(shape, shapely.points(lon, lat))))


FUNCTIONS: dict[str, tuple[int, SqlFunction]] = {
    "GeomFromEWKT": (-1, _from_ewkt),
    "GeomFromWKB": (-1, _from_wkb),
    "GeomFromEWKB": (-1, _from_wkb),
    "ST_GeomFromWKB": (-1, _from_wkb),
    "AsEWKB": (1, lambda ewkb: ewkb),
    "AsBinary": (1, _of_one(lambda g: shapely.to_wkb(g, include_srid=False))),
    "AsGeoJSON": (-1, _of_one(shapely.to_geojson)),
    "ST_AsText": (1, _of_one(shapely.to_wkt)),
    "ST_SRID": (1, _of_one(lambda g: int(shapely.get_srid(g)))),
    "ST_X": (1, _of_one(lambda g: float(shapely.get_x(g)))),
    "ST_Y": (1, _of_one(lambda g: float(shapely.get_y(g)))),
    "ST_MinX": (1, _of_one(lambda g: float(shapely.bounds(g)[0]))),
    "ST_MinY": (1, _of_one(lambda g: float(shapely.bounds(g)[1]))),
    "ST_MaxX": (1, _of_one(lambda g: float(shapely.bounds(g)[2]))),
    "ST_MaxY": (1, _of_one(lambda g: float(shapely.bounds(g)[3]))),
    "ST_IsValid": (1, _of_one(lambda g: int(bool(shapely.is_valid(g))))),
    "ST_NPoints": (1, _of_one(lambda g: int(shapely.get_num_coordinates(g)))),
    "ST_Covers": (2, _of_two(lambda a, b: int(bool(shapely.covers(a, b))))),
    "CoversPoint": (3, _covers_point),
    "ST_Contains": (2, _of_two(lambda a, b: int(bool(shapely.contains(a, b))))),
    "ST_Intersects": (2, _of_two(lambda a, b: int(bool(shapely.intersects(a, b))))),
}


def install_functions(connection: sqlite3.Connection) -> None:
    """Register every function of ``FUNCTIONS`` on one open connection."""
    for name, (arguments, function) in FUNCTIONS.items():
        connection.create_function(name, arguments, function, deterministic=True)
