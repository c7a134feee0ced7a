"""A small world for page tests: one of everything a page must show, made by hand. All of it is made up."""

import csv
from datetime import date, time, timedelta

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import (
    Accessibility,
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
    Url,
)
from hubfinder.places.models import (
    Arrangement,
    Footprint,
    FootprintSet,
    FootprintSetMember,
    Layer,
    PlaceName,
    Postcode,
    Practice,
    School,
)
from hubfinder.search import documents
from hubfinder.settings import PROJECT
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Basis,
    CatalogueStatus,
    Confidence,
    Delivery,
    FootprintKind,
    PhoneType,
    Season,
    Weekday,
)

HOME = (54.750, 2.100)
"""Where ZA1 4QT is; latitude and longitude in degrees."""
REFUGE_STREET = "7 Hidden Lane"
EDGE = 0.02


def build(session: Session) -> None:
    """Fill an empty, upgraded database and write its search documents."""
    begin_writing(session)
    terms = _terms(session)
    footprints = _footprints(session)
    _postcodes(session, footprints)
    _registers(session)
    _arrangements(session)
    entries = _entries(session, terms)
    _directory(session, terms, footprints, entries)
    session.flush()
    documents.rebuild_documents(session)
    session.commit()


def _terms(session: Session) -> dict[str, TaxonomyTerm]:
    found = {}
    for key, file, slug in (
        ("need", "needs", "key"),
        ("domain", "domains", "key"),
        ("department", "departments", "abbreviation"),
    ):
        taxonomy = Taxonomy(key=key, name=key.capitalize())
        with (PROJECT / "seeds" / f"{file}.csv").open(newline="") as lines:
            for position, row in enumerate(csv.DictReader(lines)):
                term = TaxonomyTerm(
                    taxonomy=taxonomy,
                    key=f"{key}:{row[slug]}",
                    name=row.get("name") or row["name_now"],
                    hint=row.get("hint") or row.get("name_2022") or "",
                    position=position,
                )
                session.add(term)
                found[term.key] = term
    return found


