"""Which help is inside a shape, and what is never counted there."""

import shapely
from sqlalchemy.orm import Session

from hubfinder.directory.models import Service
from hubfinder.directory.within import inside_shape
from hubfinder.places.values import Point
from hubfinder.vocab import ServiceStatus
from tests.support import factories as made
from tests.support.factories import HERE, north_of

SHAPE = shapely.MultiPolygon([shapely.box(2.09, 54.74, 2.11, 54.76)])
FAR = north_of(HERE, 5_000)


def names(services: tuple[Service, ...]) -> list[str]:
    return [service.name for service in services]


def test_hubs_and_services_inside(session: Session) -> None:
    hub = made.location(session, name="Quayside Family Hub", is_family_hub=True)
    hall = made.location(session, name="Hall")
    made.location(session, name="Empty hall")
    away = made.location(session, FAR, name="Far hub", is_family_hub=True)
    made.service(session, "Stay and play", at=(hub, away))
    made.service(session, "Baby clinic", at=(hall,))
    made.service(session, "Far away", at=(away,))
    found = inside_shape(session, SHAPE)
    assert [place.name for place in found.hubs] == ["Quayside Family Hub"]
    assert [place.name for place in found.sites] == ["Hall", "Quayside Family Hub"]
    assert names(found.services) == ["Baby clinic", "Stay and play"]
    assert found.serving == ()


def test_a_refuge_is_not_even_counted(session: Session) -> None:
    refuge = made.location(session, name="The Haven", is_confidential=True, is_family_hub=True)
    hall = made.location(session, FAR, name="Hall")
    made.service(session, "Safe home", at=(refuge, hall))
    found = inside_shape(session, SHAPE)
    assert (found.hubs, found.sites, found.services, found.serving) == ((), (), (), ())
    assert "Haven" not in repr(found)


def test_services_for_the_people_of_a_footprint(session: Session) -> None:
    ward, other = made.footprint(session), made.footprint(session, "Saltings")
    made.service(session, "For Harbour", areas=(ward,))
    made.service(session, "For Saltings", areas=(other,))
    made.service(session, "For everybody", areas=(ward,), is_national=True)
    made.service(session, "Not running", areas=(ward,), status=ServiceStatus.INACTIVE)
    assert names(inside_shape(session, SHAPE, (ward.id,)).serving) == ["For Harbour"]


def test_an_edge_of_the_box_is_not_the_shape(session: Session) -> None:
    triangle = shapely.MultiPolygon([shapely.Polygon([(2.0, 54.7), (2.2, 54.7), (2.0, 54.9)])])
    made.location(session, Point(54.85, 2.18), name="In the box", is_family_hub=True)
    made.location(session, Point(54.72, 2.02), name="In the triangle", is_family_hub=True)
    assert [place.name for place in inside_shape(session, triangle).hubs] == ["In the triangle"]
    assert inside_shape(session, shapely.MultiPolygon()).hubs == ()
