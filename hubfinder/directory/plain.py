"""What the texts, addresses and numbers of a listing may look like, wherever they come from."""

import html
import re
from urllib.parse import urlsplit

from babel import Locale

from hubfinder.directory.values import Malformed

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[a-zA-Z0-9.-]{1,190}")
TELEPHONE = re.compile(r"\+?[0-9(][0-9 ()-]{1,30}(?: ?(?:ext|x)\.? ?[0-9]{1,6})?", re.IGNORECASE)
LANGUAGES = frozenset(code for code in map(str, Locale("en").languages) if code.isalpha() and len(code) <= 3)
YOUNGEST, OLDEST = -9, 1_200
"""Months."""
MOST_ROUNDS = 20
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_LINE_END = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")
_MARKUP = re.compile(r"<[/!a-zA-Z]|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters (Unicode's Cc) but for tabs and ends of lines; and letters that turn the direction of
what follows, and so can make a page say something else.
"""


def plain_text(text: str) -> str:
    """A text without tags and with the letters that HTML writes as ``&amp;``.

    Raises:
        Malformed: it holds control characters, or tags in tags without end.
    """
    before, rounds = "", 0
    while text != before and _MARKUP.search(text):  # taking tags away may leave what looks like one
        before = text
        text = _TAG.sub("", _LINE_END.sub("\n", _UNSEEN.sub("", html.unescape(text))))
        rounds += 1
        if rounds > MOST_ROUNDS:
            raise Malformed("holds tags inside tags; write plain text")
    if found := _CONTROL.search(text):
        raise Malformed(f"holds the control character U+{ord(found[0]):04X}")
    return text


def in_paragraphs(text: str) -> str:
    """A text with one space between words, and at most one empty line between paragraphs."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def says_something(text: str) -> bool:
    """Whether anybody would see a letter of it."""
    return any(letter.isprintable() and not letter.isspace() for letter in text)


def with_scheme(address: str) -> str:
    """A web address as people write it, with ``https://`` in front where nothing is."""
    return address if not address or ":" in address.split("/", maxsplit=1)[0] else f"https://{address}"


def is_web_address(address: str) -> bool:
    """Only http and https reach a page: ``javascript:`` and the like never do."""
    if any(letter.isspace() or not letter.isprintable() for letter in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not parts.username
