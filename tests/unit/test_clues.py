"""What gives a confidential place away, and what does not."""

import time
from dataclasses import replace

import pytest

from hubfinder.directory.clues import in_words
from hubfinder.directory.confidential import Secrets
from hubfinder.directory.values import LocationDetails

REFUGE = LocationDetails(
    key="refuge", name="Willow House", address="7 Secret Lane, Burslem", postcode="ZA1 9ZZ",
    lat=53.0486, lon=-2.1922, is_confidential=True,
)  # fmt: skip
SECRETS = Secrets.of([REFUGE])


def what(text: str, field: str = "description", secrets: Secrets = SECRETS) -> str:
    """What the text gives away; empty for nothing."""
    return dict(secrets.told({"name": "Stay and play", field: text})).get(field, "")


@pytest.mark.parametrize(
    ("text", "clue"),
    [
        ("Come to za19zz.", "postcode"),
        ("ZA1-9ZZ", "postcode"),
        ("WILLOW-HOUSE", "name"),
        ("the Willow  House\u2019s garden", "name"),
        ("Wil\u00adlow House", "name"),
        ("We are at 7  Secret Lane", "address"),
        ("at 7, secret lane!", "address"),
        ("Seven Secret Lane", "address"),
        ("number seven on Secret Ln", "address"),
        ("Secret Lane 7", "address"),
        ("7-secret-lane", "address"),
        ("Near Secret Lane", "street"),
        ("Secret Ln, first gate", "street"),
        ("53.05, -2.19", "coordinates"),
        ("lon -2.1922 / lat 53.0486", "coordinates"),
        ("Write to hello@thewillowhouse.example.org", "name"),
    ],
)
def test_a_text_that_gives_the_place_away_is_noticed(text: str, clue: str) -> None:
    assert what(f"Nothing. {text}") == clue


@pytest.mark.parametrize(
    ("field", "cell", "clue"),
    [
        ("key", "willow-house-play", "name"),
        ("website", "https://www.willowhouse.example.org/", "name"),
        ("website", "https://maps.example.org/?q=Willow%20House", "name"),
        ("website", "https://maps.example.org/@53.0487,-2.1921,17z", "coordinates"),
        ("website", "https://example.org/7secretlane", "address"),
        ("email", "mywillowhouse@example.org", "name"),
        ("email", "secretlane@example.org", "street"),
    ],
)
def test_so_is_an_address_on_the_web(field: str, cell: str, clue: str) -> None:
    assert what(cell, field) == clue


@pytest.mark.parametrize(
    "text",
    [
        "Willow trees by the house",
        "A secret garden in the lane",
        "ZA1 9ZA",
        "Plaza1 9zzz",
        "Burslem",
        "7 sessions, 2.50 each; 10.30-12.00",
        "53.09, -2.19",
        "53.0586, -2.1922",
        "",
    ],
)
def test_other_texts_are_not_suspected(text: str) -> None:
    assert what(text) == ""


@pytest.mark.parametrize(
    "name", ["", "Refuge", "Women's Refuge", "The Safe House", "Hall", "Confidential address"]
)
def test_a_name_that_any_place_could_have_tells_nothing(name: str) -> None:
    secrets = Secrets.of([LocationDetails(key="refuge", name=name, address="Stoke on Trent")])
    assert what(f"At the {name or 'place'}, a safe house, in Stoke on Trent", secrets=secrets) == ""


def test_what_a_public_place_has_too_tells_nothing_alone() -> None:
    secrets = Secrets.of([REFUGE], ["12 Secret Lane, Burslem, ZA1 9ZZ"])
    assert what("The hall at 12 Secret Lane, ZA1 9ZZ", secrets=secrets) == ""
    assert what("Seven Secret Lane", secrets=secrets) == "address"
    assert what("Secret Lane, no. 7", secrets=secrets) == "address"
    town = Secrets.of([replace(REFUGE, name="Burslemgate")], ["1 Green, Burslemgate"])
    assert what("All of Burslemgate", secrets=town) == ""


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("Willow Lodge, 33 to 39 Anchor Wynd", "35 Anchor Wynd"),
        ("4a Pilot's Court, Harbourmouth", "four Pilots Ct"),
        ("Flat 2, 107 High Street", "one hundred and seven High St"),
        ("12, The Green, Harbourmouth", "12 The Green"),
        ("Hawthornes, Mill Lane", "the Hawthornes"),
    ],
)
def test_addresses_are_written_in_many_ways(address: str, text: str) -> None:
    secrets = Secrets.of([replace(REFUGE, name="Refuge", address=address)], ["Mill Lane"])
    assert what(f"We are at {text}.", secrets=secrets)
    assert what("On the green, at 3 Mill Lane and 40 Fish Row", secrets=secrets) == ""


def test_numbers_in_words() -> None:
    assert [in_words(number) for number in (0, 7, 20, 1_234)] == ["nought", "seven", "twenty", "1234"]


def test_many_texts_are_read_quickly() -> None:
    secrets = Secrets.of(
        replace(REFUGE, name=f"Willow House {n}", address=f"{n} Secret{n} Lane", lat=53 + n)
        for n in range(20)
    )
    texts = {"description": "Toys, songs and a cup of tea for families; 2.50 a session. " * 25}
    start = time.perf_counter()
    assert not any(list(secrets.told(texts)) for _ in range(1_000))
    assert time.perf_counter() - start < 5
