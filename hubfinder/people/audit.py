"""The trail: who saw and changed what. Its entries are chained: none can be changed or left out unseen."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.people.models import AuditEntry, AuditHead
from hubfinder.people.values import Actor

FIRST = "0" * 64
"""What stands in the place of the hash before the first entry."""
ONE = 1
"""Id of the only row that says where the chain ends."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What something was done to: ``Subject("listing", "stay-and-play", "E06000021")``."""

    kind: str
    key: str
    council: str = ""
    """Code; empty for what belongs to the whole installation."""


def record(
    session: Session,
    actor: Actor,
    verb: str,
    subject: Subject,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Add one entry to the chain, in the caller's transaction, which must have begun with ``begin_writing``.

    ``verb`` is ``listing.published`` and the like; ``facts`` are names of fields, numbers and counts: never
    what somebody wrote. From here to the end of the transaction nobody else adds to the chain, so who does
    much at once does this last.
    """
    head = _end_of_chain(session)
    entry = AuditEntry(
        number=head.number + 1,
        at=now().astimezone(UTC),
        council_code=subject.council,
        person_id=actor.id,
        by=actor.name,
        verb=verb,
        subject_kind=subject.kind,
        subject_key=subject.key,
        reason=_printable(reason),
        facts=json.loads(json.dumps(dict(facts or {}), allow_nan=False)),  # as it will be read again
        previous_hash=head.hash,
    )
    entry.hash = hash_of(entry)
    head.number, head.hash = entry.number, entry.hash
    session.add(entry)
    session.flush()
    return entry


def hash_of(entry: AuditEntry) -> str:
    """SHA-256 over all that an entry says and the hash of the one before, as JSON with sorted names."""
    said = {
        "number": entry.number,
        "at": _plain(entry.at),
        "council": entry.council_code,
        "person": entry.person_id,
        "by": entry.by,
        "verb": entry.verb,
        "subject": [entry.subject_kind, entry.subject_key],
        "reason": entry.reason,
        "facts": entry.facts,
        "previous": entry.previous_hash,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(at: datetime) -> str:
    """SQLite forgets the zone of a time: it is always UTC here."""
    return at.replace(tzinfo=UTC).isoformat() if at.tzinfo is None else at.astimezone(UTC).isoformat()


def _printable(text: str) -> str:
    """Without signs that not every database or file can hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _end_of_chain(session: Session) -> AuditHead:
    """The row that says where the chain ends, as it is now; ours alone until this transaction ends."""
    newest = select(AuditHead).where(AuditHead.id == ONE).with_for_update()
    head = session.scalar(newest, execution_options={"populate_existing": True})
    if head is not None:
        return head
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(AuditHead).values(id=ONE, number=0, hash=FIRST).on_conflict_do_nothing())
    return session.scalars(newest).one()
