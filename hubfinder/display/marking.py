"""Two texts side by side, with the words that went and those that came marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

LONGEST = 600
"""Words of a text that are compared one by one; a longer one is compared line by line."""
_WORDS = re.compile(r"\S+\s*|\s+")
"""Each with the spaces behind it, so that what went or came in one stretch is marked as one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether only this text has them."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """Both texts in pieces; all of each, in order."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def mark(before: str, after: str) -> Marked:
    """What differs between two texts, word by word."""
    one, other = _parts(before), _parts(after)
    if max(len(one), len(other)) > LONGEST:
        one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    left, right = ([part.strip() for part in some] for some in (one, other))
    matched = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return Marked(
        tuple(_joined((one[a:b], kind != "equal") for kind, a, b, _, _ in matched)),
        tuple(_joined((other[a:b], kind != "equal") for kind, _, _, a, b in matched)),
    )


def _parts(text: str) -> list[str]:
    return _WORDS.findall(text)


def _joined(pieces: Iterator[tuple[list[str], bool]]) -> Iterator[Piece]:
    """One piece for what stands together and is marked alike."""
    text, marked = "", False
    for words, is_marked in pieces:
        if not words:
            continue
        if text and is_marked != marked:
            yield Piece(text, marked)
            text = ""
        text, marked = text + "".join(words), is_marked
    if text:
        yield Piece(text, marked)
