"""The thesaurus: what families call things, in many languages, and the concepts they mean by it.

Data, not code: ``seeds/thesaurus`` holds a table of concepts and tables of phrases (its README says how).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hubfinder.search.text import analyse, fold, light, words_of

ENGLISH = "en"
CATALOGUE = "catalogue:"
CONCEPTS, FILLERS, NOT_OURS, LANGUAGES = "concepts.csv", "fillers.csv", "not_ours.csv", "languages"
_OTHER_TABLES = {CONCEPTS, FILLERS, NOT_OURS, "languages.csv"}
_NUMBERS = dict(
    zip(
        "one two three four five six seven eight nine ten fifteen thirty".split(),
        "1 2 3 4 5 6 7 8 9 10 15 30".split(),
        strict=True,
    )
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
"""There an apostrophe stands inside a word: "сім'я"."""
_SHORT = {"yr": "year", "yrs": "year", "yo": "year", "mth": "month", "mths": "month", "mum": "mother"} | {
    "mam": "mother",
    "mom": "mother",
    "mummy": "mother",
    "dad": "father",
    "daddy": "father",
    "kid": "child",
    "kids": "child",
    "children": "child",
    "childrens": "child",
    "wee": "small",
    # the stemmer takes "dying" and "die" for one, and "university" and "universal"
    **dict.fromkeys(("died", "dies", "dead"), "death"),
    **dict.fromkeys(("university", "universities"), "uni"),
}
"""Words that say the same, for finding phrases only: listings are asked for what was typed."""


class ThesaurusUnreadable(Exception):
    """A table of the thesaurus has a mistake; the message names file, row and field."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that is meant."""

    key: str
    """``catalogue:<key>``, ``need:<key>`` or ``topic:<key>``."""
    name: str
    words: tuple[str, ...]
    """English phrases that listings about it hold."""
    entries: tuple[str, ...]
    """Catalogue entries that answer it, best first."""
    needs: tuple[str, ...]
    targeted: bool = False
    """Help with it is for some families only."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say it."""

    text: str
    language: str
    kind: str
    means: tuple[str, ...]
    """Keys of concepts, best first."""
    keys: tuple[str, ...]
    """Its words as they are compared."""


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """All of it."""

    concepts: Mapping[str, Concept]
    phrases: tuple[Phrase, ...]
    words: frozenset[str]
    """Every English word in it, as spelt: the words a mistyped one may have been."""
    foreign: frozenset[str]
    """Every word of the other languages, folded."""
    fillers: Mapping[str, frozenset[str]]
    """For each language the words, as they are compared, that say little about what is looked for."""
    not_ours: tuple[frozenset[str], ...]
    """English phrases, as they are compared, of what a directory for families does not answer."""


def read_thesaurus(folder: Path) -> Thesaurus:
    """Read all tables in a folder.

    Raises:
        ThesaurusUnreadable: a row lacks something, or means a concept that is not there.
    """
    concepts = {concept.key: concept for concept in _concepts(folder / CONCEPTS)}
    named = [
        Phrase(concept.name.lower(), ENGLISH, "official", (concept.key,), keys)
        for concept in concepts.values()
        if (keys := english_keys(concept.name))
    ]
    phrases = [*named, *_phrases(folder, concepts)]
    english = {word for phrase in phrases if phrase.language == ENGLISH for word in _spelt(phrase.text)}
    english |= {word for concept in concepts.values() for text in concept.words for word in _spelt(text)}
    foreign = {word for phrase in phrases if phrase.language != ENGLISH for word in _spelt(phrase.text)}
    fillers = {
        row["language"]: frozenset(_keys_of(row["language"], row["words"]))
        for _, row in _rows(folder / FILLERS, ("language", "words"))
    }
    not_ours = tuple(
        dict.fromkeys(
            frozenset(keys)
            for _, row in _rows(folder / NOT_OURS, ("phrase",))
            if (keys := english_keys(row["phrase"]))
        )
    )
    return Thesaurus(concepts, tuple(phrases), frozenset(english), frozenset(foreign), fillers, not_ours)


def english_keys(text: str) -> tuple[str, ...]:
    """The words of an English phrase as they are compared: small words gone, stemmed, one word per thing."""
    return tuple(key for word in words_of(text) for key in english_key(word))


@lru_cache(maxsize=8192)
def english_key(word: str) -> tuple[str, ...]:
    """What one English word is compared as; nothing for a small word."""
    plain = fold(word)
    return tuple(analyse(_SHORT.get(plain, _NUMBERS.get(plain, plain))))


def foreign_keys(text: str) -> tuple[str, ...]:
    """The words of a phrase in another language as they are compared."""
    return tuple(key for word in words_of(text) for key in foreign_key(word))


def foreign_key(word: str) -> list[str]:
    """What one word is compared as; what stands joined before it ("l'école") is left out."""
    parts = [word] if _CYRILLIC.search(word) else re.split("['’]", word)
    return [light(part) for part in parts if part and (len(parts) == 1 or len(part) > 2)]


def _keys_of(language: str, text: str) -> tuple[str, ...]:
    return english_keys(text) if language == ENGLISH else foreign_keys(text)


def _spelt(text: str) -> Iterator[str]:
    return (fold(word) for word in words_of(text))


def _concepts(table: Path) -> Iterator[Concept]:
    for number, row in _rows(table, ("concept", "name", "words", "catalogue", "needs")):
        key, name = row["concept"], row["name"]
        if not re.fullmatch(r"(catalogue|need|topic):[a-z0-9-]+", key):
            raise ThesaurusUnreadable(
                f"{table.name}, row {number}, concept: {key!r} is no key such as topic:baby-sleep"
            )
        kind, _, own = key.partition(":")
        entries = (own,) if kind == "catalogue" else ()
        needs = (own,) if kind == "need" else ()
        yield Concept(
            key,
            name,
            _cells(row["words"]),
            tuple(dict.fromkeys((*entries, *_cells(row["catalogue"])))),
            tuple(dict.fromkeys((*needs, *_cells(row["needs"])))),
            row.get("targeted") == "yes",
        )


def _phrases(folder: Path, concepts: Mapping[str, Concept]) -> Iterator[Phrase]:
    english = sorted(table for table in folder.glob("*.csv") if table.name not in _OTHER_TABLES)
    others = sorted((folder / LANGUAGES).glob("*.csv"))
    for table in (*english, *others):
        language = ENGLISH if table.parent == folder else table.stem
        for number, row in _rows(table, ("phrase", "means", "kind")):
            means = _cells(row["means"])
            unknown = [key for key in means if key not in concepts]
            if unknown or not means:
                what = f"there is no concept {unknown[0]!r}" if unknown else "it means nothing"
                raise ThesaurusUnreadable(f"{table.name}, row {number}, means: {what}")
            keys = _keys_of(language, row["phrase"])
            if keys:
                yield Phrase(row["phrase"], language, row["kind"], means, keys)


def _rows(table: Path, fields: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with table.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                lacking = [name for name in fields if row.get(name) is None]
                if lacking:
                    raise ThesaurusUnreadable(f"{table.name}, row {number}, {lacking[0]}: is missing")
                yield (
                    number,
                    {name: value.strip() for name, value in row.items() if name and value}
                    | {name: "" for name in fields if not row[name]},
                )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ThesaurusUnreadable(f"{table.name}: {error}") from error


def _cells(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
