"""How good each row that was found is: its relevance, raised or lowered for what else is known of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from hubfinder.search.columns import Columns, Flag, Floats, Ints, Mask, flagged, kept_mask
from hubfinder.search.engine import Hits, View
from hubfinder.search.filters import Passes, all_of
from hubfinder.search.query import Query
from hubfinder.search.values import Part, Wanted
from hubfinder.vocab import Access

STALE_FACTOR, ELSEWHERE_FACTOR, CLOSED_FACTOR = 0.85, 0.3, 0.5
MADE_FOR_FACTOR = 1.25
"""What is made for a circumstance that the family named comes before what is for everyone."""
TARGETED_FACTOR = 0.9
"""What is for some families only, where nobody asked for that."""
OTHER_AGE_FACTOR = 0.5
"""What is not for the age that the words speak of ("my son is 17")."""
CRISIS_FACTOR = 1.6
"""Where words speak of harm: lines for people in danger come before those for people who worry or do it."""
WEAK = 0.15
"""Below this part of the best score a match is by chance ("baby" alone of four words)."""
HUB_METRES = 40_000.0
Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Question:
    """What rows are judged by."""

    wanted: Wanted
    query: Query
    stale_before: int
    """Day number: what was last checked before it is stale."""
    footprints: frozenset[int] = frozenset()
    """Those of the address."""

    @property
    def asks_for_some(self) -> bool:
        """Whether it asks for what is made for some families."""
        return Access.TARGETED in self.wanted.access or self.query.targeted


@dataclass(frozen=True)
class Ranking:
    """The rows of all segments that pass the filters and hold any of the words, judged for one question."""

    view: View
    question: Question
    hits: tuple[Hits, ...]
    segments: Ints
    """The segment of each row."""
    rows: Ints
    """Its number there."""
    flags: npt.NDArray[np.uint16]
    relevance: Floats
    """Sum over the units of the query; 1 without words."""
    scores: Floats
    """Relevance times all factors; 0 where the match is by chance."""
    factors: tuple[tuple[str, float, Mask], ...]
    """What was multiplied and for which rows, in order."""
    distances: Floats
    """Metres; infinite without a public place or a place to measure from."""
    serves: Mask
    """Rows whose service area holds the address."""
    elsewhere: Mask
    """Rows that are for other areas than those of the address; none without a place."""
    stale: Mask
    lowered: Mask
    """For some families only, while the words ask for anything."""
    hub: int | None
    """The row of the nearest family hub, whatever was asked for: there is always a door to knock on."""

    @property
    def query(self) -> Query:
        return self.question.query

    def having(self, flag: Flag) -> Mask:
        """Rows with any of these flags; kept, and not to be changed."""
        return kept_mask(self._having, self.flags, flag)

    @cached_property
    def _having(self) -> dict[int, Mask]:
        return {}

    def only(self, passes: Sequence[Passes]) -> "Ranking":
        """The same with nothing found but what passes the filters, those of each segment."""
        if not any(passes):
            return self
        segments = zip(passes, self.view.segments, strict=True)
        rows = self.of_segments([all_of(masks, columns.size) for masks, columns in segments])
        return replace(self, scores=np.where(rows, self.scores, 0.0))

    def of_segments(self, masks: Sequence[Mask]) -> Mask:
        """Masks of all rows of the segments as one of the rows that are ranked."""
        if len(masks) == 1:
            return masks[0] if len(self.rows) == len(masks[0]) else masks[0][self.rows]
        return np.concatenate([mask[self.rows[self.part(number)]] for number, mask in enumerate(masks)])

    def part(self, number: int) -> slice:
        """Where the rows of a segment stand: those of the first one first."""
        start, end = self.segments.searchsorted((number, number + 1)).tolist()
        return slice(start, end)

    def in_segment(self, number: int, mask: Mask) -> Mask:
        """A mask of rows that are ranked as one of all rows of a segment."""
        part, size = self.part(number), self.view.segments[number].size
        rows = self.rows[part]
        if len(rows) == size:
            return mask[part]
        found = np.zeros(size, dtype=bool)
        found[rows] = mask[part]
        return found

    def ids(self, rows: Ints) -> Ints:
        """Search document ids of these rows."""
        ids = np.zeros(len(rows), dtype=np.int64)
        for number, columns in enumerate(self.view.segments):
            here = self.segments[rows] == number
            ids[here] = columns.ids[self.rows[rows[here]]]
        return ids

    def units_of(self, rows: Ints) -> Floats:
        """The score of each unit of the query (first axis) in each of these rows."""
        scores = np.zeros((len(self.query.units), len(rows)))
        for number, hits in enumerate(self.hits):
            here = np.flatnonzero(self.segments[rows] == number)
            wanted = self.rows[rows[here]]
            for unit, (found, values) in enumerate(hits.units):
                at = np.searchsorted(found, wanted)
                is_there = at < len(found)
                is_there[is_there] = found[at[is_there]] == wanted[is_there]
                scores[unit, here[is_there]] = values[at[is_there]]
        return scores

    def parts(self, rows: Ints) -> list[tuple[Part, ...]]:
        """What the score of each of these rows is made of; ``total`` puts it together again."""
        units = self.units_of(rows)
        names = [unit.label or next(iter(unit.terms)) for unit in self.query.units]
        found = []
        for place, row in enumerate(rows.tolist()):
            parts = [Part(name, value) for name, value in zip(names, units[:, place].tolist(), strict=True)]
            parts = [part for part in parts if part.value] if names else [Part("", 1.0)]
            parts += [Part(name, factor, is_factor=True) for name, factor, mask in self.factors if mask[row]]
            if not self.scores[row] and total(parts):
                parts.append(Part("by chance", 0.0, is_factor=True))
            found.append(tuple(parts))
        return found

    @cached_property
    def best(self) -> float:
        """The best score there is."""
        return float(self.scores.max(initial=0.0)) or 1.0


def total(parts: Iterable[Part]) -> float:
    """The score that these parts make: the sum of what is added, times the product of the factors."""
    added, factor = 0.0, 1.0
    for part in parts:
        if part.is_factor:
            factor *= part.value
        else:
            added += part.value
    return added * factor


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What is to be judged of one segment."""

    rows: Ints
    relevance: Floats
    flags: npt.NDArray[np.uint16]
    assured: npt.NDArray[np.int32]
    serves: Mask
    made_for: Mask
    other_age: Mask
    distances: Floats


