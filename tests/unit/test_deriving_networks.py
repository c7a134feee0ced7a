"""`hubfinder derive networks`: by patients, by the nearest practice, and both side by side."""

from datetime import date
from pathlib import Path

import pytest
import shapely
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.ingest import running
from hubfinder.ingest.network_patients import NETWORK_PATIENTS
from hubfinder.places.models import Footprint, FootprintShare, Layer, Postcode
from hubfinder.vocab import Basis, FootprintKind
from tests.support import factories as made
from tests.support.deriving import (
    ORDNANCE,
    codes_of,
    derived,
    land,
    layer,
    layer_of,
    practice,
    run,
    shapes_in,
    undrawn_in,
)
from tests.support.files import csv_file, load
from tests.support.shapes import square

NEAREST = "primary_care_network:nearest-practice"
PATIENTS = "primary_care_network:patients"
NETWORK = FootprintKind.PRIMARY_CARE_NETWORK
BY_PRACTICE = ("networks", "--by", "nearest-practice")


def practices(session: Session) -> None:
    """Two of network P in the west, one of Q in the east; one without a network, one without a place."""
    practice(session, "Z81001", "P", (54.05, 2.02))
    practice(session, "Z81002", "P", (54.05, 2.12))
    practice(session, "Z81003", "Q", (54.05, 2.32))
    practice(session, "Z81004", None, (54.05, 2.2))
    practice(session, "Z81005", "Q", None)


def counted(session: Session, folder: Path, *rows: tuple[str, str, int]) -> None:
    cells = [
        {"lsoa21_code": area, "pcn_code": network, "pcn_name": f"Network {network}", "patients": str(number)}
        for area, network, number in rows
    ]
    assert load(session, NETWORK_PATIENTS, csv_file(folder, "patients", cells), source="Counted").saved


def test_networks_get_the_ground_nearest_to_their_practices(app: Flask, session: Session) -> None:
    land(session, source="The survey", as_of=date(2021, 3, 21), licence="OGL", attribution=ORDNANCE)
    practices(session)
    report = derived(app, *BY_PRACTICE, "--source", "The NHS", "--attribution", f"From the NHS. {ORDNANCE}")
    assert report["saved"]
    assert report["counts"] == {"practices": 3, "footprints": 2}
    assert "1 practice of a network has no position." in report["notes"]
    assert "1 practice is in no network." in report["notes"]
    shapes = shapes_in(session, NEAREST)
    assert shapes["P"].bounds == pytest.approx((2.0, 54.0, 2.22, 54.1), abs=1e-5)
    assert shapes["Q"].bounds == pytest.approx((2.22, 54.0, 2.4, 54.1), abs=1e-5)
    assert shapely.coverage_is_valid([shapes["P"], shapes["Q"]])
    said = layer_of(session, NEAREST)
    assert (said.basis, said.source, said.as_of) == (
        Basis.MODELLED,
        "The NHS; The survey",
        date(2021, 3, 21),
    )
    assert (said.licence, said.attribution) == ("OGL", f"From the NHS. {ORDNANCE}")
    assert "3 practices of 2 networks" in said.method
    assert "1 practice without a position and 1 in no network were left out" in said.method


def test_a_second_time_nothing_changes(app: Flask, session: Session) -> None:
    land(session)
    practices(session)
    derived(app, *BY_PRACTICE)
    before = {code: shape.wkb for code, shape in shapes_in(session, NEAREST).items()}
    assert "Nothing has changed since this layer was last imported." in derived(app, *BY_PRACTICE)["notes"]
    assert layer_of(session, NEAREST).version == 1
    assert {code: shape.wkb for code, shape in shapes_in(session, NEAREST).items()} == before


def test_a_practice_stands_at_its_postcode_for_want_of_a_position(app: Flask, session: Session) -> None:
    land(session)
    session.add_all(
        [Postcode(code="ZA14QT", lat=54.05, lon=2.3), Postcode(code="ZA11AA", lat=54.05, lon=2.05)]
    )
    practice(session, "Z81001", "P", (54.05, 2.05))
    practice(session, "Z81002", "Q", None)
    session.execute(select(Postcode))
    session.connection().exec_driver_sql("UPDATE practice SET postcode = 'ZA1 4QT' WHERE code = 'Z81002'")
    session.commit()
    derived(app, *BY_PRACTICE)
    assert shapes_in(session, NEAREST)["Q"].bounds[0] == pytest.approx(2.175, abs=1e-5)
    assert "1 of them at the point of their postcode" in layer_of(session, NEAREST).method
    assert codes_of(session, NETWORK) == {"ZA14QT": {"Q"}, "ZA11AA": {"P"}}


