"""Advice on telephone numbers."""

import pytest

from hubfinder.listings.telephones import doubt_about, plain_digits


@pytest.mark.parametrize(
    "number",
    [
        "", "01632 960123", "+44 (0)1632 960123", "0044 1632 960123", "(01632) 960-123", "020 7946 0018",
        "01632 960123 ext 4", "0300 123 1234", "07700 900123", "0800 1111", "0800 111 999", "0808 2000 247",
        "999", "111", "101", "116 123", "85258", "0345 46 46 460", "18001 01632 960123", "015396 12345",
        "01632\u2011960123",
    ],
)  # fmt: skip
def test_numbers_that_can_be(number: str) -> None:
    assert doubt_about(number) == ""


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("01632 96012", ""),
        ("01632 9601", "too short"),
        ("01632 9601234", "too long"),
        ("960123", "does not begin with 0"),
        ("0500 123456", "No telephone numbers begin like this"),
        ("04123 456789", "No telephone numbers begin like this"),
        ("0612 3456789", "No telephone numbers begin like this"),
        ("021 1234 5678", "No telephone numbers begin like this"),
        ("0100 1234567", "No telephone numbers begin like this"),
        ("07700 90012", "too short"),
        ("0906 123 4567", "cost a lot"),
        ("070 1234 5678", "cost a lot"),
        ("ring Anna", "no digit"),
        ("٠١٦٣٢", "no digit"),
        ("0" * 500, "No telephone numbers begin like this"),
    ],
)
def test_numbers_that_are_odd(number: str, says: str) -> None:
    assert says in doubt_about(number)
    assert bool(doubt_about(number)) is bool(says)


def test_what_one_dials() -> None:
    assert plain_digits("+44 (0)1632 960123 ext 4") == "01632960123"
