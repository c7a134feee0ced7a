"""Sheets as PDF and as pictures, by Typst.

One compiler lives as long as the process: it keeps fonts and template ready. It is used by one thread at a
time.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import pikepdf
import typst

from hubfinder.sheets.fitting import DoesNotFit, arrange
from hubfinder.sheets.fonts import FACES, FOLDER, families, printable, require_fonts
from hubfinder.sheets.map_words import without_words
from hubfinder.sheets.measuring import Ruler
from hubfinder.sheets.pouring import Layout, data_of
from hubfinder.sheets.qr import picture
from hubfinder.sheets.values import Sheet

Form = Literal["pdf", "svg"]
LARGE = 140_000
"""Bytes from which on a document is packed."""
TEMPLATE = Path(__file__).parent / "typst" / "sheet.typ"
_LOCK = Lock()
_COUNT = re.compile(rb"/Type ?/Pages ?/Count (\d+)")
_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\w+);)")
"""Typst 0.15 writes the addresses of links into its SVG as they are, which is no XML."""


class Overflow(Exception):
    """It has more pages than it may."""


def pdf(sheet: Sheet) -> bytes:
    """A tagged PDF (PDF/UA-1) of a fitted sheet; the same sheet gives the same bytes.

    Raises:
        Overflow: it has more lines than fit.
        FontsMissing: the fonts are not there.
    """
    layout = _layout(sheet)
    made = _compile(sheet, layout, "pdf")[0]
    if _pages_of(made) > len(layout.pages):
        raise Overflow
    return made if len(made) < LARGE else _packed(made)


def pictures(sheet: Sheet) -> list[bytes]:
    """The same pages as SVG, for the screen.

    Raises:
        Overflow: it has more lines than fit.
        FontsMissing: the fonts are not there.
    """
    layout = _layout(sheet)
    made = _compile(sheet, layout, "svg")
    if len(made) > len(layout.pages):
        raise Overflow
    return [_BARE.sub(b"&amp;", page) for page in made]


def _layout(sheet: Sheet) -> Layout:
    require_fonts()
    try:
        return arrange(sheet)
    except DoesNotFit as error:
        raise Overflow from error


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
    return typst.Compiler(str(TEMPLATE), root=str(FOLDER.parent), font_paths=fonts, ignore_system_fonts=True)


def _compile(sheet: Sheet, layout: Layout, form: Form) -> list[bytes]:
    inputs = {"data": json.dumps(data(sheet, layout), ensure_ascii=False)}
    with _LOCK:
        made = _compiler().compile(
            format=form,
            sys_inputs=inputs,
            pdf_standards=["ua-1"] if form == "pdf" else [],
            timestamp=datetime.combine(sheet.made_on, time(), UTC),
        )
    return made if isinstance(made, list) else [made or b""]


def data(sheet: Sheet, layout: Layout) -> dict[str, Any]:
    """What the template is given."""
    style = layout.style
    pages = data_of(layout, Ruler(sheet.language, style.tight))
    measures = asdict(style) | {name: getattr(style, name) for name in ("column", "inset")}
    return {
        "lang": sheet.language.code,
        "dir": sheet.language.direction,
        "fonts": families(sheet.language.code),
        "title": printable(sheet.title.words, sheet.language.code).strip() or sheet.publisher,
        "author": sheet.publisher,
        "style": measures,
        "numbers": style.numbers,
        "between": style.between,
        "lines": {face.script: (face.top * style.tight, face.bottom * style.tight) for face in FACES},
        "icons": icons(),
        "codes": {words: list(picture(words)) for words in sorted(set(_codes(pages)))},
        "map": {"svg": without_words(sheet.map.svg), "alt": sheet.map.alt}
        if sheet.map and sheet.map.svg
        else None,
        "pages": pages,
    }


@cache
def icons() -> dict[str, str]:
    """The pictures there are, by the key of what they are for."""
    return {file.stem: file.stem for file in (FOLDER / "icons").glob("*.svg")}


def _codes(value: Any) -> Iterator[str]:  # noqa: ANN401  # anything out of JSON
    """What the QR codes anywhere in the pages say."""
    if isinstance(value, dict):
        if value.get("qr"):
            yield value["qr"]
        for one in value.values():
            yield from _codes(one)
    elif isinstance(value, list):
        for one in value:
            yield from _codes(one)


def _packed(document: bytes) -> bytes:
    """The same document with its objects compressed, which takes time: Nastaliq alone needs it."""
    packed = BytesIO()
    with pikepdf.open(BytesIO(document)) as one:
        one.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return packed.getvalue()


def _pages_of(document: bytes) -> int:
    found = _COUNT.search(document)
    return int(found[1]) if found else 1
