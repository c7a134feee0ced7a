"""What answers while there is no index: the search documents of the database themselves."""

import threading
from collections.abc import Iterator, Mapping
from functools import reduce
from operator import add
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from hubfinder.search.analysis import sections_of
from hubfinder.search.cards import empty_terms
from hubfinder.search.columns import Columns, Ints, Row, make_columns
from hubfinder.search.documents import latest_revision
from hubfinder.search.engine import Hits, Scored, View, Where, best_of_terms, holding_all
from hubfinder.search.models import SearchDocument
from hubfinder.search.query import Query

LONG = 4
"""Letters from which a stem is looked for without its last."""
MARK = ":"
"""Stands in every mark and in no word."""
_TEXT = reduce(
    add,
    (
        func.coalesce(SearchDocument.card[part].as_string(), "") + " "
        for part in ("name", "current_name", "summary", "organization", "eligibility")
    ),
)
"""What a card says in words."""


class DatabaseEngine:
    """Filters and distances as ever; words by looking for them in the text of each card."""

    name = "database"

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._revision = -1
        self._columns = make_columns([])

    def view(self, session: Session) -> View:
        """All documents as they stand in the database now."""
        with self._making:
            revision = latest_revision(session)
            if revision != self._revision:
                self._columns = make_columns(list(_rows(session)))
                self._revision = revision
            return View((self._columns,), self.name, revision)

    def hits(self, session: Session, view: View, query: Query, where: Where | None) -> tuple[Hits, ...]:
        """Rows whose card has a term in it: 1 times the weight of the term."""
        del where  # the whole of a council is looked through quickly enough
        [columns] = view.segments
        found = {term: _holding(session, columns, term) for term in _all_terms(query)}
        units = tuple(_scored(unit.terms, found, columns.size) for unit in query.units)
        return (Hits(units, _phrases(session, columns, query, found)),)


def _rows(session: Session) -> Iterator[Row]:
    documents = select(
        SearchDocument.id, SearchDocument.kind, SearchDocument.key, SearchDocument.terms
    ).order_by(SearchDocument.id)
    for id_, kind, key, terms in session.execute(documents).yield_per(500):
        yield Row(id_, kind, key, {**empty_terms(), **terms})


def _all_terms(query: Query) -> list[str]:
    phrased = (term for phrase in query.phrases for term in phrase)
    return list(dict.fromkeys([*query.terms, *phrased]))


def _scored(terms: Mapping[str, float], found: Mapping[str, Ints], size: int) -> Scored:
    lists = ((found[term], np.full(len(found[term]), weight)) for term, weight in terms.items())
    return best_of_terms(lists, size)


def _holding(session: Session, columns: Columns, term: str) -> Ints:
    if MARK in term:
        holding = cast(SearchDocument.terms, String).like(f'%"{_escaped(term)}"%', escape="\\")
        return _rows_where(session, columns, holding)
    if len(term) > LONG or term.endswith("i"):
        term = term[:-1]  # what a stem ends in is often not in the word: librari, library
    return _rows_where(session, columns, _TEXT.ilike(f"%{_escaped(term)}%", escape="\\"))


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _rows_where(session: Session, columns: Columns, holding: ColumnElement[bool]) -> Ints:
    ids = session.scalars(select(SearchDocument.id).where(holding)).all()
    return columns.rows_of(np.array(sorted(ids), dtype=np.int64))


def _phrases(session: Session, columns: Columns, query: Query, found: Mapping[str, Ints]) -> Ints | None:
    """Of the rows that have all words of the phrases those that have them one after the other."""
    if not query.phrases:
        return None
    rows = holding_all([found[term] for phrase in query.phrases for term in phrase], columns.size)
    kept = [row for row in rows.tolist() if _says(session, int(columns.ids[row]), query)]
    return np.array(kept, dtype=np.int64)


def _says(session: Session, document_id: int, query: Query) -> bool:
    terms: Any = session.scalar(select(SearchDocument.terms).where(SearchDocument.id == document_id))
    said = [section for _, section in sections_of(terms["texts"], terms["marks"])] if terms else []
    return all(any(_holds(section, phrase) for section in said) for phrase in query.phrases)


def _holds(section: list[str], phrase: tuple[str, ...]) -> bool:
    return any(
        tuple(section[at : at + len(phrase)]) == phrase for at in range(len(section) - len(phrase) + 1)
    )
