"""What was acknowledged, against what is there: nothing lost, nothing doubled, nothing half."""

import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hubfinder.people.trail import verify
from hubfinder.referrals.models import Draft, Notice, Referral
from hubfinder.referrals.reading import box_of
from hubfinder.vault.engine import engine_options, prepare_vault
from hubfinder.vault.keys import Keyring, NotOpened
from hubfinder.vault.sealing import Owner, open_box

PATIENCE = 60.0
SAVED, SENT = "saved", "sent"


class Log:
    """Where senders write what they were told, each line at once: it is not on the disk that forgets."""

    def __init__(self, file: Path) -> None:
        self.handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def saved(self, draft: str, revision: int) -> None:
        self._write({"kind": SAVED, "draft": draft, "revision": revision})

    def sent(self, form: str, reference: str) -> None:
        """Of one whose sender has not seen the reference yet, it is empty."""
        self._write({"kind": SENT, "form": form, "reference": reference})

    def _write(self, said: Mapping[str, Any]) -> None:
        os.write(self.handle, (json.dumps(said) + "\n").encode())


def read_log(file: Path) -> list[dict[str, Any]]:
    """What senders were told; a line that somebody was killed over does not count: nobody read it."""
    lines = file.read_bytes().split(b"\n")[:-1] if file.exists() else []
    return [json.loads(line) for line in lines if line.endswith(b"}")]


def wait_for(file: Path, more: int) -> None:
    """Until senders were told so many things more.

    Raises:
        TimeoutError: a minute went by; nothing is acknowledged any more.
    """
    wanted, end = len(read_log(file)) + more, time.monotonic() + PATIENCE
    while len(read_log(file)) < wanted:
        if time.monotonic() > end:
            raise TimeoutError("nothing is acknowledged any more")
        time.sleep(0.005)


@dataclass
class Found:
    """What came of it."""

    acknowledged: int = 0
    """Requests whose senders were told a reference."""
    saved: int = 0
    """Steps of forms that were said to be saved."""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """All else that is not as it must be."""

    def since(self, before: "Found") -> "Found":
        """With the numbers of what came after ``before`` alone; faults are told as they are now."""
        numbers = (self.acknowledged - before.acknowledged, self.saved - before.saved)
        return Found(*numbers, self.lost, self.doubled, self.wrong)

    def add(self, other: "Found") -> None:
        self.acknowledged += other.acknowledged
        self.saved += other.saved
        for mine, more in (
            (self.lost, other.lost),
            (self.doubled, other.doubled),
            (self.wrong, other.wrong),
        ):
            mine.extend(more)

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


def address_of(file: Path) -> str:
    return f"sqlite:///{file}"


def vault_at(url: str) -> sa.Engine:
    """The vault there, as hubfinder opens it; nothing stays open between two sessions."""
    engine = sa.create_engine(**engine_options(url), poolclass=sa.NullPool)
    prepare_vault(engine)
    return engine


def look(url: str, ring: Keyring, told: Iterable[Mapping[str, Any]]) -> Found:
    """Compare what senders were told with what stands in the vault at ``url``."""
    engine = vault_at(url)
    found = Found()
    try:
        with Session(engine) as session:
            found.wrong.extend(_unsound(session))
            _requests(session, ring, list(told), found)
    except sa.exc.DatabaseError as error:
        found.wrong.append(f"it cannot be read: {type(error.orig).__name__}")
    finally:
        engine.dispose()
    return found


def _unsound(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name == "sqlite":
        said = session.scalar(sa.text("PRAGMA integrity_check"))
        if said != "ok":
            yield f"integrity_check: {said}"
        if session.execute(sa.text("PRAGMA foreign_key_check")).first():
            yield "a row belongs to nothing"
    broken = verify(session)
    if broken is not None:
        yield f"the trail is broken at {broken}"


def _requests(session: Session, ring: Keyring, told: list[Mapping[str, Any]], found: Found) -> None:
    there: dict[str, set[str]] = defaultdict(set)
    for row in session.scalars(sa.select(Referral)):
        there[_form_of(ring, row, found)].add(row.reference)
    sent: dict[str, set[str]] = defaultdict(set)
    for one in told:
        if one["kind"] == SENT:
            sent[one["form"]].add(one["reference"])
    found.acknowledged = len(sent)
    for form, references in sent.items():
        known = references - {""}
        if form not in there or not known <= there[form]:
            found.lost.append(form)
        if len(known) > 1:
            found.doubled.append(form)
    found.doubled.extend(form for form, references in there.items() if len(references) > 1)
    _around(session, sum(len(references) for references in there.values()), found)
    _drafts(session, ring, told, found)


def _form_of(ring: Keyring, row: Referral, found: Found) -> str:
    try:
        box = box_of(ring, row)
        box.open("head", row.version, row.head)
        return str(box.open("body", row.version, row.body)["story"])
    except NotOpened:
        found.wrong.append(f"{row.reference} does not open")
        return row.reference


def _around(session: Session, requests: int, found: Found) -> None:
    """A request is never there without its trail and its messages, nor they without it."""
    received = sa.text("SELECT subject_key FROM audit_entry WHERE verb = 'request.received'")
    entries = Counter(session.scalars(received))
    if len(entries) != requests or set(entries.values()) > {1}:
        found.wrong.append(f"{requests} requests, {entries.total()} entries of the trail")
    messages = sa.select(sa.func.count()).where(Notice.once.like("team-new:%"))
    if session.scalar(messages) != requests:
        found.wrong.append("a request without its message, or a message without its request")


def _drafts(session: Session, ring: Keyring, told: list[Mapping[str, Any]], found: Found) -> None:
    newest: dict[str, int] = {}
    for one in told:
        if one["kind"] == SAVED:
            found.saved += 1
            newest[one["draft"]] = max(newest.get(one["draft"], 0), one["revision"])
    rows = {row.id: row for row in session.scalars(sa.select(Draft))}
    for id_, revision in newest.items():
        row = rows.get(id_)
        if row is None or row.revision < revision:
            found.lost.append(f"step {revision} of a form")
            continue
        name = "answers" if row.referral_id is None else "receipt"
        open_box(ring, Owner("draft", row.id), row.wrapped).open(name, row.revision, row.answers)
