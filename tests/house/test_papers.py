"""The papers agree with the code."""

import ast
import re
from pathlib import Path

import pytest

from hubfinder.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_explained_and_no_other() -> None:
    explained = re.findall(
        r"^\| `(HUBFINDER_\w+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE
    )
    assert explained == [f"HUBFINDER_{name.upper()}" for name in Settings.model_fields]


def test_every_make_target_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text()))
    assert {"run", "test", "setup", "sure", "bench", "help"} <= named <= targets


REQUIREMENTS = 33
"""Numbered in docs/security.md."""
FAULTS = 18
"""At least, in docs/reliability.md."""


@pytest.mark.parametrize("paper", ["security.md", "reliability.md"])
def test_every_test_that_a_table_names_exists_and_every_row_names_one(paper: str) -> None:
    rows = _rows(paper)
    named = {row: re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row) for row in rows}
    assert [row for row, tests in named.items() if not tests] == []
    assert [row for row in rows if re.search(r"`tests/[^`:]*`", row)] == [], "a file alone is no test"
    wanted = {test for tests in named.values() for test in tests}
    assert {f"{path}::{name}" for path, name in wanted if name not in _tests_of(path)} == set()


def test_every_requirement_and_every_fault_has_its_row() -> None:
    numbers = [int(row.split("|")[1]) for row in _rows("security.md")]
    assert numbers == list(range(1, REQUIREMENTS + 1))
    assert len(_rows("reliability.md")) >= FAULTS


def _rows(paper: str) -> list[str]:
    """The rows of its tables, without what stands over them."""
    lines = (ROOT / "docs" / paper).read_text("utf-8").splitlines()
    heads = {at for at, line in enumerate(lines) if line.startswith("| ---")}
    return [
        line
        for at, line in enumerate(lines)
        if line.startswith("| ") and at not in heads and at + 1 not in heads
    ]


def _tests_of(path: str) -> set[str]:
    """The names of the tests in a file; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return set()
    return {
        node.name for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
    }
