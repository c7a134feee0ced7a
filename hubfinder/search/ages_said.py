"""An age that stands in a question: "my son is 17", "free nursery place for 2 year old"."""

import re

from hubfinder.search.text import fold

YEAR, UNBORN = 12, -9
Span = tuple[int, int]
"""Months: the first, and the first after it."""
_NUMBERS = dict(
    zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True)
)
_NUMBER = r"(\d{1,2}|" + "|".join(_NUMBERS) + ")"
_UNITS = {"y": YEAR, "m": 1, "w": 0}
_OLD = re.compile(rf"\b{_NUMBER}[ -]?(y|m|w)(?:ea)?(?:r|on?th|nth|th|eek|k)?s?(?:[ -]?(?:old|o))\b")
_IS = re.compile(
    rf"\b(?:i am|im|i'm|is|aged?|who is|turned|just turned) {_NUMBER}(?! (?:hours|weeks|months|days|%))\b"
)
_UNBORN = re.compile(r"\b(?:pregnan(?:t|cy)|expecting (?:a|my|our)|unborn|antenatal)\b")
OLDEST = 26 * YEAR


def age_said(text: str) -> Span | None:
    """The age said in an English question; none where there is none, or more than one."""
    plain = fold(text)
    found = [_span(number, unit) for number, unit in _OLD.findall(plain)]
    found += [_span(number, "y") for number in _IS.findall(plain)]
    likely = {span for span in found if span[0] < OLDEST}
    return next(iter(likely)) if len(likely) == 1 else None


def _span(number: str, unit: str) -> Span:
    count = _NUMBERS.get(number) or int(number if number.isdigit() else 0)
    if unit == "w":
        return count // 4, count // 4 + 1
    months = count * _UNITS[unit]
    return months, months + _UNITS[unit]
