"""The demonstration area hangs together: counts, borders, and the truths that pages and tests rely on."""

from __future__ import annotations

import csv
import json
import math
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import shapely
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

GEODATA = Path(__file__).resolve().parents[2] / "geodata"
ALL_LAYERS = sorted(path.stem for path in (GEODATA / "layers").glob("*.geojson"))

Row = dict[str, str]
Layer = dict[str, tuple[dict[str, str | int], BaseGeometry]]


@cache
def rows(name: str) -> list[Row]:
    with (GEODATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def layer(name: str) -> Layer:
    """Properties and geometry of each feature by its code."""
    features = json.loads((GEODATA / "layers" / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return {f["properties"]["code"]: (f["properties"], shape(f["geometry"])) for f in features}


@cache
def points() -> dict[str, Point]:
    """The point of every live postcode."""
    return {
        row["pcds"]: Point(float(row["long"]), float(row["lat"]))
        for row in rows("postcodes.csv")
        if not row["doterm"]
    }


def home() -> dict[str, Point]:
    """The live postcodes of the district itself."""
    return {code: point for code, point in points().items() if not code.startswith("ZA5")}


def containing(name: str, point: Point) -> list[str]:
    """Codes of the features of a layer that a point lies in."""
    return [code for code, (_, geometry) in layer(name).items() if geometry.contains(point)]


def union(name: str) -> BaseGeometry:
    return shapely.union_all([geometry for _, geometry in layer(name).values()])


def network_shares(small_area: str) -> dict[str, float]:
    """Each network's share of the patients of a small area."""
    counts = {
        r["pcn_code"]: int(r["patients"])
        for r in rows("network_patients.csv")
        if r["lsoa21_code"] == small_area
    }
    return {code: count / sum(counts.values()) for code, count in counts.items()}


def metres(a: Point, b: Point) -> float:
    """Distance on the ground, good to a few metres over a few kilometres."""
    east = (a.x - b.x) * 111_320 * math.cos(math.radians((a.y + b.y) / 2))
    return math.hypot(east, (a.y - b.y) * 111_320)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("small_areas", 60),
        ("wards", 8),
        ("local_authorities", 2),
        ("primary_catchments", 10),
        ("infant_catchments", 1),
        ("junior_catchments", 1),
        ("secondary_catchments", 3),
        ("icb", 1),
        ("police_area", 1),
        ("criminal_justice_area", 1),
        ("neighbourhoods", 2),
    ],
)
def test_layers_have_the_promised_number_of_features(name: str, count: int) -> None:
    assert len(layer(name)) == count


@pytest.mark.parametrize("name", ALL_LAYERS)
def test_every_feature_is_valid_named_and_written_to_six_decimals(name: str) -> None:
    for properties, geometry in layer(name).values():
        assert properties["name"]
        assert geometry.is_valid
        assert geometry.geom_type in {"Polygon", "MultiPolygon"}
    text = (GEODATA / "layers" / f"{name}.geojson").read_text(encoding="utf-8")
    assert not re.search(r"\.\d{7}", text)


def test_small_areas_tile_their_wards_exactly() -> None:
    small_areas = list(layer("small_areas").values())
    assert shapely.coverage_is_valid([geometry for _, geometry in small_areas])
    for code, (_, ward) in layer("wards").items():
        parts = [geometry for properties, geometry in small_areas if properties["ward_code"] == code]
        assert shapely.union_all(parts).symmetric_difference(ward).area < 1e-12


def test_wards_tile_the_district_and_share_its_western_border() -> None:
    wards = [geometry for _, geometry in layer("wards").values()]
    district, strip = (layer("local_authorities")[code][1] for code in ("Z06000001", "Z06000002"))
    assert shapely.coverage_is_valid(wards)
    assert shapely.coverage_is_valid([district, strip])
    assert union("wards").symmetric_difference(district).area < 1e-12
    assert district.intersection(strip).length > 0.1


@pytest.mark.parametrize("name", ["icb", "police_area", "criminal_justice_area"])
def test_larger_areas_cover_the_district_and_the_strip(name: str) -> None:
    assert union("local_authorities").difference(union(name)).area < 1e-12


def test_people_are_shared_out_over_the_small_areas() -> None:
    people = [int(properties["population"]) for properties, _ in layer("small_areas").values()]
    assert 80_000 < sum(people) < 120_000
    assert min(people) > 500
    assert max(people) < 3_500


def test_postcodes_are_well_formed_and_as_many_as_promised() -> None:
    every = rows("postcodes.csv")
    assert list(every[0]) == ["pcds", "doterm", "lat", "long", "ctry", "oseast1m", "osnrth1m"]
    assert all(re.fullmatch(r"ZA[1-5] \d[ABD-HJLNP-UW-Z]{2}", row["pcds"]) for row in every)
    assert all(re.fullmatch(r"|(19|20)\d\d(0[1-9]|1[0-2])", row["doterm"]) for row in every)
    assert len({row["pcds"] for row in every}) == len(every)
    assert {row["ctry"] for row in every} == {"E92000001"}
    assert 2_400 < len(home()) < 2_600
    assert len(points()) - len(home()) == 30
    assert len(every) - len(points()) == 40


def test_every_live_postcode_is_in_one_small_area_and_one_ward() -> None:
    for code, point in home().items():
        assert len(containing("small_areas", point)) == 1, code
        assert len(containing("wards", point)) == 1, code
        assert containing("local_authorities", point) == ["Z06000001"], code


def test_postcodes_of_the_strip_are_across_the_border() -> None:
    strip = [point for code, point in points().items() if code.startswith("ZA5")]
    assert all(containing("local_authorities", point) == ["Z06000002"] for point in strip)
    assert all(containing("icb", point) and not containing("wards", point) for point in strip)


def test_nobody_lives_in_the_water() -> None:
    wet = [code for code, point in points().items() if containing("water", point)]
    assert wet == []


def test_the_example_family_lives_where_the_guide_says() -> None:
    example = points()["ZA1 4QT"]
    assert 600 < metres(example, points()["ZA1 2AB"]) < 700
    assert containing("wards", example) == ["Z05000001"]
    assert containing("primary_catchments", example) == ["990001"]
    assert containing("secondary_catchments", example) == ["990101"]
    shares = network_shares(containing("small_areas", example)[0])
    assert {code: round(share, 2) for code, share in shares.items()} == {
        "ZPCN01": 0.62,
        "ZPCN02": 0.21,
        "ZPCN03": 0.17,
    }


@pytest.mark.parametrize(
    ("postcode", "ward"),
    [
        ("ZA1 2AB", "Z05000001"),
        ("ZA1 6BD", "Z05000003"),
        ("ZA2 1AA", "Z05000004"),
        ("ZA2 5EF", "Z05000006"),
        ("ZA4 1AA", "Z05000008"),
    ],
)
def test_family_hubs_are_in_their_wards(postcode: str, ward: str) -> None:
    assert containing("wards", points()[postcode]) == [ward]


def test_some_postcodes_are_in_no_primary_catchment_and_some_in_two() -> None:
    found = {code: containing("primary_catchments", point) for code, point in home().items()}
    none = {code for code, urns in found.items() if not urns}
    two = {tuple(urns) for urns in found.values() if len(urns) > 1}
    northern = {code for code in home() if code.startswith(("ZA4 2", "ZA4 3"))}
    saltings = {code for code, point in home().items() if containing("infant_catchments", point)}
    assert northern <= none
    assert none - northern == saltings
    assert two == {("990006", "990009")}
    assert 5 <= sum(len(urns) > 1 for urns in found.values()) <= 40


def test_the_infant_and_the_junior_catchment_are_the_same_ground() -> None:
    infant, junior = (union(f"{phase}_catchments") for phase in ("infant", "junior"))
    assert infant.equals(junior)


def test_every_postcode_is_in_one_secondary_catchment() -> None:
    assert all(len(containing("secondary_catchments", point)) == 1 for point in home().values())


def test_every_school_is_in_its_own_catchment_and_has_one() -> None:
    layers = {"Primary": "primary", "Infant": "infant", "Junior": "junior", "Secondary": "secondary"}
    for row in rows("schools.csv"):
        inside = containing(f"{layers[row['phase']]}_catchments", points()[row["postcode"]])
        assert row["urn"] in inside, row["name"]
    drawn = [urn for name in layers.values() for urn in layer(f"{name}_catchments")]
    assert sorted(drawn) == sorted(row["urn"] for row in rows("schools.csv"))


def test_catchments_cut_across_wards() -> None:
    crossing = 0
    for _, catchment in layer("primary_catchments").values():
        shares = [catchment.intersection(ward).area / catchment.area for _, ward in layer("wards").values()]
        crossing += sum(share > 0.03 for share in shares) > 1
    assert crossing >= 8


def test_networks_hold_about_two_thirds_of_their_areas_and_less_at_borders() -> None:
    largest = [max(network_shares(code).values()) for code in layer("small_areas")]
    assert 0.62 < sum(largest) / 60 < 0.69
    assert min(largest) >= 0.40
    assert sum(share < 0.55 for share in largest) >= 5
    kept = Counter(row["lsoa21_code"] for row in rows("network_patients.csv"))
    assert set(kept.values()) == {3}


def test_every_network_is_the_largest_somewhere() -> None:
    shares = [network_shares(code) for code in layer("small_areas")]
    leading = Counter(max(share, key=lambda code: share[code]) for share in shares)
    assert set(leading) == {"ZPCN01", "ZPCN02", "ZPCN03"}


def test_neighbourhoods_are_made_of_small_areas() -> None:
    for properties, geometry in layer("neighbourhoods").values():
        parts = [layer("small_areas")[code][1] for code in str(properties["small_areas"]).split(";")]
        assert shapely.union_all(parts).symmetric_difference(geometry).area < 1e-12
        assert geometry.geom_type == "Polygon"


@pytest.mark.parametrize(("name", "count"), [("schools.csv", 15), ("practices.csv", 9), ("hubs.csv", 7)])
def test_registers_stand_at_the_points_of_live_postcodes(name: str, count: int) -> None:
    assert len(rows(name)) == count
    for row in rows(name):
        assert points()[row["postcode"]] == Point(float(row["lon"]), float(row["lat"])), row["name"]


def test_contacts_are_from_the_ranges_kept_for_fiction() -> None:
    for row in rows("practices.csv") + rows("hubs.csv"):
        assert re.fullmatch(r"01632 960\d{3}", row["telephone"])
    websites = [row["website"] for row in rows("schools.csv") + rows("hubs.csv")]
    assert all(re.match(r"https://[a-z.]+\.example\.org/", website) for website in websites)
    assert all(row["email"].endswith(".example.org") for row in rows("hubs.csv"))


def test_five_family_hubs_and_two_childrens_centres_say_when_they_are_open() -> None:
    kinds = Counter(row["site_type"] for row in rows("hubs.csv"))
    assert kinds == {"family hub": 5, "children's centre": 2}
    day = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d:\d\d-\d\d:\d\d( term| holidays)?( \([^()]+\))?"
    for row in rows("hubs.csv"):
        assert all(re.fullmatch(day, session) for session in row["opening"].split("; ")), row["opening"]
    charity = [row["key"] for row in rows("hubs.csv") if row["provider"] == "Wend Valley Families"]
    assert charity == ["thornley-childrens-centre"]


def test_places_are_on_the_land_of_the_area() -> None:
    names = {row["name"] for row in rows("places.csv")}
    villages = {"Upper Wend", "Thornley", "Eelby", "Sandmere", "Dunholme", "Long Reach"}
    assert {"Harbourmouth", "Wendbridge"} | villages <= names
    for row in rows("places.csv"):
        assert containing("local_authorities", Point(float(row["lon"]), float(row["lat"]))), row["name"]


def test_the_files_are_what_the_script_draws() -> None:
    done = subprocess.run(
        [sys.executable, str(GEODATA / "make_area.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_area_is_small() -> None:
    assert sum(path.stat().st_size for path in (GEODATA / "layers").glob("*.geojson")) < 3_000_000
