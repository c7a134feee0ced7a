"""`hubfinder derive best-fit`, `dissolve` and `overlap`: areas made of whole smaller ones."""

import gzip
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import shapely
from flask import Flask
from sqlalchemy.orm import Session

from hubfinder.places.deriving.facts import least_sure, once
from hubfinder.vocab import Basis, FootprintKind
from tests.support.deriving import ORDNANCE, derived, grid, land, layer, layer_of, run, shapes_in
from tests.support.files import csv_file
from tests.support.shapes import square

FIELDS = ("--part-field", "LSOA21CD", "--code-field", "WD24CD", "--name-field", "WD24NM")
WARD = ("--footprint-kind", "ward", *FIELDS)
KEY = "ward:best-fit"


def row(part: str, ward: str, name: str = "") -> dict[str, str]:
    return {"LSOA21CD": part, "WD24CD": ward, "WD24NM": name or f"Ward {ward}"}


def lookup(folder: Path, *pairs: tuple[str, str]) -> Path:
    return csv_file(folder, "lookup", [row(part, ward) for part, ward in pairs])


FOUR = tuple(zip(grid(), ("W1", "W1", "W2", "W2"), strict=True))


def test_small_areas_are_joined_into_wards(app: Flask, session: Session, tmp_path: Path) -> None:
    land(session, source="The survey", as_of=date(2021, 3, 21), licence="OGL", attribution=ORDNANCE)
    path = lookup(tmp_path, *FOUR)
    report = derived(app, "best-fit", "--lookup", path, *WARD, "--attribution", ORDNANCE, "--source", "List")
    assert (report["rows"], report["counts"]) == (4, {"small areas": 4, "footprints": 2})
    shapes = shapes_in(session, KEY)
    assert shapes["W1"].equals(square(2.0, 54.0).union(square(2.1, 54.0)))
    assert shapely.coverage_is_valid(list(shapes.values()))
    said = layer_of(session, KEY)
    assert (said.basis, said.source, said.attribution) == (Basis.BEST_FIT, "List; The survey", ORDNANCE)
    assert (said.as_of, said.licence) == (date(2021, 3, 21), "OGL")
    assert said.method == "Best fit of whole small areas by the list lookup.csv."
    again = derived(app, "best-fit", "--lookup", path, *WARD, "--attribution", ORDNANCE, "--source", "List")
    assert again["notes"] == ["Nothing has changed since this layer was last imported."]


def test_a_packed_lookup_will_do(app: Flask, session: Session, tmp_path: Path) -> None:
    land(session)
    packed = tmp_path / "lookup.csv.gz"
    packed.write_bytes(gzip.compress(lookup(tmp_path, *FOUR).read_bytes()))
    assert derived(app, "best-fit", "--lookup", packed, *WARD)["counts"]["footprints"] == 2


def test_what_does_not_fit_is_reported(app: Flask, session: Session, tmp_path: Path) -> None:
    land(session)
    pairs = [*FOUR[:3], FOUR[0], ("Z01099999", "W2"), ("Z01099998", "W3")]
    report = derived(app, "best-fit", "--lookup", lookup(tmp_path, *pairs), *WARD)
    assert report["notes"] == [
        "2 rows name parts without a shape here; the first is row 6, LSOA21CD: Z01099999.",
        "1 small_area is in no area: Z01000003.",
        "1 area has no part here: W3.",
        "1 area lacks parts that have no shape here, and are too small: W2.",
    ]


