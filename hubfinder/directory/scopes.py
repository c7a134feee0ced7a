"""For whom a role can be given: the organizations, family hubs and areas that are here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location, Organization
from hubfinder.people.refusals import PeopleRefused, Refusal
from hubfinder.people.values import Grant
from hubfinder.places.choosing import choosable
from hubfinder.places.models import Footprint
from hubfinder.vocab import FootprintKind

AREAS = (FootprintKind.WARD, FootprintKind.NEIGHBOURHOOD)
"""Kinds of area that hub staff are offered; a command may name any."""
SEED = "seed"


@dataclass(frozen=True, slots=True)
class Scopes:
    """What there is to choose from: keys and names, by name."""

    organizations: Sequence[tuple[str, str]]
    hubs: Sequence[tuple[str, str]]
    areas: Sequence[tuple[str, str]]
    """``ward:E05014558`` and its name."""


def scopes(session: Session, councils: Sequence[str]) -> Scopes:
    """What a page offers to whoever gives roles in these councils. Two statements, and two for each."""
    organizations = session.execute(
        select(Organization.key, Organization.name)
        .where(Organization.source != SEED)
        .order_by(Organization.name, Organization.key)
    )
    hubs = session.execute(
        select(Location.key, Location.name)
        .where(Location.is_family_hub, Location.is_confidential.is_(False))
        .order_by(Location.name, Location.key)
    )
    offered = [choosable(session, council) for council in councils]
    return Scopes(
        [(row.key, row.name) for row in organizations],
        [(row.key, row.name) for row in hubs],
        [(str(one.part), one.name) for kind in AREAS for here in offered for one in here.get(kind, ())],
    )


def check_is_there(session: Session, grant: Grant) -> None:
    """Raise unless the organization, hub and area of a role are here.

    Raises:
        PeopleRefused: one is not.
    """
    there = {
        "organization": select(Organization.id).where(Organization.key == grant.organization),
        "hub": select(Location.id).where(
            Location.key == grant.hub, Location.is_family_hub, Location.is_confidential.is_(False)
        ),
        "area": _area(grant.area),
    }
    for field, statement in there.items():
        if getattr(grant, field) and session.scalar(statement) is None:
            raise PeopleRefused(Refusal.UNKNOWN_SCOPE, field)


def names_of(session: Session, grants: Sequence[Grant]) -> dict[str, str]:
    """Names of the organizations, hubs and areas of these roles, by key. At most three statements."""
    organizations = {grant.organization for grant in grants} - {""}
    hubs = {grant.hub for grant in grants} - {""}
    areas = {grant.area.partition(":")[2] for grant in grants} - {""}
    found: dict[str, str] = {}
    for keys, statement in (
        (
            organizations,
            select(Organization.key, Organization.name).where(Organization.key.in_(organizations)),
        ),
        (
            hubs,
            select(Location.key, Location.name).where(
                Location.key.in_(hubs), Location.is_confidential.is_(False)
            ),
        ),
    ):
        found |= {row.key: row.name for row in session.execute(statement)} if keys else {}
    if areas:
        rows = session.execute(
            select(Footprint.kind, Footprint.code, Footprint.name).where(Footprint.code.in_(areas))
        )
        found |= {f"{row.kind.value}:{row.code}": row.name for row in rows}
    return found


def _area(area: str) -> Select[tuple[int]]:
    kind, _, code = area.partition(":")
    return select(Footprint.id).where(
        Footprint.kind.in_([one for one in FootprintKind if one == kind]), Footprint.code == code
    )
