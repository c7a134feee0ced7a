"""Which passwords are good enough: long, not one that people try first, and not made of what is around."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from zxcvbn import zxcvbn

SHORTEST, LONGEST = 15, 128
"""Characters."""
JUDGED = 72
"""zxcvbn takes ever longer; nobody guesses what is beyond."""
GOOD = 3
"""Of zxcvbn's 0 to 4: more than 10^8 guesses."""
OWN_PART = 10
"""Characters that are left without the words from around."""
SHORTEST_WORD = 4


class Weakness(StrEnum):
    """What is wrong with a password."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    AROUND = "around"


def normal(password: str) -> str:
    """The same password however a keyboard puts it together."""
    return unicodedata.normalize("NFKC", password)


def weakness_of(password: str, around: Iterable[str] = ()) -> Weakness | None:
    """What is wrong with a normal password; ``around`` is what others know: names, the site, the council."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    words = words_of(around)
    left = password.casefold()
    for word in words:
        left = left.replace(word, "")
    if len(left) < OWN_PART and len(left) < len(password):
        return Weakness.AROUND
    judged = zxcvbn(password[:JUDGED], user_inputs=words)
    return Weakness.COMMON if judged["score"] < GOOD else None


def words_of(around: Iterable[str]) -> list[str]:
    """Single words, the longest first, and the whole texts without their gaps."""
    found: set[str] = set()
    for text in around:
        words = re.findall(r"\w+", text.casefold())
        found.update(words, ["".join(words)])
    return sorted((word for word in found if len(word) >= SHORTEST_WORD), key=len, reverse=True)
