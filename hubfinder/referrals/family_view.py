"""A family's own request as it may see it: where it stands, with whom, and what was written, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.directory.confidential import KEYS_WITHOUT_A_PUBLIC_PLACE
from hubfinder.directory.models import Location, Service
from hubfinder.referrals.events import words_of
from hubfinder.referrals.family_words import SERVICES, STANDS, STEPS, WRITTEN, Stand
from hubfinder.referrals.holding import BY_CODE, newest_code, reads_answers
from hubfinder.referrals.models import Referral, ReferralEvent
from hubfinder.referrals.passing import passings_of
from hubfinder.referrals.reading import Opened, events_of
from hubfinder.referrals.states import can
from hubfinder.referrals.vocab import EventKind, ReferralState

SAFETY = "need:safety"
"""Names of services for this need are not shown: somebody else may be reading."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody wrote, to the family or from it."""

    at: datetime
    is_theirs: bool
    """Written by the family."""
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened."""

    at: datetime
    words: LazyString


@dataclass(frozen=True, slots=True)
class FamilyView:
    """What the family's page shows."""

    reference: str
    stand: Stand
    due_at: datetime | None
    """By when the next thing happens; none where it is not said."""
    hub: str
    """Name of the hub that has it; empty for the front door."""
    key_worker: str
    services: tuple[tuple[str, LazyString], ...]
    letters: tuple[Letter, ...]
    """The newest first."""
    steps: tuple[Step, ...]
    """The newest first."""
    can_write: bool
    can_correct: bool
    """What was told is shown, to be put right."""
    can_withdraw: bool


def view_of(vault: Session, directory: Session, one: Opened) -> FamilyView:
    """What the family may see of an open request; both sessions are only read from."""
    row = one.row
    events = [event for event in events_of(vault, row) if event.is_for_family]
    state = state_shown(row, events)
    newest = list(reversed(_theirs(vault, one, events)))
    can_write = can(row, "answer") and state is not ReferralState.WITHDRAWN
    return FamilyView(
        reference=row.reference,
        stand=STANDS[state],
        due_at=as_utc(row.due_at) if row.due_at and state is not ReferralState.ASKED else None,
        hub="" if row.is_hub_for_safety else _hub(directory, row.hub_key),
        key_worker=row.key_worker,
        services=_services(vault, directory, one),
        letters=tuple(_letter(one, event) for event in newest if event.kind in WRITTEN and event.text),
        steps=tuple(Step(as_utc(event.at), STEPS[event.kind]) for event in newest if event.kind in STEPS),
        can_write=can_write,
        can_correct=can_write and reads_answers(vault, row.id, one.told),
        can_withdraw=state is not ReferralState.WITHDRAWN
        and (can(row, "withdraw") or row.state is ReferralState.HANDED_OVER),
    )


def state_shown(row: Referral, events: Sequence[ReferralEvent]) -> ReferralState:
    """Where it stands, as the family is told: one that statutory services have was taken back, if the family
    did so, and else is being looked at. So is one that services or a hub have only for somebody's safety.
    """
    if row.state is ReferralState.ACCEPTED and row.is_hub_for_safety:
        return ReferralState.LOOKED_AT
    if row.state is ReferralState.PASSED_ON and not any(_is_told_of_passing(event) for event in events):
        return ReferralState.LOOKED_AT
    if row.state is ReferralState.HANDED_OVER and any(event.kind is EventKind.WITHDRAWN for event in events):
        return ReferralState.WITHDRAWN
    return row.state


def _is_told_of_passing(event: ReferralEvent) -> bool:
    return event.kind is EventKind.PASSED and event.is_for_family


def _theirs(vault: Session, one: Opened, events: Sequence[ReferralEvent]) -> Sequence[ReferralEvent]:
    """What happened, for whoever holds the code: a family that was given it later does not read what was
    written between us and whoever asked for it.
    """
    given = None if reads_answers(vault, one.row.id, one.told) else newest_code(vault, one.row.id)
    return events if given is None else [event for event in events if event.id >= given.id]


def _letter(one: Opened, event: ReferralEvent) -> Letter:
    return Letter(as_utc(event.at), event.by in BY_CODE, words_of(one.box, event))


def _hub(directory: Session, key: str) -> str:
    if not key:
        return ""
    hub = select(Location.name).where(Location.key == key, Location.is_family_hub, ~Location.is_confidential)
    return directory.scalar(hub) or ""


def _services(vault: Session, directory: Session, one: Opened) -> tuple[tuple[str, LazyString], ...]:
    """The services the family may know of: those it agreed to, whose name tells nobody of a danger."""
    there = {
        passing.service_key: passing.state
        for passing in passings_of(vault, one.row)
        if passing.state in SERVICES
        and not passing.without_consent
        and passing.partner in one.told.share_with
    }
    if not there:
        return ()
    named = (
        select(Service.key, Service.name)
        .where(
            Service.key.in_(there),
            Service.key.not_in(KEYS_WITHOUT_A_PUBLIC_PLACE),
            ~Service.terms.any(key=SAFETY),
        )
        .order_by(Service.name)
    )
    return tuple((name, SERVICES[there[key]]) for key, name in directory.execute(named))
