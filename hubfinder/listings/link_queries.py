"""What was found out about the web addresses of listings, for those who look after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Url
from hubfinder.listings.link_checking import DEAD_AFTER
from hubfinder.listings.models import LinkCheck, Listing
from hubfinder.staff_vocab import ListingState

MOST = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """A web address that is gone or has moved, in one listing."""

    key: str
    name: str
    url: str
    is_gone: bool
    moved_to: str
    checked_at: datetime | None


def link_problems(session: Session, seen: ColumnElement[bool]) -> Sequence[Problem]:
    """Web addresses of listings among ``seen`` that need a look, the gone first; at most ``MOST``."""
    rows = session.execute(
        select(Listing.key, Listing.name, LinkCheck)
        .join(Url, Url.service_id == Listing.service_id)
        .join(LinkCheck, LinkCheck.url == Url.url)
        .where(
            seen,
            Listing.state == ListingState.PUBLISHED,
            or_(LinkCheck.failures >= DEAD_AFTER, LinkCheck.moved_to != ""),
        )
        .order_by(LinkCheck.failures < DEAD_AFTER, Listing.name, Listing.id, Url.id)
        .limit(MOST)
    )
    return [
        Problem(key, name, row.url, row.failures >= DEAD_AFTER, row.moved_to, row.checked_at)
        for key, name, row in rows.tuples()
    ]
