"""`hubfinder derive schools`: nearest-school areas beside the catchments that councils decided."""

from pathlib import Path

import pytest
import shapely
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.ingest.schools import SCHOOLS
from hubfinder.places.deriving.registers import kinds_of
from hubfinder.places.models import Layer, School
from hubfinder.vocab import Basis, FootprintKind
from tests.support.deriving import derived, land, layer, layer_of, run, school, shapes_in
from tests.support.files import csv_file, load
from tests.support.shapes import square

PRIMARY = FootprintKind.SCHOOL_CATCHMENT_PRIMARY
KEY = "school_catchment_primary:nearest-school"
SHORT = {
    "p": PRIMARY,
    "i": "school_catchment_infant",
    "j": "school_catchment_junior",
    "s": "school_catchment_secondary",
}


@pytest.mark.parametrize(
    ("phase", "name", "kinds"),
    [
        ("Primary", "St Anne's Primary School", "p"),
        ("PRIMARY", "Saltings Infant School", "i"),
        ("Primary", "Saltings Infants' School", "i"),
        ("Primary", "Saltings Junior Academy", "j"),
        ("Primary", "Saltings Junior and Infant School", "p"),
        ("Primary", "Saltings J & I School", "p"),
        ("Primary", "Infant Jesus Primary School", "p"),
        ("Infant", "Saltings School", "i"),
        ("Junior", "Saltings School", "j"),
        ("Secondary", "Harbour Academy", "s"),
        ("Middle deemed secondary", "Harbour Middle School", "s"),
        ("Middle deemed primary", "Harbour Middle School", ""),
        ("All-through", "Harbour School", "ps"),
        ("Primary, Secondary, Post16", "Harbour School", "ps"),
        ("Secondary, Post16", "Harbour School", "s"),
        ("16 plus", "Harbour College", ""),
        ("Nursery", "Harbour Nursery", ""),
        ("Not applicable", "Harbour Special School", ""),
        ("Secondary (special school)", "Harbour School", ""),
        ("", "Harbour School", ""),
    ],
)
def test_phase_and_name_say_which_catchments_a_school_can_have(phase: str, name: str, kinds: str) -> None:
    assert {str(kind) for kind in kinds_of(phase, name)} == {str(SHORT[letter]) for letter in kinds}


def test_rows_of_one_school_are_joined_and_schools_apart_say_so(session: Session, tmp_path: Path) -> None:
    row = {"urn": "990001", "name": "Harbour School", "postcode": "", "school_type": "Academy"}
    rows = [
        {**row, "phase": "Primary"},
        {**row, "phase": "Secondary"},
        {**row, "urn": "990002", "phase": "Primary", "school_type": "Special school"},
        {**row, "phase": "Post16"},
        {**row, "urn": "990002", "phase": "Secondary", "school_type": "Special school"},
    ]
    assert load(session, SCHOOLS, csv_file(tmp_path, "schools", rows)).counts == {"schools": 2}
    phases = session.execute(select(School.urn, School.phase).order_by(School.urn)).all()
    assert [tuple(one) for one in phases] == [
        ("990001", "Primary, Secondary, Post16"),
        ("990002", "Primary, Secondary (special school)"),
    ]


def test_each_school_gets_the_ground_nearest_to_it(app: Flask, session: Session) -> None:
    land(session)
    school(session, 990001, (54.05, 2.05))
    school(session, 990002, (54.05, 2.35))
    school(session, 990003, (54.05, 2.2), phase="Secondary")
    school(session, 990004, (54.05, 2.2), status="Closed")
    school(session, 990005, None)
    report = derived(app, "schools", "--phase", "primary")
    assert report["counts"] == {"footprints": 2, "primary schools": 2}
    assert report["notes"] == ["primary: 1 school has no position."]
    shapes = shapes_in(session, KEY)
    assert shapes["990001"].bounds == pytest.approx((2.0, 54.0, 2.2, 54.1), abs=1e-5)
    assert shapes["990002"].bounds == pytest.approx((2.2, 54.0, 2.4, 54.1), abs=1e-5)
    said = layer_of(session, KEY)
    assert said.basis is Basis.MODELLED
    assert said.method.startswith("Nearest school, not an admissions area")
    assert "2 schools" in said.method
    assert "Nothing has changed" in str(derived(app, "schools", "--phase", "primary")["notes"])


