"""A request that became part of another one, for whoever holds its code: what they do with it is heard there.

The other request may have been sent by somebody else. So nothing of it is shown here but where it stands, and
nothing of this one is shown to whoever reads that one's page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.values import Actor
from hubfinder.referrals.answers import Answers
from hubfinder.referrals.correcting import changed_fields, seal_anew
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.models import Referral
from hubfinder.referrals.narrowing import narrowed
from hubfinder.referrals.news import tell_of_correction
from hubfinder.referrals.notices import Wanted, tell_team
from hubfinder.referrals.points import due_by, look_again
from hubfinder.referrals.reading import box_of, opened, touched
from hubfinder.referrals.states import HEARD, can
from hubfinder.referrals.vocab import EventKind, Point, ReferralState
from hubfinder.vault.keys import Keyring

QUIET = 15
"""Minutes: what somebody does with a request within these is one message to the team."""


def whole_of(session: Session, row: Referral) -> Referral | None:
    """The request that a merged one is part of."""
    if row.state is not ReferralState.MERGED or not row.merged_into:
        return None
    return session.get(Referral, row.merged_into)


def has_parts(session: Session, row: Referral) -> bool:
    """Whether others, who did not take theirs back, asked in requests that are part of this one."""
    parts = select(Referral.id).where(
        Referral.merged_into == row.id,
        Referral.state == ReferralState.MERGED,
        Referral.withdrawn_at.is_(None),
    )
    return session.scalar(parts.limit(1)) is not None


def is_heard(session: Session, row: Referral) -> bool:
    """Whether something can still be done with it: of a part, whether the request it is part of goes on."""
    whole = whole_of(session, row)
    return row.state is not ReferralState.MERGED or (whole is not None and can(whole, "answer"))


def take_together(session: Session, *ids: str) -> None:
    """Take the rows of these requests and of all that they are parts of, or that are parts of them, in one
    order: two people at once wait for each other.
    """
    rows = select(Referral.id, Referral.merged_into).where(
        or_(Referral.id.in_(ids), Referral.merged_into.in_(ids))
    )
    found = {id_ for row in session.execute(rows) for id_ in row if id_}
    session.scalars(
        select(Referral.id).where(Referral.id.in_(found)).order_by(Referral.id).with_for_update()
    ).all()


@dataclass(frozen=True, slots=True)
class Part:
    """A part in the hands of whoever holds its code."""

    session: Session
    """On the vault."""
    ring: Keyring
    opening: Opening
    """When the front door that has it is open."""
    row: Referral


def heard(hand: Part, actor: Actor, said: Said) -> None:
    """That something was done with a part is noted in the request it is part of, whose team is told and has a
    clock. The words stay with the part: the hub that has the other may not be one that may read them, and
    they are destroyed with the part.
    """
    session, part = hand.session, hand.row
    whole = whole_of(session, part)
    if whole is None:
        return
    session.refresh(whole, with_for_update=True)
    moment = utc_now()
    facts: dict[str, Any] = {**said.facts, "from": part.reference}
    facts.pop("once", None)
    note_event(session, whole, box_of(hand.ring, whole), actor, Said(said.kind, "", facts))
    if whole.state in HEARD:
        if part.urgency_rank < whole.urgency_rank:
            whole.urgency, whole.urgency_rank = part.urgency, part.urgency_rank
        due_by(whole, hand.opening.look(moment, whole.urgency))
        is_added = whole.state is ReferralState.PASSED_ON and said.kind is EventKind.ADDED
        if is_added or whole.state is ReferralState.HANDED_OVER:
            look_again(whole, hand.opening, Point.ADDED)
    touched(whole, moment)
    _tell(session, part, whole, "danger" if said.facts.get("danger") else "added")


def _tell(session: Session, part: Referral, whole: Referral, what: str) -> None:
    """The team that has the whole, and the front door where that team does not see the part."""
    once = f"{what}:{whole.id}:{int(utc_now().timestamp()) // (QUIET * 60)}"
    tell_team(session, whole, Wanted(f"team_{what}", once))
    if whole.hub_key and whole.hub_key != part.hub_key:
        tell_team(session, part, Wanted(f"team_{what}", f"{once}:part"), f"team:{part.council_code}:")


def keep_safe(hand: Part, now: Answers) -> Mapping[str, Any]:
    """What is not safe any more, as a part says it now, is not safe in the request it is part of either.
    Facts of what was changed there.
    """
    whole = whole_of(hand.session, hand.row)
    if whole is None:
        return {}
    hand.session.refresh(whole, with_for_update=True)
    one = opened(hand.ring, whole)
    answers = narrowed(one.answers, now)
    fields = changed_fields(one.answers, answers)
    if not fields:
        return {}
    seal_anew(hand.session, hand.ring, one, answers)
    tell_of_correction(hand.session, whole, fields, hand.opening)
    return {"narrowed": fields}
