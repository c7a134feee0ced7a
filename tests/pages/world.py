"""A small world for page tests: one of everything a page must show, made by hand. All of it is made up."""

import csv
from datetime import date

import shapely
from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.models import (
    Taxonomy,
    TaxonomyTerm,
)
from hubfinder.places.models import (
    Arrangement,
    ArrangementBody,
    Footprint,
    FootprintSet,
    FootprintSetMember,
    Layer,
    PlaceName,
    Postcode,
    Practice,
    School,
)
from hubfinder.search import documents
from hubfinder.settings import PROJECT
from hubfinder.vocab import (
    Basis,
    Confidence,
    FootprintKind,
)
from tests.pages import listings
from tests.pages.listings import HOME

EDGE = 0.02


def build(session: Session) -> None:
    """Fill an empty, upgraded database and write its search documents."""
    begin_writing(session)
    terms = _terms(session)
    footprints = _footprints(session)
    _postcodes(session, footprints)
    _registers(session)
    _arrangements(session)
    entries = listings.add_entries(session, terms)
    listings.add_services(session, terms, footprints, entries)
    session.flush()
    documents.rebuild_documents(session)
    session.commit()


def _terms(session: Session) -> dict[str, TaxonomyTerm]:
    found = {}
    for key, file, slug in (
        ("need", "needs", "key"),
        ("domain", "domains", "key"),
        ("department", "departments", "abbreviation"),
    ):
        taxonomy = Taxonomy(key=key, name=key.capitalize())
        with (PROJECT / "seeds" / f"{file}.csv").open(newline="") as lines:
            for position, row in enumerate(csv.DictReader(lines)):
                term = TaxonomyTerm(
                    taxonomy=taxonomy,
                    key=f"{key}:{row[slug]}",
                    name=row.get("name") or row["name_now"],
                    hint=row.get("hint") or row.get("name_2022") or "",
                    position=position,
                )
                session.add(term)
                found[term.key] = term
    return found


