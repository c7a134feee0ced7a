"""Public libraries, from the basic dataset of Arts Council England. A library is a place with a service."""

import dataclasses
from dataclasses import dataclass
from itertools import groupby

from hubfinder.directory.actions import remove_services, save_locations, save_services
from hubfinder.directory.references import fetch_references
from hubfinder.directory.values import Cost, LocationDetails, ServiceDetails
from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.kind import Kind, NoOptions
from hubfinder.ingest.listings import finish
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.locations import place_of, untold, with_points
from hubfinder.ingest.providers import derived_key, with_provider_keys
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.vocab import Access, Delivery

OPEN_TO_ALL = "static library"
NEED = "activities"
SOURCE = "Libraries basic dataset, Arts Council England"
SUMMARY = "A public library: borrow books for free, use a computer, and ask the staff for help."
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
IN_WORDS = {
    "AM": "morning", "PM": "afternoon", "Eve": "evening", "All Day": "morning to evening",
    "(with closure)": "with a break", "(continuous)": "", "Only": "", "&": "and",
}  # fmt: skip
ALIASES = {
    "reporting service": "operator",
    "address 1": "address_1",
    "address 2": "address_2",
    "address 3": "address_3",
    "latitude": "lat",
    "longitude": "lon",
    "year closed": "year_closed",
    "operation in 2023": "operation",
    "operation_2023": "operation",
    "hours open per week": "hours_per_week",
    "hours_open_per_week": "hours_per_week",
    "email or website": "contact",
    "email_or_website": "contact",
    "snapshot": "as_of",
    **{f"{day.lower()} opening times": day.lower() for day in DAYS},
}


@dataclass(frozen=True, slots=True)
class Library:
    """One library of the file."""

    place: LocationDetails
    hours: str
    is_open: bool

    @property
    def key(self) -> str:
        return self.place.key


def load(loading: Loading, _options: NoOptions) -> None:
    """Add the libraries that are open, or change those that are there; take away those that have closed."""
    rows = _each_library(loading)
    opened = [(number, library.place) for number, library in rows if library.is_open]
    hours = {library.key: library.hours for _, library in rows}
    places, touched = with_provider_keys(
        loading.session, [place for _, place in untold(loading, with_points(loading, opened))]
    )
    touched.add(save_locations(loading.session, places))
    services = [_service(place, hours[place.key]) for place in places]
    known = fetch_references(loading.session, services)
    if NEED not in known.needs:  # a database without the seed data
        services = [dataclasses.replace(service, needs=()) for service in services]
    touched.add(save_services(loading.session, services, known))
    touched.add(remove_services(loading.session, hours.keys() - {place.key for _, place in opened}))
    finish(loading, touched)
    loading.report.count("libraries", len(services))


def _each_library(loading: Loading) -> list[tuple[int, Library]]:
    """Libraries by row, each once: after a reform of councils the file tells of some under both."""
    found: dict[str, tuple[int, Library]] = {}
    for number, library in loading.each(_library, needs=("name", "type", "operator"), aliases=ALIASES):
        there = found.setdefault(library.key, (number, library))
        if there[0] != number:
            loading.report.note("Some libraries stand there twice: the first row that is open counts.")
            if library.is_open and not there[1].is_open:
                found[library.key] = (number, library)
    return list(found.values())


def _library(row: Row) -> tuple[int, Library] | None:
    """A library people can walk into; archives, vans and prison libraries are passed over."""
    if row.text("type").casefold() != OPEN_TO_ALL:
        return None
    runs = bool(row.text("operation")) if "operation" in row else True
    email, website = _contact(row)
    place = dataclasses.replace(
        place_of(row),
        address=", ".join(filter(None, (sentence(row, f"address_{line}") for line in (1, 2, 3)))),
        site_type="library",
        organization=sentence(row, "operator", required=True),
        email=email,
        website=website,
        source=SOURCE,
        as_of=sentence(row, "as_of", longest=120),
    )
    place = dataclasses.replace(place, key=derived_key(place.name, place.postcode), name=_full(place.name))
    return row.number, Library(place, _hours(row), runs and not row.text("year_closed"))


def _full(name: str) -> str:
    """``Central`` says nothing on a list: ``Central Library``."""
    return name if "librar" in name.casefold() else f"{name} Library"


def _contact(row: Row) -> tuple[str, str]:
    """E-mail and web address out of one cell, which may hold a sentence instead: then neither."""
    try:
        return row.email("contact"), ""
    except RowRefused:
        pass
    try:
        return "", row.website("contact") if row.text("contact").startswith("http") else ""
    except RowRefused:
        return "", ""


def _hours(row: Row) -> str:
    """The week in words, days that are alike together; empty where nothing is known."""
    days = [(day, _in_words(sentence(row, day.lower()))) for day in DAYS]
    spans = [(words, [day for day, _ in group]) for words, group in groupby(days, key=lambda one: one[1])]
    parts = [
        f"{span[0]} to {span[-1]}: {words}" if len(span) > 1 else f"{span[0]}: {words}"
        for words, span in spans
        if words
    ]
    weekly = row.number_in("hours_per_week", 0, 168)
    return "; ".join([*parts, f"{weekly:g} hours a week"] if weekly else parts)


def _in_words(given: str) -> str:
    """``AM & PM (with closure)`` as "morning and afternoon with a break"; other words stay as given."""
    if given == "[Unknown]":
        return ""
    text = given
    for short, words in IN_WORDS.items():
        text = text.replace(short, words)
    return " ".join(text.split()).lower()


def _service(place: LocationDetails, hours: str) -> ServiceDetails:
    return ServiceDetails(
        key=place.key,
        name=place.name,
        organization=place.organization,
        summary=SUMMARY,
        access=Access.UNIVERSAL,
        delivery=frozenset({Delivery.IN_PERSON}),
        needs=(NEED,),
        locations=(place.key,),
        hours=hours,
        costs=(Cost(0.0),),
        email=place.email,
        website=place.website,
    )


LIBRARIES = Kind(
    "libraries",
    "Public libraries that are open: the CSV of Arts Council England's basic dataset, or GeoJSON with name, "
    "type, operator, address_1 to address_3, postcode, monday to sunday, email_or_website.",
    load,
    NoOptions,
)
