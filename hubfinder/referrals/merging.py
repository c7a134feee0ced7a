"""Requests that may be of the same family: suggested by what is alike, merged only by a person who looked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.audit import record
from hubfinder.people.values import Actor
from hubfinder.referrals.answers import Answers, Told, told
from hubfinder.referrals.correcting import changed_fields, seal_anew
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.models import FamilyMark, Referral
from hubfinder.referrals.narrowing import narrowed
from hubfinder.referrals.news import tell_of_correction
from hubfinder.referrals.passing import WITH_A_SERVICE, passings_of, recall_all, subject_of
from hubfinder.referrals.points import due_by
from hubfinder.referrals.reading import Opened, opened, touched, visible_to
from hubfinder.referrals.states import OPEN
from hubfinder.referrals.triage import Case, Refused, Why, written
from hubfinder.referrals.vocab import EventKind, Flag, Outcome
from hubfinder.vault.keys import Keyring

MOST = 10
CARRIED = frozenset(Flag) - {Flag.NO_CONSENT, Flag.NO_SAFE_CONTACT, Flag.OUTSIDE, Flag.NO_PLACE}
"""Flags of a request that hold for the one it becomes part of; the others follow from what that one says."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Another request that may be of the same family."""

    row: Referral
    kinds: tuple[str, ...]
    """What is the same: ``telephone``, ``email``, ``person``, ``home``."""


def alike(session: Session, actor: Actor, row: Referral) -> list[Alike]:
    """Requests of the same family, perhaps, among those somebody may see; the most alike and newest first."""
    ours, theirs = aliased(FamilyMark), aliased(FamilyMark)
    found = session.execute(
        select(Referral, theirs.kind)
        .join(theirs, theirs.referral_id == Referral.id)
        .join(ours, (ours.mark == theirs.mark) & (ours.kind == theirs.kind))
        .where(ours.referral_id == row.id, Referral.id != row.id, visible_to(actor))
        .order_by(Referral.received_at.desc(), Referral.id, theirs.kind)
    ).tuples()
    kinds: dict[str, list[str]] = {}
    rows: dict[str, Referral] = {}
    for other, kind in found:
        rows[other.id] = other
        kinds.setdefault(other.id, []).append(kind)
    each = [Alike(rows[id_], tuple(dict.fromkeys(kinds[id_]))) for id_ in rows]
    return sorted(each, key=lambda one: -len(one.kinds))[:MOST]


def merged_into(session: Session, row: Referral) -> Sequence[Referral]:
    """The requests that were merged into this one, the oldest first."""
    found = select(Referral).where(Referral.merged_into == row.id).order_by(Referral.received_at)
    return session.scalars(found).all()


def may_merge(row: Referral, into: Referral) -> bool:
    """Of one council, both still open: a request never goes where nobody looks any more."""
    is_same = row.id == into.id or row.council_code != into.council_code
    return not is_same and row.state in OPEN and into.state in OPEN


def merge(case: Case, into: Opened, ring: Keyring) -> None:
    """Make this request part of another, of which the caller has taken the row: that one goes on for both.

    The story of this one is kept, and read from the other. Whatever was said for somebody's safety holds for
    both: the flags of each, and of a number or an address only what both call safe. Each has an entry in the
    trail: the other is changed by it as well.
    """
    row, other = case.row, into.row
    if not may_merge(row, other):
        raise Refused("into", Why.NOT_ONE_OF_THEM)
    if any(one.without_consent for one in passings_of(case.session, row) if one.state in WITH_A_SERVICE):
        raise Refused("into", Why.WITH_SERVICES)  # to take it back from them is for a person to decide
    waits = row.due_at  # that services are rung, which have this one, is not for the other to wait for
    recall_all(case.session, case.actor, case.one, case.opening)
    earlier = merged_into(case.session, row)
    facts = _unite(case, ring, into, [case.one, *(opened(ring, one) for one in earlier)])
    row.merged_into, row.outcome, row.finished_at = other.id, Outcome.DUPLICATE, utc_now()
    for one in earlier:
        one.merged_into = other.id
    if row.urgency_rank < other.urgency_rank:
        other.urgency, other.urgency_rank = row.urgency, row.urgency_rank
    if waits is not None:
        due_by(other, as_utc(waits))
    touched(other, utc_now())
    said = Said(EventKind.MERGED, facts={"from": row.reference, **facts})
    note_event(case.session, other, into.box, case.actor, said)
    theirs = {"into": other.reference}
    written(case, "merge", Said(EventKind.MERGED, facts=theirs), {**theirs, **facts})
    record(case.session, case.actor, "request.merged", subject_of(other), facts=said.facts)


def safe_for_both(into: Told, part: Told) -> Told:
    """What is said of how to reach them once they are one."""
    return told(narrowed(into.said, part.said))


def _unite(case: Case, ring: Keyring, into: Opened, parts: Sequence[Opened]) -> dict[str, object]:
    """What the parts said for somebody's safety holds for the whole; facts of what is another now."""
    answers: Answers = into.answers
    flags = set(into.head.from_merged)
    for part in parts:
        answers = narrowed(answers, part.answers)
        flags |= {flag for flag in part.head.flags if flag in CARRIED}
        if part.row.is_hub_for_safety:
            flags.add(Flag.SAFEGUARDING)
    fields = changed_fields(into.answers, answers)
    tell_of_correction(case.session, into.row, fields, case.opening)
    seal_anew(case.session, ring, into, answers, from_merged=frozenset(flags))
    return {"narrowed": fields} if fields else {}
