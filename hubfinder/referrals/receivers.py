"""Which services of a council a request can be passed on to, and whether anybody there would see it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, selectinload

from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import Organization, Service, TaxonomyTerm
from hubfinder.listings.models import Listing
from hubfinder.people.queries import providers_of
from hubfinder.referrals.threshold_models import JointThreshold
from hubfinder.referrals.vocab import Opens
from hubfinder.staff_vocab import ListingState

NEED = "need:"
"""Before the keys of needs among the terms."""
MOST = 30
"""Services that are offered at once."""
MOST_WORDS = 6
Asked = Select[tuple[Service, Organization]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service that a request could go to."""

    service: str
    name: str
    organization: str
    organization_name: str
    telephone: str
    can_receive: bool
    """Somebody of the organization signs in here: else nobody would see it, and the team rings them."""


@dataclass(frozen=True, slots=True)
class OpenedBesides:
    """A service that a decision of an agency opens besides."""

    candidate: Candidate
    for_whom: str


def candidates(session: Session, council: str, keys: Collection[str]) -> dict[str, Candidate]:
    """Those of these services that a council's front door can pass to, by key. Three statements."""
    if not keys:
        return {}
    found = _read(session, council, _published(council).where(Service.key.in_(keys)))
    return {one.service: one for one in found}


def named_like(session: Session, council: str, words: str) -> list[Candidate]:
    """Services of a council in whose name, or in that of whose organization, each of the words stands."""
    asked = _published(council)
    for word in words.split()[:MOST_WORDS]:
        in_name = Service.name.icontains(word, autoescape=True)
        asked = asked.where(or_(in_name, Organization.name.icontains(word, autoescape=True)))
    return _read(session, council, asked.limit(MOST))


def opened_by(session: Session, thresholds: Iterable[JointThreshold]) -> list[OpenedBesides]:
    """The services of the council that these decisions open besides, each once, by name."""
    found: dict[str, OpenedBesides] = {}
    for threshold in thresholds:
        for way in threshold.services:
            asked = _published(threshold.council_code).where(_opens(way.kind, way.key)).limit(MOST)
            for one in _read(session, threshold.council_code, asked):
                found.setdefault(one.service, OpenedBesides(one, way.for_whom))
    return sorted(found.values(), key=lambda one: (one.candidate.name, one.candidate.service))


def _opens(kind: Opens, key: str) -> ColumnElement[bool]:
    match kind:
        case Opens.SERVICE:
            return Service.key == key
        case Opens.ENTRY:
            return Service.entries.any(CatalogueEntry.key == key)
        case Opens.NEED:
            return Service.terms.any(TaxonomyTerm.key == f"{NEED}{key}")


def _published(council: str) -> Asked:
    return (
        select(Service, Organization)
        .join(Listing, Listing.service_id == Service.id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Listing.council_code == council, Listing.state == ListingState.PUBLISHED)
        .options(selectinload(Service.phones))
        .order_by(Service.name, Service.id)
    )


def _read(session: Session, council: str, asked: Asked) -> list[Candidate]:
    rows = session.execute(asked).tuples().all()
    theirs = providers_of(session, council, {organization.key for _, organization in rows})
    return [
        Candidate(
            service.key,
            service.name,
            organization.key,
            organization.name,
            next((phone.number for phone in service.phones), ""),
            organization.key in theirs,
        )
        for service, organization in rows
    ]


def all_named(session: Session, council: str) -> dict[str, str]:
    """Names of all services that are published in a council, by key."""
    rows = session.execute(
        select(Service.key, Service.name)
        .join(Listing, Listing.service_id == Service.id)
        .where(Listing.council_code == council, Listing.state == ListingState.PUBLISHED)
        .order_by(Service.name, Service.id)
    )
    return dict(rows.tuples().all())
