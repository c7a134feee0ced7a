"""When GOV.UK Notify is left alone for a while: it takes nothing from us, and asking at once is no help.

A key that Notify does not know, or a clock that is wrong, passes only when somebody puts it right: those who
run the councils are told, once a day. Another key is tried at once.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON, as_utc
from hubfinder.database import begin_writing
from hubfinder.post.rounds import NotNow
from hubfinder.referrals.models import Notice, VaultWork
from hubfinder.referrals.notices import Wanted, tell_administrators
from hubfinder.referrals.vocab import NoticeState
from hubfinder.settings import Settings

WORK = "notify"
LONGEST = timedelta(hours=2)
"""No pause is as long: one that ends later was written when the clock was wrong."""
REFUSED = "notify_refused"
"""The wording of what councils are told."""


def paused(session: Session, settings: Settings, moment: datetime) -> str:
    """Why Notify is left alone at this moment (UTC); empty where it is not. The session is in no transaction,
    here and afterwards.
    """
    try:
        work = session.get(VaultWork, WORK)
        if work is None or work.ended_at is None or work.last_key != _mark(settings):
            return ""
        return work.said if moment < as_utc(work.ended_at) <= moment + LONGEST else ""
    finally:
        session.rollback()


def pause(
    session: Session, settings: Settings, why: NotNow, moment: datetime, waiting: ColumnElement[bool]
) -> None:
    """Leave it alone for a while. ``waiting``: over ``Notice``, what goes there; a transaction of its own."""
    begin_writing(session)
    work = session.get(VaultWork, WORK)
    if work is None:
        work = VaultWork(name=WORK, begun_at=moment, done=0)
        session.add(work)
    work.last_key, work.said, work.ended_at = _mark(settings), str(why), moment + why.wait
    if why.is_ours:
        day = moment.astimezone(LONDON).date().isoformat()
        for council in _councils(session, waiting):
            tell_administrators(session, council, Wanted(REFUSED, f"{REFUSED}:{council}:{day}"))
    session.commit()


def _councils(session: Session, waiting: ColumnElement[bool]) -> Sequence[str]:
    """Those of which something waits for it."""
    rows = select(Notice.council_code).where(Notice.state == NoticeState.QUEUED, waiting)
    return session.scalars(rows.distinct().order_by(Notice.council_code)).all()


def _mark(settings: Settings) -> str:
    """Of the key, so that another one is known: nobody can tell the key by it."""
    return hashlib.sha256(settings.notify_api_key.get_secret_value().encode()).hexdigest()
