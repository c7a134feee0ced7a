"""What came of a report, for whoever has its reference: nothing of what was told, and nobody's name."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import LONDON, as_utc
from hubfinder.display.words import gettext
from hubfinder.listings.answering import ANSWERED_BY
from hubfinder.listings.models import ListingUpdate, Report
from hubfinder.listings.report_queue import update_of
from hubfinder.staff_vocab import ReportKind, ReportState, UpdateState


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
    return Followed(_heading(session, report), report.outcome, told, decided)


def _heading(session: Session, report: Report) -> str:
    if report.state is not ReportState.ACCEPTED:
        return {
            ReportState.OPEN: gettext("Nobody has looked at it yet"),
            ReportState.DECLINED: gettext("We looked at it and changed nothing"),
        }[report.state]
    if report.kind is ReportKind.FEEDBACK:
        on_page = gettext("Thank you. Everybody can read it on the page of the service")
        return on_page if report.is_public else gettext("Thank you. We have read it")
    if report.kind is ReportKind.COMPLAINT:
        return gettext("We have taken it up")
    match _state_of_change(session, report):
        case UpdateState.DRAFT | UpdateState.SUBMITTED | UpdateState.RETURNED:
            return gettext("You were right. Thank you: we are putting it right")
        case UpdateState.WITHDRAWN:
            return gettext("Thank you. We have read it")
    return gettext("You were right. Thank you: we have acted on it")


def _state_of_change(session: Session, report: Report) -> UpdateState | None:
    """What became of the change that was begun for it; none where something else was done."""
    number = report.suggestion.get(ANSWERED_BY)
    update = session.get(ListingUpdate, number) if isinstance(number, int) else update_of(session, report)
    return update.state if update is not None else None
