"""Importing postcodes: the ONS files, plain points, odd postcodes, and nothing half-loaded."""

import gzip
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.ingest.postcodes import POSTCODES
from hubfinder.ingest.running import How, import_files
from hubfinder.places.models import Postcode
from tests.support.files import load, refusals

ONS = "pcd,pcds,doterm,lat,long,ctry\n"
PLAIN = "postcode,lat,lon\n"
Values = tuple[str, float | None, float | None, str | None, str | None]


def written(folder: Path, text: str, name: str = "postcodes.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def stored(session: Session) -> list[Values]:
    session.expire_all()
    rows = session.scalars(select(Postcode).order_by(Postcode.code))
    return [(row.code, row.lat, row.lon, row.terminated, row.country) for row in rows]


def test_the_ons_file_says_where_and_until_when_and_in_which_nation(session: Session, tmp_path: Path) -> None:
    lines = [
        "ZA1  1AA,ZA1 1AA,,54.75,2.1,E92000001",
        "ZA1  1AB,ZA1 1AB,199806,54.76,2.2,E92000001",
        "ZA999ZZ,ZA99 9ZZ,,99.999999,0.000000,W92000004",
        "JE2  3AA,JE2 3AA,,99.999999,0.000000,L93000001",
    ]
    report = load(session, POSTCODES, written(tmp_path, ONS + "\n".join(lines)))
    assert report.saved
    assert report.counts == {"postcodes": 4}
    assert report.notes == ["2 postcodes have no position."]
    assert stored(session) == [
        ("JE23AA", None, None, None, "L"),
        ("ZA11AA", 54.75, 2.1, None, "E"),
        ("ZA11AB", 54.76, 2.2, "199806", "E"),
        ("ZA999ZZ", None, None, None, "W"),
    ]


def test_the_newer_column_names_of_the_ons_are_known(session: Session, tmp_path: Path) -> None:
    text = "pcd7,pcd8,doterm,lat,long,ctry25cd\nZA1 1AA,ZA1  1AA,,54.75,2.1,E92000001\n"
    assert load(session, POSTCODES, written(tmp_path, text)).saved
    assert stored(session) == [("ZA11AA", 54.75, 2.1, None, "E")]


def test_a_plain_file_of_points_does_not_undo_what_the_ons_said(session: Session, tmp_path: Path) -> None:
    load(session, POSTCODES, written(tmp_path, ONS + "ZA1  1AB,ZA1 1AB,199806,54.76,2.2,E92000001\n"))
    load(session, POSTCODES, written(tmp_path, PLAIN + "za11ab,54.8,2.3\nZA1 1AD,,0.0\nZA1 1AE,,\n"))
    assert stored(session) == [
        ("ZA11AB", 54.8, 2.3, "199806", "E"),
        ("ZA11AD", None, None, None, None),
        ("ZA11AE", None, None, None, None),
    ]


def test_odd_postcodes_of_the_official_file_come_in(session: Session, tmp_path: Path) -> None:
    text = PLAIN + "GIR 0AA,,0.0\nNPT 0VA,51.6,-3.0\nEC1A 1BB,51.5,-0.1\nW1A 0AX,51.5,-0.1\n"
    assert load(session, POSTCODES, written(tmp_path, text)).saved
    assert [row[0] for row in stored(session)] == ["EC1A1BB", "GIR0AA", "NPT0VA", "W1A0AX"]


def test_bad_rows_are_named_and_nothing_is_loaded(session: Session, tmp_path: Path) -> None:
    lines = [
        "ZA1 1AA,ZA1 1AA,,54.75,2.1,E92000001",
        "x,nonsense,,54.75,2.1,E92000001",
        "x,ZA1 1AB,,north,2.1,E92000001",
        "x,ZA1 1AD,,54.75,,E92000001",
        "x,ZA1 1AE,,54.75,200,E92000001",
        "x,ZA1 1AF,1998,54.75,2.1,E92000001",
        "x,ZA1 1AG,,54.75,2.1,X92000001",
        "x,ZA1 1AA,,54.75,2.1,E92000001",
        "x,,,54.75,2.1,E92000001",
        "x,ZA1 1AH,,nan,2.1,E92000001",
    ]
    report = load(session, POSTCODES, written(tmp_path, ONS + "\n".join(lines)))
    found = refusals(report)
    assert found == [
        (3, "pcds", "'nonsense' is not a postcode"),
        (4, "lat", "'north' is not a number"),
        (5, "lon", "is empty, but the other coordinate is there"),
        (6, "lat", "54.75, 200 is not a latitude and longitude in degrees"),
        (7, "doterm", "'1998' is not a year and month such as 202503"),
        (8, "ctry", "'X92000001' is not a country's code"),
        (10, "pcds", "is empty"),
        (11, "lat", "'nan' is not a number"),
        (9, "postcode", "ZA1 1AA stands in the file twice, first in row 2"),
    ]
    assert report.rows == len(lines)
    assert stored(session) == []


def test_positions_elsewhere_and_numbers_that_only_python_reads_are_refused(
    session: Session, tmp_path: Path
) -> None:
    lines = [
        "ZA1 1AA,2.1,54.75",
        "ZA1 1AB,-2.1,54.75",
        "ZA1 1AD,40.7,-74",
        "ZA1 1AE,5_4.75,2.1",
        "ZA1 1AF,\u0665\u0664.75,2.1",
        "ZA1 1AG,54.75,inf",
        "ZA1 1AH,49.2,-2.1",
        "ZA1 1AJ,60.8,-9e-1",
    ]
    assert refusals(load(session, POSTCODES, written(tmp_path, PLAIN + "\n".join(lines)))) == [
        (2, "lat", "2.1, 54.75 has latitude and longitude the wrong way round"),
        (3, "lat", "-2.1, 54.75 has latitude and longitude the wrong way round"),
        (4, "lat", "40.7, -74 is nowhere near the British Isles"),
        (5, "lat", "'5_4.75' is not a number"),
        (6, "lat", "'\u0665\u0664.75' is not a number"),
        (7, "lon", "'inf' is not a number"),
    ]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("postcode,lat,long,lat", "lat"),
        ("pcds,PCDS,lat,lon", "pcds"),
        ("pcds,lat,lon,doterm,doterm", "doterm"),
    ],
)
def test_a_column_that_stands_twice_refuses_the_file(
    session: Session, tmp_path: Path, heading: str, column: str
) -> None:
    report = load(session, POSTCODES, written(tmp_path, heading + "\n"))
    assert report.refusal == f"The column {column} stands twice in the heading."