def test_the_register_and_the_map_of_networks_are_imported_on_the_way(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    land(session)
    register = [{"practice_code": "Z81001", "name": "Quayside Surgery", "lat": "54.05", "lon": "2.1"}]
    members = [{"practice_code": "Z81001", "pcn_code": "P", "pcn_name": "Quayside"}]
    files = (csv_file(tmp_path, "epraccur", register), csv_file(tmp_path, "map", members))
    command = (*BY_PRACTICE, "--practices", files[0], "--networks", files[1])
    result = run(app, "derive", *command)
    assert result.exit_code == 0, result.output
    assert "networks by nearest practice: 1 practices, 1 footprints." in result.output
    assert shapes_in(session, NEAREST)["P"].area == pytest.approx(0.04)
    bad = csv_file(tmp_path, "bad", [{**members[0], "pcn_code": "../P"}])
    refused = run(app, "derive", *BY_PRACTICE, "--practices", files[0], "--networks", bad)
    assert refused.exit_code == 1
    assert "bad.csv, row 2, pcn_code: '../P' is not a code" in refused.output
    assert "Nothing was derived." in refused.output


def test_shares_of_patients_stay_in_force_and_the_rest_is_filled(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    land(session)
    practices(session)
    session.add_all(
        Postcode(code=f"ZA1{number}AA", lat=54.05, lon=2.05 + number * 0.1) for number in range(4)
    )
    session.commit()
    counted(session, tmp_path, ("Z01000000", "P", 60), ("Z01000000", "R", 40))
    report = derived(app, *BY_PRACTICE)
    assert "1 small area has patients' shares, which stay in force." in report["notes"]
    assert any("--extend" in note for note in report["notes"])
    patients, nearest = shapes_in(session, PATIENTS), shapes_in(session, NEAREST)
    assert patients["P"].bounds == pytest.approx((2.0, 54.0, 2.1, 54.1))
    assert nearest.keys() == {"Q"}
    assert codes_of(session, NETWORK) == {"ZA10AA": {"P", "R"}, "ZA12AA": {"Q"}, "ZA13AA": {"Q"}}

    extended = derived(app, *BY_PRACTICE, "--extend")
    assert "1 network known from patients: drawn on over such ground." in extended["notes"]
    assert shapes_in(session, PATIENTS)["P"].bounds == pytest.approx((2.0, 54.0, 2.22, 54.1), abs=1e-5)
    assert codes_of(session, NETWORK)["ZA11AA"] == {"P"}
    assert codes_of(session, NETWORK)["ZA10AA"] == {"P", "R"}
    assert session.scalar(select(func.count()).select_from(FootprintShare)) == 2
    assert "no patients are known" in layer_of(session, PATIENTS).method
    assert layer_of(session, PATIENTS).source == "Counted"


def test_replacing_forgets_the_patients(app: Flask, session: Session, tmp_path: Path) -> None:
    land(session)
    practices(session)
    counted(session, tmp_path, *((f"Z0100000{number}", "P", 10) for number in range(4)))
    refused = run(app, "derive", *BY_PRACTICE)
    assert refused.exit_code == 1
    assert "Everywhere here is known from patients" in refused.output
    report = derived(app, *BY_PRACTICE, "--replace")
    assert report["saved"]
    assert shapes_in(session, NEAREST).keys() == {"P", "Q"}
    assert session.scalar(select(func.count()).select_from(FootprintShare)) == 0
    assert shapes_in(session, PATIENTS) == {}
    assert undrawn_in(session, PATIENTS) == set()


def test_networks_that_patients_tell_of_later_leave_the_ground_and_keep_their_name(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    land(session)
    practices(session)
    derived(app, *BY_PRACTICE)
    counted(session, tmp_path, *((f"Z0100000{number}", "P", 10) for number in range(4)))
    assert derived(app, *BY_PRACTICE)["saved"]
    assert shapes_in(session, NEAREST) == {}
    assert undrawn_in(session, NEAREST) == {"Q"}


def test_patients_are_drawn_again_over_new_small_areas(app: Flask, session: Session, tmp_path: Path) -> None:
    assert "No patients of networks" in run(app, "derive", "networks").output
    land(session, across=2)
    counted(session, tmp_path, ("Z01000000", "P", 60), ("Z01000000", "R", 40), ("Z01000001", "P", 5))
    land(session, across=1)
    report = derived(app, "networks")
    assert "1 small area has patients but no shape here." in report["notes"]
    assert shapes_in(session, PATIENTS)["P"].bounds == pytest.approx((2.0, 54.0, 2.1, 54.1))
    land(session, across=2)
    derived(app, "networks")
    assert shapes_in(session, PATIENTS)["P"].bounds == pytest.approx((2.0, 54.0, 2.2, 54.1))
    shares = session.execute(select(FootprintShare.small_area_code, FootprintShare.share)).all()
    assert sorted((code, round(share, 3)) for code, share in shares) == [
        ("Z01000000", 0.4),
        ("Z01000000", 0.6),
        ("Z01000001", 1.0),
    ]
    assert layer_of(session, PATIENTS).source == "Counted"
    session.rollback()
    assert "Nothing has changed" in str(derived(app, "networks")["notes"])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ((), "No practice here has both a network and a position."),
        (("--within", "ward"), "There is no land here to cut areas to."),
        (("--only", "Z01000000;Z09999999"), "There is no small_area with a shape and the code Z09999999."),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(
    app: Flask, session: Session, given: tuple[str, ...], sentence: str
) -> None:
    land(session)
    if given:
        practices(session)
    result = run(app, "derive", *BY_PRACTICE, *given)
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output
    assert session.scalar(select(Layer).where(Layer.key == NEAREST)) is None


def test_only_one_council_can_be_drawn(app: Flask, session: Session) -> None:
    land(session)
    layer(session, FootprintKind.LOCAL_AUTHORITY, {"Z06000001": square(2.0, 54.0, 0.05)})
    practices(session)
    derived(app, *BY_PRACTICE, "--within", "local_authority", "--only", "Z06000001")
    assert shapes_in(session, NEAREST)["P"].area == pytest.approx(0.0025)
    assert "cut to the land of 1 council area" in layer_of(session, NEAREST).method


def test_drawn_networks_are_not_overwritten_unasked(app: Flask, session: Session) -> None:
    land(session)
    practices(session)
    layer(session, NETWORK, {"P": square(2.0, 54.0)})
    result = run(app, "derive", *BY_PRACTICE)
    assert result.exit_code == 1
    assert "1 official or traced area of this kind would be overwritten (P)" in result.output
    assert derived(app, *BY_PRACTICE, "--replace")["saved"]


def test_services_for_a_network_keep_it(app: Flask, session: Session) -> None:
    land(session)
    practices(session)
    derived(app, *BY_PRACTICE)
    area = session.scalar(select(Footprint).where(Footprint.code == "Q"))
    assert area is not None
    made.service(session, areas=(area,))
    number = area.id
    session.commit()
    session.connection().exec_driver_sql("DELETE FROM practice WHERE network_code = 'Q'")
    session.commit()
    derived(app, *BY_PRACTICE)
    assert session.scalar(select(Footprint.id).where(Footprint.code == "Q")) == number
    assert undrawn_in(session, NEAREST) == {"Q"}


def test_stopping_in_the_middle_leaves_everything_as_it_was(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(session)
    practices(session)

    def stopped(*_given: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "rebuild_memberships", stopped)
    assert run(app, "derive", *BY_PRACTICE).exit_code == 1
    assert session.scalar(select(Layer).where(Layer.key == NEAREST)) is None


def test_options_that_do_not_belong_to_patients_are_refused(app: Flask, session: Session) -> None:
    assert session is not None
    result = run(app, "derive", "networks", "--extend")
    assert result.exit_code == 2
    assert "With --by patients" in result.output
