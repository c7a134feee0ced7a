"""From words to terms: one analysis for listings and for questions, in every engine."""

import re
import unicodedata

from whoosh.analysis import (
    CharsetFilter,
    LowercaseFilter,
    RegexTokenizer,
    StemFilter,
    StopFilter,
    SubstitutionFilter,
)
from whoosh.support.charset import accent_map

_SMALL_WORDS = """
a about am an and any are as at be been by can cant do does dont for from get got had has have he her his how
i if im in into is it its me my near need not of on or our please she so some that the their them there they
this to up us want wants was we what when where which who why will with you your
"""
STOP_WORDS = frozenset(_SMALL_WORDS.split())
ENTRY, DELIVERS, NEED, ABOUT = "entry:", "delivers:", "need:", "about:"
"""How marks begin, which are no words of a text: it is that catalogue entry, delivers it, meets that need,
names that concept of the thesaurus.
"""

_LETTERS = r"\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff"
"""Letters with the vowel signs that Python's own ``\\w`` leaves out: Arabic ones and those of South Asia."""
_WORD = re.compile(rf"[{_LETTERS}]+(?:['’][{_LETTERS}]+)*")
_MARKS_OVER = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640\u093c\u09bc\u0a3c]")
"""Accents, Arabic vowel signs, and the dot under a letter that people leave out in Indian scripts."""
_ZEROS = (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66)
"""Where the figures of Arabic and Indian scripts begin."""
_ONE_LETTER = str.maketrans(
    {
        **dict.fromkeys("ىیېےئ", "ي"),
        **dict.fromkeys("ةۀہھە", "ه"),
        **dict.fromkeys("ؤۆ", "و"),
        **dict.fromkeys("’'ʼ‘", ""),
        **{chr(zero + digit): str(digit) for zero in _ZEROS for digit in range(10)},
        "ٱ": "ا",
        "ک": "ك",
        "ں": "ن",
        "ґ": "г",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
    }
)
"""Letters that are written several ways, each as one."""
_ARTICLES = re.compile("^(?:[وفبك]?ال|لل)(?=..)")
"""The Arabic article and what is joined to it."""

ENGLISH = (
    RegexTokenizer(_WORD)
    | LowercaseFilter()
    | CharsetFilter(accent_map)
    | SubstitutionFilter(r"['’]", "")
    | StopFilter(stoplist=STOP_WORDS, minsize=1)
    | StemFilter(lang="en")
)


def analyse(text: str) -> list[str]:
    """The terms of a text, in order, with repeats: lower case, accents folded, stop words gone, stemmed."""
    return [token.text for token in ENGLISH(text, mode="query")]


_VOWEL_SIGNS = re.compile("[\u0900-\u0dff]")
LONGER = 8
"""Signs that tell words apart where vowels are signs of their own."""


def fold(text: str) -> str:
    """A text in lower case, without accents, and with one way to write each letter; in any script."""
    if text.isascii():  # most are: of these only the apostrophe has several ways
        return text.lower().replace("'", "")
    plain = unicodedata.normalize("NFKD", text.lower().translate(_ONE_LETTER))
    return _MARKS_OVER.sub("", plain).translate(_ONE_LETTER)


def words_of(text: str) -> list[str]:
    """The words of a text as they stand in it, in any script."""
    return _WORD.findall(text)


def light(word: str) -> str:
    """The beginning of a word of a language we have no stemmer for, long enough to tell it from others.

    Languages that bend their words mostly do so at the end: "posiłki" and "posiłków" are both ``posil``.
    """
    plain = _ARTICLES.sub("", fold(word))
    if _VOWEL_SIGNS.search(plain):
        return plain[:LONGER]
    length = len(plain)
    return plain[: length if length < 5 else 4 if length == 5 else 5 if length < 10 else 8]
