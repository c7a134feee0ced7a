"""Services that are for footprints which change: they hold a footprint in place, and show its name."""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.models import ServiceArea
from hubfinder.directory.queries import count_services_for
from hubfinder.places.models import Footprint
from hubfinder.search.documents import refresh_documents

BATCH = 500
LONGEST = 500
"""Characters of a list of areas in a sentence."""


def named_with_services(session: Session, footprints: Sequence[Footprint]) -> str:
    """Those of the footprints that services are for, in words; empty if there are none."""
    used: dict[int, int] = {}
    for ids in _batches([footprint.id for footprint in footprints]):
        used |= count_services_for(session, ids)
    names = [f"{one.code} {one.name} ({_services(used[one.id])})" for one in footprints if one.id in used]
    return ", ".join(names)[:LONGEST]


def refresh_names(session: Session, renamed: Sequence[int]) -> int:
    """Write the search documents of services for renamed footprints again; how many were written."""
    services: set[int] = set()
    for ids in _batches(renamed):
        chosen = ServiceArea.footprint_id.in_(ids)
        services.update(session.scalars(select(ServiceArea.service_id).where(chosen)))
    return refresh_documents(session, services=services) if services else 0


def _services(number: int) -> str:
    return "1 service" if number == 1 else f"{number:,} services"


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    left = iter(ids)
    while batch := list(islice(left, BATCH)):
        yield batch
