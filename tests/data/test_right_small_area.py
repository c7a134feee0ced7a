"""How often the medium-resolution boundaries put a real postcode into the right small area: Stoke-on-Trent.

The postcodes' own codes are of 2021 and the boundaries of 2011; the official look-up joins them.
"""

import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path

import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.ingest.postcodes import POSTCODES
from hubfinder.ingest.running import import_files
from hubfinder.places.book_writing import write_book
from hubfinder.places.finding import Places
from hubfinder.places.layers import Area, LayerFacts, put_layer
from hubfinder.places.lookups import place_at, place_of_postcode
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.revision import places_changed
from hubfinder.places.values import Place, Point, Postcode
from hubfinder.vocab import Basis, FootprintKind
from tests.support.real_data import real_data

LEAST = 0.99
STOKE = shapely.box(-2.25, 52.93, -2.07, 53.11)


def _small_areas(file: Path) -> list[Area]:
    """England's small areas of 2011 that touch the box around Stoke."""
    with gzip.open(file, "rt", encoding="utf-8") as text:
        features = json.load(text)["features"]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return [
        Area(feature["properties"]["lsoa11_code"], feature["properties"]["lsoa11_name"], _multi(shape))
        for feature, shape in zip(features, shapes, strict=True)
        if shapely.intersects(STOKE, shape)
    ]


def _multi(shape: shapely.Geometry) -> MultiPolygon:
    whole = shapely.make_valid(shape)
    return MultiPolygon([part for part in shapely.get_parts(whole) if isinstance(part, Polygon)])


def _of_2011(file: Path) -> dict[str, set[str]]:
    """Codes of 2011 by those of 2021."""
    found = defaultdict(set)
    with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as text:
        for row in csv.DictReader(text):
            found[row["lsoa21_code"]].add(row["lsoa11_code"])
    return found


@pytest.fixture
def official(session: Session) -> dict[str, str]:
    """The official small area of each postcode; the database holds them, and the boundaries of 2011."""
    stoke, england = real_data("stoke-on-trent"), real_data("england")
    file = stoke / "postcodes.csv"
    [report] = import_files(session, POSTCODES, [file], POSTCODES.options())
    assert report.saved
    begin_writing(session)
    facts = LayerFacts("medium", FootprintKind.SMALL_AREA, Basis.OFFICIAL)
    put_layer(session, facts, _small_areas(england / "england_lsoa11_medium_resolution.geojson.gz"))
    rebuild_memberships(session)
    places_changed(session)
    session.commit()
    with file.open(encoding="utf-8", newline="") as text:
        return {row["postcode"]: row["lsoa21_code"] for row in csv.DictReader(text)}


def _area(place: Place) -> str:
    return next((one.code for one in place.of_kind(FootprintKind.SMALL_AREA)), "")


def test_nearly_every_postcode_is_in_its_own_small_area(
    session: Session, official: dict[str, str], tmp_path: Path
) -> None:
    of_2011 = _of_2011(real_data("england") / "lookup_england_lsoa11_lsoa21.csv.gz")
    assert write_book(db.engine, tmp_path / "places")
    places = Places(tmp_path / "places", patience=60)
    right = 0
    for number, (text, code) in enumerate(official.items()):
        postcode = Postcode.parse(text)
        assert postcode
        place = places.of_postcode(session, postcode)
        right += _area(place) in of_2011[code]
        assert places.at(session, place.point).memberships == place.memberships
        if number % 20 == 0:
            assert place_of_postcode(session, postcode) == place
            assert (
                place_at(session, Point(place.point.lat, place.point.lon), "").memberships
                == place.memberships
            )
    share = right / len(official)
    assert share >= LEAST, f"{share:.2%} of {len(official):,} postcodes are in their own small area"
