"""The vault as one request sees it: a session of its own, and the keys."""

from flask import Flask, g
from sqlalchemy.orm import Session

from hubfinder.extensions import db
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import Keyring, read_keys
from hubfinder.web.shared.settings import settings


def vault() -> Session:
    """The session of this request on the vault: whoever writes calls ``begin_writing``, and commits."""
    if "vault" not in g:
        g.vault = Session(db.get_engine(VAULT))
    found: Session = g.vault
    return found


def keys() -> Keyring:
    """The master keys, as the file has them now.

    Raises:
        KeysRefused: they cannot be used.
    """
    return read_keys(settings().vault_keys, is_own_folder=settings().is_demonstration)


def init_app(app: Flask) -> None:
    """Give the session back once the request has been answered."""
    app.teardown_appcontext(_close)


def _close(_error: BaseException | None) -> None:
    session = g.pop("vault", None)
    if session is not None:
        session.close()
