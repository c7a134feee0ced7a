"""How a listing becomes a search document: its card, and the terms it is found by."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from hubfinder.clock import today
from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.closures import days_off_at, days_off_of
from hubfinder.directory.costs import pounds
from hubfinder.directory.models import Accessibility, CostOption, Location, Phone, Schedule, Service
from hubfinder.directory.translations import Texts
from hubfinder.search.analysis import terms_of
from hubfinder.search.days_off import onto_card
from hubfinder.search.subjects import subject_marks
from hubfinder.search.text import DELIVERS, ENTRY, NEED
from hubfinder.search.times import Span, slots_of, spans_of
from hubfinder.search.values import ELSEWHERE, Card, Session, Site
from hubfinder.vocab import Access, Confidence, Cost, PhoneType

FORMAT = 9
"""Raise with every change of cards, terms or analysis: what has another format is made anew."""
NAME, SUMMARY, LINKED, BODY = 3.0, 2.0, 1.5, 1.0
"""Weights of a listing's texts. Heavier names were measured to find less, not more."""


HUB_ENTRIES = ("family-hubs", "children-centres")
"""What somebody means who looks for a hub by its old or its new name."""


class Terms(TypedDict):
    """What engines index. Texts come with their weight; ages are months; areas are footprint ids."""

    texts: list[tuple[float, str]]
    marks: list[tuple[float, str]]
    """Terms that stand for what it is about, such as ``entry:child-benefit``, with their weight."""
    minimum_age: int | None
    maximum_age: int | None
    access: str
    delivery: list[str]
    free: bool
    costs: list[str]
    """One of ``Cost``; none of what has no price: hubs and the national catalogue."""
    circumstances: list[str]
    needs: list[str]
    domains: list[str]
    departments: list[str]
    """Of a service those of the catalogue entries it delivers."""
    entries: list[str]
    """Keys of the catalogue entries it is or delivers."""
    languages: list[str]
    accessibility: list[str]
    """Its own and that of its public places."""
    spans: list[Span]
    """When it is open, so far as that is known."""
    slots: list[str]
    """The parts of the week in which it is open, as ``hubfinder.search.times.slot`` names them."""
    areas: list[int]
    points: list[tuple[float, float]]
    national: bool
    closed: bool
    crisis: bool
    professionals: bool
    assured: int
    """Day number (``date.toordinal``) of the last check; 0 when never, or when it is not sure."""


@dataclass(frozen=True, slots=True)
class Document:
    """One listing, ready to be stored."""

    key: str
    card: Card
    terms: Terms


def service_document(service: Service) -> Document:
    """The document of one running service (with its relations loaded)."""
    places = [at.location for at in service.at_locations if not at.location.is_confidential]
    sites = [site_of(place) for place in places]
    needs = _terms_of(service, "need:")
    sure = service.confidence is not Confidence.UNSURE
    card: Card = {
        "kind": "service",
        "key": service.key,
        "name": service.name,
        "summary": service.summary,
        "told": terms_in(service.name, service.summary),
        "organization": service.organization.name,
        "access": service.access.value,
        "delivery": sorted(service.delivery),
        "minimum_age": service.minimum_age,
        "maximum_age": service.maximum_age,
        "eligibility": service.eligibility,
        "circumstances": sorted(service.circumstances),
        "needs": needs,
        "free": is_free(service.cost_options),
        "cost": cost_words(service.cost_options),
        "sessions": [session_of(schedule, places) for schedule in service.schedules],
        "days_off": onto_card(days_off_of(service, places, today())),
        "hours": service.hours,
        "languages": [language.code for language in service.languages],
        "telephone": first_number(service.phones, PhoneType.VOICE) if sure else "",
        "text": first_number(service.phones, PhoneType.TEXT) if sure else "",
        "website": service.urls[0].url if service.urls else "",
        "sites": sites,
        "areas": [[a.footprint.kind.value, a.footprint.code, a.footprint.name] for a in service.areas],
        "assured_date": service.assured_date.isoformat() if service.assured_date else "",
        "assured_by": service.assured_by,
        "national": service.is_national,
        "crisis": service.is_crisis,
        "audience": service.audience.value,
        "confidence": service.confidence.value if service.confidence else "",
    }
    return Document(service.key, card, _service_terms(service, needs, places, sites))


