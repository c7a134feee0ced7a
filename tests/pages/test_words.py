"""Figures, dates and times in words."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask

from hubfinder.clock import LONDON
from hubfinder.directory.costs import pounds
from hubfinder.display import formats
from hubfinder.display.addresses import address_line
from hubfinder.display.language import KNOWN, speak
from hubfinder.display.timetables import Slot, brief, in_words, opening_now, slots_of_card
from hubfinder.search.values import Session
from hubfinder.vocab import Season
from hubfinder.web.public.cards import shortened
from hubfinder.web.shared.ages import age_bar

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def english(plain_app: Flask) -> Iterator[None]:
    with plain_app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (0, "less than 0.1 miles"),
        (640, "0.4 miles"),
        (1609, "1 mile"),
        (3200, "2.0 miles"),
        (2_000_000, "1,242.7 miles"),
    ],
)
def test_distances_are_in_miles_with_one_decimal(metres: float, words: str) -> None:
    assert formats.distance(metres) == words


@pytest.mark.parametrize(
    ("minimum", "maximum", "words"),
    [
        (None, None, ""),
        (0, None, "any age"),
        (None, 60, "under 5"),
        (0, 12, "under 1"),
        (0, 18, "under 18 months"),
        (0, 216, "under 18"),
        (0, 312, "up to 25"),
        (-9, 0, "pregnancy"),
        (-9, 24, "pregnancy to 2 years"),
        (-9, 6, "pregnancy to 6 months"),
        (-9, None, "pregnancy and any age"),
        (132, 192, "11 to 15"),
        (24, 36, "2"),
        (6, 24, "6 months to 2 years"),
        (42, 60, "3½ years to 5 years"),
        (192, None, "16 and over"),
        (1, None, "1 month and over"),
    ],
)
def test_ages_are_said_the_way_people_say_them(minimum: int | None, maximum: int | None, words: str) -> None:
    assert formats.ages(minimum, maximum) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "today"),
        (0, "today"),
        (1, "yesterday"),
        (9, "9 days ago"),
        (14, "2 weeks ago"),
        (60, "8 weeks ago"),
        (61, "2 months ago"),
        (215, "7 months ago"),
        (729, "23 months ago"),
        (731, "2 years ago"),
    ],
)
def test_how_long_ago(days: int, words: str) -> None:
    assert formats.ago(TODAY - timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(("days", "words"), [(10, "1 month"), (215, "7 months"), (900, "2 years")])
def test_for_how_long_nobody_has_checked(days: int, words: str) -> None:
    assert formats.unchecked_for(TODAY - timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(9), "9am"),
        (time(9, 30), "9.30am"),
        (time(12), "noon"),
        (time(0), "midnight"),
        (time(0, 5), "12.05am"),
        (time(12, 15), "12.15pm"),
        (time(23, 59), "11.59pm"),
    ],
)
def test_times_of_day(at: time, words: str) -> None:
    assert formats.clock(at) == words


def test_other_languages_count_to_24() -> None:
    speak(KNOWN["pl"])
    assert formats.clock(time(15, 5)) == "15:05"
    assert formats.between(time(9), time(17)) == "9:00–17:00"
    assert formats.ago(TODAY - timedelta(days=22 * 7), TODAY) == "5 miesięcy temu"
    assert formats.ago(TODAY - timedelta(days=21), TODAY) == "3 tygodnie temu"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("202403", "March 2024"),
        ("2025-04", "April 2025"),
        ("2025-04-06", "April 2025"),
        ("2025", "2025"),
        ("2025-13", "2025-13"),
        ("spring", "spring"),
        ("", ""),
    ],
)
def test_months(text: str, words: str) -> None:
    assert formats.month(text) == words


def test_money_telephone_and_share() -> None:
    assert (pounds(2.5), pounds(3)) == ("£2.50", "£3")
    assert (pounds(0.5), pounds(0.07)) == ("50p", "7p")
    assert formats.telephone_link("0800 328 5644") == "08003285644"
    assert formats.percentage(0.624) == "62%"


MONDAY_TO_FRIDAY = [Slot(day, time(9), time(17)) for day in range(5)]


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ([], ""),
        ([Slot(2, time(10), time(12))], "Wednesdays 10am to noon"),
        (MONDAY_TO_FRIDAY, "Monday to Friday 9am to 5pm"),
        ([Slot(day, time(9), time(22)) for day in range(7)], "Every day 9am to 10pm"),
        ([Slot(0, time(9), time(10)), Slot(2, time(9), time(10))], "Mondays, Wednesdays 9am to 10am"),
        ([Slot(5, time(9, 30), time(11), Season.TERM)], "Saturdays 9.30am to 11am in term time"),
        (
            [Slot(0, time(9), time(10)), Slot(1, time(10), time(11)), Slot(2, time(11), time(12))],
            "Mondays 9am to 10am, Tuesdays 10am to 11am, and 1 more time",
        ),
    ],
)
def test_sessions_in_words(slots: list[Slot], words: str) -> None:
    assert brief(slots) == words


def test_sessions_of_a_card_are_read_in_the_order_of_the_week() -> None:
    friday: Session = {"day": "Fri", "opens": "10:00", "closes": "12:00", "season": "always", "note": ""}
    monday: Session = {**friday, "day": "Mon"}
    assert in_words(slots_of_card([friday, monday])) == ["Mondays, Fridays 10am to noon"]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-11-23 08:00", "Opens today at 9am"),
        ("2026-11-23 09:00", "Open today until 5pm"),
        ("2026-11-23 16:59", "Open today until 5pm"),
        ("2026-11-23 17:00", "Closed now. Opens tomorrow at 9am"),
        ("2026-11-27 18:00", "Closed now. Opens on Monday at 9am"),
        ("2026-11-22 12:00", "Closed now. Opens tomorrow at 9am"),
    ],
)
def test_whether_it_is_open_now(when: str, words: str) -> None:
    assert opening_now(MONDAY_TO_FRIDAY, datetime.fromisoformat(when).replace(tzinfo=LONDON)) == words


def test_once_a_week_is_a_week_away() -> None:
    once = [Slot(0, time(9), time(10), Season.TERM)]
    later = datetime(2026, 11, 23, 12, tzinfo=LONDON)
    assert opening_now(once, later) == "Closed now. Opens on Monday at 9am in term time"
    assert opening_now([], later) == ""


def test_an_address_has_each_part_once_and_its_postcode_whole() -> None:
    line = address_line("Hub", "12 Fish Row\nHarbourmouth, ZA1 2AB", "ZA1 2AB")
    assert line == "Hub, 12 Fish Row, Harbourmouth, ZA1\u00a02AB"
    assert address_line("", "Hub", "") == "Hub"


def test_a_long_text_is_cut_between_sentences() -> None:
    assert shortened("Short.") == "Short."
    long = "First sentence. " + "x" * 200 + ". Third."
    assert shortened(long) == "First sentence."
    assert shortened("y" * 300) == "y" * 300


def test_ages_as_a_picture() -> None:
    whole = age_bar(-9, 312)
    assert whole is not None
    assert (whole.left, whole.width) == (1, 346)
    baby = age_bar(0, 1)
    assert baby is not None
    assert baby.width == 6
    assert age_bar(None, None) is None
