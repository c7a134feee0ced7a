"""Figures, dates and times in words, in the language of the page."""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from hubfinder.clock import LONDON, as_utc
from hubfinder.display.language import locale
from hubfinder.display.words import gettext, ngettext
from hubfinder.places.values import METRES_PER_MILE

MONTHS_A_YEAR = 12
_USUAL_DAY = "d MMMM", " y"
_DAY = {"pt": ("d 'de' MMMM", " 'de' y")}
"""Day and month, and the year behind them, in languages that put words between."""


def now() -> datetime:
    """The time where the families are."""
    return datetime.now(LONDON)


@lru_cache(maxsize=4096)
def _decimal(tenths: int, language: str) -> str:
    return format_decimal(tenths / 10, format="#,##0.0", locale=language)


def distance(metres: float) -> str:
    """Metres in miles with one decimal: ``0.4 miles``."""
    tenths = round(metres / METRES_PER_MILE * 10)
    if tenths == 0:
        return gettext("less than 0.1 miles")
    if tenths == 10:
        return gettext("1 mile")
    return gettext("%(number)s miles", number=_decimal(tenths, locale()))


@lru_cache(maxsize=1024)
def _date(value: date, pattern: str, language: str) -> str:
    return format_date(value, pattern, locale=language)


def day(value: date) -> str:
    """``1 November 2026``."""
    return _date(value, "".join(_DAY.get(locale(), _USUAL_DAY)), locale())


def moment(value: datetime) -> str:
    """A time from the database as people here read it: ``1 November 2026, 14:05``."""
    here = as_utc(value).astimezone(LONDON)
    return f"{day(here)}, {here:%H:%M}"


def day_of_year(value: date) -> str:
    """``1 November``."""
    return _date(value, _DAY.get(locale(), _USUAL_DAY)[0], locale())


def month(value: str) -> str:
    """``202403`` or ``2024-03`` as ``March 2024``; a bare year, or anything else, as it stands."""
    digits = value.replace("-", "")[:6]
    if len(digits) < 6 or not digits.isdigit() or not 1 <= int(digits[4:]) <= MONTHS_A_YEAR:
        return value
    return _date(date(int(digits[:4]), int(digits[4:]), 1), "LLLL y", locale())


def percentage(share: float) -> str:
    """A share from 0 to 1 in whole per cent."""
    return f"{round(share * 100)}%"


def figure(value: float, places: int = 0) -> str:
    """A number with the separators of the language, and so many places."""
    return _figure(value, places, locale())


@lru_cache(maxsize=4096)
def _figure(value: float, places: int, language: str) -> str:
    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    return format_decimal(round(value, places), format=pattern, locale=language)


def text_message(number: str, words: str) -> str:
    """Where a text goes and what it says: ``85258 (TOTS)``; where its words name the number, those."""
    if not words or not number:
        return words or number
    return words if telephone_link(number) in telephone_link(words) else f"{number} ({words})"


def telephone_link(number: str) -> str:
    """What stands behind ``tel:`` for a number people read; the country's own form is left as it is."""
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")


def clock(at: time) -> str:
    """``10am``, ``9.30am``, ``noon``, ``midnight`` in English; the 24-hour clock in other languages."""
    if locale() != "en":
        return f"{at.hour}:{at.minute:02}"
    if at in (time(12), time(0)):
        return "noon" if at.hour else "midnight"
    minutes = f".{at.minute:02}" if at.minute else ""
    return f"{(at.hour - 1) % 12 + 1}{minutes}{'am' if at.hour < 12 else 'pm'}"


def between(opens: time, closes: time) -> str:
    """``10am to noon``."""
    return gettext("%(opens)s to %(closes)s", opens=clock(opens), closes=clock(closes))


def ago(then: date, today: date) -> str:
    """How long ago, as roughly as people say it: ``today``, ``9 days ago``, ``7 months ago``."""
    days = (today - then).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    if days < 14:
        return ngettext("%(num)d day ago", "%(num)d days ago", days)
    if days < 61:
        return ngettext("%(num)d week ago", "%(num)d weeks ago", days // 7)
    if days < 730:
        return ngettext("%(num)d month ago", "%(num)d months ago", _months(then, today))
    return ngettext("%(num)d year ago", "%(num)d years ago", _months(then, today) // MONTHS_A_YEAR)


def unchecked_for(then: date, today: date) -> str:
    """How long nobody has checked something: ``7 months``."""
    months = _months(then, today)
    if months < 24:
        return ngettext("%(num)d month", "%(num)d months", months)
    return ngettext("%(num)d year", "%(num)d years", months // MONTHS_A_YEAR)


def _months(then: date, today: date) -> int:
    months = (today.year - then.year) * MONTHS_A_YEAR + today.month - then.month
    return max(1, months - (today.day < then.day))


def ages(minimum: int | None, maximum: int | None) -> str:
    """An age range in words that can follow "Ages:"; months, the maximum not included. Empty where unsaid."""
    if minimum is None and maximum is None:
        return ""
    low = minimum or 0
    if low < 0:
        return _from_pregnancy(maximum)
    if maximum is None:
        return gettext("%(age)s and over", age=_age(low)) if low else gettext("any age")
    if low == 0:
        return _up_to(maximum)
    if _whole(low) and _whole(maximum):
        return _years(low // MONTHS_A_YEAR, maximum // MONTHS_A_YEAR - 1)
    return gettext("%(low)s to %(high)s", low=age(low), high=age(maximum))


def _from_pregnancy(maximum: int | None) -> str:
    if maximum is None:
        return gettext("pregnancy and any age")
    if maximum <= 0:
        return gettext("pregnancy")
    return gettext("pregnancy to %(age)s", age=age(maximum))


def _up_to(maximum: int) -> str:
    """``under 5``; past 18 the last year counts more: ``up to 25``."""
    if _whole(maximum) and maximum > 18 * MONTHS_A_YEAR:
        return gettext("up to %(age)s", age=maximum // MONTHS_A_YEAR - 1)
    return gettext("under %(age)s", age=_age(maximum))


def _years(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return gettext("%(first)s to %(last)s", first=first, last=last)


def _whole(months: int) -> bool:
    return months % MONTHS_A_YEAR == 0


def _age(months: int) -> str:
    """Whole years as a bare number, as people say it; anything else in months."""
    return str(months // MONTHS_A_YEAR) if _whole(months) else age(months)


def age(months: int) -> str:
    """``2 years``, ``18 months``."""
    if _whole(months):
        return ngettext("%(num)d year", "%(num)d years", months // MONTHS_A_YEAR)
    if months > 2 * MONTHS_A_YEAR and months % 6 == 0:
        return gettext("%(years)s years", years=f"{months // MONTHS_A_YEAR}½")
    return ngettext("%(num)d month", "%(num)d months", months)


def sentence(words: str) -> str:
    """Words of ours or of a file, with a full stop at the end."""
    return words if words.endswith((".", "!", "?", "؟", "۔")) else f"{words}."


def listed(parts: Iterable[str]) -> str:
    """Several things in one sentence, with the comma of the language."""
    return gettext(", ").join(parts)
