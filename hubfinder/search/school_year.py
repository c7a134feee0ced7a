"""What day it is for a council: term time or school holidays, and whether it is a bank holiday.

The dates are data: ``seeds/term_dates.csv`` by council, ``seeds/bank_holidays.csv`` for England. Of a day
that no row holds nothing is known, and nothing is made up.
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from hubfinder.search.times import IN_HOLIDAYS, IN_TERM, MINUTES_A_DAY, SEASONS, YEAR_ROUND
from hubfinder.vocab import Season


class Doubt(StrEnum):
    """Why what should be open may be shut all the same."""

    TERM_DATES = "term_dates"
    """Nobody has said when this council's schools are open."""
    BANK_HOLIDAY = "bank_holiday"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as opening hours know it."""

    minute: int
    """Of the week; Monday 0:00 is 0."""
    seasons: tuple[int, ...]
    """Numbers of the seasons (``times.SEASONS``) whose sessions run, or may run."""
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Dates:
    """A part of a school year, first and last day included."""

    council: str
    """Code of the local authority."""
    season: Season
    name: str
    first: date
    last: date


class SchoolYears:
    """The dates of all councils that have said them. Nothing here changes after it is read."""

    def __init__(self, seeds: Path) -> None:
        self.seeds = seeds

    def moment(self, now: datetime, council: str = "") -> Moment:
        """A time (of England) for families of a council, by its code; empty where that is not known."""
        day = now.date()
        minute = day.weekday() * MINUTES_A_DAY + now.hour * 60 + now.minute
        season = self.season(day, council)
        if self.bank_holiday(day):
            in_holidays = (YEAR_ROUND, IN_HOLIDAYS) if season is Season.HOLIDAYS else (YEAR_ROUND,)
            return Moment(minute, in_holidays, Doubt.BANK_HOLIDAY)
        if season is None:
            return Moment(minute, (YEAR_ROUND, IN_TERM, IN_HOLIDAYS), Doubt.TERM_DATES)
        return Moment(minute, (YEAR_ROUND, SEASONS.index(season)))

    def bank_holiday(self, day: date) -> str:
        """The English name of a bank holiday; empty for any other day."""
        return bank_holidays(self.seeds / "bank_holidays.csv").get(day, "")

    def season(self, day: date, council: str) -> Season | None:
        """Term or holidays; none where nobody has said."""
        dates = term_dates(self.seeds / "term_dates.csv").get(council, ())
        return next((one.season for one in dates if one.first <= day <= one.last), None)


@lru_cache(maxsize=4)
def term_dates(file: Path) -> dict[str, tuple[Dates, ...]]:
    """The school years of a file, by council.

    Raises:
        ValueError: a date is none, ends before it begins, or the season is neither term nor holidays.
    """
    found: dict[str, tuple[Dates, ...]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
            season = Season(row["season"])
            if last < first or season is Season.ALWAYS:
                raise ValueError(
                    f"{file.name}: {row['name']} is neither term nor holidays, or runs backwards"
                )
            dates = Dates(row["council"], season, row["name"], first, last)
            found[dates.council] = (*found.get(dates.council, ()), dates)
    return found


@lru_cache(maxsize=4)
def bank_holidays(file: Path) -> dict[date, str]:
    """The bank holidays of England, with their names."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {date.fromisoformat(row["day"]): row["name"] for row in csv.DictReader(lines)}
