"""Whether a listing is surely what was asked for, or only shares some words with it."""

from collections.abc import Collection, Sequence

from hubfinder.search.query import Query, Unit, UnitKind

CONFIDENT = 0.68
"""From this part of the words on, told by their weight, a listing is surely what was meant."""
IN_PASSING = 0.5
"""What a word counts that is said of a listing only further down, not in its name or summary."""


def coverage(query: Query, held: Sequence[bool], told: Collection[str]) -> float:
    """How much of what was asked a listing holds, 0 to 1; 1 without words.

    ``held`` says of each unit of the query whether the listing holds it; ``told`` are the terms of its name
    and its summary.
    """
    whole = sum(word.weight for word in query.words)
    if not whole:
        return 1.0
    best = [0.0] * len(query.words)
    for unit, is_held in zip(query.units, held, strict=True):
        credit = _credit(unit, told) if is_held else 0.0
        for number in unit.covers:
            best[number] = max(best[number], credit)
    held_weight = sum(word.weight * credit for word, credit in zip(query.words, best, strict=True))
    return min(held_weight / whole, 1.0)


def _credit(unit: Unit, told: Collection[str]) -> float:
    if unit.kind is UnitKind.CONCEPT or any(term in told for term in unit.terms):
        return unit.credit
    return unit.credit * IN_PASSING
