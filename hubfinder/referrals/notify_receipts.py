"""What became of the messages that GOV.UK Notify has: asked until it is known, for as long as it keeps them.

What can never arrive makes that way one by which nothing is sent by itself any more (``reachable``). Whatever
did not arrive is a message that was not sent: staff see it on their page, and the team is told.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.database import begin_writing
from hubfinder.post.rounds import NotNow, Refused
from hubfinder.referrals.models import Notice, Referral
from hubfinder.referrals.notices import Wanted, tell_team
from hubfinder.referrals.notify import Notify
from hubfinder.referrals.vocab import NoticeState

ARRIVED = frozenset({"delivered", "received"})
LOST = frozenset(
    {
        "permanent-failure",
        "temporary-failure",
        "technical-failure",
        "virus-scan-failed",
        "validation-failed",
        "cancelled",
    }
)
KEPT = timedelta(days=7)
"""So long Notify knows of a message."""
AT_ONCE = 20
"""Of one round."""
WAITS = (
    (timedelta(hours=1), timedelta(minutes=10)),
    (timedelta(days=1), timedelta(hours=1)),
    (KEPT, timedelta(hours=6)),
)
"""How old a message is, and after how long it is asked for again."""


def look_at_receipts(session: Session, client: Notify, moment: datetime) -> int:
    """Ask what became of those that are due, in transactions of their own; how many did not arrive.

    Notify that cannot be reached, or answers nothing, is asked again at the next round.
    """
    lost = 0
    for id_, notify_id in _due(session, moment):
        try:
            status = client.status_of(notify_id)
        except NotNow:
            return lost
        except Refused:
            status = ""
        lost += _note(session, id_, status, moment)
    return lost


def _due(session: Session, moment: datetime) -> list[tuple[int, str]]:
    rows = (
        select(Notice.id, Notice.notify_id)
        .where(
            Notice.state == NoticeState.SENT,
            Notice.notify_id != "",
            Notice.receipt.not_in(ARRIVED),
            Notice.sent_at > moment - KEPT,
            or_(Notice.next_try_at <= moment, Notice.next_try_at > moment + KEPT),
        )
        .order_by(Notice.next_try_at, Notice.id)
        .limit(AT_ONCE)
    )
    found = [(row.id, row.notify_id) for row in session.execute(rows)]
    session.rollback()
    return found


def _note(session: Session, id_: int, status: str, moment: datetime) -> bool:
    """Write down what became of it; whether it did not arrive."""
    begin_writing(session)
    notice = session.get(Notice, id_, populate_existing=True)
    if notice is None or notice.state is not NoticeState.SENT:
        session.rollback()
        return False
    age = moment - as_utc(notice.sent_at or moment)
    notice.receipt = status[:40] or notice.receipt
    notice.next_try_at = moment + next((wait for until, wait in WAITS if age < until), KEPT)
    is_lost = status in LOST
    if is_lost:
        _give_up(session, notice)
    session.commit()
    return is_lost


def _give_up(session: Session, notice: Notice) -> None:
    notice.state = NoticeState.DEAD
    notice.error = f"it did not arrive: {notice.receipt}"
    row = session.get(Referral, notice.referral_id) if notice.referral_id else None
    if row is not None:
        tell_team(session, row, Wanted("team_not_delivered", f"not-delivered:{notice.notify_id}"))
