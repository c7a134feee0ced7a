"""Whom a sheet is for: squares and postcodes whose shares can be worked out by hand."""

from itertools import count

import pytest
import shapely
from flask import Flask
from geoalchemy2.shape import from_shape
from sqlalchemy.orm import Session

from hubfinder.directory.availability import Area, Asker, Code, Offer, availability
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import Footprint, FootprintShare, Postcode, Practice, School
from hubfinder.places.values import Point
from hubfinder.sheets.orders import read_scope
from hubfinder.sheets.scopes import Scope, ScopeNowhere, ScopeUnknown, find_scope
from hubfinder.vocab import Basis, FootprintKind
from tests.support import factories as made

CATCHMENT, NETWORK = FootprintKind.SCHOOL_CATCHMENT_PRIMARY, FootprintKind.PRIMARY_CARE_NETWORK
WARD, SMALL, COUNCIL = FootprintKind.WARD, FootprintKind.SMALL_AREA, FootprintKind.LOCAL_AUTHORITY
NEIGHBOURHOOD, MIDDLE = FootprintKind.NEIGHBOURHOOD, FootprintKind.MSOA
_serial = count(1)


class World:
    """Stripes of sea: what lies between two longitudes, and postcodes on one line across them."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.session = session
        self.places = app.extensions["places"]

    def area(
        self, name: str, kind: FootprintKind, west: float | None, east: float = 0.0, **facts: object
    ) -> Footprint:
        """A stripe; one without a western end is known by name only."""
        shape = (
            None
            if west is None
            else from_shape(shapely.MultiPolygon([shapely.box(west, 54, east, 55)]), srid=4326)
        )
        return made.footprint(self.session, name, kind, geom=shape, **facts)

    def postcodes(self, lon: float, number: int) -> None:
        for _ in range(number):
            code = f"Z{next(_serial):06}"
            self.session.add(Postcode(code=code, lon=lon, lat=54.5, country="E"))

    def school(self, **facts: object) -> None:
        known: dict[str, object] = {"urn": "990001", "name": "St Anne's", "phase": "Primary", "lat": 54.5}
        self.session.add(School(**(known | {"lon": 2.25, "status": "Open"} | facts)))

    def surgery(self, code: str = "Z81001", **facts: object) -> None:
        self.session.add(Practice(**({"code": code, "name": "Quayside", "lat": 54.5, "lon": 2.25} | facts)))

    def scope(self, text: str) -> Scope:
        rebuild_memberships(self.session)
        self.session.commit()
        return find_scope(self.session, self.places, read_scope(text))


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    """Wards West (2.0 to 2.5) and East (2.5 to 3.0) in one council."""
    world = World(app, session)
    world.area("West", WARD, 2.0, 2.5)
    world.area("East", WARD, 2.5, 3.0)
    world.area("Harbourmouth", COUNCIL, 2.0, 3.0)
    return world


def shares(scope: Scope, kind: FootprintKind) -> dict[str, float]:
    assert scope.place is not None
    return {member.name: round(member.share, 3) for member in scope.place.of_kind(kind)}


def answer(scope: Scope, footprint: Footprint) -> Code:
    """What decides about a service for a footprint, for anybody."""
    offer = Offer(minimum=-9, areas=(Area(footprint.kind, footprint.code, footprint.name),))
    return availability(offer, Asker(scope.place)).deciding.code


def test_a_school_is_for_the_people_of_its_catchment_with_their_shares(world: World) -> None:
    catchment = world.area("St Anne's", CATCHMENT, 2.1, 2.9, code="990001")
    west = world.area("Port", NEIGHBOURHOOD, 2.0, 2.2)
    world.school()
    world.postcodes(2.15, 3)
    world.postcodes(2.55, 1)
    world.postcodes(2.95, 9)  # outside the catchment
    scope = world.scope("school:990001")
    assert (scope.title, scope.footprint and scope.footprint.id) == ("St Anne's", catchment.id)
    assert scope.point == Point(54.5, 2.25)
    assert scope.place is not None
    assert scope.place.point == scope.point
    assert shares(scope, WARD) == {"West": 0.75, "East": 0.25}
    assert shares(scope, COUNCIL) == {"Harbourmouth": 1.0}
    assert scope.postcodes == 4
    assert answer(scope, west) is Code.LIKELY


def test_what_is_for_all_of_them_is_surely_for_them(world: World) -> None:
    """However the catchment's own line was drawn."""
    catchment = world.area("St Anne's", CATCHMENT, 2.1, 2.4, code="990001")
    other = world.area("Wend", WARD, 5.0, 6.0)
    catchment_layer = world.session.get_one(Footprint, catchment.id).layer
    catchment_layer.basis = Basis.TRACED
    world.school()
    world.postcodes(2.15, 3)
    scope = world.scope("school:990001")
    west = next(one for one in world.session.query(Footprint).filter_by(name="West"))
    assert answer(scope, catchment) is Code.SERVES
    assert answer(scope, west) is Code.SERVES
    assert answer(scope, other) is Code.ELSEWHERE


