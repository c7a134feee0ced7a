"""The analysis of listings: what ``text`` says of one word, quickly for many, with weights and positions."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from whoosh.analysis import Analyzer, Token

from hubfinder.search.text import ENGLISH, fold, words_of

SUMMARY = 2.0
"""The weight of a summary; names weigh more."""
GAP = 100
"""Positions between two sections of a listing: no phrase reaches from one into the next."""
_SECTION, _WEIGHT, _MARKS = "\x1e", "\x1f", "\x1d"
_SIGNS = str.maketrans(dict.fromkeys(_SECTION + _WEIGHT + _MARKS, " "))


@lru_cache(maxsize=1 << 15)
def term_of(word: str) -> str:
    """The term of one word as it stands in a text; empty for a small one."""
    return next((token.text for token in ENGLISH(word)), "")


def terms_of(text: str) -> list[str]:
    """As ``text.analyse``; most words have been seen before, which is all that makes it quicker."""
    return [term for word in words_of(text) if (term := term_of(word))]


def sections_of(
    texts: Iterable[tuple[float, str]], marks: Iterable[tuple[float, str]]
) -> Iterator[tuple[float, list[str]]]:
    """Weight and terms of each section; every mark is a section of its own."""
    for weight, text in texts:
        yield float(weight), terms_of(text)
    for weight, mark in marks:
        yield float(weight), [mark]


def placed(sections: Iterable[tuple[float, list[str]]]) -> Iterator[tuple[str, float, int]]:
    """Each term with its weight and its position in the whole listing."""
    position = 0
    for weight, terms in sections:
        for place, term in enumerate(terms, position):
            yield term, weight, place
        position += len(terms) + GAP


def listed_words(texts: Iterable[tuple[float, str]]) -> set[str]:
    """The words of the heavier texts of a listing, its name and summary, folded."""
    return {fold(word) for weight, text in texts if weight >= SUMMARY for word in words_of(text)}


def pack(texts: Iterable[tuple[float, str]], marks: Iterable[tuple[float, str]] = ()) -> str:
    """Texts and marks with their weights as the single string that ``WeightedAnalyzer`` takes apart."""
    sections = [f"{weight}{_WEIGHT}{text.translate(_SIGNS)}" for weight, text in texts]
    sections += [f"{weight}{_WEIGHT}{_MARKS}{mark}" for weight, mark in marks]
    return "".join(_SECTION + section for section in sections)


def _unpacked(value: str) -> Iterator[tuple[float, list[str]]]:
    for section in value.split(_SECTION)[1:]:
        weight, _, text = section.partition(_WEIGHT)
        is_mark = text.startswith(_MARKS)
        yield float(weight), [text.removeprefix(_MARKS)] if is_mark else terms_of(text)


class WeightedAnalyzer(Analyzer):  # type: ignore[misc]
    """Analyses a packed text; each term carries the weight of the section it stands in.

    One weighted field instead of several: Whoosh scores each field in a loop of its own (see docs/decisions).
    """

    def __call__(self, value: str, **kwargs: object) -> Iterator[Token]:
        token = Token(**kwargs)
        for token.text, token.boost, token.pos in placed(_unpacked(value)):
            yield token
