"""``hubfinder sheets``: a file each, one of all, killed in the middle and going on, only what changed."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from click.testing import Result
from flask import Flask
from pdfua import validate
from sqlalchemy import select
from sqlalchemy.orm import make_transient

from hubfinder.cli.sheet_work import megabytes
from hubfinder.database import begin_writing
from hubfinder.directory.models import Service
from hubfinder.extensions import db
from hubfinder.places.models import School
from hubfinder.search import engines
from hubfinder.search.documents import refresh_documents
from hubfinder.settings import Settings
from hubfinder.sheets.folders import Folder, read_list, read_progress
from hubfinder.sheets.models import SheetVersion
from tests.pages.listings import HOME
from tests.support.pages import application

NEAR, FAR = 4, 3
"""Schools in the small world, and schools where nothing of it is near."""
ALL = 1 + NEAR + FAR
SOON = 60.0


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The small world with more schools."""
    with application(tmp_path_factory.mktemp("instance")) as app, app.app_context():
        begin_writing(db.session)
        lat, lon = HOME
        for number in range(NEAR + FAR):
            away = 0.0 if number < NEAR else 1.0
            db.session.add(
                School(
                    urn=f"99{number + 2:04}",
                    name=f"={number} Sea School",
                    phase="Primary",
                    status="Open, but proposed to close" if number else "Open",
                    lat=lat + 0.001 * number + away,
                    lon=lon,
                )
            )
        db.session.add(School(urn="990900", name="Shut School", status="Closed", lat=lat, lon=lon))
        db.session.commit()
        yield app


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


def made(app: Flask, out: Path, *arguments: str) -> Result:
    """The command within this process; its workers are processes of their own."""
    db.session.rollback()
    wanted = arguments if "--for" in arguments else ("--for", "all-schools", *arguments)
    wanted = wanted if "--workers" in wanted else (*wanted, "--workers", "1")
    return app.test_cli_runner().invoke(args=["sheets", *wanted, "--out", str(out)])


