"""Requests that are made one, for tests: as the front door does it."""

from sqlalchemy.orm import Session

from hubfinder.referrals.merging import merge
from hubfinder.referrals.models import Referral
from hubfinder.referrals.parts import take_together
from hubfinder.referrals.triage import Case, take
from hubfinder.vault.keys import new_keyring
from tests.support.passing import OPENING, TEAM, writing

RING = new_keyring()


def held(session: Session, row: Referral) -> Case:
    """A request, and what is part of it, in the hands of the front door."""
    writing(session)
    take_together(session, row.id)
    session.refresh(row)
    return take(session, RING, TEAM, row, row.revision, OPENING)


def merged(session: Session, row: Referral, into: Referral) -> None:
    """The first is part of the second from now on."""
    case = held(session, row)
    merge(case, take(session, RING, TEAM, into, into.revision, OPENING).one, RING)
    session.commit()
