"""Slips of the pen: what a word that nobody knows was probably meant to be.

A word is left alone that stands in a listing, in the thesaurus or in a list of English words, and one with a
figure in it. What it may be corrected to are words that find something.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.resources import files
from itertools import groupby

from rapidfuzz import process
from rapidfuzz.distance import OSA

from hubfinder.search.query import Correction
from hubfinder.search.text import STOP_WORDS, fold

SHORTEST = 4
"""Letters under which a word is never corrected."""
TWO_SLIPS = 7
"""Letters from which two slips are forgiven."""
HALF = 3
"""The shortest half of two words that were written as one."""
LOOKED_AT = 12
Fits = Callable[[str], bool]
"""Whether a word belongs beside those that were typed with it."""
_SPOKEN = tuple(
    (re.compile(written), spoken)
    for written, spoken in (
        (r"(?:sh|ti|si|ci|cti|xi)[oa]n|shun", "$n"),
        ("ph", "f"),
        (r"ck|[ckq]h?|ch(?=[lr])", "k"),
        ("x", "ks"),
        ("z", "s"),
        (r"gh|(?<!^)h", ""),
        (r"(?<!^)[aeiouyw]+", "a"),
        (r"(.)\1+", r"\1"),
    )
)
_LIST = "frequency_dictionary_en_82_765.txt"


@lru_cache(maxsize=1)
def _english() -> dict[str, bytes]:
    """The English word list by the first two letters, each word between line ends: small and quick."""
    lines = (files("symspellpy") / _LIST).read_text("utf-8-sig").splitlines()
    words = sorted(line.partition(" ")[0] for line in lines)
    return {start: ("\n" + "\n".join(some) + "\n").encode() for start, some in groupby(words, key=_beginning)}


def _beginning(word: str) -> str:
    return word[:2]


def is_english(word: str) -> bool:
    """Whether a folded word is in the list of English words."""
    return f"\n{word}\n".encode() in _english().get(_beginning(word), b"")


class Speller:
    """Corrects towards some words. Nothing here changes after it is made."""

    def __init__(self, first: Iterable[str], second: Iterable[str] = (), known: Iterable[str] = ()) -> None:
        """``first`` and ``second`` are words to correct to (the first are preferred), ``known`` further ones
        that are right as they are; all folded.
        """
        best = {word for word in first if _may_be_meant(word)}
        self._words = sorted(best) + sorted({word for word in second if _may_be_meant(word)} - best)
        self._best = len(best)
        self._first = self._words[: len(best)]
        self._sounds = {sound(found): found for found in reversed(self._first)}
        self._known = frozenset(known).union(self._words, first)

    def knows(self, word: str) -> bool:
        """Whether a word is right as it is."""
        plain = fold(word)
        return (
            len(plain) < SHORTEST
            or not plain.isascii()
            or not plain.isalpha()
            or plain in self._known
            or _singular(plain) in self._known
            or is_english(plain)
        )

    def correct(self, word: str, fits: Fits = lambda _: False) -> Correction | None:
        """What a word was meant to be; none where it is right, or like nothing.

        Of words that are equally near one comes first that ``fits`` those beside it.
        """
        return None if self.knows(word) else self.nearest(word, fits)

    def nearest(self, word: str, fits: Fits = lambda _: False) -> Correction | None:
        """The likeliest word to correct to, whether or not this one is right; none where none is near."""
        plain = fold(word)
        slips = 2 if len(plain) >= TWO_SLIPS else 1
        near = process.extract(
            plain, self._words, scorer=OSA.distance, score_cutoff=slips, limit=LOOKED_AT, processor=None
        )
        likely = [
            (distance, not fits(found), at >= self._best, found[:1] != plain[:1], found)
            for found, distance, at in near
        ]
        meant = min(likely)[-1] if likely else self._alike(plain) or self._halves(plain)
        return Correction(word, meant) if meant else None

    def slip_of(self, word: str, fits: Fits) -> str:
        """The first-rate word a right one may be a slip for; empty without one.

        It is a single slip away and either has the same consonants or ``fits`` the words beside it.
        """
        plain = fold(word)
        near = process.extract(
            plain, self._first, scorer=OSA.distance, score_cutoff=1, limit=LOOKED_AT, processor=None
        )
        likely = (found for found, _, _ in near if _consonants(found) == _consonants(plain) or fits(found))
        return next(likely, "")

    def _alike(self, word: str) -> str:
        """The word that sounds the same, if half of the letters are the same too."""
        found = self._sounds.get(sound(word), "")
        return found if OSA.distance(found, word) * 2 <= len(word) else ""

    def _halves(self, word: str) -> str:
        """Two known words that were written as one."""
        for at in range(len(word) - HALF, HALF - 1, -1):
            if word[:at] in self._known and word[at:] in self._known:
                return f"{word[:at]} {word[at:]}"
        return ""


def sound(word: str) -> str:
    """Roughly how an English word sounds: "adopshun" as "adoption", "fisio" as "physio"."""
    for written, spoken in _SPOKEN:
        word = written.sub(spoken, word)
    return word


def _consonants(word: str) -> str:
    """The consonants of a word, double ones once."""
    return re.sub(r"(.)\1+", r"\1", re.sub("[aeiouy]", "", word))


def _may_be_meant(word: str) -> bool:
    return len(word) >= SHORTEST and word.isascii() and word.isalpha() and word not in STOP_WORDS


def _singular(word: str) -> str:
    return word if word.endswith("ss") else word.removesuffix("s")
