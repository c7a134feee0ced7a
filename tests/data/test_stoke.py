"""One whole council, Stoke-on-Trent, from its official files to answers, on both databases.

What the program answers is compared with what this file works out by itself, in other ways: plain ``json``
and ``csv``, its own distance (haversine) and its own point in polygon (ray casting).
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location
from hubfinder.extensions import db
from hubfinder.places.models import Footprint, FootprintSetMember, Postcode, Practice, School
from hubfinder.places.overlap import overlap
from hubfinder.vocab import FootprintKind
from tests.support.application import empty_tables

TEN = (
    "ST1 1AA",
    "ST1 5AU",
    "ST2 0TG",
    "ST3 2DB",
    "ST3 5TQ",
    "ST4 1RL",
    "ST4 5BP",
    "ST4 8PD",
    "ST6 2PL",
    "ST6 6JS",
)
LAYERS = (
    ("small_area", "lsoa21", "lsoa21_code", "lsoa21_name", "official"),
    ("msoa", "msoa21", "msoa21_code", "msoa21_name", "official"),
    ("ward", "ward24_bestfit", "ward24_code", "ward24_name", "best_fit"),
    ("local_authority", "local_authority", "ltla24_code", "ltla24_name", "official"),
    ("icb", "icb24", "icb24_code", "icb24_name", "official"),
    ("school_catchment_primary", "primary_nearest_school_modelled", "urn", "name", "modelled"),
)
Ring = list[list[float]]


def _run(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def stoke(app: Flask, folder: Path) -> Iterator[Flask]:
    """An instance with all of Stoke in it, brought in by the commands that a council would type."""
    for kind, file, code, name, basis in LAYERS:
        fields = ("--code-field", code, "--name-field", name, "--basis", basis, "--no-memberships")
        _run(app, "import", "footprints", str(folder / f"{file}.geojson"), "--footprint-kind", kind, *fields)
    for kind, file in (
        ("network-patients", "pcn_patients_by_lsoa21_oct2025.csv"),
        ("schools", "schools.csv"),
        ("practices", "gp_practices.geojson"),
        ("postcodes", "postcodes.csv"),
        ("hubs", "family_hubs_and_childrens_centres.csv"),
        ("libraries", "libraries.geojson"),
    ):
        _run(app, "import", kind, str(folder / file))
    yield app
    db.session.rollback()
    empty_tables(db.session)


@cache
def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def features(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["features"]
    return found


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Haversine on a sphere: good to half a per cent."""
    north, east = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    across = cos(radians(lat)) * cos(radians(other_lat)) * sin(east) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(sin(north) ** 2 + across))


