"""Whether a file of keys is that of the requests there are: looked at before anything is sealed with it.

Names do not tell: the first key of every installation is called the same.
"""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.referrals.rotation import SEALED, Kind
from hubfinder.vault.keys import Keyring, KeysRefused, NotOpened, read_keys

LOOKED_AT = 20
"""Rows of each key: one that is broken says nothing of the file, if others open."""


def right_keys(session: Session, file: Path, *, is_own_folder: bool = False) -> Keyring:
    """The keys of a file, as ``read_keys`` has them, and they open what is there.

    Raises:
        KeysRefused: they cannot be used, or belong to other requests.
    """
    ring = read_keys(file, is_own_folder=is_own_folder)
    require_right(session, ring)
    return ring


def require_right(session: Session, ring: Keyring) -> None:
    """Make sure that these keys belong to what is in the vault; of an empty one nothing can be said.

    Raises:
        KeysRefused: they do not.
    """
    for kind in SEALED:
        named = kind.model.master_key
        for name in session.scalars(select(named).where(named != "").distinct().order_by(named)).all():
            if name not in ring.keys:
                raise KeysRefused(
                    f"requests are sealed with the key {name}, which is not in the file of keys"
                )
            if not _opens_any(session, ring, kind, name):
                raise KeysRefused(
                    f"the file of keys is not that of these requests: its key {name} opens none of them. "
                    "Put back the right one"
                )


def _opens_any(session: Session, ring: Keyring, kind: Kind, name: str) -> bool:
    rows = session.scalars(select(kind.model).where(kind.model.master_key == name).limit(LOOKED_AT))
    return any(_opens(ring, kind, row) for row in rows)


def _opens(ring: Keyring, kind: Kind, row: object) -> bool:
    try:
        ring.unwrap(row.wrapped, kind.owner(row).text)  # type: ignore[attr-defined]  # rows of ``Sealed``
    except NotOpened:
        return False
    return True