def test_a_street_beyond_a_line_is_left_out(world: World) -> None:
    world.area("St Anne's", CATCHMENT, 2.1, 2.9, code="990001")
    world.school()
    world.postcodes(2.15, 39)
    world.postcodes(2.55, 1)
    assert shares(world.scope("school:990001"), WARD) == {"West": 0.975}


def test_many_streets_beyond_a_line_are_not(world: World) -> None:
    """A twentieth of a council is many people."""
    world.area("Wide", FootprintKind.ICB, 2.0, 3.0, code="Z54")
    world.postcodes(2.15, 480)
    world.postcodes(2.55, 20)
    assert shares(world.scope("footprint:icb:Z54"), WARD) == {"West": 0.96, "East": 0.04}


def test_people_count_where_it_is_known_how_many_live_there(world: World) -> None:
    network = world.area("Coast", NETWORK, None)
    for name, west, patients in (("A", 2.0, 300), ("B", 2.5, 100)):
        small = world.area(name, SMALL, west, west + 0.5)
        world.session.add(
            FootprintShare(small_area_code=small.code, footprint_id=network.id, patients=patients, share=1.0)
        )
    world.area("St Anne's", CATCHMENT, 2.1, 2.9, code="990001")
    world.school()
    world.postcodes(2.15, 2)
    world.postcodes(2.55, 2)
    assert shares(world.scope("school:990001"), WARD) == {"West": 0.75, "East": 0.25}


def test_a_surgery_is_for_the_people_of_its_network(world: World) -> None:
    """Two in three of area A and one in three of area B are with it; and nobody of them with another."""
    own, other = (world.area(name, NETWORK, None) for name in ("Coast", "Quayside"))
    for name, west, share in (("A", 2.0, 2 / 3), ("B", 2.5, 1 / 3)):
        small = world.area(name, SMALL, west, west + 0.5)
        for network, part in ((own, share), (other, 1 - share)):
            world.session.add(
                FootprintShare(
                    small_area_code=small.code,
                    footprint_id=network.id,
                    patients=int(part * 300),
                    share=part,
                )
            )
    world.surgery(network_code=own.code)
    world.surgery("Z81002", network_code=own.code)
    world.postcodes(2.15, 6)
    world.postcodes(2.55, 6)
    scope = world.scope("surgery:Z81001")
    assert shares(scope, NETWORK) == {"Coast": 1.0}
    assert shares(scope, WARD) == {"West": 0.667, "East": 0.333}
    assert scope.by_likelihood
    assert scope.other_surgeries == 1
    assert (answer(scope, own), answer(scope, other)) == (Code.SERVES, Code.SURGERY_ELSEWHERE)


def test_a_surgery_of_a_network_that_nobody_drew_is_for_those_around_it(world: World) -> None:
    network = world.area("Coast", NETWORK, None)
    world.area("Middle", MIDDLE, 2.2, 2.3)
    world.surgery(network_code=network.code)
    world.postcodes(2.25, 2)
    scope = world.scope("surgery:Z81001")
    assert scope.around is not None
    assert scope.around.name == "Middle"
    assert scope.footprint is not None
    assert scope.footprint.name == "Coast"
    assert shares(scope, NETWORK) == {"Coast": 1.0}
    assert shares(scope, WARD) == {"West": 1.0}


def test_a_school_without_a_catchment_is_for_its_ward(world: World) -> None:
    world.school()
    world.postcodes(2.45, 2)
    scope = world.scope("school:990001")
    assert scope.footprint is None
    assert scope.around is not None
    assert scope.around.name == "West"
    assert scope.place is not None
    assert scope.place.label == "St Anne's"


def test_where_there_are_no_areas_it_is_for_the_point(app: Flask, session: Session) -> None:
    world = World(app, session)
    world.school()
    scope = world.scope("school:990001")
    assert (scope.footprint, scope.around) == (None, None)
    assert scope.place is not None
    assert scope.place.point == Point(54.5, 2.25)


