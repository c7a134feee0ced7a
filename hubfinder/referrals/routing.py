"""Whose request it is: the team of the hub where the family lives, else the council's front door.

Urgent and safeguarding ones come first wherever they go. One from outside is never lost: it stays with us,
flagged, until somebody there has it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Location
from hubfinder.directory.queries import hubs_of_footprint
from hubfinder.places.finding import Places
from hubfinder.places.models import Footprint
from hubfinder.places.values import (
    Membership,
    Place,
    PlaceProblem,
    Point,
    PostcodeElsewhere,
)
from hubfinder.referrals.answers import Danger, Told, Who
from hubfinder.referrals.front_door_models import HubTeam
from hubfinder.referrals.front_doors import LOOKED_AFTER, has_front_door
from hubfinder.referrals.safe_contact import safe_channels
from hubfinder.referrals.sharing import Partner
from hubfinder.referrals.vocab import Flag, Urgency
from hubfinder.vocab import FootprintKind

NATIONS = {
    "W": "Wales",
    "S": "Scotland",
    "N": "Northern Ireland",
    "L": "Channel Islands",
    "M": "Isle of Man",
}
KEPT = frozenset(FootprintKind) - {FootprintKind.SMALL_AREA, FootprintKind.NATION}
"""Of where somebody lives these are kept: the smallest is nearly an address, the largest says nothing."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes, and why."""

    council: str
    """Code of the council of this installation that has it."""
    hub: str = ""
    """Key of the hub whose team has it; empty for the front door."""
    lives_in: str = ""
    """Code of the council they live in, where it is known."""
    lives_in_name: str = ""
    is_outside: bool = False
    """They live where no council of this installation is responsible."""
    footprints: tuple[str, ...] = ()
    """``kind:code`` of where they live: sealed with the request."""
    hub_there: str = ""
    """Key of the hub for where they live, whether or not they agreed that it reads this: the front door sees
    it.
    """


def urgency_of(told: Told) -> Urgency:
    """What comes first."""
    if told.danger is Danger.YES:
        return Urgency.DANGER
    if told.danger is Danger.UNSURE or (told.who is Who.PROFESSIONAL and told.no_consent_why):
        return Urgency.URGENT
    return Urgency.USUAL


def flags_of(told: Told, route: Route) -> frozenset[Flag]:
    """What whoever looks at the queue has to know before they open it."""
    said = {
        Flag.DANGER: told.danger is Danger.YES,
        Flag.SAFEGUARDING: told.danger is not Danger.NO or bool(told.no_consent_why),
        Flag.YOUNG_PERSON: told.who is Who.YOUNG_PERSON,
        Flag.PROFESSIONAL: told.who is Who.PROFESSIONAL,
        Flag.HOME_NOT_TOLD: told.is_kept_from_home,
        Flag.FAMILY_NOT_TOLD: not told.is_family_told,
        Flag.NO_CONSENT: not told.share_with,
        Flag.NO_SAFE_CONTACT: not safe_channels(told),
        Flag.INTERPRETER: told.interpreter,
        Flag.ACCESS: bool(told.access or told.access_more),
        Flag.UNBORN: any(one.kind.value == "unborn" for one in told.people),
        Flag.OUTSIDE: route.is_outside,
        Flag.NO_PLACE: not (route.lives_in or route.is_outside),
    }
    return frozenset(flag for flag, is_so in said.items() if is_so)


def home(council: str) -> Route:
    """To the front door of this installation's own council: of whoever's place we do not know."""
    return Route(council)


