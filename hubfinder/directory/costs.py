"""Reading what something costs: ``free``, or ``2.50 per session; 1.00 each extra child``."""

import re

from hubfinder.directory.values import Cost, Malformed

_AMOUNT = re.compile(r"£?\s*(?P<pounds>\d{1,6}(?:\.\d{1,2})?)(?![\d.,])\s*(?P<words>.*)", re.DOTALL)
_FREE = re.compile(r"free\b[\s:,]*(?P<words>.*)", re.IGNORECASE | re.DOTALL)
LONGEST_WORDS = 255


def read_costs(text: str) -> tuple[Cost, ...]:
    """The prices of a cell, in the order written. An empty cell says nothing about the cost.

    Raises:
        Malformed: an amount is not pounds and pence, or its words are too long.
    """
    return tuple(_cost(part.strip()) for part in text.split(";") if part.strip())


def _cost(part: str) -> Cost:
    if len(part) > LONGEST_WORDS:
        raise Malformed(f"“{part[:40]}…” is longer than {LONGEST_WORDS} characters")
    if free := _FREE.fullmatch(part):
        return Cost(0.0, free["words"].strip())
    if amount := _AMOUNT.fullmatch(part):
        return Cost(float(amount["pounds"]), amount["words"].strip())
    if part[0].isdigit() or part[0] in "£-+":
        raise Malformed(f"“{part}” is not a cost: an amount in pounds such as 2.50, then words, or “free”")
    return Cost(None, part)
