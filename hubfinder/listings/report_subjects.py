"""What somebody tells us about: a service, a family hub, or an entry of the national catalogue."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import Location, Service
from hubfinder.listings.councils import councils_of
from hubfinder.listings.models import Listing
from hubfinder.places.queries import councils_of_postcodes


class Kind(StrEnum):
    SERVICE = "service"
    HUB = "hub"
    CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about, and whose it is."""

    subject: str = ""
    """``service:stay-and-play``; empty for a service that is not listed yet, and for a complaint."""
    name: str = ""
    council: str = ""
    listing_id: int | None = None


def about(session: Session, kind: Kind, key: str, home: str) -> About | None:
    """What a page is of, if it is there; ``home`` is the council of what no council has."""
    ask = {Kind.SERVICE: _service, Kind.HUB: _hub, Kind.CATALOGUE: _entry}[kind]
    return ask(session, key, home)


def _service(session: Session, key: str, home: str) -> About | None:
    row = session.execute(
        select(Service.id, Service.name, Listing.id, Listing.council_code)
        .outerjoin(Listing, Listing.key == Service.key)
        .where(Service.key == key)
    ).first()
    if row is None:
        return None
    service_id, name, listing_id, council = row
    if council is None:
        council = councils_of(session, [service_id], fallback=home).get(service_id)
    return About(f"{Kind.SERVICE}:{key}", name, council or home, listing_id)


def _hub(session: Session, key: str, home: str) -> About | None:
    row = session.execute(
        select(Location.name, Location.postcode).where(
            Location.key == key, Location.is_family_hub, ~Location.is_confidential
        )
    ).first()
    if row is None:
        return None
    councils = councils_of_postcodes(session, {row.postcode}) if row.postcode else {}
    found = councils.get(row.postcode)
    return About(f"{Kind.HUB}:{key}", row.name, found[0] if found else home)


def _entry(session: Session, key: str, home: str) -> About | None:
    entry = session.get(CatalogueEntry, key)
    return About(f"{Kind.CATALOGUE}:{key}", entry.current_name or entry.name, home) if entry else None
