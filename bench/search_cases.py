"""What is asked in the search benchmark: kinds of question, each with its cases for both engines."""

import csv
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.listings import Texts
from bench.search_reference import Reference
from bench.world import NEEDS, SIDE, SOUTH, WEST
from hubfinder.places.models import Footprint
from hubfinder.places.values import Membership, Place, Point
from hubfinder.search.finder import Finder
from hubfinder.search.query import Query, Understand, Unit, Word
from hubfinder.search.suggester import Suggester
from hubfinder.search.text import analyse
from hubfinder.search.understanding import Understanding
from hubfinder.search.values import Wanted
from hubfinder.settings import PROJECT
from hubfinder.vocab import Basis

CASES, WARM = 220, 20
SYNONYMS, SYNONYM_WEIGHT = 4, 0.6
DEGREES = 0.07
"""About eight kilometres."""
SMALL, LARGE = 10_000, 200_000
UNDERSTAND = Understanding.of(PROJECT / "seeds")


@dataclass(frozen=True)
class Case:
    """One question. Where it is not one to the finder, ``ours`` asks it."""

    wanted: Wanted = field(default_factory=Wanted)
    theirs: Callable[[], object] | None = None
    understand: Understand | None = None
    """Instead of the thesaurus and the spelling."""
    ours: Callable[[], object] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of question, and the p95 it should have at each size."""

    name: str
    aims: Mapping[int, float]
    cases: list[Case]


class Fixed:
    """Understands everything as one query."""

    def __init__(self, query: Query) -> None:
        self.query = query

    def __call__(self, text: str, listed: Sequence[str] = (), *, as_typed: bool = False) -> Query:
        del text, listed, as_typed
        return self.query


def fixed(words: str, others: Sequence[Sequence[str]] = (), *, phrase: bool = False) -> Query:
    """A query of words, each with its synonyms."""
    terms = analyse(words)
    units = (
        Unit({**dict.fromkeys(others[at] if others else (), SYNONYM_WEIGHT), term: 1.0}, (at,))
        for at, term in enumerate(terms)
    )
    said = tuple(Word(term, term, 1.0) for term in terms)
    return Query(words, said, tuple(units), (tuple(terms),) if phrase else ())


def kinds(session: Session, reference: Reference, finder: Finder, suggester: Suggester) -> Iterator[Kind]:
    """All kinds, the same at every run."""
    maker = _Maker(session, reference)
    for name, aims, make in (
        ("one word", {SMALL: 5}, partial(maker.words, 1)),
        ("two words, synonyms", {SMALL: 5}, partial(maker.words, 2, synonyms=True)),
        ("three words, synonyms", {SMALL: 5, LARGE: 50}, partial(maker.words, 3, synonyms=True)),
        ("category and footprint", {SMALL: 5, LARGE: 10}, maker.filters),
        ("a place and no words", {SMALL: 5, LARGE: 10}, maker.place_only),
        ("two words and distance", {SMALL: 5, LARGE: 10}, maker.distance),
        ("page with counts of all filters", {SMALL: 5, LARGE: 10}, maker.facets),
        ("phrase", {SMALL: 10, LARGE: 200}, maker.phrase),
    ):
        yield Kind(name, aims, [make() for _ in range(CASES)])
    yield Kind("as families ask, understood anew", {SMALL: 5, LARGE: 50}, maker.asked())
    yield Kind("typing", {SMALL: 5, LARGE: 5}, [maker.typing(session, suggester) for _ in range(CASES)])
    words = finder.engine.view(session).words
    yield Kind(
        "misspelt, spelling alone", {SMALL: 10, LARGE: 10}, [maker.misspelt(words) for _ in range(CASES)]
    )


class _Maker:
    def __init__(self, session: Session, reference: Reference) -> None:
        self._chance = random.Random(20261104)  # noqa: S311 - not for secrets
        self._words = Texts().words
        self._reference = reference
        self._wards = session.execute(
            select(Footprint.id, Footprint.kind, Footprint.code, Footprint.name).order_by(Footprint.id)
        ).all()

    def _word(self) -> str:
        """Some common and some rare, as people ask."""
        return self._words[int(self._chance.paretovariate(0.5)) % 3_000]

    def _place(self) -> Place:
        x, y = self._chance.random(), self._chance.random()
        id_, kind, code, name = self._wards[int(y * 5) * 5 + int(x * 5)]
        members = (Membership(id_, kind, code, name, Basis.OFFICIAL, 1.0),)
        return Place("somewhere", Point(SOUTH + y * SIDE, WEST + x * SIDE), members)

    def words(self, count: int, *, synonyms: bool = False) -> Case:
        words = [self._word() for _ in range(count)]
        others = [[analyse(self._word())[0] for _ in range(SYNONYMS)] for _ in words] if synonyms else ()
        query = fixed(" ".join(words), others)
        theirs = self._reference.words(query)
        return Case(Wanted(text="x"), partial(self._reference.cards, theirs), Fixed(query))

    def filters(self) -> Case:
        need, ward = self._chance.choice(NEEDS), self._chance.choice(self._wards)
        theirs = self._reference.having(need=need, area=str(ward[0]))
        wanted = Wanted(needs=(need,), footprints=((ward[1].value, ward[2]),))
        return Case(wanted, partial(self._reference.cards, theirs))

    def place_only(self) -> Case:
        return Case(Wanted(place=self._place()))

    def distance(self) -> Case:
        query, place = fixed(f"{self._word()} {self._word()}"), self._place()
        words = self._reference.words(query)
        theirs = self._reference.near(words, place.point.lat, place.point.lon, DEGREES)
        return Case(Wanted(text="x", place=place), partial(self._reference.cards, theirs), Fixed(query))

    def facets(self) -> Case:
        query = fixed(self._word())
        wanted = Wanted(text="x", place=self._place(), facets=True)
        return Case(wanted, partial(self._reference.counts, self._reference.words(query)), Fixed(query))

    def phrase(self) -> Case:
        query = fixed(" ".join(self._chance.choice(self._words[:100]) for _ in range(2)), phrase=True)
        theirs = self._reference.phrase([*query.phrases[0]])
        return Case(Wanted(text="x"), partial(self._reference.cards, theirs), Fixed(query))

    def asked(self) -> list[Case]:
        """Phrases of the thesaurus, each asked for the first time."""
        phrases = [
            row["phrase"]
            for path in sorted((PROJECT / "seeds" / "thesaurus").glob("*.csv"))
            for row in _rows(path.read_text("utf-8"))
            if row.get("phrase")
        ]
        return [Case(Wanted(text=phrase)) for phrase in self._chance.sample(phrases, CASES)]

    def typing(self, session: Session, suggester: Suggester) -> Case:
        word = self._word()
        return Case(ours=partial(suggester.find, session, word[: self._chance.randint(2, len(word))], 5))

    def misspelt(self, listed: Sequence[str]) -> Case:
        word = self._chance.choice([one for one in self._words[:3_000] if len(one) >= 6])
        at = self._chance.randrange(1, len(word) - 2)
        wrong = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return Case(ours=partial(UNDERSTAND, f"{wrong} {self._chance.randrange(10**6)}", listed))


def _rows(text: str) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(text.splitlines()))