def route(session: Session, places: Places, told: Told, home_council: str) -> Route:
    """Whose a request is, by where the family lives; ``session`` asks the directory and changes nothing.

    Whoever gives no postcode, or one that nobody knows, is looked after by ``home_council``; so is whoever
    lives where nobody here has a front door, and then it is said where they live. To a hub goes only what the
    family has agreed that its hub reads: else the front door alone has it.
    """
    if not told.postcode.strip():
        return home(home_council)
    try:
        place = places.find(session, told.postcode)
    except PostcodeElsewhere as elsewhere:
        return Route(home_council, lives_in_name=NATIONS.get(elsewhere.nation, ""), is_outside=True)
    except PlaceProblem:
        return home(home_council)
    found = _of_place(session, place, home_council)
    is_agreed = Partner.HUB.value in told.share_with
    return replace(found, hub=found.hub if is_agreed else "", hub_there=found.hub)


def seen_from(council: str, found: Route) -> Route:
    """Where somebody lives as the council sees it that has the request: in another one is outside of it."""
    if found.lives_in in ("", council):
        return found
    return replace(found, is_outside=True, hub_there="")


def _of_place(session: Session, place: Place, home_council: str) -> Route:
    footprints = tuple(f"{one.kind.value}:{one.code}" for one in place.memberships if one.kind in KEPT)
    lives_in = next(iter(place.of_kind(FootprintKind.LOCAL_AUTHORITY)), None)
    if lives_in is None:  # without its own boundary nobody could tell who is outside
        is_outside = _has_boundary(session, home_council)
        return Route(home_council, is_outside=is_outside, footprints=footprints)
    is_here = lives_in.code == home_council or has_front_door(session, lives_in.code)
    return Route(
        lives_in.code if is_here else home_council,
        hub_of(session, place, lives_in) if is_here else "",
        lives_in.code,
        lives_in.name,
        is_outside=not is_here,
        footprints=footprints,
    )


def hub_of(session: Session, place: Place, council: Membership) -> str:
    """Key of the hub whose team has a place: as its council has said, else the hub of its neighbourhood or
    ward, else the nearest in the council. Empty where the council has none.
    """
    area = session.get(Footprint, council.footprint_id)
    hubs = {hub.key: hub for hub in hubs_of_footprint(session, area)} if area is not None else {}
    if not hubs:
        return ""
    said = _said(session, place, council.code, hubs.keys())
    if said:
        return said
    for kind in LOOKED_AFTER:
        for one in place.of_kind(kind):
            inside = [hub for hub in _inside(session, one) if hub.key in hubs]
            if inside:
                return _nearest(place.point, inside)
    return _nearest(place.point, list(hubs.values()))


def _said(session: Session, place: Place, council: str, hubs: Collection[str]) -> str:
    """The hub whose team looks after the smallest area that this place is in, as its council has said."""
    teams = session.scalars(
        select(HubTeam).where(HubTeam.council_code == council).order_by(HubTeam.hub_key)
    ).all()
    whose = {area: team.hub_key for team in reversed(teams) if team.hub_key in hubs for area in team.areas}
    order = list(FootprintKind)
    smallest_first = sorted(place.memberships, key=lambda one: (order.index(one.kind), -one.share))
    named = (whose.get(f"{one.kind.value}:{one.code}", "") for one in smallest_first)
    return next((key for key in named if key), "")


def _inside(session: Session, one: Membership) -> Sequence[Location]:
    area = session.get(Footprint, one.footprint_id)
    return hubs_of_footprint(session, area) if area is not None else ()


def _nearest(point: Point, hubs: Sequence[Location]) -> str:
    """Key of the nearest; of those whose position nobody knows the first by name."""
    known = [hub for hub in hubs if hub.lat is not None and hub.lon is not None]
    if not known:
        return hubs[0].key
    far = point.metres_to_all([Point(hub.lat or 0.0, hub.lon or 0.0) for hub in known])
    return min(zip(far, (hub.key for hub in known), strict=True))[1]


def _has_boundary(session: Session, council: str) -> bool:
    asked = select(Footprint.id).where(
        Footprint.kind == FootprintKind.LOCAL_AUTHORITY, Footprint.code == council
    )
    return session.scalar(asked) is not None
