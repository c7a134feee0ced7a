"""What decides whom a listing is for, out of each kind of row. Search does the same with its cards."""

from hubfinder.directory.availability import Area, Offer
from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import Service
from hubfinder.vocab import CatalogueStatus, ServiceStatus


def offer_of_service(service: Service, council: Area | None = None) -> Offer:
    """A service with its areas loaded; ``council`` is the one it happens in."""
    return Offer(
        minimum=service.minimum_age,
        maximum=service.maximum_age,
        areas=tuple(
            Area(area.footprint.kind, area.footprint.code, area.footprint.name) for area in service.areas
        ),
        access=service.access,
        circumstances=service.circumstances,
        eligibility=service.eligibility,
        audience=service.audience,
        delivery=service.delivery,
        national=service.is_national,
        running=service.status is ServiceStatus.ACTIVE,
        council=council,
    )


def offer_of_hub(council: Area | None = None) -> Offer:
    """A family hub: any family may walk in. ``council`` is the one it stands in."""
    return Offer(is_hub=True, council=council)


def offer_of_entry(entry: CatalogueEntry) -> Offer:
    """An entry of the national catalogue."""
    return Offer(
        minimum=entry.minimum_age,
        maximum=entry.maximum_age,
        access=entry.access,
        eligibility=entry.who_for,
        national=True,
        closed=entry.status is CatalogueStatus.CLOSED,
    )
