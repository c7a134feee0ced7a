"""How the front door of a council is reached, when it is open, and who is told there.

Rows of ``front_door`` are also of councils that have no staff here, so that a family from outside is told
where to turn to. What is missing is as the settings of the installation say, for its own council alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import in_box
from hubfinder.people.models import Council, Person, RoleGrant
from hubfinder.places.models import Footprint
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.front_door_models import FrontDoor, HubTeam
from hubfinder.search.school_year import bank_holidays
from hubfinder.settings import Settings
from hubfinder.staff_vocab import Role
from hubfinder.vocab import FootprintKind

LOOKED_AFTER = (FootprintKind.NEIGHBOURHOOD, FootprintKind.WARD)
"""What the team of a hub looks after, the first of them first."""


@dataclass(frozen=True, slots=True)
class FrontDoorDetails:
    """How a front door is reached, for pages; what is not known is empty."""

    code: str
    council: str
    """Name of the council."""
    name: str
    """Of the front door; the council's where it has none of its own."""
    telephone: str = ""
    out_of_hours_telephone: str = ""
    email: str = ""
    website: str = ""
    procedure: str = ""
    """How staff there hand over to statutory services."""


def elsewhere_of(session: Session, code: str) -> FrontDoorDetails | None:
    """How the front door of a council is reached; none where nobody has told us."""
    row = session.get(FrontDoor, code) if code else None
    return _details(row) if row is not None else None


def details_of(session: Session, code: str, settings: Settings) -> FrontDoorDetails:
    """The same of a council that works here: settings and its row of councils fill what is missing."""
    found = elsewhere_of(session, code)
    council = session.get(Council, code)
    is_ours = code == settings.council_code
    name = (found.council if found else "") or (council.name if council else settings.council_name)
    telephone = settings.front_door_telephone if is_ours else council.telephone if council else ""
    out_of_hours = settings.out_of_hours_telephone if is_ours else ""
    if found is None:
        return FrontDoorDetails(code, name, name, telephone, out_of_hours, council.email if council else "")
    return FrontDoorDetails(
        code,
        name,
        found.name,
        found.telephone or telephone,
        found.out_of_hours_telephone or out_of_hours,
        found.email,
        found.website,
        found.procedure,
    )


def opening_of(session: Session, council: str, seeds: Path) -> Opening:
    """When the front door of a council is open: never on a bank holiday (``seeds`` holds the days)."""
    closed = bank_holidays(seeds / "bank_holidays.csv")
    row = session.get(FrontDoor, council) if council else None
    if row is None:
        return Opening(is_holiday=closed.__contains__)
    return Opening(row.opens, row.closes, frozenset(row.days), closed.__contains__)


def areas_inside(session: Session, council: str) -> list[tuple[str, str]]:
    """``kind:code`` and name of the neighbourhoods and wards that lie in a council, those first."""
    its = Footprint.kind == FootprintKind.LOCAL_AUTHORITY, Footprint.code == council
    outline = session.scalar(select(Footprint.outline).where(*its))
    if outline is None:
        return []
    shape = shapely.from_wkb(bytes(outline))
    rows = session.execute(
        select(Footprint.kind, Footprint.code, Footprint.name, Footprint.outline)
        .where(
            Footprint.kind.in_(LOOKED_AFTER),
            Footprint.outline.is_not(None),
            in_box(Footprint.geom, shape.bounds),
        )
        .order_by(Footprint.name, Footprint.code)
    ).all()
    middles = [shapely.from_wkb(bytes(row.outline)).representative_point() for row in rows]
    inside = [row for row, middle in zip(rows, middles, strict=True) if shape.covers(middle)]
    inside.sort(key=lambda row: LOOKED_AFTER.index(row.kind))
    return [(f"{row.kind.value}:{row.code}", row.name) for row in inside]


def has_front_door(session: Session, council: str) -> bool:
    """Whether somebody here looks after the requests of a council."""
    staff = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.FRONT_DOOR,
            RoleGrant.council_code == council,
            Person.active.is_(True),
        )
    )
    return session.scalar(staff.limit(1)) is not None


def addresses_of(session: Session, to: str) -> tuple[str, ...]:
    """The addresses a notice to staff goes to now: ``Notice.to`` says ``team:<council>:<hub>``,
    ``service:<council>:<organization>``, ``administrators:<council>``, or is an address itself.
    """
    kind, _, rest = to.partition(":")
    council, _, key = rest.partition(":")
    match kind:
        case "team":
            return team_addresses(session, council, key)
        case "service":
            return providers(session, council, key)
        case "administrators":
            return administrators(session, council)
    return (to,) if to else ()


def team_addresses(session: Session, council: str, hub: str = "") -> tuple[str, ...]:
    """Whom word for a team goes to: the hub's address or staff, else the front door's, else the council's.

    Never nobody while anybody of the council can be reached.
    """
    team = session.get(HubTeam, (council, hub)) if hub else None
    door = session.get(FrontDoor, council)
    its_council = session.get(Council, council)
    ways: tuple[Sequence[str], ...] = (
        [team.email] if team and team.email else [],
        _staff(session, council, Role.HUB_STAFF, hub) if hub else [],
        [door.email] if door and door.email else [],
        _staff(session, council, Role.FRONT_DOOR),
        [its_council.email] if its_council and its_council.email else [],
        _staff(session, council, Role.COUNCIL_ADMINISTRATOR),
    )
    return tuple(next((found for found in ways if found), ()))


def administrators(session: Session, council: str) -> tuple[str, ...]:
    """Whom what is late is told to: those who run the council here, else its address."""
    found = _staff(session, council, Role.COUNCIL_ADMINISTRATOR)
    if found:
        return tuple(found)
    row = session.get(Council, council)
    return (row.email,) if row and row.email else team_addresses(session, council)


def providers(session: Session, council: str, organization: str) -> tuple[str, ...]:
    """Those who look after what is passed on to an organization."""
    return tuple(_staff(session, council, Role.PROVIDER, organization=organization))


def _staff(
    session: Session, council: str, role: Role, hub: str = "", organization: str = ""
) -> Sequence[str]:
    """Email addresses of those who have a role in a council now, each once."""
    asked = (
        select(Person.email)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == role, RoleGrant.council_code == council, Person.active.is_(True))
        .distinct()
        .order_by(Person.email)
    )
    if hub:
        asked = asked.where(RoleGrant.hub_key == hub)
    if organization:
        asked = asked.where(RoleGrant.organization_key == organization)
    return session.scalars(asked).all()


def _details(row: FrontDoor) -> FrontDoorDetails:
    return FrontDoorDetails(
        row.council_code,
        row.council_name,
        row.name or row.council_name,
        row.telephone,
        row.out_of_hours_telephone,
        row.email,
        row.website,
        row.procedure,
    )
