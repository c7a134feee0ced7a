"""Reading schedules, costs and keys as people write them."""

from datetime import date, time

import pytest

from hubfinder.directory.costs import read_costs
from hubfinder.directory.freshness import is_stale
from hubfinder.directory.keys import make_key
from hubfinder.directory.models import CostOption
from hubfinder.directory.other_days import read_other_days
from hubfinder.directory.schedules import read_schedule
from hubfinder.directory.values import Cost, Malformed, OtherDays, WeeklySession
from hubfinder.search.cards import cost_words
from hubfinder.vocab import Season, Weekday


def test_a_schedule_is_sessions_with_season_and_note() -> None:
    assert read_schedule(
        "Mon 10:00-12:00; Wed 13:00-15:00 term; Sat 09:30-11:30 holidays (crafts; bring glue)"
    ) == (
        WeeklySession(Weekday.MON, time(10), time(12)),
        WeeklySession(Weekday.WED, time(13), time(15), Season.TERM),
        WeeklySession(Weekday.SAT, time(9, 30), time(11, 30), Season.HOLIDAYS, "crafts; bring glue"),
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mon-Fri 09:00-17:00", "Mon Tue Wed Thu Fri"),
        ("Mon, Wed-Thu 9.00 – 17.00", "Mon Wed Thu"),
        ("sunday 10:00-11:00", "Sun"),
        ("", ""),
        (" ; ", ""),
    ],
)
def test_days_are_written_in_many_ways(text: str, days: str) -> None:
    assert " ".join(session.weekday.value for session in read_schedule(text)) == days


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Mon 12:00-10:00", "ends before it begins"),
        ("Mon 10:00-10:00", "ends before it begins"),
        ("Mon 10:00-25:00", "not a time of day"),
        ("Moonday 10:00-11:00", "not a day"),
        ("Fri-Mon 10:00-11:00", "runs backwards"),
        ("every second Monday", "not a session"),
        ("Mon 10:00-12:00 summer", "not a session"),
        ("Mon 10:00", "not a session"),
    ],
)
def test_a_schedule_that_says_something_else_is_refused(text: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read_schedule(text)


@pytest.mark.parametrize(
    ("text", "costs"),
    [
        ("free", [Cost(0.0)]),
        ("Free for under 1s", [Cost(0.0, "for under 1s")]),
        (
            "2.50 per session; 1.00 each extra child",
            [Cost(2.5, "per session"), Cost(1.0, "each extra child")],
        ),
        ("£3", [Cost(3.0)]),
        (
            "0.00 for funded hours; 62.00 per full day under 2",
            [Cost(0.0, "for funded hours"), Cost(62.0, "per full day under 2")],
        ),
        ("give what you can", [Cost(None, "give what you can")]),
        ("", []),
    ],
)
def test_a_cost_is_pounds_and_words(text: str, costs: list[Cost]) -> None:
    assert list(read_costs(text)) == costs


@pytest.mark.parametrize("text", ["-2.50", "2,50 each", "2.505 each", "£many", "x" * 300])
def test_a_cost_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_costs(text)


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (("St Anne's Hub", "ZA1 4QT"), "st-annes-hub-za1-4qt"),
        (("Milton & Baddeley",), "milton-and-baddeley"),
        (("Café  Ŵen / (2)",), "cafe-wen-2"),
        (("☕",), ""),
    ],
)
def test_keys_are_made_of_letters_and_digits(parts: tuple[str, ...], key: str) -> None:
    assert make_key(*parts) == key


def test_a_key_is_never_too_long() -> None:
    assert len(make_key("word " * 100)) <= 160
    assert not make_key("word " * 100).endswith("-")


def test_a_listing_is_stale_once_its_time_is_over_or_if_nobody_ever_looked() -> None:
    today = date(2026, 7, 1)
    assert not is_stale(date(2026, 1, 1), today, 181)
    assert is_stale(date(2026, 1, 1), today, 180)
    assert is_stale(None, today, 180)


def test_what_is_free_for_some_says_so_beside_its_price() -> None:
    legal_aid = CostOption(amount=0, description="with legal aid")
    first = CostOption(amount=95, description="per person")
    assert cost_words([legal_aid, first]) == "free with legal aid; £95 per person"
    assert cost_words([CostOption(amount=None, description="ask")]) == "ask"
    assert cost_words([legal_aid]) == ""
    cheaper = CostOption(amount=1, description="per session", condition="families on benefits")
    assert cost_words([cheaper]) == "£1 per session (families on benefits)"
    assert cost_words([CostOption(amount=0.5, description="per child")]) == "50p per child"


def test_a_session_says_by_a_key_at_which_place_it_is() -> None:
    text = "Tue 09:30-11:30 @saltings-hub; Thu 13:00-15:00 term @mill-lane (crafts)"
    assert read_schedule(text) == (
        WeeklySession(Weekday.TUE, time(9, 30), time(11, 30), site="saltings-hub"),
        WeeklySession(Weekday.THU, time(13), time(15), Season.TERM, "crafts", "mill-lane"),
    )


def test_a_price_says_who_pays_it() -> None:
    assert read_costs(
        "3.50 per session; 1.00 [families on benefits]; free [foster carers]; ask us [others]"
    ) == (
        Cost(3.5, "per session"),
        Cost(1.0, "", "families on benefits"),
        Cost(0.0, "", "foster carers"),
        Cost(None, "ask us", "others"),
    )


@pytest.mark.parametrize(
    "text", ["1.00 [", "1.00 ]", "[carers]", "1.00 [a] more", "1.00 [[a]]", "1.00 [a][b]"]
)
def test_brackets_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(Malformed, match="who pays it"):
        read_costs(text)


def test_other_days_come_in_the_order_of_the_calendar() -> None:
    assert read_other_days(
        "2027-02-15 10:00-12:00; 2026-12-22..2027-01-02 closed (Christmas; back on 3rd)"
    ) == (
        OtherDays(date(2026, 12, 22), date(2027, 1, 2), None, None, "Christmas; back on 3rd"),
        OtherDays(date(2027, 2, 15), date(2027, 2, 15), time(10), time(12)),
    )


def test_a_day_may_have_two_other_sessions() -> None:
    assert len(read_other_days("2027-02-15 10:00-12:00; 2027-02-15 13:00-15:00")) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Christmas closed", "not a stretch"),
        ("2026-12-22 shut", "not a stretch"),
        ("2026-13-22 closed", "not a day"),
        ("2026-12-22..2026-12-20 closed", "is before"),
        ("2026-12-22..2028-12-20 closed", "more than a year"),
        ("2026-12-22 12:00-10:00", "ends before"),
        ("2026-12-22 10:00-26:00", "not a time"),
        ("2026-12-22..2026-12-24 closed; 2026-12-24 10:00-11:00", "same day|about 2026-12-24"),
        ("2026-12-22 10:00-12:00; 2026-12-22 11:00-13:00", "about 2026-12-22"),
        (
            "; ".join(f"20{y}-01-01 closed" for y in range(27, 99))
            + "; "
            + "; ".join(f"20{y}-02-01 closed" for y in range(27, 99)),
            "at most 100",
        ),
    ],
)
def test_other_days_that_say_something_else_are_refused(text: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read_other_days(text)
