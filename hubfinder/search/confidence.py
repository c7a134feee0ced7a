"""Whether a listing is surely what was asked for, or only shares some words with it."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from hubfinder.search.query import Query, Unit, UnitKind
from hubfinder.search.text import analyse

CONFIDENT = 0.7
"""From this part of the words on, told by their weight, a listing is surely what was meant."""
IN_SUMMARY, IN_PASSING = 0.75, 0.5
"""What a word counts that stands not in a listing's name but in its summary, or only further down."""


def coverage(query: Query, held: Sequence[bool], name: str, told: Collection[str]) -> float:
    """How much of what was asked a listing holds, 0 to 1; 1 where nothing was typed.

    Signs and small words alone ("((", "what is it") say nothing that a listing could hold: 0.
    ``held`` says of each unit of the query whether the listing of that ``name`` holds it; ``told`` are the
    terms of its name and summary.
    """
    whole = sum(word.weight for word in query.words)
    if not whole:
        return 0.0 if query.text else 1.0
    best = [0.0] * len(query.words)
    for unit, is_held in zip(query.units, held, strict=True):
        credit = _credit(unit, name, told) if is_held else 0.0
        for number in unit.covers:
            best[number] = max(best[number], credit)
    held_weight = sum(word.weight * credit for word, credit in zip(query.words, best, strict=True))
    return min(held_weight / whole, 1.0)


def _credit(unit: Unit, name: str, told: Collection[str]) -> float:
    if unit.kind is UnitKind.CONCEPT or not _named(name).isdisjoint(unit.terms):
        return unit.credit
    return unit.credit * (IN_SUMMARY if any(term in told for term in unit.terms) else IN_PASSING)


@lru_cache(maxsize=8192)
def _named(name: str) -> frozenset[str]:
    """The terms of a name: the same names are shown again and again."""
    return frozenset(analyse(name))
