"""Whether what a listing says was looked at lately enough to be relied upon."""

from datetime import date, timedelta


def is_stale(assured_date: date | None, today: date, stale_after_days: int) -> bool:
    """True when nobody has said that it is right for longer than ``stale_after_days``, or ever."""
    return assured_date is None or today - assured_date > timedelta(days=stale_after_days)
