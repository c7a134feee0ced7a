"""Footprints over each other: squares whose overlap can be worked out by hand."""

import pytest
import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from hubfinder.places.fitting import Fit, Verdict, along_the_diagonal, fits, fitting_first, summary
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import Footprint, FootprintShare, Postcode
from hubfinder.places.overlap import AreaUnknown, Overlap, Side, compare_shape, overlap
from hubfinder.vocab import FootprintKind
from tests.support import factories as made

CATCHMENT, NETWORK = FootprintKind.SCHOOL_CATCHMENT_PRIMARY, FootprintKind.PRIMARY_CARE_NETWORK
WARD, SMALL, COUNCIL = FootprintKind.WARD, FootprintKind.SMALL_AREA, FootprintKind.LOCAL_AUTHORITY


def box(west: float, east: float, south: float = 54.0, north: float = 55.0) -> BaseGeometry:
    return shapely.MultiPolygon([shapely.box(west, south, east, north)])


def area(
    session: Session, name: str, kind: FootprintKind, shape: BaseGeometry | None, **facts: object
) -> Footprint:
    geom = from_shape(shape, srid=4326) if shape is not None else None
    return made.footprint(session, name, kind, geom=geom, **facts)


def postcodes(session: Session, lon: float, number: int, terminated: str | None = None) -> None:
    """So many postcodes near a longitude, and all on one latitude."""
    for _ in range(number):
        serial = session.info.setdefault("serial", 0) + 1
        session.info["serial"] = serial
        code = f"ZA{serial:03}AA"
        session.add(
            Postcode(code=code, lon=lon + serial / 100_000, lat=54.5, country="E", terminated=terminated)
        )
    session.flush()


@pytest.fixture
def two_wards(session: Session) -> Session:
    """Wards West (2.0 to 2.5) and East (2.5 to 3.0), 20 postcodes in each, and one that is out of use."""
    area(session, "West", WARD, box(2.0, 2.5))
    area(session, "East", WARD, box(2.5, 3.0))
    for lon in (2.05, 2.15, 2.25, 2.35, 2.55, 2.65, 2.75, 2.85):
        postcodes(session, lon, 5)
    postcodes(session, 2.06, 3, terminated="202001")
    return session


def row(found: Overlap, name: str) -> Side:
    return next(side for side in (*found.rows, *found.columns) if side.name == name)


def shares(fit: Fit) -> list[tuple[str, float]]:
    return [(part.side.name, round(part.share, 3)) for part in fit.parts]


def by_name(found: Overlap) -> dict[str, Fit]:
    return {fit.side.name: fit for fit in fits(found)}


def test_one_fits_one_straddles_and_one_is_outside(two_wards: Session) -> None:
    area(two_wards, "Inner", CATCHMENT, box(2.0, 2.3))
    area(two_wards, "Middle", CATCHMENT, box(2.3, 2.8))
    area(two_wards, "Far", CATCHMENT, box(5.0, 6.0))
    postcodes(two_wards, 5.5, 4)
    rebuild_memberships(two_wards)
    found = overlap(two_wards, CATCHMENT, WARD)
    by = by_name(found)
    assert {name: fit.verdict for name, fit in by.items()} == {
        "Inner": Verdict.FITS,
        "Middle": Verdict.STRADDLES,
        "Far": Verdict.OUTSIDE,
    }
    assert shares(by["Inner"]) == [("West", 1.0)]
    assert shares(by["Middle"]) == [("East", 0.75), ("West", 0.25)]
    assert by["Far"].nowhere == 1.0
    cell = found.cell(row(found, "Middle"), row(found, "East"))
    assert cell.postcodes == 15
    assert found.share_of_column(row(found, "Middle"), row(found, "East")) == 0.75
    total = summary(list(by.values()))
    assert total.numbers[Verdict.FITS] == 1
    assert total.share_fitting == pytest.approx(15 / (15 + 20 + 4))