def _service_terms(service: Service, needs: list[str], places: list[Location], sites: list[Site]) -> Terms:
    entries = service.entries
    spans = spans_of(service.schedules, service.hours)
    return {
        "texts": [
            (NAME, service.name),
            (SUMMARY, service.summary),
            (LINKED, " ".join(term.name for term in service.terms)),
            (BODY, " ".join(f"{entry.name} {entry.current_name}" for entry in entries)),
            (BODY, service.description),
            (BODY, service.eligibility),
            (BODY, service.organization.name),
            (BODY, " ".join(site["name"] for site in sites)),
        ],
        "marks": [
            *((BODY, DELIVERS + entry.key) for entry in entries),
            *((BODY, NEED + need) for need in needs),
            *subject_marks((NAME, service.name), (SUMMARY, service.summary), (BODY, service.eligibility)),
        ],
        "minimum_age": service.minimum_age,
        "maximum_age": service.maximum_age,
        "access": service.access.value,
        "delivery": sorted(service.delivery),
        "free": is_free(service.cost_options) is True,
        "costs": [cost_of(service.cost_options).value],
        "circumstances": sorted(service.circumstances),
        "needs": needs,
        "domains": sorted(
            {entry.domain.key.partition(":")[2] for entry in entries} | set(_terms_of(service, "domain:"))
        ),
        "departments": sorted({entry.department for entry in entries}),
        "entries": sorted(entry.key for entry in entries),
        "languages": [language.code for language in service.languages],
        "accessibility": features_of(service.accessibility, *(place.accessibility for place in places)),
        "spans": spans,
        "slots": slots_of(spans),
        "areas": sorted(area.footprint_id for area in service.areas),
        "points": points_of(sites),
        "national": service.is_national,
        "closed": False,
        "crisis": service.is_crisis,
        "professionals": service.audience.value == "professionals",
        "assured": assured_day(service),
    }


def assured_day(service: Service) -> int:
    """Day number of its last check; 0 where there was none, or we are not sure of it all the same."""
    sure = service.confidence is not Confidence.UNSURE
    return service.assured_date.toordinal() if service.assured_date and sure else 0


def hub_document(hub: Location) -> Document:
    """The document of one family hub (with its relations loaded)."""
    site = site_of(hub)
    here = [at.service for at in hub.services_here if at.service.status.value == "active"]
    spans = spans_of(hub.schedules)
    card: Card = {
        **_empty_card("hub", hub.key, hub.name),
        "summary": hub.description,
        "told": terms_in(hub.name, hub.description),
        "organization": hub.organization.name if hub.organization else "",
        "sessions": [session_of(schedule) for schedule in hub.schedules],
        "days_off": onto_card(days_off_at(hub, today())),
        "languages": [language.code for language in hub.languages],
        "telephone": first_number(hub.phones, PhoneType.VOICE),
        "website": hub.website,
        "sites": [site],
    }
    terms: Terms = {
        **empty_terms(),
        "texts": [
            (NAME, hub.name),
            (SUMMARY, hub.description),
            (BODY, hub.address),
            (BODY, " ".join(service.name for service in here)),
        ],
        "marks": [
            *((NAME, DELIVERS + key) for key in HUB_ENTRIES),
            *subject_marks((BODY, hub.description)),
        ],
        "languages": [language.code for language in hub.languages],
        "accessibility": features_of(hub.accessibility),
        "spans": spans,
        "slots": slots_of(spans),
        "points": points_of([site]),
    }
    return Document(hub.key, card, terms)


def entry_document(entry: CatalogueEntry) -> Document:
    """The document of one catalogue entry (with its relations loaded)."""
    needs = [term.key.partition(":")[2] for term in entry.needs]
    sure = entry.confidence is not Confidence.UNSURE
    replaced_by = entry.replaced_by.current_name if entry.replaced_by else entry.replaced_by_name
    card: Card = {
        **_empty_card("catalogue", entry.key, entry.name),
        "summary": entry.summary,
        "told": terms_in(entry.name, entry.current_name, entry.summary),
        "access": entry.access.value,
        "minimum_age": entry.minimum_age,
        "maximum_age": entry.maximum_age,
        "eligibility": entry.who_for,
        "national": True,
        "needs": needs,
        "telephone": entry.telephone if sure else "",
        "website": entry.official_page,
        "assured_date": entry.last_checked.isoformat() if entry.last_checked else "",
        "confidence": entry.confidence.value,
        "status": entry.status.value,
        "department": entry.department,
        "current_name": entry.current_name,
        "replaced_by": [entry.replaced_by_key or "", replaced_by] if replaced_by else [],
    }
    terms: Terms = {
        **empty_terms(),
        "texts": [
            (NAME, entry.name),
            (SUMMARY, entry.current_name),
            (SUMMARY, entry.summary),
            (BODY, entry.who_for),
            (BODY, entry.what_changed),
            (BODY, " ".join(term.name for term in entry.needs)),
            (BODY, entry.domain.name),
        ],
        "marks": [(NAME, ENTRY + entry.key), *((BODY, NEED + need) for need in needs)],
        "minimum_age": entry.minimum_age,
        "maximum_age": entry.maximum_age,
        "access": entry.access.value,
        "needs": needs,
        "domains": [entry.domain.key.partition(":")[2]],
        "departments": [entry.department],
        "entries": [entry.key],
        "national": True,
        "closed": entry.status.value == "closed",
        "assured": entry.last_checked.toordinal() if entry.last_checked else 0,
    }
    return Document(entry.key, card, terms)


