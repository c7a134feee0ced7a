"""Files keep their promises: locks hold every package to its hashes, and nothing grows out of hand."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
OURS = sorted(
    path
    for room in ("bench", "geodata", "hubfinder", "tests")
    for path in (ROOT / room).rglob("*.py")
    if "versions" not in path.parts
)
LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def test_there_is_something_to_check() -> None:
    assert len(LOCKS) == 4
    assert len(OURS) > 20


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_every_package_with_hashes_and_names_no_index(lock: Path) -> None:
    text = lock.read_text()
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9.-]+(\[[a-z,]+\])?==\S+ ", block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in text
    assert not re.search(r"^ *--(?!hash)", text, re.MULTILINE)


def test_the_npm_lock_has_integrity_and_names_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = {name: entry for name, entry in packages.items() if name}
    assert fetched
    assert [name for name, entry in fetched.items() if "integrity" not in entry] == []
    assert [name for name, entry in fetched.items() if "resolved" in entry] == []


def test_the_macros_and_the_styles_are_of_versions_that_belong_together() -> None:
    styles = json.loads((ROOT / "package.json").read_text())["dependencies"]["govuk-frontend"]
    macros = re.search(
        r"^govuk-frontend-jinja==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE
    )
    assert macros is not None
    assert (macros[1], styles) == ("4.1.0", "6.3.0")


def test_no_file_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in OURS}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    assert [name for path in OURS for name, lines in _functions(path) if lines > LONGEST_FUNCTION] == []


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a file, named with its file, and its number of lines."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield f"{path.relative_to(ROOT)}:{node.name}", lines
