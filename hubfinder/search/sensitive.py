"""Words that somebody looking over a shoulder should not read because of us: violence, harm, what is private.

They hide nothing from the search itself. They only keep help about these things out of what the page shows by
itself while somebody types, and out of what the browser keeps unless somebody says so.
"""

import csv
import re
from functools import lru_cache
from pathlib import Path

from hubfinder.search.suggesting import simple

SENSITIVE = "sensitive_words.csv"
"""The file of the words, among the seeds."""
STEP, OVERLAP = 200, 30
"""Letters that are written plainly at once."""


@lru_cache(maxsize=2_000)
def is_sensitive(file: Path, *texts: str) -> bool:
    """Whether any of the texts has one of the words of ``sensitive_words.csv``."""
    words = _pattern(file)
    return any(words.search(f" {_whole(text)} ") for text in texts if text)


@lru_cache(maxsize=4)
def _pattern(file: Path) -> re.Pattern[str]:
    """One pattern of all words: whole ones, and beginnings, which end in ``*``."""
    with file.open(encoding="utf-8", newline="") as lines:
        found = [row["words"] for row in csv.DictReader(lines)]
    parts = (f"{re.escape(simple(words))}{'' if words.endswith('*') else ' '}" for words in found)
    return re.compile(f" (?:{'|'.join(sorted(parts))})")


def _whole(text: str) -> str:
    """A text however long, written plainly: in steps that overlap by more than the longest of the words."""
    return " ".join(simple(text[start : start + STEP + OVERLAP]) for start in range(0, len(text), STEP))
