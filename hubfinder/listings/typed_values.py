"""Times, days, ages and prices as people write them, read into what a listing keeps."""

import re
from datetime import date, time

from hubfinder.display.words import gettext

MONTHS_A_YEAR = 12
UNBORN = -9
"""Months: when pregnancy begins."""
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:\s*[:.h]\s*(?P<minute>\d{2}))?\s*(?P<half>a\.?m\.?|p\.?m\.?)?")
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_BRITISH = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{2}|\d{4})")
_NAMED_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_POUNDS = re.compile(r"£?\s*(\d{1,6}(?:\.\d{1,2})?)(p?)")


class Unclear(ValueError):
    """Nobody can tell what is meant; the message tells what would be clear."""


def read_time(text: str) -> time:
    """``9:30``, ``9.30am``, ``2 pm``, ``14:00`` or ``noon``.

    Raises:
        Unclear: it is no time of day.
    """
    said = " ".join(text.lower().split())
    if said in _NAMED:
        return _NAMED[said]
    match = _TIME.fullmatch(said)
    if not match:
        raise Unclear(gettext("Write a time such as 9:30am or 14:00"))
    hour, half = int(match["hour"]), (match["half"] or "").replace(".", "")
    if not match["minute"] and not half:
        raise Unclear(gettext("Write a time such as 9:30am or 14:00"))
    if half and not 1 <= hour <= 12:
        raise Unclear(gettext("Write a time such as 9:30am or 14:00"))
    try:
        return time(_of_24(hour, half), int(match["minute"] or 0))
    except ValueError:
        raise Unclear(gettext("Write a time such as 9:30am or 14:00")) from None


def _of_24(hour: int, half: str) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half == "pm" else 0)


def read_day(text: str) -> date:
    """``22/12/2026``, ``22 December 2026`` or ``2026-12-22``.

    Raises:
        Unclear: it is no day of the calendar.
    """
    said = " ".join(text.lower().split())
    try:
        return _day(said)
    except ValueError:
        raise Unclear(gettext("Write a date such as 22/12/2026")) from None


def _day(said: str) -> date:
    if found := _ISO.fullmatch(said):
        return date(*map(int, found.groups()))
    if found := _BRITISH.fullmatch(said):
        day, month, year = map(int, found.groups())
        return date(year + 2000 if year < 100 else year, month, day)
    if found := _NAMED_DAY.fullmatch(said):
        return date(int(found[3]), _MONTHS.index(found[2][:3]) + 1, int(found[1]))
    raise ValueError(said)


def day_typed(day: date) -> str:
    """``22/12/2026``."""
    return day.strftime("%d/%m/%Y")


def read_age(text: str, unit: str) -> int:
    """Months of an age in ``years`` or ``months``; half years count.

    Raises:
        Unclear: it is no age of somebody.
    """
    said = text.strip().replace("½", ".5")
    try:
        number = float(said)
    except ValueError:
        raise Unclear(gettext("Write the age as a number")) from None
    months = number * (MONTHS_A_YEAR if unit == "years" else 1)
    if not 0 <= months <= 1_200 or months != int(months):
        raise Unclear(gettext("Write the age as a number, from 0 to 100 years"))
    return int(months)


def age_typed(months: int) -> tuple[str, str]:
    """An age from birth on as number and unit: years where they are whole, else months."""
    if months % MONTHS_A_YEAR == 0:
        return str(months // MONTHS_A_YEAR), "years"
    return str(months), "months"


def read_pounds(text: str) -> float:
    """Pounds: ``2.50``, ``£3``, ``50p``, or ``free``.

    Raises:
        Unclear: it is no amount of money.
    """
    said = "".join(text.lower().split())
    if said in ("free", "nothing"):
        return 0.0
    found = _POUNDS.fullmatch(said)
    if not found or (found[2] and "." in found[1]):
        raise Unclear(gettext("Write an amount in pounds, such as 2.50"))
    return round(float(found[1]) / (100 if found[2] else 1), 2)


def pounds_typed(amount: float) -> str:
    return f"{amount:.0f}" if amount == int(amount) else f"{amount:.2f}"
