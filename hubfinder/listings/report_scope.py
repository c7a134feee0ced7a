"""Which reports of the public are whose: docs/decisions/0031 says why.

A provider never reads what speaks of danger, nor feedback before staff have let everybody read it. A
complaint is for the council's administrators alone, and so is feedback that speaks of danger.
"""

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from hubfinder.listings.models import Listing, Report
from hubfinder.listings.scope import visible_to
from hubfinder.people.values import Actor, Grant
from hubfinder.staff_vocab import ReportKind, Role

READERS = (Role.PROVIDER, Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR)
MODERATORS = (Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR)
OF_LISTINGS = frozenset(
    {ReportKind.WRONG, ReportKind.DEAD_TELEPHONE, ReportKind.DEAD_LINK, ReportKind.CLOSED}
)
"""What can be put right on a listing."""


def reports_for(actor: Actor) -> ColumnElement[bool]:
    """Over ``Report``: those that somebody may read."""
    return or_(false(), *(_of_grant(actor, grant) for grant in actor.grants))


def moderated_by(actor: Actor) -> ColumnElement[bool]:
    """Over ``Report``: those that somebody may decide about as staff, not as the provider."""
    staff = (grant for grant in actor.grants if grant.role in MODERATORS)
    return or_(false(), *(_of_grant(actor, grant) for grant in staff))


def hidden_by(actor: Actor) -> ColumnElement[bool]:
    """Over ``Report``: those whose public answer somebody may hide: the council's."""
    councils = [grant.council for grant in actor.grants if grant.role is Role.COUNCIL_ADMINISTRATOR]
    return Report.council_code.in_(councils)


def report_for(session: Session, actor: Actor, number: int) -> Report | None:
    """The report with a number, if whoever asks may read it."""
    return session.scalar(select(Report).where(Report.id == number, reports_for(actor)))


def may(session: Session, report: Report, whose: ColumnElement[bool]) -> bool:
    return session.scalar(select(Report.id).where(Report.id == report.id, whose)) is not None


def _of_grant(actor: Actor, grant: Grant) -> ColumnElement[bool]:
    if grant.role is Role.COUNCIL_ADMINISTRATOR:
        return Report.council_code == grant.council
    listings = select(Listing.id).where(visible_to(Actor(actor.name, actor.id, (grant,))))
    theirs = and_(Report.council_code == grant.council, Report.listing_id.in_(listings))
    if grant.role is Role.PROVIDER:
        return and_(theirs, or_(_wrong_and_harmless(), _public()))
    if grant.role is Role.HUB_STAFF:
        return and_(_of_hub_staff(grant, theirs), _for_hub_staff())
    return false()


def _wrong_and_harmless() -> ColumnElement[bool]:
    return and_(Report.kind.in_(OF_LISTINGS), ~Report.is_urgent)


def _public() -> ColumnElement[bool]:
    return and_(Report.kind == ReportKind.FEEDBACK, Report.is_public)


def _for_hub_staff() -> ColumnElement[bool]:
    dangerous = and_(Report.kind == ReportKind.FEEDBACK, Report.is_urgent)
    return and_(Report.kind != ReportKind.COMPLAINT, ~dangerous)


def _of_hub_staff(grant: Grant, theirs: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a hub or an area: about its listings and itself, and every new service; else all of the council."""
    council = Report.council_code == grant.council
    if not (grant.hub or grant.area):
        return council
    parts = [theirs, and_(council, Report.kind == ReportKind.NEW_SERVICE)]
    if grant.hub:
        parts.append(and_(council, Report.subject == f"hub:{grant.hub}"))
    return or_(*parts)
