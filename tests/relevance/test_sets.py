"""The judged sets themselves: large enough, sound, and counted as they should be."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.relevance.judging import NO_ANSWER, ROOT, Judgement, Query, Result, judge, queries, tally, wilson

CATALOGUE = ("seeds/catalogue.csv",)
LISTINGS = ("geodata/listings/services.csv", "geodata/hubs.csv", "seeds/national_help.csv")
LANGUAGES = {"pl", "ro", "ur", "bn", "ar", "pa", "so", "pt", "uk", "tr"}


def keys(files: Sequence[str]) -> set[str]:
    """The keys of all rows of these files."""
    found = set()
    for name in files:
        with (ROOT / name).open(encoding="utf-8", newline="") as file:
            found |= {row["key"] for row in csv.DictReader(file)}
    return found


def own(name: str) -> list[Query]:
    return [query for query in queries() if query.set == name]


@pytest.mark.parametrize(("name", "least"), [("catalogue", 220), ("listings", 130), (NO_ANSWER, 60)])
def test_a_set_is_large_enough(name: str, least: int) -> None:
    assert len(own(name)) >= least


def test_languages_are_asked_often_enough() -> None:
    languages = Counter(query.language for query in own("catalogue") if query.language)
    assert languages.total() >= 50
    assert languages.keys() >= LANGUAGES


@pytest.mark.parametrize(("name", "files"), [("catalogue", CATALOGUE), ("listings", LISTINGS)])
def test_what_is_expected_exists(name: str, files: Sequence[str]) -> None:
    assert all(query.expected for query in own(name))
    assert {key for query in own(name) for key in query.expected} <= keys(files)


def test_every_entry_of_the_catalogue_is_asked_for() -> None:
    assert keys(CATALOGUE) == {key for query in own("catalogue") for key in query.expected}


def test_a_query_stands_once() -> None:
    asked = Counter((one.set, one.text.casefold(), one.near, one.age) for one in queries())
    assert [one for one, times in asked.items() if times > 1] == []


def test_no_query_of_ours_is_one_of_the_sample() -> None:
    sample = {query.text.casefold() for query in own("sample")}
    assert [query.text for query in own("catalogue") if query.text.casefold() in sample] == []


def result(kind: str, key: str, *, confident: bool = True) -> Result:
    return {"kind": kind, "id": key, "name": key, "score": 1.0, "confident": confident}


def test_a_success_is_among_the_first_three_of_its_kind() -> None:
    query = Query("catalogue", "milk", "everyday", frozenset({"d"}))
    listing, entries = result("service", "d"), [result("catalogue", key) for key in "abd"]
    judgement = Judgement(query, (listing, *entries))
    assert (judgement.success, judgement.in_all, judgement.sure) == (True, False, True)
    assert not Judgement(query, (listing, result("catalogue", "c"), *entries)).success


def test_without_an_answer_success_is_to_be_unsure() -> None:
    query = Query(NO_ANSWER, "pizza", "other")
    assert Judgement(query, ()).success
    assert Judgement(query, (result("service", "a", confident=False),)).success
    assert not Judgement(query, (result("hub", "b", confident=False), result("service", "a"))).success


def test_queries_are_asked_in_one_batch_for_each_place_and_age(tmp_path: Path) -> None:
    asked: list[tuple[list[str], list[str]]] = []

    def ask(arguments: Sequence[str]) -> str:
        lines = Path(arguments[2]).read_text("utf-8").splitlines()
        asked.append((lines, list(arguments[6:])))
        return "[]\n" * len(lines)

    here = Query("listings", "midwife", "official", near="ZA1 4QT", age="pregnant")
    judgements = judge([Query("catalogue", "a", "x"), here, Query("listings", "b", "x")], ask, tmp_path)
    assert asked == [(["a", "b"], []), (["midwife"], ["--near", "ZA1 4QT", "--age", "pregnant"])]
    assert tally(judgements).total == 3


def test_the_interval_is_wilsons() -> None:
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, table I
    assert wilson(0, 20)[0] == 0.0
    assert wilson(20, 20)[1] == 1.0
