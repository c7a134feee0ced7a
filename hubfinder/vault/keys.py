"""Master keys: a file outside database, backup and repository. Each wraps the keys of single requests.

The file is JSON, ``{"current": "k2", "keys": {"k1": "<base64>", "k2": "<base64>"}, "marks": "<base64>"}``,
each of 32 random bytes. What was wrapped with an older key stays readable while that key is in the file.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BYTES = 32
"""Of a key: AES-256."""
NONCE = 12
LEAST_DIFFERENT = 16
"""Different bytes among the 32 of a random key: fewer happen once in 10^13."""
NAME = r"[a-z0-9][a-z0-9-]{0,19}"
_NAME = re.compile(NAME)


class KeysRefused(Exception):
    """The file of keys cannot be used; the message says why, and holds nothing of a key."""


class NotOpened(Exception):
    """What is sealed was changed, belongs to something else, or its key is not here."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The key of one request, wrapped with a master key."""

    key: str
    """Name of the master key."""
    content: bytes


@dataclass(frozen=True)
class Keyring:
    """The master keys there are. Shown nowhere, not even by mistake."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    marks: bytes = field(repr=False)
    """For hashes that nobody makes without it: see ``mark``."""

    def wrap(self, data_key: bytes, owner: str) -> Wrapped:
        """Wrap with the newest key; it opens for the same ``owner`` alone."""
        nonce = secrets.token_bytes(NONCE)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, data_key, owner.encode())
        return Wrapped(self.current, nonce + sealed)

    def unwrap(self, wrapped: Wrapped, owner: str) -> bytes:
        """The key again.

        Raises:
            NotOpened: the master key is not here, or this was not wrapped for ``owner``, or was changed.
        """
        master = self.keys.get(wrapped.key)
        if master is None:
            raise NotOpened(f"the key {wrapped.key} is not in the file of keys")
        try:
            nonce, sealed = wrapped.content[:NONCE], wrapped.content[NONCE:]
            return AESGCM(master).decrypt(nonce, sealed, owner.encode())
        except (InvalidTag, ValueError):
            raise NotOpened("the key of this does not open") from None

    def mark(self, kind: str, text: str) -> bytes:
        """A keyed hash of 16 bytes: two that are alike have the same, and nobody can guess at the text."""
        said = f"{kind}\0{text}".encode()
        return hmac.new(self.marks, said, hashlib.sha256).digest()[:16]


def read_keys(file: Path, *, is_own_folder: bool = False) -> Keyring:
    """The keys of a file, read once.

    Args:
        file: where they are.
        is_own_folder: a demonstration keeps them beside its data: the file is made if there is none.

    Raises:
        KeysRefused: there is no such file, others may read it, or a key is weak; nothing was started.
    """
    if is_own_folder:
        make_file(file)
    try:
        found = file.stat()
    except FileNotFoundError:
        raise KeysRefused(
            "there is no file of keys where HUBFINDER_VAULT_KEY_FILE says. Put its copy back there; "
            "for a new instance, make the first one with “hubfinder vault new-file”"
        ) from None
    except OSError as error:
        raise KeysRefused(f"the file of keys cannot be read: {error.strerror}") from None
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise KeysRefused("others may read the file of keys: chmod 600")
    return _read(file, found.st_mtime_ns)


@lru_cache(maxsize=4)
def _read(file: Path, _changed: int) -> Keyring:
    return keyring_of(file.read_bytes())


def keyring_of(content: bytes) -> Keyring:
    """Keys as a file holds them.

    Raises:
        KeysRefused: it is malformed, or a key is weak.
    """
    try:
        said = json.loads(content)
        keys = {str(name): _bytes(text) for name, text in said["keys"].items()}
        ring = Keyring(str(said["current"]), keys, _bytes(said["marks"]))
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error):
        raise KeysRefused("the file of keys is not as hubfinder writes it") from None
    if ring.current not in ring.keys:
        raise KeysRefused("the current key is not in the file of keys")
    for name, key in (*ring.keys.items(), ("marks", ring.marks)):
        if not _NAME.fullmatch(name):
            raise KeysRefused("the name of a key is not as hubfinder writes it")
        _refuse_weak(name, key)
    if len({*ring.keys.values(), ring.marks}) <= len(ring.keys):
        raise KeysRefused("two keys are the same")
    return ring


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _refuse_weak(name: str, key: bytes) -> None:
    """Refuse what nobody drew at random: too short, a word, one byte again and again, a row of numbers."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    is_row = len(steps) < LEAST_DIFFERENT // 2 or key[: BYTES // 2] == key[BYTES // 2 :]
    is_text = all(32 <= byte < 127 for byte in key)
    if len(key) != BYTES or len(set(key)) < LEAST_DIFFERENT or is_row or is_text:
        raise KeysRefused(f"the key {name} is weak: it must be {BYTES} random bytes")


def new_keyring() -> Keyring:
    return Keyring("k1", {"k1": secrets.token_bytes(BYTES)}, secrets.token_bytes(BYTES))


def with_new_key(ring: Keyring) -> Keyring:
    """The same with one more key, which is the current one from now on."""
    numbers = [int(name[1:]) for name in ring.keys if name[:1] == "k" and name[1:].isdecimal()]
    name = f"k{max(numbers, default=0) + 1}"
    return Keyring(name, {**ring.keys, name: secrets.token_bytes(BYTES)}, ring.marks)


def without_key(ring: Keyring, name: str) -> Keyring:
    """The same without a key that nothing is wrapped with any more.

    Raises:
        KeysRefused: it is the current one.
    """
    if name == ring.current:
        raise KeysRefused("this is the current key")
    return Keyring(ring.current, {one: key for one, key in ring.keys.items() if one != name}, ring.marks)


def make_file(file: Path) -> None:
    """A file of keys, unless there is one: all workers use the same."""
    if file.exists():
        return
    new = _beside(file, new_keyring())
    with suppress(FileExistsError):  # another worker was first
        os.link(new, file)
    new.unlink()
    _synchronise(file.parent)


def write_file(file: Path, ring: Keyring) -> None:
    """Put these keys in the place of those of a file: old or new, never half, also after a power cut."""
    _beside(file, ring).replace(file)
    _synchronise(file.parent)


def _synchronise(folder: Path) -> None:
    """Names that were given or taken in a folder are so after a power cut too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _beside(file: Path, ring: Keyring) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    descriptor, new = tempfile.mkstemp(dir=file.parent)  # readable by us alone
    with os.fdopen(descriptor, "w", encoding="ascii") as whole:
        json.dump(
            {
                "current": ring.current,
                "keys": {name: base64.b64encode(key).decode() for name, key in ring.keys.items()},
                "marks": base64.b64encode(ring.marks).decode(),
            },
            whole,
        )
        whole.flush()
        os.fsync(whole.fileno())
    return Path(new)
