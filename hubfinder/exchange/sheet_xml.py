"""The XML parts of a workbook, read as they stream by: nothing but cells is kept, no formula is worked out.

No document type and no entity is let through, so nothing outside is fetched and nothing unfolds.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from hubfinder.ingest.errors import FileRefused

MOST_STRINGS = 1_500_000
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES = range(0xD800, 0xE000)
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def feed(blocks: Iterable[bytes], handler: ContentHandler) -> Iterator[None]:
    """Have a handler hear a part of a workbook, and come back after every block.

    Raises:
        FileRefused: it is not well-formed, or declares a document type.
    """
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    try:
        for block in blocks:
            parser.feed(block)
            yield
        parser.close()
    except DefusedXmlException as error:
        raise FileRefused(
            "It declares a document type or entities, which no spreadsheet program does; it was not read."
        ) from error
    except (SAXException, UnicodeError, LookupError) as error:
        raise FileRefused("It is damaged: one of its parts is not well-formed XML.") from error
    yield


def elements(blocks: Iterable[bytes], heard: Callable[[str, AttributesImpl], None]) -> None:
    """Tell of every element of a small part: its name without prefix, and its attributes."""
    for _ in feed(blocks, _Elements(heard)):
        pass


def strings(blocks: Iterable[bytes]) -> list[str]:
    """The texts that cells name by their number."""
    handler = _Strings()
    for _ in feed(blocks, handler):
        if len(handler.found) > MOST_STRINGS:
            raise FileRefused("It holds more texts than a sheet of 20,000 rows has.")
    return handler.found


def unescaped(text: str) -> str:
    """``_x000D_`` is how Excel writes a character that XML cannot hold."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if code in _SURROGATES else chr(code)


def position_of(address: str) -> tuple[int, int] | None:
    """Row and column of ``AB12``, from 1; none for anything else."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - 64
    return int(match[2]), column


def letters_of(column: int) -> str:
    """``AB`` for 28."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class RawCell:
    """A cell as it stands in the file."""

    column: int
    kind: str
    """``n`` number, ``s`` number of a text, ``b`` yes or no, ``e`` error, ``d`` date; else text."""
    style: int
    text: str = ""
    has_formula: bool = False


@dataclass(slots=True)
class RawRow:
    """A row with those of its cells that hold something."""

    number: int
    cells: list[RawCell] = field(default_factory=list)


class SheetHandler(ContentHandler):
    """Hears a sheet; ``rows`` are those that are complete and not taken yet."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[RawRow] = []
        self.merged: list[str] = []
        self._row = RawRow(0)
        self._cell: RawCell | None = None
        self._text: list[str] | None = None

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX's own name
        match name.rpartition(":")[2]:
            case "row":
                told = attrs.get("r", "")
                self._row = RawRow(int(told) if told.isdecimal() else self._row.number + 1)
            case "c":
                self._begin_cell(attrs)
            case "v" | "t":
                self._text = []
            case "f" if self._cell:
                self._cell.has_formula = True
            case "mergeCell":
                self.merged.append(attrs.get("ref", ""))

    def _begin_cell(self, attrs: AttributesImpl) -> None:
        place = position_of(attrs.get("r", ""))
        before = self._row.cells[-1].column if self._row.cells else 0
        style = attrs.get("s", "")
        column = place[1] if place else before + 1
        self._cell = RawCell(column, attrs.get("t", "n"), int(style) if style.isdecimal() else 0)

    def characters(self, content: str) -> None:
        if self._text is not None:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's own name
        match name.rpartition(":")[2]:
            case "v" | "t":
                if self._cell and self._text is not None:
                    self._cell.text += "".join(self._text)
                self._text = None
            case "c":
                if self._cell and (self._cell.text or self._cell.has_formula):
                    self._row.cells.append(self._cell)
                self._cell = None
            case "row":
                if self._row.cells:
                    self.rows.append(self._row)


class _Elements(ContentHandler):
    def __init__(self, heard: Callable[[str, AttributesImpl], None]) -> None:
        super().__init__()
        self._heard = heard

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - SAX's own name
        self._heard(name.rpartition(":")[2], attrs)


class _Strings(ContentHandler):
    """A text may be made of runs, and have a reading beside it that is no part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._parts: list[str] = []
        self._hears = False
        self._beside = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: ARG002, N802 - SAX's own name
        match name.rpartition(":")[2]:
            case "si":
                self._parts = []
            case "rPh":
                self._beside += 1
            case "t":
                self._hears = not self._beside

    def characters(self, content: str) -> None:
        if self._hears:
            self._parts.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's own name
        match name.rpartition(":")[2]:
            case "si":
                self.found.append(unescaped("".join(self._parts)))
            case "rPh":
                self._beside -= 1
            case "t":
                self._hears = False
