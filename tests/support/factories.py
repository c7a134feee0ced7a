"""Small listings for tests: each names only what matters to the test."""

from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import point_wkb
from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import (
    Location,
    Organization,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from hubfinder.places.models import Footprint, Layer
from hubfinder.places.values import Membership, Place, Point, Postcode
from hubfinder.vocab import Access, Basis, CatalogueStatus, Confidence, Delivery, FootprintKind

_number = count(1)
HERE = Point(54.75, 2.10)
"""Where the made-up tests happen: in the North Sea."""


def north_of(point: Point, metres: float) -> Point:
    """A point so many metres to the north, near enough for tests."""
    return Point(point.lat + metres / 111_300, point.lon)


def around(point: Point, metres: float) -> str:
    """A square around a point as the text of a multipolygon, near enough for tests."""
    high = metres / 111_300
    wide = high / 0.577  # the cosine of about 54.75 degrees
    west, south, east, north = point.lon - wide, point.lat - high, point.lon + wide, point.lat + high
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"MULTIPOLYGON((({','.join(f'{x} {y}' for x, y in ring)})))"


def organization(session: Session, name: str = "Harbour Helpers") -> Organization:
    made = Organization(key=f"organization-{next(_number)}", name=name)
    session.add(made)
    session.flush()
    return made


def location(session: Session, point: Point | None = HERE, **facts: object) -> Location:
    number = next(_number)
    made = Location(
        **{
            "key": f"location-{number}",
            "name": f"Hall {number}",
            "address": f"{number} Fish Row",
            "postcode": "ZA1 2AB",
            "lat": point.lat if point else None,
            "lon": point.lon if point else None,
            "point": point_wkb(point.lon, point.lat) if point else None,
            **facts,
        }
    )
    session.add(made)
    session.flush()
    return made


def service(
    session: Session,
    name: str = "Stay and play",
    at: tuple[Location, ...] = (),
    areas: tuple[Footprint, ...] = (),
    needs: tuple[str, ...] = (),
    **facts: object,
) -> Service:
    if "organization_id" not in facts:
        facts["organization_id"] = organization(session).id
    made = Service(
        **{
            "key": f"service-{next(_number)}",
            "name": name,
            "access": Access.UNIVERSAL,
            "delivery": frozenset({Delivery.IN_PERSON}),
            **facts,
        }
    )
    made.at_locations = [ServiceAtLocation(location_id=place.id) for place in at]
    made.areas = [ServiceArea(footprint_id=area.id) for area in areas]
    made.terms = [need(session, key) for key in needs]
    session.add(made)
    session.flush()
    return made


def need(session: Session, key: str, taxonomy: str = "need") -> TaxonomyTerm:
    full = f"{taxonomy}:{key}"
    known = session.scalar(select(TaxonomyTerm).where(TaxonomyTerm.key == full))
    if known:
        return known
    parent = session.scalar(select(Taxonomy).where(Taxonomy.key == taxonomy))
    if parent is None:
        parent = Taxonomy(key=taxonomy, name=taxonomy)
        session.add(parent)
        session.flush()
    made = TaxonomyTerm(taxonomy_id=parent.id, key=full, name=key)
    session.add(made)
    session.flush()
    return made


def footprint(
    session: Session, name: str = "Harbour", kind: FootprintKind = FootprintKind.WARD, **facts: object
) -> Footprint:
    number = next(_number)
    layer = Layer(key=f"layer-{number}", kind=kind, basis=Basis.OFFICIAL)
    session.add(layer)
    session.flush()
    made = Footprint(**{"layer_id": layer.id, "kind": kind, "code": f"Z{number}", "name": name, **facts})
    session.add(made)
    session.flush()
    return made


def entry(session: Session, name: str, **facts: object) -> CatalogueEntry:
    made = CatalogueEntry(
        **{
            "key": name.lower().replace(" ", "-"),
            "position": next(_number),
            "name": name,
            "current_name": name,
            "domain_id": need(session, "childcare", "domain").id,
            "access": Access.UNIVERSAL,
            "department": "DfE",
            "printed": f"{name} (DfE)",
            "status": CatalogueStatus.OPEN,
            "summary": f"{name} for families.",
            "confidence": Confidence.CHECKED,
            **facts,
        }
    )
    session.add(made)
    session.flush()
    return made


def place(point: Point = HERE, footprints: tuple[Footprint, ...] = ()) -> Place:
    memberships = tuple(
        Membership(one.id, one.kind, one.code, one.name, Basis.OFFICIAL, 1.0) for one in footprints
    )
    return Place("ZA1 4QT", point, memberships, Postcode("ZA1", "4QT"))
