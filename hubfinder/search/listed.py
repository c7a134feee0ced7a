"""Listings by kind and key, as they are now."""

from collections.abc import Iterable
from typing import cast

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from hubfinder.search.models import SearchDocument
from hubfinder.search.values import Card


def cards_of(session: Session, listings: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Card]:
    """The cards of some listings, by kind and key; what is no longer listed is left out."""
    wanted: dict[str, list[str]] = {}
    for kind, key in listings:
        wanted.setdefault(kind, []).append(key)
    if not wanted:
        return {}
    of_kinds = (
        and_(SearchDocument.kind == kind, SearchDocument.key.in_(keys)) for kind, keys in wanted.items()
    )
    rows = session.execute(
        select(SearchDocument.kind, SearchDocument.key, SearchDocument.card).where(or_(*of_kinds))
    )
    return {(kind, key): cast(Card, card) for kind, key, card in rows}
