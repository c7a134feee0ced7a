"""Areas derived from the real data of Stoke-on-Trent, against what this file works out by itself.

Whether a postcode is in the area of its nearest school or practice is asked of every postcode: its distance
to every one of them on the ellipsoid, one by one. A metre's difference counts as a tie.
"""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import shapely
from flask import Flask
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.extensions import db
from hubfinder.places.models import Postcode, Practice, School
from hubfinder.vocab import FootprintKind
from tests.support.application import empty_tables
from tests.support.deriving import codes_of, derived, layer_of, run, shapes_in, wrong_and_tied
from tests.support.real_data import real_data

LOOKUP = "lsoa21_lookup_msoa_ward_pcn_imd2025.csv"
WARD = ("--footprint-kind", "ward", "--part-field", "lsoa21_code", "--code-field", "ward24_code")
KINDS = {
    "primary": FootprintKind.SCHOOL_CATCHMENT_PRIMARY,
    "secondary": FootprintKind.SCHOOL_CATCHMENT_SECONDARY,
}


@pytest.fixture(scope="module")
def stoke(app: Flask, folder: Path) -> Iterator[Flask]:
    """Stoke's small areas, postcodes, schools and practices; every derivation is made of them."""
    fields = ("--footprint-kind", "small_area", "--code-field", "lsoa21_code", "--name-field", "lsoa21_name")
    for command in (
        ("footprints", folder / "lsoa21.geojson", *fields, "--no-memberships"),
        ("schools", folder / "schools.csv"),
        ("practices", folder / "gp_practices.geojson"),
        ("postcodes", folder / "postcodes.csv"),
    ):
        result = run(app, "import", *command)
        assert result.exit_code == 0, result.output
    yield app
    db.session.rollback()
    empty_tables(db.session)


