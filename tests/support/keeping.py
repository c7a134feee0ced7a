"""Listings that somebody looks after, for tests."""

from datetime import date

from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.directory.models import Organization, Service
from hubfinder.listings.models import Listing
from hubfinder.search.documents import refresh_documents
from hubfinder.staff_vocab import ListingState
from tests.support import factories
from tests.support.people import HARBOURMOUTH, council


def kept_listing(session: Session, name: str = "Stay and play", **facts: object) -> Listing:
    """A published listing of Harbourmouth with its service and document; ``facts`` are of the listing.

    ``assured_date`` holds for both; ``contact_email`` is ``keeper@example.org`` unless said.
    """
    assured = facts.get("assured_date")
    council(session, str(facts.get("council_code") or HARBOURMOUTH))
    service = factories.service(session, name, assured_date=assured if isinstance(assured, date) else None)
    made = Listing(
        **{
            "key": service.key,
            "service_id": service.id,
            "council_code": HARBOURMOUTH,
            "organization_key": service_organization(session, service).key,
            "name": name,
            "state": ListingState.PUBLISHED,
            "version": 1,
            "contact_email": "keeper@example.org",
            "changed_at": now(),
            **facts,
        }
    )
    session.add(made)
    refresh_documents(session, [service.id])
    return made


def service_organization(session: Session, service: Service) -> Organization:
    found = session.get(Organization, service.organization_id)
    assert found is not None
    return found
