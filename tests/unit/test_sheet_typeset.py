"""Sheets as PDF and as pictures."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from threading import Thread

import pikepdf
import pypdfium2
import pytest
import segno
from hypothesis import given, settings, strategies as st

from hubfinder.display.language import KNOWN
from hubfinder.sheets import fonts, qr, typeset
from hubfinder.sheets.fitting import arrange, fit, with_one_less
from hubfinder.sheets.fonts import FontsMissing
from hubfinder.sheets.map_words import placed_words, without_words
from hubfinder.sheets.orders import Length, Paper
from hubfinder.sheets.typeset import Overflow, pdf, pictures
from hubfinder.sheets.values import Helpline, Sheet, SheetMap, Text
from tests.support.sheets import MAP, ORDER, line, sheet

MARKUP = "#panic(1) *bold* _it_ $x$ `raw` <label> @ref \\ // /* [x] = Heading - item #set"
LARGEST = 150_000
FORMS = [
    (paper, length, large, easy)
    for paper in Paper
    for length in Length
    for large, easy in ((False, False), (True, False), (False, True))
]


def fitted(lines: int = 12, language: str = "en", **form: object) -> Sheet:
    order = replace(ORDER, **form)  # type: ignore[arg-type]  # the test names fields of SheetOrder
    return fit(sheet(lines, language, order=order)).sheet


def page_count(document: bytes) -> int:
    with pikepdf.open(BytesIO(document)) as one:
        return len(one.pages)


def text_of(document: bytes) -> str:
    pages = pypdfium2.PdfDocument(document)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    finally:
        pages.close()


@pytest.mark.parametrize("language", KNOWN)
def test_one_page_in_every_language_is_small(language: str) -> None:
    document = pdf(fitted(40, language))

    assert document.startswith(b"%PDF-1.7")
    assert page_count(document) == 1
    assert len(document) <= LARGEST


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize(("paper", "length", "large", "easy"), FORMS)
def test_every_paper_holds_what_was_reckoned(
    paper: Paper, length: Length, large: bool, easy: bool, language: str
) -> None:
    made = fitted(40, language, paper=paper, length=length, large=large, easy=easy)

    assert page_count(pdf(made)) == len(arrange(made).pages)


@pytest.mark.parametrize("language", KNOWN)
def test_what_was_reckoned_hardly_ever_overflows(language: str) -> None:
    """Different amounts and numbers of words: the reckoning is never too small by more than a line."""
    for count in (0, 5, 13, 30):
        fewer = fit(sheet(count, language, danger="Ring 999 now. " * (count + 1)))
        try:
            pdf(fewer.sheet)
        except Overflow:
            pdf(with_one_less(fewer).sheet)


def test_the_same_sheet_gives_the_same_bytes() -> None:
    made = fitted(language="ur")

    assert pdf(made) == pdf(made)


def test_a_sheet_with_too_many_lines_overflows() -> None:
    with pytest.raises(Overflow):
        pdf(sheet(60))


def test_pictures_are_the_same_pages() -> None:
    made = fitted(30, length=Length.TWO)

    shown = pictures(made)

    assert len(shown) == page_count(pdf(made)) == 2
    assert all(one.startswith(b"<svg") for one in shown)
    assert len(pictures(fitted(3))) == 1


def test_markup_in_a_text_is_only_text() -> None:
    odd = line(1, name=Text(MARKUP), what=Text(MARKUP), where=Text(MARKUP), telephone="01632 960001")
    made = fitted()
    made = replace(made, sections=(replace(made.sections[0], lines=(odd,)),), title=Text(MARKUP))

    said = text_of(pdf(made))

    assert "#panic(1)" in said
    assert "@ref" in said


def test_emoji_and_unknown_letters_are_left_out() -> None:
    odd = line(1, name=Text("Tea \U0001f375 and 茶 chat"), what=Text("Come\u202e\x07 in\u2028"))
    made = replace(fitted(), national=None)
    made = replace(made, sections=(replace(made.sections[0], lines=(odd,)),))

    said = text_of(pdf(made))

    assert re.search(r"Tea\s+and\s+chat", said)
    assert "Come in" in said


def test_very_long_words_stay_on_the_page() -> None:
    odd = line(1, name=Text("Donaudampfschifffahrt" * 6), where=Text("https://help.example.org/" + "a/" * 80))
    made = fitted()
    made = fit(replace(made, sections=(replace(made.sections[0], lines=(odd,)),))).sheet

    pages = pypdfium2.PdfDocument(pdf(made))
    text = pages[0].get_textpage()
    right = max(text.get_charbox(at)[2] for at in range(text.count_chars()))
    assert right < pages[0].get_width()
    pages.close()


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.text(max_size=90), min_size=1, max_size=20),
    st.sampled_from(sorted(KNOWN)),
)
def test_whatever_is_written_is_typeset(texts: list[str], language: str) -> None:
    lines = tuple(
        line(number, language, key=f"made-{number}", name=Text(some), what=Text(some), note=Text(some))
        for number, some in enumerate(texts, start=1)
    )
    whole = sheet(1, language)
    made = fit(replace(whole, sections=(replace(whole.sections[0], lines=lines),)))
    for _ in range(3):
        try:
            document = pdf(made.sheet)
            break
        except Overflow:
            made = with_one_less(made)
    else:
        raise AssertionError

    assert page_count(document) == 1


def test_telephones_keep_their_order_on_a_right_to_left_sheet() -> None:
    said = text_of(pdf(fitted(language="ar")))

    assert re.search(r"01632\s960101", said)
    assert not re.search(r"960101\s01632", said)


def test_right_to_left_sheets_begin_on_the_right() -> None:
    def middle(language: str) -> float:
        """Of the hub's telephone number, across the page."""
        pages = pypdfium2.PdfDocument(pdf(fitted(language=language)))
        found = pages[0].get_textpage().search("960101").get_next()
        left, _, right, _ = pages[0].get_textpage().get_charbox(found[0]) if found else (0, 0, 0, 0)
        wide = float(pages[0].get_width())
        pages.close()
        return (left + right) / 2 / wide

    assert middle("en") < 0.4
    assert middle("ar") > 0.6