def lines_of(out: Path) -> list[dict[str, str]]:
    with (out / "sheets.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def seen(out: Path) -> dict[str, int]:
    """When each sheet was written."""
    return {file.name: file.stat().st_mtime_ns for file in out.glob("school-*.pdf")}


def begun(settings: Settings, out: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The command as a process, as soon as it has made some sheets, but not all."""
    # what runs in the background of a shell inherits that Ctrl-C is ignored
    begin = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    run = f"{begin}; from hubfinder.cli import main; main()"
    command = (sys.executable, "-c", run, "sheets", *arguments)
    process = subprocess.Popen(
        (*command, "--for", "all-schools", "--out", str(out)),
        env={**os.environ, "HUBFINDER_DATA_DIR": str(settings.data_dir)},
        start_new_session=True,
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + SOON
    while len(read_list(out)) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    assert process.poll() is None, "it was quicker than we looked"
    return process


def ended(process: subprocess.Popen[bytes]) -> str:
    """What it said."""
    _, said = process.communicate(timeout=SOON)
    return said.decode()


@pytest.fixture(scope="module")
def finished(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sheets of all schools in two languages."""
    out = tmp_path_factory.mktemp("finished") / "sheets"
    result = made(app, out, "--language", "en", "--language", "pl", "--workers", "2")
    assert result.exit_code == 0, result.output
    assert f"{out}: made {2 * ALL}, unchanged 0, failed 0." in result.output
    return out


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """The same, to do something with."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def test_a_file_each_and_a_list(finished: Path) -> None:
    lines = lines_of(finished)
    assert len(lines) == 2 * ALL
    assert {line["outcome"] for line in lines} == {"made"}
    st_annes = next(line for line in lines if line["scope"] == "school:990001" and line["language"] == "pl")
    assert st_annes["name"] == "St Anne's Primary School"
    assert st_annes["file"] == "school-990001-pl.pdf"
    assert int(st_annes["bytes"]) == (finished / st_annes["file"]).stat().st_size
    assert len(st_annes["version"]) == 8
    assert int(st_annes["pages"]) == 1
    assert "school:990900" not in {line["scope"] for line in lines}, "it is closed"
    assert "'=0 Sea School" in {line["name"] for line in lines}, "a spreadsheet must not reckon with it"
    assert "=0 Sea School" in {row.name for row in read_list(finished)}
    known = set(db.session.scalars(select(SheetVersion.code)))
    assert {line["version"] for line in lines} <= known, "whoever holds one can ask if it is still right"


def test_the_file_of_all_stays_tagged(finished: Path) -> None:
    path = finished / "all-sheets.pdf"
    report = validate(str(path))
    assert [finding.message for finding in report.findings] == []
    with pikepdf.open(path) as pdf:
        assert not pdf.check_pdf_syntax()
        assert len(pdf.pages) == 2 * ALL
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        (document,) = pdf.Root.StructTreeRoot.K
        assert str(document.S) == "/Document"
        assert document.P.objgen == pdf.Root.StructTreeRoot.objgen
        parts = list(document.K)
        assert [str(part.Lang)[:2] for part in parts] == ["en", "pl"] * ALL
        assert {part.P.objgen for part in parts} == {document.objgen}
        with pdf.open_outline() as outline:
            titles = [str(item.title) for item in outline.root]
        assert titles[-2:] == ["St Anne's Primary School (English)", "St Anne's Primary School (Polski)"]
        leaves = pdf.Root.StructTreeRoot.ParentTree.Kids
        numbers = [int(number) for leaf in leaves for number in list(leaf.Nums)[::2]]
        assert numbers == sorted(set(numbers))
        for page in pdf.pages:
            assert int(page.obj.StructParents) in numbers
            for link in page.obj.get("/Annots", ()):
                assert int(link.StructParent) in numbers


def test_killed_in_the_middle_it_goes_on_where_it_was(app: Flask, settings: Settings, tmp_path: Path) -> None:
    process = begun(settings, tmp_path, "--workers", "1")
    children = _children(process.pid)
    process.kill()
    ended(process)
    _gone(children)
    before = [row for row in read_list(tmp_path) if row.outcome == "made"]
    assert 2 <= len(before) < ALL
    times = seen(tmp_path)
    result = made(app, tmp_path)
    assert result.exit_code == 0, result.output
    assert f"made {ALL} ({len(before)} of them before it was broken off)" in result.output
    assert len(lines_of(tmp_path)) == ALL
    after = seen(tmp_path)
    assert {row.file: after[row.file] for row in before} == {row.file: times[row.file] for row in before}
    assert not list(tmp_path.glob(".*new")), "nothing half done is left"


def test_stopped_by_the_keyboard_it_says_so(settings: Settings, tmp_path: Path) -> None:
    process = begun(settings, tmp_path, "--workers", "1")
    os.killpg(process.pid, signal.SIGINT)
    said = ended(process)
    assert process.returncode == 130
    assert said.strip().splitlines() == ["Stopped. The same command goes on from here."]
    progress = read_progress(tmp_path)
    assert progress is not None
    assert progress.state == "stopped"


def test_only_what_changed_is_made_again(app: Flask, settings: Settings, copy: Path) -> None:
    times = seen(copy)
    holding = _files_with(copy, "sleep-clinic")
    assert 0 < len(holding) < 2 * ALL, "some sheets have it and some do not"
    db.session.rollback()
    begin_writing(db.session)
    service = db.session.scalars(select(Service).where(Service.key == "sleep-clinic")).one()
    service.summary = "Quiet nights, one small step at a time."
    refresh_documents(db.session, [service.id])
    db.session.commit()
    engines.catch_up(db.session, settings)
    result = made(app, copy, "--language", "en", "--language", "pl", "--changed")
    assert result.exit_code == 0, result.output
    after = seen(copy)
    assert {name for name in after if after[name] != times[name]} == holding
    assert f"made {len(holding)}, unchanged {2 * ALL - len(holding)}, failed 0." in result.output
    for name in holding:
        assert f": {name}\n" in result.output
    with pikepdf.open(copy / "changed-sheets.pdf") as changed:
        assert len(changed.pages) == len(holding)
    with pikepdf.open(copy / "all-sheets.pdf") as everything:
        assert len(everything.pages) == 2 * ALL


def test_what_is_not_known_fails_alone(app: Flask, tmp_path: Path) -> None:
    result = made(app, tmp_path, "--for", "school:1", "--for", "school:990001")
    assert result.exit_code == 1
    assert "made 1, unchanged 0, failed 1." in result.output
    lines = {line["scope"]: line for line in lines_of(tmp_path)}
    assert lines["school:1"]["outcome"] == "failed: “school:1” is not known here."
    assert lines["school:1"]["file"] == ""
    assert lines["school:990001"]["outcome"] == "made"
    with pikepdf.open(tmp_path / "all-sheets.pdf") as pdf:
        assert len(pdf.pages) == 1


def test_a_sheet_that_fails_now_keeps_the_file_it_had(app: Flask, copy: Path) -> None:
    school = db.session.get(School, "990003")
    assert school is not None
    before = seen(copy)
    db.session.rollback()
    begin_writing(db.session)
    db.session.delete(school)
    db.session.commit()
    try:
        result = made(app, copy, "--for", "school:990003", "--changed")
        assert result.exit_code == 1
        assert seen(copy) == before
        line = next(one for one in lines_of(copy) if one["file"] == "school-990003-en.pdf")
        assert line["outcome"].startswith("failed: ")
        assert len(lines_of(copy)) == 2 * ALL
    finally:
        db.session.rollback()
        begin_writing(db.session)
        make_transient(school)
        db.session.add(school)
        db.session.commit()


def test_areas_hubs_and_surgeries_and_only_those_within_an_area(app: Flask, tmp_path: Path) -> None:
    asked = ("--for", "all-hubs", "--for", "all-surgeries", "--for", "all-ward", "--no-combined")
    result = made(app, tmp_path, *asked, "--within", "ward:Z05000001")
    assert result.exit_code == 0, result.output
    assert {line["scope"] for line in lines_of(tmp_path)} == {
        "hub:quayside-family-hub",
        "surgery:Z81001",
        "footprint:ward:Z05000001",
    }
    assert not (tmp_path / "all-sheets.pdf").exists()
    by_network = made(
        app, tmp_path / "2", "--for", "all-surgeries", "--within", "primary_care_network:ZPCN01"
    )
    assert "made 1" in by_network.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--for", "all-dragons"), "“all-dragons” is not all-schools, all-surgeries, all-hubs or all-KIND"),
        (("--for", "school"), "“school” has no code that a school can have"),
        (("--within", "ward:Z9"), "There is no area ward:Z9 here"),
        (("--within", "dragon"), "give a kind and a code"),
        (("--within", "primary_care_network:ZPCN02"), "Nobody has drawn the area"),
        (("--for", "all-icb"), "There is nobody to make sheets for."),
        (("--topic", "dragons"), "is none of the needs"),
        (("--workers", "0"), "0 is not in the range"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_made(
    app: Flask, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    result = made(app, tmp_path / "new", *arguments)
    assert result.exit_code != 0
    assert says in result.output
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_one_is_refused(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    assert "is a file" in made(app, tmp_path / "file").output
    result = made(app, tmp_path / "file" / "deeper")
    assert isinstance(result.exception, OSError)


def test_two_commands_cannot_share_a_folder(app: Flask, tmp_path: Path) -> None:
    with Folder(tmp_path).held():
        result = made(app, tmp_path)
    assert result.exit_code != 0
    assert "another command is making sheets in" in str(result.exception)


def test_a_line_that_was_cut_off_is_left_out(copy: Path) -> None:
    path = copy / "sheets.csv"
    path.write_text(path.read_text("utf-8")[:-40], "utf-8")
    assert len(read_list(copy)) == 2 * ALL - 1
    with Folder(copy).held():
        assert len(lines_of(copy)) == 2 * ALL - 1, "what is added stands on a line of its own"


def test_a_process_knows_how_much_memory_it_has_taken() -> None:
    assert 20 < megabytes() < 4_000


def _files_with(out: Path, key: str) -> set[str]:
    """The files of the sheets that hold a service."""
    contents = dict(db.session.execute(select(SheetVersion.code, SheetVersion.content)).tuples().all())
    return {
        line["file"]
        for line in lines_of(out)
        if key in {one["key"] for one in contents[line["version"]]["lines"].values()}
    }


def _gone(processes: list[int]) -> None:
    """Wait until they have ended."""
    assert processes
    end = time.monotonic() + SOON
    while any(Path(f"/proc/{one}").exists() for one in processes):
        assert time.monotonic() < end, "a process was left behind"
        time.sleep(0.05)


def _children(process: int) -> list[int]:
    """The processes that one started."""
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=True)
    return [int(line) for line in found.stdout.split()]
