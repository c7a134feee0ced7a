"""Asks of postcodes taken by chance whether they are in the area of what is nearest to them."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from pyproj import Geod
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from hubfinder import create_app
from hubfinder.extensions import db
from hubfinder.places.deriving.facts import real_ones
from hubfinder.places.deriving.nearest import Site, one_code_a_point
from hubfinder.places.deriving.registers import PRIMARY, SECONDARY, practice_sites, school_sites
from hubfinder.places.models import Footprint, FootprintSetMember, Postcode
from hubfinder.settings import Settings
from hubfinder.vocab import FootprintKind

ASKED = 2_000
NEAR = 100
"""Of so many that are near on a flat map, the distances are worked out on the ellipsoid."""
TIE = 1.0
"""Metres."""
GEOD = Geod(ellps="WGS84")
NETWORK = FootprintKind.PRIMARY_CARE_NETWORK


def check(url: str, folder: Path) -> None:
    """Print how many postcodes are in the area of the nearest practice and schools."""
    with create_app(Settings(data_dir=folder, database_url=url)).app_context():
        for kind, sites in _kinds(db.session):
            postcodes = _postcodes(db.session, kind)
            real = set(real_ones(db.session, kind, ""))
            wrong = tied = theirs = 0
            for row, codes in postcodes:
                nearest = _nearest(row, sites)
                tied += len(nearest) > 1
                theirs += bool(nearest & real)
                wrong += not nearest & (codes | real)
            print(
                f"  {kind.value}: of {len(postcodes):,} postcodes {wrong} are not in the area of the "
                f"nearest; {tied} are as near to another, {theirs} are nearest to one with a real catchment",
                flush=True,
            )
        db.session.close()
        db.engine.dispose()


def _kinds(session: Session) -> Iterator[tuple[FootprintKind, list[Site]]]:
    yield NETWORK, one_code_a_point(practice_sites(session).sites)[0]
    for kind in (PRIMARY, SECONDARY):
        yield kind, school_sites(session, kind)[0].sites


def _postcodes(
    session: Session, kind: FootprintKind
) -> list[tuple[Row[tuple[str, float | None, float | None, int | None]], set[str]]]:
    """Postcodes of England by chance, each with the codes of the areas of a kind that it is in."""
    inside = (
        select(FootprintSetMember.set_id)
        .join(Footprint, Footprint.id == FootprintSetMember.footprint_id)
        .where(Footprint.kind == FootprintKind.SMALL_AREA)
    )
    rows = session.execute(
        select(Postcode.code, Postcode.lat, Postcode.lon, Postcode.set_id)
        .where(Postcode.set_id.in_(inside))
        .order_by(Postcode.code)
    ).all()
    chosen = random.Random(3).sample(rows, ASKED)  # noqa: S311 - not for secrets
    found: dict[int, set[str]] = {}
    for number, code in session.execute(
        select(FootprintSetMember.set_id, Footprint.code)
        .join(Footprint, Footprint.id == FootprintSetMember.footprint_id)
        .where(Footprint.kind == kind, FootprintSetMember.set_id.in_({row.set_id for row in chosen}))
    ):
        found.setdefault(number, set()).add(code)
    return [(row, found.get(row.set_id, set())) for row in chosen]


def _nearest(row: Row[tuple[str, float | None, float | None, int | None]], sites: Sequence[Site]) -> set[str]:
    """The codes of the nearest site, and of any that is as near."""
    lon = np.array([site.point.lon for site in sites])
    lat = np.array([site.point.lat for site in sites])
    near = np.argsort(np.hypot((lon - row.lon) * 0.6, lat - row.lat))[:NEAR]
    here = (np.full(len(near), row.lon), np.full(len(near), row.lat))
    metres = GEOD.inv(*here, lon[near], lat[near])[2]
    return {sites[place].code for place in near[metres <= metres.min() + TIE].tolist()}