def rank(view: View, question: Question, masks: Sequence[Mask], hits: Sequence[Hits]) -> Ranking:
    """Judge the rows of a view. ``masks`` are what passes the filters; ``hits`` what holds the words."""
    hub = _nearest_hub(view, question.wanted)
    found = [
        _candidates(columns, question, mask, hit, hub[1] if hub and hub[0] == number else None)
        for number, (columns, mask, hit) in enumerate(zip(view.segments, masks, hits, strict=True))
    ]
    flags = _joined([one.flags for one in found])
    relevance = _joined([one.relevance for one in found])
    serves = _joined([one.serves for one in found])
    made_for = _joined([one.made_for for one in found])
    stale = _joined([one.assured for one in found]) < question.stale_before
    has_place, has_words = question.wanted.place is not None, bool(question.query)
    only = (flags & np.uint16(Flag.HAS_AREA | Flag.NATIONAL)) == Flag.HAS_AREA
    elsewhere = only & ~serves & has_place
    targeted = flagged(flags, Flag.TARGETED)
    lowered = targeted & ~made_for & (has_words and not question.asks_for_some)
    factors = (
        ("stale", STALE_FACTOR, stale),
        ("closed", CLOSED_FACTOR, flagged(flags, Flag.CLOSED)),
        ("crisis", CRISIS_FACTOR, flagged(flags, Flag.CRISIS) & bool(question.query.concerns)),
        ("made for", MADE_FOR_FACTOR, made_for),
        ("targeted", TARGETED_FACTOR, lowered),
        ("other age", OTHER_AGE_FACTOR, _joined([one.other_age for one in found])),
        ("elsewhere", ELSEWHERE_FACTOR, elsewhere),
    )
    return Ranking(
        view=view,
        question=question,
        hits=tuple(hits),
        segments=np.repeat(np.arange(len(found)), [len(one.rows) for one in found]),
        rows=_joined([one.rows for one in found]),
        flags=flags,
        relevance=relevance,
        scores=_scores(relevance, factors, by_words=has_words),
        factors=factors,
        distances=_joined([one.distances for one in found]),
        serves=serves,
        elsewhere=elsewhere,
        stale=stale,
        lowered=lowered,
        hub=_number_of(found, hub) if hub else None,
    )


