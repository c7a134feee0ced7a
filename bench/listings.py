"""Made-up listings for the search benchmark: any number, always the same, shaped as real ones are.

Words come from a vocabulary of 20,000 in Zipf's proportions, the commonest of them those of family services;
texts are as long as real ones (a name of four words, a summary of fifteen, a description of sixty).
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.world import NEEDS, SIDE, SOUTH, WEST, WORDS
from hubfinder.database import begin_writing
from hubfinder.search.cards import FORMAT, _empty_card, empty_terms, terms_in
from hubfinder.search.models import SearchDocument, SearchIdentity
from hubfinder.vocab import Circumstance, Cost, Delivery

VOCABULARY = 20_000
SKEW = 1.05
"""Zipf's exponent, as in English."""
BATCH = 5_000
DAY = date(2026, 11, 1)
_SYLLABLES = [consonant + vowel for consonant in "bdfghklmnprst" for vowel in "aeo"]
_ENDINGS = ("", "", "n", "r", "l", "st", "nd", "ng", "ld", "ck")
_LANGUAGES = ("pl", "ur", "ro", "bn", "ar", "pa", "so", "pt", "uk", "tr")


def vocabulary(chance: random.Random) -> list[str]:
    """Words, the commonest first: real ones of family services, then made-up ones."""
    words = dict.fromkeys(WORDS)
    while len(words) < VOCABULARY:
        syllables = chance.choices(_SYLLABLES, k=chance.choice((2, 2, 3, 3, 4)))
        words["".join(syllables) + chance.choice(_ENDINGS)] = None
    return list(words)


class Texts:
    """Text of any length, drawn from a vocabulary."""

    def __init__(self, seed: int = 20261101) -> None:
        self.words = vocabulary(random.Random(seed))  # noqa: S311 - not for secrets
        weights = 1.0 / np.arange(2, VOCABULARY + 2) ** SKEW
        self._bounds = np.cumsum(weights) / weights.sum()
        self._drawn = np.random.default_rng(seed)

    def __call__(self, lengths: Sequence[int]) -> list[str]:
        """One text of each length."""
        places = np.searchsorted(self._bounds, self._drawn.random(sum(lengths)))
        ends = list(accumulate(lengths))
        return [
            " ".join(self.words[at] for at in places[end - length : end].tolist())
            for end, length in zip(ends, lengths, strict=True)
        ]


def documents(count: int, wards: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Rows of ``search_document``; ``wards`` are ids of footprints, five by five from the south-west."""
    chance = random.Random(20261102)  # noqa: S311 - not for secrets
    texts = Texts()
    for number in range(count):
        name, summary, body = texts((chance.randint(2, 5), chance.randint(8, 20), chance.randint(20, 100)))
        x, y = chance.random(), chance.random()
        site = {
            "key": f"place-{number // 3}",
            "name": f"House {number // 3}",
            "address": f"{number // 3} Sea Road",
            "postcode": "ZB1 0AA",
            "lat": SOUTH + y * SIDE,
            "lon": WEST + x * SIDE,
            "hub": number < 40,
        }
        kind = "hub" if number < 40 else "service"
        terms = _terms(chance, number, (x, y), wards)
        terms["texts"] = [(3.0, name), (2.0, summary), (1.0, body)]
        terms["points"] = [(site["lat"], site["lon"])]
        card = {
            **_empty_card(kind, f"listing-{number}", name),
            "summary": summary,
            "organization": "Sea Square Council",
            "told": terms_in(name, summary),
            "sites": [site],
            **{part: terms[part] for part in ("needs", "access", "delivery")},
        }
        yield {
            "id": number + 1,
            "kind": kind,
            "key": f"listing-{number}",
            "revision": 1,
            "card": card,
            "terms": terms,
        }


def _terms(
    chance: random.Random, number: int, where: tuple[float, float], wards: Sequence[int]
) -> dict[str, Any]:
    low = chance.choice((None, None, -9, 0, 24, 60, 132))
    needs = sorted(set(chance.choices(NEEDS, k=chance.choice((1, 1, 2)))))
    entry = f"entry-{int(chance.paretovariate(1)) % 130}"
    ward = wards[int(where[1] * 5) * 5 + int(where[0] * 5)]
    terms: dict[str, Any] = {
        **empty_terms(),
        "marks": [(1.0, f"entry:{entry}"), *((1.0, f"need:{need}") for need in needs)],
        "minimum_age": low,
        "maximum_age": None if low is None else low + chance.choice((24, 60, 120)),
        "access": "targeted" if chance.random() < 0.3 else "universal",
        "delivery": sorted({chance.choice(list(Delivery)).value, "in_person"}),
        "costs": [chance.choice(list(Cost)).value],
        "circumstances": [chance.choice(list(Circumstance)).value] if chance.random() < 0.3 else [],
        "needs": needs,
        "domains": [f"domain-{number % 8}"],
        "entries": [entry],
        "languages": [chance.choice(_LANGUAGES)] if chance.random() < 0.3 else [],
        "areas": [ward] if chance.random() < 0.4 else [],
        "assured": DAY.toordinal() - chance.randrange(400),
    }
    return terms


def put(session: Session, count: int, wards: Sequence[int]) -> None:
    """Write so many search documents into an upgraded database, straight into their table."""
    begin_writing(session)
    session.add(SearchIdentity(identity="bench", format=FORMAT))
    rows: list[dict[str, Any]] = []
    for row in documents(count, wards):
        rows.append(row)
        if len(rows) == BATCH:
            session.execute(insert(SearchDocument), rows)
            rows.clear()
    if rows:
        session.execute(insert(SearchDocument), rows)
    session.commit()
