"""What PostgreSQL searches: the words of each listing as a text search vector, and from where it is found.

The words are those of our own analysis, not PostgreSQL's, so that every engine knows the same ones. Each
place of a word in the vector has one of the four labels that PostgreSQL gives a weight to; the sum of these
(``ts_rank_cd`` of a single word) is how much the word weighs in the listing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import cos, degrees, floor, radians
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from hubfinder.search.analysis import sections_of
from hubfinder.search.cards import Document
from hubfinder.search.columns import EARTH_METRES
from hubfinder.search.engine import Where

LABELS = "ABCD"
WORD_WEIGHTS = (3.0, 2.0, 1.5, 1.0)
"""What a place of a word weighs by its label: those of names, summaries, what is linked, and bodies."""
MARK_WEIGHTS = (3.0, 0.75, 0.2, 0.05)
"""Marks weigh anything: their weight is made up of several places, as a sum of money is of coins."""
HEAVIEST = 3.0
"""Weights of a vector are at most 1; this is what ours are divided by."""
LAST_PLACE, LAST_IN_ORDER = 16_383, 16_000
"""PostgreSQL counts places so far. What stands further back than the second is found, but in no phrase."""
MOST_PLACES = 255
"""So many places of a word are kept; it weighs no more for being said more often."""
LONGEST = 255
"""Bytes of a word. Longer ones are cut, in listings and in questions."""
MOST_BYTES = 900_000
"""PostgreSQL takes a megabyte of different words; of a listing with more the last are left out."""
GAP = 2
"""Places between two sections, so that no phrase reaches from one into the next."""
EVERYWHERE = 0
CELL = 0.25
"""Degrees: the ground is divided into squares of this side."""
_CELLS_ROUND = int(360 / CELL)
_MARK = ":"
"""What no word of a text holds and every mark does."""


def is_mark(term: str) -> bool:
    """Whether a term stands for what a listing is about, and for no word of a text."""
    return _MARK in term


def lexeme(term: str) -> str:
    """A term as it can stand in a vector; empty for one that cannot."""
    plain = term.replace("\0", "").encode("utf-8", "replace")
    return plain[:LONGEST].decode("utf-8", "ignore")


def quoted(term: str) -> str:
    """A term as vectors and questions of PostgreSQL write it, whatever signs are in it."""
    return "'" + lexeme(term).replace("\\", "\\\\").replace("'", "''") + "'"


def phrase_of(terms: Sequence[str]) -> str:
    """Words that must stand one after the other, as a question to PostgreSQL."""
    return " <-> ".join(quoted(term) for term in terms)


def vector_of(texts: Iterable[tuple[float, str]], marks: Iterable[tuple[float, str]]) -> tuple[str, int]:
    """The vector of a listing, as PostgreSQL reads it, and how many words and marks it has."""
    places: dict[str, dict[int, str]] = {}
    position, length = 1, 0
    for weight, terms in sections_of(texts, ()):
        label = _label(weight)
        for term in terms:
            _put(places.setdefault(lexeme(term), {}), position, label)
            position += 1
        position += GAP
        length += len(terms)
    weights: dict[str, float] = {}
    for weight, mark in marks:
        weights[lexeme(mark)] = weights.get(lexeme(mark), 0.0) + weight
        length += 1
    for mark, weight in weights.items():
        places[mark] = dict(enumerate(_coins(weight), 1))
    return " ".join(_written(places)), length


def _put(places: dict[int, str], position: int, label: str) -> None:
    place = position if position <= LAST_IN_ORDER else LAST_PLACE
    if len(places) < MOST_PLACES or place in places:
        places[place] = min(label, places.get(place, label))


def _label(weight: float) -> str:
    nearest = min(range(len(LABELS)), key=lambda at: abs(WORD_WEIGHTS[at] - weight))
    return LABELS[nearest]


def _coins(weight: float) -> Iterator[str]:
    """Labels whose weights make up the weight of a mark, to the nearest of the smallest; at least one."""
    smallest = MARK_WEIGHTS[-1]
    left = max(round(weight / smallest), 1)
    for label, worth in zip(LABELS, MARK_WEIGHTS, strict=True):
        number, left = divmod(left, round(worth / smallest))
        yield from label * number


def _written(places: Mapping[str, Mapping[int, str]]) -> Iterator[str]:
    size = 0
    for word, found in places.items():
        size += len(word.encode()) + 2 * len(found) + 4
        if size > MOST_BYTES:
            return
        if word:
            yield f"{quoted(word)}:{','.join(f'{place}{label}' for place, label in found.items())}"


def reach_of(terms: Mapping[str, Any]) -> list[int]:
    """From where a listing may be found, as numbers: 0 for everywhere, above it the footprints it is for,
    below it the squares of ground that its public places are in.

    What is for no area and can be had from far away is found from everywhere too, as the pages show it so.
    """
    meets = "in_person" in terms["delivery"] or "home_visit" in terms["delivery"]
    cells = {_cell(_row(lat), _column(lon)) for lat, lon in terms["points"]}
    numbers = cells | set(terms["areas"])
    if terms["national"] or not (terms["areas"] or meets):
        numbers.add(EVERYWHERE)
    return sorted(numbers)


def reached_from(where: Where) -> list[int]:
    """The numbers any of which a listing has that may be found from there."""
    high = degrees(where.metres / EARTH_METRES)
    wide = high / max(cos(radians(where.lat)), 0.01)
    rows = range(_row(where.lat - high), _row(where.lat + high) + 1)
    columns = range(_column(where.lon - wide), _column(where.lon + wide) + 1)
    cells = (_cell(row, column) for row in rows for column in columns)
    return [EVERYWHERE, *sorted(where.footprints), *cells]


def _row(lat: float) -> int:
    return floor((lat + 90) / CELL)


def _column(lon: float) -> int:
    return floor((lon + 180) / CELL)


def _cell(row: int, column: int) -> int:
    return -1 - (row * _CELLS_ROUND + column)


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def write_texts(session: Session, kind: str, documents: Sequence[Document]) -> None:
    """Write the words of documents that were just written, in the same transaction. On SQLite nothing."""
    if not documents or not is_postgresql(session):
        return
    vectors = [vector_of(one.terms["texts"], one.terms["marks"]) for one in documents]
    session.execute(
        _WRITE,
        {
            "kind": kind,
            "keys": [one.key for one in documents],
            "lengths": [length for _, length in vectors],
            "reaches": [_array(reach_of(one.terms)) for one in documents],
            "words": [words for words, _ in vectors],
        },
    )


def _array(numbers: Iterable[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


_WRITE = text(
    re.sub(
        r"\s+",
        " ",
        """
        INSERT INTO search_text (document_id, length, reach, words)
        SELECT document.id, given.length, CAST(given.reach AS int[]), CAST(given.words AS tsvector)
        FROM unnest(
            CAST(:keys AS text[]), CAST(:lengths AS int[]), CAST(:reaches AS text[]), CAST(:words AS text[])
        ) AS given(key, length, reach, words)
        JOIN search_document AS document ON document.kind = :kind AND document.key = given.key
        ON CONFLICT (document_id) DO UPDATE
        SET length = excluded.length, reach = excluded.reach, words = excluded.words
        WHERE (search_text.length, search_text.reach, search_text.words)
            IS DISTINCT FROM (excluded.length, excluded.reach, excluded.words)
        """,
    )
)
"""What is as it was is not written again: it would have to be sorted into the index once more."""
