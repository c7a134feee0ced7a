"""What the public told us, as staff read it: a page at a time, danger first, then the oldest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session

from hubfinder.clock import as_utc
from hubfinder.directory.models import Location, Organization
from hubfinder.listings.models import Listing, ListingUpdate, Report
from hubfinder.listings.report_scope import reports_for
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import ReportKind, ReportState

PAGE = 25
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports; empty for all."""

    state: ReportState | None = ReportState.OPEN
    kind: ReportKind | None = None
    hub: str = ""
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue. Nobody's email is in it."""

    number: int
    kind: ReportKind
    part: str
    name: str
    """What it is about; empty for a complaint that names nothing."""
    beginning: str
    is_urgent: bool
    state: ReportState
    told_at: datetime
    is_answered: bool


def count(session: Session, actor: Actor, wanted: Wanted) -> int:
    return session.scalar(_of(actor, wanted, select(func.count(Report.id)))) or 0


def rows(session: Session, actor: Actor, wanted: Wanted, page: int) -> list[Row]:
    """A page of them: the open ones as they should be read, of the others the latest first."""
    is_open = wanted.state is ReportState.OPEN
    order = (Report.is_urgent.desc(), Report.id) if is_open else (Report.id.desc(),)
    found = _of(actor, wanted, select(Report)).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    return [_row(report) for report in session.scalars(found)]


def hubs_in(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    """Key and name of the hubs that open reports are about."""
    keys = _of(actor, Wanted(), select(Listing.hub_key))
    chosen = select(Location.key, Location.name).where(Location.key.in_(keys), ~Location.is_confidential)
    return session.execute(chosen.order_by(Location.name)).tuples().all()


def organizations_in(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    """The same of organizations."""
    keys = _of(actor, Wanted(), select(Listing.organization_key))
    chosen = select(Organization.key, Organization.name).where(Organization.key.in_(keys))
    return session.execute(chosen.order_by(Organization.name)).tuples().all()


def update_of(session: Session, report: Report) -> ListingUpdate | None:
    """The change of a listing that answers a report."""
    return session.scalar(
        select(ListingUpdate).where(ListingUpdate.report_id == report.id).order_by(ListingUpdate.id.desc())
    )


def others_like(session: Session, actor: Actor, report: Report) -> Sequence[Report]:
    """Open reports about the same thing, the oldest first."""
    if not report.subject:
        return ()
    same = select(Report).where(
        Report.subject == report.subject,
        Report.id != report.id,
        Report.state == ReportState.OPEN,
        reports_for(actor),
    )
    return session.scalars(same.order_by(Report.id).limit(PAGE)).all()


def _of(actor: Actor, wanted: Wanted, chosen: Select[tuple[T]]) -> Select[tuple[T]]:
    found = chosen.select_from(Report).outerjoin(Listing, Listing.id == Report.listing_id)
    return found.where(reports_for(actor), _where(wanted))


def _where(wanted: Wanted) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [true()]
    if wanted.state:
        parts.append(Report.state == wanted.state)
    if wanted.kind:
        parts.append(Report.kind == wanted.kind)
    if wanted.hub:
        parts.append((Listing.hub_key == wanted.hub) | (Report.subject == f"hub:{wanted.hub}"))
    if wanted.organization:
        parts.append(Listing.organization_key == wanted.organization)
    return and_(*parts)


def _row(report: Report) -> Row:
    beginning = " ".join(report.text.split())
    return Row(
        number=report.id,
        kind=report.kind,
        part=report.about,
        name=report.name,
        beginning=beginning if len(beginning) <= 140 else f"{beginning[:139]}…",
        is_urgent=report.is_urgent,
        state=report.state,
        told_at=as_utc(report.made_at),
        is_answered=bool(report.reply),
    )
