"""Other words for the same thing: what a family says beside what a scheme is called."""

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import sqrt
from pathlib import Path

from hubfinder.search.query import Query, Unit, Word
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


class Synonyms:
    """Understands words by a table of other words for them: a unit for each word that was typed.

    The longest phrase of the table wins at each place, so that "not sleeping" is not also "sleeping".
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, text: str, listed: Sequence[str] = (), *, as_typed: bool = False) -> Query:
        del listed, as_typed  # nothing is corrected here
        said = analyse(text)
        thesaurus = read_thesaurus(self._path)
        others: list[dict[str, float]] = [{} for _ in said]
        longest = max((len(phrase) for phrase in thesaurus), default=0)
        at = 0
        while at < len(said):
            length = next(
                (
                    n
                    for n in range(min(longest, len(said) - at), 0, -1)
                    if tuple(said[at : at + n]) in thesaurus
                ),
                0,
            )
            means = thesaurus.get(tuple(said[at : at + length]), ())
            for place in range(at, at + length):
                others[place].update(dict.fromkeys(means, WEIGHT * min(1.0, sqrt(FULL / len(means)))))
            at += max(length, 1)
        units = (Unit({**others[at], word: 1.0}, (at,), label=word) for at, word in enumerate(said))
        return Query(text, tuple(Word(word, word, 1.0) for word in said), tuple(units))
