"""The privacy page says what the settings in force say, and nothing else."""

from pathlib import Path
from typing import Any

import pytest

from hubfinder.referrals.vocab import Outcome
from hubfinder.settings import Settings
from hubfinder.web.public.about import ENDINGS
from tests.pages.reading import Reader
from tests.support.pages import application

NAMES = [name for name in Settings.model_fields if name.startswith("retention_")]
KEPT: dict[str, Any] = {name: number for number, name in enumerate(NAMES, start=50)}


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of an instance where every time is another."""
    folder: Path = tmp_path_factory.mktemp("instance")
    with application(folder, form_kept_hours=37, form_kept_days=41, **KEPT) as app:
        return Reader(app.test_client())("/privacy").text


def test_every_time_that_is_set_is_told(text: str) -> None:
    assert len(KEPT) >= 10
    for name, months in KEPT.items():
        assert f"{months} months" in text, name
    assert "37 hours" in text
    assert "41 days" in text


def test_every_way_a_request_can_end_has_words_for_families() -> None:
    assert list(ENDINGS) == list(Outcome)


def test_it_says_why_we_may_and_what_can_be_asked(text: str) -> None:
    for said in ("public task", "consent", "Information Commissioner", "01632 960100", "Exit this page"):
        assert said in text, said
