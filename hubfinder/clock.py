"""What day and time it is where families live."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The time in England, whatever the machine's own zone is."""
    return datetime.now(LONDON)


def today() -> date:
    """Today's date in England, whatever the machine's own zone is."""
    return now().date()


def utc_now() -> datetime:
    """The time as it is written into the database: SQLite forgets the zone, so there is only one."""
    return datetime.now(UTC)


def as_utc(read: datetime) -> datetime:
    """A time read from either database, with its zone."""
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
