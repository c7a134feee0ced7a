"""Writing the area down: CSV text and GeoJSON text that is the same, byte for byte, every time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from shapely.geometry.base import BaseGeometry

from area.postcodes import Postcode

NATION = "E92000001"


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> str:
    """A CSV file as text: header, rows, lines ended by a line feed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def postcodes_csv(postcodes: Iterable[Postcode]) -> str:
    """The postcodes in the columns of the National Statistics Postcode Lookup."""
    rows = ((p.code, p.ended, f"{p.lat:.6f}", f"{p.lon:.6f}", NATION, "", "") for p in postcodes)
    return csv_text(("pcds", "doterm", "lat", "long", "ctry", "oseast1m", "osnrth1m"), rows)


def layer_json(features: Iterable[tuple[Mapping[str, str | int], BaseGeometry]]) -> str:
    """A GeoJSON feature collection, one feature a line; geometry in degrees, already rounded."""
    lines = [
        json.dumps(
            {"type": "Feature", "properties": dict(properties), "geometry": geometry.__geo_interface__},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for properties, geometry in features
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
