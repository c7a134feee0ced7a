"""Which texts of the directory tell of a confidential place."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from hubfinder.directory.confidential import Secrets
from hubfinder.directory.models import Location, Organization, Service
from hubfinder.directory.values import (
    SEED,
    LocationDetails,
    OrganizationDetails,
    OtherDays,
    ServiceDetails,
    WeeklySession,
)

SERVICE_TEXTS = (
    "key", "name", "summary", "description", "eligibility", "how_to_apply", "hours", "interpretation",
    "deaf_access", "email", "assured_by",
)  # fmt: skip
ORGANIZATION_TEXTS = ("key", "name", "description", "website", "email")
LOCATION_TEXTS = ("key", "name", "description", "address", "site_type", "website", "email", "source", "as_of")
TRANSLATED_TEXTS = ("name", "summary", "eligibility", "hours", "cost")
BATCH = 500
_TOLD = (
    Service.schedules, Service.exceptions, Service.cost_options, Service.urls, Service.phones,
    Service.translations,
)  # fmt: skip


def fetch_secrets(session: Session) -> Secrets:
    """What no text may tell, of all confidential places."""
    hidden = session.scalars(select(Location).where(Location.is_confidential)).all()
    return Secrets.of(hidden, public_addresses(session)) if hidden else Secrets()


def secrets_with(session: Session, wanted: Collection[LocationDetails]) -> Secrets:
    """The same once these places are as they are told here."""
    coming = {details.key for details in wanted}
    there = session.scalars(select(Location).where(Location.is_confidential))
    hidden = [place for place in there if place.key not in coming]
    return Secrets.of(
        [*hidden, *(details for details in wanted if details.is_confidential)],
        public_addresses(session, wanted),
    )


def public_addresses(session: Session, wanted: Collection[LocationDetails] = ()) -> list[str]:
    """The addresses of places that may be known, with postcodes, once some are as they are told here."""
    coming = {details.key for details in wanted}
    known = session.execute(
        select(Location.key, Location.address, Location.postcode).where(~Location.is_confidential)
    )
    told = [f"{one.address}, {one.postcode}" for one in wanted if not one.is_confidential]
    return [*told, *(f"{address}, {postcode}" for key, address, postcode in known if key not in coming)]


def texts_of_service(details: ServiceDetails) -> dict[str, str]:
    """Everything of a service that a page shows, by field."""
    return {
        **_fields(details, SERVICE_TEXTS),
        "website": details.website,
        "text": details.text.description if details.text else "",
        "schedule": _notes(details.schedule),
        "exceptions": _notes(details.exceptions),
        "vacancies": details.vacancies_note,
        "cost": "\n".join(f"{cost.description} {cost.condition}" for cost in details.costs),
        "attributes": "\n".join(f"{label} {value}" for label, value in details.attributes),
    }


def texts_of_organization(details: OrganizationDetails) -> dict[str, str]:
    return _fields(details, ORGANIZATION_TEXTS)


def texts_of_location(details: LocationDetails) -> dict[str, str]:
    """But for the point and the postcode: those of a neighbour tell nothing."""
    return {
        **_fields(details, LOCATION_TEXTS),
        "provider": details.organization,
        "opening": _notes(details.opening),
        "exceptions": _notes(details.exceptions),
    }


def listings_telling(
    session: Session, hidden: Collection[LocationDetails], known: Collection[str], but: Collection[str] = ()
) -> dict[str, list[str]]:
    """By the key of a hidden place: what tells of it, in words, such as ``service play``.

    ``known`` are the public addresses. Locations with the keys in ``but`` are passed over; so are national
    help and who offers it: they know nothing of any place.
    """
    found: dict[str, list[str]] = {}
    each = {place.key: Secrets.of([place], known) for place in hidden}
    every = Secrets.of(hidden, known)
    texts = chain(_services(session), _organizations(session), _locations(session, but)) if hidden else ()
    for name, said in texts:
        if next(every.told(said), None):
            for key in (key for key, secrets in each.items() if next(secrets.told(said), None)):
                found.setdefault(key, []).append(name)
    return found


def _services(session: Session) -> Iterator[tuple[str, Mapping[str, str]]]:
    chosen = (
        select(Service)
        .where(~Service.is_national)
        .order_by(Service.key)
        .options(*map(selectinload, _TOLD))
        .execution_options(yield_per=BATCH)
    )
    for row in session.scalars(chosen):
        website = "\n".join(url.url for url in row.urls)
        notes = [session.note for session in row.schedules]
        words = [
            *notes,
            *(days.note for days in row.exceptions),
            row.vacancies_note,
            *(f"{cost.description} {cost.condition}" for cost in row.cost_options),
            *(p.description for p in row.phones),
            *(text for one in row.translations for text in _fields(one, TRANSLATED_TEXTS).values()),
        ]
        yield (
            f"service {row.key}",
            {**_fields(row, SERVICE_TEXTS), "website": website, "notes": "\n".join(words)},
        )


def _organizations(session: Session) -> Iterator[tuple[str, Mapping[str, str]]]:
    for row in session.scalars(select(Organization).where(Organization.source != SEED)):
        yield f"organization {row.key}", _fields(row, ORGANIZATION_TEXTS)


def _locations(session: Session, but: Collection[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    told = (
        selectinload(Location.schedules),
        selectinload(Location.exceptions),
        selectinload(Location.closures),
    )
    for row in session.scalars(select(Location).where(~Location.is_confidential).options(*told)):
        if row.key not in but:
            notes = [some.note for some in row.schedules] + [some.note for some in row.exceptions]
            opening = "\n".join([*notes, *(closure.reason for closure in row.closures)])
            yield f"location {row.key}", {**_fields(row, LOCATION_TEXTS), "opening": opening}


def _fields(thing: object, names: Collection[str]) -> dict[str, str]:
    return {name: getattr(thing, name) for name in names}


def _notes(sessions: Collection[WeeklySession | OtherDays]) -> str:
    return "\n".join(session.note for session in sessions)
