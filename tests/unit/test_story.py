"""A story as its readers see it: all that was said, in plain words, and nothing that was not shared."""

from datetime import date

import pytest

from hubfinder.referrals.answers import Is, Member, told
from hubfinder.referrals.reaching import reach_of
from hubfinder.referrals.sharing import Group, copy_for
from hubfinder.referrals.story import member_words, sections
from tests.support.requests import SAID


def words_in(answers: dict[str, object]) -> dict[str, list[str]]:
    """Lines of each section, with their labels."""
    return {
        one.key: [text for row in one.rows for text in (row.label, *row.lines)] for one in sections(answers)
    }


def test_all_that_a_family_said_is_there_in_their_words() -> None:
    found = words_in({**SAID, "story": "First line.\n\n  Second line. "})
    assert list(found) == ["story", "child", "people", "place", "languages", "helpers", "who", "sharing"]
    assert found["story"][:3] == ["What is happening", "First line.", "Second line."]
    assert "I like the blue lamp." in found["child"]
    assert "ZA1 4QT" in found["place"]
    assert found["people"][0] == "Robin Example"
    assert "asks for help" in found["people"][1]
    assert found["helpers"] == ["Sam Sample", "Health visitor", "Wend NHS"]
    assert "Your family hub" in found["sharing"]


def test_needs_are_named() -> None:
    (story, *_) = sections(SAID, {"sleep": "Sleep and nights"})
    assert [row.lines for row in story.rows if row.label == "What it is about"] == [("Sleep and nights",)]


def test_a_service_reads_what_was_shared_with_it_and_nothing_else() -> None:
    found = words_in(copy_for(SAID, {Group.PLACE}))
    assert list(found) == ["place"]
    assert list(words_in(copy_for(SAID, {Group.STORY, Group.CHILD}))) == ["story", "child"]


def test_danger_stands_first() -> None:
    (story, *_) = sections({"danger": "yes", "story": "Words."})
    assert story.rows[0].lines == ("They say that somebody is in danger now",)


def test_nothing_said_has_no_section_and_malformed_answers_are_not_said() -> None:
    assert sections({}) == []
    assert sections({"people": "nobody", "story": 7, "languages": "en", "helpers": [3]}) == []


def test_a_professional_is_named_with_whether_the_family_knows() -> None:
    found = words_in(
        {
            "who": "professional",
            "pro_name": "Sam Sample",
            "pro_role": "midwife",
            "pro_email": "sam@example.org",
            "family_knows": "no",
            "family_not_told_why": "It would not be safe.",
        }
    )
    assert found["who"][2:] == [
        "Name",
        "Sam Sample",
        "Midwife",
        "How to reach them",
        "sam@example.org",
        "Does the family know?",
        "No",
        "Why the family was not told",
        "It would not be safe.",
    ]


def test_ages_are_counted_to_the_day_and_babies_in_months() -> None:
    on = date(2026, 11, 22)

    def said(kind: Is, born: date | None) -> str:
        return member_words(Member("p", "Ash", kind, born), on)

    assert said(Is.CHILD, date(2021, 11, 22)) == "Child, born 22 November 2021 (5 years)"
    assert said(Is.CHILD, date(2021, 11, 23)) == "Child, born 23 November 2021 (4 years)"
    assert said(Is.CHILD, date(2025, 6, 1)) == "Child, born 1 June 2025 (17 months)"
    assert said(Is.UNBORN, date(2027, 1, 5)) == "A baby on the way, expected 5 January 2027"
    assert said(Is.CHILD, date(2027, 1, 5)) == "Child, born 5 January 2027"
    assert said(Is.ADULT, None) == "Adult"


def test_a_service_learns_that_the_family_does_not_know_and_whom_to_ring_first() -> None:
    hettie = {"who": "professional", "pro_name": "Hettie Visitor", "pro_telephone": "01632 960777"}
    unknown = {**SAID, **hettie, "family_knows": "no", "family_not_told_why": "He reads her telephone."}
    copy = copy_for(unknown, {Group.STORY})
    first = reach_of(told(copy)).first
    assert first is not None
    assert (first.name, first.telephone) == ("Hettie Visitor", "01632 960777")
    assert "family_not_told_why" not in copy
    assert reach_of(told(copy_for({**unknown, "family_knows": "yes"}, {Group.STORY}))).first is None


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (["any"], "At any time, also at night"),
        (["morning", "any"], "At any time, also at night"),
        ([], "They did not say when: only from 9am to 5pm"),
        (["morning", "evening"], "Only at these times: Mornings, Evenings"),
    ],
)
def test_whoever_rings_reads_when_it_is_safe(when: list[str], words: str) -> None:
    ways = reach_of(told({**SAID, "telephone_call": "yes", "telephone_when": when})).ways
    assert [words in way.more for way in ways if way.is_safe][:2] == [True, True]
