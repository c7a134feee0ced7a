"""``hubfinder sheet``: every form of one sheet, and every refusal in a sentence."""

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pikepdf
import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner
from icalendar import Calendar
from sqlalchemy import select

from hubfinder.extensions import db
from hubfinder.sheets.models import SheetVersion
from tests.support.pages import application

SCHOOL = "school:990001"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The small world of the page tests."""
    with application(tmp_path_factory.mktemp("instance")) as app, app.app_context():
        yield app


@pytest.fixture
def runner(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskCliRunner:
    monkeypatch.chdir(tmp_path)
    return app.test_cli_runner()


def made(runner: FlaskCliRunner, *arguments: str) -> Result:
    result = runner.invoke(args=["sheet", *arguments])
    assert result.exit_code == 0, result.output
    return result


def test_without_more_it_is_a_pdf_named_by_its_title(runner: FlaskCliRunner, tmp_path: Path) -> None:
    result = made(runner, "--for", SCHOOL)
    (file,) = tmp_path.iterdir()
    assert file.name == "help-for-families-at-st-annes-primary-school.pdf"
    assert f"{file.name}: Help for families at St Anne's Primary School\n" in result.output
    with pikepdf.open(file) as pdf:
        assert len(pdf.pages) == 1
    assert "did not fit: " in result.output


def test_what_was_made_is_noted_so_that_anybody_can_ask_if_it_is_still_right(
    runner: FlaskCliRunner,
) -> None:
    result = made(runner, "--for", SCHOOL, "--language", "pl", "--paper", "a3")
    code = result.output.partition("Version ")[2][:8]
    orders = db.session.scalars(select(SheetVersion.order).where(SheetVersion.code == code))
    assert list(orders) == ["for=school:990001&paper=a3&in=pl"]


def test_the_form_is_as_the_file_is_named(runner: FlaskCliRunner, tmp_path: Path) -> None:
    for name in ("sheet.txt", "sheet.docx", "sheet.ics", "sheet.pdf"):
        made(runner, "--for", SCHOOL, "--out", name)
    assert "Quayside Family Hub" in (tmp_path / "sheet.txt").read_text("utf-8")
    assert "Quayside Family Hub" in [
        one.text for one in docx.Document(str(tmp_path / "sheet.docx")).paragraphs
    ]
    assert not Calendar.from_ical((tmp_path / "sheet.ics").read_bytes()).errors
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")


def test_it_can_go_to_standard_output_and_nothing_else_does(runner: FlaskCliRunner, tmp_path: Path) -> None:
    result = made(runner, "--for", SCHOOL, "--out", "-")
    with pikepdf.open(io.BytesIO(result.stdout_bytes)) as pdf:
        assert len(pdf.pages) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ("--for", "surgery:z81001"),
        ("--for", "hub:quayside-family-hub", "--language", "ro"),
        ("--for", "footprint:ward:Z05000001", "--topic", "money", "--topic", "health", "--age", "2"),
        ("--for", SCHOOL, "--access", "targeted", "--spoken", "pl", "--readers", "staff"),
        ("--for", SCHOOL, "--age", "pregnant", "--pages", "2", "--large-print"),
        ("--for", SCHOOL, "--easy-read", "--paper", "a3"),
    ],
)
def test_every_choice_can_be_made(runner: FlaskCliRunner, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    made(runner, *arguments, "--out", "sheet.pdf")
    assert [file.name for file in tmp_path.iterdir()] == ["sheet.pdf"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--for", "school:1"), "“school:1” is not known here."),
        (("--for", "surgery:Z99999"), "“surgery:Z99999” is not known here."),
        (("--for", "hub:nowhere"), "“hub:nowhere” is not known here."),
        (("--for", "footprint:ward:Z9"), "“footprint:ward:Z9” is not known here."),
        (("--for", "dragon:1"), "is not school:URN"),
        (("--for", "list"), "a list is made on its page"),
        (("--for", SCHOOL, "--topic", "dragons"), "“dragons” is none of the needs: "),
        (("--for", SCHOOL, "--age", "26"), "give years from 0 to 25, or pregnant"),
        (("--for", SCHOOL, "--spoken", "Polish"), "is no code of a language"),
        (("--for", SCHOOL, "--language", "xx"), "is not one of"),
        (("--for", SCHOOL, "--out", "nowhere/sheet.pdf"), "No such file or directory"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(
    runner: FlaskCliRunner, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    result = runner.invoke(args=["sheet", *arguments])
    assert result.exit_code != 0
    assert says in (result.output or str(result.exception))
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())
