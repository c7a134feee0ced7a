"""Hashing passwords, so many at once on the whole machine: a flood of sign-ins must not starve the pages.

One hash takes 64 MiB and far longer than a page. A browser that has signed in before waits for a place;
anybody else who finds none is told at once that the page is busy, with telephone numbers. A flood comes from
browsers that nobody knows: were they to wait, each would keep a worker from families.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore

from flask import Flask, current_app
from flask_security import hash_password, verify_password
from werkzeug.exceptions import ServiceUnavailable

from hubfinder.settings import Settings
from hubfinder.slots import Busy, Slots

FOLDER = "accounts"
PATIENCE = 2.0
"""Seconds that somebody waits for a place who has shown before that they belong here."""
IN_A_PROCESS = 2
"""One who hashes and one who waits; all others are told at once."""
RETRY_SECONDS = 5


class Hashing:
    """The places of this machine, as one process asks for them."""

    def __init__(self, settings: Settings) -> None:
        cores = os.cpu_count() or 1
        self.slots = Slots(settings.data_dir / FOLDER, count=max(1, cores // 2), patience=PATIENCE)
        self.in_process = BoundedSemaphore(IN_A_PROCESS)

    @contextmanager
    def place(self, *, may_wait: bool = True) -> Iterator[None]:
        """Hold a place while hashing.

        Raises:
            ServiceUnavailable: none was free, or not in time.
        """
        if not self.in_process.acquire(blocking=False):
            raise ServiceUnavailable(retry_after=RETRY_SECONDS)
        try:
            with self.slots.place(None if may_wait else 0.0):
                yield
        except Busy:
            raise ServiceUnavailable(retry_after=RETRY_SECONDS) from None
        finally:
            self.in_process.release()


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["hashing"] = Hashing(settings)


def place() -> Hashing:
    """The places to hash at, of this application."""
    found: Hashing = current_app.extensions["hashing"]
    return found


def hashed(password: str) -> str:
    """The hash of a normal password.

    Raises:
        ServiceUnavailable: too many are hashing.
    """
    with place().place():
        return hash_password(password)


def is_right(password: str, hash_there: str | None) -> bool:
    """Whether a password is the one; takes as long where there is none to compare with. Within a place."""
    nobody = _nobodys()
    return verify_password(password, hash_there or nobody) and bool(hash_there)


@lru_cache(maxsize=8)
def _nobodys_of(_app: str) -> str:
    return hash_password(secrets.token_urlsafe(32))


def _nobodys() -> str:
    """The hash of a password that nobody has."""
    return _nobodys_of(str(current_app.secret_key))
