"""Which postcode is in which footprint: inside, on a border, in two, in none, or likely."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.places.lookups import place_of_postcode
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import FootprintSet, FootprintShare, Postcode
from hubfinder.places.values import Postcode as PostcodeValue
from hubfinder.vocab import FootprintKind
from tests.support import factories as made

WEST = "SRID=4326;MULTIPOLYGON(((2 54,2.5 54,2.5 55,2 55,2 54)))"
EAST = "SRID=4326;MULTIPOLYGON(((2.5 54,3 54,3 55,2.5 55,2.5 54)))"
MIDDLE = "SRID=4326;MULTIPOLYGON(((2.4 54,2.6 54,2.6 55,2.4 55,2.4 54)))"


def postcode(session: Session, code: str, lon: float, lat: float = 54.5, country: str | None = "E") -> None:
    session.add(Postcode(code=code, lon=lon, lat=lat, country=country))
    session.flush()


def names(session: Session, code: str) -> list[str]:
    value = PostcodeValue.parse(code)
    assert value is not None
    session.expire_all()
    return [member.name for member in place_of_postcode(session, value).memberships]


def test_a_postcode_is_in_the_footprints_around_it(session: Session) -> None:
    made.footprint(session, "West", geom=WEST, code="A")
    made.footprint(session, "East", geom=EAST, code="B")
    postcode(session, "ZA11AA", 2.2)
    postcode(session, "ZA11AB", 2.8)
    postcode(session, "ZA11AD", 9.0)
    rebuild_memberships(session)
    assert [names(session, code) for code in ("ZA1 1AA", "ZA1 1AB", "ZA1 1AD")] == [["West"], ["East"], []]


def test_on_a_shared_border_there_is_one_ward_but_there_may_be_two_catchments(session: Session) -> None:
    for kind in (FootprintKind.WARD, FootprintKind.SCHOOL_CATCHMENT_PRIMARY):
        made.footprint(session, f"West {kind}", kind, geom=WEST, code="A")
        made.footprint(session, f"East {kind}", kind, geom=EAST, code="B")
    postcode(session, "ZA11AA", 2.5)
    rebuild_memberships(session)
    assert names(session, "ZA1 1AA") == [
        "West school_catchment_primary",
        "East school_catchment_primary",
        "West ward",
    ]


def test_postcodes_with_the_same_footprints_share_one_set(session: Session) -> None:
    made.footprint(session, "West", geom=WEST)
    made.footprint(session, "Middle", FootprintKind.NEIGHBOURHOOD, geom=MIDDLE)
    for number, lon in enumerate((2.1, 2.2, 2.3, 2.45, 2.46)):
        postcode(session, f"ZA1{number}AA", lon)
    rebuild_memberships(session)
    assert session.scalar(select(func.count()).select_from(FootprintSet)) == 2
    assert names(session, "ZA1 3AA") == ["Middle", "West"]


def test_networks_come_with_the_people_of_the_small_area(session: Session) -> None:
    area = made.footprint(session, "Area 1", FootprintKind.SMALL_AREA, geom=WEST)
    networks = [
        made.footprint(session, name, FootprintKind.PRIMARY_CARE_NETWORK, geom=shape)
        for name, shape in (("Quayside", EAST), ("Wendbridge", WEST), ("Coast", None))
    ]
    for network, share in zip(networks, (0.62, 0.33, 0.05), strict=True):
        session.add(
            FootprintShare(small_area_code=area.code, footprint_id=network.id, patients=100, share=share)
        )
    postcode(session, "ZA11AA", 2.2)
    postcode(session, "ZA11AB", 2.8)
    rebuild_memberships(session)
    value = PostcodeValue.parse("ZA1 1AA")
    assert value is not None
    found = place_of_postcode(session, value).of_kind(FootprintKind.PRIMARY_CARE_NETWORK)
    assert [(member.name, round(member.share, 6)) for member in found] == [
        ("Quayside", 0.62),
        ("Wendbridge", 0.33),
    ]
    assert names(session, "ZA1 1AB") == ["Quayside"], "no patients are known there: the drawn shape counts"


def test_a_nation_is_known_without_a_shape(session: Session) -> None:
    for code, name in (("E92000001", "England"), ("K02000001", "United Kingdom")):
        made.footprint(session, name, FootprintKind.NATION, code=code)
    postcode(session, "ZA11AA", 2.2)
    rebuild_memberships(session)
    assert names(session, "ZA1 1AA") == ["England", "United Kingdom"]


def test_doing_it_again_changes_nothing_and_a_lost_footprint_goes(session: Session) -> None:
    west = made.footprint(session, "West", geom=WEST)
    postcode(session, "ZA11AA", 2.2)
    first = rebuild_memberships(session)
    number = session.scalar(select(Postcode.set_id))
    assert rebuild_memberships(session) == first
    assert session.scalar(select(Postcode.set_id)) == number
    session.delete(west)
    session.flush()
    rebuild_memberships(session)
    assert names(session, "ZA1 1AA") == []


def test_without_postcodes_or_positions_there_is_nothing_to_do(session: Session) -> None:
    assert rebuild_memberships(session) == 0
    session.add(Postcode(code="ZA11AA"))
    session.flush()
    assert rebuild_memberships(session) == 0
