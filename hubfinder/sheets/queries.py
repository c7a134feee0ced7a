"""What is asked of the database for a sheet: few statements, each by an index."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import shapely
from sqlalchemy import and_, func, or_, select, union_all
from sqlalchemy.orm import Session, selectinload

from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.confidential import KEYS_WITHOUT_A_PUBLIC_PLACE
from hubfinder.directory.models import Location, Service, TaxonomyTerm
from hubfinder.directory.values import NEED
from hubfinder.places.counting import portions
from hubfinder.places.lookups import FOOTPRINT, NATIONS
from hubfinder.places.models import Footprint, FootprintSetMember, Layer, Postcode, Practice, School
from hubfinder.places.values import Membership, Point
from hubfinder.search.models import SearchDocument
from hubfinder.vocab import Audience, Basis, Confidence, FootprintKind, ServiceStatus

DANGER_LINES = ("emergency-999", "nhs-111", "nhs-111-mental-health")
"""999 and 111 stand in the line about danger, on every sheet, and nowhere else."""
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


class Hidden(NamedTuple):
    """A listing that stands on no sheet."""

    document_id: int
    kind: str
    key: str


class CrisisLine(NamedTuple):
    """A line to ring or text in a crisis."""

    service_id: int
    key: str
    needs: set[str]


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


def surgeries_beside(session: Session, surgery: Practice) -> int:
    """How many other surgeries its network has."""
    others = (Practice.network_code == surgery.network_code, Practice.code != surgery.code)
    return session.scalar(select(func.count()).select_from(Practice).where(*others)) or 0


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


_LISTING = select(SearchDocument.id, SearchDocument.kind, SearchDocument.key)
_NEVER_ON_PAPER = union_all(
    _LISTING.where(
        SearchDocument.kind == "service",
        SearchDocument.key.in_(KEYS_WITHOUT_A_PUBLIC_PLACE),
    ),
    _LISTING.where(SearchDocument.kind == "service", SearchDocument.key.in_(DANGER_LINES)),
    _LISTING.where(
        SearchDocument.kind == "catalogue",
        SearchDocument.key.in_(
            select(CatalogueEntry.key).where(CatalogueEntry.confidence == Confidence.UNSURE)
        ),
    ),
)
"""Made once: building a statement takes longer than asking it."""
_CRISIS = (
    select(Service.id, Service.key, TaxonomyTerm.key)
    .outerjoin(Service.terms)
    .where(
        Service.is_national,
        Service.is_crisis,
        Service.key.not_in(DANGER_LINES),
        Service.status == ServiceStatus.ACTIVE,
        Service.audience != Audience.PROFESSIONALS,
        or_(Service.confidence.is_(None), Service.confidence != Confidence.UNSURE),
        Service.phones.any(),
    )
    .order_by(Service.id)
)


def never_on_paper(session: Session) -> list[Hidden]:
    """The listings that no sheet may hold, so far as a search does not know it.

    Services that happen in confidential places only; entries that we are not sure of, while such services
    count as never checked; and the numbers for danger, which stand above everything.
    """
    return [Hidden(*row) for row in session.execute(_NEVER_ON_PAPER)]


def crisis_lines(session: Session) -> list[CrisisLine]:
    """National lines to ring or text in a crisis that we are sure enough of, in the order of their file.

    How long ago they were checked does not matter: an old number of the Samaritans is better than none.
    """
    found: dict[int, CrisisLine] = {}
    for id_, key, term in session.execute(_CRISIS):
        line = found.setdefault(id_, CrisisLine(id_, key, set()))
        line.needs.add((term or "").removeprefix(NEED))
    return list(found.values())


def lines_by_id(session: Session, ids: Sequence[int]) -> tuple[Service, ...]:
    """Services with their numbers, in the order of the ids."""
    rows = session.scalars(select(Service).where(Service.id.in_(ids)).options(selectinload(Service.phones)))
    found = {service.id: service for service in rows}
    return tuple(found[id_] for id_ in ids if id_ in found)


def documents_of(session: Session, listings: Collection[tuple[str, str]]) -> tuple[int, ...]:
    """Ids of the search documents of listings, by their kinds and keys."""
    keys = {key for _, key in listings}
    document = SearchDocument
    rows = session.execute(select(document.id, document.kind, document.key).where(document.key.in_(keys)))
    return tuple(id_ for id_, kind, key in rows if (kind, key) in listings)