def inside(lat: float, lon: float, geometry: dict[str, Any]) -> bool:
    """Ray casting over all rings of all parts: holes and islands count themselves out."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return sum(_crossings(lat, lon, ring) for part in parts for ring in part) % 2 == 1


def _crossings(lat: float, lon: float, ring: Ring) -> int:
    pairs = pairwise(ring)
    return sum(
        (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1
        for (x1, y1), (x2, y2) in pairs
    )


def networks_of(folder: Path, small_area: str) -> dict[str, float]:
    """Networks with at least a tenth of the patients of a small area, and always the largest."""
    patients: dict[str, int] = defaultdict(int)
    for row in table(folder / "pcn_patients_by_lsoa21_oct2025.csv"):
        if row["lsoa21_code"] == small_area:
            patients[row["pcn_code"]] += int(row["patients"])
    everybody = sum(patients.values())
    order = sorted(patients, key=lambda code: (-patients[code], code))
    return {
        code: patients[code] / everybody
        for code in order
        if code == order[0] or patients[code] >= everybody / 10
    }


def test_everything_is_there(asked: Session) -> None:
    kinds = asked.execute(
        select(Footprint.kind, func.count()).where(Footprint.geom.is_not(None)).group_by(Footprint.kind)
    )
    assert {kind.value: number for kind, number in kinds} == {
        "small_area": 163,
        "msoa": 33,
        "ward": 34,
        "local_authority": 1,
        "icb": 1,
        "school_catchment_primary": 63,
        "primary_care_network": 8,
    }
    counts = {
        "postcodes": asked.scalar(select(func.count()).select_from(Postcode)),
        "schools": asked.scalar(select(func.count()).select_from(School)),
        "schools somewhere": asked.scalar(select(func.count(School.lat))),
        "practices": asked.scalar(select(func.count()).select_from(Practice)),
        "hubs": asked.scalar(select(func.count()).where(Location.is_family_hub)),
        "places": asked.scalar(select(func.count()).select_from(Location)),
    }
    assert counts == {
        "postcodes": 8_935,
        "schools": 113,
        "schools somewhere": 89,
        "practices": 42,
        "hubs": 7,
        "places": 21 + 7,  # hubs and centres, and the libraries
    }


@pytest.mark.parametrize("postcode", TEN)
def test_ten_postcodes_get_the_answers_worked_out_here(stoke: Flask, folder: Path, postcode: str) -> None:
    answer = json.loads(_run(stoke, "where", postcode, "--json"))
    [row] = [one for one in table(folder / "postcodes.csv") if one["postcode"] == postcode]
    lat, lon = float(row["lat"]), float(row["lon"])
    assert answer["point"] == {"lat": lat, "lon": lon}

    [small_area] = [
        one["properties"]["lsoa21_code"]
        for one in features(folder / "lsoa21.geojson")
        if inside(lat, lon, one["geometry"])
    ]
    assert [one["code"] for one in answer["footprints"] if one["kind"] == "small_area"] == [small_area]

    expected = networks_of(folder, small_area)
    found = {
        one["code"]: one["share"] for one in answer["footprints"] if one["kind"] == "primary_care_network"
    }
    assert list(found) == list(expected)
    assert found == pytest.approx(expected, abs=0.0001)

    hubs = [
        (metres(lat, lon, one["properties"]["lat"], one["properties"]["lon"]), one["properties"]["name"])
        for one in features(folder / "family_hubs_and_childrens_centres.geojson")
        if one["properties"]["site_type"] == "family hub"
    ]
    far, name = min(hubs)
    assert answer["nearest_hub"]["name"] == name
    assert answer["nearest_hub"]["distance_m"] == pytest.approx(far, rel=0.006)


def test_every_postcode_is_in_the_areas_that_the_official_lookup_says(asked: Session, folder: Path) -> None:
    rows = asked.execute(
        select(Postcode.code, Footprint.kind, Footprint.code, FootprintSetMember.share)
        .join(FootprintSetMember, FootprintSetMember.set_id == Postcode.set_id)
        .join(Footprint, Footprint.id == FootprintSetMember.footprint_id)
        .order_by(FootprintSetMember.share)
    )
    found: dict[tuple[str, str], str] = {(code, kind.value): area for code, kind, area, _ in rows}
    columns = {
        "small_area": "lsoa21_code",
        "msoa": "msoa21_code",
        "ward": "ward24_code",
        "local_authority": "ltla24_code",
        "icb": "icb24_code",
        "primary_care_network": "dominant_pcn_code",
    }
    differ = [
        (row["postcode"], kind)
        for row in table(folder / "postcodes.csv")
        for kind, column in columns.items()
        if found.get((row["postcode"].replace(" ", ""), kind)) != row[column]
    ]
    assert len({postcode for postcode, _ in differ}) <= 3, differ  # on a shared border either side is right


def test_the_same_files_again_change_nothing(stoke: Flask, asked: Session, folder: Path) -> None:
    def everything() -> list[Any]:
        asked.expire_all()
        found = [
            asked.execute(
                select(Postcode.code, Postcode.lat, Postcode.lon, Postcode.set_id).order_by(Postcode.code)
            ).all(),
            asked.execute(select(Footprint.id, Footprint.code, Footprint.name).order_by(Footprint.id)).all(),
            asked.execute(
                select(
                    FootprintSetMember.set_id, FootprintSetMember.footprint_id, FootprintSetMember.share
                ).order_by(FootprintSetMember.set_id, FootprintSetMember.footprint_id)
            ).all(),
        ]
        asked.rollback()
        return found

    before = everything()
    _run(stoke, "import", "postcodes", str(folder / "postcodes.csv"))
    _run(stoke, "import", "network-patients", str(folder / "pcn_patients_by_lsoa21_oct2025.csv"))
    for kind, file, code, name, basis in LAYERS:
        fields = ("--code-field", code, "--name-field", name, "--basis", basis)
        output = _run(
            stoke, "import", "footprints", str(folder / f"{file}.geojson"), "--footprint-kind", kind, *fields
        )
        assert "Nothing has changed" in output
    assert everything() == before


def school_of(folder: Path, lat: float, lon: float) -> str:
    """The nearest-school area a point is in, by ray casting where its box holds the point; empty for none."""
    for code, (west, south, east, north), geometry in _schools_areas(folder):
        if west <= lon <= east and south <= lat <= north and inside(lat, lon, geometry):
            return code
    return ""


@cache
def _schools_areas(folder: Path) -> list[tuple[str, tuple[float, float, float, float], dict[str, Any]]]:
    found = []
    for one in features(folder / "primary_nearest_school_modelled.geojson"):
        geometry = one["geometry"]
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        lons, lats = zip(*(corner[:2] for part in parts for corner in part[0]), strict=True)
        box = (min(lons), min(lats), max(lons), max(lats))
        found.append((str(one["properties"]["urn"]), box, geometry))
    return found


def test_school_areas_lie_over_networks_as_counted_here(asked: Session, folder: Path) -> None:
    by_share: dict[tuple[str, str], float] = defaultdict(float)
    by_likeliest: dict[tuple[str, str], float] = defaultdict(float)
    shares: dict[str, dict[str, float]] = {}
    for row in table(folder / "postcodes.csv"):
        school = school_of(folder, float(row["lat"]), float(row["lon"]))
        small_area = row["lsoa21_code"]
        if small_area not in shares:
            shares[small_area] = networks_of(folder, small_area)
        for network, share in shares[small_area].items() if school else ():
            by_share[school, network] += share
        if school:
            by_likeliest[school, row["dominant_pcn_code"]] += 1
    for likeliest, expected in ((False, by_share), (True, by_likeliest)):
        found = overlap(
            asked,
            FootprintKind.SCHOOL_CATCHMENT_PRIMARY,
            FootprintKind.PRIMARY_CARE_NETWORK,
            (FootprintKind.LOCAL_AUTHORITY, "E06000021"),
            ground=False,
            likeliest=likeliest,
        )
        codes = {side.id: side.code for side in (*found.rows, *found.columns)}
        counted = {(codes[one], codes[two]): cell.postcodes for (one, two), cell in found.cells.items()}
        assert len(found.rows) == 63
        differ = [
            (pair, counted.get(pair, 0.0), expected.get(pair, 0.0))
            for pair in {*counted, *expected}
            if abs(counted.get(pair, 0.0) - expected.get(pair, 0.0)) > 3  # on shared borders
        ]
        assert not differ
        assert sum(counted.values()) == pytest.approx(sum(expected.values()), abs=3)
