"""Other words for the same thing: what a family says beside what a scheme is called."""

import csv
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import sqrt
from pathlib import Path

from hubfinder.search.text import analyse

WEIGHT = 0.6
"""A synonym counts a little less than the word somebody typed."""
FULL = 2
"""So many synonyms count in full; more share it, so that together they do not outweigh what was typed."""

Thesaurus = Mapping[tuple[str, ...], tuple[str, ...]]
"""Analysed words to the analysed words they also mean."""


@lru_cache(maxsize=4)
def read_thesaurus(path: Path) -> Thesaurus:
    """Read ``term,means,kind`` rows; ``means`` holds phrases separated by semicolons."""
    entries: dict[tuple[str, ...], list[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said = tuple(analyse(row["term"]))
            if said:
                entries.setdefault(said, []).extend(analyse(row["means"]))
    return {said: tuple(dict.fromkeys(means)) for said, means in entries.items()}


def expand(words: Iterable[str], thesaurus: Thesaurus) -> dict[str, float]:
    """The terms to look for and their weights: the words themselves, and what they also mean.

    The longest phrase of the thesaurus wins at each place, so that "not sleeping" is not also "sleeping".
    """
    said = list(words)
    terms = dict.fromkeys(said, 1.0)
    longest = max((len(phrase) for phrase in thesaurus), default=0)
    at = 0
    while at < len(said):
        for length in range(min(longest, len(said) - at), 0, -1):
            means = thesaurus.get(tuple(said[at : at + length]))
            if means:
                weight = WEIGHT * min(1.0, sqrt(FULL / len(means)))
                for word in means:
                    terms.setdefault(word, weight)
                at += length - 1
                break
        at += 1
    return terms
