"""Words out of listings on a sheet: whole sentences, and when something is."""

from datetime import time

import pytest

from hubfinder.display.language import KNOWN, speaking
from hubfinder.display.timetables import Slot, in_words
from hubfinder.sheets.texts import first_sentence, sentences

URDU = "کھیل اور گانے چھوٹے بچوں کے لیے"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Toys and songs. Bring a drink.", "Toys and songs."),
        (
            "Stuck with a form? We fill it in with you. Bring it.",
            "Stuck with a form? We fill it in with you.",
        ),
        (
            "Fifteen hours of childcare for some two-year-olds: those in families on benefits, and others.",
            "Fifteen hours of childcare for some two-year-olds.",
        ),
        (f"{URDU}؛ {'ہر ہفتے ہال میں ' * 3}۔", f"{URDU}۔"),
        (f"Toys {'and songs ' * 9}.", ""),
        (f"Is it hard: {'the toys ' * 9}? Ring.", ""),
    ],
)
def test_a_sentence_is_whole_or_not_there(words: str, shown: str) -> None:
    assert first_sentence(words, 60) == shown


def test_of_several_sentences_as_many_as_have_room() -> None:
    assert sentences("Ring us. Or write. Or come to the desk.", 20) == "Ring us. Or write."
    assert sentences("Ring us whenever you like.", 8) == ""


def test_what_never_closes_is_there_day_and_night() -> None:
    week = [Slot(day, time(0), time(23, 59)) for day in range(7)]
    with speaking(KNOWN["en"]):
        assert in_words(week) == ["Day and night"]
        assert in_words(week[:1]) == ["Mondays midnight to 11.59pm"]