def terms_in(*texts: str) -> list[str]:
    """The terms of some texts, each once, in order."""
    return sorted({term for text in texts for term in terms_of(text)})


def site_of(location: Location) -> Site:
    """A public location as a card shows it. Only ever called for locations that are not confidential."""
    return {
        "key": location.key,
        "name": location.name,
        "address": location.address,
        "postcode": location.postcode,
        "lat": location.lat,
        "lon": location.lon,
        "hub": location.is_family_hub,
    }


def points_of(sites: list[Site]) -> list[tuple[float, float]]:
    return [
        (site["lat"], site["lon"]) for site in sites if site["lat"] is not None and site["lon"] is not None
    ]


def session_of(schedule: Schedule, places: Iterable[Location] = ()) -> Session:
    """``places`` are the public ones of its service."""
    found: Session = {
        "day": schedule.weekday.value,
        "opens": schedule.opens_at.strftime("%H:%M"),
        "closes": schedule.closes_at.strftime("%H:%M"),
        "season": schedule.season.value,
        "note": schedule.note,
    }
    if schedule.site_id is not None:
        found["site"] = next((one.key for one in places if one.id == schedule.site_id), ELSEWHERE)
    return found


def is_free(costs: list[CostOption]) -> bool | None:
    """Whether it costs nothing at all; none where nobody has said."""
    return all(cost.amount == 0 for cost in costs) if costs else None


def cost_of(costs: list[CostOption]) -> Cost:
    """Whether it costs money."""
    free = is_free(costs)
    return Cost.UNSAID if free is None else Cost.FREE if free else Cost.PAID


def features_of(*lists: list[Accessibility]) -> list[str]:
    """What makes it usable, each once."""
    return sorted({one.feature.value for found in lists for one in found})


def cost_words(costs: list[CostOption]) -> str:
    """What it costs, such as ``£2.50 per session``; empty for free and for unknown."""
    parts = []
    for cost in costs:
        amount = "" if cost.amount is None else pounds(cost.amount) if cost.amount else "free"
        condition = f" ({cost.condition})" if cost.condition else ""
        parts.append(f"{amount} {cost.description}".strip() + condition)
    return "; ".join(part for part in parts if part) if not is_free(costs) else ""


def translatable(service: Service) -> Texts:
    """The English texts of a service that can be translated, as its card says them."""
    costs = cost_words(service.cost_options)
    return Texts(service.name, service.summary, service.eligibility, service.hours, costs)


def first_number(phones: list[Phone], kind: PhoneType) -> str:
    return next((phone.number for phone in phones if phone.type is kind), "")


def _terms_of(service: Service, prefix: str) -> list[str]:
    return [term.key.removeprefix(prefix) for term in service.terms if term.key.startswith(prefix)]


def _empty_card(kind: str, key: str, name: str) -> Card:
    return {
        "kind": kind,
        "key": key,
        "name": name,
        "summary": "",
        "told": [],
        "organization": "",
        "access": Access.UNIVERSAL.value,
        "delivery": [],
        "minimum_age": None,
        "maximum_age": None,
        "eligibility": "",
        "circumstances": [],
        "needs": [],
        "free": None,
        "cost": "",
        "sessions": [],
        "hours": "",
        "languages": [],
        "telephone": "",
        "text": "",
        "website": "",
        "sites": [],
        "areas": [],
        "assured_date": "",
        "assured_by": "",
        "national": False,
        "crisis": False,
        "audience": "everyone",
        "confidence": "",
    }


def empty_terms() -> Terms:
    """The terms of a listing nobody has said anything about."""
    return {
        "texts": [],
        "marks": [],
        "minimum_age": None,
        "maximum_age": None,
        "access": Access.UNIVERSAL.value,
        "delivery": [],
        "free": False,
        "costs": [],
        "circumstances": [],
        "needs": [],
        "domains": [],
        "departments": [],
        "entries": [],
        "languages": [],
        "accessibility": [],
        "spans": [],
        "slots": [],
        "areas": [],
        "points": [],
        "national": False,
        "closed": False,
        "crisis": False,
        "professionals": False,
        "assured": 0,
    }
