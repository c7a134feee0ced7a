"""Ages as a picture: a bar from pregnancy to 25."""

from dataclasses import dataclass

FIRST, LAST = -9, 312
"""Months: from the beginning of pregnancy to the 26th birthday."""
WIDTH, MARGIN = 346, 1
YEARS = (2, 5, 11, 16, 18, 25)


@dataclass(frozen=True, slots=True)
class AgeBar:
    """Where the bar begins and how long it is, and where the years stand; units of the drawing."""

    left: int
    width: int
    years: tuple[tuple[int, int], ...]


def age_bar(minimum: int | None, maximum: int | None) -> AgeBar | None:
    """The bar of an age range in months; none where nobody has said, or it is for every age."""
    if minimum is None and maximum is None:
        return None
    low = _at(max(minimum if minimum is not None else 0, FIRST))
    high = _at(min(maximum if maximum is not None else LAST, LAST))
    return AgeBar(low, max(high - low, 6), tuple((_at(year * 12), year) for year in YEARS))


def _at(months: int) -> int:
    return MARGIN + round((months - FIRST) / (LAST - FIRST) * WIDTH)