def test_staff_see_how_to_refer() -> None:
    made = fitted()
    own = replace(made.sections[0].lines[0], apply=Text("Fill in the early help form."))
    made = replace(made, sections=(replace(made.sections[0], lines=(own,)), *made.sections[1:]))

    assert "Fill in the early help form." in text_of(pdf(made))


def test_a_number_that_is_none_is_no_link() -> None:
    shout = Helpline("shout", Text("Shout"), Text("By text"), ("text SHOUT to 85258",))
    made = replace(fitted(), helplines=(shout,))

    with pikepdf.open(BytesIO(pdf(made))) as one:
        links = {str(note.A.URI) for note in one.pages[0].obj.Annots}

    assert "tel:85258" not in links


@pytest.mark.parametrize("language", KNOWN)
def test_the_map_is_drawn_with_its_words_in_every_script(language: str) -> None:
    svg = MAP.replace("Quayside Family Hub", "0.5 میل ১২ ਮੀਲ міля &amp; mi")
    made = replace(fitted(language=language), map=SheetMap(svg, "A map."))

    assert page_count(pdf(made)) == 1


def test_a_map_that_is_not_drawn_leaves_its_place_empty() -> None:
    assert page_count(pdf(fit(sheet(5, map=SheetMap("", ""), title=Text("\U0001f375"))).sheet)) == 1


def test_words_of_the_map_keep_their_place() -> None:
    svg = (
        '<svg viewBox="0 0 320 220"><g fill="#fff" font-weight="700" text-anchor="middle">'
        '<text x="160" y="110">1 2</text></g><text x="10" y="20">Hub</text></svg>'
    )

    number, hub = placed_words(svg, KNOWN["ur"], (160, 200))

    assert (number["x"], number["y"]) == (80, 100)
    assert (number["w"], number["at"], number["b"], number["c"]) == ("1 2", "middle", True, "#fff")
    assert hub["at"] == "start"
    assert "<text" not in without_words(svg)


def test_a_qr_code_says_its_address() -> None:
    address = "HTTPS://HELP.EXAMPLE.ORG/S/MADE-UP-1"
    code = segno.make(address, error="m", micro=False, mask=qr.MASK)

    made = pixels(qr.picture(address))

    assert made == [[bool(module) for module in row] for row in code.matrix]


def pixels(png: bytes) -> list[list[bool]]:
    """Whether each pixel of a small picture of one bit is dark."""
    import struct
    import zlib

    (side,) = struct.unpack(">I", png[16:20])
    start = png.index(b"IDAT") + 4
    (size,) = struct.unpack(">I", png[start - 8 : start - 4])
    rows = zlib.decompress(png[start : start + size])
    wide = -(-side // 8) + 1
    return [
        [not rows[row * wide + 1 + at // 8] >> (7 - at % 8) & 1 for at in range(side)] for row in range(side)
    ]


def test_many_at_once_wait_for_each_other() -> None:
    made = [fitted(number + 2) for number in range(4)]
    alone = [pdf(one) for one in made]
    together: dict[int, bytes] = {}
    threads = [
        Thread(target=lambda n=n, one=one: together.update({n: pdf(one)})) for n, one in enumerate(made)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [together[number] for number in range(4)] == alone


def test_without_fonts_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sheet(1)
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)

    with pytest.raises(FontsMissing, match="make assets"):
        typeset.pdf(made)
