"""New master keys, while everything goes on: what is wrapped with an old one is wrapped with the newest.

What is sealed stays as it is; only the short key of each row is wrapped anew, some at a time. Which are left
stands in the rows themselves, so that whoever was killed midway goes on where they stopped.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.referrals import drafts, reading
from hubfinder.referrals.models import Draft, FamilyMark, Referral, Tombstone, VaultWork
from hubfinder.vault.keys import (
    Keyring,
    KeysRefused,
    NotOpened,
    make_file,
    read_keys,
    with_new_key,
    without_key,
    write_file,
)
from hubfinder.vault.sealing import Owner

AT_ONCE = 200
"""Rows of one transaction: it lasts some milliseconds, and nobody waits for it."""
SETTLED = timedelta(hours=1)
"""So long after a new key an old one stays: whoever read the file of keys before has ended by then."""
ROTATION = "rotation"


@dataclass(frozen=True, slots=True)
class Kind:
    """A table whose rows have keys of their own."""

    model: type[Any]
    owner: Callable[[Any], Owner]


SEALED: tuple[Kind, ...] = (
    Kind(Referral, lambda row: Owner(reading.KIND, row.id, row.council_code)),
    Kind(Draft, lambda row: Owner(drafts.KIND, row.id)),
)
"""Every table of ``Sealed``; a test holds this against the schema."""


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand with the keys."""

    current: str
    rows: dict[str, int]
    """Name of a master key: how many rows are wrapped with it."""
    missing: tuple[str, ...]
    """Names of keys that rows are wrapped with and that the file does not hold."""
    work: VaultWork | None
    """The last rotation; none where there was none."""

    @property
    def left(self) -> int:
        """Rows that are wrapped with another key than the current one."""
        return sum(number for name, number in self.rows.items() if name != self.current)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What came of a rotation."""

    done: int
    refused: int
    """Rows whose key does not open: they are left as they are, and their old key is still needed."""
    is_stopped: bool = False


def status(session: Session, ring: Keyring) -> Status:
    """How many rows are wrapped with which key."""
    rows: Counter[str] = Counter()
    for kind in SEALED:
        model = kind.model
        counted = session.execute(select(model.master_key, func.count()).group_by(model.master_key))
        for name, number in counted:
            rows[name] += number
    missing = tuple(sorted(name for name in rows if name and name not in ring.keys))
    return Status(ring.current, dict(rows), missing, session.get(VaultWork, ROTATION))


def make_first(session: Session, actor: Actor, file: Path) -> Keyring:
    """The file of keys of a new instance; the caller has begun, and commits.

    Raises:
        KeysRefused: there is a file, or something is in the vault that another file belongs to.
    """
    _alone(session)
    if file.exists():
        raise KeysRefused("there is a file of keys already: it is left as it is")
    kept: tuple[type[Any], ...] = (*(kind.model for kind in SEALED), FamilyMark, Tombstone)
    if any(session.scalar(select(func.count()).select_from(model)) for model in kept):
        raise KeysRefused(
            "there are requests that belong to another file of keys: put its copy back, a new one opens none"
        )
    make_file(file)
    ring = read_keys(file)
    record(session, actor, "vault.file_made", Subject("vault", ring.current))
    return ring


def add_key(session: Session, actor: Actor, file: Path) -> Keyring:
    """One more key in the file of keys, the current one from now on; the caller has begun, and commits.

    Raises:
        KeysRefused: the file cannot be used.
    """
    _alone(session)
    newer = with_new_key(read_keys(file))
    record(session, actor, "vault.key_made", Subject("vault", newer.current))
    write_file(file, newer)
    return newer


def rotate(
    session: Session,
    ring: Keyring,
    actor: Actor,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
    is_stopped: Callable[[], bool] = bool,
) -> Rotated:
    """Wrap every key anew that is not wrapped with the current one; goes on with what was begun.

    Transactions of its own, ``AT_ONCE`` rows each; ``tell`` is given how many are done, of how many.
    """
    session.rollback()
    begin_writing(session)
    work = _work(session, ROTATION)
    if work.ended_at is not None or work.last_key != ring.current:
        work.begun_at, work.last_key, work.done, work.ended_at, work.said = (
            utc_now(),
            ring.current,
            0,
            None,
            "",
        )
        record(session, actor, "vault.rotation_begun", Subject("vault", ring.current))
    session.commit()
    everything = status(session, ring).left + work.done
    refused = 0
    for kind in SEALED:
        after = ""
        while True:
            if is_stopped():
                return Rotated(_work(session, ROTATION).done, refused, is_stopped=True)
            last, bad = _some(session, ring, kind, after)
            refused += bad
            if last is None:
                break
            after = last
            tell(_work(session, ROTATION).done, everything)
            session.rollback()
    return _ended(session, ring, actor, refused)


def _some(session: Session, ring: Keyring, kind: Kind, after: str) -> tuple[str | None, int]:
    """The next rows; the id of the last one, none where there was none left, and how many do not open."""
    session.rollback()
    begin_writing(session)
    model = kind.model
    old = model.master_key.not_in((ring.current, ""))
    rows = session.scalars(
        select(model).where(old, model.id > after).order_by(model.id).limit(AT_ONCE).with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    refused = 0
    for row in rows:
        owner = kind.owner(row).text
        try:
            row.wrapped = ring.wrap(ring.unwrap(row.wrapped, owner), owner)
        except NotOpened:
            refused += 1
    last = rows[-1].id if rows else None
    _work(session, ROTATION).done += len(rows) - refused
    session.commit()
    session.expunge_all()
    return last, refused


def _ended(session: Session, ring: Keyring, actor: Actor, refused: int) -> Rotated:
    session.rollback()
    begin_writing(session)
    work = _work(session, ROTATION)
    work.ended_at = utc_now()
    work.said = f"{work.done} done, {refused} do not open"
    done = work.done
    record(
        session,
        actor,
        "vault.rotation_ended",
        Subject("vault", ring.current),
        "",
        {"done": done, "refused": refused},
    )
    session.commit()
    return Rotated(done, refused)


def drop_key(session: Session, actor: Actor, file: Path, name: str) -> Keyring:
    """Take a key that nothing is wrapped with out of the file; the caller has begun, and commits.

    Whoever read the file while this was the current key has ended long ago, see ``SETTLED``.

    Raises:
        KeysRefused: it is the current one, or needed still, or the file was changed less than an hour ago.
    """
    _alone(session)
    ring = read_keys(file)
    if name not in ring.keys:
        raise KeysRefused(f"there is no key {name} in the file of keys")
    fewer = without_key(ring, name)
    if time.time() - file.stat().st_mtime < SETTLED.total_seconds():
        raise KeysRefused("the file of keys is less than an hour old: somebody may still use the key before")
    number = status(session, ring).rows.get(name, 0)
    if number:
        raise KeysRefused(
            f"{number} rows are wrapped with the key {name} still: run `hubfinder vault rotate`"
        )
    record(session, actor, "vault.key_dropped", Subject("vault", name))
    write_file(file, fewer)
    return fewer


def _alone(session: Session) -> None:
    """Nobody else changes the file of keys until this transaction ends; on SQLite nobody writes anyhow.

    Families are not kept waiting for it: no table that sending needs is held.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {VaultWork.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def _work(session: Session, name: str) -> VaultWork:
    found = session.get(VaultWork, name)
    if found is None:
        found = VaultWork(name=name, begun_at=utc_now(), done=0, last_key="", said="")
        session.add(found)
        session.flush()
    return found
