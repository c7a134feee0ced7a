"""England's footprints and the United Kingdom's postcodes, put into an empty database for the benchmarks.

Made from the official files where they are (HUBFINDER_SHARED_DATA; see ``bench.postcodes``): small areas as
published, and out of them middle areas, wards, authorities and ICBs by the look-ups; networks by the nearest
practice; catchments by the nearest school. Without the files a country of squares is made up.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.postcodes import AREAS, REAL, SHARED, made_up
from hubfinder.database import begin_writing
from hubfinder.ingest.postcodes import POSTCODES
from hubfinder.ingest.running import import_files
from hubfinder.places.layers import Area, LayerFacts, put_layer
from hubfinder.places.models import Postcode
from hubfinder.places.values import Postcode as PostcodeValue
from hubfinder.vocab import Basis, FootprintKind

OF_SMALL_AREAS = SHARED / "lookup_england_lsoa21_msoa21_ward24_ltla24_sicbl24_icb24.csv.gz"
OLD_AND_NEW = SHARED / "lookup_england_lsoa11_lsoa21.csv.gz"
PRACTICES = SHARED / "england_gp_practice_pcn_subicb_icb_map_oct2025.csv.gz"
SCHOOLS = SHARED / "schools_england_performance_tables_2018_19_with_lat_lon.csv.gz"
ABOVE = {
    FootprintKind.MSOA: "msoa21",
    FootprintKind.WARD: "ward24",
    FootprintKind.LOCAL_AUTHORITY: "ltla24",
    FootprintKind.ICB: "icb24",
}
PHASES = {
    FootprintKind.SCHOOL_CATCHMENT_PRIMARY: "Primary",
    FootprintKind.SCHOOL_CATCHMENT_SECONDARY: "Secondary",
}
ATTRIBUTION = (
    "Contains OS data © Crown copyright and database right 2025. Contains Royal Mail data © Royal Mail "
    "copyright and database right 2025. Source: Office for National Statistics licensed under the Open "
    "Government Licence v3.0."
)
LICENCE = "Open Government Licence v3.0"
Parents = dict[FootprintKind, dict[str, tuple[str, str]]]
"""For each kind: code and name of the area that a small area, by code, is part of."""


def load(session: Session, folder: Path) -> None:
    """Everything but the memberships. ``folder`` takes the made-up files, if they are needed."""
    file = REAL if REAL.is_file() else made_up(folder / "postcodes.csv.gz")
    [report] = import_files(session, POSTCODES, [file], POSTCODES.options())
    if not report.saved:
        raise RuntimeError(f"{report.refusal} {report.problems}")
    begin_writing(session)
    for kind, areas in layers(session):
        basis = Basis.MODELLED if kind.is_catchment else Basis.OFFICIAL
        facts = LayerFacts(
            f"bench:{kind}", kind, basis, source=file.name, licence=LICENCE, attribution=ATTRIBUTION
        )
        put_layer(session, facts, areas)
    session.commit()


def layers(session: Session) -> Iterator[tuple[FootprintKind, list[Area]]]:
    """Every layer of the country; the postcodes, which say where the practices are, are in already."""
    small = _small_areas() if AREAS.is_file() else _squares()
    yield FootprintKind.SMALL_AREA, small
    parents = _parents() if AREAS.is_file() else _made_up_parents(small)
    parents[FootprintKind.PRIMARY_CARE_NETWORK] = _networks(session, small)
    for kind, of_area in parents.items():
        yield kind, _dissolved(small, of_area)
    bounds = shapely.box(*shapely.total_bounds([area.shape for area in small]))
    for kind, phase in PHASES.items():
        yield kind, _nearest(_schools(phase) if SCHOOLS.is_file() else _made_up_schools(phase), bounds)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", newline="", encoding="utf-8-sig") as text:
        yield from csv.DictReader(text)


def _small_areas() -> list[Area]:
    with gzip.open(AREAS, "rt", encoding="utf-8") as text:
        features = json.load(text)["features"]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return [
        Area(one["properties"]["lsoa11_code"], one["properties"]["lsoa11_name"], _whole(shape))
        for one, shape in zip(features, shapes, strict=True)
    ]


def _whole(shape: BaseGeometry) -> BaseGeometry:
    """A valid multipolygon."""
    parts = shapely.get_parts(shape if shape.is_valid else shapely.make_valid(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _parents() -> Parents:
    old_of = defaultdict(list)
    for row in _rows(OLD_AND_NEW):
        old_of[row["lsoa21_code"]].append(row["lsoa11_code"])
    found: Parents = {kind: {} for kind in ABOVE}
    for row in _rows(OF_SMALL_AREAS):
        for code in old_of[row["lsoa21_code"]]:
            for kind, name in ABOVE.items():
                found[kind].setdefault(code, (row[f"{name}_code"], row[f"{name}_name"]))
    return found


def _dissolved(small: Sequence[Area], parents: Mapping[str, tuple[str, str]]) -> list[Area]:
    parts = defaultdict(list)
    for area in small:
        if area.code in parents:
            parts[parents[area.code]].append(area.shape)
    return [
        Area(code, name, _whole(shapely.union_all(shapes))) for (code, name), shapes in sorted(parts.items())
    ]


def _networks(session: Session, small: Sequence[Area]) -> dict[str, tuple[str, str]]:
    """The network of the practice that is nearest to the middle of each small area."""
    names = _practices(session) if PRACTICES.is_file() else _made_up_practices()
    tree = shapely.STRtree(_flat([point for point, _ in names]))
    middles = shapely.centroid([area.shape for area in small])
    nearest = tree.nearest(_flat(list(zip(shapely.get_y(middles), shapely.get_x(middles), strict=True))))
    return {area.code: names[at][1] for area, at in zip(small, nearest.tolist(), strict=True)}


def _practices(session: Session) -> list[tuple[tuple[float, float], tuple[str, str]]]:
    rows = [row for row in _rows(PRACTICES) if row["PCN_CODE"].startswith("U")]
    wanted = {row["PRACTICE_CODE"]: PostcodeValue.parse(row["PRACTICE_POSTCODE"]) for row in rows}
    codes = {value.compact for value in wanted.values() if value}
    points = {
        code: (lat, lon)
        for code, lat, lon in session.execute(
            select(Postcode.code, Postcode.lat, Postcode.lon).where(Postcode.code.in_(codes))
        )
        if lat is not None
    }
    return [
        (points[value.compact], (row["PCN_CODE"], row["PCN_NAME"]))
        for row in rows
        if (value := wanted[row["PRACTICE_CODE"]]) and value.compact in points
    ]


def _schools(phase: str) -> dict[tuple[float, float], tuple[str, str]]:
    """Code and name of the school at each point; the first of several."""
    found: dict[tuple[float, float], tuple[str, str]] = {}
    for row in _rows(SCHOOLS):
        if row["phase"] == phase and row["lat"]:
            found.setdefault((float(row["lat"]), float(row["lon"])), (row["urn"], row["name"]))
    return found


def _nearest(schools: Mapping[tuple[float, float], tuple[str, str]], bounds: BaseGeometry) -> list[Area]:
    """Around each school all that is nearer to it than to any other, on a flat map."""
    points = shapely.multipoints([(lon, lat) for lat, lon in schools])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=bounds, ordered=True))
    cells = shapely.intersection(cells, bounds)
    return [
        Area(code, name, _whole(cell))
        for (code, name), cell in zip(schools.values(), cells, strict=True)
        if not cell.is_empty
    ]


def _flat(points: Sequence[tuple[float, float]]) -> list[BaseGeometry]:
    """Points by latitude and longitude, with a degree as long eastward as northward."""
    found: list[BaseGeometry] = shapely.points([(lon * 0.6, lat) for lat, lon in points]).tolist()
    return found


def _squares(across: int = 181) -> list[Area]:
    """As many small areas as England has, over where the made-up postcodes are."""
    west, south = np.meshgrid(np.arange(across), np.arange(across))
    boxes = shapely.box(
        west / across * 6.1 - 5,
        south / across * 7.1 + 50,
        (west + 1) / across * 6.1 - 5,
        (south + 1) / across * 7.1 + 50,
    )
    return [
        Area(f"Z01{number:06}", f"Square {number}", shapely.MultiPolygon([box]))
        for number, box in enumerate(boxes.ravel())
    ]


def _made_up_parents(small: Sequence[Area]) -> Parents:
    sizes = dict(zip(ABOVE, (5, 4, 110, 780), strict=True))
    return {
        kind: {
            area.code: (f"Z{kind.value}{number // size:06}", f"{kind.value} {number // size}")
            for number, area in enumerate(small)
        }
        for kind, size in sizes.items()
    }


def _made_up_practices() -> list[tuple[tuple[float, float], tuple[str, str]]]:
    return [
        (point, (f"ZPCN{number // 5:04}", f"Network {number // 5}"))
        for number, point in enumerate(_scattered(6_000))
    ]


def _made_up_schools(phase: str) -> dict[tuple[float, float], tuple[str, str]]:
    count = 16_000 if phase == "Primary" else 3_400
    return {
        point: (f"Z{number:06}", f"{phase} school {number}") for number, point in enumerate(_scattered(count))
    }


def _scattered(count: int) -> list[tuple[float, float]]:
    chance = np.random.default_rng(count)
    spots = np.column_stack((chance.uniform(50, 57, count), chance.uniform(-5, 1, count)))
    return [(float(lat), float(lon)) for lat, lon in spots]
