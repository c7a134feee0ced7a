"""What a query means: the concepts of the thesaurus whose phrases are nearest to what was typed.

Every phrase is compared at once, in every language: a phrase counts by how much of it was typed and how much
of what was typed it explains, each word by how few phrases hold it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray

from hubfinder.search.query import Meaning
from hubfinder.search.text import NEED
from hubfinder.search.thesaurus import ENGLISH, Thesaurus, english_keys

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PLAIN = 0.6
"""From this strength of something particular, the whole need it belongs to is not meant."""
LEAST, OF_BEST, MOST = 0.3, 0.5, 6
"""Meanings are kept from this strength, from this part of the strongest, and at most so many."""
LATER = (1.0, 0.85, 0.72, 0.6, 0.5)
"""What the first, second ... concept of a phrase counts."""
LOOKED_AT = 60
"""Phrases, the nearest first, whose concepts are looked at."""
PARTLY = 1.5
"""How fast a phrase loses that was typed only in part."""
ALONE = 0.4
"""What a phrase counts that was typed whole, among much that it does not explain."""
SEVERAL, NEARLY_ALL, GATHERED = 2, 0.8, 0.6
"""So many words, saying so much of the whole, mean what phrases together hold them; and what that counts."""
SUPPORT = 0.15
"""What a concept's further phrases add."""
ENGLISH_FIRST = 0.85
"""An English reading this near to the best one is taken for what was meant."""
MOSTLY, HARDLY, CHANCE = 0.7, 0.34, 0.5
"""More than this part of English words makes a question English; with less, English is likely chance."""
FILLER, FILLER_IN_PHRASE = 0.25, 0.6
"""What a filler word weighs beside a telling one, among what was typed and in a phrase."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a query as it is compared, one way for English and one for other languages."""

    english: str
    """Empty for a small word."""
    foreign: str
    also: tuple[str, ...] = ()
    """English terms it may be a slip for."""


@dataclass(frozen=True, slots=True)
class _Near:
    """Phrases of a language that hold any of the words of a query."""

    language: int
    phrases: Ints = field(default_factory=lambda: np.array([], dtype=np.int64))
    strengths: Floats = field(default_factory=lambda: np.array([]))
    part: Floats = field(default_factory=lambda: np.array([]))
    """How much of each was typed."""


