"""What answers while there is no index: the search documents of the database themselves."""

import threading

import numpy as np
from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from hubfinder.search.cards import empty_terms
from hubfinder.search.columns import Columns, Decode, Floats, Ints, Row, make_columns
from hubfinder.search.documents import latest_revision
from hubfinder.search.models import SearchDocument

LONG = 4
"""Letters from which a stem is looked for without its last."""


class DatabaseEngine:
    """Filters and distances as ever; words by looking for them in the text of each card."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._revision = -1
        self._rows: list[Row] = []

    def columns(self, session: Session) -> Columns:
        """All documents as they stand in the database now."""
        with self._making:
            revision = latest_revision(session)
            if revision != self._revision:
                self._rows = [
                    Row(document.id, document.kind, document.key, {**empty_terms(), **document.terms}, 1.0)
                    for document in session.scalars(select(SearchDocument).order_by(SearchDocument.id))
                ]
                self._revision = revision
            rows = self._rows
        return make_columns(rows, _words(session, rows), len(rows), 1.0)


def _words(session: Session, rows: list[Row]) -> Decode:
    row_of = {row.id: number for number, row in enumerate(rows)}

    def decode(term: str) -> tuple[Ints, Floats, int]:
        if len(term) > LONG:
            term = term[:-1]  # what a stem ends in is often not in the word: librari, library
        pattern = "%" + term.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        ids = session.scalars(
            select(SearchDocument.id).where(cast(SearchDocument.card, String).ilike(pattern, escape="\\"))
        )
        found = np.array(sorted(row_of[id_] for id_ in ids if id_ in row_of), dtype=np.int64)
        return found, np.ones(found.size), int(found.size)

    return decode
