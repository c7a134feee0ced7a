"""Sentences in the language of the page.

The same as Flask-Babel's functions, whose lookups of context take three times as long as the sentence: a
results page asks for more than a hundred. Its lazy ones, for labels made before any request, stay its own.
"""

from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations, Translations

from hubfinder.display.language import locale

FOLDER = Path(__file__).resolve().parents[1] / "translations"


def gettext(message: str, **gaps: object) -> str:
    """The sentence with its named gaps filled."""
    words: str = translations(locale()).gettext(message)
    return words % gaps if gaps else words


def ngettext(one: str, many: str, num: int, **gaps: object) -> str:
    """The sentence for a number of things; ``%(num)d`` is the number."""
    words: str = translations(locale()).ngettext(one, many, num)
    return words % {"num": num, **gaps}


@lru_cache(maxsize=16)
def translations(language: str) -> NullTranslations:
    """The compiled messages of a language, read once; none for English, whose messages are the sentences."""
    return Translations.load(FOLDER, [language])