def test_the_other_way_round(two_wards: Session) -> None:
    area(two_wards, "Inner", CATCHMENT, box(2.0, 2.3))
    area(two_wards, "Middle", CATCHMENT, box(2.3, 2.8))
    rebuild_memberships(two_wards)
    by = by_name(overlap(two_wards, CATCHMENT, WARD).turned())
    assert by["West"].verdict is Verdict.STRADDLES
    assert shares(by["West"]) == [("Inner", 0.75), ("Middle", 0.25)]
    assert by["East"].verdict is Verdict.PARTLY
    assert by["East"].nowhere == pytest.approx(0.25)


def test_a_few_postcodes_over_the_border_do_not_keep_it_from_fitting(two_wards: Session) -> None:
    area(two_wards, "Nearly", CATCHMENT, box(2.0, 2.56))
    postcodes(two_wards, 2.1, 75)
    rebuild_memberships(two_wards)
    [fit] = fits(overlap(two_wards, CATCHMENT, WARD))
    assert fit.side.postcodes == 100
    assert shares(fit) == [("West", 0.95), ("East", 0.05)]
    assert fit.verdict is Verdict.FITS


def test_a_postcode_in_two_catchments_counts_in_both_and_once_as_inside(two_wards: Session) -> None:
    area(two_wards, "One", CATCHMENT, box(2.0, 2.5))
    area(two_wards, "Two", CATCHMENT, box(2.2, 2.5))
    rebuild_memberships(two_wards)
    found = overlap(two_wards, WARD, CATCHMENT)
    fit = by_name(found)["West"]
    assert shares(fit) == [("One", 1.0), ("Two", 0.5)]
    assert fit.nowhere == 0.0
    assert fit.verdict is Verdict.FITS
    assert by_name(found)["East"].verdict is Verdict.OUTSIDE


def test_where_columns_tile_the_ground_every_row_is_in_them_altogether(two_wards: Session) -> None:
    for number in range(7):
        area(two_wards, f"Strip {number}", CATCHMENT, box(2 + number / 7, 2 + (number + 1) / 7))
    rebuild_memberships(two_wards)
    found = overlap(two_wards, CATCHMENT, WARD)
    for side in found.rows:
        cells = [found.cell(side, column) for column in found.columns]
        assert sum(cell.postcodes for cell in cells) == side.postcodes == side.in_any
        assert sum(cell.ground_km2 or 0 for cell in cells) == pytest.approx(side.ground_km2, rel=1e-6)
    for column in found.columns:
        assert sum(found.cell(side, column).postcodes for side in found.rows) == column.postcodes


def test_ground_is_that_of_the_globe(two_wards: Session) -> None:
    area(two_wards, "Half", CATCHMENT, box(2.25, 2.75, 54.0, 54.5))
    rebuild_memberships(two_wards)
    found = overlap(two_wards, CATCHMENT, WARD)
    expected = 0.5 * 111.32 * 0.585 * 0.5 * 111.3  # width by height in km, near latitude 54.25
    assert row(found, "Half").ground_km2 == pytest.approx(expected, rel=0.01)
    halves = [found.cell(row(found, "Half"), column).ground_km2 for column in found.columns]
    assert halves[0] == pytest.approx(halves[1], rel=1e-6)
    assert sum(half or 0 for half in halves) == pytest.approx(row(found, "Half").ground_km2, rel=1e-6)
    assert overlap(two_wards, CATCHMENT, WARD, ground=False).rows[0].ground_km2 is None


@pytest.fixture
def with_networks(session: Session) -> Session:
    """Two small areas of 10 postcodes, of 500 and 100 patients; their networks by share, one not drawn."""
    area(session, "Area 1", SMALL, box(2.0, 2.5), code="S1")
    area(session, "Area 2", SMALL, box(2.5, 3.0), code="S2")
    area(session, "School", CATCHMENT, box(2.0, 2.75))
    quay = area(session, "Quayside", NETWORK, box(2.0, 2.5))
    wend = area(session, "Wendbridge", NETWORK, None)
    for code, network, patients, share in (
        ("S1", quay, 300, 0.6),
        ("S1", wend, 200, 0.4),
        ("S2", wend, 80, 0.8),
        ("S2", quay, 15, 0.15),
    ):
        session.add(
            FootprintShare(small_area_code=code, footprint_id=network.id, patients=patients, share=share)
        )
    for lon in (2.1, 2.4, 2.6, 2.9):
        postcodes(session, lon, 5)
    rebuild_memberships(session)
    return session


