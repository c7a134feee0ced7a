"""What pages ask of the directory: the right rows, in a stable order, in few statements; on both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time
from typing import Any

import pytest
import shapely
from geoalchemy2.elements import WKBElement
from sqlalchemy import event
from sqlalchemy.orm import Session

from hubfinder.directory import queries
from hubfinder.directory.models import Location, Phone, Schedule, Service, Url
from hubfinder.directory.weeks import week_at
from hubfinder.places.models import Footprint
from hubfinder.vocab import Access, Confidence, PhoneType, ServiceStatus, Weekday
from tests.support import factories
from tests.support.factories import HERE, north_of


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def square(metres: float) -> WKBElement:
    """A square around HERE, so wide to each side."""
    north = north_of(HERE, metres).lat - HERE.lat
    box = shapely.box(HERE.lon - 2 * north, HERE.lat - north, HERE.lon + 2 * north, HERE.lat + north)
    shape = shapely.set_srid(shapely.MultiPolygon([box]), 4326)
    return WKBElement(shapely.to_wkb(shape, include_srid=True), srid=4326)


def names(services: object) -> list[str]:
    return [service.name for service in services]  # type: ignore[attr-defined]


def number(session: Session, service: Service, digits: str = "116 123") -> None:
    session.add(Phone(service_id=service.id, number=digits, type=PhoneType.VOICE))
    session.flush()


def test_services_at_a_place_are_the_running_ones_by_name(session: Session) -> None:
    hub = factories.location(session, is_family_hub=True)
    factories.service(session, "Zumba", (hub,))
    factories.service(session, "Advice", (hub,))
    factories.service(session, "Over", (hub,), status=ServiceStatus.INACTIVE)
    factories.service(session, "Elsewhere", (factories.location(session),))
    assert names(queries.services_at(session, hub)) == ["Advice", "Zumba"]


def test_a_list_costs_the_same_number_of_statements_however_long_it_is(session: Session) -> None:
    hub = factories.location(session, is_family_hub=True)
    counts = []
    for many in (1, 12):
        for _ in range(many):
            made = factories.service(session, "Play", (hub,), needs=("money",))
            session.add(Url(service_id=made.id, url="https://play.example.org/", label=""))
        session.commit()
        hub_id = hub.id
        session.expunge_all()
        hub = session.get_one(Location, hub_id)
        with statements(session) as sent:
            for service in queries.services_at(session, hub):
                assert service.organization.name
                assert service.at_locations[0].location.name
                assert service.urls
                assert service.terms
                assert [service.areas, service.phones, service.schedules, service.languages] == [[]] * 4
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 11


def test_services_for_a_footprint_are_local(session: Session) -> None:
    ward = factories.footprint(session)
    factories.service(session, "For the ward", areas=(ward,))
    factories.service(session, "National", areas=(ward,), is_national=True)
    factories.service(session, "For all")
    assert names(queries.services_for_footprint(session, ward.id)) == ["For the ward"]


def test_services_of_a_footprint_are_for_it_or_in_it(session: Session) -> None:
    inside, outside = factories.location(session), factories.location(session, north_of(HERE, 5_000))
    ward = factories.footprint(session, geom=square(1_000))
    factories.service(session, "Inside", (inside,))
    factories.service(session, "Outside", (outside,))
    factories.service(session, "Outside, but for it", (outside,), areas=(ward,))
    factories.service(session, "Secret", (factories.location(session, is_confidential=True),))
    session.commit()
    found = session.get_one(Footprint, ward.id)
    assert names(queries.services_of_footprint(session, found)) == ["Inside", "Outside, but for it"]


def test_a_footprint_known_by_name_only_has_what_is_for_it(session: Session) -> None:
    nation = factories.footprint(session)
    factories.service(session, "For it", areas=(nation,))
    factories.service(session, "Somewhere", (factories.location(session),))
    assert names(queries.services_of_footprint(session, nation)) == ["For it"]


def test_crisis_lines_are_those_that_can_be_rung_and_that_we_are_sure_of(session: Session) -> None:
    facts: dict[str, Any] = {"is_crisis": True, "is_national": True}
    sure = factories.service(session, "Sure", confidence=Confidence.CHECKED, **facts)
    known = factories.service(session, "Known", confidence=Confidence.KNOWN, **facts)
    local = factories.service(session, "Local", is_crisis=True)
    unsure = factories.service(session, "Unsure", confidence=Confidence.UNSURE, **facts)
    over = factories.service(session, "Over", status=ServiceStatus.INACTIVE, **facts)
    everyday = factories.service(session, "Everyday", is_national=True)
    factories.service(session, "No number", confidence=Confidence.CHECKED, **facts)
    for service in (sure, known, local, unsure, over, everyday):
        number(session, service)
    assert names(queries.crisis_lines(session)) == ["Sure", "Known", "Local"]


def test_national_help_comes_in_the_order_it_was_loaded(session: Session) -> None:
    for name in ("Police", "Ambulance"):
        factories.service(session, name, is_national=True)
    factories.service(session, "Local")
    assert names(queries.national_help(session)) == ["Police", "Ambulance"]


def test_the_catalogue_can_be_narrowed(session: Session) -> None:
    factories.entry(session, "Second", position=2, department="HMRC", access=Access.TARGETED)
    factories.entry(session, "First", position=1)
    health = factories.need(session, "health", "domain")
    factories.entry(session, "Third", position=3, domain_id=health.id)

    def found(**narrow: object) -> list[str]:
        return [entry.name for entry in queries.catalogue(session, **narrow)]  # type: ignore[arg-type]

    assert found() == ["First", "Second", "Third"]
    assert found(domain="childcare") == ["First", "Second"]
    assert found(domain="childcare", access=Access.UNIVERSAL) == ["First"]
    assert found(department="HMRC") == ["Second"]
    assert found(domain="nothing") == []


def test_an_entry_knows_who_delivers_it_and_what_took_its_place(session: Session) -> None:
    new = factories.entry(session, "New scheme")
    old = factories.entry(session, "Old scheme", replaced_by_key=new.key)
    for name, facts in (("B", {}), ("A", {}), ("Over", {"status": ServiceStatus.INACTIVE})):
        factories.service(session, name, **facts).entries = [old]  # type: ignore[arg-type]
    session.commit()
    session.expunge_all()
    found = queries.entry_by_key(session, "old-scheme")
    assert found is not None
    assert names(found.services) == ["A", "B"]
    assert found.replaced_by is not None
    assert found.replaced_by.name == "New scheme"
    assert queries.entry_by_key(session, "no-scheme") is None


def test_only_a_public_family_hub_has_a_page(session: Session) -> None:
    hub = factories.location(session, is_family_hub=True)
    hall = factories.location(session)
    secret = factories.location(session, is_family_hub=True, is_confidential=True)
    found = [queries.hub_by_key(session, place.key) for place in (hub, hall, secret)]
    assert found == [hub, None, None]


@pytest.mark.parametrize(
    ("ask", "prefix"),
    [(queries.needs, "need"), (queries.domains, "domain"), (queries.departments, "department")],
)
def test_terms_come_in_their_order(
    session: Session, ask: Callable[[Session], list[object]], prefix: str
) -> None:
    factories.need(session, "second", prefix).position = 2
    factories.need(session, "first", prefix).position = 1
    factories.need(session, "other", prefix + "less")
    session.flush()
    assert [term.name for term in ask(session)] == ["first", "second"]  # type: ignore[attr-defined]


def test_the_week_of_a_hub_has_every_day_earliest_first(session: Session) -> None:
    hub = factories.location(session, is_family_hub=True)
    late, early = (factories.service(session, name, (hub,)) for name in ("Late", "Early"))
    factories.service(session, "At no set time", (hub,))
    for service, hour in ((late, 14), (early, 9)):
        session.add(
            Schedule(
                service_id=service.id, weekday=Weekday.TUE, opens_at=time(hour), closes_at=time(hour + 1)
            )
        )
    session.flush()
    week = week_at(hub, queries.services_at(session, hub))
    assert list(week.days) == list(Weekday)
    assert [one.service.name for one in week.days[Weekday.TUE]] == ["Early", "Late"]
    assert week.days[Weekday.MON] == ()
    assert names(week.other) == ["At no set time"]


@pytest.mark.parametrize(
    ("note", "at"),
    [
        ("Saltings", ["Saltings"]),
        ("Saltings youth room", ["Saltings"]),
        ("Mill Lane, first of the month", ["Mill Lane"]),
        ("Saltings, Mill Lane and Sandmere in turn", ["Saltings", "Mill Lane", "Sandmere"]),
        ("council offices", ["Council"]),
        ("last Thursday of the month", ["Saltings", "Mill Lane", "Sandmere", "Council"]),
        ("", ["Saltings", "Mill Lane", "Sandmere", "Council"]),
    ],
)
def test_a_session_is_in_the_week_of_the_places_its_note_names(
    session: Session, note: str, at: list[str]
) -> None:
    titles = {
        "Saltings": "Saltings Family Hub",
        "Mill Lane": "Mill Lane Family Hub",
        "Sandmere": "Sandmere Family Hub",
        "Council": "Harbourmouth Council Offices",
    }
    sites = {short: factories.location(session, name=name) for short, name in titles.items()}
    service = factories.service(session, at=tuple(sites.values()))
    session.add(
        Schedule(service_id=service.id, weekday=Weekday.TUE, opens_at=time(9), closes_at=time(10), note=note)
    )
    session.flush()
    found = [
        short
        for short, site in sites.items()
        if week_at(site, queries.services_at(session, site)).days[Weekday.TUE]
    ]
    assert found == at
