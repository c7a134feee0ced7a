"""When a telephone may ring: the times that were ticked, and no others."""

from datetime import UTC, date, datetime

import pytest

from hubfinder.clock import LONDON
from hubfinder.referrals.form.words import TIMES
from hubfinder.referrals.safe_times import ANY, HOURS, next_safe

NIGHT = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
"""A Wednesday."""
HOLIDAYS = frozenset({date(2026, 11, 4), date(2026, 11, 5), date(2026, 11, 6)})


def after(when: list[str], moment: datetime) -> str:
    """Day and time of England; empty where it is never."""
    found = next_safe(when, moment, lambda day: day.weekday() < 5 and day not in HOLIDAYS)
    return f"{found.astimezone(LONDON):%a %H:%M}" if found else ""


def test_every_time_that_can_be_ticked_has_hours() -> None:
    assert {*HOURS, ANY} == set(TIMES)


@pytest.mark.parametrize(
    ("when", "moment", "then"),
    [
        (["any"], NIGHT, "Wed 03:00"),
        (["any", "evening"], NIGHT, "Wed 03:00"),
        ([], NIGHT, "Wed 09:00"),
        ([], NIGHT.replace(hour=12), "Wed 12:00"),
        ([], NIGHT.replace(hour=17), "Thu 09:00"),
        (["evening"], NIGHT, "Wed 17:00"),
        (["evening"], NIGHT.replace(hour=18), "Wed 18:00"),
        (["evening"], NIGHT.replace(hour=20), "Thu 17:00"),
        (["evening", "morning"], NIGHT.replace(hour=13), "Wed 17:00"),
        (["evening", "morning"], NIGHT.replace(hour=21), "Thu 09:00"),
        (["school"], NIGHT, "Mon 09:30"),
        (["school", "afternoon"], NIGHT, "Wed 12:00"),
        (["whenever"], NIGHT, ""),
    ],
)
def test_the_next_moment_that_is_safe(when: list[str], moment: datetime, then: str) -> None:
    assert after(when, moment) == then


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    summer = datetime(2026, 7, 1, 16, 30, tzinfo=UTC)
    assert after(["evening"], summer) == "Wed 17:30"
    assert after(["morning"], datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == "Sun 09:00"


def test_where_nobody_knows_when_the_schools_are_open_it_is_never() -> None:
    assert next_safe(["school"], NIGHT, lambda _day: False) is None
