"""What a screen reader finds on a sheet, in every language."""

from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pdfua import validate

from hubfinder.display.language import KNOWN
from hubfinder.sheets.fitting import fit
from hubfinder.sheets.orders import Length, Paper
from hubfinder.sheets.typeset import pdf
from hubfinder.sheets.values import Sheet, Text
from tests.support.sheets import ORDER, line, sheet
from tests.support.tagged import Reading, read

FORMS: dict[str, dict[str, Any]] = {
    "two": {"length": Length.TWO},
    "booklet": {"length": Length.BOOKLET},
    "large": {"large": True},
    "easy": {"easy": True},
    "a5": {"paper": Paper.A5},
    "a3": {"paper": Paper.A3},
}


def fitted(lines: int = 12, language: str = "en", **form: object) -> Sheet:
    order = replace(ORDER, **form)  # type: ignore[arg-type]  # the test names fields of SheetOrder
    return fit(sheet(lines, language, order=order)).sheet


def checked(document: bytes, folder: Path) -> None:
    """A checker finds nothing wrong."""
    file = folder / "sheet.pdf"
    file.write_bytes(document)
    report = validate(str(file))
    assert not [f"{finding.rule_id}: {finding.message}" for finding in report.findings]


def says(reading: Reading, words: str) -> bool:
    """The words are read out; spaces apart, which typesetting may break or bind."""
    return squeezed(words) in squeezed(reading.text)


def squeezed(words: str) -> str:
    return "".join(letter for letter in words if not letter.isspace() and letter.isprintable())


@pytest.mark.parametrize("language", KNOWN)
def test_every_language_is_read_out_in_that_language(language: str, tmp_path: Path) -> None:
    made = fitted(language=language)

    document = pdf(made)

    checked(document, tmp_path)
    with pikepdf.open(BytesIO(document)) as one:
        assert str(one.Root.Lang) == language
        assert str(one.docinfo.Title) == made.title.words
        assert bool(one.Root.MarkInfo.Marked)
        assert bool(one.Root.ViewerPreferences.DisplayDocTitle)


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_tagged(form: str, language: str, tmp_path: Path) -> None:
    document = pdf(fitted(language=language, **FORMS[form]))

    checked(document, tmp_path)
    reading = read(document)
    assert not reading.loose.strip()
    assert all(figure.alt for figure in reading.of("Figure"))


def test_headings_have_an_order_without_gaps() -> None:
    made = fitted()

    headings = [one for one in read(pdf(made)).elements if one.tag in ("H1", "H2", "H3", "H4")]

    levels = [int(one.tag[1]) for one in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert levels.count(3) == len(made.lines)


def test_it_is_read_in_the_order_of_the_sheet() -> None:
    made = fitted(language="pl")

    text = squeezed(read(pdf(made)).text)

    assert made.hub
    parts = [made.title.words, made.subtitle.words, made.danger.split(".")[0], made.hub.name.words]
    parts += [made.front_door.words, *(one.what.words for one in made.lines)]
    parts += [one.name.words for one in made.helplines]
    parts += [made.version.code[:4], made.correct_on, made.published_by]
    done = 0
    for part in parts:
        found = text.find(squeezed(part), done)
        assert found >= done, part
        done = found + 1


@pytest.mark.parametrize("language", ["en", "uk", "pl", "pa"])
def test_everything_on_it_is_read_out(language: str) -> None:
    made = fitted(language=language)

    reading = read(pdf(made))

    for one in made.lines:
        assert says(reading, one.name.words)
        assert says(reading, one.what.words)
        assert says(reading, one.telephone)
    assert made.hub
    assert says(reading, made.hub.address.words)
    assert all(says(reading, note) for note in made.notes)


def test_pictures_say_what_they_are() -> None:
    made = fitted()

    alts = [one.alt for one in read(pdf(made)).of("Figure")]

    assert made.map
    assert made.map.alt in alts
    for one in made.lines:
        if one.kind == "service":
            assert any(one.name.words in alt for alt in alts)


def test_a_label_with_a_gap_names_what_a_code_opens() -> None:
    made = fitted()
    labelled = replace(made, labels={**made.labels, "qr": "QR code: opens the page of {name}"})

    alts = [one.alt for one in read(pdf(labelled)).of("Figure")]

    assert f"QR code: opens the page of {made.lines[0].name}" in alts


def test_telephones_and_pages_are_links() -> None:
    made = fitted()

    with pikepdf.open(BytesIO(pdf(made))) as one:
        links = {str(note.A.URI) for page in one.pages for note in page.obj.get("/Annots", [])}

    assert made.hub
    assert "tel:01632960101" in links
    assert made.hub.href in links
    assert made.front_door.href in links
    assert made.version.href in links
    assert all(line.href in links for line in made.lines)
    assert {link.partition(":")[0] for link in links} <= {"https", "tel"}


def test_english_on_a_polish_sheet_is_read_out_as_english() -> None:
    mixed = line(1, "pl", name=Text("Sleep clinic", "en"), what=Text("A nurse helps you.", "en"))
    made = fitted(language="pl")
    made = replace(made, sections=(replace(made.sections[0], lines=(mixed,)),))

    elements = read(pdf(made)).elements

    english = "".join(one.text for one in elements if one.language == "en")
    assert "Sleep clinic" in english
    assert "A nurse helps you." in english
