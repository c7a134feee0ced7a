"""What came of a report, for whoever has its reference: nothing of what was told, and nobody's name."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON, as_utc
from hubfinder.display.words import gettext
from hubfinder.listings.models import Report
from hubfinder.staff_vocab import ReportState


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a report stands."""

    heading: str
    outcome: str
    """What staff say to whoever told us, in their own words."""
    on: date
    decided_on: date | None


def follow(session: Session, reference: str) -> Followed | None:
    """The report with a reference, as ``read_reference`` reads one; none where there is none."""
    report = session.scalar(select(Report).where(Report.reference == reference)) if reference else None
    if report is None:
        return None
    told = as_utc(report.made_at).astimezone(LONDON).date()
    decided = as_utc(report.decided_at).astimezone(LONDON).date() if report.decided_at else None
    return Followed(_heading(report.state), report.outcome, told, decided)


def _heading(state: ReportState) -> str:
    return {
        ReportState.OPEN: gettext("Nobody has looked at it yet"),
        ReportState.ACCEPTED: gettext("You were right. Thank you: we have acted on it"),
        ReportState.DECLINED: gettext("We looked at it and changed nothing"),
    }[state]
