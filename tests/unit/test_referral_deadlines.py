"""By when somebody has to act: never on a day that is closed, never earlier for who came later."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.front_door_models import FrontDoor
from hubfinder.referrals.front_doors import opening_of
from hubfinder.referrals.vocab import Urgency
from hubfinder.search.school_year import bank_holidays
from hubfinder.settings import PROJECT
from tests.support.people import HARBOURMOUTH

SEEDS: Path = PROJECT / "seeds"
CLOSED = bank_holidays(SEEDS / "bank_holidays.csv")
USUAL = Opening(is_holiday=CLOSED.__contains__)
DAYTIME = st.times(time(6), time(20)).map(lambda one: one.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(
    datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-12-01"), timezones=st.just(UTC)
)


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    """Front doors as councils have them: by day, on some days of the week."""
    opens, closes = sorted((draw(DAYTIME), draw(DAYTIME)))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return Opening(
        opens, max(closes, opens.replace(hour=opens.hour + 1)), days, is_holiday=CLOSED.__contains__
    )


def here(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (here(2026, 11, 24, 15), here(2026, 11, 25, 15)),
        (here(2026, 11, 27, 15), here(2026, 11, 30, 15)),  # over a weekend
        (here(2026, 11, 27, 17), here(2026, 12, 1, 9)),  # just shut: as if it came on Monday morning
        (here(2026, 11, 28, 3), here(2026, 12, 1, 9)),
        (here(2026, 11, 24, 8, 59), here(2026, 11, 25, 9)),
        (here(2026, 4, 2, 11), here(2026, 4, 7, 11)),  # Maundy Thursday: Easter is between
        (here(2026, 12, 24, 16), here(2026, 12, 29, 16)),
        (here(2026, 3, 27, 10), here(2026, 3, 30, 10)),  # the clocks go forward between
        (here(2026, 10, 23, 10), here(2026, 10, 26, 10)),  # and back
    ],
)
def test_one_working_day(received: datetime, due: datetime) -> None:
    assert USUAL.due(received) == due
    assert USUAL.due(received).tzinfo is UTC


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (here(2026, 11, 24, 15), here(2026, 11, 24, 16)),
        (here(2026, 11, 24, 16), here(2026, 11, 24, 17)),
        (
            here(2026, 11, 27, 16, 40),
            here(2026, 11, 30, 9, 40),
        ),  # a Friday: what is left of the hour on Monday
        (here(2026, 11, 22, 17, 23), here(2026, 11, 23, 10)),  # a Sunday: the first thing on Monday
        (here(2026, 11, 24, 3), here(2026, 11, 24, 10)),
        (here(2026, 12, 24, 20), here(2026, 12, 29, 10)),
    ],
)
def test_what_is_urgent_does_not_wait_for_a_working_day(received: datetime, due: datetime) -> None:
    for urgency in (Urgency.DANGER, Urgency.URGENT):
        assert USUAL.look(received, urgency) == due
    assert USUAL.look(received, Urgency.USUAL) == USUAL.due(received)


@given(openings(), MOMENTS)
def test_what_is_urgent_is_never_due_later_than_the_rest_nor_while_nobody_is_there(
    opening: Opening, moment: datetime
) -> None:
    soon = opening.soon(moment)
    assert moment < soon <= opening.due(moment)
    assert opening.is_open(soon) or opening.is_open(soon - timedelta(seconds=1))


def test_half_time_is_half_of_the_open_hours() -> None:
    received = here(2026, 11, 27, 15)  # two hours of Friday and six of Monday: half is gone at eleven
    assert USUAL.half_time(received, USUAL.due(received)) == here(2026, 11, 30, 11)
    at_night = here(2026, 11, 28, 3)
    assert USUAL.half_time(at_night, USUAL.due(at_night)) == here(2026, 11, 30, 13)


def test_a_summer_time_night_takes_no_hour_from_anybody() -> None:
    """By the clock on the wall it is a day, whether it has 23 hours or 25."""
    short, long = here(2026, 3, 27, 10), here(2026, 10, 23, 10)
    assert USUAL.due(short) - short.astimezone(UTC) == timedelta(hours=71)
    assert USUAL.due(long) - long.astimezone(UTC) == timedelta(hours=73)


@given(openings(), MOMENTS, st.integers(1, 25))
def test_it_is_due_while_somebody_is_there_and_never_before_a_working_day(
    opening: Opening, moment: datetime, days: int
) -> None:
    due = opening.due(moment, days)
    assert opening.is_open(due)
    assert due.astimezone(LONDON).date() not in CLOSED
    assert due > moment
    passed = [
        moment.astimezone(LONDON).date() + timedelta(number)
        for number in range((due.astimezone(LONDON).date() - moment.astimezone(LONDON).date()).days)
    ]
    assert sum(opening.is_working_day(day) for day in passed) >= days


@given(openings(), MOMENTS, st.timedeltas(timedelta(), timedelta(days=10)), st.integers(1, 5))
def test_who_comes_later_is_never_due_earlier(
    opening: Opening, moment: datetime, later: timedelta, days: int
) -> None:
    assert opening.due(moment, days) <= opening.due(moment + later, days)
    assert opening.due(moment, days) < opening.due(moment, days + 1)


@given(openings(), MOMENTS, st.integers(1, 20))
def test_half_time_comes_between_and_while_somebody_is_there(
    opening: Opening, moment: datetime, days: int
) -> None:
    due = opening.due(moment, days)
    half = opening.half_time(moment, due)
    assert moment <= half < due
    assert opening.is_open(half) or opening.is_open(half - timedelta(seconds=1))


@given(openings(), MOMENTS, st.integers(1, 20))
def test_the_beginning_of_a_clock_is_found_again(opening: Opening, moment: datetime, days: int) -> None:
    assert opening.begun(opening.due(moment, days), days) == opening.next_open(moment)


def test_hours_are_those_of_the_council(session: Session) -> None:
    row = FrontDoor(
        council_code=HARBOURMOUTH,
        council_name="Harbourmouth Council",
        opens=time(8),
        closes=time(20),
        days=[0, 1, 2, 3, 4, 5],
    )
    session.add(row)
    session.flush()
    opening = opening_of(session, HARBOURMOUTH, SEEDS)
    assert opening.is_open(here(2026, 11, 28, 19, 59)), "a Saturday evening"
    assert not opening.is_open(here(2026, 12, 25, 12))
    usual = opening_of(session, "E00000000", SEEDS)
    assert not usual.is_open(here(2026, 11, 28, 12))
    assert usual.is_open(here(2026, 11, 27, 9))
    assert not usual.is_open(here(2026, 11, 27, 17))


def test_a_front_door_that_never_opens_is_said_to_be_so() -> None:
    with pytest.raises(ValueError, match="open on no day"):
        Opening(days=frozenset()).due(here(2026, 11, 24))
    with pytest.raises(ValueError, match="open on no day"):
        Opening(is_holiday=lambda day: day > date(2026, 11, 1)).due(here(2026, 11, 24))
