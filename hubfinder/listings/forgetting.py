"""What is kept of the public's reports, and for how long; afterwards it is forgotten by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc, utc_now
from hubfinder.listings.models import Report
from hubfinder.listings.report_mail import PURPOSE
from hubfinder.listings.telling import SAME_FOR
from hubfinder.listings.throttle import forget_buckets
from hubfinder.post.actions import forget_addresses
from hubfinder.staff_vocab import ReportState

EMAIL_KEPT = timedelta(days=90)
REPORT_KEPT = timedelta(days=730)
"""After it was decided about. Feedback that everybody may read stays as long as its service."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many of each."""

    senders: int = 0
    emails: int = 0
    reports: int = 0
    addresses: int = 0


def purge(session: Session, moment: datetime | None = None) -> Forgotten:
    """Forget what has been kept long enough. The caller has begun with ``begin_writing``, and commits."""
    at = as_utc(moment or utc_now())
    senders = _blank(session, "sender", at - SAME_FOR)
    emails = _blank(session, "email", at - EMAIL_KEPT)
    old = (
        Report.state != ReportState.OPEN,
        Report.decided_at < at - REPORT_KEPT,
        Report.is_public.is_(False),
    )
    reports = session.scalar(select(func.count(Report.id)).where(*old)) or 0
    session.execute(delete(Report).where(*old))
    forget_buckets(session, at.timestamp())
    return Forgotten(senders, emails, reports, forget_addresses(session, PURPOSE))


def _blank(session: Session, name: str, before: datetime) -> int:
    """Empty a column of reports made before a moment; of how many."""
    column = getattr(Report, name)
    emptied = update(Report).where(column != "", Report.made_at < before).values({name: ""})
    return len(session.scalars(emptied.returning(Report.id)).all())
