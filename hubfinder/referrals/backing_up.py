"""What a backup says of the keys that are not in it, so that a restore notices at once when they are lost."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.referrals.rotation import AT_ONCE, SEALED
from hubfinder.vault.keys import Keyring, KeysRefused, NotOpened, Wrapped


def note_backup(session: Session, actor: Actor) -> None:
    """That all of it was copied; the caller has begun, and commits before it is."""
    record(session, actor, "vault.backed_up", Subject("vault", "all"))


def proofs_of(session: Session, ring: Keyring) -> dict[str, Any]:
    """A wrapped key of each master key that is in use: worth nothing, but it opens with the right file."""
    found: dict[str, dict[str, str]] = {}
    for kind in SEALED:
        model = kind.model
        first = select(func.min(model.id)).where(model.master_key != "").group_by(model.master_key)
        for row in session.scalars(select(model).where(model.id.in_(first))):
            owner = kind.owner(row).text
            found[row.master_key] = {"owner": owner, "wrapped": base64.b64encode(row.wrapped_key).decode()}
    return {"marks": ring.mark("backup", "marks").hex(), "keys": found}


def require_keys(ring: Keyring, proofs: Mapping[str, Any]) -> None:
    """Make sure that these keys open what a backup holds.

    Raises:
        KeysRefused: they do not; the message says which are missing or others.
    """
    for name, proof in proofs["keys"].items():
        try:
            ring.unwrap(Wrapped(name, base64.b64decode(proof["wrapped"], validate=True)), proof["owner"])
        except (NotOpened, binascii.Error):
            raise KeysRefused(f"the key {name} of this backup is not in the file of keys") from None
    if ring.mark("backup", "marks").hex() != proofs["marks"]:
        raise KeysRefused("the file of keys is of another installation: references and codes would not fit")


def count_closed(session: Session, ring: Keyring) -> tuple[int, int]:
    """How many rows have a key, and how many of these do not open."""
    rows, closed = 0, 0
    for kind in SEALED:
        model, after = kind.model, ""
        while True:
            some = session.scalars(
                select(model)
                .where(model.id > after, model.master_key != "")
                .order_by(model.id)
                .limit(AT_ONCE)
            ).all()
            if not some:
                break
            after = some[-1].id
            for row in some:
                rows += 1
                try:
                    ring.unwrap(row.wrapped, kind.owner(row).text)
                except NotOpened:
                    closed += 1
            session.expunge_all()
    return rows, closed
