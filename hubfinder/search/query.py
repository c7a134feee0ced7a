"""A question in words, understood: what every engine is asked, the same for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hubfinder.search.concerns import Concern


class UnitKind(StrEnum):
    """Where a unit of a query comes from."""

    WORD = "word"
    """A word that was typed, with its other spellings."""
    CONCEPT = "concept"
    """Something the thesaurus knows that was meant by several words together."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was typed, small words left out."""

    text: str
    term: str
    """As it stands in an index."""
    weight: float
    """How much it says, 0 to 1: a rare word more than a common one."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One part of what is looked for.

    A listing's score for it is that of its best term, each term's BM25 score times its weight.
    """

    terms: Mapping[str, float]
    covers: tuple[int, ...]
    """The words of the query (their positions in ``Query.words``) that it stands for."""
    kind: UnitKind = UnitKind.WORD
    label: str = ""
    """What it is called where a score is explained."""
    credit: float = 1.0
    """How surely a listing that holds it holds what those words ask for, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A concept of the thesaurus that a query means."""

    concept: str
    """``catalogue:free-school-meals``, ``need:money``, ``topic:baby-sleep``."""
    name: str
    strength: float
    """0 to 1: 1 where the query is one of its names."""
    phrase: str
    """What the thesaurus has that is nearest to what was typed."""
    language: str
    covers: tuple[int, ...]
    part: float = 1.0
    """How much of that phrase was typed, 0 to 1."""
    is_whole: bool = True
    """Whether every word of that phrase was typed."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that was typed and what is looked for in its place."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Query:
    """Words as understood. An empty one finds everything and says nothing about relevance."""

    text: str = ""
    words: tuple[Word, ...] = ()
    units: tuple[Unit, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    """Terms that must stand one after the other in a listing: what was typed in quotation marks."""
    meanings: tuple[Meaning, ...] = ()
    corrections: tuple[Correction, ...] = ()
    corrected: str = ""
    """The words with their corrections; empty without any."""
    language: str = "en"
    """The language it seems to be in."""
    concerns: tuple[Concern, ...] = ()
    """Violence, harm or danger it speaks of: whom to ring is said before anything else."""
    targeted: bool = False
    """It asks for something that is made for some families only."""
    age: tuple[int, int] | None = None
    """The age it speaks of, in months: the first, and the first after it."""

    def __bool__(self) -> bool:
        return bool(self.units or self.phrases)

    @property
    def terms(self) -> tuple[str, ...]:
        """Every term of any unit, each once."""
        return tuple(dict.fromkeys(term for unit in self.units for term in unit.terms))


class Understand(Protocol):
    """Turns what somebody typed into a query."""

    def __call__(self, text: str, listed: Sequence[str] = (), *, as_typed: bool = False) -> Query:
        """``listed`` are the words of listings, folded: the same object while they are the same. ``as_typed``
        leaves the spelling alone.
        """
        ...
