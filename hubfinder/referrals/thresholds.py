"""Joint thresholds: what a council has agreed with other agencies, and which of it a family has reached.

A threshold is in the directory; that a decision was made about a family is kept with their request, sealed.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session, selectinload

from hubfinder.clock import utc_now
from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.directory.models import Service, TaxonomyTerm
from hubfinder.people.audit import Subject, record
from hubfinder.people.queries import looked_after
from hubfinder.people.values import Actor
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.models import Referral, ReferralEvent
from hubfinder.referrals.reading import Opened, events_of, touched
from hubfinder.referrals.receivers import NEED
from hubfinder.referrals.threshold_models import JointThreshold, JointThresholdService
from hubfinder.referrals.vocab import EventKind, Opens
from hubfinder.vault.keys import Keyring

LONGEST_AGENCY, LONGEST_DECISION, LONGEST_NOTE, LONGEST_WHOM = 120, 255, 2_000, 120
MOST_SERVICES = 40
"""Of one threshold."""


class ThresholdProblem(StrEnum):
    """What is wrong with a threshold; pages have the words for it."""

    NO_AGENCY = "no_agency"
    NO_DECISION = "no_decision"
    OPENS_NOTHING = "opens_nothing"
    UNKNOWN = "unknown"
    """Something it opens is not there."""
    TOO_LONG = "too_long"


class ThresholdRefused(Exception):
    """It was not kept."""

    def __init__(self, why: ThresholdProblem) -> None:
        super().__init__(why.value)
        self.why = why


class ThresholdChanged(Exception):
    """Somebody else changed or removed it since it was looked at."""


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that a threshold opens."""

    kind: Opens
    key: str
    for_whom: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """A threshold as somebody writes it down."""

    agency: str
    decision: str
    ways: tuple[Way, ...]
    note: str = ""
    example: str = ""


def thresholds_of(session: Session, council: str) -> Sequence[JointThreshold]:
    """Those of a council, by agency and decision. Two statements."""
    return session.scalars(
        select(JointThreshold)
        .where(JointThreshold.council_code == council)
        .options(selectinload(JointThreshold.services))
        .order_by(JointThreshold.agency, JointThreshold.decision, JointThreshold.id)
    ).all()


def threshold_for(session: Session, actor: Actor, number: int) -> JointThreshold | None:
    """One of a council that this administrator looks after."""
    rows = select(JointThreshold).where(
        JointThreshold.id == number, JointThreshold.council_code.in_(looked_after(actor))
    )
    return session.scalar(rows)


