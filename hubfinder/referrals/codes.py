"""References and codes: drawn at random, easy to read out, kept as keyed hashes where they open something."""

import secrets

from hubfinder.listings.report_words import ALPHABET, new_reference, read_reference, spaced
from hubfinder.vault.keys import Keyring

CODE_LENGTH = 12
"""60 random bits; whoever guesses is stopped long before."""

__all__ = [
    "code_digest",
    "cookie_digest",
    "new_code",
    "new_id",
    "new_reference",
    "new_token",
    "read_code",
    "read_reference",
    "reference_digest",
    "spaced",
    "spaced_code",
]


def new_code() -> str:
    """A code that somebody notes down and types again."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def spaced_code(code: str) -> str:
    """As people note it: ``K7QX 2M9P 4TRD``."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def read_code(text: str) -> str:
    """A code as somebody typed it, in whatever letters and with whatever between; empty if it is none."""
    misread = str.maketrans({"O": "0", "I": "1", "L": "1"})
    code = "".join(sign for sign in text.upper() if sign.isalnum()).translate(misread)
    return code if len(code) == CODE_LENGTH and all(sign in ALPHABET for sign in code) else ""


def new_token() -> str:
    """What a browser holds: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    return secrets.token_hex(16)


def cookie_digest(ring: Keyring, token: str) -> str:
    return ring.mark("cookie", token).hex()


def code_digest(ring: Keyring, code: str, reference: str = "") -> str:
    """Of the code of a request with its reference, or of that to go on with a form, which has none."""
    return ring.mark("code", f"{reference}\n{code}").hex()


def reference_digest(ring: Keyring, reference: str) -> str:
    return ring.mark("reference", reference).hex()
