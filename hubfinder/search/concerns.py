"""Searches that speak of violence, harm or danger: what they are about, and whom to ring.

Data, not code: ``seeds/concerns`` holds the concerns, their helplines and the phrases people use. A phrase
is words side by side: ``a/b`` is either word, ``stalk*`` any that begins so, ``~`` up to three other words,
and ``$`` the end of what was typed.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hubfinder.search.text import fold, words_of

MOST = 2
"""At most so many concerns of one search are answered."""
_GAP = r"(?:\S+ ){0,3}"


@dataclass(frozen=True, slots=True)
class Concern:
    """What a search may be about, and what is said before its results."""

    key: str
    heading: str
    text: str
    lines: tuple[str, ...]
    """Keys of the national lines to ring, the likeliest first; 999 is always said."""


@dataclass(frozen=True, slots=True)
class Concerns:
    """All that are known, and the ways people say them."""

    known: dict[str, Concern]
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    def of(self, *texts: str) -> tuple[Concern, ...]:
        """The concerns any of these texts speaks of; what the most words speak of comes first."""
        found = [match for text in texts if text for match in self._matches(text)]
        found.sort(key=lambda one: one[0] - one[1])
        kept: list[tuple[int, int, str]] = []
        for start, end, key in found:
            inside = any(start >= other[0] and end <= other[1] for other in kept)
            if not inside and key not in {other[2] for other in kept}:
                kept.append((start, end, key))
        return tuple(self.known[key] for _, _, key in kept[:MOST])

    def _matches(self, text: str) -> Iterator[tuple[int, int, str]]:
        plain = " " + "".join(f"{fold(word)} " for word in words_of(text))
        for pattern, key in self.patterns:
            match = pattern.search(plain)
            if match:
                yield match.start(), match.end(), key


class ConcernsUnreadable(Exception):
    """A table of the concerns has a mistake; the message names file, row and field."""


@lru_cache(maxsize=4)
def read_concerns(folder: Path) -> Concerns:
    """Read ``concerns.csv`` and ``phrases.csv`` in a folder.

    Raises:
        ConcernsUnreadable: a row lacks something, or speaks of a concern that is not there.
    """
    known = {}
    for number, row in _rows(folder / "concerns.csv"):
        lines = tuple(part.strip() for part in row["lines"].split(";") if part.strip())
        if not (row["concern"] and row["heading"] and row["text"] and lines):
            raise ConcernsUnreadable(f"concerns.csv, row {number}: a field is empty")
        known[row["concern"]] = Concern(row["concern"], row["heading"], row["text"], lines)
    patterns = []
    for number, row in _rows(folder / "phrases.csv"):
        if row["concern"] not in known:
            raise ConcernsUnreadable(f"phrases.csv, row {number}, concern: there is no {row['concern']!r}")
        patterns.append((_pattern(row["phrase"]), row["concern"]))
    return Concerns(known, tuple(patterns))


def _rows(table: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with table.open(encoding="utf-8", newline="") as file:
        yield from enumerate(csv.DictReader(file, restval=""), start=2)


def _pattern(phrase: str) -> re.Pattern[str]:
    signs = {"~": _GAP, "$": "$"}
    return re.compile(" " + "".join(signs.get(word) or _any_of(word.split("/")) for word in phrase.split()))


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(_either, words))}) "


def _either(word: str) -> str:
    return re.escape(fold(word.removesuffix("*"))) + (r"\S*" if word.endswith("*") else "")
