"""Whom a request can be given to: people, hubs and councils, as the directory knows them."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location
from hubfinder.directory.queries import hubs_of_footprint
from hubfinder.people.models import Council, Person, RoleGrant
from hubfinder.places.models import Footprint
from hubfinder.referrals.front_door_models import HubTeam
from hubfinder.referrals.triage import Somebody
from hubfinder.staff_vocab import Role
from hubfinder.vocab import FootprintKind


def team(session: Session, council: str, hub: str = "") -> Sequence[Somebody]:
    """Who may look after a request of a council, or of a hub of it: the front door, and the hub's staff."""
    of_hub = and_(RoleGrant.role == Role.HUB_STAFF, RoleGrant.hub_key == hub)
    roles = or_(RoleGrant.role == Role.FRONT_DOOR, of_hub) if hub else RoleGrant.role == Role.FRONT_DOOR
    theirs = select(RoleGrant.person_id).where(RoleGrant.council_code == council, roles)
    rows = session.execute(
        select(Person.id, Person.name, Person.email)
        .where(Person.id.in_(theirs), Person.active.is_(True))
        .order_by(func.lower(Person.name), Person.id)
    )
    return [Somebody(row.id, row.name or row.email) for row in rows]


def hubs_of(session: Session, council: str) -> Sequence[tuple[str, str]]:
    """Key and name of the hubs of a council: those inside its boundary, and those with a team of its own."""
    asked = select(Footprint).where(
        Footprint.kind == FootprintKind.LOCAL_AUTHORITY, Footprint.code == council
    )
    area = session.scalar(asked)
    found = {hub.key: hub.name for hub in hubs_of_footprint(session, area)} if area is not None else {}
    with_team = select(HubTeam.hub_key).where(HubTeam.council_code == council)
    with_staff = select(RoleGrant.hub_key).where(
        RoleGrant.council_code == council, RoleGrant.role == Role.HUB_STAFF
    )
    named = select(Location.key, Location.name).where(
        or_(Location.key.in_(with_team), Location.key.in_(with_staff)), Location.is_family_hub
    )
    found.update(session.execute(named).tuples().all())
    return sorted(found.items(), key=lambda one: (one[1].casefold(), one[0]))


def hub_names(session: Session, keys: Collection[str]) -> dict[str, str]:
    """Name of each hub by its key; one that is gone is left out."""
    if not keys:
        return {}
    rows = session.execute(select(Location.key, Location.name).where(Location.key.in_(keys)))
    return dict(rows.tuples().all())


def councils_with_a_front_door(session: Session) -> Sequence[tuple[str, str]]:
    """Code and name of the councils where somebody here looks after requests."""
    staffed = (
        select(RoleGrant.council_code)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.FRONT_DOOR, Person.active.is_(True))
    )
    rows = select(Council.code, Council.name).where(Council.code.in_(staffed)).order_by(Council.name)
    return session.execute(rows).tuples().all()
