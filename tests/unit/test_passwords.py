"""Which passwords are good enough."""

import time

import pytest

from hubfinder.people.passwords import Weakness, normal, weakness_of

AROUND = ("amy.bloggs@example.org", "Amy Bloggs", "Harbourmouth family help", "Harbourmouth Council")


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("walrus teapot orbit lemon", None),
        ("Xk2-vv9_Qpl!74zd", None),
        ("żółw pod mostem je banany", None),
        ("چار الفاظ جو ساتھ نہیں ہیں", None),
        ("fourteen chars", Weakness.SHORT),
        ("", Weakness.SHORT),
        ("x" * 129, Weakness.LONG),
        ("passwordpassword1", Weakness.COMMON),
        ("111111111111111111", Weakness.COMMON),
        ("abcdefghijklmnopqrstuvwxyz", Weakness.COMMON),
        ("qwertyuiopasdfghjkl", Weakness.COMMON),
        ("Harbourmouth2026!", Weakness.AROUND),
        ("amybloggs-amybloggs", Weakness.AROUND),
        ("AmyBloggs@Harbourmouth", Weakness.AROUND),
        ("amy.bloggs@example.org1", Weakness.AROUND),
        ("Amy.Bloggs@Example.org1", Weakness.AROUND),
        ("bloggs_amy+org-example.12345", Weakness.AROUND),
        ("amy bloggs (at) example org", Weakness.AROUND),
        ("a-m-y.bloggs.example.org.!!!!!!", Weakness.AROUND),
    ],
)
def test_weakness(password: str, weakness: Weakness | None) -> None:
    assert weakness_of(password, AROUND) is weakness


def test_words_from_around_may_stand_in_a_long_one() -> None:
    assert weakness_of("harbourmouth walrus teapot orbit", AROUND) is None


def test_short_parts_of_names_stand_in_other_words_by_chance() -> None:
    assert weakness_of("organza walrus teapot", AROUND) is None


@pytest.mark.parametrize("password", ["passwordpassword", "Password.Council.2026"])
def test_words_that_anybody_would_try_here_are_common_and_nobodys_own(password: str) -> None:
    assert weakness_of(password, AROUND, ("family hub", "council", "password")) is Weakness.COMMON


def test_the_same_password_from_another_keyboard() -> None:
    assert normal("cafe\u0301 walrus") == normal("caf\u00e9 walrus")


@pytest.mark.parametrize("nasty", ["a1" * 64, "1" * 128, "qwerty" * 21, "2019" * 32, "pässwörd" * 16])
def test_nobody_makes_the_judgement_slow(nasty: str) -> None:
    begun = time.perf_counter()
    weakness_of(nasty, AROUND)
    assert time.perf_counter() - begun < 2
