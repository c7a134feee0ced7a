"""From what somebody typed to a query: language, meaning and spelling, the same before every engine."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from pathlib import Path

from hubfinder.search.ages_said import age_said
from hubfinder.search.concerns import read_concerns
from hubfinder.search.meanings import FILLER, Meanings, Token
from hubfinder.search.query import Correction, Meaning, Query, Unit, UnitKind, Word
from hubfinder.search.spelling import Speller, is_english
from hubfinder.search.subjects import meanings_of
from hubfinder.search.text import ABOUT, DELIVERS, ENTRY, NEED, analyse, fold, words_of
from hubfinder.search.thesaurus import CATALOGUE, ENGLISH, Thesaurus, english_key, foreign_key

MOST_WORDS = 24
"""Further words of a question are not looked at."""
ENTRY_WEIGHT, ENTRY_LATER = 2.2, 0.8
"""What a catalogue entry that is meant counts beside a word that was typed, and what the next ones do."""
ABOUT_WEIGHT, DELIVERS_WEIGHT, NEED_WEIGHT, WORDS_WEIGHT, HINT_WEIGHT = 1.6, 0.9, 0.35, 0.6, 0.3
HALF_SAID = 0.3
"""How sure one word of a phrase of several makes us."""
SAME_WEIGHT = 0.8
LITTLE = 0.3
"""What a word that says nothing counts beside one that says all."""
HALF = 0.5
SLIP = 5
"""Letters from which a known word may still be a slip for one of the thesaurus ("brest feeding")."""
_QUOTED = re.compile(r"[\"“”«»„]([^\"“”«»„]{2,})[\"“”«»„]")


class Understanding:
    """Understands questions with one thesaurus. Threads may share it."""

    def __init__(self, thesaurus: Path, concerns: Path) -> None:
        self._folder = thesaurus
        self._concerns = concerns
        self._understood = lru_cache(maxsize=2048)(self._understand)
        self._speller: tuple[object, Speller] | None = None

    @classmethod
    def of(cls, seeds: Path) -> "Understanding":
        """With the thesaurus and the concerns of a folder of seeds."""
        return cls(seeds / "thesaurus", seeds / "concerns")

    @cached_property
    def thesaurus(self) -> Thesaurus:
        return self.meanings.thesaurus

    @cached_property
    def meanings(self) -> Meanings:
        return meanings_of(self._folder)

    def __call__(self, text: str, listed: Sequence[str] = (), *, as_typed: bool = False) -> Query:
        """Understand a text. ``listed`` are the words of listings, folded: the same object while they stay
        the same. ``as_typed`` leaves the spelling alone.
        """
        return self._understood(" ".join(text.split()), as_typed, self._spelling(listed))

    def _spelling(self, listed: Sequence[str]) -> Speller:
        """The speller for these words; made anew only when they are others."""
        known = self._speller
        if known is None or known[0] is not listed:
            known = listed, Speller(self.thesaurus.words, listed, self.thesaurus.foreign)
            self._speller = known
        return known[1]

    def _understand(self, text: str, as_typed: bool, speller: Speller) -> Query:
        words = words_of(text)[:MOST_WORDS]
        is_left = as_typed or self._is_foreign(words)
        corrections = () if is_left else tuple(self._corrections(words, speller))
        corrected = _put_right(words, corrections)
        meant = [one for word in corrected for one in words_of(word)]
        tokens = self._tokens(meant, speller)
        language, meanings = self.meanings.find(tokens, _english_share(meant))
        weights = self.meanings.weights(tokens, language)
        said, kept = _said(meant, tokens, weights, language)
        units = (*self._word_units(said), *self._meaning_units(meanings, said, kept))
        not_ours = self._not_ours(tokens)
        return Query(
            text=text,
            words=tuple(
                replace(word, weight=1.0) if at in not_ours else word
                for at, word in zip(kept, said, strict=True)
            ),
            units=tuple(
                _uncovered(unit, {kept.index(at) for at in not_ours if at in kept}) for unit in units
            ),
            phrases=tuple(terms for quoted in _QUOTED.findall(text) if (terms := tuple(analyse(quoted)))),
            meanings=tuple(meanings),
            corrections=corrections,
            corrected=" ".join(corrected) if corrections else "",
            language=language,
            concerns=read_concerns(self._concerns).of(text, " ".join(corrected)),
            targeted=self._asks_for_some(meanings),
            age=age_said(text),
        )

    def _not_ours(self, tokens: Sequence[Token]) -> set[int]:
        """The words that ask for what a directory for families does not answer ("bank loan", "MOT")."""
        said = {token.english for token in tokens}
        phrases = [phrase for phrase in self.thesaurus.not_ours if phrase <= said]
        return {at for at, token in enumerate(tokens) if any(token.english in phrase for phrase in phrases)}

    def _asks_for_some(self, meanings: Sequence[Meaning]) -> bool:
        """Whether what is meant first is help for some families only."""
        return bool(meanings) and self.thesaurus.concepts[meanings[0].concept].targeted

    def _is_foreign(self, words: Sequence[str]) -> bool:
        """Whether it is mostly words of another language: those are not mended into English ones."""
        known = [fold(word) in self.thesaurus.foreign for word in words]
        return sum(known) * 2 > len(known) and _english_share(words) < HALF

    def _corrections(self, words: Sequence[str], speller: Speller) -> Iterator[Correction]:
        shouted = all(word.isupper() or not word.isalpha() for word in words)
        for at, word in enumerate(words):
            is_name = at > 0 and word.istitle() and not words[at - 1].istitle()
            fits = partial(self._fits, *_beside(words, at))
            found = None if is_name and not shouted else speller.correct(word, fits)
            if found:
                yield found

    def _fits(self, before: str, after: str, word: str) -> bool:
        """Whether the thesaurus says a word together with the one before or after it."""
        terms = [next(iter(english_key(one)), "") for one in (before, word, after)]
        return any(self.meanings.are_said_together(*pair) for pair in pairwise(terms))

    def _tokens(self, words: Sequence[str], speller: Speller) -> list[Token]:
        """Words as they are compared; with what they may be a slip for, and joined to the next one."""
        english = [next(iter(english_key(word)), "") for word in words]
        joined = [
            next(iter(english_key(one + following)), "")
            for one, following in zip(words, [*words, ""][1:], strict=True)
        ]
        known = [term if term and self.meanings.knows(term) else "" for term in joined]
        return [
            Token(
                term,
                " ".join(foreign_key(word)),
                (
                    *filter(None, (known[at] if at + 1 < len(words) else "", known[at - 1] if at else "")),
                    *self._slips(words, at, term, speller),
                ),
            )
            for at, (word, term) in enumerate(zip(words, english, strict=True))
        ]

    def _slips(self, words: Sequence[str], at: int, term: str, speller: Speller) -> Iterator[str]:
        """The term of a thesaurus word a single slip away from a word that no phrase holds."""
        if not term or len(words[at]) < SLIP or self.meanings.knows(term):
            return
        near = speller.slip_of(words[at], partial(self._fits, *_beside(words, at)))
        if near:
            yield from english_key(near)

    def _word_units(self, words: Iterable[Word]) -> Iterator[Unit]:
        for at, word in enumerate(words):
            weight = round(LITTLE + (1 - LITTLE) * word.weight, 4)
            terms = dict.fromkeys(_terms(word.text), weight)
            terms.setdefault(word.term, weight * SAME_WEIGHT)
            yield Unit(terms, (at,), UnitKind.WORD, word.text)

    def _meaning_units(
        self, meanings: Iterable[Meaning], words: Sequence[Word], kept: Sequence[int]
    ) -> Iterator[Unit]:
        typed = {term for word in words for term in (word.term, *_terms(word.text))}
        for meaning in meanings:
            covers = tuple(kept.index(at) for at in meaning.covers if at in kept)
            terms = self._terms_of(meaning, typed)
            if terms and covers:
                yield Unit(terms, covers, UnitKind.CONCEPT, meaning.name, _credit(meaning))
            hints = self._hints_of(meaning, typed)
            if hints and covers:
                yield Unit(hints, covers, UnitKind.CONCEPT, f"{meaning.name} (words)", 0.0)

    def _terms_of(self, meaning: Meaning, typed: set[str]) -> dict[str, float]:
        """What a listing holds that is about a concept; without the words that are looked for anyway."""
        concept, strength = self.thesaurus.concepts[meaning.concept], meaning.strength
        terms = {ABOUT + meaning.concept: strength * ABOUT_WEIGHT}
        for rank, entry in enumerate(concept.entries):
            terms[ENTRY + entry] = strength * ENTRY_WEIGHT * ENTRY_LATER**rank
        if meaning.concept.startswith(CATALOGUE):
            terms[DELIVERS + concept.entries[0]] = strength * DELIVERS_WEIGHT
        if meaning.concept.startswith(NEED):
            terms |= {NEED + need: strength * NEED_WEIGHT for need in concept.needs}
        for phrase in concept.words:
            for word in _alone(phrase):
                terms[word] = strength * WORDS_WEIGHT
        return {term: round(weight, 4) for term, weight in terms.items() if term not in typed}

    def _hints_of(self, meaning: Meaning, typed: set[str]) -> dict[str, float]:
        """Words of phrases that listings about a concept hold: one alone makes none of them be about it."""
        terms: dict[str, float] = {}
        for phrase in self.thesaurus.concepts[meaning.concept].words:
            found = _terms(phrase)
            for word in found if len(found) > 1 else ():
                weight = meaning.strength * HINT_WEIGHT / len(found)
                terms[word] = max(terms.get(word, 0.0), round(weight, 4))
        return {term: weight for term, weight in terms.items() if term not in typed}


@lru_cache(maxsize=8192)
def _terms(text: str) -> tuple[str, ...]:
    """The terms of a word or a phrase of the thesaurus: the same ones are asked for again and again."""
    return tuple(analyse(text))


def _alone(phrase: str) -> tuple[str, ...]:
    """The term of a phrase of one word."""
    found = _terms(phrase)
    return found if len(found) == 1 else ()


def _credit(meaning: Meaning) -> float:
    """How surely what is about a concept is about the words that led to it: half a phrase may be chance."""
    if meaning.is_whole:
        return 1.0
    return meaning.part**2 if len(meaning.covers) > 1 else HALF_SAID


def _uncovered(unit: Unit, not_ours: Collection[int]) -> Unit:
    """A unit that does not stand for words of what is not ours."""
    covers = tuple(at for at in unit.covers if at not in not_ours)
    return unit if covers == unit.covers else replace(unit, covers=covers)


def _beside(words: Sequence[str], at: int) -> tuple[str, str]:
    """The words before and after one; empty at the ends."""
    return words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""


def _english_share(words: Sequence[str]) -> float:
    """The part of the words that is English; all of none."""
    plain = [fold(word) for word in words if not word.isdigit()]
    return sum(word.isascii() and is_english(word) for word in plain) / len(plain) if plain else 1.0


def _put_right(words: Sequence[str], corrections: Iterable[Correction]) -> list[str]:
    meant = {correction.typed: correction.meant for correction in corrections}
    return [meant.get(word, word) for word in words]


def _said(
    words: Sequence[str], tokens: Sequence[Token], weights: Sequence[float], language: str
) -> tuple[tuple[Word, ...], list[int]]:
    """The words that say something, and where each stood."""
    english = language == ENGLISH
    kept = [at for at, token in enumerate(tokens) if (token.english if english else token.foreign)]
    said = (
        Word(
            fold(words[at]),
            tokens[at].english if english else tokens[at].foreign,
            round(min(weights[at], FILLER) if words[at].isdigit() else weights[at], 4),
        )
        for at in kept
    )
    return tuple(said), kept
