"""The fonts of sheets: which files, which characters they have, and how wide words are in them.

Widths are sums of advances: in Latin and Cyrillic script they are right to a hundredth. Where letters stack
(Bengali, Gurmukhi) words come out a little narrower; where they join (Arabic, Urdu) the sum is put right by
factors measured on typeset text, see ``tests/unit/test_sheet_fitting.py``. All widths are in em: of a text
of 10 pt, 1 em is 10 pt.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import category, normalize

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent / "build"
LATIN, ARABIC, NASTALIQ, BENGALI, GURMUKHI = "latin", "arabic", "nastaliq", "bengali", "gurmukhi"


@dataclass(frozen=True, slots=True)
class Face:
    """One family: what it is for and how its lines stand."""

    script: str
    family: str
    file: str
    """Beginning of the names of its files."""
    top: float
    bottom: float
    """Above and below the base line, in em: every line is exactly that high."""
    joined: float = 1.0
    """How wide a letter comes out that joins the one after it, of its advance when it stands alone."""
    spare: float = 1.0
    """What widths are multiplied by, because sums of letters are only nearly right."""


FACES = (
    Face(LATIN, "Noto Sans", "NotoSans", 0.95, 0.29),
    Face(ARABIC, "Noto Sans Arabic", "NotoSansArabic", 1.04, 0.42, joined=0.55, spare=1.04),
    Face(NASTALIQ, "Noto Nastaliq Urdu", "NotoNastaliqUrdu", 1.22, 0.66, joined=0.29, spare=1.04),
    Face(BENGALI, "Noto Sans Bengali", "NotoSansBengali", 1.02, 0.38),
    Face(GURMUKHI, "Noto Sans Gurmukhi", "NotoSansGurmukhi", 1.02, 0.38),
)
BY_SCRIPT = {face.script: face for face in FACES}
_ORDER = (LATIN, BENGALI, GURMUKHI)
_REGULAR, _BOLD = "400Regular", "700Bold"
_JOINING = re.compile("[بپتٹثجچحخسشصضطظعغفقكکگلمنںهہھيیئ](?=[\u0620-\u064a\u066e-\u06d3])")
"""A letter of Arabic script that joins the one after it."""
NBSP = "\u00a0"
_KEPT = "\u200c\u200d"
"""Joiners inside words of Bengali and Urdu, which change the letters beside them."""


class FontsMissing(Exception):
    """The fonts have not been fetched."""

    def __init__(self) -> None:
        super().__init__(f"No fonts for sheets in {FOLDER}: run “make assets”.")


def require_fonts() -> None:
    """Raises FontsMissing if a font or the pictures are not there."""
    files = [FOLDER / f"{face.file}_{weight}.ttf" for face in FACES for weight in (_REGULAR, _BOLD)]
    if not all(file.is_file() for file in [*files, FOLDER / "icons" / "hub.svg"]):
        raise FontsMissing


def scripts(language: str) -> tuple[str, ...]:
    """Of a sheet in that language, the scripts in the order in which they are asked for a character."""
    return (*_ORDER, *((NASTALIQ, ARABIC) if language == "ur" else (ARABIC, NASTALIQ)))


def families(language: str) -> list[str]:
    """The families for Typst, in the same order."""
    return [BY_SCRIPT[script].family for script in scripts(language)]


@cache
def _face(script: str, weight: str) -> dict[int, float]:
    """The advance of each character of a face, in em."""
    path = FOLDER / f"{BY_SCRIPT[script].file}_{weight}.ttf"
    if not path.is_file():
        raise FontsMissing
    with TTFont(path, lazy=True) as font:
        metrics, em = font["hmtx"].metrics, font["head"].unitsPerEm
        spare = BY_SCRIPT[script].spare
        return {code: metrics[name][0] / em * spare for code, name in font.getBestCmap().items()}


@cache
def _advances(language: str, weight: str) -> dict[str, float]:
    """The advance of every character there is, each from the first face that has it."""
    found: dict[str, float] = {}
    for script in reversed(scripts(language)):
        found |= {chr(code): width for code, width in _face(script, weight).items()}
    found.pop("\ufffd", None)  # stands for what is not known: a document must not have it
    return found


@lru_cache(maxsize=50_000)
def width(word: str, language: str, bold: bool = False) -> float:
    """How wide a word is, in em."""
    advances = _advances(language, _BOLD if bold else _REGULAR)
    found = sum(advances.get(letter, 0.0) for letter in word)
    if word.isascii() or not _JOINING.search(word):
        return found
    joined = BY_SCRIPT[NASTALIQ if language == "ur" else ARABIC].joined
    return found - (1 - joined) * sum(advances.get(letter, 0.0) for letter in _JOINING.findall(word))


def printable(words: str, language: str) -> str:
    """The words without what no font has: emoji, controls, marks of direction (those are put in later)."""
    advances = _advances(language, _REGULAR)
    whole = normalize("NFC", words)
    if whole.isascii() and whole.isprintable():
        return whole
    kept = (
        " " if letter.isspace() and letter != NBSP else letter
        for letter in whole
        if letter in _KEPT or letter.isspace() or (letter in advances and category(letter)[0] != "C")
    )
    return " ".join("".join(kept).split(" "))


def script_of(words: str, language: str) -> str:
    """The script with the highest lines among those the words are in."""
    if words.isascii():
        return LATIN
    seen = {_script(letter, language) for letter in words if letter > "\u05ff"}
    return max(seen | {LATIN}, key=lambda script: BY_SCRIPT[script].top + BY_SCRIPT[script].bottom)


def _script(letter: str, language: str) -> str:
    if "\u0600" <= letter <= "\u08ff" or "\ufb50" <= letter <= "\ufeff":
        return NASTALIQ if language == "ur" else ARABIC
    if "\u0980" <= letter <= "\u09ff":
        return BENGALI
    return GURMUKHI if "\u0a00" <= letter <= "\u0a7f" else LATIN
