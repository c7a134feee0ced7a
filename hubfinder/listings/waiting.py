"""What waits for somebody of the staff: how many of each, and the changes they have not finished."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from hubfinder.listings.models import Listing, ListingUpdate, Report
from hubfinder.listings.overview import Calendar
from hubfinder.listings.report_scope import reports_for
from hubfinder.listings.scope import approvable_by, editable_by
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import ListingState, ReportState, UpdateState

MOST_DRAFTS = 10
UNFINISHED = (UpdateState.DRAFT, UpdateState.RETURNED)


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that somebody has begun and not sent."""

    key: str
    name: str
    is_returned: bool
    """Whether it was sent back to them."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of each; what is not somebody's task is 0."""

    due: int
    """Listings due for a check, those that may be out of date included."""
    stale: int
    approvals: int
    """Changes by others that they may approve."""
    reports: int
    drafts: Sequence[Draft]
    """The newest of their own."""


def waiting_for(session: Session, actor: Actor, calendar: Calendar) -> Waiting:
    """What waits for somebody. Two statements, whatever there is."""
    published = and_(editable_by(actor), Listing.state == ListingState.PUBLISHED)
    counts = session.execute(
        select(
            _number(select(Listing.id).where(published, calendar.due())).label("due"),
            _number(select(Listing.id).where(published, calendar.stale())).label("stale"),
            _number(_to_approve(actor)).label("approvals"),
            _number(_open_reports(actor)).label("reports"),
        )
    ).one()
    return Waiting(counts.due, counts.stale, counts.approvals, counts.reports, _drafts(session, actor))


def _to_approve(actor: Actor) -> Select[tuple[int]]:
    return (
        select(ListingUpdate.id)
        .join(Listing, Listing.id == ListingUpdate.listing_id)
        .where(
            ListingUpdate.state == UpdateState.SUBMITTED,
            approvable_by(actor),
            or_(ListingUpdate.author_id.is_(None), ListingUpdate.author_id != actor.id),
        )
    )


def _open_reports(actor: Actor) -> Select[tuple[int]]:
    return select(Report.id).where(Report.state == ReportState.OPEN, reports_for(actor))


def _drafts(session: Session, actor: Actor) -> Sequence[Draft]:
    if actor.id is None:
        return ()
    rows: Sequence[Row[tuple[str, str, UpdateState]]] = session.execute(
        select(Listing.key, Listing.name, ListingUpdate.state)
        .join(Listing, Listing.id == ListingUpdate.listing_id)
        .where(ListingUpdate.author_id == actor.id, ListingUpdate.state.in_(UNFINISHED), editable_by(actor))
        .order_by(ListingUpdate.saved_at.desc(), ListingUpdate.id.desc())
        .limit(MOST_DRAFTS)
    ).all()
    return [Draft(key, name, state is UpdateState.RETURNED) for key, name, state in rows]


def _number(chosen: Select[tuple[int]]) -> ColumnElement[int]:
    return select(func.count()).select_from(chosen.subquery()).scalar_subquery()
