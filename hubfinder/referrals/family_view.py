"""A family's own request as it may see it: where it stands, with whom, and what was written, nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.directory.confidential import KEYS_WITHOUT_A_PUBLIC_PLACE
from hubfinder.directory.models import Location, Service
from hubfinder.referrals.events import SEEN_TO, TOLD_BY, words_of
from hubfinder.referrals.family_words import SAID_NO, SERVICES, STANDS, STEPS, WRITTEN, Stand
from hubfinder.referrals.holding import BY_CODE, newest_code, reads_answers
from hubfinder.referrals.models import Passing, Referral, ReferralEvent
from hubfinder.referrals.moving import may_hub_read
from hubfinder.referrals.parts import is_heard, whole_of
from hubfinder.referrals.passing import WITH_A_SERVICE, passings_of
from hubfinder.referrals.points import is_only_to_be_rung
from hubfinder.referrals.reading import Opened, events_of
from hubfinder.referrals.states import can
from hubfinder.referrals.vocab import EventKind, PassState, Point, ReferralState

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
    elsewhere: str
    """Name of the other council that has it, as staff wrote it. Empty where there is none, or where it has
    what this is a part of.
    """
    is_with_us: bool
    """Somebody here has it: it has not ended, nor is it with another council."""
    key_worker: str
    """Whom they can always ask; empty once nobody here has it any more."""
    services: tuple[tuple[str, LazyString], ...]
    letters: tuple[Letter, ...]
    """The newest first."""
    steps: tuple[Step, ...]
    """The newest first."""
    can_write: bool
    can_correct: bool
    """What was told is shown, to be put right."""
    can_withdraw: bool
    is_taken_back: bool
    """They took it back: who looks at it all the same, and by when, is not said."""


def view_of(vault: Session, directory: Session, one: Opened) -> FamilyView:
    """What the family may see of an open request; both sessions are only read from."""
    row = one.row
    whole = whole_of(vault, row)
    happened = events_of(vault, row)
    events = [event for event in happened if event.is_for_family]
    stands = row if whole is None else whole
    passings = passings_of(vault, stands)
    own = passings if whole is None else passings_of(vault, row)
    state = state_shown(row, passings) if whole is None else state_of_part(whole, passings)
    newest = list(reversed(_theirs(vault, one, events)))
    is_taken_back = state is ReferralState.WITHDRAWN
    is_heard_here = is_heard(vault, row) and not is_taken_back
    can_write = can(row, "answer") and is_heard_here
    is_with_us = state not in _NOT_WITH_US
    return FamilyView(
        reference=row.reference,
        stand=STANDS[state],
        due_at=due_shown(stands, state, passings) or _time_told(vault, stands),
        hub=_hub(directory, stands.hub_key) if is_with_us and _may_know_hub(one, stands) else "",
        elsewhere=_elsewhere(one, events) if whole is None and state is ReferralState.ELSEWHERE else "",
        is_with_us=is_with_us,
        key_worker=row.key_worker if is_with_us else "",
        services=() if is_taken_back else _services(directory, one, own, happened),
        letters=tuple(_letter(one, event) for event in newest if event.kind in WRITTEN and event.text),
        steps=tuple(Step(as_utc(event.at), STEPS[event.kind]) for event in newest if event.kind in STEPS),
        can_write=can_write,
        can_correct=can_write and reads_answers(vault, row.id, one.told),
        can_withdraw=is_heard_here and (can(row, "withdraw") or row.state is ReferralState.HANDED_OVER),
        is_taken_back=is_taken_back,
    )


_NOT_DUE = frozenset(
    {
        ReferralState.ASKED,
        ReferralState.ELSEWHERE,
        ReferralState.FINISHED,
        ReferralState.MERGED,
        ReferralState.WITHDRAWN,
    }
)
"""States in which the family is told of no time by which something happens."""
_NOT_WITH_US = frozenset({ReferralState.ELSEWHERE, ReferralState.FINISHED, ReferralState.WITHDRAWN})
"""States, as they are shown, in which nobody here has it any more."""


def state_shown(row: Referral, passings: Sequence[Passing]) -> ReferralState:
    """Where it stands, as the family is told: taken back where they did so, whoever still looks at it. One
    that services or a hub have only for somebody's safety is being looked at. ``passings``: those of ``row``.
    """
    if row.withdrawn_at is not None:
        return ReferralState.WITHDRAWN
    if row.state is ReferralState.ACCEPTED and row.is_hub_for_safety:
        return ReferralState.LOOKED_AT
    if row.state is ReferralState.PASSED_ON and not any(_may_know(passing) for passing in passings):
        return ReferralState.LOOKED_AT
    return row.state


def due_shown(row: Referral, state: ReferralState, passings: Sequence[Passing]) -> datetime | None:
    """By when the next thing happens, as the family is told. Where the clock of the front door stopped for
    something that it is not told of, there is a time all the same: that it went would tell.
    """
    if state in _NOT_DUE:
        return None
    own = None if is_only_to_be_rung(row) else row.due_at
    clocks = [own]
    if own is None and state is ReferralState.LOOKED_AT:
        clocks = [passing.due_at for passing in passings if passing.state in WITH_A_SERVICE]
    return min((as_utc(one) for one in clocks if one is not None), default=None)


def _time_told(vault: Session, row: Referral) -> datetime | None:
    """Where statutory services have it: the time the family had been told of last."""
    if row.state is not ReferralState.HANDED_OVER or row.withdrawn_at is not None:
        return None
    said = [event.facts[TOLD_BY] for event in events_of(vault, row) if TOLD_BY in event.facts]
    return datetime.fromisoformat(said[-1]) if said else None


def state_of_part(whole: Referral, passings: Sequence[Passing]) -> ReferralState:
    """Where a request stands that is part of another, perhaps of somebody else: what is asked of that one,
    and that it was taken back, is not said to whoever holds the code of the part.
    """
    state = state_shown(whole, passings)
    is_theirs = state in (ReferralState.ASKED, ReferralState.WITHDRAWN, ReferralState.MERGED)
    return ReferralState.LOOKED_AT if is_theirs else state


def _may_know_hub(one: Opened, stands: Referral) -> bool:
    """Where a hub has it for somebody's safety alone, or has what it is part of by another's agreement, its
    name is not said.
    """
    return not stands.is_hub_for_safety and (stands is one.row or may_hub_read(one.told))


def _may_know(passing: Passing) -> bool:
    return passing.state in WITH_A_SERVICE and not passing.without_consent


def _theirs(vault: Session, one: Opened, events: Sequence[ReferralEvent]) -> Sequence[ReferralEvent]:
    """What happened, for whoever holds the code: a family that was given it later does not read what was
    written between us and whoever asked for it.
    """
    events = _until_taken_back(one.row, events)
    given = None if reads_answers(vault, one.row.id, one.told) else newest_code(vault, one.row.id)
    return events if given is None else [event for event in events if event.id >= given.id]


def _until_taken_back(row: Referral, events: Sequence[ReferralEvent]) -> Sequence[ReferralEvent]:
    """Of what was taken back nothing that happened since: somebody else may be reading that it goes on."""
    taken = [event.id for event in events if event.kind is EventKind.WITHDRAWN]
    if row.withdrawn_at is None or not taken:
        return events
    return [event for event in events if event.id <= taken[-1]]


def _letter(one: Opened, event: ReferralEvent) -> Letter:
    return Letter(as_utc(event.at), event.by in BY_CODE, words_of(one.box, event))


def _hub(directory: Session, key: str) -> str:
    if not key:
        return ""
    hub = select(Location.name).where(Location.key == key, Location.is_family_hub, ~Location.is_confidential)
    return directory.scalar(hub) or ""


def _elsewhere(one: Opened, events: Sequence[ReferralEvent]) -> str:
    """The council that it was given to last: its name is all that those who gave it wrote for the family."""
    moved = [event for event in events if event.kind is EventKind.ROUTED and event.facts.get("elsewhere")]
    return words_of(one.box, moved[-1]) if moved else ""


def _services(
    directory: Session, one: Opened, passings: Sequence[Passing], happened: Sequence[ReferralEvent]
) -> tuple[tuple[str, LazyString], ...]:
    """The services the family may know of: those it agreed to, whose name tells nobody of a danger."""
    says = {**SERVICES, PassState.DECLINED: SAID_NO}
    gone = _seen_to(one.row, happened)
    there = {
        passing.service_key: says[passing.state]
        for passing in passings
        if passing.state in says
        and not passing.without_consent
        and passing.partner in one.told.share_with
        and not (passing.state is PassState.DECLINED and gone(passing))
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
    return tuple((name, there[key]) for key, name in directory.execute(named))


def _seen_to(row: Referral, happened: Sequence[ReferralEvent]) -> Callable[[Passing], bool]:
    """Whether the front door has seen to the no of a service. Not by the flag alone: that may stand there for
    another service's no, which the family is not told of.
    """
    looked = [
        event.id for event in happened if event.kind is EventKind.PASSED or event.facts.get(SEEN_TO) is True
    ]
    since = max(looked, default=0)
    noes = {
        event.facts.get("passing"): event.id for event in happened if event.kind is EventKind.PASS_DECLINED
    }
    is_waiting = Point.DECLINED in row.points
    return lambda passing: not is_waiting or noes.get(passing.id, 0) < since
