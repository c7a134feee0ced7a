"""What day and time it is where families live."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The time in England, whatever the machine's own zone is."""
    return datetime.now(LONDON)


def today() -> date:
    """Today's date in England, whatever the machine's own zone is."""
    return now().date()
