"""Writes of the directory, on both databases: what they touch, and that saying it again touches nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.database import in_box
from hubfinder.directory.actions import (
    remove_location,
    remove_organization,
    remove_services,
    save_location,
    save_organization,
    save_service,
    save_services,
)
from hubfinder.directory.costs import read_costs
from hubfinder.directory.models import Location, Organization, Phone, Schedule, Service, ServiceAtLocation
from hubfinder.directory.queries import hub_by_key, organization_by_key, service_by_key
from hubfinder.directory.schedules import read_schedule
from hubfinder.directory.values import (
    LocationDetails,
    OrganizationDetails,
    ServiceDetails,
    TextNumber,
    Touched,
)
from hubfinder.vocab import AccessibilityFeature, Delivery, FootprintKind
from tests.support import factories

HELPERS = OrganizationDetails("helpers", "Helpers", telephone="01632 960001")
HUB = LocationDetails(
    "hub",
    "Quayside Family Hub",
    address="12 Fish Row",
    postcode="ZA1 2AB",
    lat=54.75,
    lon=2.24,
    is_family_hub=True,
    organization="helpers",
    telephone="01632 960002",
    opening=read_schedule("Mon-Fri 09:00-17:00"),
    languages=("pl",),
    accessibility=(AccessibilityFeature.STEP_FREE,),
)
HALL = LocationDetails("hall", "Village Hall", lat=54.76, lon=2.20)


def play(session: Session) -> ServiceDetails:
    """A service that uses everything there is, with the things it names."""
    factories.need(session, "parenting")
    factories.need(session, "money")
    factories.entry(session, "Start4Life")
    factories.footprint(session, code="Z05000001")
    save_organization(session, HELPERS)
    save_location(session, HUB)
    save_location(session, HALL)
    return ServiceDetails(
        "play",
        "Stay and play",
        "helpers",
        summary="Play.",
        delivery=frozenset({Delivery.IN_PERSON}),
        minimum_age=0,
        maximum_age=60,
        needs=("parenting", "money"),
        catalogue=("start4life",),
        locations=("hub", "hall"),
        areas=((FootprintKind.WARD, "Z05000001"),),
        schedule=read_schedule("Mon 10:00-12:00; Tue 10:00-12:00 term"),
        costs=read_costs("2.50 each; free for babies"),
        languages=("pl", "ur"),
        accessibility=(AccessibilityFeature.BSL,),
        telephone="01632 960003",
        text=TextNumber("01632 960004", "Text PLAY"),
        website="https://play.example.org/",
        attributes=(("a", "b"),),
    )


def ids(session: Session, table: type[Location] | type[Service]) -> dict[str, int]:
    return dict(session.execute(select(table.key, table.id)).tuples().all())


def test_a_new_service_touches_itself_and_its_places(session: Session) -> None:
    details = play(session)
    touched = save_service(session, details)
    places = ids(session, Location)
    assert touched == Touched({ids(session, Service)["play"]}, {places["hub"], places["hall"]})


def test_everything_said_of_a_service_is_kept(session: Session) -> None:
    save_service(session, play(session))
    session.commit()
    session.expunge_all()
    found = service_by_key(session, "play")
    assert found is not None
    assert [(cost.amount, cost.description) for cost in found.cost_options] == [
        (2.5, "each"),
        (0, "for babies"),
    ]
    assert [phone.number for phone in found.phones] == ["01632 960003", "01632 960004"]
    assert [at.location.key for at in found.at_locations] == ["hub", "hall"]
    assert [area.footprint.code for area in found.areas] == ["Z05000001"]
    assert {term.key for term in found.terms} == {"need:parenting", "need:money"}
    assert [entry.key for entry in found.entries] == ["start4life"]
    assert [language.code for language in found.languages] == ["pl", "ur"]
    assert found.delivery == {Delivery.IN_PERSON}
    assert found.urls[0].url == "https://play.example.org/"


def test_saying_the_same_again_touches_and_writes_nothing(session: Session) -> None:
    details = play(session)
    save_service(session, details)
    session.commit()
    before = sorted(session.scalars(select(Schedule.id)))
    session.expunge_all()
    for again in (
        save_organization(session, HELPERS),
        save_location(session, HUB),
        save_location(session, HALL),
        save_service(session, details),
    ):
        assert not again
    assert not session.new
    assert not session.dirty
    assert sorted(session.scalars(select(Schedule.id))) == before


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Play and stay"},
        {"telephone": "01632 960009"},
        {"schedule": read_schedule("Mon 10:00-12:00")},
        {"costs": ()},
        {"needs": ("money",)},
        {"catalogue": ()},
        {"areas": ()},
        {"delivery": frozenset({Delivery.ONLINE})},
        {"maximum_age": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_touches_the_service(session: Session, change: dict[str, object]) -> None:
    details = play(session)
    save_service(session, details)
    touched = save_service(session, replace(details, **change))  # type: ignore[arg-type]
    assert touched.services == {ids(session, Service)["play"]}


def test_a_service_that_moves_touches_the_place_it_left(session: Session) -> None:
    details = play(session)
    save_service(session, details)
    touched = save_service(session, replace(details, locations=("hall",)))
    assert touched.locations == set(ids(session, Location).values())
    assert session.scalar(select(func.count()).select_from(ServiceAtLocation)) == 1


def test_a_place_touches_the_services_there(session: Session) -> None:
    save_service(session, play(session))
    touched = save_location(session, replace(HUB, is_family_hub=False, is_confidential=True))
    assert touched.services == {ids(session, Service)["play"]}
    assert hub_by_key(session, "hub") is None


def test_an_organization_touches_what_shows_its_name(session: Session) -> None:
    save_service(session, play(session))
    touched = save_organization(session, replace(HELPERS, name="Helping Hands"))
    assert touched == Touched({ids(session, Service)["play"]}, {ids(session, Location)["hub"]})


def test_a_place_that_moves_is_found_where_it_is_now(session: Session) -> None:
    save_location(session, HALL)
    save_location(session, replace(HALL, lat=54.80))
    session.commit()
    near = select(Location.key).where(in_box(Location.point, (2.19, 54.79, 2.21, 54.81)))
    assert session.scalars(near).all() == ["hall"]


def test_two_of_one_key_in_one_call_are_one_row(session: Session) -> None:
    details = play(session)
    save_services(session, [details, replace(details, name="The later")])
    assert session.scalars(select(Service.name)).all() == ["The later"]


def test_what_is_removed_takes_its_own_rows_and_no_others(session: Session) -> None:
    save_service(session, play(session))
    session.commit()
    there = ids(session, Service)["play"]
    places = set(ids(session, Location).values())
    assert remove_services(session, ["play", "never-was"]) == Touched({there}, places)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Phone).where(Phone.service_id.is_not(None))) == 0
    assert hub_by_key(session, "hub") is not None


def test_a_removed_place_leaves_its_services(session: Session) -> None:
    save_service(session, play(session))
    session.commit()
    service, place = ids(session, Service)["play"], ids(session, Location)["hub"]
    assert remove_location(session, "hub") == Touched({service}, {place})
    session.commit()
    session.expunge_all()
    found = service_by_key(session, "play")
    assert found is not None
    assert [at.location.key for at in found.at_locations] == ["hall"]
    assert not remove_location(session, "hub")


def test_a_removed_organization_takes_its_services_and_leaves_its_places(session: Session) -> None:
    save_service(session, play(session))
    session.commit()
    touched = remove_organization(session, "helpers")
    session.commit()
    session.expunge_all()
    assert touched.locations == set(ids(session, Location).values())
    assert session.scalars(select(Service)).all() == []
    assert session.scalars(select(Organization)).all() == []
    hub = hub_by_key(session, "hub")
    assert hub is not None
    assert hub.organization is None
    assert not remove_organization(session, "helpers")


def test_an_organization_knows_its_services(session: Session) -> None:
    save_service(session, play(session))
    session.commit()
    found = organization_by_key(session, "helpers")
    assert found is not None
    assert [service.key for service in found.services] == ["play"]
    assert [phone.number for phone in found.phones] == ["01632 960001"]