def _box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A box in steps of ``EDGE`` from home, as a multipolygon."""
    lat, lon = HOME
    return shapely.MultiPolygon(
        [shapely.box(lon + west * EDGE, lat + south * EDGE, lon + east * EDGE, lat + north * EDGE)]
    )


def _footprints(session: Session) -> dict[str, Footprint]:
    shapes: tuple[tuple[str, FootprintKind, str, str, Basis, BaseGeometry | None], ...] = (
        (
            "council",
            FootprintKind.LOCAL_AUTHORITY,
            "Z06000001",
            "Harbourmouth",
            Basis.OFFICIAL,
            _box(-3, -3, 3, 3),
        ),
        (
            "neighbour",
            FootprintKind.LOCAL_AUTHORITY,
            "Z06000002",
            "Northsands",
            Basis.OFFICIAL,
            _box(-5, -3, -3, 3),
        ),
        ("ward", FootprintKind.WARD, "Z05000001", "Harbour", Basis.OFFICIAL, _box(-1, -1, 1, 1)),
        (
            "catchment",
            FootprintKind.SCHOOL_CATCHMENT_PRIMARY,
            "990001",
            "St Anne's Primary School",
            Basis.TRACED,
            _box(-0.8, -0.8, 0.9, 1),
        ),
        (
            "network",
            FootprintKind.PRIMARY_CARE_NETWORK,
            "ZPCN01",
            "Quayside",
            Basis.MODELLED,
            _box(-2, -2, 1, 2),
        ),
        ("other_network", FootprintKind.PRIMARY_CARE_NETWORK, "ZPCN02", "Wendbridge", Basis.MODELLED, None),
        ("nation", FootprintKind.NATION, "E92000001", "England", Basis.OFFICIAL, None),
    )
    found = {}
    for name, kind, code, label, basis, shape in shapes:
        layer = Layer(
            key=f"{kind.value}-{code}",
            kind=kind,
            basis=basis,
            source="Made up for tests",
            as_of=date(2026, 5, 1),
            licence="Open Government Licence v3.0",
            attribution="Contains made-up data",
            method="Drawn by hand" if basis is Basis.TRACED else "",
        )
        found[name] = Footprint(
            layer=layer,
            kind=kind,
            code=code,
            name=label,
            geom=from_shape(shape, srid=4326) if shape else None,
            outline=shapely.to_wkb(shape) if shape else None,
        )
    session.add_all(found.values())
    session.flush()
    return found


def _postcodes(session: Session, footprints: dict[str, Footprint]) -> None:
    whole = FootprintSet()
    across = FootprintSet()
    session.add_all((whole, across))
    session.flush()
    for name, share in (
        ("council", 1.0),
        ("ward", 1.0),
        ("catchment", 1.0),
        ("network", 0.62),
        ("other_network", 0.3),
        ("nation", 1.0),
    ):
        session.add(FootprintSetMember(set_id=whole.id, footprint_id=footprints[name].id, share=share))
    session.add(FootprintSetMember(set_id=across.id, footprint_id=footprints["neighbour"].id, share=1.0))
    lat, lon = HOME
    session.add_all(
        (
            Postcode(code="ZA14QT", lat=lat, lon=lon, country="E", set_id=whole.id),
            Postcode(code="ZA12AB", lat=lat + 0.006, lon=lon + 0.001, country="E", set_id=whole.id),
            Postcode(code="ZA19ZZ", lat=lat, lon=lon, country="E", set_id=whole.id, terminated="201903"),
            Postcode(code="ZA51AA", lat=lat, lon=lon - 0.07, country="E", set_id=across.id),
            Postcode(code="ZA99AA", lat=None, lon=None, country="E"),
            Postcode(code="EH11AA", lat=55.95, lon=-3.19, country="S"),
            PlaceName(key="wendbridge-town", name="Wendbridge", kind="town", lat=lat + 0.03, lon=lon - 0.03),
            PlaceName(key="eelby-village", name="Eelby", kind="village", lat=lat + 0.02, lon=lon),
            PlaceName(key="eelby-hamlet", name="Eelby", kind="hamlet", lat=lat - 0.02, lon=lon),
        )
    )


def _registers(session: Session) -> None:
    lat, lon = HOME
    session.add_all(
        (
            School(
                urn="990001",
                name="St Anne's Primary School",
                phase="Primary",
                status="Open",
                postcode="ZA1 2AB",
                website="https://st-annes.example.org",
                lat=lat + 0.002,
                lon=lon + 0.004,
            ),
            Practice(
                code="Z81001",
                name="Quayside Surgery",
                address="1 Fish Row",
                postcode="ZA1 2AB",
                telephone="01632 960301",
                network_code="ZPCN01",
                network_name="Quayside",
                lat=lat + 0.004,
                lon=lon - 0.006,
            ),
        )
    )


def _arrangements(session: Session) -> None:
    for position, (key, group) in enumerate(
        (("health-board", "statutory body"), ("local-partnership", "partnership"))
    ):
        session.add(
            Arrangement(
                key=key,
                position=position,
                name=key.replace("-", " ").capitalize(),
                group=group,
                function="Health",
                department="DHSC",
                footprint="Local authority",
                footprint_kind=FootprintKind.LOCAL_AUTHORITY,
                membership="Council, NHS",
                role="To plan.",
                summary="They plan together.",
                current_name=key.replace("-", " ").capitalize(),
                confidence=Confidence.KNOWN,
                last_checked=date(2026, 11, 1),
                official_page="https://www.gov.uk/",
            )
        )


def _entries(session: Session, terms: dict[str, TaxonomyTerm]) -> dict[str, CatalogueEntry]:
    def entry(key: str, name: str, domain: str, **more: object) -> CatalogueEntry:
        values: dict[str, object] = {
            "position": 1,
            "access": Access.TARGETED,
            "department": "DWP",
            "printed": f"{name} (DWP)",
            "status": CatalogueStatus.OPEN,
            "current_name": name,
            "summary": f"What {name} is, in one sentence.",
            "confidence": Confidence.CHECKED,
            "last_checked": date(2026, 11, 1),
            "official_page": "https://www.gov.uk/",
            "needs": [terms["need:money"]],
            **more,
        }
        return CatalogueEntry(key=key, name=name, domain=terms[f"domain:{domain}"], **values)

    found = {
        "credit": entry(
            "universal-credit",
            "Universal Credit",
            "financial-support",
            telephone="0800 328 5644",
            how_to_apply="Claim online.",
            responsible_now="Department for Work and Pensions",
        ),
        "tax": entry(
            "child-tax-credit",
            "Child Tax Credit",
            "financial-support",
            position=2,
            department="HMRC",
            status=CatalogueStatus.CLOSED,
            date_of_change="2025-04",
            what_changed="It ended in April 2025.",
            how_to_apply="Do not apply.",
        ),
        "visitor": entry(
            "health-visiting",
            "Health visiting",
            "health",
            position=3,
            access=Access.UNIVERSAL,
            department="NHS",
            status=CatalogueStatus.CHANGED,
            confidence=Confidence.UNSURE,
            minimum_age=-9,
            maximum_age=60,
            telephone="01632 960999",
            responsible_now="The council",
            needs=[terms["need:pregnancy-and-babies"], terms["need:health"]],
        ),
    }
    found["tax"].replaced_by = found["credit"]
    session.add_all(found.values())
    return found


def _directory(
    session: Session,
    terms: dict[str, TaxonomyTerm],
    footprints: dict[str, Footprint],
    entries: dict[str, CatalogueEntry],
) -> None:
    council = Organization(key="harbourmouth-council", name="Harbourmouth Council", kind="council")
    nhs = Organization(key="wend-nhs", name="Wend and Coast NHS", kind="nhs")
    charity = Organization(key="calm-nights", name="Calm Nights", kind="charity")
    session.add_all((council, nhs, charity))
    places = _locations(session, council)
    babies, safety, money = (terms[f"need:{key}"] for key in ("pregnancy-and-babies", "safety", "money"))
    lately = today() - timedelta(days=9)

    def service(key: str, name: str, organization: Organization, **more: object) -> Service:
        values: dict[str, object] = {
            "assured_date": lately,
            "assured_by": "Quayside Family Hub",
            "delivery": frozenset({Delivery.IN_PERSON}),
            "terms": [babies],
            **more,
        }
        made = Service(key=key, name=name, organization=organization, **values)
        session.add(made)
        return made

    def at(*keys: str) -> list[ServiceAtLocation]:
        return [ServiceAtLocation(location=places[key]) for key in keys]

    service(
        "sleep-clinic",
        "Sleep clinic for babies and toddlers",
        nhs,
        summary="A health visitor helps you make a plan for calmer nights. Bring your baby.",
        minimum_age=0,
        maximum_age=24,
        at_locations=at("quayside-family-hub"),
        schedules=[_session(Weekday.WED, 10, 12)],
        cost_options=[CostOption(amount=0)],
        languages=[Language(code="pl")],
        phones=[Phone(number="01632 960201")],
        areas=[ServiceArea(footprint=footprints["ward"])],
        entries=[entries["visitor"]],
    )
    service(
        "perinatal-support",
        "Perinatal mental health support for baby sleep and low mood",
        nhs,
        summary="Talking help in pregnancy and the first two years.",
        access=Access.TARGETED,
        eligibility="Your GP, midwife or health visitor asks for you.",
        minimum_age=-9,
        maximum_age=24,
        at_locations=at("clinic"),
        assured_date=today() - timedelta(days=215),
        phones=[Phone(number="01632 960202")],
        cost_options=[CostOption(amount=2.5, description="per session")],
        schedules=[_session(Weekday.MON, 9, 17, Season.TERM, "ring first"), _session(Weekday.THU, 9, 17)],
        accessibility=[Accessibility(feature=AccessibilityFeature.HEARING_LOOP)],
        urls=[Url(url="https://perinatal.example.org", label="")],
        email="perinatal@example.org",
    )
    service(
        "baby-group-northsands",
        "Northsands baby group",
        council,
        summary="Play for babies who do not sleep.",
        at_locations=at("northsands-hall"),
        areas=[ServiceArea(footprint=footprints["neighbour"])],
    )
    service(
        "safe-home",
        "Safe home for families",
        charity,
        summary="A safe place to stay.",
        access=Access.TARGETED,
        terms=[safety],
        at_locations=at("refuge"),
        phones=[Phone(number="01632 960203")],
    )
    service(
        "debt-advice", "Debt advice", charity, terms=[money], entries=[entries["credit"]], assured_date=None
    )
    service(
        "calm-nights-helpline",
        "Calm Nights helpline",
        charity,
        summary="For parents of babies who cry or do not sleep.",
        delivery=frozenset({Delivery.TELEPHONE}),
        hours="Every day 9am to 10pm",
        is_national=True,
        is_crisis=True,
        confidence=Confidence.CHECKED,
        phones=[
            Phone(number="01632 960204"),
            Phone(number="60204", type=PhoneType.TEXT, description="Text CALM"),
        ],
    )
    for number in range(12):
        service(
            f"story-time-{number}",
            f"Story time {number}",
            council,
            summary="Stories and songs for little ones.",
            terms=[terms["need:activities"]],
            at_locations=at("quayside-family-hub"),
        )


def _locations(session: Session, council: Organization) -> dict[str, Location]:
    lat, lon = HOME
    hub = _location("quayside-family-hub", "Quayside Family Hub", lat + 0.006, lon + 0.001, "ZA1 2AB")
    hub.is_family_hub, hub.organization = True, council
    hub.address = "12 Fish Row, Harbourmouth, ZA1 2AB"
    hub.description = "Baby clinic, feeding support and stay and play under one roof."
    hub.phones = [Phone(number="01632 960101")]
    hub.schedules = [
        _session(day, 9, 17) for day in (Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI)
    ]
    hub.languages = [Language(code="pl"), Language(code="ur")]
    hub.accessibility = [Accessibility(feature=AccessibilityFeature.STEP_FREE)]
    refuge = _location("refuge", "The Haven", lat + 0.01, lon, "ZA1 9ZZ")
    refuge.address, refuge.is_confidential = REFUGE_STREET, True
    places = [
        hub,
        _location("clinic", "Fishergate Clinic", lat - 0.01, lon + 0.012, "ZA1 4QT"),
        _location("northsands-hall", "Northsands Hall", lat, lon - 0.07, "ZA5 1AA"),
        refuge,
    ]
    session.add_all(places)
    return {place.key: place for place in places}


def _location(key: str, name: str, lat: float, lon: float, postcode: str) -> Location:
    point = shapely.Point(lon, lat)
    return Location(
        key=key,
        name=name,
        address=f"1 {name} Street",
        postcode=postcode,
        lat=lat,
        lon=lon,
        point=from_shape(point, srid=4326),
    )


def _session(
    day: Weekday, opens: int, closes: int, season: Season = Season.ALWAYS, note: str = ""
) -> Schedule:
    return Schedule(weekday=day, opens_at=time(opens), closes_at=time(closes), season=season, note=note)
