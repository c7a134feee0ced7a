"""Listings in the middle of their life, for tests: each names only what matters to it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.actions import save_organization
from hubfinder.directory.models import Organization
from hubfinder.directory.values import OrganizationDetails
from hubfinder.listings.actions import How, Proposed, publish
from hubfinder.listings.content import Content, empty_content
from hubfinder.listings.models import Listing
from hubfinder.people.models import Person
from hubfinder.people.values import A_COMMAND, Actor, Grant
from hubfinder.staff_vocab import Origin, Role
from tests.support.people import HARBOURMOUTH, council, person

HELPERS = "harbour-helpers"


def content(**facts: Any) -> Content:
    """A listing with all that it must say."""
    return {
        **empty_content(),
        "name": "Stay and play",
        "organization": HELPERS,
        "summary": "Play with your baby.",
        "delivery": ["in_person"],
        **facts,
    }


def published(session: Session, key: str = "stay-and-play", **facts: Any) -> Listing:
    """A published listing, in the test's transaction."""
    if not session.in_transaction():
        begin_writing(session)
    council(session)
    organization = facts.get("organization", HELPERS)
    if session.scalar(select(Organization.id).where(Organization.key == organization)) is None:
        save_organization(session, OrganizationDetails(organization, organization.replace("-", " ").title()))
    publish(session, A_COMMAND, [Proposed(key, content(**facts), council=HARBOURMOUTH)], How(Origin.IMPORT))
    return session.scalars(select(Listing).where(Listing.key == key)).one()


def as_actor(who: Person) -> Actor:
    """Somebody with all that they are given, as pages make it."""
    grants = tuple(
        Grant(row.role, row.council_code, row.organization_key, row.hub_key, row.area) for row in who.roles
    )
    return Actor(who.name, who.id, grants)


def provider(session: Session, organization: str = HELPERS, **facts: Any) -> Actor:
    return as_actor(person(session, Role.PROVIDER, organization_key=organization, **facts))


def administrator(session: Session, **facts: Any) -> Actor:
    return as_actor(person(session, Role.COUNCIL_ADMINISTRATOR, **facts))


def hub_staff(session: Session, hub: str, **facts: Any) -> Actor:
    return as_actor(person(session, Role.HUB_STAFF, hub_key=hub, **facts))