def points(session: Session) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of every postcode."""
    rows = session.execute(select(Postcode.code, Postcode.lon, Postcode.lat)).all()
    session.rollback()
    return {code: (lon, lat) for code, lon, lat in rows if lon is not None and lat is not None}


def schools(session: Session, phase: str) -> list[tuple[str, tuple[float, float]]]:
    """Open schools with a position; those that are infant or junior schools by name are no primaries."""
    rows = session.execute(
        select(School.urn, School.lon, School.lat, School.name)
        .where(School.phase == phase, School.status == "Open", School.lat.is_not(None))
        .order_by(School.urn)
    ).all()
    session.rollback()
    others = ("Infant", "Junior")
    return [
        (urn, (float(lon or 0), float(lat or 0)))
        for urn, lon, lat, name in rows
        if not any(word in name for word in others)
    ]


@cache
def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shapes_of_file(path: Path, code: str) -> dict[str, BaseGeometry]:
    features = json.loads(path.read_text("utf-8"))["features"]
    return {one["properties"][code]: shapely.geometry.shape(one["geometry"]) for one in features}


@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_every_postcode_is_in_the_area_of_its_nearest_school(
    stoke: Flask, asked: Session, phase: str
) -> None:
    derived(stoke, "schools", "--phase", phase)
    sites = schools(asked, phase.capitalize())
    wrong, tied = wrong_and_tied(points(asked), sites, codes_of(asked, KINDS[phase]))
    assert wrong == []
    assert len(tied) <= 35, tied  # schools on one site, and postcodes within half a metre of a line
    areas = shapes_in(asked, f"school_catchment_{phase}:nearest-school")
    assert len(areas) == len(sites)
    apart = list({shape.wkb: shape for shape in areas.values()}.values())
    assert shapely.coverage_is_valid(apart)
    land = shapely.union_all(list(shapes_in(asked, "small_area:lsoa21").values()))
    assert sum(shape.area for shape in apart) == pytest.approx(land.area, rel=1e-7)


def test_every_postcode_is_in_the_network_of_its_nearest_practice(stoke: Flask, asked: Session) -> None:
    derived(stoke, "networks", "--by", "nearest-practice")
    rows = asked.execute(
        select(Practice.network_code, Practice.lon, Practice.lat).where(
            Practice.network_code.is_not(None), Practice.lat.is_not(None)
        )
    ).all()
    sites = [(str(code), (float(lon or 0), float(lat or 0))) for code, lon, lat in rows]
    found = codes_of(asked, FootprintKind.PRIMARY_CARE_NETWORK)
    wrong, tied = wrong_and_tied(points(asked), sites, found)
    shared = {code for code, here in sites for other, there in sites if here == there and code != other}
    assert [code for code in wrong if code not in tied] == []
    assert len(shared) <= 2  # one health centre with practices of two networks
    assert len(wrong) < len(points(asked)) / 20
    areas = list(shapes_in(asked, "primary_care_network:nearest-practice").values())
    assert shapely.coverage_is_valid(areas)


def test_wards_by_best_fit_are_those_of_the_file_that_others_made(
    stoke: Flask, asked: Session, folder: Path
) -> None:
    report = derived(stoke, "best-fit", "--lookup", folder / LOOKUP, *WARD, "--name-field", "ward24_name")
    assert report["counts"] == {"small areas": 163, "footprints": 34}
    theirs = shapes_of_file(folder / "ward24_bestfit.geojson", "ward24_code")
    ours = shapes_in(asked, "ward:best-fit")
    assert ours.keys() == theirs.keys()
    for code, shape in ours.items():
        same = shapely.intersection(shape, theirs[code]).area / shapely.union(shape, theirs[code]).area
        assert same > 0.998, code  # that file is rounded to some ten metres
    assert shapely.coverage_is_valid(list(ours.values()))
    wards = codes_of(asked, FootprintKind.WARD)
    rows = table(folder / "postcodes.csv")
    differ = [row for row in rows if wards.get(row["postcode"].replace(" ", "")) != {row["ward24_code"]}]
    assert len(differ) <= 3


def test_small_areas_and_wards_add_up_to_the_same_council(stoke: Flask, asked: Session, folder: Path) -> None:
    code = ("--code-field", "ltla24_code", "--name-field", "ltla24_name")
    england = real_data("england") / "lookup_england_lsoa21_msoa21_ward24_ltla24_sicbl24_icb24.csv.gz"
    council = ("--footprint-kind", "local_authority", "--part-field", "lsoa21_code")
    report = derived(stoke, "dissolve", "--lookup", england, *council, *code)
    assert report["counts"] == {"small areas": 163, "footprints": 1}
    assert any(note.startswith("33,592 rows name parts without a shape here") for note in report["notes"])
    shape = shapes_in(asked, "local_authority:dissolved")["E06000021"]
    union = shapely.union_all(list(shapes_in(asked, "small_area:lsoa21").values()))
    assert shape.area == pytest.approx(union.area, rel=1e-12)
    assert shapely.symmetric_difference(shape, union).area < 1e-12
    theirs = shapes_of_file(folder / "local_authority.geojson", "ltla24_code")["E06000021"]
    assert shapely.symmetric_difference(shape, theirs).area / theirs.area < 1e-4
    assert layer_of(asked, "local_authority:dissolved").basis.value == "official"

    derived(stoke, "best-fit", "--lookup", folder / LOOKUP, *WARD, "--name-field", "ward24_name")
    up = ("--footprint-kind", "local_authority", "--of", "ward", "--part-field", "ward24_code", *code)
    derived(stoke, "dissolve", "--lookup", england, *up, "--layer", "by-wards", "--replace")
    assert shapes_in(asked, "by-wards")["E06000021"].equals(shape)
    assert layer_of(asked, "by-wards").basis.value == "best_fit"


def test_middle_areas_are_those_of_the_file(stoke: Flask, asked: Session, folder: Path) -> None:
    fields = ("--part-field", "lsoa21_code", "--code-field", "msoa21_code", "--name-field", "msoa21_name")
    derived(stoke, "dissolve", "--lookup", folder / LOOKUP, "--footprint-kind", "msoa", *fields)
    theirs = shapes_of_file(folder / "msoa21.geojson", "msoa21_code")
    ours = shapes_in(asked, "msoa:dissolved")
    assert ours.keys() == theirs.keys()
    assert all(
        shapely.symmetric_difference(shape, theirs[code]).area / shape.area < 0.002
        for code, shape in ours.items()
    )


def test_patients_say_more_than_the_nearest_practice(stoke: Flask, asked: Session, folder: Path) -> None:
    derived(stoke, "networks", "--by", "nearest-practice")
    nearest = codes_of(asked, FootprintKind.PRIMARY_CARE_NETWORK)
    result = run(stoke, "import", "network-patients", folder / "pcn_patients_by_lsoa21_oct2025.csv")
    assert result.exit_code == 0, result.output
    before = {code: shape.wkb for code, shape in shapes_in(asked, "primary_care_network:patients").items()}
    assert len(before) == 8
    derived(stoke, "networks", "--by", "patients")
    after = shapes_in(asked, "primary_care_network:patients")
    assert {code: shape.wkb for code, shape in after.items()} == before
    rows = table(folder / "postcodes.csv")
    agree = Counter(
        row["dominant_pcn_code"] in nearest.get(row["postcode"].replace(" ", ""), set()) for row in rows
    )
    assert 0.6 < agree[True] / len(rows) < 0.85
    assert shapes_in(asked, "primary_care_network:nearest-practice") == {}  # all were taken over
    again = run(stoke, "derive", "networks", "--by", "nearest-practice")
    assert "Everywhere here is known from patients" in again.output
