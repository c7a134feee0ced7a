"""Organizations that a file of places names by their name only."""

import dataclasses
from collections.abc import Sequence

from sqlalchemy.orm import Session

from hubfinder.directory.actions import save_organizations
from hubfinder.directory.keys import make_key
from hubfinder.directory.references import organization_keys
from hubfinder.directory.values import LocationDetails, OrganizationDetails, Touched
from hubfinder.ingest.errors import RowRefused


def with_provider_keys(
    session: Session, places: Sequence[LocationDetails]
) -> tuple[list[LocationDetails], Touched]:
    """The places with the key of their organization in place of its name; organizations not known are made.

    "Stoke on Trent City Council" and "Stoke-on-Trent City Council" make the same key, so they are one.
    """
    keys = organization_keys(session)
    taken = set(keys.values())
    new: dict[str, OrganizationDetails] = {}
    for name in dict.fromkeys(place.organization for place in places if place.organization):
        key = keys.setdefault(name, make_key(name))
        if key and key not in taken:
            new.setdefault(key, OrganizationDetails(key=key, name=name))
    touched = save_organizations(session, list(new.values()))
    named = [dataclasses.replace(place, organization=keys.get(place.organization, "")) for place in places]
    return named, touched


def derived_key(name: str, postcode: str) -> str:
    """The key of a place that comes without one.

    Raises:
        RowRefused: there is no letter in the name.
    """
    key = make_key(name, postcode)
    if not key:
        raise RowRefused("name", "has no letter that a key could be made of; give the row a key")
    return key