def test_all_phases_come_in_one_go_and_an_all_through_school_is_in_two(app: Flask, session: Session) -> None:
    land(session)
    school(session, 990001, (54.05, 2.05), phase="All-through")
    school(session, 990002, (54.05, 2.15), name="Saltings Infant School")
    school(session, 990003, (54.05, 2.35), phase="Primary")
    report = derived(app, "schools", "--phase", "all")
    assert "junior: no schools without a catchment of their own." in report["notes"]
    assert shapes_in(session, KEY).keys() == {"990001", "990003"}
    assert shapes_in(session, "school_catchment_secondary:nearest-school").keys() == {"990001"}
    infant = shapes_in(session, "school_catchment_infant:nearest-school")["990002"]
    assert infant.bounds == pytest.approx((2.1, 54.0, 2.25, 54.1), abs=1e-5)  # primaries take infants too


def test_schools_at_the_same_point_share_their_ground(app: Flask, session: Session) -> None:
    land(session)
    for urn in (990001, 990002):
        school(session, urn, (54.05, 2.05))
    derived(app, "schools", "--phase", "primary")
    shapes = shapes_in(session, KEY)
    assert shapely.equals(shapes["990001"], shapes["990002"])


def traced(session: Session) -> None:
    """Two schools, one of which has a real catchment in the middle of the land."""
    land(session)
    school(session, 990001, (54.05, 2.05))
    school(session, 990002, (54.05, 2.35))
    layer(session, PRIMARY, {"990001": square(2.15, 54.0)}, key="traced", basis=Basis.TRACED)


def test_a_real_catchment_stays_and_its_school_gets_no_other_area(app: Flask, session: Session) -> None:
    traced(session)
    report = derived(app, "schools", "--phase", "primary")
    assert any(note.startswith("primary: 1 school has a real catchment") for note in report["notes"])
    assert shapes_in(session, "traced")["990001"].equals(square(2.15, 54.0))
    assert shapes_in(session, KEY).keys() == {"990002"}
    assert shapes_in(session, KEY)["990002"].bounds[0] == pytest.approx(2.2, abs=1e-5)


def test_the_ground_of_real_catchments_can_be_left_to_them(app: Flask, session: Session) -> None:
    traced(session)
    derived(app, "schools", "--phase", "primary", "--catchments", "cut")
    assert shapes_in(session, KEY)["990002"].bounds[0] == pytest.approx(2.25, abs=1e-5)
    assert "Ground of catchments that are known is left out too." in layer_of(session, KEY).method


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("--phase", "primary", "--catchments", "refuse"), "1 school has a real catchment: 990001."),
        (("--phase", "junior"), "No open school with a position and without a catchment of its own"),
        (("--phase", "all", "--layer", "mine"), "Give --layer and --footprint-kind for one phase at a time."),
    ],
)
def test_what_cannot_be_done_is_said(
    app: Flask, session: Session, given: tuple[str, ...], sentence: str
) -> None:
    traced(session)
    result = run(app, "derive", "schools", *given)
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Nothing was derived." in result.output
    keys = session.scalars(select(Layer.key).where(Layer.kind == PRIMARY)).all()
    assert keys == ["traced"]


def test_they_can_be_another_kind_of_area(app: Flask, session: Session) -> None:
    traced(session)
    derived(app, "schools", "--phase", "primary", "--footprint-kind", "neighbourhood", "--layer", "near")
    assert shapes_in(session, "near").keys() == {"990001", "990002"}
