"""The listings of the small world: catalogue entries, places, services. All of it is made up."""

from datetime import date, time, timedelta

import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy.orm import Session

from hubfinder.clock import today
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
    TaxonomyTerm,
    Url,
)
from hubfinder.places.models import Footprint
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    CatalogueStatus,
    Circumstance,
    Confidence,
    Delivery,
    PhoneType,
    Season,
    Weekday,
)

HOME = (54.750, 2.100)
"""Where ZA1 4QT is; latitude and longitude in degrees."""
REFUGE_STREET = "7 Hidden Lane"


def add_entries(session: Session, terms: dict[str, TaxonomyTerm]) -> dict[str, CatalogueEntry]:
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
            summary="Somebody visits you and helps with feeding and a baby who does not sleep.",
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


def add_services(
    session: Session,
    terms: dict[str, TaxonomyTerm],
    footprints: dict[str, Footprint],
    entries: dict[str, CatalogueEntry],
) -> None:
    """Fresh, stale, never checked; near, across the border, confidential, by telephone; and many alike."""
    council = Organization(key="harbourmouth-council", name="Harbourmouth Council", kind="council")
    writer = Writer(session, terms, _locations(session, council))
    nhs = Organization(key="wend-nhs", name="Wend and Coast NHS", kind="nhs")
    charity = Organization(key="calm-nights", name="Calm Nights", kind="charity")
    _near_services(writer, nhs, footprints, entries)
    _other_services(writer, council, charity, footprints, entries)
    _services_for_some(writer, council, charity, footprints)
    for number in range(12):
        writer.service(
            f"story-time-{number}",
            f"Story time {number}",
            council,
            summary="Stories and songs for little ones.",
            terms=writer.needs("activities"),
            at_locations=writer.at("quayside-family-hub"),
        )


class Writer:
    """Makes services out of what matters to a test; the rest is the same for all."""

    def __init__(self, session: Session, terms: dict[str, TaxonomyTerm], places: dict[str, Location]) -> None:
        self.session, self.terms, self.places = session, terms, places

    def service(self, key: str, name: str, organization: Organization, **more: object) -> None:
        values: dict[str, object] = {
            "assured_date": today() - timedelta(days=9),
            "assured_by": "Quayside Family Hub",
            "delivery": frozenset({Delivery.IN_PERSON}),
            "terms": self.needs("pregnancy-and-babies"),
            **more,
        }
        self.session.add(Service(key=key, name=name, organization=organization, **values))

    def needs(self, *keys: str) -> list[TaxonomyTerm]:
        return [self.terms[f"need:{key}"] for key in keys]

    def at(self, *keys: str) -> list[ServiceAtLocation]:
        return [ServiceAtLocation(location=self.places[key]) for key in keys]


def _near_services(
    writer: Writer, nhs: Organization, footprints: dict[str, Footprint], entries: dict[str, CatalogueEntry]
) -> None:
    writer.service(
        "sleep-clinic",
        "Sleep clinic for babies and toddlers",
        nhs,
        summary="A health visitor helps you make a plan for calmer nights. Bring your baby.",
        minimum_age=0,
        maximum_age=24,
        at_locations=writer.at("quayside-family-hub"),
        schedules=[_session(Weekday.WED, 10, 12)],
        cost_options=[CostOption(amount=0)],
        languages=[Language(code="pl")],
        phones=[Phone(number="01632 960201")],
        areas=[ServiceArea(footprint=footprints["ward"])],
        entries=[entries["visitor"]],
    )
    writer.service(
        "perinatal-support",
        "Perinatal mental health support for baby sleep and low mood",
        nhs,
        summary="Talking help in pregnancy and the first two years.",
        access=Access.TARGETED,
        eligibility="Your GP, midwife or health visitor asks for you.",
        minimum_age=-9,
        maximum_age=24,
        at_locations=writer.at("clinic"),
        assured_date=today() - timedelta(days=215),
        phones=[Phone(number="01632 960202")],
        cost_options=[CostOption(amount=2.5, description="per session")],
        schedules=[_session(Weekday.MON, 9, 17, Season.TERM, "ring first"), _session(Weekday.THU, 9, 17)],
        accessibility=[Accessibility(feature=AccessibilityFeature.HEARING_LOOP)],
        urls=[Url(url="https://perinatal.example.org", label="")],
        email="perinatal@example.org",
    )


def _other_services(
    writer: Writer,
    council: Organization,
    charity: Organization,
    footprints: dict[str, Footprint],
    entries: dict[str, CatalogueEntry],
) -> None:
    writer.service(
        "baby-group-northsands",
        "Northsands baby group",
        council,
        summary="Play for babies who do not sleep.",
        at_locations=writer.at("northsands-hall"),
        areas=[ServiceArea(footprint=footprints["neighbour"])],
    )
    writer.service(
        "safe-home",
        "Safe home for families",
        charity,
        summary="A safe place to stay.",
        access=Access.TARGETED,
        terms=writer.needs("safety"),
        at_locations=writer.at("refuge"),
        phones=[Phone(number="01632 960203")],
    )
    writer.service(
        "debt-advice",
        "Debt advice",
        charity,
        terms=writer.needs("money"),
        entries=[entries["credit"]],
        assured_date=None,
    )
    writer.service(
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


def _services_for_some(
    writer: Writer, council: Organization, charity: Organization, footprints: dict[str, Footprint]
) -> None:
    """For a circumstance, across the border, and for the people of a network."""
    writer.service(
        "splash-swimming",
        "Splash swimming",
        charity,
        summary="A warm pool and a hoist.",
        access=Access.TARGETED,
        eligibility="Children with any disability.",
        circumstances=frozenset({Circumstance.SEND}),
        minimum_age=12,
        maximum_age=216,
        terms=writer.needs("send"),
        at_locations=writer.at("clinic"),
    )
    writer.service(
        "community-fridge",
        "Community fridge",
        council,
        summary="Take what you need.",
        terms=writer.needs("food"),
        at_locations=writer.at("northsands-hall"),
    )
    writer.service(
        "network-asthma",
        "Asthma clinic of the network",
        council,
        summary="A nurse checks inhalers.",
        terms=writer.needs("health"),
        at_locations=writer.at("clinic"),
        areas=[ServiceArea(footprint=footprints["network"])],
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
