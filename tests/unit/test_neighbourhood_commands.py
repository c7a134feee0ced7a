"""``hubfinder neighbourhoods``: the example of the paper as printed, and every refusal in a sentence."""

import json
import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner

from hubfinder.extensions import db
from hubfinder.settings import PROJECT

PAPER = PROJECT / "docs" / "neighbourhoods.md"


@pytest.fixture(scope="module")
def demo(app: Flask) -> FlaskCliRunner:
    """The commands over the demonstration area."""
    runner = app.test_cli_runner()
    done = runner.invoke(args=["demo"])
    assert done.exit_code == 0, done.output
    return runner


def run(demo: FlaskCliRunner, *arguments: str) -> Result:
    db.session.rollback()
    result = demo.invoke(args=["neighbourhoods", *arguments])
    db.session.rollback()
    return result


def example(folder: Path, **changes: str) -> Path:
    """The file of the paper, with some of its lines changed."""
    found = re.search(r"```yaml\n(.*?)```", PAPER.read_text("utf-8"), re.DOTALL)
    assert found is not None
    text = found[1]
    for old, new in changes.items():
        text = re.sub(rf"^{old}:.*$", f"{old}: {new}", text, flags=re.MULTILINE)
    path = folder / "old-quay.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_paper_is_right(demo: FlaskCliRunner, tmp_path: Path) -> None:
    """Every command of the paper says what the paper says it does, in its order."""
    path = example(tmp_path)
    for command, says in re.findall(
        r"```console\n\$ hubfinder neighbourhoods (.+?)\n(.*?)```", PAPER.read_text("utf-8"), re.DOTALL
    ):
        arguments = command.replace("old-quay.yaml", str(path)).split()
        result = run(demo, *arguments)
        said = result.output.replace(str(path), "old-quay.yaml")
        for line in says.strip().splitlines():
            assert line.strip() in said, f"{command}: {said}"


def test_what_is_shown_as_a_file_can_be_published_again(demo: FlaskCliRunner, tmp_path: Path) -> None:
    path = example(tmp_path, code="round-trip")
    assert run(demo, "publish", str(path), "--yes").exit_code == 0
    again = tmp_path / "again.yaml"
    again.write_text(run(demo, "show", "round-trip", "--recipe").output, "utf-8")
    result = run(demo, "publish", str(again), "--yes")
    assert "Nothing has changed: version 1 of neighbourhood:round-trip stays in force." in result.output
    again.write_text(again.read_text("utf-8").replace("name: ", "name: New ", 1), "utf-8")
    assert (
        "Published version 2 of neighbourhood:round-trip" in run(demo, "publish", str(again), "--yes").output
    )
    assert "version 1," in run(demo, "show", "round-trip", "--version", "1").output


def test_a_preview_changes_nothing_and_speaks_to_machines_too(demo: FlaskCliRunner, tmp_path: Path) -> None:
    path = example(tmp_path, code="only-a-look")
    found = json.loads(run(demo, "preview", str(path), "--json").output)
    assert found["postcodes"] > 100
    assert {one["kind"] for one in found["overlaps"]} >= {"ward", "primary_care_network"}
    assert "quayside-family-hub" in [hub["key"] for hub in found["hubs"]]
    assert all(one["source"] for one in found["sources"])
    assert "only-a-look" not in run(demo, "list").output


def test_publishing_asks_first(demo: FlaskCliRunner, tmp_path: Path) -> None:
    path = example(tmp_path, code="not-asked-for")
    db.session.rollback()
    result = demo.invoke(args=["neighbourhoods", "publish", str(path)], input="n\n")
    assert "Publish it as version 1 of neighbourhood:not-asked-for? [y/N]" in result.output
    assert result.exit_code == 1
    assert run(demo, "show", "not-asked-for").exit_code == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("name: Old Quay", "name: ''", "name: Nothing is given here."),
        ("2026-10-03", "2096-01-01", "agreed_on: “2096-01-01” has not come yet."),
        ("ward:Z05000001", "ward:Z9", "add: There is no footprint “ward:Z9” here."),
        ("code: old-quay", "code: Old Quay", "code: “Old Quay” cannot be a code."),
        ("note:", "colour:", "colour: “colour” is not part of a recipe."),
        ("small_area:Z01000001", "local_authority:Z06000001", "without: Nothing is left of it"),
    ],
)
def test_a_fault_is_said_with_file_field_and_value(
    demo: FlaskCliRunner, tmp_path: Path, old: str, new: str, says: str
) -> None:
    path = example(tmp_path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    result = run(demo, "publish", str(path), "--yes")
    assert f"old-quay.yaml: {says}" in result.output
    assert "Nothing was published." in result.output
    assert result.exit_code == 1


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"[" * 9_000, b"a: &x [1]\nb: *x"])
def test_a_file_that_is_no_recipe_is_refused_in_one_sentence(
    demo: FlaskCliRunner, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "odd.yaml"
    path.write_bytes(content)
    result = run(demo, "preview", str(path))
    assert "odd.yaml: It cannot be read as a recipe" in result.output
    assert result.exit_code == 1


def test_a_neighbourhood_that_is_not_there_is_said_to_be_so(demo: FlaskCliRunner) -> None:
    assert "There is no composed neighbourhood" not in run(demo, "list").output
    assert "There is no a composed" not in run(demo, "show", "nowhere").output
    assert "no composed neighbourhood nowhere" in run(demo, "show", "nowhere").output
    assert "no composed neighbourhood Z90000001" in run(demo, "check", "Z90000001").output
