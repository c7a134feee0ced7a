"""From what somebody types to a place: postcodes of all sorts, parts of them, names, and the nearest hub."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from hubfinder.directory.queries import nearest_hubs
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import FootprintShare, PlaceName, Postcode, School
from hubfinder.places.nations import nation_of
from hubfinder.places.queries import find_place
from hubfinder.places.values import (
    PlaceAmbiguous,
    PlaceProblem,
    PlaceUnknown,
    Point,
    Postcode as PostcodeValue,
    PostcodeElsewhere,
    PostcodeMalformed,
    PostcodeUnknown,
    PostcodeWithoutPoint,
)
from hubfinder.vocab import FootprintKind
from tests.support import factories as made

HARBOUR = "SRID=4326;MULTIPOLYGON(((2 54,2.5 54,2.5 55,2 55,2 54)))"
SALTINGS = "SRID=4326;MULTIPOLYGON(((2.5 54,3 54,3 55,2.5 55,2.5 54)))"


@pytest.fixture
def area(session: Session) -> Session:
    """Two wards side by side, a few postcodes and names."""
    made.footprint(session, "Harbour", geom=HARBOUR, code="W1", outline=b"")
    made.footprint(session, "Saltings", geom=SALTINGS, code="W2", outline=b"")
    made.footprint(session, "England", FootprintKind.NATION, code="E92000001")
    session.add_all(
        [
            Postcode(code="ZA14QT", lat=54.5, lon=2.2, country="E"),
            Postcode(code="ZA14QU", lat=54.7, lon=2.4, country="E"),
            Postcode(code="ZA16AA", lat=54.5, lon=2.6, country="E"),
            Postcode(code="ZA19AA", lat=54.9, lon=2.9, country="E", terminated="199912"),
            Postcode(code="ZA111AA", lat=54.1, lon=2.1, country="E"),
            Postcode(code="ZA18AA"),
            Postcode(code="EH11AA", lat=55.9, lon=-3.2),
            Postcode(code="TD151AA", lat=55.7, lon=-2.0, country="E"),
            Postcode(code="TD151AB", lat=55.7, lon=-2.1, country="S"),
            Postcode(code="NPT0AD", lat=51.6, lon=-3.0, terminated="199807"),
            PlaceName(key="wendbridge-town", name="Wendbridge", kind="town", lat=54.5, lon=2.2),
            PlaceName(key="newton-village", name="Newton", kind="village", lat=54.5, lon=2.2),
            PlaceName(key="newton-village-2", name="Newton", kind="village", lat=54.5, lon=2.7),
            School(urn="1", name="Wendbridge High School", status="Open", lat=54.5, lon=2.6),
        ]
    )
    session.flush()
    rebuild_memberships(session)
    return session


def names(session: Session, text: str) -> list[str]:
    return [member.name for member in find_place(session, text).memberships]


@pytest.mark.parametrize("text", ["ZA1 4QT", "za14qt", "  zA1   4qT ", "Za1-4QT"])
def test_a_postcode_may_be_typed_in_any_way(area: Session, text: str) -> None:
    place = find_place(area, text)
    assert (place.label, place.point) == ("ZA1 4QT", Point(54.5, 2.2))
    assert [member.name for member in place.memberships] == ["Harbour", "England"]


def test_a_postcode_takes_one_statement(area: Session) -> None:
    said: list[str] = []
    sa.event.listen(area.get_bind(), "before_cursor_execute", lambda *about: said.append(about[2]))
    find_place(area, "ZA1 4QT")
    assert len(said) == 1


def test_a_postcode_that_is_not_in_use_any_more_still_is_a_place(area: Session) -> None:
    place = find_place(area, "ZA1 9AA")
    assert place.terminated == "199912"
    assert [member.name for member in place.memberships] == ["Saltings", "England"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ZA1 4ZZ", PostcodeUnknown),
        ("ZA7", PostcodeUnknown),
        ("ZA1 8AA", PostcodeWithoutPoint),
        ("ZA1 4Q", PostcodeMalformed),
        ("ZA14QTT", PostcodeMalformed),
        ("ZAI 4QT", PostcodeMalformed),
        ("ZA1 OAA", PostcodeMalformed),
        ("5A1 1AA", PostcodeMalformed),
        ("ZA1 4CI", PostcodeMalformed),
        ("Atlantis", PlaceUnknown),
        ("%", PlaceUnknown),
        ("%%", PlaceUnknown),
        ("", PlaceUnknown),
        ("x" * 10_000, PlaceUnknown),
        ("'; drop table postcode; --", PlaceUnknown),
        ("Atl\0antis", PlaceUnknown),
    ],
)
def test_each_problem_has_its_own_answer(area: Session, text: str, problem: type[PlaceProblem]) -> None:
    with pytest.raises(problem):
        find_place(area, text)


@pytest.mark.parametrize(
    ("text", "nation"),
    [
        ("EH1 1AA", "S"),
        ("EH1", "S"),
        ("EH99 9ZZ", "S"),
        ("CF10 1AA", "W"),
        ("NPT 0AD", "W"),
        ("BT1 1AA", "N"),
        ("JE2 3AA", "L"),
        ("GY1 1AA", "L"),
        ("IM1 1AA", "M"),
        ("TD15 1AB", "S"),
    ],
)
def test_a_postcode_of_another_nation_says_which(area: Session, text: str, nation: str) -> None:
    with pytest.raises(PostcodeElsewhere) as caught:
        find_place(area, text)
    assert caught.value.nation == nation


def test_at_the_border_the_file_decides_and_nobody_is_sent_away(area: Session) -> None:
    assert find_place(area, "TD15 1AA").label == "TD15 1AA"
    for outward in ("TD15", "LD7", "NP25"):
        assert nation_of(PostcodeValue(outward, "1AA")) == "E"
        assert nation_of(PostcodeValue(outward, "1AA"), "W") == "W"


def test_the_first_part_of_a_postcode_is_the_middle_of_its_live_ones(area: Session) -> None:
    place = find_place(area, "za1")
    assert place.label == "ZA1"
    assert place.point.lat == pytest.approx(54.5667, abs=1e-3)
    assert place.point.lon == pytest.approx(2.4)
    assert [member.name for member in place.memberships] == ["Harbour", "England"]
    assert find_place(area, "ZA1 4").point.lat == pytest.approx(54.6)
    assert find_place(area, "ZA11").point == Point(54.1, 2.1)


def test_a_name_is_a_place_and_a_town_comes_before_what_is_called_after_it(area: Session) -> None:
    assert find_place(area, "wendbridge").label == "Wendbridge"
    assert names(area, "Wendbridge High") == ["Saltings", "England"]


def test_a_name_of_several_places_asks_which(area: Session) -> None:
    with pytest.raises(PlaceAmbiguous) as caught:
        find_place(area, "Newton")
    first, second = caught.value.choices
    assert (first.label, first.kind) == ("Newton", "village")
    assert names(area, first.text) == ["Harbour", "England"]
    assert names(area, second.text) == ["Saltings", "England"]


def test_a_point_on_a_border_is_in_one_ward_and_its_networks_are_those_of_one_small_area(
    area: Session,
) -> None:
    for code, geom in (("A1", HARBOUR), ("A2", SALTINGS)):
        made.footprint(area, code, FootprintKind.SMALL_AREA, geom=geom, code=code)
    network = made.footprint(area, "Net", FootprintKind.PRIMARY_CARE_NETWORK, code="N1")
    area.add(FootprintShare(small_area_code="A1", footprint_id=network.id, patients=9, share=0.9))
    area.add(PlaceName(key="edge", name="Edge", kind="place", lat=54.5, lon=2.5))
    area.flush()
    place = find_place(area, "Edge")
    assert [(member.name, member.share) for member in place.memberships] == [
        ("A1", 1),
        ("Harbour", 1),
        ("Net", 0.9),
        ("England", 1),
    ]


def hub(session: Session, name: str, point: Point | None, **facts: object) -> None:
    made.location(session, point, name=name, is_family_hub=True, **facts)


def test_the_nearest_hub_is_found_near_and_far_but_never_a_confidential_one(session: Session) -> None:
    here = Point(54.75, 2.1)
    hub(session, "Refuge", made.north_of(here, 10), is_confidential=True)
    made.location(session, made.north_of(here, 20), name="No hub")
    hub(session, "Far", made.north_of(here, 200_000))
    assert [(one.name, round(metres, -3)) for one, metres in nearest_hubs(session, here)] == [
        ("Far", 200_000)
    ]
    hub(session, "Near", made.north_of(here, 900))
    hub(session, "Nearer", made.north_of(here, 800))
    hub(session, "Nowhere", None)
    found = nearest_hubs(session, here, limit=3)
    assert [one.name for one, _ in found] == ["Nearer", "Near", "Far"]
    assert [one.name for one, _ in nearest_hubs(session, here, limit=3, within_m=850)] == ["Nearer"]
    assert nearest_hubs(session, Point(-40, 100), within_m=1_000) == []
