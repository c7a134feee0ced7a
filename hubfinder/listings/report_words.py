"""What people write to us, made fit to be kept and shown as plain text; and the references they get."""

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any

from hubfinder.search.text import fold, words_of

LONGEST = 2_000
"""Characters of a report: a page and a half."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U, which people read as something else."""
LENGTH, PART = 15, 5
"""Three parts of five: 75 random bits."""
JOINS = frozenset("\u200c\u200d")
"""Signs that nobody sees, and that Urdu and other languages are written with."""
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_reference() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_reference(text: str) -> str:
    """A reference as somebody typed it, spaces, dashes and letters misread forgiven; empty if it is none."""
    plain = "".join(sign for sign in text[:100].upper() if sign.isalnum()).translate(_MISREAD)
    return plain if len(plain) == LENGTH and all(sign in ALPHABET for sign in plain) else ""


def spaced(reference: str) -> str:
    """As people read it: ``7KXQ9-3MAP4-T2WHB``."""
    return "-".join(reference[start : start + PART] for start in range(0, len(reference), PART))


def plain_words(text: str, longest: int = LONGEST) -> str:
    """Text as typed, in lines, without signs that cannot be seen: some turn words of a page round."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = (" ".join("".join(filter(_is_seen, line.replace("\t", " "))).split()) for line in lines)
    whole = "\n".join(kept).strip()
    while "\n\n\n" in whole:
        whole = whole.replace("\n\n\n", "\n\n")
    return whole[:longest].rstrip()


def digest_of(kind: str, about: str, text: str, suggestion: Mapping[str, Any]) -> str:
    """The same for the same words, however they are spaced or written."""
    said = " ".join(fold(word) for word in words_of(text))
    whole = json.dumps([kind, about, said, suggestion], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def _is_seen(sign: str) -> bool:
    return sign in JOINS or unicodedata.category(sign)[0] != "C"
