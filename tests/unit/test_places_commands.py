"""``hubfinder import``, ``memberships`` and ``where`` as somebody types them."""

import json
import sqlite3
import threading
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hubfinder import create_app
from hubfinder.database import begin_writing
from hubfinder.directory.models import Location
from hubfinder.ingest.seeds import load_seeds
from hubfinder.places.bodies import BodyDetails, put_bodies
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import Footprint, FootprintSet, Postcode
from hubfinder.places.values import Point
from hubfinder.settings import PROJECT, Settings
from hubfinder.vocab import FootprintKind
from tests.support import factories as made
from tests.support.shapes import geojson, square

POSTCODES = "pcds,doterm,lat,long,ctry\nZA1 4QT,,54.05,2.05,E92000001\nZA1 4QU,202101,54.06,2.06,E92000001\n"
SEA = "SRID=4326;MULTIPOLYGON(((2 54,3 54,3 55,2 55,2 54)))"
BAD = "postcode,lat,lon\n" + "".join(f"nonsense {number},54,2\n" for number in range(30))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "postcodes.csv").write_text(POSTCODES, "utf-8")
    (tmp_path / "bad.csv").write_text(BAD + "ZA1 1AA,54,2\n", "utf-8")
    geojson(tmp_path / "wards.geojson", [("W1", "Harbour", square(2, 54))])
    return tmp_path


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(one) for one in arguments])


def wards(app: Flask, files: Path, *more: str) -> Result:
    fields = ("--footprint-kind", "ward", "--code-field", "code", "--name-field", "name")
    return run(app, "import", "footprints", files / "wards.geojson", *fields, *more)


def test_an_import_says_what_it_did_and_who_is_where(app: Flask, session: Session, files: Path) -> None:
    result = run(app, "import", "postcodes", files / "postcodes.csv")
    assert (result.exit_code, result.output) == (0, "postcodes.csv: 2 rows read; 2 postcodes.\n")
    assert wards(app, files, "--basis", "traced", "--as-of", "2026-03-31").exit_code == 0
    where = json.loads(run(app, "where", "za1 4qt", "--json").output)
    assert where == {
        "postcode": "ZA1 4QT",
        "label": "ZA1 4QT",
        "point": {"lat": 54.05, "lon": 2.05},
        "terminated": None,
        "footprints": [{"kind": "ward", "code": "W1", "name": "Harbour", "basis": "traced", "share": 1.0}],
        "layers": [
            {
                "kind": "ward",
                "key": "ward:wards",
                "basis": "traced",
                "method": "",
                "source": "",
                "as_of": "2026-03-31",
                "licence": "",
                "attribution": "",
            }
        ],
        "arrangements": [],
        "nearest_hub": None,
    }
    assert session.scalar(select(func.count()).select_from(FootprintSet)) == 1


def test_where_says_who_plans_services(app: Flask, session: Session) -> None:
    load_seeds(session, PROJECT / "seeds")
    made.footprint(session, "Wend Police", FootprintKind.POLICE_AREA, code="P1", geom=SEA)
    session.add(Postcode(code="ZA14QT", lat=54.5, lon=2.5, country="E"))
    panel = "police-fire-and-crime-panels"
    put_bodies(session, [BodyDetails(panel, FootprintKind.POLICE_AREA, "P1", "Wend Panel", email="a@b.org")])
    rebuild_memberships(session)
    session.commit()
    told = json.loads(run(app, "where", "ZA1 4QT", "--json").output)["arrangements"]
    assert len(told) == 11
    [found] = [one for one in told if one["arrangement"] == panel]
    assert found["bodies"] == [
        {
            "code": "P1",
            "footprint": "Wend Police",
            "share": 1.0,
            "name": "Wend Panel",
            "website": "",
            "telephone": "",
            "email": "a@b.org",
            "source": "",
        }
    ]
    words = run(app, "where", "ZA1 4QT").output
    assert "    Police, Fire and Crime Panels: Wend Panel (Wend Police)\n" in words
    assert "    Health and Wellbeing Boards: in no local_authority that has been imported\n" in words


