"""Text files that strangers made, read in blocks: memory stays small whatever is in them."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from hubfinder.ingest.errors import FileRefused

BLOCK = 1 << 20
LONGEST_LINE = 256 * 1024
"""Characters. The longest real row (a service with its description) has a few thousand."""
BOMB_RATIO = 250
BOMB_FLOOR = 64 << 20
"""gzip can expand a thousandfold. Real tables expand five to twenty times; beyond this much text we look."""
NOT_TEXT = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "a database (perhaps a GeoPackage)"),
    (b"\x00\x00\x27\x0a", "a Shapefile"),
)
WEB_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
BLANK = b" \t\r\n\0" + codecs.BOM_UTF8 + codecs.BOM_UTF16_LE
WINDOWS = "Some letters are not in UTF-8 and were read as Windows-1252: check names with accents."


def _windows(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 the way Excel on Windows writes them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("hubfinder.windows", _windows)


class TextFile:
    """A text file, plain or gzip; UTF-8 with or without a mark, UTF-16 with one, or Windows-1252.

    ``progress`` is told how many bytes of the file (as it lies on the disk) have been read.

    Raises:
        FileRefused: the file cannot be read, or is something else than text.
    """

    def __init__(self, path: Path, progress: Callable[[int], None] = lambda _: None) -> None:
        self.path = path
        self.notes: list[str] = []
        self.too_long: set[int] = set()
        """Numbers of lines that were longer than ``LONGEST_LINE``; an empty line stands in their place."""
        self.has_nul = False
        self._progress = progress

    def read(self, most: int) -> str:
        """All of it, if it is at most so many characters."""
        parts, size = [], 0
        for block in self.blocks():
            size += len(block)
            if size > most:
                raise FileRefused(
                    f"It is larger than {most >> 20} MB, which is more than can be read at once."
                )
            parts.append(block)
        return "".join(parts)

    def lines(self) -> Iterator[str]:
        """Its lines with their ends, in order."""
        number = 0
        for text in self._whole_lines():
            lines = list(io.StringIO(text, newline=""))
            if max(map(len, lines)) > LONGEST_LINE:
                for place, line in enumerate(lines):
                    if len(line) > LONGEST_LINE:
                        self.too_long.add(number + place + 1)
                        lines[place] = "\n"
            number += len(lines)
            yield from lines

    def _whole_lines(self) -> Iterator[str]:
        """The text cut after line ends only. Of an endless line just enough is kept to see that it is one."""
        rest = ""
        for block in self.blocks():
            end = block.rfind("\n") + 1
            if end:
                yield rest + block[:end]
                rest = block[end:]
            else:
                rest += block
            rest = rest[: LONGEST_LINE + 1]
        if rest:
            yield rest

    def blocks(self) -> Iterator[str]:
        """The decoded text in pieces of about a million characters."""
        try:
            with self.path.open("rb") as raw:
                yield from self._decoded(raw)
        except (OSError, EOFError, zlib.error) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise FileRefused(f"It cannot be read: {reason}.") from error

    def _decoded(self, raw: io.BufferedReader) -> Iterator[str]:
        packed = raw.peek(2)[:2] == b"\x1f\x8b"
        plain = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
        block, size = plain.read(BLOCK), 0
        encoding, block = _encoding(block)
        decode = self._decoder(encoding)
        while block:
            size += len(block)
            if packed and size > BOMB_FLOOR and size > BOMB_RATIO * raw.tell():
                raise FileRefused("It unpacks to far more than a real table would; it looks like a trap.")
            yield decode(block, False)
            self._progress(raw.tell())
            block = plain.read(BLOCK)
        yield decode(b"", True)

    def _decoder(self, encoding: str) -> Callable[[bytes, bool], str]:
        """Decodes block after block; from the first byte that is not UTF-8 on, as Windows would."""
        decoder = codecs.getincrementaldecoder(encoding)("strict")

        def decode(block: bytes, final: bool) -> str:
            nonlocal decoder
            try:
                text = decoder.decode(block, final)
            except UnicodeDecodeError as error:
                if encoding != "utf-8":
                    raise FileRefused("It starts as UTF-16 text but does not go on as such.") from error
                lenient = codecs.getincrementaldecoder(encoding)("hubfinder.windows")
                lenient.setstate(decoder.getstate())
                decoder = lenient
                self.notes.append(WINDOWS)
                text = decoder.decode(block, final)
            self.has_nul = self.has_nul or "\0" in text
            return text

        return decode


def _encoding(first: bytes) -> tuple[str, bytes]:
    """The encoding by the first bytes, and these bytes without their mark."""
    if not first.strip(BLANK):
        raise FileRefused("It is empty.")
    if WEB_PAGE.match(first[:4096].removeprefix(codecs.BOM_UTF8)):
        raise FileRefused("It is a web page, not a file of data: look at what was downloaded.")
    for mark, what in NOT_TEXT:
        if first.startswith(mark):
            raise FileRefused(f"It is {what}, not a text file. Save it as CSV (UTF-8) and import that.")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", first
    return "utf-8", first.removeprefix(codecs.BOM_UTF8)
