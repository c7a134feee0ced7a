"""Advice on listings: reading age, long sentences, plainer words, what is missing, sessions that clash."""

import pytest
from hypothesis import given, settings, strategies as st

from hubfinder.listings.checking import (
    advice_on,
    advice_on_text,
    contradictions,
    hard_words,
    missing_from,
    plain_words,
)
from hubfinder.listings.content import empty_content
from hubfinder.listings.reading_age import reading, syllables
from hubfinder.settings import PROJECT

PLAINER = plain_words(PROJECT / "seeds")
EASY = "Come and play with your baby. There are toys, songs and a cup of tea. You do not need to book."
HARD = (
    "This multi-agency intervention facilitates developmental opportunities for individuals and delivers "
    "evidence-based therapeutic provision in accordance with nationally determined eligibility criteria, "
    "subject to availability of staff and of rooms in the building at the time of asking."
)


def session(day: str, opens: str, closes: str, season: str = "always", site: str = "") -> dict[str, str]:
    return {
        "weekday": day, "opens_at": opens, "closes_at": closes, "season": season, "note": "", "site": site,
    }  # fmt: skip


def said(field: str, text: str) -> str:
    return " ".join(one.words for one in advice_on_text(field, text, PLAINER))


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("play", 1),
        ("baby", 2),
        ("family", 3),
        ("children", 2),
        ("university", 5),
        ("toddlers", 2),
        ("care", 1),
    ],
)
def test_syllables(word: str, number: int) -> None:
    assert syllables(word) == number


def test_an_easy_text_can_be_read_by_nine_year_olds() -> None:
    age = reading(EASY).age
    assert age is not None
    assert age <= 9
    assert said("description", EASY) == ""


def test_a_hard_text_is_told_of_with_its_hard_words() -> None:
    told = said("description", HARD)
    assert "hard to read" in told
    assert "One sentence has more than 25 words" in told
    assert "“help” for “intervention”" in told


def test_of_a_few_words_nothing_is_said() -> None:
    assert reading("Stay and play").age is None
    assert said("name", "Stay and play") == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("FREE FUN FOR EVERYBODY", "shouting"),
        ("Come along!!!", "shouting"),
        ("Ring us on 01632 960001 any day.", "telephone number"),
        ("Write to play@example.org first.", "email address"),
        ("See www.example.org for more.", "web address"),
        ("**Free** for all", "Signs such as"),
        ("# Songs", "Signs such as"),
        ("Two toddler groups at 10:30, 12 places and £2.50", ""),
        ("SEND and BSL welcome", ""),
        ("We meet at the YMCA.", ""),
    ],
)
def test_what_looks_wrong_in_a_text(text: str, told: str) -> None:
    assert told in said("description", text) if told else said("description", text) == ""


def test_the_longest_hard_words_count() -> None:
    assert hard_words("We offer targeted support to service users", PLAINER) == [
        ("targeted support", PLAINER["targeted support"]),
        ("service users", PLAINER["service users"]),
    ]


@pytest.mark.parametrize(
    "word",
    "statutory practitioner practitioners provides participants participating referrals required enables "
    "signposts pathways facilitators caregivers utilising".split(),
)
def test_hard_words_are_found_in_their_forms(word: str) -> None:
    assert hard_words(f"Our {word.capitalize()}, here.", PLAINER) == [(word, PLAINER[word])]


@pytest.mark.parametrize(
    ("sessions", "told"),
    [
        ([session("Mon", "10:00", "12:00"), session("Mon", "11:00", "13:00")], "has not ended"),
        ([session("Mon", "10:00", "12:00"), session("Mon", "10:00", "12:00")], "twice"),
        ([session("Mon", "10:00", "12:00"), session("Mon", "12:00", "13:00")], ""),
        ([session("Mon", "10:00", "12:00"), session("Tue", "11:00", "13:00")], ""),
        ([session("Mon", "10:00", "12:00", site="a"), session("Mon", "11:00", "13:00", site="b")], ""),
        ([session("Mon", "10:00", "12:00", "term"), session("Mon", "11:00", "13:00", "holidays")], ""),
        ([session("Mon", "10:00", "12:00", "term"), session("Mon", "11:00", "13:00")], "has not ended"),
    ],
)
def test_sessions_that_cannot_both_be(sessions: list[dict[str, str]], told: str) -> None:
    found = contradictions(sessions)
    assert told in " ".join(found) if told else found == []


def test_words_about_days_that_no_session_is_on() -> None:
    content = {**empty_content(), "schedule": [session("Mon", "10:00", "12:00")], "hours": "Every Thursday."}
    assert any("Thursday" in one.words for one in advice_on(content, PLAINER))


def test_an_empty_listing_lacks_all_that_people_need() -> None:
    fields = [one.field for one in missing_from(empty_content())]
    needed = "name summary minimum_age delivery schedule costs telephone how_to_apply needs"
    assert fields == needed.split()
    in_person = {**empty_content(), "delivery": ["in_person"]}
    assert {"locations", "accessibility"} <= {one.field for one in missing_from(in_person)}
    assert "accessibility" not in [one.field for one in missing_from(in_person, {"accessibility"})]


def test_hard_words_and_plainer_ones_are_words() -> None:
    assert len(PLAINER) > 100
    for word, plainer in PLAINER.items():
        assert word == word.strip().lower()
        assert plainer.strip()
        assert not hard_words(plainer, {word: plainer}), word


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_no_text_breaks_the_checks(text: str) -> None:
    for field in ("name", "summary", "description", "how_to_apply"):
        for one in advice_on_text(field, text, PLAINER):
            assert one.words
    found = reading(text)
    assert found.syllables >= found.words >= found.sentences
    assert found.age is None or found.age >= 5