def examples(seeds: Path) -> dict[str, Agreed]:
    """The examples that come with hubfinder, by key: what a council may begin with."""
    found: dict[str, Agreed] = {}
    with (seeds / "joint_thresholds.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            there = found.get(row["key"])
            way = Way(Opens(row["kind"]), row["opens"], row["for_whom"])
            note = "\n".join(text for text in (there.note if there else "", row["note"]) if text)
            ways = (*(there.ways if there else ()), way)
            found[row["key"]] = Agreed(row["agency"], row["decision"], ways, note, row["key"])
    return found


def add(session: Session, actor: Actor, council: str, agreed: Agreed) -> JointThreshold:
    """Write one down; the caller has begun with ``begin_writing``, and commits.

    Raises:
        ThresholdRefused: see ``ThresholdProblem``.
    """
    row = JointThreshold(council_code=council, revision=0)
    _fill(session, actor, row, agreed)
    session.add(row)
    session.flush()
    record(session, actor, "threshold.added", _subject(row))
    return row


def change(session: Session, actor: Actor, row: JointThreshold, agreed: Agreed, revision: int) -> None:
    """Write it anew.

    Raises:
        ThresholdChanged: somebody else did since this one looked.
        ThresholdRefused: see ``ThresholdProblem``.
    """
    if row.revision != revision:
        raise ThresholdChanged
    _fill(session, actor, row, agreed)
    session.flush()
    record(session, actor, "threshold.changed", _subject(row))


def remove(session: Session, actor: Actor, row: JointThreshold) -> None:
    """It does not hold any more."""
    subject = _subject(row)
    session.delete(row)
    session.flush()
    record(session, actor, "threshold.removed", subject)


def names_of(session: Session, ways: Iterable[Way]) -> dict[Way, str]:
    """The name of each thing a threshold opens; of those that are not there any more, none."""
    wanted = list(ways)
    found: dict[tuple[Opens, str], str] = {}
    for kind, (table, column) in _NAMES.items():
        prefix = NEED if kind is Opens.NEED else ""
        keys = [f"{prefix}{way.key}" for way in wanted if way.kind is kind]
        if keys:
            rows = session.execute(select(table.c.key, table.c[column]).where(table.c.key.in_(keys)))
            found |= {(kind, key.removeprefix(prefix)): name for key, name in rows.tuples()}
    return {way: found[way.kind, way.key] for way in wanted if (way.kind, way.key) in found}


_NAMES: Mapping[Opens, tuple[Table, str]] = {
    Opens.SERVICE: (cast(Table, Service.__table__), "name"),
    Opens.ENTRY: (cast(Table, CatalogueEntry.__table__), "current_name"),
    Opens.NEED: (cast(Table, TaxonomyTerm.__table__), "name"),
}


def note_decision(
    session: Session, ring: Keyring, actor: Actor, one: Opened, threshold: JointThreshold
) -> None:
    """Write down that an agency has made this decision about the family. Twice is once.

    The caller has begun with ``begin_writing`` on the vault and taken the request, and commits.
    """
    if reached(ring, one.row, events_of(session, one.row), [threshold]):
        return
    _decided(session, ring, actor, one, threshold, is_undone=False)
    record(session, actor, "request.decision_noted", _of_request(one.row))


def undo_decision(
    session: Session, ring: Keyring, actor: Actor, one: Opened, threshold: JointThreshold
) -> None:
    """It was noted by mistake, or does not hold any more."""
    if not reached(ring, one.row, events_of(session, one.row), [threshold]):
        return
    _decided(session, ring, actor, one, threshold, is_undone=True)
    record(session, actor, "request.decision_undone", _of_request(one.row))


def reached(
    ring: Keyring, row: Referral, events: Iterable[ReferralEvent], thresholds: Iterable[JointThreshold]
) -> list[JointThreshold]:
    """Those of these that decisions about the family have reached, as noted last."""
    noted: dict[str, bool] = {}
    for event in events:
        if event.kind is EventKind.DECISION:
            noted[event.facts["decision"]] = not event.facts["undone"]
    return [one for one in thresholds if noted.get(_mark(ring, row, one))]


def _decided(
    session: Session,
    ring: Keyring,
    actor: Actor,
    one: Opened,
    threshold: JointThreshold,
    *,
    is_undone: bool,
) -> None:
    facts = {"decision": _mark(ring, one.row, threshold), "undone": is_undone}
    words = f"{threshold.agency}: {threshold.decision}"
    note_event(session, one.row, one.box, actor, Said(EventKind.DECISION, words, facts))
    touched(one.row, utc_now())


def _mark(ring: Keyring, row: Referral, threshold: JointThreshold) -> str:
    """Which decision it was, for whoever has the keys: in the clear it would tell of the family."""
    return ring.mark(f"decision:{row.id}", str(threshold.id)).hex()


def _fill(session: Session, actor: Actor, row: JointThreshold, agreed: Agreed) -> None:
    _check(session, agreed)
    row.agency, row.decision, row.note = agreed.agency, agreed.decision, agreed.note
    row.example = agreed.example or row.example or ""
    row.services = [
        JointThresholdService(kind=way.kind, key=way.key, for_whom=way.for_whom) for way in agreed.ways
    ]
    row.revision = row.revision + 1
    row.changed_at, row.changed_by = utc_now(), actor.name


def _check(session: Session, agreed: Agreed) -> None:
    longest = (
        (agreed.agency, LONGEST_AGENCY),
        (agreed.decision, LONGEST_DECISION),
        (agreed.note, LONGEST_NOTE),
        *((way.for_whom, LONGEST_WHOM) for way in agreed.ways),
    )
    if len(agreed.ways) > MOST_SERVICES or any(len(text) > most for text, most in longest):
        raise ThresholdRefused(ThresholdProblem.TOO_LONG)
    if not agreed.agency:
        raise ThresholdRefused(ThresholdProblem.NO_AGENCY)
    if not agreed.decision:
        raise ThresholdRefused(ThresholdProblem.NO_DECISION)
    if not agreed.ways:
        raise ThresholdRefused(ThresholdProblem.OPENS_NOTHING)
    if set(agreed.ways) - names_of(session, agreed.ways).keys():
        raise ThresholdRefused(ThresholdProblem.UNKNOWN)


def _subject(row: JointThreshold) -> Subject:
    return Subject("threshold", str(row.id), row.council_code)


def _of_request(row: Referral) -> Subject:
    return Subject("request", row.reference, row.council_code)
