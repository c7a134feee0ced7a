"""Which documents changed."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.search.models import SearchDocument


def changed_ids(session: Session, revision: int, batch: int) -> Iterator[list[int]]:
    """The documents written after a revision, by id, in batches; all of them for -1.

    The ids are asked for alone: asked for the first of the changed ones by id, SQLite looks through all rows.
    """
    ids = session.scalars(select(SearchDocument.id).where(SearchDocument.revision > revision)).all()
    ordered = sorted(ids)
    for start in range(0, len(ordered), batch):
        yield ordered[start : start + batch]
