"""A service where nobody signs in has a request: what it says to whoever rings it is noted for it.

Passing on, consent and clock are as for any other service (``passing``); only that its answers are written
down by somebody of the team. Whoever calls what writes has begun with ``begin_writing`` on the vault and
taken the passing with ``receiving.taken``, and commits.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import record
from hubfinder.people.values import Actor
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.models import Passing, Referral
from hubfinder.referrals.passing import subject_of
from hubfinder.referrals.reading import Opened, touched
from hubfinder.referrals.states import WrongState
from hubfinder.referrals.vocab import EventKind


def by_hand_of(session: Session, row: Referral, id_: str) -> Passing | None:
    """One of the services that have this request where nobody signs in; none if it is not one of them."""
    found = select(Passing).where(Passing.id == id_, Passing.referral_id == row.id, Passing.is_by_hand)
    return session.scalar(found)


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
