"""The papers agree with the code."""

import re
from pathlib import Path

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
