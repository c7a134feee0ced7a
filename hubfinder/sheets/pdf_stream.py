"""Writes a PDF object by object, so that a file of a thousand pages takes no more memory than one of ten."""

import hashlib
import re
import zlib
from array import array
from collections.abc import Callable
from typing import BinaryIO

from pikepdf import String

_TOGETHER = 200
"""Objects that are packed into one stream."""
_LEVEL = 6
_TOKENS = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f]*>|\b(\d+) (\d+) R\b", re.DOTALL)
"""Strings, which may look like anything, and references: number, generation and an R."""
_PACKED, _PLAIN = 2, 1
Number = Callable[[int, int], int]
"""What number an object of another file has here, by its number and generation there."""


def moved(text: bytes, number: Number) -> bytes:
    """An object as text, its references put right for this file."""

    def one(found: "re.Match[bytes]") -> bytes:
        return found[0] if found[1] is None else b"%d 0 R" % number(int(found[1]), int(found[2]))

    return _TOKENS.sub(one, text)


def string(words: str) -> bytes:
    """Words as a PDF writes them."""
    return bytes(String(words).unparse())


class PdfStream:
    """A PDF under way: numbers are given out before or when objects are written, in any order."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = 0
        self._kinds, self._first, self._second = array("B", [0]), array("Q", [0]), array("Q", [65535])
        self._waiting: list[tuple[int, bytes]] = []
        self._same: dict[bytes, int] = {}
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def number(self) -> int:
        """A number for an object to come."""
        self._kinds.append(0)
        self._first.append(0)
        self._second.append(0)
        return len(self._kinds) - 1

    def put(self, number: int, text: bytes) -> None:
        """Write an object that is no stream."""
        self._waiting.append((number, text))
        if len(self._waiting) >= _TOGETHER:
            self._pack()

    def add(self, text: bytes) -> int:
        """Write an object under a new number."""
        number = self.number()
        self.put(number, text)
        return number

    def put_stream(self, number: int, text: bytes, data: bytes) -> None:
        """Write a stream: the text of its dictionary without a length, and its data as they are stored."""
        self._note(number, _PLAIN, self._at, 0)
        head = text.rstrip()[:-2] + b" /Length %d >>" % len(data)
        self._write(b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, head, data))

    def same_stream(self, text: bytes, data: bytes) -> int | None:
        """The number of a stream just like this one, if there is one already."""
        return self._same.get(_sum(text, data))

    def remember_stream(self, number: int, text: bytes, data: bytes) -> None:
        self._same[_sum(text, data)] = number

    def close(self, root: int, info: int) -> None:
        """Write what is left and the table of where everything is, of a catalogue and a description."""
        self._pack()
        own = self.number()
        self._note(own, _PLAIN, self._at, 0)
        rows = zip(self._kinds, self._first, self._second, strict=True)
        table = b"".join(
            kind.to_bytes(1, "big") + first.to_bytes(6, "big") + second.to_bytes(2, "big")
            for kind, first, second in rows
        )
        data = zlib.compress(table, _LEVEL)
        name = hashlib.sha256(table).hexdigest()[:32].encode()
        start = self._at
        self._write(
            b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 6 2] /Root %d 0 R /Info %d 0 R /ID [<%b> <%b>] "
            b"/Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
            % (own, len(self._kinds), root, info, name, name, len(data), data, start)
        )

    def _pack(self) -> None:
        """Put the objects that wait into one compressed stream."""
        if not self._waiting:
            return
        holder = self.number()
        places, texts, at = [], [], 0
        for index, (number, text) in enumerate(self._waiting):
            self._note(number, _PACKED, holder, index)
            places.append(b"%d %d" % (number, at))
            texts.append(text)
            at += len(text) + 1
        head = b" ".join(places) + b"\n"
        data = zlib.compress(head + b"\n".join(texts), _LEVEL)
        kind = b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode >>" % (len(texts), len(head))
        self._waiting.clear()
        self.put_stream(holder, kind, data)

    def _note(self, number: int, kind: int, first: int, second: int) -> None:
        self._kinds[number], self._first[number], self._second[number] = kind, first, second

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)


def _sum(text: bytes, data: bytes) -> bytes:
    return hashlib.sha256(text + b"\0" + data).digest()
