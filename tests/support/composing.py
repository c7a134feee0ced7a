"""What a sheet is composed of, made by hand: scopes, results and choices."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date, time
from pathlib import Path

from sqlalchemy.orm import Session

from hubfinder.directory.availability import Asker, availability
from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import CostOption, Language, Location, Phone, Schedule, Service, Url
from hubfinder.places.values import Place, Point
from hubfinder.search.cards import entry_document, hub_document, service_document
from hubfinder.search.offers import offer_of_card
from hubfinder.search.values import Card, Found, Group, Site
from hubfinder.settings import Settings
from hubfinder.sheets.choosing import Choice, Chosen
from hubfinder.sheets.composing import compose
from hubfinder.sheets.orders import ScopeKind, ScopeName, SheetOrder
from hubfinder.sheets.queries import Area
from hubfinder.sheets.scopes import Scope
from hubfinder.sheets.values import Line, Sheet
from hubfinder.vocab import Basis, FootprintKind, PhoneType, Weekday
from tests.support import factories as made

SETTINGS = Settings(data_dir=Path("/nowhere"), public_address="https://help.example.org")
SCHOOL = ScopeName(ScopeKind.SCHOOL, "990001")
CATCHMENT = Area(
    id=1,
    kind=FootprintKind.SCHOOL_CATCHMENT_PRIMARY,
    code="990001",
    name="St Anne's Primary School",
    basis=Basis.TRACED,
    layer_id=1,
    source="Made up",
    attribution="",
    has_shape=False,
)
MONDAY = date(2026, 11, 23)


def scope(name: ScopeName = SCHOOL, place: Place | None = None, area: Area | None = CATCHMENT) -> Scope:
    """The families of a made-up school, unless something else is named."""
    title = "" if name.kind is ScopeKind.LIST else "St Anne's Primary School"
    point = None if name.kind in (ScopeKind.LIST, ScopeKind.FOOTPRINT) else made.HERE
    return Scope(name, title, place or made.place(), area, point=point, postcode="ZA1 4QT")


def card_of(listing: Service | Location | CatalogueEntry) -> Card:
    """What search shows of it."""
    match listing:
        case Service():
            return service_document(listing).card
        case Location():
            return hub_document(listing).card
    return entry_document(listing).card


def found(listing: Service | Location | CatalogueEntry, place: Place | None = None) -> Found:
    """It as a result for the families of a place, with the nearest of its public sites."""
    card, place = card_of(listing), place or made.place()
    near = sorted((_metres(site, place), number) for number, site in enumerate(card["sites"]))
    return Found(
        Group.NATIONAL if card["national"] else Group.NEAR,
        card,
        1.0,
        availability(offer_of_card(card), Asker(place)),
        near[0][0] if near else None,
        card["sites"][near[0][1]] if near else None,
    )


def _metres(site: Site, place: Place) -> float:
    if site["lat"] is None or site["lon"] is None:
        return 1e9
    return place.point.metres_to(Point(site["lat"], site["lon"]))


def composed(
    session: Session,
    local: Sequence[tuple[Service | Location, str]] = (),
    national: Sequence[CatalogueEntry | Service] = (),
    *,
    helplines: Sequence[Service] = (),
    hub: Location | None = None,
    order: SheetOrder | None = None,
    of: Scope | None = None,
    day: date = MONDAY,
    settings: Settings = SETTINGS,
) -> Sheet:
    """A sheet of listings, each with the topic it was chosen for."""
    order = order or SheetOrder(SCHOOL)
    of = of or scope(order.scope)
    choice = choice_of(session, of, local, national, helplines, hub)
    return compose(session, choice, of, order, settings, day)


def choice_of(
    session: Session,
    of: Scope,
    local: Sequence[tuple[Service | Location, str]] = (),
    national: Sequence[CatalogueEntry | Service] = (),
    helplines: Sequence[Service] = (),
    hub: Location | None = None,
) -> Choice:
    """What was chosen of listings, as they are in the database now."""
    session.flush()
    session.expire_all()
    return Choice(
        found(hub, of.place) if hub else None,
        tuple(Chosen(found(listing, of.place), topic) for listing, topic in local),
        tuple(Chosen(found(listing, of.place), "") for listing in national),
        tuple(helplines),
        len(local) + len(national),
    )


def line(sheet: Sheet, key: str) -> Line:
    """The line of a listing."""
    [only] = (one for one in sheet.lines if one.key == key)
    return only


def stay_and_play(session: Session) -> Service:
    """A service with everything that a line can show."""
    for need in ("money", "activities"):
        made.need(session, need)
    hall = made.location(session, name="Village Hall", address="1 Green", postcode="ZA1 2AB")
    service = made.service(
        session,
        "Stay and play",
        at=(hall,),
        needs=("activities",),
        key="play",
        summary="Toys and songs for under-5s. There is tea for you too.",
        minimum_age=0,
        maximum_age=60,
        assured_date=date(2026, 11, 13),
        how_to_apply="Send a letter.",
        email="play@example.org",
    )
    service.schedules = [Schedule(weekday=Weekday.WED, opens_at=time(10), closes_at=time(12))]
    service.cost_options = [CostOption(amount=0)]
    service.phones = [
        Phone(number="01632 960011", type=PhoneType.VOICE),
        Phone(number="01632 960012", type=PhoneType.TEXT),
    ]
    service.languages = [Language(code="en"), Language(code="pl"), Language(code="ur")]
    service.urls = [Url(url="https://play.example.org/now/")]
    return service


def every_text(thing: object) -> list[str]:
    """All words anywhere on a sheet."""
    match thing:
        case str():
            return [thing]
        case tuple() | list():
            return [text for part in thing for text in every_text(part)]
        case dict():
            return [text for part in thing.values() for text in every_text(part)]
    if is_dataclass(thing):
        return [text for part in fields(thing) for text in every_text(getattr(thing, part.name))]
    return []
