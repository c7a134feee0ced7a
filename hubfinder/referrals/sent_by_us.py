"""The requests an organization has sent for families: that they were sent, and where they stand. Nothing is
opened for it, and nothing is said of what a family wrote, of who has it, or of another request it is part of.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session, load_only

from hubfinder.clock import as_utc
from hubfinder.people.values import Actor
from hubfinder.referrals.family_view import due_shown, state_of_part, state_shown
from hubfinder.referrals.family_words import STANDS, Stand
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.vocab import ReferralState
from hubfinder.staff_vocab import Role

PAGE = 25
_SAFE_WAYS = lazy_gettext("They get in touch with the family, only in ways that are safe.")
_LOOKED_AT = Stand(
    STANDS[ReferralState.LOOKED_AT].now, lazy_gettext("We are finding out who can help the family.")
)
TOLD: dict[ReferralState, Stand] = {
    ReferralState.RECEIVED: STANDS[ReferralState.RECEIVED],
    ReferralState.LOOKED_AT: _LOOKED_AT,
    ReferralState.ASKED: Stand(
        lazy_gettext("There is a question for the family."),
        lazy_gettext("We go on when they have answered it."),
    ),
    ReferralState.ACCEPTED: Stand(STANDS[ReferralState.ACCEPTED].now, _SAFE_WAYS),
    ReferralState.PASSED_ON: Stand(STANDS[ReferralState.PASSED_ON].now, _SAFE_WAYS),
    ReferralState.HANDED_OVER: _LOOKED_AT,
    ReferralState.ELSEWHERE: Stand(
        STANDS[ReferralState.ELSEWHERE].now, lazy_gettext("It helps families where this family lives.")
    ),
    ReferralState.FINISHED: STANDS[ReferralState.FINISHED],
    ReferralState.WITHDRAWN: Stand(
        lazy_gettext("The family took the request back."), STANDS[ReferralState.WITHDRAWN].next
    ),
    ReferralState.MERGED: _LOOKED_AT,
}
"""As the family's own page has it, in words for whoever sent it: statutory services are never named."""


@dataclass(frozen=True, slots=True)
class SentLine:
    """One request as its sender may see it."""

    reference: str
    organization: str
    """Key of the organization that sent it."""
    council: str
    """Code of the council that has it."""
    received_at: datetime
    stand: Stand
    due_at: datetime | None
    """By when the next thing happens; none where it is not said."""


def sent_by(actor: Actor) -> ColumnElement[bool]:
    """Over ``Referral``: what was sent by the organizations somebody signs in for."""
    theirs = [
        and_(Referral.sender_council == grant.council, Referral.sender_organization == grant.organization)
        for grant in actor.grants
        if grant.role is Role.PROVIDER and grant.organization
    ]
    return or_(false(), *theirs)


def count(session: Session, actor: Actor) -> int:
    return session.scalar(select(func.count(Referral.id)).where(sent_by(actor))) or 0


def lines(session: Session, actor: Actor, page: int) -> list[SentLine]:
    """A page of them, the newest first; at most three statements."""
    rows = session.scalars(
        select(Referral)
        .where(sent_by(actor))
        .options(load_only(*_SHOWN))
        .order_by(Referral.received_at.desc(), Referral.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    merged = {row.id: row.merged_into for row in rows if row.state is ReferralState.MERGED}
    together = _by_id(session, {id_ for id_ in merged.values() if id_})
    standing = {row.id: together.get(merged.get(row.id) or "", row) for row in rows}
    there = _passings(session, standing.values())
    return [_line(row, standing[row.id], there.get(standing[row.id].id, ())) for row in rows]


_SHOWN = (
    Referral.reference,
    Referral.sender_organization,
    Referral.council_code,
    Referral.received_at,
    Referral.state,
    Referral.due_at,
    Referral.merged_into,
    Referral.is_hub_for_safety,
    Referral.withdrawn_at,
    Referral.points,
    Referral.urgency,
)
"""What a line needs: nothing that is sealed."""


def _line(row: Referral, stands: Referral, passings: Sequence[Passing]) -> SentLine:
    """``stands`` is the request it has become part of, or itself."""
    state = state_shown(stands, passings) if stands is row else state_of_part(stands, passings)
    return SentLine(
        row.reference,
        row.sender_organization,
        stands.council_code,
        as_utc(row.received_at),
        TOLD[state],
        due_shown(stands, state, passings),
    )


def _by_id(session: Session, ids: Collection[str]) -> dict[str, Referral]:
    if not ids:
        return {}
    found = select(Referral).where(Referral.id.in_(ids)).options(load_only(*_SHOWN))
    return {row.id: row for row in session.scalars(found)}


def _passings(session: Session, rows: Collection[Referral]) -> Mapping[str, Sequence[Passing]]:
    """The services that have one of these, by id of the request; one statement."""
    ids = {row.id for row in rows if row.state is ReferralState.PASSED_ON}
    if not ids:
        return {}
    found: dict[str, list[Passing]] = {}
    for passing in session.scalars(select(Passing).where(Passing.referral_id.in_(ids))):
        found.setdefault(passing.referral_id, []).append(passing)
    return found
