"""By what requests of one family are found again: keyed hashes of what is alike when it is the same family.

A mark only suggests; a person looks and decides.
"""

import re
import unicodedata
from collections.abc import Iterator

from hubfinder.referrals.answers import Told
from hubfinder.vault.keys import Keyring


def marks_of(ring: Keyring, told: Told) -> list[tuple[str, bytes]]:
    """Kind and mark of each thing, each once."""
    return list(dict.fromkeys((kind, ring.mark(f"family:{kind}", text)) for kind, text in _alike(told)))


def _alike(told: Told) -> Iterator[tuple[str, str]]:
    """What is the same whenever the same family asks, however it is typed."""
    for number in (told.telephone.number,):
        digits = re.sub(r"\D", "", number)
        if len(digits) >= 7:
            yield "telephone", digits[-10:]
    if told.email.address:
        yield "email", told.email.address.casefold()
    for one in told.people:
        name = _folded(one.name)
        if name and one.born:
            yield "person", f"{name}|{one.born.isoformat()}"
        if name and told.postcode:
            yield "home", f"{name}|{re.sub(r'[^A-Z0-9]', '', told.postcode.upper())}"


def _folded(name: str) -> str:
    """Letters alone, without accents and in any order of the names."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"[^\W\d_]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    return " ".join(sorted(words))
