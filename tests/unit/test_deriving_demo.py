"""Each derivation on the demonstration area, in another kind of area: its own layers stay as they are."""

from pathlib import Path

import pytest
import shapely
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.extensions import db
from hubfinder.places.models import Postcode, Practice, School
from tests.support.deriving import derived, shapes_in, wrong_and_tied

Places = dict[str, tuple[float, float]]
Sites = list[tuple[str, tuple[float, float]]]


@pytest.fixture
def demonstration(app: Flask, session: Session) -> Flask:
    """The demonstration area, with its own catchments, networks and wards."""
    assert session is not None
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 0, result.output
    db.session.rollback()
    return app


def test_the_demonstration_area_keeps_its_layers_beside_derived_ones(
    demonstration: Flask, session: Session, tmp_path: Path
) -> None:
    as_other = ("--footprint-kind", "neighbourhood")
    keys = ("school_catchment_primary:primary_catchments", "primary_care_network:patients", "ward:wards")
    before = {key: sorted(shape.wkb for shape in shapes_in(session, key).values()) for key in keys}
    places = points(session)

    derived(demonstration, "schools", "--phase", "primary", *as_other, "--layer", "near-schools")
    wrong, _ = against(session, "near-schools", places, sites_of(session, School))
    assert wrong == []

    derived(demonstration, "networks", "--by", "nearest-practice", *as_other, "--layer", "near-practices")
    wrong, _ = against(session, "near-practices", places, sites_of(session, Practice))
    assert wrong == []

    wards = tmp_path / "wards.csv"
    small = shapes_in(session, "small_area:small_areas")
    rows_of = [f"{code},W{number % 3},Third {number % 3}" for number, code in enumerate(sorted(small))]
    wards.write_text("part,code,name\n" + "\n".join(rows_of) + "\n", "utf-8")
    fields = ("--part-field", "part", "--code-field", "code", "--name-field", "name")
    derived(demonstration, "best-fit", "--lookup", wards, *as_other, *fields, "--layer", "thirds")
    derived(demonstration, "dissolve", "--lookup", wards, *as_other, *fields, "--layer", "thirds-again")
    derived(demonstration, "overlap", *as_other, "--like", "ward", "--layer", "like-wards")
    assert len(shapes_in(session, "like-wards")) == 8
    derived(demonstration, "networks", "--by", "patients")
    assert before == {key: sorted(shape.wkb for shape in shapes_in(session, key).values()) for key in keys}


def points(session: Session) -> Places:
    """Longitude and latitude of every postcode."""
    rows = session.execute(select(Postcode.code, Postcode.lon, Postcode.lat)).all()
    session.rollback()
    return {code: (lon, lat) for code, lon, lat in rows if lon is not None and lat is not None}


def sites_of(session: Session, table: type[School] | type[Practice]) -> Sites:
    """Primary schools with their number, or practices with their network, and where they are."""
    if table is School:
        wanted = select(School.urn, School.lon, School.lat).where(School.phase == "Primary")
    else:
        wanted = select(Practice.network_code, Practice.lon, Practice.lat)
    rows = session.execute(wanted).all()
    session.rollback()
    return [(str(code), (float(lon or 0), float(lat or 0))) for code, lon, lat in rows]


def against(session: Session, key: str, places: Places, sites: Sites) -> tuple[list[str], list[str]]:
    """Postcodes on the land of a layer that are not in the area of their nearest site."""
    areas = shapes_in(session, key)
    tree = shapely.STRtree(list(areas.values()))
    codes = list(areas)
    at, which = tree.query(shapely.points(list(places.values())), predicate="intersects")
    names = list(places)
    found: dict[str, set[str]] = {}
    for place, area in zip(at.tolist(), which.tolist(), strict=True):
        found.setdefault(names[place], set()).add(codes[area])
    assert len(found) > len(places) * 0.9
    return wrong_and_tied({name: places[name] for name in found}, sites, found)
