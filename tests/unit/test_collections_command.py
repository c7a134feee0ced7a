"""``hubfinder collections``: what is in them, and what is named in them but is not there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pages import application

OWN = """
key: twins
title: Help for families with twins
intro: For whoever has two at once.
last_checked: 2026-11-01
sections:
  - heading: Groups
    services: [splash-swimming, two-by-two]
    hubs: [quayside-family-hub, elsewhere-hub]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "twins.yaml").write_text(OWN)
    return folder


def test_it_says_what_is_in_them_and_what_is_missing(tmp_path: Path, own: Path) -> None:
    with application(tmp_path / "instance", collections_dir=own) as app, app.app_context():
        ended = app.test_cli_runner().invoke(args=["collections", "--near", "ZA1 4QT"])
    assert ended.exit_code == 0
    assert ended.output.partition("twins: ")[2].splitlines() == [
        "Help for families with twins",
        "  Groups: 2 here, 0 all over England",
        "  There is no hub elsewhere-hub (or it is not running).",
        "  There is no service two-by-two (or it is not running).",
    ]


def test_a_place_nobody_knows_is_said(tmp_path: Path, own: Path) -> None:
    with application(tmp_path / "instance", collections_dir=own) as app, app.app_context():
        ended = app.test_cli_runner().invoke(args=["collections", "--near", "ZA1 1ZZ"])
    assert ended.exit_code == 1
    assert "ZA1 1ZZ" in ended.output


def test_with_a_file_that_cannot_be_used_nothing_starts(tmp_path: Path, own: Path) -> None:
    (own / "twins.yaml").write_text(OWN.replace("heading", "heding"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUBFINDER_")}
    environment |= {"HUBFINDER_DATA_DIR": str(tmp_path), "HUBFINDER_COLLECTIONS_DIR": str(own)}
    command = [sys.executable, "-c", "from hubfinder.cli import main; main()", "collections"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error: {own}/twins.yaml: sections[1].heading: Field required; ")
    assert "sections[1].heding: Extra inputs are not permitted" in ended.stderr
