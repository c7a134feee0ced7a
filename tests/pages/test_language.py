"""Languages: the address decides, links keep it, and what stays English says so."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from hubfinder import create_app
from hubfinder.display.language import KNOWN
from hubfinder.display.words import FOLDER
from hubfinder.settings import PROJECT, Settings
from tests.pages.addresses import PAGES, in_language
from tests.pages.reading import Reader

FORMS = {"/sheet.pdf", "/sheet.txt", "/sheet.docx", "/sheet.ics", "/sheet/print"}
"""Of a sheet, whose language is in the address."""
FILES = {"/compare.csv", "/compare.json", "/collections/start-for-life/feed", *FORMS}
"""Files to take away, whose words are English in every language, or chosen."""
TRANSLATED = [code for code, language in KNOWN.items() if language.has_pages and code != "en"]
WRITTEN = {code: "babel.cfg" if code in TRANSLATED else "sheets.cfg" for code in KNOWN if code != "en"}
"""Every language but English, and where its sentences stand: one without pages has only those of sheets."""
FORM_ONLY = [code for code, language in KNOWN.items() if not language.has_pages]
GAP = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture
def read(client: FlaskClient) -> Reader:
    return Reader(client)


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("pl", "ltr"), ("ur", "rtl")])
@pytest.mark.parametrize("address", PAGES.values())
def test_a_page_says_its_language_and_direction(
    read: Reader, address: str, language: str, direction: str
) -> None:
    page = read(in_language(address, language))
    assert f'<html lang="{language}" dir="{direction}">' in page.html


@pytest.mark.parametrize("address", ["/", "/safety", "/catalogue?access=universal"])
def test_english_has_one_address_only(client: FlaskClient, address: str) -> None:
    response = client.get(f"/en{address}")
    assert response.status_code == 308
    assert response.headers["Location"].endswith(address)


@pytest.mark.parametrize("address", ["/fr/", "/plx/", "/e/safety", "/pl/pl/"])
def test_no_other_language_has_one(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("language", TRANSLATED)
def test_links_keep_the_language(read: Reader, language: str) -> None:
    others = {known.name for known in KNOWN.values() if known.code != language}
    for address in PAGES.values():
        links = read(in_language(address, language)).links
        own = {href for name, href in links.items() if href.startswith("/") and name not in others}
        without = {
            href.partition("?")[0] for href in own if not href.startswith((f"/{language}/", "/static/"))
        }
        assert without - FILES == {"/exit"}


@pytest.mark.parametrize("language", FORM_ONLY)
@pytest.mark.parametrize("address", ["/safety", "/privacy"])
def test_help_in_danger_and_privacy_speak_every_language_of_the_form(
    read: Reader, address: str, language: str
) -> None:
    form, page = read(f"/{language}/ask"), read(f"/{language}{address}")
    assert f"/{language}{address}" in form.links.values()
    assert f'<html lang="{language}"' in page.html
    assert f"/{language}/ask" in page.links.values()
    assert page.links["English"] == address


def test_where_a_page_stays_english_the_link_says_so(read: Reader) -> None:
    page = read("/ro/ask")
    for link in re.findall(r'<a [^>]*href="/[^>]*>', page.html):
        assert re.search(r'href="/(ro/|exit")', link) or "hreflang=" in link, link
    assert any(name.endswith("(English)") and href == "/catalogue" for name, href in page.links.items())
    assert "(English)" not in read("/pl/ask").text
    assert "hreflang" not in read("/ask").html.partition("</header>")[2]


def test_in_a_language_of_the_form_alone_privacy_is_that_of_requests(read: Reader) -> None:
    page = read("/ro/privacy")
    assert "0303 123 1113" in page.text
    assert 'id="told"' not in page.html
    assert "/privacy" in [href for name, href in page.links.items() if name.endswith("(English)")]
    assert 'id="told"' in read("/pl/privacy").html


def test_the_other_languages_are_a_link_away_with_the_question(read: Reader) -> None:
    page = read("/pl/results?place=ZA1+4QT&q=baby")
    assert page.links["اردو"] == "/ur/results?place=ZA1+4QT&q=baby"
    assert page.links["English"] == "/results?place=ZA1+4QT&q=baby"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_nobody_has_checked_says_so(read: Reader, language: str) -> None:
    assert not KNOWN[language].checked
    assert 'class="notice"' in read(f"/{language}/").html
    assert 'class="notice"' not in read("/").html


def test_a_missing_page_speaks_the_language_of_its_address(read: Reader) -> None:
    page = read("/pl/nowhere")
    assert page.status == 404
    assert '<html lang="pl"' in page.html
    assert "Nie możemy znaleźć tej strony" in page.text


@pytest.mark.parametrize("language", FORM_ONLY)
def test_a_missing_page_speaks_a_language_that_has_the_form_alone(read: Reader, language: str) -> None:
    page = read(f"/{language}/nowhere")
    assert page.status == 404
    assert f'<html lang="{language}"' in page.html


def test_english_words_on_another_page_are_marked(read: Reader) -> None:
    assert '<h1 lang="en">Quayside Family Hub</h1>' in read("/pl/hub/quayside-family-hub").html
    assert '<h1 lang="en" dir="ltr">Quayside Family Hub</h1>' in read("/ur/hub/quayside-family-hub").html
    assert "<h1>Quayside Family Hub</h1>" in read("/hub/quayside-family-hub").html


def test_numbers_and_times_follow_the_language(read: Reader) -> None:
    page = read("/pl/results?place=ZA1+4QT&q=baby")
    assert "0,4 mili" in page.text
    assert "w środy 10:00–12:00" in page.card("Sleep clinic")
    assert "Języki: polski" in page.card("Sleep clinic")


@pytest.mark.parametrize("language", WRITTEN)
def test_every_sentence_is_translated_with_all_its_gaps(language: str) -> None:
    for message in messages(language):
        originals, translated = texts(message.id), texts(message.string)
        assert not message.fuzzy, f"{originals[0]}: somebody must look at it again"
        gaps = set(GAP.findall(originals[-1]))
        for words in translated:
            assert words.strip(), f"{originals[0]} is not translated"
            assert set(GAP.findall(words)) <= gaps, f"{originals[0]} has other gaps"
        assert set(GAP.findall(translated[-1])) == gaps


@pytest.mark.parametrize("language", WRITTEN)
def test_the_messages_are_those_of_the_pages_and_sheets(language: str) -> None:
    """``scripts/messages.sh`` was run after the last change of a sentence."""
    assert {message.id for message in messages(language)} == extracted(WRITTEN[language])


@cache
def extracted(mapping: str) -> set[object]:
    """The sentences that a mapping of ``translations/`` finds."""
    with TemporaryDirectory() as folder:
        pot = Path(folder) / "messages.pot"
        options = ["-F", str(FOLDER / mapping), "-k", "lazy_gettext", "-o", str(pot), "."]
        command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", *options]
        subprocess.run(command, check=True, cwd=PROJECT)
        with pot.open("rb") as file:
            return {message.id for message in read_po(file) if message.id}


@pytest.mark.parametrize("code", ["xx", "ro"])
def test_a_language_without_pages_in_the_settings_is_refused(code: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="HUBFINDER_LANGUAGES"):
        create_app(Settings(data_dir=tmp_path, languages=("en", code)))


def texts(words: object) -> tuple[str, ...]:
    """A message as one or more forms of it: those for one and for several things."""
    return tuple(map(str, words)) if isinstance(words, list | tuple) else (str(words),)


def messages(language: str) -> list[Message]:
    """The messages of a language, without the header."""
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]
