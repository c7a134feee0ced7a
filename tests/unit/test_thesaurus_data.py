"""The tables of seeds/thesaurus are whole: every concept is found, in English and in ten languages."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from hubfinder.search.thesaurus import english_keys, foreign_keys

Row = dict[str, str]

SEEDS = Path(__file__).parents[2] / "seeds"
THESAURUS = SEEDS / "thesaurus"
NO_PHRASES = {"concepts", "languages", "fillers", "not_ours"}
ENGLISH = sorted(path.stem for path in THESAURUS.glob("*.csv") if path.stem not in NO_PHRASES)
OTHERS = sorted(path.stem for path in (THESAURUS / "languages").glob("*.csv"))
TABLES = [*ENGLISH, *(f"languages/{code}" for code in OTHERS)]
WHOLE = ("pl", "ro", "ur", "bn", "ar", "pa", "so", "pt", "uk", "tr")
"""The languages in which every catalogue entry and every need can be found."""
COLUMNS = ["phrase", "means", "kind", "note"]
KINDS = {"official", "acronym", "everyday", "symptom", "event", "worker", "regional", "slang", "old"}
LEAST = {"catalogue": 12, "need": 8, "topic": 8}
"""So many English phrases at least, by kind of concept."""
GRAVE = {"suicide", "self-harm", "sexual-abuse", "domestic-abuse", "forced-marriage", "fgm", "baby-loss"}
"""Topics that nobody should be shown for words like "live" or "go"."""
LONGEST = 10
"""Words: whoever types more is understood by the telling ones."""


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of seeds/NAME.csv, every cell a string."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle, strict=True))


def phrases(table: str) -> tuple[Row, ...]:
    return rows(f"thesaurus/{table}")


def cells(text: str) -> list[str]:
    """The values of a list cell ("a; b")."""
    return text.split("; ") if text else []


def concepts() -> dict[str, Row]:
    return {row["concept"]: row for row in rows("thesaurus/concepts")}


def keys(name: str) -> list[str]:
    return [row["key"] for row in rows(name)]


def meant(*tables: str) -> Counter[str]:
    """How many phrases of the tables mean each concept."""
    return Counter(chain.from_iterable(cells(row["means"]) for table in tables for row in phrases(table)))


def said_often(texts: Iterator[str]) -> list[str]:
    return [text for text, count in Counter(texts).items() if count > 1]


def test_each_domain_has_a_table() -> None:
    assert sorted([*keys("domains"), "needs", "topics"]) == ENGLISH


def test_there_is_a_concept_for_each_entry_and_need() -> None:
    named = rows("thesaurus/concepts")
    known = concepts()
    assert len(known) == len(named)
    assert len({row["name"].lower() for row in named}) == len(named)
    assert [key for key in known if key.startswith("catalogue:")] == [
        f"catalogue:{k}" for k in keys("catalogue")
    ]
    assert [key for key in known if key.startswith("need:")] == [f"need:{key}" for key in keys("needs")]
    assert [key for key in known if not re.fullmatch(r"(catalogue|need|topic):[a-z0-9-]+", key)] == []


def test_concepts_say_where_they_lead() -> None:
    entries, needs = set(keys("catalogue")), set(keys("needs"))
    for key, row in concepts().items():
        assert set(cells(row["catalogue"])) <= entries, key
        assert set(cells(row["needs"])) <= needs, key
        assert row["needs"], key
        assert row["words"] == row["words"].lower(), key
        assert all(english_keys(words) for words in cells(row["words"])), key
        assert len(cells(row["words"])) >= 2, key


def test_entries_are_of_the_needs_the_catalogue_gives_them() -> None:
    known = concepts()
    for entry in rows("catalogue"):
        row = known[f"catalogue:{entry['key']}"]
        assert row["needs"] == entry["needs"], entry["key"]
        assert row["catalogue"] == entry["replaced_by"], entry["key"]


@pytest.mark.parametrize("table", TABLES)
def test_phrases_are_written_as_agreed(table: str) -> None:
    known = concepts().keys()
    wrong = [
        row["phrase"]
        for row in phrases(table)
        if list(row) != COLUMNS
        or not row["phrase"]
        or row["phrase"] != " ".join(row["phrase"].split()).lower()
        or len(row["phrase"].split()) > LONGEST
        or row["kind"] not in KINDS
        or not row["means"]
        or not known >= set(cells(row["means"]))
        or said_often(iter(cells(row["means"])))
    ]
    assert wrong == []


@pytest.mark.parametrize("table", TABLES)
def test_no_phrase_stands_twice(table: str) -> None:
    assert said_often(row["phrase"] for row in phrases(table)) == []


def test_no_english_phrase_stands_in_two_tables() -> None:
    assert said_often(row["phrase"] for table in ENGLISH for row in phrases(table)) == []


@pytest.mark.parametrize("table", TABLES)
def test_every_phrase_has_a_word_that_is_looked_for(table: str) -> None:
    compared = english_keys if table in ENGLISH else foreign_keys
    assert [row["phrase"] for row in phrases(table) if not compared(row["phrase"])] == []


def test_english_phrases_that_are_compared_as_one_mean_the_same() -> None:
    """Or "see my child" and "seeing my children" must not lead to two places."""
    means: dict[frozenset[str], set[str]] = defaultdict(set)
    said: dict[frozenset[str], list[str]] = defaultdict(list)
    for row in chain.from_iterable(map(phrases, ENGLISH)):
        compared = frozenset(english_keys(row["phrase"]))
        means[compared].add(row["means"])
        said[compared].append(row["phrase"])
    assert [said[compared] for compared, several in means.items() if len(several) > 1] == []


def test_every_concept_can_be_found_in_english() -> None:
    count = meant(*ENGLISH)
    assert [key for key in concepts() if count[key] < LEAST[key.partition(":")[0]]] == []


def test_what_is_grave_does_not_hang_on_filler_words() -> None:
    fillers = {
        key for row in phrases("fillers") if row["language"] == "en" for key in english_keys(row["words"])
    }
    grave = {f"topic:{key}" for key in GRAVE}
    assert grave <= concepts().keys()
    weak = [
        row["phrase"]
        for row in chain.from_iterable(map(phrases, ENGLISH))
        if grave & set(cells(row["means"])) and fillers.issuperset(english_keys(row["phrase"]))
    ]
    assert weak == []


def test_each_language_is_named() -> None:
    named = rows("thesaurus/languages")
    assert sorted(row["code"] for row in named) == OTHERS
    assert {row["checked"] for row in named} <= {"yes", "no"}
    assert set(WHOLE) <= set(OTHERS)


@pytest.mark.parametrize("code", WHOLE)
def test_every_entry_and_need_can_be_found_in_the_language(code: str) -> None:
    found = meant(f"languages/{code}")
    assert [key for key in concepts() if not key.startswith("topic:") and not found[key]] == []
