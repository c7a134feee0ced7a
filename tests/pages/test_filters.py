"""The filters of the results page: true numbers, choices that lead somewhere, addresses that last."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape

import pytest
from flask import Flask

from hubfinder.clock import LONDON, now
from tests.pages.reading import Page, Reader

HOME = "/results?place=ZA1+4QT"
_PICK = re.compile(
    r'<label class="pick( none)?"><input type="checkbox" name="([^"]+)" value="([^"]+)"'
    r"( checked)?( disabled)?>"
    r".*?<b>(\d+)</b></label>"
)
_JUMP = re.compile(r'<a href="#(?:near|serving|remote|national)">[^<]*</a> <span class="soft">(\d+)</span>')


def picks(page: Page) -> dict[tuple[str, str], int]:
    """The number beside each checkbox, by name and value."""
    return {(found[2], found[3]): int(found[6]) for found in _PICK.finditer(page.html)}


def dead_ends(page: Page) -> set[tuple[str, str]]:
    return {(found[2], found[3]) for found in _PICK.finditer(page.html) if found[5]}


def shown(page: Page) -> int:
    """How many results there are, by the links to the groups."""
    numbers = [int(number) for number in _JUMP.findall(page.html)]
    groups = re.findall(r'<section class="group" id="(near|serving|remote|national)"', page.html)
    if numbers:
        return sum(numbers)
    return page.html.count("<article") - page.html.count('class="card hub"') if groups else 0


@pytest.fixture
def at(app: Flask) -> Iterator[object]:
    """Sets the clock of the search."""
    finder = app.extensions["finder"]

    def set_clock(*when: int) -> None:
        finder.clock = lambda: datetime(*when, tzinfo=LONDON)  # type: ignore[misc,arg-type]

    yield set_clock
    finder.clock = now


def test_each_choice_says_how_many_it_gives_and_gives_them(read: Reader) -> None:
    page = read(f"{HOME}&q=baby")
    counts = picks(page)
    assert len(counts) > 40
    for (name, value), count in counts.items():
        if count > 1 and name in ("need", "cost", "delivery", "access", "day", "footprint"):
            assert shown(read(f"{HOME}&q=baby&{name}={value}")) == count, (name, value)


def test_what_gives_nothing_says_so_and_cannot_be_chosen(read: Reader) -> None:
    page = read(f"{HOME}&q=sleep+clinic")
    counts = picks(page)
    assert counts["cost", "paid"] == 0 or ("cost", "paid") not in dead_ends(page)
    assert {key for key, count in counts.items() if count == 0} == dead_ends(page)
    chosen = read(f"{HOME}&q=sleep+clinic&season=holidays&day=Sun")
    assert ("day", "Sun") not in dead_ends(chosen), "what is chosen can be taken back"


def test_several_values_widen_and_several_filters_narrow(read: Reader) -> None:
    money, food = (shown(read(f"{HOME}&need={need}")) for need in ("money", "food"))
    both = shown(read(f"{HOME}&need=money&need=food"))
    assert both == money + food
    assert shown(read(f"{HOME}&need=money&need=food&access=universal")) < both


def test_each_value_has_a_tag_and_all_can_go_at_once(read: Reader) -> None:
    page = read(f"{HOME}&q=baby&need=money&need=food&language=pl&language=ur&when=evening&within=5&open=now")
    for tag in (
        "Money and benefits",
        "Food",
        "Polish spoken",
        "Urdu spoken",
        "Evenings, from 5pm",
        "Up to 5 miles away",
        "Open now",
    ):
        assert f"Take away: {tag} ✕" in page.links, tag
    assert "need=food" in page.links["Take away: Money and benefits ✕"]
    assert "need=money" not in page.links["Take away: Money and benefits ✕"]
    assert page.links["Clear all filters"] == f"{HOME}&q=baby"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("free=1", "cost=free"),
        ("access=universal", "access=universal"),
        ("language=pl", "language=pl"),
        ("domain=health", "domain=health"),
        ("department=NHS", "department=NHS"),
        ("footprint=ward:Z05000001", "footprint=ward:Z05000001"),
    ],
)
def test_old_addresses_still_mean_what_they_meant(read: Reader, old: str, new: str) -> None:
    assert picks(read(f"{HOME}&q=baby&{old}")) == picks(read(f"{HOME}&q=baby&{new}"))
    assert shown(read(f"{HOME}&q=baby&{old}")) > 0


def test_a_service_is_found_by_the_department_of_the_entry_it_delivers(read: Reader) -> None:
    assert "Sleep clinic for babies" in read(f"{HOME}&department=NHS").section("Near you")
    assert "Sleep clinic for babies" not in read(f"{HOME}&department=DWP").text


def test_distance_never_drops_what_can_be_had_from_far_away(read: Reader) -> None:
    page = read(f"{HOME}&q=baby&within=1")
    assert "Calm Nights helpline" in page.section("By telephone and online")
    assert "Sleep clinic for babies" in page.section("Near you")
    assert "Northsands baby group" not in page.text
    assert 'name="within"' not in read("/results?q=baby").html.partition('class="refine"')[2]


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ((2026, 11, 25, 10, 30), {"Sleep clinic", "Calm Nights"}),
        ((2026, 11, 25, 12, 0), {"Calm Nights"}),
        ((2026, 11, 23, 10, 0), {"Perinatal", "Calm Nights"}),
        ((2026, 10, 26, 10, 0), {"Calm Nights"}),
        ((2026, 11, 25, 22, 0), set()),
    ],
)
def test_open_now_knows_the_hour_and_the_school_holidays(
    read: Reader, at: object, when: tuple[int, ...], is_open: set[str]
) -> None:
    at(*when)  # type: ignore[operator]
    page = read(f"{HOME}&q=baby+sleep&open=now")
    for name in ("Sleep clinic", "Perinatal", "Calm Nights"):
        assert bool(page.card(name)) is (name in is_open), (name, when)


def test_where_term_dates_are_not_known_the_page_says_so(read: Reader, at: object) -> None:
    at(2026, 11, 23, 10, 0)  # type: ignore[operator]
    page = read("/results?q=baby+sleep&open=now")
    assert page.card("Perinatal")
    assert "We do not know the school term dates here." in page.text
    assert "We do not know the school term dates" not in read(f"{HOME}&q=baby+sleep&open=now").text


def test_on_a_bank_holiday_the_page_says_so(read: Reader, at: object) -> None:
    at(2026, 12, 28, 10, 0)  # type: ignore[operator]
    page = read(f"{HOME}&open=now")
    assert "Today is a bank holiday." in page.text
    assert not page.card("Perinatal"), "it is on in term time only"
    assert "bank holiday" not in read(HOME).text


def test_only_help_made_for_a_family_and_only_places_one_can_get_into(read: Reader) -> None:
    assert "Splash swimming" in read(f"{HOME}&for=send").section("Near you")
    assert "Sleep clinic" not in read(f"{HOME}&for=send").text
    steps = read(f"{HOME}&accessibility=step_free")
    assert steps.card("Sleep clinic"), "its hub has no steps"
    assert not steps.card("Splash swimming")


def test_ages_and_distances_say_their_numbers_too(read: Reader) -> None:
    ages_html, _, html = unescape(read(f"{HOME}&q=sleep+clinic").html).partition('id="within"')
    ages = dict(re.findall(r'<option value="(\w*)"[^>]*>[^<(]*\((\d+)\)</option>', ages_html))
    assert int(ages["1"]) == shown(read(f"{HOME}&q=sleep+clinic&age=1"))
    assert re.search(r'<option value="2">Up to 2 miles away \(\d+\)</option>', html)


@pytest.mark.parametrize(
    "nonsense",
    "cost=gold when=never day=Someday season=x accessibility=x within=3 within=-1 open=1 for=x as=x "
    "department=%3Cb%3E language=klingon footprint=ward domain=../x".split(),
)
def test_a_value_that_is_none_filters_nothing(read: Reader, nonsense: str) -> None:
    page = read(f"{HOME}&q=baby&{nonsense}")
    assert page.status == 200
    assert picks(page) == picks(read(f"{HOME}&q=baby"))


def test_in_another_nation_there_is_nothing_to_filter(read: Reader) -> None:
    assert 'class="refine"' not in read("/results?place=EH1+1AA").html
