"""A day as people know it, whole or only its month or year: in figures of any script, or a month by name."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from babel import Locale

from hubfinder.display import formats
from hubfinder.display.language import locale

WHOLE = 3
"""How many numbers a day has that is known whole: one is the year, two are year and month."""
MONTHS_A_YEAR = 12


def day_of(day: str, month: str, year: str) -> str:
    """``2019-03-27``, ``2019-03`` or ``2019``.

    Raises:
        ValueError: that is no such day, or the year or the month between is missing.
    """
    known = [int(year)]
    if month or day:
        known.append(_months(locale()).get(month.casefold().rstrip(".")) or int(month))
    if day:
        known.append(int(day))
    first, _ = _ends(known)
    return first.isoformat()[: (4, 7, 10)[len(known) - 1]]


def span_of(known: str) -> tuple[date, date]:
    """The first and the last day that are meant.

    Raises:
        ValueError: it is no day as ``day_of`` gives it.
    """
    return _ends([int(part) for part in known.split("-")])


def day_words(known: str) -> str:
    """``27 March 2019``, ``March 2019`` or ``2019``; anything else as it stands."""
    try:
        first, last = span_of(known)
    except ValueError:
        return known
    return formats.day(first) if first == last else formats.month(known)


def _ends(known: Sequence[int]) -> tuple[date, date]:
    if not 1 <= len(known) <= WHOLE:
        raise ValueError(len(known))
    year, month, day = [*known, 0, 0][:WHOLE]
    if 0 in known:
        raise ValueError(0)
    last_month = month or MONTHS_A_YEAR
    first = date(year, month or 1, day or 1)
    return first, date(year, last_month, day or monthrange(year, last_month)[1])


@lru_cache(maxsize=16)
def _months(language: str) -> dict[str, int]:
    """Names of months, long and short, in a language and in English."""
    return {
        str(name).casefold().rstrip("."): number
        for one in ("en", "en_GB", language)
        for names in Locale.parse(one).months.values()
        for width in ("wide", "abbreviated")
        for number, name in names.get(width, {}).items()
    }
