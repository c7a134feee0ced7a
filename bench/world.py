"""A made-up council of any size for the benchmarks: deterministic, written straight into the tables."""

import random
from datetime import time, timedelta

import numpy as np
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.database import begin_writing, point_wkb
from hubfinder.database.base import SRID
from hubfinder.directory.models import (
    CostOption,
    Language,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
    service_term,
)
from hubfinder.places.models import Footprint, FootprintSet, FootprintSetMember, Layer, Postcode
from hubfinder.vocab import Access, Basis, Delivery, FootprintKind, PhoneType, Weekday

SOUTH, WEST, SIDE = 54.6, 1.9, 0.3
"""A square of sea, in degrees."""
NEEDS = (
    "money",
    "childcare",
    "send",
    "health",
    "parenting",
    "food",
    "housing",
    "activities",
)
_WORDS = """
baby toddler sleep clinic play music group parent carer debt advice budget school uniform holiday club
food pantry breakfast autism youth drop-in speech language walk swim sport football dance drama art craft
reading library story bilingual English class job coach apprenticeship housing tenancy repair bereavement
counselling anxiety mental health midwife breastfeeding weaning nursery childminder crèche disability short
break sibling young father mother grandparent kinship foster adoption separation mediation safety abuse
refuge asylum welcome faith community garden allotment cooking cycling toy bank pram clothes swap legal
benefits form filling transport taxi bus hearing sight wheelchair sensory quiet outdoor forest beach
"""
WORDS = _WORDS.split()


def build(session: Session, services: int, postcodes: int = 2_000) -> None:
    """Fill an empty, upgraded database: wards, postcodes, hubs and services, in one transaction."""
    chance = random.Random(20261101)  # noqa: S311 - not for secrets
    begin_writing(session)
    wards = _wards(session)
    _postcodes(session, chance, postcodes)
    terms = _needs(session)
    places = _places(session, chance, max(20, services // 8))
    _services(session, chance, services, wards, places, terms)
    session.commit()


def _wards(session: Session) -> list[int]:
    layer = Layer(key="bench:ward", kind=FootprintKind.WARD, basis=Basis.OFFICIAL, source="made up")
    session.add(layer)
    session.flush()
    ids = []
    step = SIDE / 5
    for number in range(25):
        west, south = WEST + step * (number % 5), SOUTH + step * (number // 5)
        shape = shapely.MultiPolygon(
            [shapely.segmentize(shapely.box(west, south, west + step, south + step), 0.002)]
        )
        ward = Footprint(
            layer_id=layer.id,
            kind=FootprintKind.WARD,
            code=f"ZW{number:02}",
            name=f"Ward {number}",
            geom=from_shape(shape, srid=SRID),
            outline=shapely.to_wkb(shape.simplify(0.0001)),
        )
        session.add(ward)
        session.flush()
        session.add(FootprintSet(id=number + 1))
        session.flush()
        session.add(FootprintSetMember(set_id=number + 1, footprint_id=ward.id, share=1.0))
        ids.append(ward.id)
    return ids


def _postcodes(session: Session, chance: random.Random, count: int) -> None:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    rows = []
    for number in range(count):
        x, y = chance.random(), chance.random()
        code = f"ZB{number // 4000 + 1}{number // 400 % 10}{letters[number // 20 % 20]}{letters[number % 20]}"
        set_id = int(y * 5) * 5 + int(x * 5) + 1
        rows.append(
            {"code": code, "lat": SOUTH + y * SIDE, "lon": WEST + x * SIDE, "country": "E", "set_id": set_id}
        )
    session.execute(insert(Postcode), rows)


def _needs(session: Session) -> list[int]:
    taxonomy = Taxonomy(key="need", name="Needs")
    session.add(taxonomy)
    session.flush()
    terms = [
        TaxonomyTerm(taxonomy_id=taxonomy.id, key=f"need:{key}", name=key, position=number)
        for number, key in enumerate(NEEDS)
    ]
    session.add_all(terms)
    session.flush()
    return [term.id for term in terms]


def _places(session: Session, chance: random.Random, count: int) -> list[int]:
    organization = Organization(key="bench", name="Sea Square Council", kind="council")
    session.add(organization)
    session.flush()
    places = []
    for number in range(count):
        lat, lon = SOUTH + chance.random() * SIDE, WEST + chance.random() * SIDE
        place = Location(
            key=f"place-{number}",
            name=f"{chance.choice(WORDS).title()} House {number}",
            address=f"{number + 1} Sea Road",
            postcode="ZB1 0AA",
            lat=lat,
            lon=lon,
            point=point_wkb(lon, lat),
            is_family_hub=number < 12,
            organization_id=organization.id,
        )
        place.phones = [Phone(number="01632 960000", type=PhoneType.VOICE)]
        places.append(place)
    session.add_all(places)
    session.flush()
    return [place.id for place in places]


def _services(
    session: Session, chance: random.Random, count: int, wards: list[int], places: list[int], terms: list[int]
) -> None:
    day = today()
    common = np.random.default_rng(20261101).zipf(1.3, size=count * 60) % len(WORDS)

    def text(start: int, length: int) -> str:
        return " ".join(WORDS[i] for i in common[start : start + length])

    links: list[dict[str, int]] = []
    for number in range(count):
        low = chance.choice((None, -9, 0, 24, 60, 132))
        service = Service(
            key=f"service-{number}",
            organization_id=1,
            name=text(number * 60, 4).capitalize(),
            summary=text(number * 60 + 4, 14).capitalize() + ".",
            description=text(number * 60 + 18, 42).capitalize() + ".",
            access=chance.choice(list(Access)),
            delivery=frozenset({chance.choice(list(Delivery)), Delivery.IN_PERSON}),
            minimum_age=low,
            maximum_age=None if low is None else low + chance.choice((24, 60, 120)),
            assured_date=day - timedelta(days=chance.randrange(400)),
            assured_by="Sea Square Council",
        )
        service.at_locations = [ServiceAtLocation(location_id=chance.choice(places))]
        service.phones = [Phone(number="01632 960001", type=PhoneType.VOICE)]
        service.cost_options = [CostOption(amount=chance.choice((0, 0, 2.5)))]
        service.schedules = [
            Schedule(
                weekday=chance.choice(list(Weekday)),
                opens_at=time(9 + chance.randrange(8)),
                closes_at=time(18),
            )
        ]
        if chance.random() < 0.3:
            service.languages = [Language(code=chance.choice(("pl", "ur", "ro", "bn")))]
        if chance.random() < 0.4:
            service.areas = [ServiceArea(footprint_id=chance.choice(wards))]
        session.add(service)
        if number % 1000 == 999:
            session.flush()
    session.flush()
    for number, service_id in enumerate(session.scalars(select(Service.id))):
        links.append({"service_id": service_id, "term_id": terms[number % len(terms)]})
    session.execute(insert(service_term), links)
