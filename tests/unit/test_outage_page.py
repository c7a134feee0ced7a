"""The page for when hubfinder itself is down: a file that needs nothing of ours."""

import re
from pathlib import Path

import pytest

from hubfinder.display.language import KNOWN
from tests.unit.test_cli_failing import run

NUMBERS = {"999": "999", "01632 960111": "01632960111", "01632 960222": "01632960222"}
SET = {
    "HUBFINDER_FRONT_DOOR_TELEPHONE": "01632 960111",
    "HUBFINDER_OUT_OF_HOURS_TELEPHONE": "01632 960222",
    "HUBFINDER_SITE_NAME": "Help in Testshire",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Made where there is neither a database nor a file of keys: that may be why it is needed."""
    folder = tmp_path_factory.mktemp("outage")
    ended = run(folder, "outage-page", str(folder / "down.html"), **SET)
    assert ended.returncode == 0, ended.stderr
    return (folder / "down.html").read_text("utf-8")


def test_every_language_of_the_form_has_the_numbers(page: str) -> None:
    sections = dict(re.findall(r'<section id="(\w+)"(.*?)</section>', page, re.DOTALL))
    assert list(sections) == list(KNOWN)
    for code, words in sections.items():
        assert f'lang="{code}" dir="{KNOWN[code].direction}"' in words
        for shown, dialled in NUMBERS.items():
            assert f'<a href="tel:{dialled}" dir="ltr">{shown}</a>' in words, (code, shown)
    assert len(set(sections.values())) == len(KNOWN)
    assert "Ta strona teraz nie działa" in sections["pl"]
    assert "Help in Testshire" in page


def test_it_asks_for_nothing_that_is_down_as_well(page: str) -> None:
    leads = re.findall(r'(?:href|src|action)="([^"]*)"', page)
    assert [address for address in leads if not address.startswith(("#", "tel:", "data:"))] == []
    assert "<script" not in page
    assert len(page.encode()) < 20_000


def test_a_file_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    ended = run(tmp_path, "outage-page", str(tmp_path / "no" / "folder" / "down.html"))
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
