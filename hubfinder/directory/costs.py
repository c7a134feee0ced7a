"""Reading what something costs: ``free [on benefits]; 2.50 per session; 1.00 each extra child``."""

import re

from hubfinder.directory.values import Cost, Malformed

_AMOUNT = re.compile(r"£?\s*(?P<pounds>\d{1,6}(?:\.\d{1,2})?)(?![\d.,])\s*(?P<words>.*)", re.DOTALL)
_FREE = re.compile(r"free\b[\s:,]*(?P<words>.*)", re.IGNORECASE | re.DOTALL)
_CONDITION = re.compile(r"(?P<price>[^\[\]]*)\[(?P<condition>[^\[\]]*)\]\s*")
LONGEST_WORDS = 255


def read_costs(text: str) -> tuple[Cost, ...]:
    """The prices of a cell, in the order written. An empty cell says nothing about the cost.

    Raises:
        Malformed: an amount is not pounds and pence, its words are too long, or who pays it does not stand
            in square brackets at its end.
    """
    return tuple(_cost(part.strip()) for part in text.split(";") if part.strip())


def _cost(part: str) -> Cost:
    if len(part) > LONGEST_WORDS:
        raise Malformed(f"“{part[:40]}…” is longer than {LONGEST_WORDS} characters")
    price, condition = _apart(part)
    if free := _FREE.fullmatch(price):
        return Cost(0.0, free["words"].strip(), condition)
    if amount := _AMOUNT.fullmatch(price):
        return Cost(float(amount["pounds"]), amount["words"].strip(), condition)
    if price[0].isdigit() or price[0] in "£-+":
        raise Malformed(f"“{price}” is not a cost: an amount in pounds such as 2.50, then words, or “free”")
    return Cost(None, price, condition)


def _apart(part: str) -> tuple[str, str]:
    """The price, and who pays it, which stands in square brackets behind."""
    if "[" not in part and "]" not in part:
        return part, ""
    found = _CONDITION.fullmatch(part)
    if not found or not found["price"].strip():
        raise Malformed(
            f"“{part}” is not a cost: who pays it stands at its end, such as “1.00 [families on benefits]”"
        )
    return found["price"].strip(), found["condition"].strip()


def pounds(amount: float) -> str:
    """``£2.50``; whole pounds without pence, and less than a pound as people say it: ``50p``."""
    if 0 < amount < 1:
        return f"{round(amount * 100)}p"
    return f"£{amount:.2f}".removesuffix(".00")