def test_good_rows_are_loaded_if_one_asks_for_it(session: Session, tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN + "ZA1 1AA,54.75,2.1\nnonsense,1,2\n")
    session.commit()
    [report] = import_files(session, POSTCODES, [path], POSTCODES.options(), How(skip_bad_rows=True))
    assert report.saved
    assert report.refused == 1
    assert [row[0] for row in stored(session)] == ["ZA11AA"]


def test_one_bad_file_stops_all_files_of_the_command(session: Session, tmp_path: Path) -> None:
    good = written(tmp_path, PLAIN + "ZA1 1AA,54.75,2.1\n")
    bad = written(tmp_path, "a,b\n1,2\n", "bad.csv")
    session.commit()
    first, second = import_files(session, POSTCODES, [good, bad], POSTCODES.options())
    assert (first.saved, second.saved) == (False, False)
    assert "It has no column pcds or postcode" in second.refusal
    assert stored(session) == []


def test_the_same_file_again_gives_the_same(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "postcodes.csv.gz"
    path.write_bytes(gzip.compress((PLAIN + "ZA1 1AA,54.75,2.1\nZA1 1AB,54.76,2.2\n").encode()))
    load(session, POSTCODES, path)
    once = stored(session)
    load(session, POSTCODES, path)
    assert stored(session) == once
    load(session, POSTCODES, path, replace=True)
    assert stored(session) == once


def test_replace_forgets_what_is_not_in_the_file(session: Session, tmp_path: Path) -> None:
    load(session, POSTCODES, written(tmp_path, PLAIN + "ZA1 1AA,54.75,2.1\nZA1 1AB,54.76,2.2\n"))
    load(session, POSTCODES, written(tmp_path, PLAIN + "ZA1 1AB,54.77,2.2\n"))
    assert [row[:2] for row in stored(session)] == [("ZA11AA", 54.75), ("ZA11AB", 54.77)]
    load(session, POSTCODES, written(tmp_path, PLAIN + "ZA1 1AB,54.78,2.2\n"), replace=True)
    assert [row[:2] for row in stored(session)] == [("ZA11AB", 54.78)]


def test_a_replacement_that_is_refused_leaves_everything(session: Session, tmp_path: Path) -> None:
    load(session, POSTCODES, written(tmp_path, PLAIN + "ZA1 1AA,54.75,2.1\n"))
    assert not load(session, POSTCODES, written(tmp_path, PLAIN + "nonsense,1,2\n"), replace=True).saved
    assert [row[0] for row in stored(session)] == ["ZA11AA"]


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("rows", ["", "\n\n"])
def test_a_file_with_nothing_in_it_but_a_heading_is_refused(
    session: Session, tmp_path: Path, rows: str, replace: bool
) -> None:
    load(session, POSTCODES, written(tmp_path, PLAIN + "ZA1 1AA,54.75,2.1\n"))
    report = load(session, POSTCODES, written(tmp_path, PLAIN + rows), replace=replace)
    assert report.refusal == "It has no rows, so nothing was taken from it."
    assert [row[0] for row in stored(session)] == ["ZA11AA"]


def test_rows_that_are_all_bad_replace_nothing(session: Session, tmp_path: Path) -> None:
    load(session, POSTCODES, written(tmp_path, PLAIN + "ZA1 1AA,54.75,2.1\n"))
    path = written(tmp_path, PLAIN + "nonsense,1,2\n")
    session.commit()
    options = POSTCODES.options(replace=True)
    [report] = import_files(session, POSTCODES, [path], options, How(skip_bad_rows=True))
    assert "cannot replace" in report.refusal
    assert report.refused == 1
    assert [row[0] for row in stored(session)] == ["ZA11AA"]


def test_replacing_by_several_files_keeps_what_all_of_them_hold(session: Session, tmp_path: Path) -> None:
    load(session, POSTCODES, written(tmp_path, PLAIN + "ZA1 1AA,54.75,2.1\n"))
    files = [
        written(tmp_path, f"{PLAIN}ZA1 1A{letter},54.75,2.1\n", f"{letter}.csv") for letter in ("B", "D", "E")
    ]
    session.commit()
    reports = import_files(session, POSTCODES, files, POSTCODES.options(replace=True))
    assert all(report.saved for report in reports)
    assert [row[0] for row in stored(session)] == ["ZA11AB", "ZA11AD", "ZA11AE"]
