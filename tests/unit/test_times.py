"""Opening hours: sessions and words as minutes of the week, parts of the week, and the school year."""

import csv
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from hubfinder.clock import LONDON, now, today
from hubfinder.directory.models import Schedule
from hubfinder.search.school_year import Doubt, SchoolYears, bank_holidays, term_dates
from hubfinder.search.times import (
    EVERY_SLOT,
    IN_HOLIDAYS,
    IN_TERM,
    MINUTES_A_DAY,
    MINUTES_A_WEEK,
    YEAR_ROUND,
    asked_slots,
    read_hours,
    slots_of,
    spans_of,
)
from hubfinder.settings import PROJECT
from hubfinder.vocab import Season, Weekday, When

SEEDS = PROJECT / "seeds"
HOUR = 60
DEMONSTRATION = "Z06000001"


def days(text: str) -> dict[int, list[tuple[float, float]]]:
    """Hours of opening by day, Monday 0."""
    found: dict[int, list[tuple[float, float]]] = {}
    for opens, closes, season in read_hours(text):
        day = opens // MINUTES_A_DAY
        found.setdefault(day, []).append(((opens / HOUR) % 24, closes / HOUR - 24 * day))
        assert season == YEAR_ROUND
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon-Fri 9am-5pm", {day: [(9, 17)] for day in range(5)}),
        ("Monday to Friday, 9am to 5pm", {day: [(9, 17)] for day in range(5)}),
        ("Weekdays 8.30am-6pm", {day: [(8.5, 18)] for day in range(5)}),
        ("Every day 5pm-midnight", {day: [(17, 24)] for day in range(7)}),
        ("Every day 10am-4pm and 7pm-10pm", {day: [(10, 16), (19, 22)] for day in range(7)}),
        (
            "Mon, Wed-Fri 9.30am-5pm; Tue 1pm-8pm",
            {0: [(9.5, 17)], 1: [(13, 20)], **{day: [(9.5, 17)] for day in (2, 3, 4)}},
        ),
        ("Sat 9am-noon.", {5: [(9, 12)]}),
        ("Thurs 12pm-1:30pm", {3: [(12, 13.5)]}),
        ("Weekends 12am-6am", {5: [(0, 6)], 6: [(0, 6)]}),
    ],
)
def test_hours_in_words_are_read(text: str, expected: dict[int, list[tuple[float, float]]]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize("text", ["24 hours", "24 hours a day, 7 days a week", "24/7"])
def test_always_is_the_whole_week(text: str) -> None:
    assert read_hours(text) == ((0, MINUTES_A_WEEK, YEAR_ROUND),)
    assert set(slots_of(read_hours(text))) == EVERY_SLOT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Every day, times on the website",
        "Mon-Fri 9am-5pm; evenings by arrangement",
        "Mon-Fri 9-5",
        "Mon-Fri 9am-5pm (not bank holidays)",
        "Every day 10pm-2am",
        "Fri-Mon 9am-5pm",
        "Mond 13am-5pm",
        "Monkey 9am-5pm",
        "9am-5pm",
    ],
)
def test_hours_that_are_not_surely_understood_say_nothing(text: str) -> None:
    assert read_hours(text) == ()


def test_all_hours_of_the_national_lines_are_read_but_those_that_name_none() -> None:
    with (SEEDS / "national_help.csv").open(newline="") as lines:
        hours = {row["hours"] for row in csv.DictReader(lines)} - {""}
    assert {text for text in hours if not read_hours(text)} == {"Every day, times on the website"}


def test_sessions_say_more_than_words() -> None:
    schedule = Schedule(weekday=Weekday.TUE, opens_at=time(9, 30), closes_at=time(11), season=Season.TERM)
    expected = [(MINUTES_A_DAY + 570, MINUTES_A_DAY + 660, IN_TERM)]
    assert spans_of([schedule], "24 hours") == expected
    assert spans_of([], "24 hours") == [(0, MINUTES_A_WEEK, YEAR_ROUND)]


