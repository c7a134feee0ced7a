"""From words to terms: one analysis for listings and for questions, in every engine."""

from collections.abc import Iterable, Iterator

from whoosh.analysis import (
    Analyzer,
    CharsetFilter,
    LowercaseFilter,
    RegexTokenizer,
    StemFilter,
    StopFilter,
    SubstitutionFilter,
    Token,
)
from whoosh.support.charset import accent_map

_SMALL_WORDS = """
a about am an and any are as at be been by can cant do does dont for from get got had has have he her his how
i if im in into is it its me my near need not of on or our please she so some that the their them there they
this to up us want wants was we what when where which who why will with you your
"""
STOP_WORDS = frozenset(_SMALL_WORDS.split())
_SECTION, _WEIGHT, _MARKS = "\x1e", "\x1f", "\x1d"
ENTRY, NEED = "entry:", "need:"
"""How marks begin: terms that stand for a catalogue entry or a need, and for no word of a text."""

ENGLISH = (
    RegexTokenizer(r"\w+(?:['’]\w+)*")
    | LowercaseFilter()
    | CharsetFilter(accent_map)
    | SubstitutionFilter(r"['’]", "")
    | StopFilter(stoplist=STOP_WORDS, minsize=1)
    | StemFilter(lang="en")
)


def analyse(text: str) -> list[str]:
    """The terms of a text, in order, with repeats: lower case, accents folded, stop words gone, stemmed."""
    return [token.text for token in ENGLISH(text, mode="query")]


def pack(texts: Iterable[tuple[float, str]], marks: Iterable[tuple[float, str]] = ()) -> str:
    """Texts and marks with their weights as the single string that ``WeightedAnalyzer`` takes apart."""
    sections = [f"{weight}{_WEIGHT}{text}" for weight, text in texts if text]
    sections += [f"{weight}{_WEIGHT}{_MARKS}{mark}" for weight, mark in marks]
    return "".join(_SECTION + section for section in sections)


class WeightedAnalyzer(Analyzer):  # type: ignore[misc]
    """Analyses a packed text; each term carries the weight of the section it stands in.

    One weighted field instead of several: Whoosh scores each field in a loop of its own (see docs/decisions).
    """

    def __call__(self, value: str, **kwargs: object) -> Iterator[Token]:
        for section in value.split(_SECTION):
            if not section:
                continue
            weight, _, text = section.partition(_WEIGHT)
            for token in _tokens(text, **kwargs):
                token.boost = float(weight)
                yield token


def _tokens(text: str, **kwargs: object) -> Iterator[Token]:
    if text.startswith(_MARKS):
        yield Token(text=text.removeprefix(_MARKS), pos=0, stopped=False, **kwargs)
    else:
        yield from ENGLISH(text, **kwargs)
