"""Telephone numbers that families are told not to rely on: somebody told us, and staff said that it is so."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.listings.models import Listing, Report
from hubfinder.staff_vocab import ReportKind, ReportState


def doubted_numbers(session: Session, key: str) -> frozenset[str]:
    """Numbers of a listing, as it shows them; a number that it has changed since is not doubted."""
    told = (
        select(Report.suggestion)
        .join(Listing, Listing.id == Report.listing_id)
        .where(
            Report.subject == f"service:{key}",
            Report.kind == ReportKind.DEAD_TELEPHONE,
            Report.state == ReportState.ACCEPTED,
            Listing.is_telephone_doubted,
        )
    )
    return frozenset(str(number) for said in session.scalars(told) for number in said.get("doubted") or ())
