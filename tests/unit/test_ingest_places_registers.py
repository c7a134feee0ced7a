"""Importing schools, GP practices, their networks, and the networks' patients."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.ingest.footprints import FOOTPRINTS
from hubfinder.ingest.kind import Kind
from hubfinder.ingest.kinds import KINDS
from hubfinder.ingest.network_patients import NETWORK_PATIENTS
from hubfinder.ingest.place_names import PLACE_NAMES
from hubfinder.ingest.practices import EPRACCUR, PRACTICE_NETWORKS, PRACTICES
from hubfinder.ingest.schools import SCHOOLS
from hubfinder.places.models import Footprint, FootprintShare, PlaceName, Practice, School
from hubfinder.vocab import Basis, FootprintKind
from tests.support import factories as made
from tests.support.files import csv_file, load, refusals

SCHOOL = {
    "urn": "990001",
    "name": "St Anne's Primary School",
    "phase": "Primary",
    "status": "Open",
    "postcode": "za1 4hy",
    "lat": "54.758",
    "lon": "2.228",
    "website": "www.stannes.example.org",
}
PRACTICE = {
    "practice_code": "Z81001",
    "name": "Quayside Surgery",
    "address": "3 Capstan Row",
    "postcode": "ZA1 2FJ",
    "telephone": "01632 960201",
    "pcn_code": "ZPCN01",
    "pcn_name": "Quayside",
    "icb_name": "Wend and Coast",
    "lat": "54.75",
    "lon": "2.24",
}


def test_schools_come_in_and_a_second_time_are_the_same(session: Session, tmp_path: Path) -> None:
    nowhere = {**SCHOOL, "urn": "990002", "lat": "", "lon": "", "website": "ask at the desk"}
    path = csv_file(tmp_path, "schools", [SCHOOL, nowhere])
    for _ in range(2):
        report = load(session, SCHOOLS, path)
        assert report.counts == {"schools": 2}
        assert report.notes == [
            "1 schools have no position.",
            "1 cells are no web address and were left out (the first in row 3).",
        ]
    first, second = session.scalars(select(School).order_by(School.urn))
    assert (first.postcode, first.lat, first.website) == (
        "ZA1 4HY",
        54.758,
        "https://www.stannes.example.org",
    )
    assert (second.lat, second.website) == (None, "")


def test_the_register_of_schools_has_its_own_columns_and_metres(session: Session, tmp_path: Path) -> None:
    gias = {
        "URN": "123456",
        "EstablishmentName": "Café School",
        "PhaseOfEducation (name)": "Secondary",
        "EstablishmentStatus (name)": "Open",
        "Postcode": "ZA1 4HY",
        "SchoolWebsite": "",
        "Easting": "651409",
        "Northing": "313177",
    }
    path = csv_file(tmp_path, "edubasealldata", [gias, {**gias, "URN": "2", "Easting": "", "Northing": ""}])
    path.write_bytes(path.read_text("utf-8").encode("cp1252"))
    assert load(session, SCHOOLS, path).saved
    school = session.get_one(School, "123456")
    assert (school.name, school.phase, school.status) == ("Café School", "Secondary", "Open")
    assert school.lat == pytest.approx(52.657978, abs=1e-4)
    assert school.lon == pytest.approx(1.716052, abs=1e-4)
    assert session.get_one(School, "2").lat is None


def test_a_school_of_two_phases_is_one_school_but_a_number_used_twice_is_wrong(
    session: Session, tmp_path: Path
) -> None:
    twice = csv_file(tmp_path, "twice", [SCHOOL, {**SCHOOL, "phase": "Secondary"}])
    assert load(session, SCHOOLS, twice).counts == {"schools": 1}
    wrong = csv_file(tmp_path, "wrong", [SCHOOL, {**SCHOOL, "name": "Other"}, {**SCHOOL, "urn": "x"}])
    assert refusals(load(session, SCHOOLS, wrong)) == [
        (3, "urn", "990001 stands in an earlier row with another name or postcode"),
        (4, "urn", "'x' is not a number"),
    ]


def test_replace_forgets_schools_and_practices_that_are_gone(session: Session, tmp_path: Path) -> None:
    other = {**SCHOOL, "urn": "990009"}
    load(session, SCHOOLS, csv_file(tmp_path, "both", [SCHOOL, other]))
    load(session, SCHOOLS, csv_file(tmp_path, "one", [other]), replace=True)
    assert list(session.scalars(select(School.urn))) == ["990009"]
    load(session, PRACTICES, csv_file(tmp_path, "p", [PRACTICE, {**PRACTICE, "practice_code": "Z81002"}]))
    load(session, PRACTICES, csv_file(tmp_path, "q", [PRACTICE]), replace=True)
    assert list(session.scalars(select(Practice.code))) == ["Z81001"]


def epraccur(code: str, setting: str = "4", status: str = "A") -> list[str]:
    cells = dict.fromkeys(range(len(EPRACCUR)), "")
    cells |= {0: code, 1: "THE SURGERY", 4: "1 HIGH STREET", 5: "", 6: "WENDBRIDGE", 9: "ZA2 1AA", 12: status}
    cells |= {17: "01632 960204", 25: setting}
    return [f'"{cell}"' for cell in cells.values()]


def test_the_nhs_list_has_no_heading_and_more_than_practices(session: Session, tmp_path: Path) -> None:
    rows = [epraccur("Z81001"), epraccur("Z81002", setting="9"), epraccur("Z81003", status="C")]
    path = tmp_path / "epraccur.csv"
    path.write_text("\r\n".join(",".join(row) for row in rows), "utf-8")
    report = load(session, PRACTICES, path)
    assert (report.rows, report.counts) == (3, {"practices": 1})
    practice = session.get_one(Practice, "Z81001")
    assert (practice.name, practice.address, practice.telephone) == (
        "THE SURGERY",
        "1 HIGH STREET, WENDBRIDGE",
        "01632 960204",
    )
    assert practice.network_code is None


def test_practices_come_in_as_points_too(session: Session, tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {key: value for key, value in PRACTICE.items() if key not in {"lat", "lon"}},
        "geometry": {"type": "Point", "coordinates": [2.24, 54.75]},
    }
    path = tmp_path / "practices.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    assert load(session, PRACTICES, path).saved
    practice = session.get_one(Practice, "Z81001")
    assert (practice.network_code, practice.network_name, practice.lat) == ("ZPCN01", "Quayside", 54.75)


def test_the_nhs_map_says_which_network_a_practice_is_in(session: Session, tmp_path: Path) -> None:
    load(session, PRACTICES, csv_file(tmp_path, "p", [PRACTICE, {**PRACTICE, "practice_code": "Z81002"}]))
    rows = [
        {"PRACTICE_CODE": "Z81001", "PCN_CODE": "ZPCN02", "PCN_NAME": "Wendbridge", "ICB_NAME": "Other"},
        {"PRACTICE_CODE": "Z81002", "PCN_CODE": "U", "PCN_NAME": "UNALLOCATED", "ICB_NAME": "Other"},
        {"PRACTICE_CODE": "Y99999", "PCN_CODE": "ZPCN09", "PCN_NAME": "Far", "ICB_NAME": "Far"},
    ]
    path = csv_file(tmp_path, "map", rows)
    report = load(session, PRACTICE_NETWORKS, path)
    assert report.counts == {"practices": 2, "networks known by name only": 1}
    assert "1 practices of the file are not known here" in report.notes[0]
    first, second = session.scalars(select(Practice).order_by(Practice.code))
    assert (first.network_code, first.network_name, first.icb_name) == ("ZPCN02", "Wendbridge", "Other")
    assert (second.network_code, second.network_name) == (None, "")
    [network] = session.scalars(select(Footprint))
    assert (network.code, network.name, network.geom) == ("ZPCN02", "Wendbridge", None)
    assert load(session, PRACTICE_NETWORKS, path).counts["networks known by name only"] == 0


def test_a_list_without_networks_leaves_them_as_they_are(session: Session, tmp_path: Path) -> None:
    load(session, PRACTICES, csv_file(tmp_path, "p", [PRACTICE]))
    plain = {key: PRACTICE[key] for key in ("practice_code", "name", "postcode")}
    load(session, PRACTICES, csv_file(tmp_path, "q", [{**plain, "name": "New name"}]))
    practice = session.get_one(Practice, "Z81001")
    assert (practice.name, practice.network_code, practice.lat) == ("New name", "ZPCN01", 54.75)


def test_bad_practices_are_named(session: Session, tmp_path: Path) -> None:
    rows = [
        {**PRACTICE, "practice_code": "!"},
        {**PRACTICE, "name": ""},
        PRACTICE,
        PRACTICE,
        {**PRACTICE, "lat": "x"},
    ]
    assert [
        (row, field) for row, field, _ in refusals(load(session, PRACTICES, csv_file(tmp_path, "p", rows)))
    ] == [
        (2, "practice_code"),
        (3, "name"),
        (5, "practice_code"),
        (6, "lat"),
    ]


def squares(session: Session) -> None:
    """Three small areas side by side."""
    for number in range(3):
        west, east = 2 + number / 10, 2.1 + number / 10
        geom = f"SRID=4326;MULTIPOLYGON((({west} 54,{east} 54,{east} 55,{west} 55,{west} 54)))"
        made.footprint(
            session, f"Area {number}", FootprintKind.SMALL_AREA, geom=geom, code=f"Z0100000{number}"
        )
    session.commit()


def counted(area: int, network: str, patients: int, **more: str) -> dict[str, str]:
    return {
        "lsoa21_code": f"Z0100000{area}",
        "pcn_code": network,
        "pcn_name": f"Network {network}",
        "patients": str(patients),
        **more,
    }


def networks(session: Session) -> dict[str, Any]:
    session.expire_all()
    kind = Footprint.kind == FootprintKind.PRIMARY_CARE_NETWORK
    return {one.code: one for one in session.scalars(select(Footprint).where(kind).order_by(Footprint.code))}


def shares(session: Session) -> dict[tuple[str, str], float]:
    rows = session.execute(
        select(FootprintShare.small_area_code, Footprint.code, FootprintShare.share).join(
            Footprint, Footprint.id == FootprintShare.footprint_id
        )
    )
    return {(area, code): round(share, 4) for area, code, share in rows}


PATIENTS = [
    counted(0, "P", 700),
    counted(0, "Q", 300),
    counted(1, "P", 450),
    counted(1, "Q", 500),
    counted(1, "FAR", 50),
    counted(2, "Q", 100),
]


def test_patients_make_networks_of_small_areas(session: Session, tmp_path: Path) -> None:
    squares(session)
    path = csv_file(tmp_path, "patients", [*PATIENTS, {**counted(0, "P", 9), "lsoa21_code": "Z99"}])
    report = load(session, NETWORK_PATIENTS, path, source="The NHS")
    assert report.counts == {"footprints": 2, "small areas": 3}
    assert report.notes == ["1 rows are about small areas that are not known here."]
    found = networks(session)
    assert list(found) == ["P", "Q"]
    assert found["P"].name == "Network P"
    assert (found["P"].layer.basis, found["P"].layer.source) == (Basis.MODELLED, "The NHS")
    assert "likelihood" in found["P"].layer.method
    assert found["P"].geom is not None
    assert shares(session) == {
        ("Z01000000", "P"): 0.7,
        ("Z01000000", "Q"): 0.3,
        ("Z01000001", "P"): 0.45,
        ("Z01000001", "Q"): 0.5,
        ("Z01000002", "Q"): 1.0,
    }


def test_patients_of_one_place_at_a_time_give_the_same(session: Session, tmp_path: Path) -> None:
    squares(session)
    load(session, NETWORK_PATIENTS, csv_file(tmp_path, "all", PATIENTS))
    once, version = shares(session), networks(session)["P"].layer.version
    for area in ("Z01000001", "Z01000000"):
        part = [row for row in PATIENTS if row["lsoa21_code"] == area]
        load(session, NETWORK_PATIENTS, csv_file(tmp_path, area, part))
        assert shares(session) == once
    assert networks(session)["P"].layer.version == version
    load(session, NETWORK_PATIENTS, csv_file(tmp_path, "new", [counted(0, "Q", 10)]))
    assert networks(session)["P"].geom is None
    assert shares(session)["Z01000000", "Q"] == 1.0


def test_patients_by_practice_are_counted_for_its_network(session: Session, tmp_path: Path) -> None:
    squares(session)
    load(session, PRACTICES, csv_file(tmp_path, "p", [PRACTICE, {**PRACTICE, "practice_code": "Z81002"}]))
    rows = [
        {"PRACTICE_CODE": "Z81001", "LSOA_CODE": "Z01000000", "SEX": "ALL", "NUMBER_OF_PATIENTS": "30"},
        {"PRACTICE_CODE": "Z81001", "LSOA_CODE": "Z01000000", "SEX": "MALE", "NUMBER_OF_PATIENTS": "14"},
        {"PRACTICE_CODE": "Z81002", "LSOA_CODE": "Z01000000", "SEX": "ALL", "NUMBER_OF_PATIENTS": "12"},
        {"PRACTICE_CODE": "Y00001", "LSOA_CODE": "Z01000000", "SEX": "ALL", "NUMBER_OF_PATIENTS": "5"},
    ]
    assert load(session, NETWORK_PATIENTS, csv_file(tmp_path, "nhs", rows)).saved
    assert session.scalars(select(FootprintShare.patients)).all() == [42]


def test_patients_without_small_areas_say_what_to_do(session: Session, tmp_path: Path) -> None:
    report = load(session, NETWORK_PATIENTS, csv_file(tmp_path, "patients", PATIENTS))
    assert "Import their boundaries first: hubfinder import footprints" in report.refusal


def test_bad_patients_are_named(session: Session, tmp_path: Path) -> None:
    squares(session)
    rows = [
        counted(0, "P", 7),
        counted(0, "P", 8),
        {**counted(1, "P", 1), "patients": "-1"},
        {**counted(1, "Q", 1), "patients": ""},
        counted(1, "../Q", 1),
    ]
    assert refusals(load(session, NETWORK_PATIENTS, csv_file(tmp_path, "patients", rows))) == [
        (3, "lsoa21_code", "Z01000000 P stands in the file twice, first in row 2"),
        (4, "patients", "'-1' is not between 0 and 1,000,000"),
        (5, "patients", "is empty"),
        (6, "pcn_code", "'../Q' is not a code: use letters, digits, '.', '_' and '-'"),
    ]
    neither = csv_file(tmp_path, "neither", [{"lsoa21_code": "Z01000000", "patients": "1"}])
    assert "neither a column pcn_code" in load(session, NETWORK_PATIENTS, neither).refusal


def test_places_of_the_same_name_are_told_apart(session: Session, tmp_path: Path) -> None:
    rows = [
        {"name": "Newton", "kind": "village", "lat": "54.1", "lon": "2"},
        {"name": "Newton", "kind": "village", "lat": "54.2", "lon": "2"},
        {"name": "Wendbridge", "kind": "town", "lat": "54.3", "lon": "2"},
    ]
    for _ in range(2):
        assert load(session, PLACE_NAMES, csv_file(tmp_path, "places", rows)).counts == {"place names": 3}
    keys = session.scalars(select(PlaceName.key).order_by(PlaceName.key)).all()
    assert keys == ["newton-village", "newton-village-2", "wendbridge-town"]
    bad = csv_file(
        tmp_path, "bad", [{"name": "", "kind": "x", "lat": "54", "lon": "2"}, {"name": "A", "kind": "x"}]
    )
    assert [(row, field) for row, field, _ in refusals(load(session, PLACE_NAMES, bad))] == [
        (2, "name"),
        (3, "lat"),
    ]


TABLES = [kind for kind in KINDS.values() if kind is not FOOTPRINTS]


@pytest.mark.parametrize("kind", TABLES, ids=[kind.name for kind in TABLES])
def test_a_heading_without_rows_is_refused(session: Session, tmp_path: Path, kind: Kind[Any]) -> None:
    columns = "urn practice_code lsoa21_code patients pcn_code pcn_name key postcode name kind lat lon"
    more = (
        "organization summary access delivery address site_type provider type operator arrangement footprint "
        "service language"
    )
    path = tmp_path / "empty.csv"
    path.write_text(",".join(f"{columns} {more}".split()) + "\n", "utf-8")
    assert load(session, kind, path).refusal == "It has no rows, so nothing was taken from it."