def test_a_postcode_counts_for_each_network_by_its_share(with_networks: Session) -> None:
    found = overlap(with_networks, CATCHMENT, NETWORK)
    school, quay, wend = (row(found, name) for name in ("School", "Quayside", "Wendbridge"))
    assert found.cell(school, quay).postcodes == pytest.approx(10 * 0.6 + 5 * 0.15)
    assert found.cell(school, wend).postcodes == pytest.approx(10 * 0.4 + 5 * 0.8)
    assert quay.postcodes == pytest.approx(10 * 0.6 + 10 * 0.15)
    assert school.in_any == 15
    [fit] = fits(found)
    assert fit.verdict is Verdict.STRADDLES
    assert fit.nowhere == 0.0
    assert fit.rest == pytest.approx(5 * 0.05 / 15)  # those of networks too small to be named
    assert found.cell(school, wend).ground_km2 is None  # nobody has drawn it
    assert found.cell(school, quay).ground_km2 is not None


def test_or_only_for_the_likeliest(with_networks: Session) -> None:
    found = overlap(with_networks, CATCHMENT, NETWORK, likeliest=True)
    school, quay, wend = (row(found, name) for name in ("School", "Quayside", "Wendbridge"))
    assert (found.cell(school, quay).postcodes, found.cell(school, wend).postcodes) == (10, 5)
    assert (quay.postcodes, wend.postcodes) == (10, 10)


def test_people_are_patients_spread_over_the_postcodes_of_their_small_area(with_networks: Session) -> None:
    found = overlap(with_networks, CATCHMENT, NETWORK)
    school, quay, wend = (row(found, name) for name in ("School", "Quayside", "Wendbridge"))
    assert school.people == pytest.approx(500 + 50)
    assert found.cell(school, quay).people == pytest.approx(300 + 50 * 0.15)
    assert found.cell(school, wend).people == pytest.approx(200 + 50 * 0.8)
    assert quay.people == pytest.approx(315)


def test_people_of_a_part_of_a_small_area_are_a_part_of_its_people(with_networks: Session) -> None:
    area(with_networks, "Strip", FootprintKind.NEIGHBOURHOOD, box(2.35, 2.65), code="N1")
    rebuild_memberships(with_networks)
    found = overlap(with_networks, CATCHMENT, NETWORK, (FootprintKind.NEIGHBOURHOOD, "N1"))
    school = row(found, "School")
    assert school.postcodes == 10
    assert school.people == pytest.approx(5 * 50 + 5 * 10)
    assert school.everywhere == 15
    assert school.ground_km2 == pytest.approx(row(found, "Quayside").ground_km2 * 2, rel=0.01)  # type: ignore[operator]


def test_nobody_is_counted_where_no_patients_are_known(two_wards: Session) -> None:
    area(two_wards, "Inner", CATCHMENT, box(2.0, 2.3))
    rebuild_memberships(two_wards)
    [inner] = overlap(two_wards, CATCHMENT, WARD).rows
    assert inner.people is None


def test_only_postcodes_of_the_area_asked_for_are_counted(two_wards: Session) -> None:
    area(two_wards, "Harbourmouth", COUNCIL, box(2.0, 2.6), code="C1")
    area(two_wards, "Inner", CATCHMENT, box(2.0, 2.3))
    area(two_wards, "Middle", CATCHMENT, box(2.3, 2.8))
    area(two_wards, "Outer", CATCHMENT, box(2.8, 3.0))
    rebuild_memberships(two_wards)
    found = overlap(two_wards, CATCHMENT, WARD, (COUNCIL, "C1"))
    assert [side.name for side in found.rows] == ["Inner", "Middle"]
    assert shares(by_name(found)["Middle"]) == [("East", 0.5), ("West", 0.5)]
    assert (row(found, "East").postcodes, row(found, "East").everywhere) == (5, 20)
    with pytest.raises(AreaUnknown):
        overlap(two_wards, CATCHMENT, WARD, (COUNCIL, "nowhere"))


