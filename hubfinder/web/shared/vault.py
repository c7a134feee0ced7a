"""The vault as one request sees it: a session of its own, and the keys."""

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from hubfinder.extensions import db
from hubfinder.referrals.right_keys import require_right
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import Keyring, read_keys
from hubfinder.web.shared.settings import settings

KNOWN = "vault_keys"
"""Where an application keeps the keys that it has used: others, in the same file, are looked at first."""


def vault() -> Session:
    """The session of this request on the vault: whoever writes calls ``begin_writing``, and commits."""
    if "vault" not in g:
        g.vault = Session(db.get_engine(VAULT))
    found: Session = g.vault
    return found


def keys() -> Keyring:
    """The master keys, as the file has them now.

    Raises:
        KeysRefused: they cannot be used, or were exchanged for those of other requests.
    """
    ring = read_keys(settings().vault_keys, is_own_folder=settings().is_demonstration)
    known: Keyring | None = current_app.extensions.get(KNOWN)
    if ring is not known:
        if known is not None:  # what a server begins with was looked at by ``hubfinder serve``
            with Session(db.get_engine(VAULT)) as session:
                require_right(session, ring)
        current_app.extensions[KNOWN] = ring
    return ring


def init_app(app: Flask) -> None:
    """Give the session back once the request has been answered."""
    app.teardown_appcontext(_close)


def _close(_error: BaseException | None) -> None:
    session = g.pop("vault", None)
    if session is not None:
        session.close()