def _box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A box in steps of ``EDGE`` from home, as a multipolygon."""
    lat, lon = HOME
    return shapely.MultiPolygon(
        [shapely.box(lon + west * EDGE, lat + south * EDGE, lon + east * EDGE, lat + north * EDGE)]
    )


def _shapes() -> tuple[tuple[str, FootprintKind, str, str, Basis, BaseGeometry | None], ...]:
    return (
        (
            "council",
            FootprintKind.LOCAL_AUTHORITY,
            "Z06000001",
            "Harbourmouth",
            Basis.OFFICIAL,
            _box(-3, -3, 3, 3),
        ),
        (
            "neighbour",
            FootprintKind.LOCAL_AUTHORITY,
            "Z06000002",
            "Northsands",
            Basis.OFFICIAL,
            _box(-5, -3, -3, 3),
        ),
        ("ward", FootprintKind.WARD, "Z05000001", "Harbour", Basis.OFFICIAL, _box(-1, -1, 1, 1)),
        (
            "catchment",
            FootprintKind.SCHOOL_CATCHMENT_PRIMARY,
            "990001",
            "St Anne's Primary School",
            Basis.TRACED,
            _box(-0.8, -0.8, 0.9, 1),
        ),
        (
            "network",
            FootprintKind.PRIMARY_CARE_NETWORK,
            "ZPCN01",
            "Quayside",
            Basis.MODELLED,
            _box(-2, -2, 1, 2),
        ),
        ("other_network", FootprintKind.PRIMARY_CARE_NETWORK, "ZPCN02", "Wendbridge", Basis.MODELLED, None),
        ("nation", FootprintKind.NATION, "E92000001", "England", Basis.OFFICIAL, None),
    )


def _footprints(session: Session) -> dict[str, Footprint]:
    found = {}
    for name, kind, code, label, basis, shape in _shapes():
        layer = Layer(
            key=f"{kind.value}-{code}",
            kind=kind,
            basis=basis,
            source="Made up for tests",
            as_of=date(2026, 5, 1),
            licence="Open Government Licence v3.0",
            attribution="Contains made-up data",
            method="Drawn by hand" if basis is Basis.TRACED else "",
        )
        found[name] = Footprint(
            layer=layer,
            kind=kind,
            code=code,
            name=label,
            geom=from_shape(shape, srid=4326) if shape else None,
            outline=shapely.to_wkb(shape) if shape else None,
        )
    session.add_all(found.values())
    session.flush()
    return found


def _postcodes(session: Session, footprints: dict[str, Footprint]) -> None:
    whole = FootprintSet()
    across = FootprintSet()
    session.add_all((whole, across))
    session.flush()
    for name, share in (
        ("council", 1.0),
        ("ward", 1.0),
        ("catchment", 1.0),
        ("network", 0.62),
        ("other_network", 0.3),
        ("nation", 1.0),
    ):
        session.add(FootprintSetMember(set_id=whole.id, footprint_id=footprints[name].id, share=share))
    session.add(FootprintSetMember(set_id=across.id, footprint_id=footprints["neighbour"].id, share=1.0))
    lat, lon = HOME
    session.add_all(
        (
            Postcode(code="ZA14QT", lat=lat, lon=lon, country="E", set_id=whole.id),
            Postcode(code="ZA12AB", lat=lat + 0.006, lon=lon + 0.001, country="E", set_id=whole.id),
            Postcode(code="ZA19ZZ", lat=lat, lon=lon, country="E", set_id=whole.id, terminated="201903"),
            Postcode(code="ZA51AA", lat=lat, lon=lon - 0.07, country="E", set_id=across.id),
            Postcode(code="ZA99AA", lat=None, lon=None, country="E"),
            Postcode(code="EH11AA", lat=55.95, lon=-3.19, country="S"),
            PlaceName(key="wendbridge-town", name="Wendbridge", kind="town", lat=lat + 0.03, lon=lon - 0.03),
            PlaceName(key="eelby-village", name="Eelby", kind="village", lat=lat + 0.02, lon=lon),
            PlaceName(key="eelby-hamlet", name="Eelby", kind="hamlet", lat=lat - 0.02, lon=lon),
        )
    )


def _registers(session: Session) -> None:
    lat, lon = HOME
    session.add_all(
        (
            School(
                urn="990001",
                name="St Anne's Primary School",
                phase="Primary",
                status="Open",
                postcode="ZA1 2AB",
                website="https://st-annes.example.org",
                lat=lat + 0.002,
                lon=lon + 0.004,
            ),
            Practice(
                code="Z81001",
                name="Quayside Surgery",
                address="1 Fish Row",
                postcode="ZA1 2AB",
                telephone="01632 960301",
                network_code="ZPCN01",
                network_name="Quayside",
                lat=lat + 0.004,
                lon=lon - 0.006,
            ),
        )
    )


def _arrangements(session: Session) -> None:
    council, police = FootprintKind.LOCAL_AUTHORITY, FootprintKind.POLICE_AREA
    for position, (key, group, kind) in enumerate(
        (
            ("health-board", "statutory body", council),
            ("local-partnership", "partnership", council),
            ("police-panel", "partnership", police),
        )
    ):
        session.add(
            Arrangement(
                key=key,
                position=position,
                name=key.replace("-", " ").capitalize(),
                group=group,
                function="Health",
                department="DHSC",
                footprint="Local authority",
                footprint_kind=kind,
                membership="Council, NHS",
                role="To plan.",
                summary="They plan together.",
                current_name=key.replace("-", " ").capitalize(),
                confidence=Confidence.KNOWN,
                last_checked=date(2026, 11, 1),
                official_page="https://www.gov.uk/",
            )
        )
    session.flush()
    session.add(
        ArrangementBody(
            arrangement_key="health-board",
            kind=council,
            code="Z06000001",
            name="Harbourmouth Health and Wellbeing Board",
            email="board@example.org",
            source="Made up for tests",
            as_of=date(2026, 5, 1),
        )
    )
