"""Whom a sheet is for: the families around a school, a surgery or a family hub, or of a footprint.

A scope has a ``Place``, as a postcode has one, so that search and the rules of who may use what need nothing
else. But its memberships are those of many people: ``share`` says which part of them is in each footprint.
"""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from hubfinder.directory.availability import UNBORN
from hubfinder.places.finding import Places
from hubfinder.places.lookups import NATIONS, in_order
from hubfinder.places.values import Membership, Place, PlaceProblem, Point, Postcode
from hubfinder.sheets import queries
from hubfinder.sheets.orders import ScopeKind, ScopeName
from hubfinder.sheets.queries import Area
from hubfinder.sheets.shares import People, is_instead, people_of
from hubfinder.vocab import Basis, FootprintKind

SCOPE = "scope"
"""What such a place is called in ``Place.what``: it is exact, because its shares are."""
NEIGHBOURHOOD, WARD = FootprintKind.NEIGHBOURHOOD, FootprintKind.WARD
AROUND = (FootprintKind.MSOA, WARD)
"""Kinds of which the first that holds a school or surgery without an area stands for its surroundings."""
AGES = {
    "middle": (60, 168),
    "nursery": (UNBORN, 60),
    "infant": (UNBORN, 96),
    "primary": (UNBORN, 144),
    "junior": (UNBORN, 144),
    "secondary": (132, 228),
    "16 plus": (180, 240),
}
"""By a word of a school's phase the ages in its families, in months: younger brothers and sisters count."""


class ScopeUnknown(Exception):
    """There is nothing of that name to make a sheet for."""

    def __init__(self, name: ScopeName) -> None:
        super().__init__(f"“{name}” is not known here")
        self.name = name


class ScopeNowhere(ScopeUnknown):
    """It is known, but nobody has said where it is."""

    def __str__(self) -> str:
        return f"Nobody has said where “{self.name}” is"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a sheet is for."""

    name: ScopeName
    title: str
    """The school's, surgery's, hub's or footprint's own name; empty for a list."""
    place: Place | None = None
    """For search. None for a list, and for an area of which nobody knows where it is, such as a nation."""
    footprint: Area | None = None
    """The school's catchment, the surgery's network, the hub's neighbourhood or ward, or the footprint."""
    around: Area | None = None
    """Where it has no such footprint: the one whose people are taken for those around it."""
    point: Point | None = None
    """Of the school, surgery or hub itself; none for a footprint."""
    reach_m: float = 0.0
    """How far its people live from the middle of its place, at most, in metres."""
    postcodes: float = 0.0
    """Live postcodes of its people."""
    address: str = ""
    """Of a surgery."""
    postcode: str = ""
    """Of a school or surgery."""
    telephone: str = ""
    """Of a surgery."""
    other_surgeries: int = 0
    """How many more belong to the network of a surgery."""
    status: str = ""
    """What the register says of a school: ``Open``, ``Closed``."""

    ages: tuple[int, int] | None = None
    """Of a school: the first month of the children of its families, and the first that is above all."""

    @property
    def kind(self) -> ScopeKind:
        return self.name.kind

    @property
    def is_closed(self) -> bool:
        """True for a school that the register says is closed."""
        return self.status.lower().startswith("closed")

    @property
    def by_likelihood(self) -> bool:
        """True where surgeries and not addresses decide who belongs to its area."""
        return self.footprint is not None and self.footprint.kind is FootprintKind.PRIMARY_CARE_NETWORK


def find_scope(session: Session, places: Places, name: ScopeName) -> Scope:
    """Whom a sheet of that name is for.

    Raises:
        ScopeUnknown: no such school, surgery, hub or footprint is known; ``ScopeNowhere``: nor where it is.
    """
    match name.kind:
        case ScopeKind.SCHOOL:
            return _school(session, places, name)
        case ScopeKind.SURGERY:
            return _surgery(session, places, name)
        case ScopeKind.HUB:
            return _hub(session, places, name)
        case ScopeKind.FOOTPRINT:
            return _footprint(session, name)
        case ScopeKind.LIST:
            return Scope(name, "")


def _school(session: Session, places: Places, name: ScopeName) -> Scope:
    school = queries.school(session, name.code)
    if school is None:
        raise ScopeUnknown(name)
    catchments = queries.catchments_of(session, school.urn)
    # a school for all ages is for the older ones too, but its sheet is first for those of primary age
    own = next((one for one in catchments if _fits(one, school.phase)), next(iter(catchments), None))
    scope = Scope(
        name,
        school.name,
        postcode=school.postcode,
        status=school.status,
        ages=next((ages for word, ages in AGES.items() if word in school.phase.lower()), None),
    )
    return _at(session, places, scope, own, _point(school.lat, school.lon))


