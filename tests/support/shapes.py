"""Files of areas for the importers: squares in the North Sea, in the formats councils send."""

import gzip
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

Area = tuple[str, str, BaseGeometry | None]


def square(west: float, south: float, size: float = 0.1) -> BaseGeometry:
    """A square in degrees, by its south-western corner."""
    return shapely.box(west, south, west + size, south + size)


def geojson(path: Path, areas: Sequence[Area], **more: Any) -> Path:
    """A GeoJSON file with fields ``code`` and ``name``; packed if the path ends so."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name},
            "geometry": json.loads(shapely.to_geojson(shape)) if shape is not None else None,
        }
        for code, name, shape in areas
    ]
    content = json.dumps({"type": "FeatureCollection", **more, "features": features}).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def with_gdal(path: Path, areas: Sequence[Area], crs: str | None = "EPSG:4326", **how: Any) -> Path:
    """A GeoPackage or a Shapefile, by the path's ending."""
    pyogrio.raw.write(
        path,
        np.array([shapely.to_wkb(shape) for _, _, shape in areas], dtype=object),
        [
            np.array([code for code, _, _ in areas], dtype=object),
            np.array([name for _, name, _ in areas], dtype=object),
        ],
        np.array(["code", "name"], dtype=object),
        geometry_type="Polygon",
        crs=crs,
        **how,
    )
    return path


def zipped(path: Path, *members: Path) -> Path:
    """A ZIP of files, each in a folder of the archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.write(member, f"boundaries/{member.name}")
    return path
