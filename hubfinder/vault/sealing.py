"""Sealing: what belongs to one request is encrypted with a key of its own (AES-256-GCM, a random nonce).

Whatever is sealed is bound to whose it is, its name and its version, so that nothing can be put in the place
of something else: not the answers of another family, not older answers of the same one.
"""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hubfinder.vault.keys import BYTES, NONCE, Keyring, NotOpened, Wrapped


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose something is: ``Owner("referral", id, council)``."""

    kind: str
    id: str
    council: str = ""

    @property
    def text(self) -> str:
        return f"{self.kind}\0{self.id}\0{self.council}"


@dataclass(frozen=True, slots=True)
class Box:
    """The open box of one owner: seals and opens, each under a name and a version."""

    owner: Owner
    key: bytes = field(repr=False)

    def seal(self, name: str, version: int, value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can hold
        """Encrypt what JSON can hold."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self.key).encrypt(nonce, text, self._said(name, version))

    def open(self, name: str, version: int, sealed: bytes) -> Any:  # noqa: ANN401
        """What was sealed under this name and version.

        Raises:
            NotOpened: it was not, or one bit of it is another.
        """
        try:
            text = AESGCM(self.key).decrypt(sealed[:NONCE], sealed[NONCE:], self._said(name, version))
        except (InvalidTag, ValueError):
            raise NotOpened(f"the {name} of a {self.owner.kind} does not open") from None
        return json.loads(text)

    def _said(self, name: str, version: int) -> bytes:
        return f"{self.owner.text}\0{name}\0{version}".encode()


def new_box(ring: Keyring, owner: Owner) -> tuple[Box, Wrapped]:
    """A box with a new key, and that key wrapped, to be kept beside what is sealed."""
    key = secrets.token_bytes(BYTES)
    return Box(owner, key), ring.wrap(key, owner.text)


def open_box(ring: Keyring, owner: Owner, wrapped: Wrapped) -> Box:
    """The box that was made for this owner.

    Raises:
        NotOpened: it was made for another, or its key is not here.
    """
    return Box(owner, ring.unwrap(wrapped, owner.text))
