"""How hard an English text is to read: at which age most people can, by the formula of Flesch and Kincaid.

Nothing is fetched for it. Syllables are those that a word may be divided into (pyphen's British patterns,
which come with the package), or the groups of vowels in it, whichever are more: patterns leave short words.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pyphen import Pyphen

GRADE_TO_AGE = 5
"""What turns a school grade of the formula into years of age."""
FEWEST_WORDS = 10
"""Of fewer words the formula says nothing."""
LONG_SENTENCE = 25
"""Words. GOV.UK asks for no longer ones."""
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_END = re.compile(r"(?<=[.!?:;])\s+|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?<=[a-z])(?:e|es|ed)$")


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be counted of a text."""

    words: int
    sentences: int
    syllables: int
    long_sentences: tuple[str, ...] = ()

    @property
    def age(self) -> int | None:
        """Years; none where there are too few words to say."""
        if self.words < FEWEST_WORDS:
            return None
        grade = 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59
        return max(5, round(grade + GRADE_TO_AGE))


def reading(text: str) -> Reading:
    """The words, sentences and syllables of a text. A line that ends ends a sentence."""
    sentences = [(part, words_of(part)) for part in _END.split(text)]
    some = [(part.strip(), words) for part, words in sentences if words]
    return Reading(
        sum(len(words) for _, words in some),
        len(some),
        sum(syllables(word) for _, words in some for word in words),
        tuple(part for part, words in some if len(words) > LONG_SENTENCE),
    )


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case; figures are none."""
    return [word.lower() for word in _WORD.findall(text)]


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """Of one word in lower case; at least one."""
    divided = len(_patterns().positions(word)) + 1
    spoken = word if len(word) <= 3 or word.endswith(("le", "ted", "ded")) else _SILENT.sub("", word)
    return max(divided, len(_VOWELS.findall(spoken)), 1)


@lru_cache(maxsize=1)
def _patterns() -> Pyphen:
    return Pyphen(lang="en_GB")
