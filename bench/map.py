"""What the map that moves weighs: all footprints of a council in one answer, packed as the server sends them.

Two councils out of real files, which are not part of this repository (HUBFINDER_SHARED_DATA says where they
are): Stoke-on-Trent, whose layers tile the ground, and Herefordshire's catchments, traced by hand.
"""

import gzip
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from bench import databases
from hubfinder.database import prepare_engine
from hubfinder.database.upgrade import upgrade
from hubfinder.ingest.footprints import FOOTPRINTS
from hubfinder.ingest.running import import_files
from hubfinder.places.map_areas import areas_of, kinds_in
from hubfinder.places.models import Footprint
from hubfinder.settings import PROJECT
from hubfinder.vocab import FootprintKind as Kind

SHARED = Path(os.environ.get("HUBFINDER_SHARED_DATA") or PROJECT.parent / "shared" / "data")
MOST_KILOBYTES, MOST_SECONDS = 60, 1.0
ROUNDS = 5
COUNCILS = {
    "stoke-on-trent": (
        (Kind.SMALL_AREA, "lsoa21", "lsoa21_code", "lsoa21_name"),
        (Kind.MSOA, "msoa21", "msoa21_code", "msoa21_name"),
        (Kind.WARD, "ward24_bestfit", "ward24_code", "ward24_name"),
        (Kind.PRIMARY_CARE_NETWORK, "pcn_footprint_modelled", "pcn_code", "pcn_name"),
        (Kind.SCHOOL_CATCHMENT_PRIMARY, "primary_nearest_school_modelled", "urn", "name"),
        (Kind.LOCAL_AUTHORITY, "local_authority", "ltla24_code", "ltla24_name"),
    ),
    "herefordshire": (
        (Kind.SCHOOL_CATCHMENT_PRIMARY, "primary_catchments", "urn", "source_name"),
        (Kind.SCHOOL_CATCHMENT_SECONDARY, "secondary_catchments", "urn", "source_name"),
    ),
}
Layers = Sequence[tuple[Kind, str, str, str]]


def main() -> None:
    for council, layers in COUNCILS.items():
        folder = SHARED / council
        if not folder.is_dir():
            print(f"{folder} is not here: nothing to measure for {council}")
            continue
        for name in databases.available():
            with databases.fresh(name) as url:
                _measure(f"{council}, {name}", url, folder, layers)


def _measure(title: str, url: str, folder: Path, layers: Layers) -> None:
    engine = sa.create_engine(url)
    prepare_engine(engine)
    upgrade(engine)
    with Session(engine) as session:
        for kind, file, code, label in layers:
            options = FOOTPRINTS.options(kind, code, label)
            import_files(session, FOOTPRINTS, [folder / f"{file}.geojson"], options)
        area = _ground(session)
        for kinds in [*([kind] for kind in kinds_in(session, area)), list(kinds_in(session, area))]:
            words = kinds[0].value if len(kinds) == 1 else "all of them"
            print(f"{title}: {words}: {_answer(session, area, kinds)}")
    engine.dispose()


def _ground(session: Session) -> BaseGeometry:
    """All the ground that any footprint covers."""
    outlines = session.scalars(sa.select(Footprint.outline).where(Footprint.outline.is_not(None)))
    return shapely.union_all([shapely.from_wkb(bytes(one)) for one in outlines if one is not None])


def _answer(session: Session, area: BaseGeometry, kinds: Sequence[Kind]) -> str:
    times = []
    packed, count = b"", 0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = areas_of(session, area, kinds)
        packed = gzip.compress(json.dumps(answer, separators=(",", ":")).encode(), 9)
        times.append(time.perf_counter() - started)
        count = sum(len(one["geometries"]) for name, one in answer["objects"].items() if name != "land")
    middle = sorted(times)[ROUNDS // 2]
    reached = len(packed) <= MOST_KILOBYTES * 1000 and middle <= MOST_SECONDS
    return (
        f"{count} footprints, {len(packed) / 1000:.1f} KB gzipped (at most {MOST_KILOBYTES}), made in "
        f"{middle * 1000:.0f} ms{'' if reached else ': NOT REACHED'}"
    )
