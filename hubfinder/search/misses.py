"""Searches that found nothing, counted so that a council sees what is missing. Nothing of a person is kept.

Kept are words, the council area, the month and how often; no time finer than that, no address of a computer,
nothing of a search that speaks of violence, harm or anything private. Of the words only those are kept that
stand in a listing, in the thesaurus or in a list of English words: names, numbers, addresses of e-mail and
postcodes are left out. Where something was left out that may be somebody's name, the English list does not
count, for it holds names too.
"""

import csv
import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, Table, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from hubfinder.database.engine import USUAL_WAIT, WAIT, WRITING
from hubfinder.search.models import SearchMiss
from hubfinder.search.spelling import is_english
from hubfinder.search.text import fold

SHORTEST = 2
"""A letter alone says nothing."""
LONGEST = 200
LOCK_MILLISECONDS = 200
_TOKEN = re.compile(r"\S+")
_EDGES = re.compile(r"^\W+|\W+$")


_SOMEBODY = frozenset(
    """he her him himself herself hes she shes me myself them themself themselves they theyre us
    boyfriend ex girlfriend hubby husband man partner stepdad stepfather stepmum wife woman""".split()
)


def tells_of_somebody(text: str) -> bool:
    """Whether a search tells what somebody does, rather than what is looked for ("my ex keeps following me").

    That may be of harm in words that no list holds.
    """
    return any(fold(token).strip(".,!?\"'") in _SOMEBODY for token in _TOKEN.findall(text))


class Vocabulary:
    """The words that may be kept."""

    def __init__(self, names: Path, *known: Container[str]) -> None:
        """``names`` is a table of names of people; ``known`` are folded words of listings and thesaurus."""
        self._names = read_names(names)
        self._known = known

    def kept(self, text: str) -> str:
        """What may be kept of a search, in its order; empty if that is nothing."""
        tokens = [_EDGES.sub("", token) for token in _TOKEN.findall(text)]
        words = [(fold(token), _looks_like_a_name(tokens, at)) for at, token in enumerate(tokens) if token]
        suspicious = any(self._may_be_a_name(word, by_sight) for word, by_sight in words)
        kept = (word for word, by_sight in words if not by_sight and self._is_kept(word, strictly=suspicious))
        return shorten(" ".join(kept))

    def _is_kept(self, word: str, *, strictly: bool) -> bool:
        if not word.isalpha() or len(word) < SHORTEST or word in self._names:
            return False
        return self._is_known(word) or (not strictly and is_english(word))

    def _may_be_a_name(self, word: str, by_sight: bool) -> bool:
        """Whether a word that is left out may be somebody's name; a number or a postcode is not."""
        if not word.replace("'", "").replace("-", "").isalpha():
            return "@" in word
        return by_sight or word in self._names or not (self._is_known(word) or is_english(word))

    def _is_known(self, word: str) -> bool:
        return any(word in known for known in self._known)


def _looks_like_a_name(tokens: Sequence[str], at: int) -> bool:
    """A capital among small letters: "help for Kowalska". A search all in capitals says nothing by them."""
    others = [token for token in tokens[1:] if token.isalpha()]
    return at > 0 and tokens[at].istitle() and any(token.islower() for token in others)


def shorten(words: str) -> str:
    """As many whole words as there is room for."""
    return words if len(words) <= LONGEST else words[: LONGEST + 1].rpartition(" ")[0]


@lru_cache(maxsize=4)
def read_names(file: Path) -> frozenset[str]:
    """Names of people that are no everyday words, folded."""
    with file.open(encoding="utf-8", newline="") as lines:
        return frozenset(row["name"] for row in csv.DictReader(lines))


@dataclass(frozen=True, slots=True)
class Miss:
    """One search to be counted."""

    words: str
    area: str
    """Code of the council; empty where no place was given."""
    day: date

    @property
    def month(self) -> str:
        return f"{self.day:%Y-%m}"


def count(engine: Engine, miss: Miss, months_kept: int) -> bool:
    """Count a search that found nothing, and forget what is too old. False where that could not be written.

    In a transaction of its own that waits for nobody: a database that is busy loses the count, not the page.
    """
    try:
        with engine.connect().execution_options(**{WRITING: True, WAIT: 0}) as connection:
            try:
                _write(connection, miss, months_kept)
            finally:
                connection.rollback()
                if engine.dialect.name == "sqlite":  # the next to use this connection waits as ever
                    cursor = connection.connection.cursor()
                    cursor.execute(f"PRAGMA busy_timeout = {USUAL_WAIT * 1000}")
                    cursor.close()
    except (DBAPIError, PoolExhausted):
        return False
    return True


_MISSES = cast(Table, SearchMiss.__table__)


def _write(connection: Connection, miss: Miss, months_kept: int) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_MILLISECONDS}ms'"))
        insert: Any = postgresql.insert(_MISSES)
    else:
        insert = sqlite.insert(_MISSES)
    row = {"month": miss.month, "words": miss.words, "area": miss.area, "times": 1}
    more = {"times": _MISSES.c.times + 1}
    connection.execute(
        insert.values(row).on_conflict_do_update(index_elements=["month", "words", "area"], set_=more)
    )
    connection.execute(delete(_MISSES).where(_MISSES.c.month < _oldest(miss.day, months_kept)))
    connection.commit()


def _oldest(day: date, months_kept: int) -> str:
    """The first month that is kept, this one counted."""
    months = day.year * 12 + day.month - 1 - (months_kept - 1)
    return f"{months // 12}-{months % 12 + 1:02}"


@dataclass(frozen=True, slots=True)
class Missed:
    """What was looked for and not found, and how often."""

    words: str
    times: int
    areas: dict[str, int]
    """By council area, where it was often enough there too."""


def often_missed(session: Session, least: int, month: str = "") -> list[Missed]:
    """What was looked for at least so many times, the most often first; of one month, or of all.

    Anything rarer may be one person's words, and is not said.
    """
    asked = select(SearchMiss.words, SearchMiss.area, SearchMiss.times)
    found: dict[str, Counter[str]] = {}
    for words, area, times in session.execute(asked.where(SearchMiss.month == month) if month else asked):
        found.setdefault(words, Counter())[area] += times
    listed = [
        Missed(words, areas.total(), {area: n for area, n in sorted(areas.items()) if area and n >= least})
        for words, areas in found.items()
        if areas.total() >= least
    ]
    return sorted(listed, key=lambda one: (-one.times, one.words))
