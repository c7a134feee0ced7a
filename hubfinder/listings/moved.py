"""Listings whose place another has taken: their addresses, on paper and in saved lists, lead to that one."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.listings.models import Listing

SERVICE = "service"
FURTHEST = 10
"""Mergers one after the other that are followed."""


def taken_over(session: Session, keys: Collection[str]) -> dict[str, str]:
    """Of these keys those whose listing was merged into another, with the key of the one that is left."""
    found: dict[str, str] = {}
    asked = {key: key for key in keys}
    for _ in range(FURTHEST):
        rows = session.execute(
            select(Listing.key, Listing.merged_into).where(
                Listing.key.in_(set(asked.values())), Listing.merged_into != ""
            )
        )
        next_ = dict(rows.tuples().all())
        asked = {first: next_[now] for first, now in asked.items() if now in next_}
        if not asked:
            break
        found |= asked
    return {key: to for key, to in found.items() if to != key}


def followed(session: Session, ids: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """Of kinds and keys of listings (``("service", "stay-and-play")``) those that lead elsewhere now."""
    keys = {key for kind, key in ids if kind == SERVICE}
    moved = taken_over(session, keys) if keys else {}
    return {(SERVICE, key): (SERVICE, to) for key, to in moved.items()}
