"""How old the people of a family are, and what is for any of them."""

from datetime import date

import pytest

from hubfinder.referrals.ages import CHILDHOOD, OWN_FEET, ages_of, is_for
from hubfinder.referrals.answers import Member, told

ON = date(2026, 11, 22)
GROWN_UP = {"id": "g", "name": "Robin", "kind": "adult"}
EVER = 10_000


def people(*rows: dict[str, str]) -> tuple[Member, ...]:
    return told({"people": list(rows)}).people


def child(born: str = "", kind: str = "child") -> dict[str, str]:
    return {"id": "c", "name": "Ash", "kind": kind, "born": born}


@pytest.mark.parametrize(
    ("born", "span"),
    [
        ("2020-11-22", (72, 73)),
        ("2020-11-23", (71, 72)),
        ("2026-11-22", (0, 1)),
        ("2020-03", (79, 81)),
        ("2020", (70, 83)),
        ("2026", (0, 11)),
        ("2027-05-01", (0, 1)),
        ("", (0, CHILDHOOD)),
        ("no day at all", (0, CHILDHOOD)),
        ("2020-13-45", (0, CHILDHOOD)),
        ("0000", (0, CHILDHOOD)),
    ],
)
def test_a_child_is_as_old_as_is_known(born: str, span: tuple[int, int]) -> None:
    """Months; of a year alone any month of it, of nothing any age of a child."""
    assert ages_of(people(child(born)), ON) == (span,)


@pytest.mark.parametrize(
    ("expected", "span"),
    [
        ("2027-02-01", (-9, 0)),
        ("2027", (-9, 0)),
        ("", (-9, 0)),
        ("2026-11-23", (-9, 0)),
        ("2026-11-01", (-9, 1)),
        ("2026-08-01", (-9, 4)),
    ],
)
def test_a_baby_whose_day_has_passed_may_be_there_by_now(expected: str, span: tuple[int, int]) -> None:
    assert ages_of(people(child(expected, "unborn")), ON) == (span,)


def test_everybody_counts_and_two_of_an_age_once() -> None:
    family = people(GROWN_UP, child("2020-11-22"), child("2020-11-01"), child("2010-01-01"))
    assert ages_of(family, ON) == ((72, 73), (202, 203), (OWN_FEET, EVER))
    twins = people(child("2020-11-22"), child("2020-11-22"))
    assert ages_of(twins, ON) == ((72, 73),)


def test_where_only_grown_ups_are_named_nobody_knows_of_the_children() -> None:
    assert ages_of((), ON) == ()
    assert ages_of(people(GROWN_UP), ON) == ()
    assert ages_of(people({**GROWN_UP, "born": "1990-01-01"}), ON) == ()
    assert ages_of(people({**GROWN_UP, "born": "2010-01-01"}), ON) == ((202, 203),)


FAMILY = (GROWN_UP, child("2020-11-22"))


@pytest.mark.parametrize(
    ("minimum", "maximum", "is_theirs"),
    [
        (None, None, True),
        (-9, 0, False),
        (0, 24, False),
        (156, 216, False),
        (168, 312, False),
        (48, 132, True),
        (72, 73, True),
        (73, 100, False),
        (None, 72, False),
        (None, 216, True),
        (216, None, True),
        (192, 264, False),
    ],
)
def test_what_is_for_one_of_them(minimum: int | None, maximum: int | None, *, is_theirs: bool) -> None:
    """A child of six and a parent: nothing for babies or for young people, but what is for adults."""
    assert is_for(minimum, maximum, ages_of(people(*FAMILY), ON)) is is_theirs


def test_between_two_ages_there_are_others() -> None:
    ages = ages_of(people(child("2025-11-22"), child("2011-11-22")), ON)
    assert is_for(0, 24, ages)
    assert is_for(156, 216, ages)
    assert not is_for(60, 132, ages)