def _number_of(found: "Sequence[_Candidates]", row: tuple[int, int]) -> int:
    """The number in the ranking of a row of a segment that is in it."""
    before = sum(len(one.rows) for one in found[: row[0]])
    return before + int(np.searchsorted(found[row[0]].rows, row[1]))


def _nearest_hub(view: View, wanted: Wanted) -> tuple[int, int] | None:
    """Segment and row of the nearest family hub that is alive; of two equally near the one of lower id."""
    if wanted.place is None:
        return None
    lat, lon = wanted.place.point.lat, wanted.place.point.lon
    hubs = []
    for number, columns in enumerate(view.segments):
        rows = columns.hubs if columns.alive is None else columns.hubs[columns.alive[columns.hubs]]
        metres = columns.distances(lat, lon, rows)
        if rows.size and metres.min() <= HUB_METRES:
            at = int(np.argmin(metres))
            hubs.append((float(metres[at]), int(columns.ids[rows[at]]), number, int(rows[at])))
    return min(hubs)[2:] if hubs else None


def _candidates(columns: Columns, question: Question, mask: Mask, hits: Hits, hub: int | None) -> _Candidates:
    rows, relevance = _relevance(columns.size, question.query, mask, hits, hub)
    wanted, footprints = question.wanted, question.footprints
    place, is_all = wanted.place, len(rows) == columns.size
    flags = columns.flags if is_all else columns.flags[rows]
    serves = made_for = np.zeros(len(rows), dtype=bool)
    if footprints:
        serves = columns.serving(footprints)[rows]
    if wanted.asker.said:
        made_for = columns.label("circumstances", wanted.asker.said)[rows]
        made_for &= flagged(flags, Flag.TARGETED)
    distances = (
        np.full(len(rows), np.inf)
        if place is None
        else columns.distances(place.point.lat, place.point.lon, rows)
    )
    assured = columns.assured if is_all else columns.assured[rows]
    other_age = np.zeros(len(rows), dtype=bool)
    if question.query.age and wanted.age is None:
        first, end = question.query.age
        other_age = (columns.minimum[rows] >= end) | (columns.maximum[rows] <= first)
    return _Candidates(rows, relevance, flags, assured, serves, made_for, other_age, distances)


def _relevance(size: int, query: Query, mask: Mask, hits: Hits, hub: int | None) -> tuple[Ints, Floats]:
    """Rows that pass the filters and hold any of the words, and how well; and the hub, if only with 0."""
    if hits.phrases is not None:
        holding = np.zeros(size, dtype=bool)
        holding[hits.phrases] = True
        mask = mask & holding
    if query.units:
        relevance = np.zeros(size)
        for found, scores in hits.units:
            relevance[found] += scores
        relevance *= mask
    else:
        relevance = mask.astype(np.float64)
    holding = relevance > 0
    if hub is not None:
        holding[hub] = True
    rows = np.flatnonzero(holding)
    return rows, relevance[rows]


def _scores(relevance: Floats, factors: Sequence[tuple[str, float, Mask]], *, by_words: bool) -> Floats:
    """Relevance times the factors of each row: the products of all sets of factors stand in a table."""
    sets = np.zeros(len(relevance), dtype=np.uint8)
    products = np.ones(1)
    for factor, mask in ((factor, mask) for _, factor, mask in factors if mask.any()):
        sets += mask.view(np.uint8) * np.uint8(len(products))
        products = np.concatenate((products, products * factor))
    scores: Floats = relevance * products[sets] if len(products) > 1 else relevance.copy()
    if by_words and scores.size:
        scores *= scores >= WEAK * scores.max()
    return scores


def _joined(arrays: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
