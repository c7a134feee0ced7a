"""The rows behind the keys that a service names, fetched once for many services."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.confidential import Secrets
from hubfinder.directory.disclosures import fetch_secrets, texts_of_service
from hubfinder.directory.models import Location, Organization, Service, TaxonomyTerm
from hubfinder.directory.values import NEED, ServiceDetails
from hubfinder.places.models import Footprint, Postcode
from hubfinder.places.values import Point
from hubfinder.vocab import FootprintKind

T = TypeVar("T", int, str)


@dataclass(frozen=True, slots=True)
class References:
    """What the services of one file name, by key."""

    organizations: dict[str, int]
    locations: dict[str, Location]
    needs: dict[str, TaxonomyTerm]
    entries: dict[str, CatalogueEntry]
    areas: dict[tuple[FootprintKind, str], int]
    national: frozenset[str]
    """Keys of national help, which no file may take."""
    secrets: Secrets

    def problems(self, details: ServiceDetails) -> Iterator[tuple[str, str]]:
        """Field and message: what a service names and is not there, and each secret that it tells."""
        if details.key in self.national and not details.is_national:
            yield (
                "key",
                f"“{details.key}” is a national service that comes with hubfinder; choose another key",
            )
        if details.organization not in self.organizations:
            yield "organization", f"no organization has the key “{details.organization}”"
        for field, named, known in (
            ("needs", details.needs, self.needs),
            ("catalogue", details.catalogue, self.entries),
            ("locations", details.locations, self.locations),
        ):
            for key in named:
                if key not in known:
                    yield field, unknown_key(key)
        for kind, code in details.areas:
            if (kind, code) not in self.areas:
                yield "areas", f"no footprint here is “{kind.value}:{code}”"
        yield from _elsewhere(details)
        if not details.is_national:
            yield from self._disclosures(details)

    def _disclosures(self, details: ServiceDetails) -> Iterator[tuple[str, str]]:
        """Secrets of all places; of those where the service is, also what neighbours share with them."""
        named = (self.locations[key] for key in details.locations if key in self.locations)
        here = Secrets.of(place for place in named if place.is_confidential)
        texts = texts_of_service(details)
        told = {**dict(here.told(texts)), **dict(self.secrets.told(texts))}
        for field, what in told.items():
            yield field, f"this text tells of a confidential place: its {what}"


def unknown_key(key: str) -> str:
    """What is said of a key that names nothing; of a secret the same is said to those who may not know it."""
    return f"nothing here has the key “{key}”"


def _elsewhere(details: ServiceDetails) -> Iterator[tuple[str, str]]:
    """Sessions at a place where the service is not."""
    for site in dict.fromkeys(one.site for one in details.schedule if one.site):
        if site not in details.locations:
            yield "schedule", f"“{site}” is not one of its locations"


def fetch_references(session: Session, wanted: Sequence[ServiceDetails]) -> References:
    """Everything that these services name and that exists."""
    locations = {key for details in wanted for key in details.locations}
    areas = {area for details in wanted for area in details.areas}
    terms = session.scalars(select(TaxonomyTerm).where(TaxonomyTerm.key.startswith(NEED, autoescape=True)))
    return References(
        organizations=organization_ids(session),
        locations={row.key: row for row in _by_key(session, locations)},
        needs={term.key.removeprefix(NEED): term for term in terms},
        entries={entry.key: entry for entry in session.scalars(select(CatalogueEntry))},
        areas=_areas(session, areas),
        national=frozenset(session.scalars(select(Service.key).where(Service.is_national))),
        secrets=fetch_secrets(session),
    )


def organization_ids(session: Session) -> dict[str, int]:
    return dict(session.execute(select(Organization.key, Organization.id)).tuples().all())


def _by_key(session: Session, keys: Iterable[str]) -> Iterator[Location]:
    for some in in_chunks(sorted(keys)):
        yield from session.scalars(select(Location).where(Location.key.in_(some)))


def _areas(
    session: Session, wanted: Iterable[tuple[FootprintKind, str]]
) -> dict[tuple[FootprintKind, str], int]:
    found: dict[tuple[FootprintKind, str], int] = {}
    for codes in in_chunks(sorted({code for _, code in wanted})):
        rows = session.execute(
            select(Footprint.kind, Footprint.code, Footprint.id).where(Footprint.code.in_(codes))
        )
        found |= {(kind, code): id_ for kind, code, id_ in rows}
    return found


def in_chunks(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Slices small enough to bind as parameters."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def organization_keys(session: Session) -> dict[str, str]:
    """The keys of organizations by name; of several of one name, that of the first."""
    rows = session.execute(select(Organization.name, Organization.key).order_by(Organization.id.desc()))
    return dict(rows.tuples().all())


def postcode_points(session: Session, codes: Iterable[str]) -> dict[str, Point]:
    """Where postcodes are, by their code without the space; unknown ones and those without a point lack."""
    points: dict[str, Point] = {}
    for some in in_chunks(sorted(codes)):
        known = select(Postcode.code, Postcode.lat, Postcode.lon).where(Postcode.code.in_(some))
        for code, lat, lon in session.execute(known):
            if lat is not None and lon is not None:
                points[code] = Point(lat, lon)
    return points


def local_services(session: Session, wanted: Iterable[ServiceDetails]) -> set[str]:
    """Keys among these that services from files have taken."""
    taken: set[str] = set()
    for some in in_chunks(sorted(details.key for details in wanted)):
        local = select(Service.key).where(Service.key.in_(some), ~Service.is_national)
        taken |= set(session.scalars(local))
    return taken