def test_a_closed_school_is_known_and_says_so(world: World) -> None:
    world.school(status="Closed")
    assert world.scope("school:990001").is_closed
    assert not world.scope("footprint:ward:" + _code(world, "West")).is_closed


def _code(world: World, name: str) -> str:
    return next(one.code for one in world.session.query(Footprint).filter_by(name=name))


@pytest.mark.parametrize(
    ("phase", "ages"),
    [
        ("Primary", (-9, 144)),
        ("Secondary", (132, 228)),
        ("Middle deemed secondary", (60, 168)),
        ("All-through", None),
        ("", None),
    ],
)
def test_a_school_knows_how_old_its_children_are(
    world: World, phase: str, ages: tuple[int, int] | None
) -> None:
    world.school(phase=phase)
    assert world.scope("school:990001").ages == ages


def test_a_hub_is_for_the_smallest_neighbourhood_around_it(world: World) -> None:
    for name, west, east in (("Large", 2.0, 3.0), ("Small", 2.2, 2.3)):
        world.area(name, NEIGHBOURHOOD, west, east)
    made.location(world.session, Point(54.5, 2.25), key="our-hub", name="Our Hub", is_family_hub=True)
    world.postcodes(2.25, 2)
    world.postcodes(2.65, 2)
    scope = world.scope("hub:our-hub")
    assert scope.footprint is not None
    assert (scope.title, scope.footprint.name) == ("Our Hub", "Small")


def test_a_hub_without_a_neighbourhood_is_for_its_ward(world: World) -> None:
    made.location(world.session, Point(54.5, 2.25), key="our-hub", is_family_hub=True)
    world.postcodes(2.25, 2)
    scope = world.scope("hub:our-hub")
    assert scope.footprint is not None
    assert scope.footprint.name == "West"


def test_a_footprint_is_looked_at_from_where_its_people_are(world: World) -> None:
    world.postcodes(2.1, 3)
    world.postcodes(2.4, 1)
    scope = world.scope("footprint:ward:" + _code(world, "West"))
    assert scope.point is None
    assert scope.place is not None
    assert scope.place.point.lon == pytest.approx(2.175)
    assert scope.reach_m == pytest.approx(14_600, abs=200)


def test_a_nation_is_everywhere(world: World) -> None:
    world.area("England", FootprintKind.NATION, None, code="E92000001")
    scope = world.scope("footprint:nation:E92000001")
    assert (scope.title, scope.place) == ("England", None)


def test_another_nation_has_no_sheet(world: World) -> None:
    """Help is organised differently there, and nothing here is for its families."""
    world.area("Wales", FootprintKind.NATION, None, code="W92000004")
    with pytest.raises(ScopeUnknown):
        world.scope("footprint:nation:W92000004")


def test_everybody_is_in_england(world: World) -> None:
    world.area("England", FootprintKind.NATION, None, code="E92000001")
    world.school()
    world.postcodes(2.25, 1)
    assert shares(world.scope("school:990001"), FootprintKind.NATION) == {"England": 1.0}


@pytest.mark.parametrize(
    "name", ["school:1", "surgery:Z9", "hub:none", "footprint:ward:none", "hub:a-refuge", "hub:a-hall"]
)
def test_what_nobody_may_know_is_as_unknown_as_what_is_not_there(world: World, name: str) -> None:
    made.location(world.session, key="a-refuge", is_family_hub=True, is_confidential=True)
    made.location(world.session, key="a-hall")
    with pytest.raises(ScopeUnknown):
        world.scope(name)


def test_a_school_that_is_nowhere_is_no_place(world: World) -> None:
    world.school(lat=None, lon=None)
    with pytest.raises(ScopeNowhere, match="Nobody has said where"):
        world.scope("school:990001")


def test_a_school_with_a_postcode_alone_is_there(world: World) -> None:
    world.session.add(Postcode(code="ZA19AA", lon=2.3, lat=54.5, country="E"))
    world.school(lat=None, lon=None, postcode="ZA1 9AA")
    scope = world.scope("school:990001")
    assert scope.place is not None
    assert scope.place.point == Point(54.5, 2.3)


def test_a_list_has_no_place(world: World) -> None:
    scope = world.scope("list")
    assert (scope.title, scope.place, scope.footprint) == ("", None, None)
