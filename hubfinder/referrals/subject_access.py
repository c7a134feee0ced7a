"""All that is kept about a request, for whoever asks what we know of them: complete against the tables.

Names of others are marked for a person to look at, and left out until that person ticks them. So is what the
family is not told for somebody's safety.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.people.values import A_COMMAND, A_LINK, HUBFINDER, THE_PUBLIC
from hubfinder.referrals.answers import Who
from hubfinder.referrals.holding import BY_CODE, THE_PROFESSIONAL
from hubfinder.referrals.models import Referral
from hubfinder.referrals.not_told import Untold, untold
from hubfinder.referrals.reading import Opened, opened
from hubfinder.vault.base import VaultBase
from hubfinder.vault.keys import Keyring

EXPORTED: dict[str, frozenset[str]] = {
    "referral": frozenset(
        "reference council_code hub_key sender_organization sender_council urgency state version revision "
        "received_at changed_at due_at chased points finished_at withdrawn_at outcome assigned key_worker "
        "is_held is_hub_for_safety head body".split()
    ),
    "referral_event": frozenset("id at kind by is_for_family facts text".split()),
    "passing": frozenset(
        "council_code service_key organization_key state sent_at sent_by changed_at due_at chased groups "
        "partner without_consent reason outcome note has_news is_by_hand revision".split()
    ),
    "consent": frozenset("id at kind scope is_given wording language basis by".split()),
    "family_mark": frozenset({"kind"}),
    "notice": frozenset(
        "id council_code channel wording language facts state made_at sent_at tries next_try_at "
        "not_before receipt".split()
    ),
    "family_visit": frozenset({"seen_at", "ends_at"}),
    "draft": frozenset("language made_at seen_at ends_at revision".split()),
    "audit_entry": frozenset("number at by verb reason facts".split()),
}
"""Table: the columns that somebody is given."""
OURS = "ours: a key, a hash, or a number by which rows find each other"
LEFT_OUT: dict[str, dict[str, str]] = {
    "referral": dict.fromkeys(
        "id submission code_digest urgency_rank assigned_id merged_into master_key wrapped_key".split(), OURS
    ),
    "referral_event": dict.fromkeys("referral_id person_id nonce".split(), OURS),
    "passing": dict.fromkeys("id referral_id".split(), OURS),
    "consent": {"referral_id": OURS},
    "family_mark": dict.fromkeys(("referral_id", "mark"), OURS),
    "notice": {
        **dict.fromkeys("once referral_id message_id priority mark notify_id".split(), OURS),
        "to": "an address of staff, or of a team: never one of a family",
        "error": "what a mail server said, which may name others",
    },
    "family_visit": dict.fromkeys(("digest", "referral_id"), OURS),
    "draft": {
        **dict.fromkeys("id cookie_digest code_digest referral_id master_key wrapped_key".split(), OURS),
        "answers": "only the reference and its code, once it was sent",
    },
    "audit_entry": dict.fromkeys(
        "council_code person_id subject_kind subject_key previous_hash hash".split(), OURS
    ),
}
"""Table: the columns that nobody is given, each with the reason."""
NOT_ABOUT_ANYBODY = {
    "audit_head": "where the trail ends",
    "gone_passing": "that a service had something which is destroyed: nothing says of whom",
    "lookup": "keyed hashes of networks and references, for a day",
    "tombstone": "a keyed hash of what is destroyed",
    "vault_work": "how far our own work has come",
}
"""Tables with nothing of a request, each with the reason."""
NOBODY = {one.name for one in (A_COMMAND, A_LINK, HUBFINDER, THE_PUBLIC)} | BY_CODE
PROFESSIONAL = ("pro_name", "pro_role", "pro_organization", "pro_telephone", "pro_email")


@dataclass(frozen=True, slots=True)
class Third:
    """Somebody else, or a text that may name somebody else: left out until a person ticks it."""

    key: str
    kind: str
    """``person``, ``helper``, ``professional``, ``staff`` or ``note``."""
    name: str
    """Empty of a note."""
    words: str = ""
    """What a note says."""


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is kept about one request, open. Shown to staff for review, and to nobody as it is."""

    opened: Opened
    tables: Mapping[str, list[dict[str, Any]]]
    """Table: its rows as JSON can hold them; ``body``, ``head``, texts and notes are open."""
    thirds: tuple[Third, ...]
    untold: frozenset[Untold]
    """What of it the family is not told."""


def everything(session: Session, ring: Keyring, row: Referral) -> Everything:
    """All of it, as it is now. The caller says in the trail that it was opened."""
    found = opened(ring, row)
    tables: dict[str, list[dict[str, Any]]] = {}
    for name in EXPORTED:
        table = VaultBase.metadata.tables[name]
        rows = session.execute(
            select(table).where(_about(table, row)).order_by(*table.primary_key)
        ).mappings()
        tables[name] = [_given(found, name, dict(one)) for one in rows]
    return Everything(found, tables, tuple(_thirds(found, tables)), untold(tables))


def _about(table: Table, row: Referral) -> Any:  # noqa: ANN401 - SQLAlchemy's own types
    match table.name:
        case "referral":
            return table.c.id == row.id
        case "draft":
            return or_(table.c.referral_id == row.id, table.c.id == row.submission)
        case "audit_entry":
            return (table.c.subject_kind == "request") & (table.c.subject_key == row.reference)
        case _:
            return table.c.referral_id == row.id


def _given(found: Opened, name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is given out: what is sealed is opened."""
    given = {column: _plain(row[column]) for column in row if column in EXPORTED[name]}
    match name:
        case "referral":
            given["body"] = found.answers
            given["head"] = found.box.open("head", row["version"], row["head"])
        case "referral_event":
            sealed = row["text"]
            given["text"] = found.box.open(f"event:{row['nonce']}", 0, sealed) if sealed else ""
        case "passing":
            given["note"] = found.box.open(f"note:{row['id']}", 0, row["note"]) if row["note"] else ""
    return given


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return as_utc(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _thirds(found: Opened, tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[Third]:
    for index, member in enumerate(found.told.people):
        if not member.is_asking:
            yield Third(f"person-{index}", "person", member.name)
    for index, helper in enumerate(found.told.helpers):
        yield Third(f"helper-{index}", "helper", helper.name)
    if any(found.answers.get(name) for name in PROFESSIONAL):
        yield Third("professional", "professional", found.told.professional.name)
    names = {found.row.assigned, found.row.key_worker}
    names.update(row["by"] for row in (*tables["referral_event"], *tables["audit_entry"]))
    names.update(row["sent_by"] for row in tables["passing"])
    for name in sorted(names - NOBODY - {""}):
        yield Third(f"staff-{sha256(name.encode()).hexdigest()[:12]}", "staff", name)
    for row in tables["referral_event"]:
        is_theirs = row["is_for_family"] and found.told.who is not Who.PROFESSIONAL
        is_by_family = row["by"] in NOBODY and row["by"] != THE_PROFESSIONAL.name
        if row["text"] and not (is_theirs or is_by_family):
            yield Third(f"note-{row['id']}", "note", "", str(row["text"]))
    for index, row in enumerate(tables["passing"]):
        if row["note"]:
            yield Third(f"passing-{index}", "note", "", str(row["note"]))
