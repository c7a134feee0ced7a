"""Texts that strangers wrote, made plain: no tags, no control characters. Pages escape what is left."""

import html
import re
import unicodedata

from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.row import Row

_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_LINE_END = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")
_MARKUP = re.compile(r"<[/!a-zA-Z]|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
MOST_ROUNDS = 20
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Letters that turn the direction of what follows, and so can make a page say something else."""


def paragraphs(row: Row, column: str, *, required: bool = False, longest: int = 20_000) -> str:
    """The plain text of a cell, which may have several lines. Tags alone are no text."""
    text = plain(column, row.text(column, required=required, longest=longest))
    lines = (" ".join(line.split()) for line in text.splitlines())
    clean = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if required and not any(letter.isprintable() and not letter.isspace() for letter in clean):
        raise RowRefused(column, "is empty")
    return clean


def sentence(row: Row, column: str, *, required: bool = False, longest: int = 255) -> str:
    """The plain text of a cell on one line."""
    return " ".join(paragraphs(row, column, required=required, longest=longest).split())


def plain(column: str, text: str) -> str:
    """A text without tags and with the letters that HTML writes as ``&amp;``.

    Raises:
        RowRefused: it holds control characters, or tags in tags without end.
    """
    before, rounds = "", 0
    while text != before and _MARKUP.search(text):  # taking tags away may leave what looks like one
        before = text
        text = _TAG.sub("", _LINE_END.sub("\n", _UNSEEN.sub("", html.unescape(text))))
        rounds += 1
        if rounds > MOST_ROUNDS:
            raise RowRefused(column, "holds tags inside tags; write plain text")
    for letter in text:
        if (unicodedata.category(letter) == "Cc" and letter not in "\n\r\t") or letter in _TURNING:
            raise RowRefused(column, f"holds the control character U+{ord(letter):04X}")
    return text
