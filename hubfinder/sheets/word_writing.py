"""Paragraphs of a Word file that know their language and which way they run."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import segno
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from hubfinder.display.language import KNOWN, Language
from hubfinder.sheets.bidi import runs, unbroken, without_marks
from hubfinder.sheets.orders import Paper
from hubfinder.sheets.values import Sheet, Text

LOCALES = {
    "en": "en-GB",
    "pl": "pl-PL",
    "ro": "ro-RO",
    "ur": "ur-PK",
    "bn": "bn-BD",
    "ar": "ar-SA",
    "pa": "pa-IN",
    "so": "so-SO",
    "pt": "pt-PT",
    "uk": "uk-UA",
    "tr": "tr-TR",
}
"""Languages as Word names them."""
COMPLEX = {"ur": "Arial", "ar": "Arial", "bn": "Nirmala UI", "pa": "Nirmala UI"}
"""Languages whose script Word calls complex, and fonts that schools have for them."""
LATIN = "Arial"
SIZES = {"Normal": (11, 18), "Heading 1": (20, 28), "Heading 2": (15, 23), "Heading 3": (12, 19)}
"""Points of each style, usual and in large print."""
PAPERS = {Paper.A4: (210, 297, 18), Paper.A5: (148, 210, 12), Paper.A3: (297, 420, 22)}
"""Width, height and margin in millimetres."""
INK, LINK = RGBColor(0x0B, 0x3C, 0x3D), RGBColor(0x0B, 0x4F, 0x8A)
QR_WIDTH = 26
"""Millimetres."""
_AFTER_BIDI = (
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:outlineLvl",
    "w:rPr",
    "w:sectPr",
)
"""What stands after the direction in a paragraph's properties: Word minds the order."""
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """Words of one kind within a paragraph."""

    text: Text
    bold: bool = False
    href: str = ""
    """Whole address that they lead to."""


