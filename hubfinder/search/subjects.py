"""What a listing is about, told by its own words: the concepts of the thesaurus that its texts name.

The same thesaurus reads questions, so that "bed wetting" finds a clinic for dry nights.
"""

from functools import lru_cache
from pathlib import Path

from hubfinder.search.meanings import Meanings
from hubfinder.search.text import ABOUT
from hubfinder.search.thesaurus import read_thesaurus
from hubfinder.settings import PROJECT

THESAURUS = PROJECT / "seeds" / "thesaurus"
LEAST = 0.05
"""Marks that would count less are left out."""


@lru_cache(maxsize=2)
def meanings_of(folder: Path) -> Meanings:
    """The meanings of a thesaurus, read once for all who ask."""
    return Meanings(read_thesaurus(folder))


def subject_marks(*texts: tuple[float, str], folder: Path = THESAURUS) -> list[tuple[float, str]]:
    """Marks for every concept that a phrase in one of these weighted texts names, with its best weight."""
    marks: dict[str, float] = {}
    meanings = meanings_of(folder)
    for weight, text in texts:
        for concept, strength in meanings.named_in(text).items():
            mark = ABOUT + concept
            marks[mark] = max(marks.get(mark, 0.0), round(weight * strength, 3))
    return sorted((weight, mark) for mark, weight in marks.items() if weight >= LEAST)
