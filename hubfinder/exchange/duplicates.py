"""Listings that may be one and the same, found among ten thousand without comparing each with each.

``duplicates_of`` asks the database for one listing; ``Known.of(session)`` reads what all are known by, once,
and then answers for thousands (a spreadsheet, the page of pairs).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from hubfinder.exchange.alikeness import CERTAIN, LEAST_NAME, Facts, Shared, compare, facts_of, plain_name
from hubfinder.exchange.clues import (
    CROWD,
    facts_by_key,
    keys_with_clues,
    names_of_all,
    not_duplicates,
    postcodes_of_places,
)
from hubfinder.listings.models import Content

MOST = 10
"""As many as a page shows."""
KINDS = {
    "telephone": "telephones",
    "email": "emails",
    "page": "pages",
    "host": "hosts",
    "place": "places",
    "postcode": "postcodes",
}
BLOCKS = ("telephone", "email", "page", "place", "postcode")


@dataclass(frozen=True, slots=True)
class Alike:
    """A listing that may be the same as the one asked about."""

    key: str
    name: str
    score: float
    """How surely, from 45 to 100."""
    why: tuple[str, ...]
    """In words, the strongest reason first."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two listings that may be one; ``first`` has the smaller key."""

    first: Facts
    second: Facts
    score: float
    why: tuple[str, ...]


@dataclass(slots=True)
class Known:
    """What listings are known by, in memory."""

    facts: dict[str, Facts]
    two: set[tuple[str, str]] = field(default_factory=set)
    """Keys of those that somebody said are two, the smaller first."""
    by_clue: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    by_word: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """Plain names by key, of those in which some word begins so."""

    @classmethod
    def of(cls, session: Session, keys: Collection[str] | None = None) -> "Known":
        """Of all listings, or of these: some statements, however many there are."""
        return cls.made_of(facts_by_key(session, keys).values(), not_duplicates(session))

    @classmethod
    def made_of(cls, facts: Iterable[Facts], two: Iterable[tuple[str, str]] = ()) -> "Known":
        known = cls({one.key: one for one in facts}, set(two))
        for one in known.facts.values():
            for clue in _clues(one):
                known.by_clue[clue].append(one.key)
            for word in _starts(one):
                known.by_word[word][one.key] = one.plain_name
        return known

    @property
    def shared(self) -> Shared:
        return Shared({clue: len(keys) for clue, keys in self.by_clue.items()})

    def alike(self, wanted: Facts, but: str = "", shared: Shared | None = None) -> list[Alike]:
        """The likeliest first; ``but`` is the key of a listing that is not asked for, mostly its own."""
        said = shared or self.shared
        others = (self.facts[key] for key in self._candidates(wanted) if key not in {but, wanted.key})
        return _best(wanted, others, said, self.two)

    def alike_to(self, content: Content, but: str = "", shared: Shared | None = None) -> list[Alike]:
        """As ``duplicates_of``; the postcodes of its places are those that listings here have there."""
        return self.alike(facts_of(content), but, shared)

    def pairs(self) -> list[Pair]:
        """All that may be one, the likeliest first; those that somebody said are two are left out."""
        shared, found = self.shared, []
        for first, second in self._candidate_pairs() - self.two:
            one, other = self.facts[first], self.facts[second]
            score, why = compare(one, other, shared)
            if score >= CERTAIN:
                found.append(Pair(one, other, score, why))
        return sorted(found, key=lambda pair: (-pair.score, pair.first.key, pair.second.key))

    def _candidates(self, wanted: Facts) -> set[str]:
        clues = (clue for clue in _clues(wanted) if clue[0] in BLOCKS)
        found = {key for clue in clues for key in _few(self.by_clue.get(clue, ()))}
        for word in _starts(wanted):
            found.update(_named(wanted.plain_name, self.by_word.get(word, {})))
        return found

    def _candidate_pairs(self) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for clue, keys in self.by_clue.items():
            if clue[0] in BLOCKS:
                found.update(combinations(sorted(_few(keys)), 2))
        for names in self.by_word.values():
            found.update(_pairs_named_alike(names))
        return found


def duplicates_of(session: Session, content: Content, but: str = "") -> list[Alike]:
    """Listings that may be the same as this content, the likeliest first; at most ``MOST``.

    ``but`` is the key of a listing not to be asked about: mostly its own. For many contents at once make
    ``Known.of(session)`` and ask that. Reads only; a few statements, whatever the number of listings.
    """
    wanted = wanted_of(session, content)
    named = {key: plain_name(name) for key, name in names_of_all(session).items()}
    shares = keys_with_clues(session, wanted)
    candidates = {key for keys in shares.values() for key in _few(keys)}
    candidates.update(_named(wanted.plain_name, named))
    candidates -= {but, wanted.key}
    others = facts_by_key(session, candidates).values() if candidates else ()
    shared = Shared({clue: len(keys) for clue, keys in shares.items()})
    return _best(wanted, others, shared, not_duplicates(session, wanted.key or but))


def wanted_of(session: Session, content: Content) -> Facts:
    """What a content is known by; the postcodes of its places are asked for."""
    return facts_of(content, postcodes_of_places(session, content.get("locations") or ()))


def _best(
    wanted: Facts, others: Iterable[Facts], shared: Shared, two: Collection[tuple[str, str]]
) -> list[Alike]:
    found = []
    for other in others:
        if (min(wanted.key, other.key), max(wanted.key, other.key)) in two:
            continue
        score, why = compare(wanted, other, shared)
        if score >= CERTAIN:
            found.append(Alike(other.key, other.name, score, why))
    return sorted(found, key=lambda one: (-one.score, one.key))[:MOST]


def _few(keys: Collection[str]) -> Collection[str]:
    return keys if len(keys) <= CROWD else ()


def _named(name: str, names: Mapping[str, str]) -> list[str]:
    """Keys of those that are named nearly so: compared in C, some millions a second."""
    found = process.extract(name, names, scorer=fuzz.ratio, score_cutoff=LEAST_NAME, limit=CROWD)
    return [key for _, _, key in found] if name else []


def _pairs_named_alike(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each pair once. Of a name that a crowd has, it says nothing: what else they share must tell."""
    called: dict[str, list[str]] = defaultdict(list)
    for key, name in names.items():
        called[name].append(key)
    different = list(called)
    table = process.cdist(different, different, scorer=fuzz.ratio, score_cutoff=LEAST_NAME, dtype=np.uint8)
    for row, column in zip(*np.nonzero(np.triu(table)), strict=True):
        some, others = called[different[row]], called[different[column]]
        if len(some) * len(others) > CROWD * CROWD:
            continue
        for one in some:
            yield from ((min(one, other), max(one, other)) for other in others if other != one)


def _clues(one: Facts) -> Iterator[tuple[str, str]]:
    for kind, field_name in KINDS.items():
        for value in getattr(one, field_name):
            yield kind, value


def _starts(one: Facts) -> set[str]:
    """Beginnings of the longest words of a name: names that are alike have one of them in common."""
    words = sorted(one.plain_name.split(), key=lambda word: (-len(word), word))
    return {word[:4] for word in words[:3]}
