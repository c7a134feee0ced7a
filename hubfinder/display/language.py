"""The language that is being spoken, and the languages there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from flask_babel import force_locale

DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the sheets, and perhaps of the pages."""

    code: str
    name: str
    """Its name in itself."""
    direction: str = "ltr"
    checked: bool = False
    """True once a native speaker has read the translation; until then whatever is in it says so."""
    has_pages: bool = False
    """True where all pages are translated; of the others only what stands on a sheet is."""


KNOWN = {
    language.code: language
    for language in (
        Language("en", "English", checked=True, has_pages=True),
        Language("pl", "Polski", has_pages=True),
        Language("ro", "Română"),
        Language("ur", "اردو", direction="rtl", has_pages=True),
        Language("bn", "বাংলা"),
        Language("ar", "العربية", direction="rtl"),
        Language("pa", "ਪੰਜਾਬੀ"),
        Language("so", "Soomaali"),
        Language("pt", "Português"),
        Language("uk", "Українська"),
        Language("tr", "Türkçe"),
    )
}


_CURRENT: ContextVar[Language] = ContextVar("language", default=KNOWN[DEFAULT])
"""Not in Flask's ``g``: a page asks for it some four hundred times, and this takes a tenth of the time."""


def current() -> Language:
    """The language of what is being made; English unless somebody said otherwise."""
    return _CURRENT.get()


def speak(language: Language) -> None:
    """Make the rest of this request in a language."""
    _CURRENT.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Make something in a language, whatever is spoken around it: a Polish sheet on an English page."""
    before = current()
    speak(language)
    try:
        with force_locale(language.code):  # the labels of enums ask Flask-Babel, which remembers its answer
            yield
    finally:
        speak(before)


def locale() -> str:
    """What Flask-Babel asks for."""
    return current().code


@lru_cache(maxsize=1024)
def language_name(code: str, shown_in: str) -> str:
    """The name of a language (ISO 639-1) in the language it is shown in; the code itself if it has none."""
    return Locale.parse(shown_in).languages.get(code) or code
