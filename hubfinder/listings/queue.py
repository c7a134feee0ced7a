"""Changes that wait for approval, and what was said and done about one listing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from hubfinder.directory.models import Organization
from hubfinder.listings.models import Listing, ListingComment, ListingUpdate, ListingVersion
from hubfinder.listings.scope import EDITORS, approvable_by, visible_to
from hubfinder.people.models import Council
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import Origin, UpdateState

PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change in the queue."""

    id: int
    key: str
    name: str
    organization: str
    author: str
    is_own: bool
    is_new: bool
    note: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """A version without what it says."""

    number: int
    made_at: datetime
    made_by: str
    approved_by: str
    origin: Origin
    note: str


def queue(session: Session, actor: Actor, page: int = 1) -> tuple[int, list[Waiting]]:
    """How many changes wait for somebody's approval, and one page of them, the oldest first."""
    chosen = and_(ListingUpdate.state == UpdateState.SUBMITTED, _theirs_to_approve(session, actor))
    joined = select(ListingUpdate.id).join(Listing, Listing.id == ListingUpdate.listing_id).where(chosen)
    total = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    rows = session.execute(
        select(ListingUpdate, Listing, Organization.name)
        .join(Listing, Listing.id == ListingUpdate.listing_id)
        .outerjoin(Organization, Organization.key == Listing.organization_key)
        .where(chosen)
        .order_by(ListingUpdate.submitted_at, ListingUpdate.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return total, [_waiting(actor, *row) for row in rows.tuples()]


def update_for(session: Session, actor: Actor, update_id: int) -> ListingUpdate | None:
    """A change with its listing, if whoever asks may see that."""
    return session.scalar(
        select(ListingUpdate)
        .join(Listing, Listing.id == ListingUpdate.listing_id)
        .where(ListingUpdate.id == update_id, visible_to(actor))
        .options(joinedload(ListingUpdate.listing))
    )


def versions_of(session: Session, listing: Listing) -> list[Version]:
    """Every version, the newest first."""
    rows = session.execute(
        select(
            ListingVersion.number,
            ListingVersion.made_at,
            ListingVersion.made_by,
            ListingVersion.approved_by,
            ListingVersion.origin,
            ListingVersion.note,
        )
        .where(ListingVersion.listing_id == listing.id)
        .order_by(ListingVersion.number.desc())
    )
    return [Version(*row) for row in rows.tuples()]


def comments_of(session: Session, listing: Listing) -> Sequence[ListingComment]:
    """What staff said to each other, the oldest first."""
    chosen = select(ListingComment).where(ListingComment.listing_id == listing.id)
    return session.scalars(chosen.order_by(ListingComment.at, ListingComment.id)).all()


def _theirs_to_approve(session: Session, actor: Actor) -> ColumnElement[bool]:
    """What others wrote, in their care; their own too, so that they see that it waits."""
    own = and_(ListingUpdate.author_id == actor.id, Listing.council_code.in_(_where_own(session, actor)))
    return or_(approvable_by(actor), own) if actor.id is not None else approvable_by(actor)


def _where_own(session: Session, actor: Actor) -> list[str]:
    """Codes of the councils that let somebody approve what they wrote themselves."""
    rows = session.scalars(select(Council).where(Council.code.in_(actor.councils)))
    return [
        row.code
        for row in rows
        if any(actor.has(role, council=row.code) for role in row.may_approve_own & EDITORS)
    ]


def _waiting(actor: Actor, update: ListingUpdate, listing: Listing, organization: str | None) -> Waiting:
    return Waiting(
        id=update.id,
        key=listing.key,
        name=listing.name,
        organization=organization or "",
        author=update.author,
        is_own=update.author_id is not None and update.author_id == actor.id,
        is_new=not listing.version,
        note=update.note,
        since=update.submitted_at or update.saved_at,
    )
