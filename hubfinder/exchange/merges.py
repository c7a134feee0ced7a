"""What staff see of duplicates: the pairs among what they look after, and what was merged lately."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.exchange.clues import not_duplicates
from hubfinder.exchange.duplicates import Known, Pair
from hubfinder.exchange.models import Merge
from hubfinder.listings.models import Listing
from hubfinder.listings.scope import approvable_by, visible_to
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import ListingState

LATELY = timedelta(days=30)
MOST = 50


def all_pairs(session: Session) -> list[Pair]:
    """Every pair of listings that may be one, likeliest first: some seconds of work at ten thousand."""
    return Known.of(session).pairs()


def pairs_for(session: Session, actor: Actor, pairs: Sequence[Pair]) -> list[Pair]:
    """Of these pairs those of which somebody may see both listings, and which nobody has decided about."""
    seen, two = visible_keys(session, actor), not_duplicates(session)
    return [
        pair
        for pair in pairs
        if pair.first.key in seen and pair.second.key in seen and (pair.first.key, pair.second.key) not in two
    ]


def visible_keys(session: Session, actor: Actor) -> set[str]:
    """Keys of published listings that somebody may see."""
    chosen = select(Listing.key).where(visible_to(actor), Listing.state == ListingState.PUBLISHED)
    return set(session.scalars(chosen))


def both(session: Session, actor: Actor, keys: Collection[str]) -> list[Listing]:
    """The published listings of two keys, if somebody may decide about both; else none."""
    chosen = select(Listing).where(
        Listing.key.in_(keys), approvable_by(actor), Listing.state == ListingState.PUBLISHED
    )
    found = {listing.key: listing for listing in session.scalars(chosen)}
    return [found[key] for key in keys] if found.keys() == set(keys) and len(set(keys)) == 2 else []


def merged_lately(session: Session, actor: Actor, now: datetime | None = None) -> Sequence[Merge]:
    """Mergers of the last month that can be undone, the latest first."""
    mine = select(Listing.key).where(approvable_by(actor))
    chosen = select(Merge).where(
        Merge.undone_at.is_(None), Merge.made_at >= (now or utc_now()) - LATELY, Merge.kept_key.in_(mine)
    )
    return session.scalars(chosen.order_by(Merge.id.desc()).limit(MOST)).all()


def merge_for(session: Session, actor: Actor, number: int) -> Merge | None:
    mine = select(Listing.key).where(approvable_by(actor))
    return session.scalar(select(Merge).where(Merge.id == number, Merge.kept_key.in_(mine)))
