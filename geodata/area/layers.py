"""The layers of the map: what stands in each GeoJSON file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import shapely
from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from area.areas import coverage, in_degrees
from area.catchments import Catchment, primary_phase, secondary
from area.shape import FRAME, ground, river_polygon, to_degrees
from area.streets import TOWNS
from area.wards import WARDS

Feature = tuple[Mapping[str, str | int], BaseGeometry]

DISTRICT = ("Z06000001", "Harbourmouth")
STRIP = ("Z06000002", "Northsands")
# Neighbourhoods as local people drew them: small areas by name.
NEIGHBOURHOODS = {
    ("Z90000001", "Old Port"): ("001C", "001D", "001E", "002A"),
    ("Z90000002", "Riverside Wendbridge"): ("006D", "007A", "009C", "009D"),
}
TOWN_KINDS = {"Harbourmouth": "town", "Wendbridge": "town", "Saltings": "suburb"}
SUBURBS = {"Fishergate": (8.6, 2.4), "Castle Hill": (-3.7, 2.75), "Mill Lane": (-2.7, 0.45)}
WATER_DETAIL = 0.006  # kilometres


def layers() -> dict[str, list[Feature]]:
    """The features of every layer by the name of its file."""
    phases = primary_phase()
    return {
        "small_areas": small_areas(),
        "wards": wards(),
        "local_authorities": [
            (_named(*DISTRICT), _district()),
            (_named(*STRIP), coverage().strip),
        ],
        "primary_catchments": _catchments(phases["Primary"]),
        "infant_catchments": _catchments(phases["Infant"]),
        "junior_catchments": _catchments(phases["Junior"]),
        "secondary_catchments": _catchments(secondary()),
        "icb": [(_named("Z54000001", "Wend and Coast"), _union([_district(), coverage().strip]))],
        "police_area": [(_named("Z23000001", "Wend and Coast Police"), _all_land())],
        "criminal_justice_area": [(_named("Z24000001", "Wend and Coast"), _all_land())],
        "neighbourhoods": neighbourhoods(),
        "water": water_features(),
    }


def small_areas() -> list[Feature]:
    """The small areas with their wards and people."""
    return [
        (
            {**_named(area.code, area.name), "ward_code": area.ward_code, "population": area.population},
            area.polygon,
        )
        for area in coverage().small_areas
    ]


def wards() -> list[Feature]:
    """The wards, each the union of its small areas."""
    return [
        (
            _named(ward.code, ward.name),
            _union([area.polygon for area in coverage().small_areas if area.ward_code == ward.code]),
        )
        for ward in WARDS
    ]


def neighbourhoods() -> list[Feature]:
    """The neighbourhoods, with the codes of the small areas they are composed of."""
    found: list[Feature] = []
    for (code, name), parts in NEIGHBOURHOODS.items():
        members = [area for area in coverage().small_areas if area.name.split()[-1] in parts]
        codes = ";".join(area.code for area in members)
        found.append(
            ({**_named(code, name), "small_areas": codes}, _union([area.polygon for area in members]))
        )
    return found


def water_features() -> list[Feature]:
    """The sea inside the frame and the rivers: for drawing, nothing else."""
    g, frame = ground(), box(*FRAME)
    shapes = {
        ("W1", "North Sea", "sea"): frame.difference(g.land),
        ("W2", "River Wend", "river"): river_polygon(),
        ("W3", "Eel Beck", "river"): g.beck.buffer(0.008, quad_segs=2),
    }
    return [
        ({**_named(code, name), "kind": kind}, in_degrees(frame.intersection(shape.simplify(WATER_DETAIL))))
        for (code, name, kind), shape in shapes.items()
    ]


def places() -> list[tuple[str, str, str, str]]:
    """Name, kind, latitude and longitude of the towns, suburbs and villages."""
    found = [(town.name, TOWN_KINDS.get(town.name, "village"), town.x, town.y) for town in TOWNS]
    found += [(name, "suburb", x, y) for name, (x, y) in SUBURBS.items()]
    degrees = to_degrees(np.array([[x, y] for _, _, x, y in found]))
    return [
        (name, kind, f"{lat:.6f}", f"{lon:.6f}")
        for (name, kind, _, _), (lon, lat) in zip(found, degrees, strict=True)
    ]


def _named(code: str, name: str) -> dict[str, str | int]:
    """The two fields that every feature has."""
    return {"code": code, "name": name}


def _catchments(catchments: Iterable[Catchment]) -> list[Feature]:
    """Catchments as features; `code` repeats the URN so that every layer can be read in one way."""
    return [
        ({**_named(catchment.urn, catchment.name), "urn": catchment.urn}, catchment.polygon)
        for catchment in catchments
    ]


def _district() -> Polygon:
    """The district, the union of its small areas."""
    return _union([area.polygon for area in coverage().small_areas])


def _all_land() -> Polygon:
    """The district and all the land west of it."""
    return _union([_district(), coverage().strip, coverage().beyond])


def _union(shapes: list[Polygon]) -> Polygon:
    """Shapes that share borders exactly, joined; ValueError if they do not make one piece."""
    joined = shapely.normalize(shapely.coverage_union_all(shapes))
    if not isinstance(joined, Polygon):
        raise ValueError("the shapes do not hang together")
    return joined
