"""The queue: which requests wait for whom, the most urgent first, then whatever is due first.

Only rows are asked for here; ``reading.lines_of`` opens their heads, which the trail says once for the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, case, func, select, true
from sqlalchemy.orm import Session, load_only

from hubfinder.clock import utc_now
from hubfinder.people.values import Actor
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import visible_to
from hubfinder.referrals.states import AT_FRONT_DOOR, ENDED, STILL_TO_DO
from hubfinder.referrals.vocab import ReferralState

PAGE = 25
T = TypeVar("T")
FRONT_DOOR = "front-door"
"""In the place of a hub: those that no hub has."""


class Which(StrEnum):
    """Groups of states that are asked for together."""

    OPEN = "open"
    """Something is still to do, also of what has ended."""
    WAITING = "waiting"
    """Still at the front door: nobody has taken them on yet."""
    ENDED = "ended"
    ALL = "all"


CHOSEN: dict[Which, ColumnElement[bool]] = {
    Which.OPEN: STILL_TO_DO,
    Which.WAITING: Referral.state.in_(AT_FRONT_DOOR),
    Which.ENDED: Referral.state.in_(ENDED),
    Which.ALL: true(),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests."""

    state: Which | ReferralState = Which.OPEN
    hub: str = ""
    """Key of a hub, or ``FRONT_DOOR``; empty for all."""
    is_mine: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests there are for somebody."""

    open: int = 0
    new: int = 0
    """Nobody has looked at them yet."""
    late: int = 0
    mine: int = 0


def counts(session: Session, actor: Actor, moment: datetime | None = None) -> Counts:
    """How many are open, new, late, and in the hands of whoever asks; one statement."""
    late = Referral.due_at < (moment or utc_now())
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((Referral.state == ReferralState.RECEIVED, 1), else_=0)), 0),
            func.coalesce(func.sum(case((late, 1), else_=0)), 0),
            func.coalesce(func.sum(case((Referral.assigned_id == actor.id, 1), else_=0)), 0),
        ).where(STILL_TO_DO, visible_to(actor))
    ).one()
    return Counts(*(int(one) for one in row))


def count(session: Session, actor: Actor, wanted: Wanted) -> int:
    return session.scalar(_where(select(func.count(Referral.id)), actor, wanted)) or 0


def rows(session: Session, actor: Actor, wanted: Wanted, page: int) -> Sequence[Referral]:
    """A page of them, without what families wrote: the most urgent first, then by when it is due, then by
    how long it has waited; of ended ones the latest first.
    """
    found = _ordered(_where(select(Referral), actor, wanted).options(load_only(*_SHOWN)), wanted)
    return session.scalars(found.limit(PAGE).offset((page - 1) * PAGE)).all()


def hubs_in(session: Session, actor: Actor) -> Sequence[str]:
    """Keys of the hubs that have open requests which somebody may see."""
    keys = select(Referral.hub_key).where(STILL_TO_DO, Referral.hub_key != "", visible_to(actor))
    return session.scalars(keys.distinct().order_by(Referral.hub_key)).all()


_SHOWN = (
    Referral.reference,
    Referral.council_code,
    Referral.hub_key,
    Referral.urgency,
    Referral.state,
    Referral.version,
    Referral.received_at,
    Referral.due_at,
    Referral.is_hub_for_safety,
    Referral.withdrawn_at,
    Referral.points,
    Referral.assigned,
    Referral.assigned_id,
    Referral.head,
    Referral.master_key,
    Referral.wrapped_key,
)
"""What a line needs: not what a family wrote, which is the most of a row."""


def _ordered(chosen: Select[tuple[Referral]], wanted: Wanted) -> Select[tuple[Referral]]:
    if wanted.state is Which.ENDED or wanted.state in ENDED:
        return chosen.order_by(Referral.changed_at.desc(), Referral.id)
    return chosen.order_by(
        STILL_TO_DO.desc(),
        Referral.urgency_rank.asc(),
        Referral.due_at.is_(None).asc(),
        Referral.due_at.asc(),
        Referral.received_at.asc(),
        Referral.id.asc(),
    )


def _where(chosen: Select[tuple[T]], actor: Actor, wanted: Wanted) -> Select[tuple[T]]:
    return chosen.where(visible_to(actor), _of_state(wanted), *_narrowed(actor, wanted))


def _of_state(wanted: Wanted) -> ColumnElement[bool]:
    if isinstance(wanted.state, ReferralState):
        return Referral.state == wanted.state
    return CHOSEN[wanted.state]


def _narrowed(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if wanted.hub:
        parts.append(Referral.hub_key == ("" if wanted.hub == FRONT_DOOR else wanted.hub))
    if wanted.is_mine:
        parts.append(Referral.assigned_id == actor.id)
    if wanted.is_late:
        parts.append(Referral.due_at < utc_now())
    return parts
