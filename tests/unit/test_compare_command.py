"""``hubfinder compare``: sentences, a table, an object, and clear errors."""

import csv
import json
from pathlib import Path

import pytest
import shapely
from click.testing import Result
from flask import Flask
from geoalchemy2.shape import from_shape
from sqlalchemy.orm import Session

from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import Postcode
from hubfinder.vocab import FootprintKind
from tests.support import factories as made


@pytest.fixture
def wards(session: Session) -> Session:
    """Two wards; a catchment that fits inside one, and one that straddles both."""
    for name, kind, west, east in (
        ("West", FootprintKind.WARD, 2.0, 2.5),
        ("East", FootprintKind.WARD, 2.5, 3.0),
        ("St Anne's", FootprintKind.SCHOOL_CATCHMENT_PRIMARY, 2.0, 2.2),
        ("Mill Lane", FootprintKind.SCHOOL_CATCHMENT_PRIMARY, 2.2, 3.0),
    ):
        shape = shapely.MultiPolygon([shapely.box(west, 54, east, 55)])
        made.footprint(session, name, kind, geom=from_shape(shape, srid=4326))
    for number in range(10):
        session.add(Postcode(code=f"ZA1{number}AA", lon=2.05 + number / 10, lat=54.5, country="E"))
    session.flush()
    rebuild_memberships(session)
    session.commit()
    return session


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["compare", *arguments])


def test_in_sentences(app: Flask, wards: Session) -> None:
    assert wards.is_active
    result = run(app, "school_catchment_primary", "ward")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "1 of 2 fit inside one ward (at least 95% of the postcodes). They have 20% of the postcodes.",
        "Fit inside one: 1",
        "  St Anne's fits inside West.",
        "Straddle several: 1",
        "  Mill Lane straddles: 62% East, 38% West.",
    ]


def test_as_a_table(app: Flask, wards: Session, tmp_path: Path) -> None:
    assert wards.is_active
    file = tmp_path / "over.csv"
    result = run(app, "school_catchment_primary", "ward", "--csv", str(file))
    assert result.output == f"{file}: 3 pairs.\n"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["of_name"], row["with_name"], row["postcodes_in_both"]) for row in rows] == [
        ("Mill Lane", "East", "5"),
        ("Mill Lane", "West", "3"),
        ("St Anne's", "West", "2"),
    ]


def test_as_an_object(app: Flask, wards: Session) -> None:
    assert wards.is_active
    found = json.loads(run(app, "ward", "school_catchment_primary", "--json").output)
    assert [row["fit"] for row in found["rows"]] == ["fits", "straddles"]
    assert found["postcodes_counted"] == "by likeliest network"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("ward", "ward"), "Both kinds are the same."),
        (("ward", "icb"), "No footprints of the kind icb have been imported."),
        (("ward", "parish"), "Invalid value for 'WITH'"),
        (
            ("ward", "school_catchment_primary", "--within", "ward:nowhere"),
            "There is no footprint ward:nowhere",
        ),
        (("ward", "school_catchment_primary", "--within", "nowhere"), "give a kind and a code"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(
    app: Flask, wards: Session, arguments: tuple[str, ...], sentence: str
) -> None:
    assert wards.is_active
    result = run(app, *arguments)
    assert result.exit_code != 0
    assert sentence in result.output


def test_no_postcodes_are_said(app: Flask, session: Session) -> None:
    made.footprint(session, "West", FootprintKind.WARD)
    made.footprint(session, "Quayside", FootprintKind.PRIMARY_CARE_NETWORK)
    session.commit()
    assert run(app, "ward", "primary_care_network").output == "No live postcode there is in any ward.\n"
