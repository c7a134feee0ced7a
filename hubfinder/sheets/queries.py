"""What is asked of the database for a sheet: few statements, each by an index."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import shapely
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import Location, Service, ServiceAtLocation, TaxonomyTerm
from hubfinder.directory.values import NEED
from hubfinder.places.counting import portions
from hubfinder.places.lookups import FOOTPRINT, NATIONS
from hubfinder.places.models import Footprint, FootprintSetMember, Layer, Postcode, Practice, School
from hubfinder.places.values import Membership, Point
from hubfinder.search.models import SearchDocument
from hubfinder.vocab import Audience, Basis, Confidence, FootprintKind, ServiceStatus

CATCHMENTS = tuple(kind for kind in FootprintKind if kind.is_catchment)


class Area(NamedTuple):
    """A footprint, with what its layer says of itself."""

    id: int
    kind: FootprintKind
    code: str
    name: str
    basis: Basis
    layer_id: int
    source: str
    attribution: str
    has_shape: bool


class HubPlace(NamedTuple):
    """A family hub by its name and place."""

    key: str
    name: str
    postcode: str
    lat: float | None
    lon: float | None


class Living(NamedTuple):
    """The live postcodes of a set that have a place."""

    set_id: int
    postcodes: int
    lat: float
    """Their middle, in degrees."""
    lon: float
    south: float
    north: float
    west: float
    east: float


_AREA = select(
    Footprint.id,
    Footprint.kind,
    Footprint.code,
    Footprint.name,
    Layer.basis,
    Layer.id,
    Layer.source,
    Layer.attribution,
    Footprint.geom.is_not(None),
).join(Layer, Layer.id == Footprint.layer_id)


def area(session: Session, kind: FootprintKind, code: str) -> Area | None:
    """A footprint by its kind and code."""
    row = session.execute(_AREA.where(Footprint.kind == kind, Footprint.code == code)).one_or_none()
    return Area(*row) if row else None


def catchments_of(session: Session, urn: str) -> list[Area]:
    """The catchments of a school, in the order of their kinds: one that takes all ages may have several."""
    rows = session.execute(_AREA.where(Footprint.kind.in_(CATCHMENTS), Footprint.code == urn))
    return sorted((Area(*row) for row in rows), key=lambda one: CATCHMENTS.index(one.kind))


def school(session: Session, urn: str) -> School | None:
    return session.get(School, urn)


def surgery(session: Session, code: str) -> Practice | None:
    return session.get(Practice, code)


def hub_place(session: Session, key: str) -> HubPlace | None:
    """A family hub; none for one that nobody may know of."""
    row = session.execute(
        select(Location.key, Location.name, Location.postcode, Location.lat, Location.lon).where(
            Location.key == key, Location.is_family_hub, ~Location.is_confidential
        )
    ).one_or_none()
    return HubPlace(*row) if row else None


def sets_of(session: Session, footprint_id: int) -> dict[int, float]:
    """The sets of footprints that hold one, with its share in each."""
    member = FootprintSetMember
    rows = session.execute(
        select(member.set_id, member.share).where(member.footprint_id == footprint_id, member.share > 0)
    )
    return {set_id: float(share) for set_id, share in rows}


def living(session: Session, sets: Collection[int]) -> list[Living]:
    """How many live postcodes the sets have, and where."""
    asked = select(
        Postcode.set_id,
        func.count(),
        func.avg(Postcode.lat),
        func.avg(Postcode.lon),
        func.min(Postcode.lat),
        func.max(Postcode.lat),
        func.min(Postcode.lon),
        func.max(Postcode.lon),
    ).where(Postcode.terminated.is_(None), Postcode.lat.is_not(None), Postcode.lon.is_not(None))
    return [
        Living(*row)
        for some in portions(sets)
        for row in session.execute(asked.where(Postcode.set_id.in_(some)).group_by(Postcode.set_id))
    ]


def members(session: Session, sets: Collection[int]) -> Iterator[tuple[int, int, float]]:
    """Set, footprint and share, of all footprints of these sets."""
    member = FootprintSetMember
    asked = select(member.set_id, member.footprint_id, member.share)
    for some in portions(sets):
        for set_id, footprint_id, share in session.execute(asked.where(member.set_id.in_(some))):
            yield set_id, footprint_id, float(share)


def footprints(session: Session, ids: Collection[int]) -> list[Membership]:
    """These footprints, and the nations that every place here is in, all with a share of 1."""
    nations = and_(Footprint.kind == FootprintKind.NATION, Footprint.code.in_(NATIONS))
    asked = select(*FOOTPRINT).join(Layer, Layer.id == Footprint.layer_id)
    found = list(session.execute(asked.where(nations)))
    for some in portions(ids):
        found += session.execute(asked.where(Footprint.id.in_(some)))
    return [
        Membership(row.id, row.kind, row.code, row.name, row.basis, 1.0)
        for row in {row.id: row for row in found}.values()
    ]


def middle_of_shape(session: Session, footprint_id: int) -> Point | None:
    """A point inside the shape of a footprint; none for one that nobody has drawn."""
    geom = session.scalar(select(Footprint.geom).where(Footprint.id == footprint_id))
    if geom is None:
        return None
    point = shapely.from_wkb(bytes(geom.data)).representative_point()
    return Point(point.y, point.x)


def needs(session: Session) -> list[str]:
    """The needs a family can choose from, in their order, without the name of the taxonomy."""
    rows = session.scalars(
        select(TaxonomyTerm.key)
        .where(TaxonomyTerm.key.startswith(NEED, autoescape=True))
        .order_by(TaxonomyTerm.position, TaxonomyTerm.key)
    )
    return [key.removeprefix(NEED) for key in rows]


def never_on_paper(session: Session) -> list[int]:
    """Ids of the search documents that no sheet may hold, whatever was asked for.

    Services that happen in confidential places only, and what we are not sure of.
    """
    secret, public = (_somewhere(is_confidential=what) for what in (True, False))
    unsure = Service.confidence == Confidence.UNSURE
    services = select(Service.key).where(or_(and_(secret, ~public), unsure))
    entries = select(CatalogueEntry.key).where(CatalogueEntry.confidence == Confidence.UNSURE)
    document = SearchDocument
    found = session.scalars(
        select(document.id)
        .where(document.kind == "service", document.key.in_(services))
        .union_all(select(document.id).where(document.kind == "catalogue", document.key.in_(entries)))
    )
    return list(found)


def national_crisis_lines(session: Session) -> list[Service]:
    """National lines to ring or text in a crisis that we are sure enough of, with their numbers.

    How long ago they were checked does not matter: an old number of the Samaritans is better than none.
    """
    sure = or_(Service.confidence.is_(None), Service.confidence != Confidence.UNSURE)
    chosen = select(Service).where(
        Service.is_national,
        Service.is_crisis,
        Service.status == ServiceStatus.ACTIVE,
        Service.audience != Audience.PROFESSIONALS,
        sure,
        Service.phones.any(),
    )
    loaded = (selectinload(Service.phones), selectinload(Service.terms))
    return list(session.scalars(chosen.options(*loaded).order_by(Service.id)))


def _somewhere(*, is_confidential: bool) -> ColumnElement[bool]:
    """True for services that happen in a place that is confidential, or that is not."""
    there = ServiceAtLocation.location.has(Location.is_confidential.is_(is_confidential))
    return Service.at_locations.any(there)
