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


SPOKEN_TOO = {
    "acm": "Iraqi Arabic",
    "aii": "Assyrian",
    "ary": "Moroccan Arabic",
    "bal": "Balochi",
    "bem": "Bemba",
    "bho": "Bhojpuri",
    "bin": "Edo",
    "ceb": "Cebuano",
    "ckb": "Kurdish Sorani",
    "din": "Dinka",
    "fil": "Filipino",
    "gaa": "Ga",
    "hak": "Hakka",
    "haz": "Hazaragi",
    "hno": "Hindko",
    "jam": "Jamaican Patois",
    "kab": "Kabyle",
    "kea": "Cape Verdean Creole",
    "kmr": "Kurdish Kurmanji",
    "kri": "Krio",
    "luo": "Luo",
    "mai": "Maithili",
    "men": "Mende",
    "mfe": "Mauritian Creole",
    "pcm": "Nigerian Pidgin",
    "phr": "Pahari-Pothwari",
    "prs": "Dari",
    "rhg": "Rohingya",
    "rif": "Tarifit",
    "rom": "Romani",
    "shi": "Tashelhit",
    "skr": "Saraiki",
    "syl": "Sylheti",
    "tem": "Temne",
    "tet": "Tetum",
    "yue": "Cantonese",
}
"""Languages of families in England that have no code of two letters (ISO 639-3), with their English names."""
_OF_CLDR = {"prs": "fa_AF"}
"""Codes under which the names of languages stand elsewhere."""


@lru_cache(maxsize=1024)
def language_name(code: str, shown_in: str) -> str:
    """The name of a language (ISO 639-1, or of ``SPOKEN_TOO``) in the language it is shown in.

    Where that has none for it, it is the English one; the code itself if there is none at all.
    """
    english = SPOKEN_TOO.get(code, "")
    if shown_in == DEFAULT and english:
        return english
    kept = _OF_CLDR.get(code, code)
    names = Locale.parse(shown_in).languages
    return names.get(kept) or english or Locale.parse(DEFAULT).languages.get(kept) or code
