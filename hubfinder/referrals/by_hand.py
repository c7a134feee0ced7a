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
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.passing import WITH_A_SERVICE, subject_of
from hubfinder.referrals.reading import Opened, touched
from hubfinder.referrals.states import WrongState
from hubfinder.referrals.vocab import EventKind, ReferralState


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


def they_know(session: Session, actor: Actor, one: Opened, passing: Passing) -> None:
    """Somebody has told the service what is new, or that it was taken back.

    Raises:
        WrongState: nothing is new.
    """
    if not passing.has_news:
        raise WrongState("told")
    passing.has_news = False
    passing.revision += 1
    facts = {"passings": [passing.id], "services": [passing.service_key], "by_hand": "yes"}
    note_event(session, one.row, one.box, actor, Said(EventKind.PASS_TOLD, "", facts))
    touched(one.row, utc_now())
    both = {"services": [passing.service_key], "by_hand": [passing.service_key]}
    record(session, actor, "request.services_told", subject_of(one.row), facts=both)