def _fits(catchment: Area, phase: str) -> bool:
    """Whether a catchment is of a school's phase: ``Infant`` and ``school_catchment_infant``."""
    return catchment.kind.value.rpartition("_")[2] in phase.lower()


def _surgery(session: Session, places: Places, name: ScopeName) -> Scope:
    surgery = queries.surgery(session, name.code)
    if surgery is None:
        raise ScopeUnknown(name)
    network = (
        queries.area(session, FootprintKind.PRIMARY_CARE_NETWORK, surgery.network_code)
        if surgery.network_code
        else None
    )
    scope = Scope(
        name,
        surgery.name,
        postcode=surgery.postcode,
        address=surgery.address,
        telephone=surgery.telephone,
        other_surgeries=queries.surgeries_beside(session, surgery) if network else 0,
    )
    return _at(session, places, scope, network, _point(surgery.lat, surgery.lon))


def _hub(session: Session, places: Places, name: ScopeName) -> Scope:
    hub = queries.hub_place(session, name.code)
    if hub is None:
        raise ScopeUnknown(name)
    scope = Scope(name, hub.name, postcode=hub.postcode)
    here = _here(session, places, scope, _point(hub.lat, hub.lon))
    own = _areas(session, here, NEIGHBOURHOOD) or _areas(session, here, WARD)
    counted = [(people_of(session, area), area) for area in own]
    if not counted:
        return _at(session, places, scope, None, here.point)
    people, area = min(counted, key=lambda one: (one[0].postcodes, one[1].code))
    return _with_people(scope, area, people, here.point)


def _areas(session: Session, here: Place, kind: FootprintKind) -> list[Area]:
    found = (queries.area(session, kind, member.code) for member in here.of_kind(kind))
    return [area for area in found if area]


def _footprint(session: Session, name: ScopeName) -> Scope:
    area = queries.area(session, *name.footprint)
    if area is None or (area.kind is FootprintKind.NATION and area.code not in NATIONS):
        raise ScopeUnknown(name)  # in other nations help is organised differently
    return _with_people(Scope(name, area.name), area, people_of(session, area), None)


def _at(session: Session, places: Places, scope: Scope, own: Area | None, point: Point | None) -> Scope:
    """The scope of something that stands at a point and has an area, or has none."""
    people = people_of(session, own) if own else None
    if own and people and people.postcodes:
        return _with_people(scope, own, people, point)
    here = _here(session, places, scope, point or (people.middle if people else None))
    around = next((area for kind in AROUND for area in _areas(session, here, kind)), None)
    if around is None:
        found = replace(scope, place=replace(here, label=scope.title), point=here.point)
    else:
        found = _with_people(scope, around, people_of(session, around), here.point)
    return replace(found, place=_and_own(found.place, own), footprint=own, around=around)


def _and_own(place: Place | None, own: Area | None) -> Place | None:
    """The place with the area that it is for: its families are in it, wherever they live."""
    if place is None or own is None:
        return place
    others = (
        one for one in place.memberships if one.footprint_id != own.id and not is_instead(one.kind, own.kind)
    )
    member = Membership(own.id, own.kind, own.code, own.name, Basis.OFFICIAL, 1.0)
    return replace(place, memberships=in_order((*others, member)))


def _with_people(scope: Scope, area: Area, people: People, point: Point | None) -> Scope:
    """The scope of the people of an area."""
    middle = point or people.middle
    place = Place(scope.title, middle, people.memberships, what=SCOPE) if middle else None
    return replace(
        scope,
        place=place,
        footprint=area,
        point=point,
        reach_m=people.reach_m,
        postcodes=people.postcodes,
    )


def _here(session: Session, places: Places, scope: Scope, point: Point | None) -> Place:
    """Where something stands: by its point, or else by its postcode.

    Raises:
        ScopeNowhere: neither is known.
    """
    if point:
        return replace(places.at(session, point), what="here")
    postcode = Postcode.parse(scope.postcode)
    if postcode is None:
        raise ScopeNowhere(scope.name)
    try:
        return places.of_postcode(session, postcode)
    except PlaceProblem as problem:
        raise ScopeNowhere(scope.name) from problem


def _point(lat: float | None, lon: float | None) -> Point | None:
    return None if lat is None or lon is None else Point(lat, lon)
