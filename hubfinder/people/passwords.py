"""Which passwords are good enough: long, not one that people try first, and not made of what is around."""

import re
from collections.abc import Iterable
from enum import StrEnum
from unicodedata import category, normalize

from zxcvbn import zxcvbn

SHORTEST, LONGEST = 15, 128
"""Characters."""
JUDGED = 72
"""zxcvbn takes ever longer; nobody guesses what is beyond."""
GOOD = 3
"""Of zxcvbn's 0 to 4: more than 10^8 guesses."""
OWN_PART = 10
"""Letters and digits that are left without the words from around."""
SHORTEST_WORD = 4


class Weakness(StrEnum):
    """What is wrong with a password."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    AROUND = "around"


def normal(password: str) -> str:
    """The same password however a keyboard puts it together."""
    return normalize("NFKC", password)


def weakness_of(password: str, around: Iterable[str] = (), tried: Iterable[str] = ()) -> Weakness | None:
    """What is wrong with a normal password.

    ``around`` is what others know of somebody: names, addresses, the site, the council; ``tried`` are words
    that anybody would try here.
    """
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    around, tried = list(around), list(tried)
    for weakness, known in ((Weakness.AROUND, around), (Weakness.COMMON, around + tried)):
        if _is_made_of(password.casefold(), known):
            return weakness
    judged = zxcvbn(password[:JUDGED], user_inputs=[*texts_and_words(around), *texts_and_words(tried)])
    return Weakness.COMMON if judged["score"] < GOOD else None


def _is_made_of(password: str, known: Iterable[str]) -> bool:
    """Whether little is left of it without what is known: only letters and digits count, not what joins them.

    Short words, such as the end of an address, are taken out too where a long one stands beside them: alone
    they stand in many words by chance.
    """
    texts = texts_and_words(known)
    left = _without(password, (text for text in texts if len(text) >= SHORTEST_WORD))
    if left == password:
        return False
    left = _without(left, (text for text in texts if len(text) < SHORTEST_WORD))
    return sum(category(sign)[0] in "LMN" for sign in left) < OWN_PART


def _without(password: str, texts: Iterable[str]) -> str:
    for text in texts:
        password = password.replace(text, " ")  # or the ends on both sides would make a word
    return password


def texts_and_words(around: Iterable[str]) -> list[str]:
    """Whole texts as they are and without their gaps, and their single words: the longest first."""
    found: set[str] = set()
    for text in around:
        words = re.findall(r"\w+", text.casefold())
        found.update(words, ["".join(words), text.casefold().strip()])
    return sorted((text for text in found if len(text) > 1), key=lambda text: (-len(text), text))