class Writer:
    """A document in the language of a sheet, on its paper."""

    def __init__(self, sheet: Sheet) -> None:
        self._language = sheet.language
        self._document = Document()
        self._document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
        self._say_languages()
        self._set_styles(large=sheet.order.large)
        self._set_paper(sheet.order.paper)

    def heading(self, level: int, *parts: Part) -> None:
        self.paragraph(*parts, style=f"Heading {level}")

    def paragraph(self, *parts: Part, style: str = "Normal") -> None:
        """A paragraph, unless all its parts are empty."""
        said = [part for part in parts if part.text]
        if not said:
            return
        paragraph = self._document.add_paragraph(style=style)
        if self._is_rtl:
            _run_left(paragraph.paragraph_format.element.get_or_add_pPr())
        for part in said:
            self._write(paragraph, part)

    def qr(self, content: str, alt: str) -> None:
        """A QR code as a picture; ``alt`` says where it leads."""
        drawn = io.BytesIO()
        segno.make(content, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
        paragraph = self._document.add_paragraph()
        if self._is_rtl:
            _run_left(paragraph.paragraph_format.element.get_or_add_pPr())
        picture: Any = paragraph.add_run().add_picture(drawn, width=Mm(QR_WIDTH))
        picture._inline.docPr.set("descr", alt)  # noqa: SLF001 - python-docx has no other way

    def describe(self, *, title: str, subject: str, author: str, code: str, day: date) -> None:
        """The properties of the file."""
        known = self._document.core_properties
        known.title, known.subject, known.author, known.last_modified_by = title, subject, author, author
        known.identifier, known.comments, known.keywords = code, "", ""
        known.language = LOCALES[self._language.code]
        known.created = known.modified = datetime.combine(day, time(), UTC)

    def file(self) -> bytes:
        """The whole file; the same document always makes the same bytes."""
        written, settled = io.BytesIO(), io.BytesIO()
        self._document.save(written)
        with zipfile.ZipFile(written) as made, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as same:
            for name in made.namelist():
                same.writestr(zipfile.ZipInfo(name, _ZIP_TIME), made.read(name), zipfile.ZIP_DEFLATED)
        return settled.getvalue()

    @property
    def _is_rtl(self) -> bool:
        return self._language.direction == "rtl"

    def _write(self, paragraph: Paragraph, part: Part) -> None:
        """The runs of a part: in Arabic script, Latin letters and numbers are runs of their own."""
        own = KNOWN.get(part.text.language, self._language) if part.text.language else self._language
        words = without_marks(part.text.words)
        pieces = list(runs(words)) if own.direction == "rtl" else [(words, True)]
        holder = _linked(paragraph, part.href) if part.href else None
        for words_of_it, runs_right in pieces:
            run = paragraph.add_run(unbroken(words_of_it) if self._is_rtl else words_of_it)
            run.bold = run.font.cs_bold = part.bold or None
            if part.href:
                run.style = "Hyperlink"
            if not runs_right:
                run.font.rtl = True
            if own is not self._language:
                run._r.get_or_add_rPr().append(_language_of(own))  # noqa: SLF001 - as above
            if holder is not None:
                holder.append(run._r)  # noqa: SLF001 - as above

    def _say_languages(self) -> None:
        defaults = self._document.styles.element.find(
            f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"
        )
        _replace(defaults, _language_of(self._language))
        settings = self._document.settings.element
        theme = settings.find(qn("w:themeFontLang"))
        if theme is not None:
            for name, value in _language_of(self._language).attrib.items():
                theme.set(name, value)

    def _set_styles(self, *, large: bool) -> None:
        for name, sizes in SIZES.items():
            style: Any = self._document.styles[name]
            style.font.size = Pt(sizes[large])
            properties = style.element.get_or_add_rPr()
            complex_size = OxmlElement("w:szCs")
            complex_size.set(qn("w:val"), str(2 * sizes[large]))
            _replace(properties, complex_size, after=qn("w:sz"))
            _replace(properties, _fonts(self._language), first=True)
            if name == "Normal":
                style.paragraph_format.space_after = Pt(3)
                style.paragraph_format.line_spacing = 1.15
            else:
                style.font.color.rgb = INK
                style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(9), Pt(3)
        link: Any = self._document.styles["Hyperlink"]
        link.font.color.rgb, link.font.underline = LINK, True

    def _set_paper(self, paper: Paper) -> None:
        width, height, margin = PAPERS[paper]
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(width), Mm(height)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(margin)


def words(value: Text | str) -> Part:
    return Part(value if isinstance(value, Text) else Text(value))


def strong(value: Text | str) -> Part:
    return Part(value if isinstance(value, Text) else Text(value), bold=True)


def link(value: Text | str, href: str) -> Part:
    """Words that lead somewhere; only words where there is no address."""
    return Part(value if isinstance(value, Text) else Text(value), href=href)


def between(parts: Sequence[Part], gap: str = "  ") -> list[Part]:
    """Parts that are not empty, with a gap between them."""
    said = [part for part in parts if part.text]
    return [one for part in said for one in (words(gap), part)][1:]


def _language_of(language: Language) -> Any:  # noqa: ANN401 - lxml's elements have no type of their own
    """The mark of a language: Word keeps that of complex scripts apart."""
    mark = OxmlElement("w:lang")
    is_complex = language.code in COMPLEX
    mark.set(qn("w:val"), LOCALES["en" if is_complex else language.code])
    mark.set(qn("w:bidi"), LOCALES[language.code if is_complex else "ar"])
    return mark


def _fonts(language: Language) -> Any:  # noqa: ANN401 - as above
    fonts = OxmlElement("w:rFonts")
    for name in ("w:ascii", "w:hAnsi"):
        fonts.set(qn(name), LATIN)
    fonts.set(qn("w:cs"), COMPLEX.get(language.code, LATIN))
    return fonts


def _replace(
    properties: Any,  # noqa: ANN401 - as above
    new: Any,  # noqa: ANN401 - as above
    *,
    after: str = "",
    first: bool = False,
) -> None:
    """Put an element among properties, instead of the one of its kind that may be there."""
    old = properties.find(new.tag)
    if old is not None:
        properties.replace(old, new)
    elif after:
        properties.find(after).addnext(new)
    elif first:
        properties.insert(0, new)
    else:
        properties.append(new)


def _run_left(properties: Any) -> None:  # noqa: ANN401 - as above
    """Make a paragraph run from right to left."""
    properties.insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)


def _linked(paragraph: Paragraph, href: str) -> Any:  # noqa: ANN401 - as above
    holder = OxmlElement("w:hyperlink")
    holder.set(qn("r:id"), paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(holder)  # noqa: SLF001 - as above
    return holder