@pytest.mark.parametrize(
    ("opens", "closes", "season", "expected"),
    [
        (9 * HOUR, 17 * HOUR, IN_TERM, {"Mon day term"}),
        (9 * HOUR, 17 * HOUR + 20, IN_TERM, {"Mon day term"}),
        (9 * HOUR, 17 * HOUR + 30, IN_TERM, {"Mon day term", "Mon evening term"}),
        (16 * HOUR + 45, 18 * HOUR, IN_HOLIDAYS, {"Mon evening holidays"}),
        (16 * HOUR + 50, 17 * HOUR + 10, IN_TERM, set()),
        (17 * HOUR, 17 * HOUR + 15, IN_TERM, {"Mon evening term"}),
    ],
)
def test_half_an_hour_is_enough_of_a_part_of_the_week(
    opens: int, closes: int, season: int, expected: set[str]
) -> None:
    assert set(slots_of([(opens, closes, season)])) == expected


def test_what_is_asked_of_the_week_holds_together() -> None:
    assert asked_slots() == EVERY_SLOT
    assert len(EVERY_SLOT) == 28
    assert asked_slots([When.EVENING], [Weekday.MON], [Season.TERM]) == {"Mon evening term"}
    assert asked_slots([When.WEEKEND], [Weekday.MON]) == frozenset()
    assert asked_slots([When.DAYTIME, When.WEEKEND], [Weekday.SAT]) == asked_slots([], [Weekday.SAT])


@pytest.mark.parametrize(
    ("when", "council", "seasons", "doubt"),
    [
        (datetime(2026, 11, 22, 9, tzinfo=LONDON), DEMONSTRATION, (YEAR_ROUND, IN_TERM), None),
        (datetime(2026, 10, 26, 9, tzinfo=LONDON), DEMONSTRATION, (YEAR_ROUND, IN_HOLIDAYS), None),
        (datetime(2026, 11, 22, 9, tzinfo=LONDON), "", (YEAR_ROUND, IN_TERM, IN_HOLIDAYS), Doubt.TERM_DATES),
        (
            datetime(2027, 9, 1, 9, tzinfo=LONDON),
            DEMONSTRATION,
            (YEAR_ROUND, IN_TERM, IN_HOLIDAYS),
            Doubt.TERM_DATES,
        ),
        (
            datetime(2026, 12, 25, 9, tzinfo=LONDON),
            DEMONSTRATION,
            (YEAR_ROUND, IN_HOLIDAYS),
            Doubt.BANK_HOLIDAY,
        ),
        (datetime(2027, 5, 3, 9, tzinfo=LONDON), DEMONSTRATION, (YEAR_ROUND,), Doubt.BANK_HOLIDAY),
    ],
)
def test_the_moment_knows_what_runs(
    when: datetime, council: str, seasons: tuple[int, ...], doubt: Doubt | None
) -> None:
    moment = SchoolYears(SEEDS).moment(when, council)
    assert (moment.seasons, moment.doubt) == (seasons, doubt)
    assert moment.minute == when.weekday() * MINUTES_A_DAY + 9 * HOUR


def test_the_demonstrations_school_year_has_no_gap_and_no_overlap() -> None:
    dates = sorted(term_dates(SEEDS / "term_dates.csv")[DEMONSTRATION], key=lambda one: one.first)
    for one, following in pairwise(dates):
        assert following.first == one.last + timedelta(days=1), one.name
        assert following.season is not one.season
    for one in dates:
        if one.season is Season.TERM:
            assert one.first.weekday() < 5, one.name
            assert one.last.weekday() < 5, one.name


def test_bank_holidays_fall_as_the_law_has_them() -> None:
    days = bank_holidays(SEEDS / "bank_holidays.csv")
    for year in (2026, 2027):
        mondays = [day for day in days if day.year == year and day.weekday() == 0 and day.month in (5, 8)]
        assert {(day.month, day.day <= 7, day.day > 24) for day in mondays} == {
            (5, True, False),
            (5, False, True),
            (8, False, True),
        }
        assert {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)} <= days.keys()
    assert {date(2026, 4, 3), date(2026, 4, 6), date(2027, 3, 26), date(2027, 3, 29)} <= days.keys()


@pytest.mark.parametrize(
    "row",
    ["Z1,always,A,2026-09-01,2026-10-01,x", "Z1,term,A,2026-10-01,2026-09-01,x", "Z1,term,A,soon,later,x"],
)
def test_dates_that_cannot_be_used_are_refused(tmp_path: Path, row: str) -> None:
    file = tmp_path / "term_dates.csv"
    file.write_text(f"council,season,name,first,last,source\n{row}\n")
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        term_dates(file)


def test_the_clock_is_englands() -> None:
    assert now().tzinfo is LONDON
    assert abs((now().date() - today()).days) <= 1
