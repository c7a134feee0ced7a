"""Asking PostgreSQL which listings hold words, and how heavily: any number of words in one statement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from hubfinder.search.columns import Ints
from hubfinder.search.postgres_text import HEAVIEST, MARK_WEIGHTS, WORD_WEIGHTS, is_mark, phrase_of, quoted
from hubfinder.search.postings import Rows, Weights

Held = tuple[Rows, Weights]
"""The rows that hold a word, rising, and what it weighs in each."""
_PHRASES = 0
"""The number under which a statement answers what holds the phrases; words are numbered from 1."""
_ARRAY_HEAD = 20
"""Bytes before the first element of an array of one dimension, as PostgreSQL sends it."""
_ELEMENT = {kind: np.dtype([("size", ">i4"), ("value", kind)]) for kind in (">i4", ">f4")}


@dataclass
class Asked:
    """What is to be asked of PostgreSQL."""

    whole: list[str] = field(default_factory=list)
    """Words of which all listings are wanted."""
    near: list[str] = field(default_factory=list)
    """Words of which those are wanted that have one of the numbers of ``reach``."""
    phrases: Sequence[Sequence[str]] = ()
    """Words that must all stand side by side."""
    reach: list[int] = field(default_factory=list)
    """As ``postgres_text.reached_from``; none where no place is given, and for phrases from anywhere."""

    def statement(self) -> tuple[str, dict[str, object]]:
        """One statement, and its values; an empty one where nothing is asked."""
        parts, values = [], dict[str, object]()
        for name, terms, first in (("whole", self.whole, 0), ("near", self.near, len(self.whole))):
            if terms:
                parts.append(_PARTS[name])
                values[f"{name}_words"] = [quoted(term) for term in terms]
                values[f"{name}_marks"] = [is_mark(term) for term in terms]
                values[f"{name}_first"] = first
        if self.phrases:
            parts.append(_HOLDING_ALL + (_NEAR if self.reach else ""))
            values["phrases"] = " & ".join(f"({phrase_of(phrase)})" for phrase in self.phrases)
        return " UNION ALL ".join(parts), {**values, **_WEIGHTS, "reach": self.reach}


@dataclass(frozen=True, slots=True)
class Told:
    """What PostgreSQL answered."""

    words: Mapping[str, Held]
    phrases: Ints


def ask(session: Session, ids: Ints, asked: Asked) -> Told:
    """Ask; ``ids`` are the documents of the rows, rising. What has no row is left out."""
    words: dict[str, Held] = {}
    phrases: Ints = np.empty(0, dtype=np.int64)
    terms = [*asked.whole, *asked.near]
    for number, documents, weights in _answers(session, asked):
        rows, order = _rows(ids, documents)
        if number == _PHRASES:
            phrases = rows.astype(np.int64)
        else:
            heavy = _elements(weights, ">f4")[order].astype(np.float32)
            words[terms[number - 1]] = rows, heavy * np.float32(HEAVIEST)
    return Told(words, phrases)


def _answers(session: Session, asked: Asked) -> Iterator[tuple[int, bytes | None, bytes | None]]:
    statement, values = asked.statement()
    if statement:
        yield from session.connection().exec_driver_sql(statement, values).tuples()


def _rows(ids: Ints, documents: bytes | None) -> tuple[Rows, Ints]:
    """The rows of these documents, rising, and where each stood."""
    found = _elements(documents, ">i4")
    order = np.argsort(found, kind="stable")
    found = found[order].astype(np.int64)
    at = np.minimum(np.searchsorted(ids, found), max(len(ids) - 1, 0))
    is_there = ids[at] == found if len(ids) else np.zeros(len(found), dtype=bool)
    return at[is_there].astype(np.int32), order[is_there]


def _elements(array: bytes | None, kind: str) -> Any:  # noqa: ANN401 - numbers of either kind
    """The numbers of an array as PostgreSQL sends it; none of nothing."""
    if array is None:
        return np.empty(0, dtype=kind)
    return np.frombuffer(array, dtype=_ELEMENT[kind], offset=_ARRAY_HEAD)["value"]


def _weights(weights: Sequence[float]) -> str:
    """Weights as ``ts_rank_cd`` takes them: that of D first."""
    return "{" + ",".join(f"{weight / HEAVIEST:.7f}" for weight in reversed(weights)) + "}"


_NEAR = " AND reach && %(reach)s::int[]"
_HOLDING_ALL = (
    "SELECT 0, array_send(array_agg(document_id)), NULL FROM search_text WHERE words @@ %(phrases)s::tsquery"
)
_TERMS = (
    "SELECT asked.number + %(NAME_first)s, found.ids, found.weights"
    " FROM unnest(%(NAME_words)s::tsquery[], %(NAME_marks)s::bool[]) WITH ORDINALITY"
    " AS asked(word, is_mark, number), LATERAL ("
    "SELECT array_send(array_agg(document_id)), array_send(array_agg(ts_rank_cd("
    "CASE WHEN asked.is_mark THEN %(mark_weights)s::real[] ELSE %(word_weights)s::real[] END,"
    " words, asked.word)))"
    " FROM search_text WHERE words @@ asked.word) AS found(ids, weights)"
)
_PARTS = {
    "whole": _TERMS.replace("NAME", "whole"),
    "near": _TERMS.replace("NAME", "near").replace("@@ asked.word", "@@ asked.word" + _NEAR),
}
_WEIGHTS = {"mark_weights": _weights(MARK_WEIGHTS), "word_weights": _weights(WORD_WEIGHTS)}