def test_rows_that_cannot_be_right_are_refused_with_row_and_field(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    land(session)
    path = csv_file(
        tmp_path,
        "lookup",
        [
            *(row(part, ward) for part, ward in FOUR),
            row("Z01000000", "W2"),
            row("Z01000001", "W1", "Another"),
            row("", "W1"),
            row("Z01000002", "../W"),
        ],
    )
    result = run(app, "derive", "best-fit", "--lookup", path, *WARD)
    assert result.exit_code == 1
    for line in (
        "lookup.csv, row 6, wd24cd: Z01000000 is in W2 here, and in W1 in row 2",
        "lookup.csv, row 7, wd24nm: W1 has two names: Ward W1 and Another",
        "lookup.csv, row 8, lsoa21cd: is empty",
        "lookup.csv, row 9, wd24cd: '../W' is not a code",
        "Nothing was derived.",
    ):
        assert line in result.output
    assert shapes_in(session, KEY) == {}
    assert derived(app, "best-fit", "--lookup", path, *WARD, "--skip-bad-rows")["refused"] == 4


def refusal(app: Flask, *arguments: object) -> str:
    result = run(app, "derive", *arguments)
    assert result.exit_code == 1
    return result.output


def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    path = lookup(tmp_path, *FOUR)
    assert "no shapes of the kind small_area here" in refusal(app, "best-fit", "--lookup", path, *WARD)
    land(session)
    assert "lsoa99cd" in refusal(app, "best-fit", "--lookup", path, *WARD, "--part-field", "LSOA99CD").lower()
    assert "cannot be read" in refusal(app, "best-fit", "--lookup", tmp_path / "none.csv", *WARD)
    strange = lookup(tmp_path, ("E01000001", "W1"))
    sentence = "No small_area of the column LSOA21CD has a shape here (row 2: E01000001)."
    assert sentence in refusal(app, "best-fit", "--lookup", strange, *WARD)


def test_official_wards_are_not_overwritten_unasked(app: Flask, session: Session, tmp_path: Path) -> None:
    land(session)
    layer(session, FootprintKind.WARD, {"W1": square(2.0, 54.0, 0.15)})
    path = lookup(tmp_path, *FOUR)
    assert "1 official or traced area of this kind would be overwritten (W1)" in refusal(
        app, "best-fit", "--lookup", path, *WARD
    )
    report = derived(app, "best-fit", "--lookup", path, *WARD, "--replace")
    assert "Replaced 1 official or traced area of this kind." in report["notes"]


@pytest.mark.parametrize(
    ("basis", "expected"),
    [(Basis.OFFICIAL, Basis.OFFICIAL), (Basis.TRACED, Basis.TRACED), (Basis.MODELLED, Basis.MODELLED)],
)
def test_a_dissolve_is_as_sure_as_its_parts(
    app: Flask, session: Session, tmp_path: Path, basis: Basis, expected: Basis
) -> None:
    land(session, basis=basis)
    derived(app, "dissolve", "--lookup", lookup(tmp_path, *FOUR), "--footprint-kind", "msoa", *FIELDS)
    assert layer_of(session, "msoa:dissolved").basis is expected


def test_wards_are_dissolved_into_councils(app: Flask, session: Session, tmp_path: Path) -> None:
    land(session)
    derived(app, "best-fit", "--lookup", lookup(tmp_path, *FOUR), *WARD)
    up = csv_file(tmp_path, "up", [row("W1", "Z06000001"), row("W2", "Z06000001")])
    command = ("--footprint-kind", "local_authority", "--of", "ward", *FIELDS)
    derived(app, "dissolve", "--lookup", up, *command)
    council = shapes_in(session, "local_authority:dissolved")["Z06000001"]
    assert council.equals(shapely.union_all(list(grid().values())))
    assert layer_of(session, "local_authority:dissolved").basis is Basis.BEST_FIT
    assert layer_of(session, "local_authority:dissolved").method == "Wards joined by the list up.csv."


def test_parts_that_overlap_are_overlaid_and_named(app: Flask, session: Session, tmp_path: Path) -> None:
    layer(session, FootprintKind.SMALL_AREA, {"A": square(2.0, 54.0), "B": square(2.05, 54.0)})
    report = derived(app, "best-fit", "--lookup", lookup(tmp_path, ("A", "W1"), ("B", "W1")), *WARD)
    assert report["notes"] == ["1 area has parts that do not share their borders; they were overlaid: W1."]
    assert shapes_in(session, KEY)["W1"].area == pytest.approx(0.015)


def bridge(folder: Path, *pairs: tuple[str, str]) -> Sequence[object]:
    rows = [{"old": old, "new": new} for old, new in pairs]
    return ("--bridge", csv_file(folder, "bridge", rows), "--bridge-part", "old", "--bridge-code", "new")


def test_a_bridge_finds_the_codes_of_another_year(app: Flask, session: Session, tmp_path: Path) -> None:
    land(session)
    path = lookup(tmp_path, ("N1", "W1"), ("N2", "W2"), ("N3", "W2"), ("N4", "W2"), ("Z01000003", "W2"))
    across = bridge(
        tmp_path, ("Z01000000", "N1"), ("Z01000001", "N1"), ("Z01000002", "N1"), ("Z01000002", "N2"),
        ("Z01000002", "N3"),
    )  # fmt: skip
    report = derived(app, "dissolve", "--lookup", path, *WARD, *across)
    shapes = shapes_in(session, "ward:dissolved")
    assert shapes["W1"].bounds == pytest.approx((2.0, 54.0, 2.2, 54.1))
    assert shapes["W2"].bounds == pytest.approx((2.2, 54.0, 2.4, 54.1))
    assert report["notes"][0].endswith("went to the one with most of its codes there: Z01000002 (W2, W1).")
    assert layer_of(session, "ward:dissolved").basis is Basis.BEST_FIT  # a part was split
    assert "by the list bridge.csv" in layer_of(session, "ward:dissolved").method
    assert "A bridge needs --bridge-part" in refusal(app, "dissolve", "--lookup", path, *WARD, *across[:2])


def test_parts_go_where_most_of_them_lies(app: Flask, session: Session) -> None:
    layer(session, FootprintKind.SMALL_AREA, {**grid(), "FAR": square(3.0, 54.0)})
    wards = {"W1": shapely.box(2.0, 54.0, 2.16, 54.1), "W2": shapely.box(2.16, 54.0, 2.4, 54.1)}
    layer(session, FootprintKind.WARD, wards)
    report = derived(app, "overlap", "--footprint-kind", "neighbourhood", "--like", "ward")
    shapes = shapes_in(session, "neighbourhood:best-fit")
    assert shapes["W1"].bounds == pytest.approx((2.0, 54.0, 2.2, 54.1))
    assert shapes["W2"].bounds == pytest.approx((2.2, 54.0, 2.4, 54.1))
    assert report["notes"][0].endswith("went to the one with most of their ground: Z01000001 (W1, W2).")
    assert "1 small_area is in no area: FAR." in report["notes"]
    assert "would be overwritten" in refusal(app, "overlap", "--footprint-kind", "ward", "--like", "ward")
    assert "no shapes of the kind icb" in refusal(app, "overlap", "--footprint-kind", "ward", "--like", "icb")


def test_attributions_are_joined_once() -> None:
    assert once(["A  b.", "", "A b.", "C."]) == ["A b.", "C."]
    assert least_sure([Basis.OFFICIAL, Basis.MODELLED, Basis.BEST_FIT]) is Basis.MODELLED
    assert least_sure([Basis.TRACED, Basis.BEST_FIT]) is Basis.BEST_FIT
