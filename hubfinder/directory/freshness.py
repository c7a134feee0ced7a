"""Whether what a listing says was looked at lately enough to be relied upon.

A listing as a whole goes by one number of days: that ranks it, and keeps it off paper. What goes out of
date sooner, its times and its free places, is doubted by itself before.
"""

from datetime import date, timedelta


def is_stale(assured_date: date | None, today: date, stale_after_days: int) -> bool:
    """True when nobody has said that it is right for longer than ``stale_after_days``, or ever."""
    return assured_date is None or today - assured_date > timedelta(days=stale_after_days)


def is_part_doubted(assured_date: date | None, today: date, cadence_days: int) -> bool:
    """True when a part of a listing that must be checked every ``cadence_days`` days was not.

    The parts are its times (``HUBFINDER_CADENCE_SESSION_TIMES_DAYS``) and its free places
    (``HUBFINDER_CADENCE_VACANCIES_DAYS``). Of what nobody ever checked the listing itself says so.
    """
    return assured_date is not None and is_stale(assured_date, today, cadence_days)