def test_where_in_words(app: Flask, session: Session, files: Path) -> None:
    run(app, "import", "postcodes", files / "postcodes.csv")
    wards(app, files)
    made.location(session, Point(54.06, 2.05), name="Quayside Family Hub", is_family_hub=True)
    session.commit()
    assert run(app, "where", "ZA1 4QU").output == (
        "ZA1 4QU: 54.06000, 2.06000\n"
        "  Not in use since 01/2021; this is where it was.\n"
        "  ward: Harbour (W1; official)\n"
        "  Nearest family hub: Quayside Family Hub, ZA1 2AB, 0.4 miles\n"
    )
    hub = json.loads(run(app, "where", "ZA1 4QT", "--json").output)["nearest_hub"]
    assert hub["name"] == "Quayside Family Hub"
    assert hub["distance_m"] == pytest.approx(1113, abs=2)
    assert (hub["council"], hub["across_border"]) == (None, False), "no council area was imported"


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("ZA1 4ZZ", "postcode_unknown", "ZA1 4ZZ is not among the postcodes that have been imported."),
        ("ZA1 4Q", "postcode_malformed", "ZA1 4Q is not a postcode: a full one looks like ZA1 4QT."),
        ("EH1 1AA", "postcode_elsewhere", "EH1 1AA is in Scotland: this service is about England."),
        ("Atlantis", "place_unknown", "No place called Atlantis is known here."),
        ("", "place_unknown", "Which place? Give a postcode such as ZA1 4QT, or the name of a town."),
    ],
)
def test_where_says_what_is_wrong_in_a_sentence(
    app: Flask, session: Session, text: str, code: str, sentence: str
) -> None:
    assert not session.new
    result = run(app, "where", text)
    assert (result.exit_code, result.output) == (1, sentence + "\n")
    result = run(app, "where", text, "--json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {"error": code, "message": sentence}


def test_bad_rows_stop_an_import_and_twenty_are_shown(app: Flask, session: Session, files: Path) -> None:
    result = run(app, "import", "postcodes", files / "bad.csv", files / "postcodes.csv")
    assert result.exit_code == 1
    assert "bad.csv, row 2, postcode: 'nonsense 0' is not a postcode" in result.output
    assert result.output.count("is not a postcode") == 20
    assert "30 rows were refused (the first 20 are shown)." in result.output
    assert "Nothing was loaded." in result.output
    assert session.scalar(select(func.count()).select_from(Postcode)) == 0
    session.rollback()
    result = run(app, "import", "postcodes", "--skip-bad-rows", files / "bad.csv")
    assert result.exit_code == 0
    assert session.scalars(select(Postcode.code)).all() == ["ZA11AA"]


def test_memberships_can_wait(app: Flask, session: Session, files: Path) -> None:
    run(app, "import", "postcodes", files / "postcodes.csv", "--no-memberships")
    wards(app, files, "--no-memberships")
    assert session.scalar(select(func.count()).select_from(FootprintSet)) == 0
    session.rollback()
    assert run(app, "memberships").output == "Memberships worked out: 1 different sets of footprints.\n"
    assert json.loads(run(app, "where", "ZA1 4QT", "--json").output)["footprints"][0]["name"] == "Harbour"


def test_memberships_that_fail_take_the_import_back(
    app: Flask, session: Session, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("hubfinder.ingest.running.rebuild_memberships", fail)
    assert run(app, "import", "postcodes", files / "postcodes.csv").exit_code != 0
    assert session.scalar(select(func.count()).select_from(Postcode)) == 0


def test_a_kind_or_an_option_that_is_wrong_is_answered_with_those_there_are(app: Flask, files: Path) -> None:
    assert "No such command 'pond'" in run(app, "import", "pond", "x.csv").output
    result = run(app, "import", "footprints", files / "wards.geojson", "--footprint-kind", "pond")
    assert "small_area" in result.output
    assert "--code-field" in run(app, "import", "footprints", "--help").output
    assert "2026-03-31" in wards(app, files, "--as-of", "yesterday").output
    assert "No such file" in run(app, "import", "postcodes", files / "nothing.csv").output


def test_without_tables_the_first_step_is_named(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path))
    with app.app_context():
        result = run(app, "import", "postcodes", tmp_path / "x.csv")
    assert result.exit_code == 1
    assert "Run `hubfinder init` first." in str(result.exception)


@pytest.mark.sqlite_only  # PostgreSQL lets several write at once
def test_another_writer_is_waited_for_and_then_named(
    app: Flask, session: Session, settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not session.new
    monkeypatch.setattr("hubfinder.database.engine.LONG_WAIT", 1)
    path = create_engine(settings.database).url.database
    other = sqlite3.connect(path or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    result = run(app, "import", "postcodes", files / "postcodes.csv")
    other.execute("ROLLBACK")
    other.close()
    assert result.exit_code == 1
    assert "another command has been writing for 1 seconds and more" in result.output
    assert run(app, "import", "postcodes", files / "postcodes.csv").exit_code == 0


@pytest.mark.sqlite_only  # PostgreSQL lets several write at once
def test_a_command_waits_longer_than_a_page(
    app: Flask, session: Session, settings: Settings, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not session.new
    monkeypatch.setattr("hubfinder.database.engine.USUAL_WAIT", 0)
    path = create_engine(settings.database).url.database
    other = sqlite3.connect(path or "", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.5, other.execute, ("ROLLBACK",))
    done.start()
    assert run(app, "import", "postcodes", files / "postcodes.csv").exit_code == 0
    done.join()
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        begin_writing(session)
    other.close()


@pytest.mark.sqlite_only  # the log is SQLite's
def test_an_import_leaves_no_large_log(app: Flask, session: Session, settings: Settings, files: Path) -> None:
    assert not session.new
    assert run(app, "import", "postcodes", files / "postcodes.csv").exit_code == 0
    log = Path(f"{create_engine(settings.database).url.database}-wal")
    assert log.stat().st_size == 0


def test_a_refused_file_still_names_its_rows(app: Flask, session: Session, files: Path) -> None:
    assert not session.new
    (files / "bad.csv").write_text(BAD, "utf-8")
    result = run(app, "import", "postcodes", "--replace", "--skip-bad-rows", files / "bad.csv")
    assert result.exit_code == 1
    assert "bad.csv: None of its rows could be used" in result.output
    assert "30 rows were refused (the first 20 are shown)." in result.output


def test_what_services_are_for_stays(app: Flask, session: Session, files: Path) -> None:
    wards(app, files)
    ward = session.scalars(select(Footprint).where(Footprint.kind == FootprintKind.WARD)).one()
    made.service(session, areas=(ward,))
    session.commit()
    geojson(files / "wards.geojson", [("W2", "Other", square(2, 54))])
    result = wards(app, files)
    assert result.exit_code == 1
    assert "W1 Harbour (1 service)" in result.output
    assert session.scalar(select(func.count()).select_from(Location)) == 0
