"""What everybody may read of what families say of a service, and what its organization answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON, as_utc
from hubfinder.listings.models import Report
from hubfinder.staff_vocab import ReportKind, ReportState


@dataclass(frozen=True, slots=True)
class Feedback:
    """One that staff have read and let everybody read."""

    text: str
    on: date
    """When it was said."""
    reply: str = ""
    """The organization's answer; empty where there is none, or the council has hidden it."""
    replied_on: date | None = None
    replied_by: str = ""


def feedback_on(session: Session, subject: str, most: int) -> Sequence[Feedback]:
    """The newest first; ``subject`` is ``service:stay-and-play``."""
    newest = _public(select(Report), subject).order_by(Report.made_at.desc(), Report.id.desc())
    return [_said(report) for report in session.scalars(newest.limit(most))]


def _public(chosen: Select[tuple[Report]], subject: str) -> Select[tuple[Report]]:
    return chosen.where(
        Report.subject == subject,
        Report.kind == ReportKind.FEEDBACK,
        Report.state == ReportState.ACCEPTED,
        Report.is_public,
    )


def _said(report: Report) -> Feedback:
    if not report.reply or report.is_reply_hidden:
        return Feedback(report.text, _day(report.made_at))
    replied = _day(report.replied_at) if report.replied_at else None
    return Feedback(report.text, _day(report.made_at), report.reply, replied, report.replied_by)


def _day(at: datetime) -> date:
    return as_utc(at).astimezone(LONDON).date()
