"""Schools and surgeries around a point."""

from sqlalchemy.orm import Session

from hubfinder.places.models import Practice, School
from hubfinder.places.nearby import MOST, practices_near, schools_near
from tests.support.factories import HERE, north_of


def school(session: Session, urn: str, metres: float, status: str = "Open") -> None:
    point = north_of(HERE, metres)
    session.add(
        School(urn=urn, name=f"School {urn}", phase="Primary", status=status, lat=point.lat, lon=point.lon)
    )


def test_the_nearest_come_first_with_their_distance(session: Session) -> None:
    for urn, metres in (("1", 900.0), ("2", 100.0), ("3", 500.0)):
        school(session, urn, metres)
    session.flush()
    found = schools_near(session, HERE)
    assert [one.urn for one, _ in found] == ["2", "3", "1"]
    assert [round(metres, -2) for _, metres in found] == [100, 500, 900]


def test_the_search_widens_until_it_holds_enough(session: Session) -> None:
    for number in range(MOST + 2):
        school(session, str(number), 3_000.0 * number)
    session.flush()
    assert [one.urn for one, _ in schools_near(session, HERE)] == [str(number) for number in range(MOST)]


def test_it_ends_where_nobody_would_call_it_near(session: Session) -> None:
    school(session, "1", 40_000)
    session.flush()
    assert schools_near(session, HERE) == []


def test_schools_that_nobody_can_go_to_are_left_out(session: Session) -> None:
    school(session, "1", 100, "Closed")
    school(session, "2", 100, "Proposed to open")
    school(session, "3", 200, "Open, but proposed to close")
    session.flush()
    assert [one.urn for one, _ in schools_near(session, HERE)] == ["3"]


def test_surgeries_without_a_place_are_left_out(session: Session) -> None:
    session.add(Practice(code="Z1", name="Here", lat=HERE.lat, lon=HERE.lon))
    session.add(Practice(code="Z2", name="Nowhere"))
    session.flush()
    assert [one.code for one, _ in practices_near(session, HERE)] == ["Z1"]
