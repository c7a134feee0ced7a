"""Places by name, as people type them: with words left out, capitals, apostrophes and "near"."""

from pathlib import Path
from typing import Any

import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.ingest.schools import SCHOOLS
from hubfinder.places.models import Footprint, PlaceName, Postcode, Practice, School
from hubfinder.places.plain import plain
from hubfinder.places.queries import find_place
from hubfinder.places.values import (
    PlaceAmbiguous,
    PlaceUnknown,
    Point,
    PointUnknown,
    PostcodeElsewhere,
)
from hubfinder.vocab import FootprintKind
from tests.support import factories as made
from tests.support.files import csv_file, load

PORT, INLAND = Point(54.75, 2.2), Point(54.75, 2.0)
ANNES, MARYS, JOHNS = "St Anne's Primary School", "St. Mary’s CofE Infant School", "Saint John's Academy"


@pytest.fixture
def area(session: Session) -> Session:
    """Two councils that each have a Harbour ward; schools, surgeries and towns."""
    for name, code, middle in (("Harbourmouth", "L1", PORT), ("Northsands", "L2", INLAND)):
        made.footprint(session, name, FootprintKind.LOCAL_AUTHORITY, code=code, **around(middle, 5_000))
        made.footprint(session, "Harbour", code=f"W-{code}", **around(middle, 900))
    made.footprint(session, "Saltings", code="W3", **around(made.north_of(PORT, 2_000), 500))
    made.footprint(session, "Harbour 001A", FootprintKind.SMALL_AREA, code="A1", **around(PORT, 300))
    made.footprint(session, "England", FootprintKind.NATION, code="E92000001")
    schools: tuple[tuple[str, dict[str, Any]], ...] = (
        (ANNES, {"postcode": "ZA1 4HY"}),
        (MARYS, {"postcode": "ZA1 5AA"}),
        (JOHNS, {"postcode": "ZA1 6AA"}),
        ("St Peter's Primary School", {"postcode": "ZA2 1AA"}),
        ("St Peter's Primary School", {"postcode": "ZA3 1AA"}),
        ("Old Quay School", {"status": "Closed"}),
        ("Nowhere School", {"lat": None, "lon": None}),
    )
    for number, (name, facts) in enumerate(schools):
        at = made.north_of(PORT, 300 * number)
        values: dict[str, Any] = {"status": "Open", "lat": at.lat, "lon": at.lon, **facts}
        session.add(School(urn=str(number), name=name, **values))
    session.add_all(
        (
            Practice(code="Z1", name="Quayside Surgery", postcode="ZA1 2FJ", lat=54.751, lon=2.21),
            Practice(code="Z2", name="Saltings Medical Centre", postcode="ZA1 6GZ", lat=54.76, lon=2.21),
            PlaceName(key="wendbridge-town", name="Wendbridge", kind="town", lat=54.75, lon=2.0),
            PlaceName(key="near-sawrey", name="Near Sawrey", kind="village", lat=54.7, lon=2.0),
            Postcode(code="ZA14QT", lat=54.75, lon=2.2, country="E"),
            Postcode(code="EH11AA", lat=55.95, lon=-3.19, country="S"),
            Postcode(code="ZE29ZZ", lat=60.1, lon=-1.2),
            Postcode(code="YO11AA", lat=53.96, lon=-1.08, country="E"),
        )
    )
    session.flush()
    return session


def around(point: Point, metres: float) -> dict[str, Any]:
    """The shape of a square around a point, to decide and to draw with."""
    text = made.around(point, metres)
    return {"geom": f"SRID=4326;{text}", "outline": shapely.to_wkb(shapely.from_wkt(text))}


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("St Anne's Primary School", ANNES),
        ("near St Anne's Primary", ANNES),
        ("NEAR ST ANNES PRIMARY SCHOOL", ANNES),
        ("saint anne’s", ANNES),
        ("st. annes school", ANNES),
        ("Annes Primary", ANNES),
        ("anne's", ANNES),
        ("st mary's infant", MARYS),
        ("St Marys C of E Infant School", MARYS),
        ("st johns", JOHNS),
        ("by Quayside Surgery", "Quayside Surgery"),
        ("quayside doctors", "Quayside Surgery"),
        ("Quayside", "Quayside Surgery"),
        ("next to saltings medical", "Saltings Medical Centre"),
        ("Saltings", "Saltings"),
        ("saltings ward", "Saltings"),
        ("saltings surgery", "Saltings Medical Centre"),
        ("wendbridge", "Wendbridge"),
        ("near sawrey", "Near Sawrey"),
        ("Sawrey", "Near Sawrey"),
        ("near ZA1 4QT", "ZA1 4QT"),
        ("near za1", "ZA1"),
    ],
)
def test_a_name_may_be_typed_in_any_way(area: Session, typed: str, label: str) -> None:
    assert find_place(area, typed).label == label


