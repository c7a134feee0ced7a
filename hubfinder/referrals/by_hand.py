"""A service where nobody signs in has a request: what it says to whoever rings it is noted for it.

Passing on, consent and clock are as for any other service (``passing``); only that its answers are written
down by somebody of the team. Whoever calls what writes has begun with ``begin_writing`` on the vault and
taken the passing with ``receiving.taken``, and commits.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.people.audit import record
from hubfinder.people.values import Actor
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.models import Passing, Referral, ReferralEvent
from hubfinder.referrals.passing import WITH_A_SERVICE, subject_of
from hubfinder.referrals.points import is_only_to_be_rung
from hubfinder.referrals.reading import Opened, touched
from hubfinder.referrals.states import WrongState
from hubfinder.referrals.triage import next_look
from hubfinder.referrals.vocab import EventKind, Point, ReferralState, Urgency


def by_hand_of(session: Session, row: Referral, id_: str) -> Passing | None:
    """One of the services that have this request where nobody signs in; none if it is not one of them."""
    found = select(Passing).where(Passing.id == id_, Passing.referral_id == row.id, Passing.is_by_hand)
    return session.scalar(found)


def ring_by(passings: Iterable[Passing]) -> dict[str, datetime]:
    """By when the next of these services has to be rung, by id of the request."""
    found: dict[str, datetime] = {}
    for one in passings:
        if one.is_by_hand and one.due_at is not None and one.state in WITH_A_SERVICE:
            due = as_utc(one.due_at)
            found[one.referral_id] = min(due, found.get(one.referral_id, due))
    return found


def rung_for(session: Session, rows: Iterable[Referral]) -> Sequence[Passing]:
    """The services that have one of these requests where nobody signs in; one statement."""
    ids = [row.id for row in rows if row.state is ReferralState.PASSED_ON]
    if not ids:
        return ()
    asked = select(Passing).where(Passing.referral_id.in_(ids), Passing.is_by_hand)
    return session.scalars(asked).all()


def they_know(session: Session, actor: Actor, one: Opened, passing: Passing, opening: Opening) -> None:
    """Somebody has told the service what is new, or that it was taken back.

    Raises:
        WrongState: nothing is new.
    """
    if not passing.has_news:
        raise WrongState("told")
    passing.has_news = False
    passing.revision += 1
    session.flush()
    if not _is_one_to_ring(session, one.row):
        _rung(session, one.row, opening)
    facts = {"passings": [passing.id], "services": [passing.service_key], "by_hand": "yes"}
    note_event(session, one.row, one.box, actor, Said(EventKind.PASS_TOLD, "", facts))
    touched(one.row, utc_now())
    both = {"services": [passing.service_key], "by_hand": [passing.service_key]}
    record(session, actor, "request.services_told", subject_of(one.row), facts=both)


def _is_one_to_ring(session: Session, row: Referral) -> bool:
    """Whether a service where nobody signs in does not know the newest."""
    there = select(Passing.id).where(Passing.referral_id == row.id, Passing.is_by_hand, Passing.has_news)
    return session.scalar(there.limit(1)) is not None


def _rung(session: Session, row: Referral, opening: Opening) -> None:
    """All of them know: the clock is what it would be if nobody had had to be rung."""
    is_over = is_only_to_be_rung(row)
    row.points = [point for point in row.points if point != Point.RING]
    if is_over:
        row.due_at, row.chased = None, 0
        return
    waits = _WAITS.get(row.state)
    if waits is None or row.points or row.urgency is not Urgency.USUAL or row.withdrawn_at is not None:
        return
    verb, kind = waits
    last = select(ReferralEvent.at).where(ReferralEvent.referral_id == row.id, ReferralEvent.kind == kind)
    since = session.scalar(last.order_by(ReferralEvent.id.desc()).limit(1))
    if since is not None:
        row.due_at, row.chased = next_look(opening, verb, as_utc(since)), 0


_WAITS = {
    ReferralState.ASKED: ("ask", EventKind.ASKED),
    ReferralState.ACCEPTED: ("accept", EventKind.ACCEPTED),
}
"""Where longer than the usual time is given: the verb that gave it, and what was written down then."""
