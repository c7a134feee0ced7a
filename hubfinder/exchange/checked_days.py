"""The day when a listing was checked last: files show it, and do not change it.

That a listing is still right is said one by one under “What is due”, by somebody who has looked. A day that
was written into a file is told, so that nobody believes it is done.
"""

import re
from datetime import date

NOT_READ = (
    "is not taken from a file, so the day of checking stays as it was. "
    "Say under “What is due”, or on the page of the listing, that it is still right"
)
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00(?::00)?)?")
_BRITISH = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{2}|[0-9]{4})")
"""What spreadsheet programs make of ours when they save CSV."""


def is_new_day(cell: str, known: date | None) -> bool:
    """Whether somebody wrote a day into a cell: not one that the listing has, or has had."""
    cell = cell.strip()
    if not cell:
        return False
    day = _day(cell)
    return day is None or known is None or day > known


def _day(cell: str) -> date | None:
    try:
        if iso := _ISO.fullmatch(cell):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if british := _BRITISH.fullmatch(cell):
            year = int(british[3])
            return date(year if year > 99 else 2000 + year, int(british[2]), int(british[1]))
    except ValueError:
        pass
    return None