class Meanings:
    """Finds the concepts of a thesaurus in words. Nothing here changes after it is made."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self.thesaurus = thesaurus
        self.languages = sorted({phrase.language for phrase in thesaurus.phrases})
        number = {language: at for at, language in enumerate(self.languages)}
        self._language = np.array([number[phrase.language] for phrase in thesaurus.phrases], dtype=np.int64)
        self._idf: list[dict[str, float]] = [{} for _ in self.languages]
        self._unknown = np.ones(len(self.languages))
        self._holding: list[dict[str, Ints]] = [{} for _ in self.languages]
        self._pairs = frozenset(
            pair
            for phrase in thesaurus.phrases
            if phrase.language == ENGLISH
            for pair in zip(phrase.keys, phrase.keys[1:], strict=False)
        )
        self._fillers = [thesaurus.fillers.get(language, frozenset()) for language in self.languages]
        self._names = list(thesaurus.concepts)
        self._number = {concept: number for number, concept in enumerate(self._names)}
        self._concepts: list[dict[str, Ints]] = [{} for _ in self.languages]
        self._count()
        self._telling = self._by_most_telling_word()
        self._whole = np.array(
            [
                sum(self._in_phrase(self._language[at], key) for key in dict.fromkeys(phrase.keys))
                for at, phrase in enumerate(thesaurus.phrases)
            ]
        )

    def find(self, tokens: Sequence[Token], english: float = 0.5) -> tuple[str, list[Meaning]]:
        """The language that explains the words best, and what they mean in it, strongest first.

        ``english`` is the part of the words that is English: of mostly English words likenesses in other
        languages are chance, and of mostly foreign ones English acronyms ("dla" is Polish for "for").
        """
        languages = [one for one in self.languages if one == ENGLISH or english <= MOSTLY]
        found = {
            language: self._in_language(self.languages.index(language), tokens) for language in languages
        }
        best = {language: near.strengths.max(initial=0.0) for language, near in found.items()}
        if len(tokens) > 1 and english < HARDLY:
            best[ENGLISH] = best.get(ENGLISH, 0.0) * CHANCE
        language = max(best, key=lambda one: (best[one], one == ENGLISH), default=ENGLISH)
        if best.get(ENGLISH, 0.0) >= ENGLISH_FIRST * best.get(language, 0.0):
            language = ENGLISH
        return language, _chosen(self._meanings(tokens, found[language])) if found else []

    def weights(self, tokens: Sequence[Token], language: str) -> list[float]:
        """How much each word says, 0 to 1."""
        at = self.languages.index(language) if language in self.languages else 0
        return [float(self._said(at, token) / self._unknown[at]) for token in tokens]

    def named_in(self, text: str) -> dict[str, float]:
        """The concepts that whole English phrases in a text name, 0 to 1: 1 for the first a phrase means."""
        said = set(english_keys(text))
        named: dict[str, float] = {}
        for number in (one for key in said for one in self._telling.get(key, ())):
            if not said.issuperset(self.thesaurus.phrases[number].keys):
                continue
            for rank, concept in enumerate(self.thesaurus.phrases[number].means):
                named[concept] = max(named.get(concept, 0.0), LATER[min(rank, len(LATER) - 1)] ** 2)
        return named

    def are_said_together(self, one: str, following: str) -> bool:
        """Whether two English terms stand one after the other in a phrase."""
        return (one, following) in self._pairs

    def knows(self, term: str) -> bool:
        """Whether any English phrase holds a term."""
        return ENGLISH in self.languages and term in self._idf[self.languages.index(ENGLISH)]

    def _count(self) -> None:
        holding: list[dict[str, list[int]]] = [defaultdict(list) for _ in self.languages]
        for at, phrase in enumerate(self.thesaurus.phrases):
            for key in dict.fromkeys(phrase.keys):
                holding[self._language[at]][key].append(at)
        sizes = np.bincount(self._language, minlength=len(self.languages))
        for at, keys in enumerate(holding):
            self._unknown[at] = log(1 + sizes[at])
            self._idf[at] = {key: log(1 + sizes[at] / len(phrases)) for key, phrases in keys.items()}
            self._holding[at] = {key: np.array(phrases) for key, phrases in keys.items()}
            self._concepts[at] = {key: self._meant_by(phrases) for key, phrases in keys.items()}

    def _by_most_telling_word(self) -> dict[str, list[int]]:
        """English phrases by the word of each that fewest of them hold: few texts have to look at them."""
        found: dict[str, list[int]] = defaultdict(list)
        if ENGLISH in self.languages:
            idf = self._idf[self.languages.index(ENGLISH)]
            for at, phrase in enumerate(self.thesaurus.phrases):
                if phrase.language == ENGLISH:
                    found[max(phrase.keys, key=lambda key: idf[key])].append(at)
        return found

    def _meant_by(self, phrases: Iterable[int]) -> Ints:
        """The concepts that phrases mean first."""
        return np.array(sorted({self._number[self.thesaurus.phrases[at].means[0]] for at in phrases}))

    def _weight(self, language: int, key: str) -> float:
        idf = self._idf[language].get(key, float(self._unknown[language]))
        return idf * FILLER if key in self._fillers[language] else idf

    def _in_phrase(self, language: int, key: str) -> float:
        """What a word counts for its phrase: there a filler tells more ("lost my job", "lost a child")."""
        idf = self._idf[language].get(key, float(self._unknown[language]))
        return idf * FILLER_IN_PHRASE if key in self._fillers[language] else idf

    def _said(self, language: int, token: Token) -> float:
        if self.languages[language] != ENGLISH:
            return self._weight(language, token.foreign)
        return self._weight(language, token.english) if token.english else 0.0

    def _in_language(self, language: int, tokens: Sequence[Token]) -> "_Near":
        """Phrases that hold any of the words, and how strongly each is meant."""
        english = self.languages[language] == ENGLISH
        holding = self._holding[language]
        hits: list[Ints] = []
        weights: list[float] = []
        telling: list[float] = []
        typed = sum(self._said(language, token) for token in tokens)
        for key in dict.fromkeys(key for token in tokens for key in _keys(token, english=english)):
            if key in holding:
                hits.append(holding[key])
                weights.append(self._in_phrase(language, key))
                telling.append(self._weight(language, key))
        if not hits:
            return _Near(language)
        phrases, inverse = np.unique(np.concatenate(hits), return_inverse=True)
        sizes = [hit.size for hit in hits]
        part = np.minimum(np.bincount(inverse, np.repeat(weights, sizes)) / self._whole[phrases], 1.0)
        explained = np.minimum(np.bincount(inverse, np.repeat(telling, sizes)) / max(typed, 1e-9), 1.0)
        return _Near(language, phrases, part**PARTLY * (ALONE + (1 - ALONE) * explained), part)

    def _meanings(self, tokens: Sequence[Token], near: "_Near") -> Iterator[Meaning]:
        """The concepts of the phrases found, each by its best phrase, a little stronger for further ones."""
        best: dict[str, tuple[float, int]] = {}
        further: dict[str, float] = defaultdict(float)
        keep = np.flatnonzero(near.strengths >= LEAST * OF_BEST)
        for at in keep[np.argsort(-near.strengths[keep], kind="stable")][:LOOKED_AT].tolist():
            for rank, concept in enumerate(self.thesaurus.phrases[near.phrases[at]].means):
                strength = float(near.strengths[at]) * LATER[min(rank, len(LATER) - 1)]
                if concept in best:
                    further[concept] += strength
                best[concept] = max(best.get(concept, (0.0, 0)), (strength, at))
        for gathered in self._gathered(tokens, near.language):
            if gathered.strength > best.get(gathered.concept, (0.0, 0))[0]:
                best.pop(gathered.concept, None)
                yield gathered
        for concept, (strength, at) in best.items():
            phrase = self.thesaurus.phrases[near.phrases[at]]
            keys, english = set(phrase.keys), phrase.language == ENGLISH
            yield Meaning(
                concept,
                self.thesaurus.concepts[concept].name,
                round(min(1.0, strength * (1 + SUPPORT * min(further[concept], 1.0))), 4),
                phrase.text,
                phrase.language,
                tuple(_covered(tokens, keys, english=english)),
                round(float(near.part[at]), 4),
                keys <= {key for token in tokens for key in _keys(token, english=english)},
            )

    def _gathered(self, tokens: Sequence[Token], language: int) -> Iterator[Meaning]:
        """Concepts whose phrases together hold nearly all of several telling words, though none alone."""
        english = self.languages[language] == ENGLISH
        keys = dict.fromkeys(key for token in tokens for key in _keys(token, english=english))
        held = [key for key in keys if key in self._concepts[language]]
        typed = sum(self._said(language, token) for token in tokens)
        if len(held) < SEVERAL or not typed:
            return
        numbers = np.concatenate([self._concepts[language][key] for key in held])
        sizes = [self._concepts[language][key].size for key in held]
        said = np.bincount(numbers, np.repeat([self._weight(language, key) for key in held], sizes)) / typed
        for number in np.flatnonzero((said >= NEARLY_ALL) & (np.bincount(numbers) >= SEVERAL)).tolist():
            concept = self._names[number]
            whole = min(float(said[number]), 1.0)
            mine = {key for key in held if number in self._concepts[language][key]}
            yield Meaning(
                concept,
                self.thesaurus.concepts[concept].name,
                round(GATHERED * whole**2, 4),
                " ".join(sorted(mine)),
                self.languages[language],
                tuple(_covered(tokens, mine, english=english)),
                round(GATHERED * whole, 4),
                is_whole=False,
            )


def _chosen(meanings: Iterable[Meaning]) -> list[Meaning]:
    ordered = sorted(meanings, key=lambda one: (-one.strength, one.concept))
    least = max(LEAST, OF_BEST * ordered[0].strength) if ordered else LEAST
    kept = [one for one in ordered if one.strength >= least]
    if any(one.strength >= PLAIN and not _is_need(one) for one in kept):
        kept = [one for one in kept if not _is_need(one)]
    return kept[:MOST]


def _is_need(meaning: Meaning) -> bool:
    return meaning.concept.startswith(NEED)


def _keys(token: Token, *, english: bool) -> Iterator[str]:
    if not english:
        yield token.foreign
    elif token.english:
        yield token.english
        yield from token.also


def _covered(tokens: Sequence[Token], keys: set[str], *, english: bool) -> Iterator[int]:
    return (
        at for at, token in enumerate(tokens) if any(key in keys for key in _keys(token, english=english))
    )
