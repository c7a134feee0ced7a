"""Areas from GeoJSON, without GDAL: its reader follows links in a file to other files and machines."""

import json
import re
from dataclasses import dataclass
from types import NoneType
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.ingest.errors import FileRefused
from hubfinder.ingest.text import TextFile

LARGEST = 512 << 20
"""Characters, all of which are in memory at once. A GeoPackage has no such limit."""
WGS84 = "OGC:CRS84"
_NAMED_CRS = re.compile(r"(?:urn:ogc:def:crs:)?(EPSG|OGC):[0-9.:]*?(CRS84|[0-9]{4,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands in the place of a geometry that is none, or not an area."""

    why: str


@dataclass(frozen=True, slots=True)
class Feature:
    """What a file says of one area."""

    properties: dict[str, object]
    shape: BaseGeometry | Unusable | None


@dataclass(frozen=True, slots=True)
class Collection:
    """The features of a file, and its coordinate system: longitude and latitude, unless it names another."""

    features: list[Feature]
    crs: str


def read_geojson(text: TextFile) -> Collection:
    """All features of a GeoJSON file. Each geometry is built as it is read, so that numbers do not pile up.

    Raises:
        FileRefused: it is not GeoJSON, or names its coordinate system in a way that is not understood.
    """
    try:
        document = json.loads(text.read(LARGEST), object_hook=_built, parse_constant=_no_number)
    except RecursionError as error:
        raise FileRefused("It is nested deeper than any real GeoJSON file.") from error
    except ValueError as error:
        raise FileRefused(f"It is not valid JSON, so it is no GeoJSON file{_where(error)}.") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise FileRefused("It is JSON, but not a GeoJSON collection of features.")
    return Collection([_feature(one) for one in features], _crs(document.get("crs")))


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _where(error: ValueError) -> str:
    """Where JSON ends to be JSON, or why it is none."""
    if isinstance(error, json.JSONDecodeError):
        return f" (line {error.lineno:,}, letter {error.colno:,})"
    return f" ({error})"


def _built(found: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    if "coordinates" not in found or "type" not in found:
        return found
    kind = found["type"]
    try:
        if kind == "Polygon":
            return _polygon(found["coordinates"])
        if kind == "MultiPolygon":
            return shapely.MultiPolygon([_polygon(part) for part in found["coordinates"]])
    except (ValueError, TypeError, IndexError, OverflowError, shapely.errors.GEOSException):
        return Unusable("is not a list of rings of at least four points each")
    return Unusable(f"is a {kind}, not an area" if isinstance(kind, str) else "is not an area")


def _polygon(rings: list[Any]) -> shapely.Polygon:
    if rings in ([], [[]]):
        return shapely.Polygon()
    shell, *holes = (np.asarray(ring, dtype=np.float64)[:, :2] for ring in rings)
    return shapely.Polygon(shell, holes)


def _feature(found: object) -> Feature:
    if not isinstance(found, dict):
        return Feature({}, Unusable("is not a feature"))
    properties, shape = found.get("properties"), found.get("geometry")
    if isinstance(shape, dict):
        shape = Unusable("is a collection of shapes, not an area")
    if not isinstance(shape, BaseGeometry | Unusable | NoneType):
        shape = Unusable("is not a shape as GeoJSON writes it")
    return Feature(properties if isinstance(properties, dict) else {}, shape)


def _crs(said: object) -> str:
    """The coordinate system of an old GeoJSON file. Only names are understood: links are never followed."""
    if said is None:
        return WGS84
    properties = said.get("properties") if isinstance(said, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    match = _NAMED_CRS.fullmatch(name) if isinstance(name, str) else None
    if not match:
        raise FileRefused(
            "It does not name its coordinate system in a way that is understood, such as EPSG:27700."
        )
    return f"{match[1].upper()}:{match[2].upper()}"