def test_nothing_loaded_is_an_empty_answer(session: Session) -> None:
    found = overlap(session, CATCHMENT, WARD)
    assert (found.rows, found.columns, dict(found.cells)) == ((), (), {})
    assert fits(found) == []
    assert summary([]).share_fitting == 0.0


def test_in_the_picture_rows_stand_in_the_order_of_their_columns(two_wards: Session) -> None:
    for name, west, east in (("A", 2.5, 2.7), ("B", 2.0, 2.2), ("C", 2.7, 3.0), ("D", 2.2, 2.8)):
        area(two_wards, name, CATCHMENT, box(west, east))
    rebuild_memberships(two_wards)
    found = overlap(two_wards, CATCHMENT, WARD)
    assert [column.name for column in found.columns] == ["East", "West"]
    in_picture = along_the_diagonal(fits(found), found.columns)
    assert [fit.side.name for fit in in_picture] == ["A", "C", "D", "B"]
    assert [fit.side.name for fit in fitting_first(fits(found))] == ["A", "C", "B", "D"]


def test_a_shape_that_is_not_stored_is_compared_with_those_that_are(with_networks: Session) -> None:
    shape = box(2.35, 2.65)
    found = compare_shape(with_networks, shape, (SMALL, CATCHMENT, NETWORK))
    assert found.postcodes == 10
    assert found.people == pytest.approx(5 * 50 + 5 * 10)
    by = {one.other.name: one for one in found.meetings}
    assert by["Area 1"].shared.postcodes == 5
    assert (by["Area 1"].share_of_shape, by["Area 1"].share_of_other) == (0.5, 0.5)
    assert by["School"].share_of_shape == 1.0
    assert by["School"].share_of_other == pytest.approx(10 / 15)
    assert by["Quayside"].shared.postcodes == pytest.approx(5 * 0.6 + 5 * 0.15)
    assert by["Quayside"].shared.people == pytest.approx(250 * 0.6 + 50 * 0.15)
    assert by["Wendbridge"].shared.ground_km2 is None
    assert by["Area 1"].shared.ground_km2 == pytest.approx(found.ground_km2 / 2, rel=1e-6)
    assert [one.other.name for one in found.of_kind(SMALL)] == ["Area 1", "Area 2"]


def test_a_stored_footprint_compared_as_a_shape_gives_the_same_figures(with_networks: Session) -> None:
    found = overlap(with_networks, CATCHMENT, NETWORK)
    again = compare_shape(with_networks, box(2.0, 2.75), (NETWORK,))
    school = found.rows[0]
    assert again.people == pytest.approx(school.people)
    assert again.ground_km2 == pytest.approx(school.ground_km2)
    for meeting in again.meetings:
        column = row(found, meeting.other.name)
        cell = found.cell(school, column)
        assert meeting.shared.postcodes == pytest.approx(cell.postcodes)
        assert meeting.shared.people == pytest.approx(cell.people)
        assert meeting.share_of_other == pytest.approx(found.share_of_column(school, column))


def test_a_shape_in_the_open_sea_meets_nothing(with_networks: Session) -> None:
    found = compare_shape(with_networks, box(10.0, 10.1), (WARD, NETWORK))
    assert (found.postcodes, found.people, found.meetings) == (0, None, ())
    assert compare_shape(with_networks, shapely.MultiPolygon(), (WARD,)).ground_km2 == 0.0


def test_neighbours_with_a_sliver_in_common_do_not_meet(session: Session) -> None:
    area(session, "West", WARD, box(2.0, 2.50000001))
    area(session, "School", CATCHMENT, box(2.5, 3.0))
    postcodes(session, 2.1, 2)
    postcodes(session, 2.7, 2)
    rebuild_memberships(session)
    found = overlap(session, CATCHMENT, WARD)
    assert dict(found.cells) == {}