@pytest.mark.parametrize(
    "typed",
    ["Old Quay", "Nowhere School", "school", "the ward", "Harbour 001A", "'", "*", "%a%"],
)
def test_what_is_closed_nowhere_or_no_name_is_not_found(area: Session, typed: str) -> None:
    with pytest.raises(PlaceUnknown):
        find_place(area, typed)


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("ZA1 4QT", ""),
        ("ZA1", "outcode"),
        ("St Anne's", "school"),
        ("Quayside", "surgery"),
        ("saltings ward", "ward"),
        ("Wendbridge", "town"),
        ("54.75,2.2", "here"),
    ],
)
def test_a_place_says_how_it_was_found(area: Session, typed: str, what: str) -> None:
    assert find_place(area, typed).what == what


def test_schools_of_one_name_are_told_apart_by_postcode(area: Session) -> None:
    with pytest.raises(PlaceAmbiguous) as caught:
        find_place(area, "st peters")
    assert [(one.label, one.kind, one.detail) for one in caught.value.choices] == [
        ("St Peter's Primary School", "school", "ZA2 1AA"),
        ("St Peter's Primary School", "school", "ZA3 1AA"),
    ]
    first, second = (find_place(area, one.text) for one in caught.value.choices)
    assert first.point != second.point


def test_wards_of_one_name_are_told_apart_by_council(area: Session) -> None:
    with pytest.raises(PlaceAmbiguous) as caught:
        find_place(area, "Harbour")
    assert {(one.label, one.kind, one.detail) for one in caught.value.choices} == {
        ("Harbour", "ward", "Harbourmouth"),
        ("Harbour", "ward", "Northsands"),
    }
    chosen = next(one for one in caught.value.choices if one.detail == "Northsands")
    assert find_place(area, chosen.text).point.lon == pytest.approx(2.0, abs=0.01)


def test_a_file_of_schools_is_found_by_name(session: Session, tmp_path: Path) -> None:
    row = {"urn": "990001", "name": "Saint Anne’s", "lat": "54.758", "lon": "2.228"}
    assert load(session, SCHOOLS, csv_file(tmp_path, "schools", [row])).saved
    assert find_place(session, "st annes").label == "Saint Anne’s"
    assert load(session, SCHOOLS, csv_file(tmp_path, "schools", [{**row, "name": "Newgate"}])).saved
    assert find_place(session, "newgate").label == "Newgate"


def test_names_are_kept_plainly_whoever_writes_them(area: Session) -> None:
    for table in (Footprint, School, Practice, PlaceName):
        for name, written in area.execute(select(table.name, table.plain_name)):
            assert written == plain(name)
    ward = area.scalars(select(Footprint).where(Footprint.name == "Saltings")).one()
    ward.name = "Marsh End"
    area.flush()
    assert find_place(area, "marsh").label == "Marsh End"


@pytest.mark.parametrize("typed", ["54.75,2.2", " 54.7500000001 , 2.20000009 ", "54.75, 2.2"])
def test_a_point_is_where_somebody_is_and_no_more_exact_than_a_postcode(area: Session, typed: str) -> None:
    place = find_place(area, typed)
    assert (place.label, place.point) == ("54.750,2.200", Point(54.75, 2.2))
    assert "Harbourmouth" in [member.name for member in place.memberships]


def test_a_point_in_england_outside_all_that_is_loaded_is_still_a_place(area: Session) -> None:
    assert [member.name for member in find_place(area, "53.95,-1.1").memberships] == ["England"]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("55.95,-3.2", PostcodeElsewhere),
        ("60.12,-1.21", PostcodeElsewhere),
        ("0,0", PointUnknown),
        ("48.85,2.35", PointUnknown),
        ("-90,180", PointUnknown),
        ("91,2", PlaceUnknown),
    ],
)
def test_a_point_outside_england_has_its_own_answer(
    area: Session, typed: str, problem: type[Exception]
) -> None:
    with pytest.raises(problem) as caught:
        find_place(area, typed)
    if problem is PostcodeElsewhere:
        assert caught.value.nation == "S"  # type: ignore[attr-defined]


def test_no_postcodes_at_all_is_nowhere(session: Session) -> None:
    with pytest.raises(PointUnknown):
        find_place(session, "54.75,2.2")
