"""Where the real open data lies that some tests import. It is not part of this repository."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACE = "HUBFINDER_SHARED_DATA"


def real_data(part: str) -> Path:
    """A folder of real data. Without it a test is skipped, but fails where everything must be tested."""
    folder = Path(os.environ.get(PLACE) or ROOT.parent / "shared" / "data") / part
    if not folder.is_dir():
        sentence = f"The real data of {part} is not here. Set {PLACE} to the folder that has it."
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    return folder
