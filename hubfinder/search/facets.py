"""How many there would be for each value of each filter.

The count of a value is what the page would show if it were chosen: the other filters are kept, and the
other values of its own filter are left out, for they would be a choice as well. What is counted stands in a
group of the page; so each count knows how far "near" reaches for it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from hubfinder.places.values import METRES_PER_MILE
from hubfinder.search.columns import Columns, Flag, Ints, Label, Mask, packed
from hubfinder.search.filters import LABELLED, Filter, Known, far_reaching, of_access, open_at, passing
from hubfinder.search.grouping import ENOUGH, FAR_FACTOR, close_by, groups_of
from hubfinder.search.ranking import Ranking
from hubfinder.search.times import asked_slots
from hubfinder.search.values import Wanted
from hubfinder.vocab import Access, Circumstance, FootprintKind, Season, Weekday, When

MILES = (1, 2, 5, 10, 25)
OFFERED = (
    FootprintKind.NEIGHBOURHOOD,
    *(kind for kind in FootprintKind if kind.is_catchment),
    FootprintKind.WARD,
    FootprintKind.PRIMARY_CARE_NETWORK,
    FootprintKind.LOCAL_AUTHORITY,
)
"""Kinds of footprint of the place that are offered as a filter."""
LEAST_SHARE = 0.1
"""A footprint that fewer of the people around belong to is not offered."""
Bits = npt.NDArray[np.uint64]
Counts = dict[str, int]
WITHOUT = "without"


def offered_footprints(wanted: Wanted) -> tuple[tuple[str, str], ...]:
    """Footprints to filter by: those of the place, and those that are chosen."""
    members = wanted.place.memberships if wanted.place else ()
    own = [(m.kind.value, m.code) for m in members if m.kind in OFFERED and m.share >= LEAST_SHARE]
    return tuple(dict.fromkeys([*own, *wanted.footprints]))


def facets_of(ranking: Ranking, wanted: Wanted, known: Known, near_metres: int) -> dict[str, Counts]:
    """The counts by filter and value.

    ``ranking`` holds every row with the words that fails at most one filter, whether or not it passes all;
    ``known`` the footprints of ``offered_footprints``, and what time it is.
    """
    counter = _Counter(ranking, wanted, known, near_metres)
    return {name: dict(counts) for name, counts in _facets(counter)}


def passing_rows(ranking: Ranking, wanted: Wanted, known: Known) -> Mask:
    """The rows of a ranking that pass every filter."""
    return _all(_of_rows(ranking, wanted, known).values(), len(ranking.scores))


def _of_rows(ranking: Ranking, wanted: Wanted, known: Known) -> dict[Filter, Mask]:
    """For each filter that is set the rows of the ranking that pass it."""
    found: dict[Filter, Mask] = {}
    for number, columns in enumerate(ranking.view.segments):
        here = ranking.segments == number
        rows = ranking.rows[here]
        for one, mask in passing(columns, wanted, known).items():
            found.setdefault(one, np.zeros(len(ranking.rows), dtype=bool))[here] = mask[rows]
    return found


def _all(masks: Iterable[Mask], size: int) -> Mask:
    return reduce(np.logical_and, masks, np.ones(size, dtype=bool))


class _Shown:
    """What a page shows of the rows that pass some filters, packed for counting."""

    def __init__(self, counter: "_Counter", rows: Mask) -> None:
        self.rows = rows
        self._counter = counter

    @cached_property
    def _packed(self) -> list[tuple[Bits, ...]]:
        """By segment: what is close, what is shown where near is near, and where it reaches further."""
        ranking = self._counter.ranking
        found = []
        for number, columns in enumerate(ranking.view.segments):
            here = ranking.segments == number
            masks = []
            for kind in self._counter.reaches:
                mask = np.zeros(columns.size, dtype=bool)
                mask[ranking.rows[here & kind & self.rows]] = True
                masks.append(packed(mask))
            found.append(tuple(masks))
        return found

    def counts(self, values: Sequence[str], bits: Sequence[Bits]) -> Counts:
        """How many of each value; ``bits`` are those of the values in each segment."""
        sums = np.zeros((len(self._counter.reaches), len(values)), dtype=np.int64)
        for of_values, kinds in zip(bits, self._packed, strict=True):
            for at, kind in enumerate(kinds):
                sums[at] += np.bitwise_count(of_values & kind).sum(axis=1, dtype=np.int64)
        return dict(zip(values, self._counter.chosen(sums).tolist(), strict=True))

    def total(self, also: Mask | None = None) -> int:
        """How many of these rows, or of those of them in another mask."""
        rows = self.rows if also is None else self.rows & also
        sums = [[np.count_nonzero(kind & rows)] for kind in self._counter.reaches]
        return int(self._counter.chosen(np.array(sums))[0])


class _Counter:
    """Counts for one question."""

    def __init__(self, ranking: Ranking, wanted: Wanted, known: Known, near_metres: int) -> None:
        self.ranking, self.wanted, self.known = ranking, wanted, known
        self.segments = ranking.view.segments
        self.passes = _of_rows(ranking, wanted, known)
        self.near_metres = near_metres
        self.reaches = self._reaches(near_metres)
        self._shown: dict[Filter | None, _Shown] = {}

    def _reaches(self, near: float) -> tuple[Mask, ...]:
        """What is close, what is shown where near is near, and where it is further; one where that is set."""
        if self.wanted.place is None:
            return (self.shown_within(near),)
        if self.wanted.within is not None:
            return (self.shown_within(self.wanted.within * METRES_PER_MILE),)
        close = close_by(self.ranking, near)
        return (close, self.shown_within(near), self.shown_within(near * FAR_FACTOR))

    def shown_within(self, metres: float) -> Mask:
        """Rows that stand in a group of the page, where near is so far."""
        groups = groups_of(self.ranking, self.wanted, metres).values()
        return reduce(np.logical_or, groups)

    def chosen(self, sums: Ints) -> Ints:
        """Of the counts for each reach those that the page would come to."""
        found: Ints = sums[0] if len(sums) == 1 else np.where(sums[0] >= ENOUGH, sums[1], sums[2])
        return found

    def of_rows(self, mask_of: Callable[[Columns], Mask]) -> Mask:
        """A mask of the rows of each segment as one of the rows of the ranking."""
        ranking = self.ranking
        found = np.zeros(len(ranking.rows), dtype=bool)
        for number, columns in enumerate(self.segments):
            here = ranking.segments == number
            found[here] = mask_of(columns)[ranking.rows[here]]
        return found

    def in_slots(self, slots: Collection[str]) -> Mask:
        """Rows that are open in any of these parts of the week."""
        return self.of_rows(lambda columns: columns.label("slots", slots))

    @cached_property
    def far_reaching(self) -> Mask:
        """Rows that no distance drops."""
        return self.of_rows(far_reaching)

    def ages(self, columns: Columns) -> Label:
        """Rows by age; who is pregnant as well sees what is for that with every age."""
        if Circumstance.PREGNANT not in self.wanted.circumstances:
            return columns.ages
        expecting = columns.ages.bits[columns.ages.numbers["pregnant"]]
        return Label(columns.ages.values, columns.ages.bits | expecting)

    def open(self, columns: Columns) -> dict[str, Mask]:
        """Rows that are open now."""
        return {"now": open_at(columns, self.known.moment)}

    def footprints(self, columns: Columns) -> dict[str, Mask]:
        """Rows by footprint."""
        return {
            f"{kind}:{code}": self.known.areas.rows(columns, self.known.footprints[kind, code])
            for kind, code in offered_footprints(self.wanted)
        }

    def without_distance(self) -> int:
        """How many there are where no distance is set."""
        return (
            _Counter(self.ranking, replace(self.wanted, within=None), self.known, self.near_metres)
            .without(Filter.WITHIN)
            .total()
        )

    def without(self, one: Filter) -> _Shown:
        """What is shown with all filters but one."""
        key = one if one in self.passes else None
        if key not in self._shown:
            masks = (mask for name, mask in self.passes.items() if name is not key)
            self._shown[key] = _Shown(self, _all(masks, len(self.ranking.rows)))
        return self._shown[key]


def _facets(counter: _Counter) -> Iterator[tuple[str, Counts]]:
    for one, name in LABELLED.items():
        if one is not Filter.ENTRY:
            yield one.value, _of_labels(counter.without(one), [c.labels[name] for c in counter.segments])
    yield Filter.AGE.value, _of_labels(counter.without(Filter.AGE), list(map(counter.ages, counter.segments)))
    yield Filter.MADE_FOR.value, _of_labels(counter.without(Filter.MADE_FOR), _made_for(counter.segments))
    yield Filter.ACCESS.value, _of_masks(counter, Filter.ACCESS, _accesses)
    yield Filter.OPEN.value, _of_masks(counter, Filter.OPEN, counter.open)
    if offered_footprints(counter.wanted):
        yield Filter.FOOTPRINT.value, _of_masks(counter, Filter.FOOTPRINT, counter.footprints)
    yield from _times(counter)
    if counter.wanted.place is not None:
        yield Filter.WITHIN.value, _distances(counter)
    yield WITHOUT, dict(_without(counter))


def _of_labels(shown: _Shown, labels: Sequence[Label]) -> Counts:
    """Of labels whose values may differ from segment to segment."""
    values = list(dict.fromkeys(value for label in labels for value in label.values))
    places = {value: number for number, value in enumerate(values)}
    bits = []
    for label in labels:
        of_all = np.zeros((len(values), label.bits.shape[1]), dtype=np.uint64)
        of_all[[places[value] for value in label.values]] = label.bits
        bits.append(
            label.bits if len(values) == len(label.values) and values == list(label.values) else of_all
        )
    return shown.counts(values, bits)


def _made_for(segments: Sequence[Columns]) -> list[Label]:
    found = []
    for columns in segments:
        label = columns.labels["circumstances"]
        found.append(Label(label.values, label.bits & packed(columns.having(Flag.TARGETED))))
    return found


def _of_masks(counter: _Counter, one: Filter, masks_of: Callable[[Columns], Mapping[str, Mask]]) -> Counts:
    return _of_labels(counter.without(one), [_label(masks_of(columns)) for columns in counter.segments])


def _label(masks: Mapping[str, Mask]) -> Label:
    return Label(tuple(masks), np.array([packed(mask) for mask in masks.values()]))


def _accesses(columns: Columns) -> dict[str, Mask]:
    return {access.value: of_access(columns, (access,)) for access in Access}


def _times(counter: _Counter) -> Iterator[tuple[str, Counts]]:
    """Parts of the week, days and seasons: one and the same session must fit what is chosen of each."""
    shown = counter.without(Filter.TIMES)
    for name, values in _TIMES.items():
        asked = {value: asked_slots(**{**_chosen_times(counter.wanted), name: (value,)}) for value in values}
        labels = [_of_slots(columns.labels["slots"], asked) for columns in counter.segments]
        yield name.removesuffix("s"), _of_labels(shown, labels)


_TIMES: dict[str, tuple[str, ...]] = {
    "whens": tuple(When),
    "days": tuple(Weekday),
    "seasons": (Season.TERM, Season.HOLIDAYS),
}


def _chosen_times(wanted: Wanted) -> dict[str, tuple[Any, ...]]:
    return {"whens": wanted.whens, "days": wanted.days, "seasons": wanted.seasons}


def _of_slots(label: Label, asked: Mapping[str, Collection[str]]) -> Label:
    """For each value rows that are open in any of its parts of the week."""
    found = np.zeros((len(asked), label.bits.shape[1]), dtype=np.uint64)
    for row, slots in enumerate(asked.values()):
        numbers = [label.numbers[slot] for slot in slots if slot in label.numbers]
        if numbers:
            found[row] = np.bitwise_or.reduce(label.bits[numbers], axis=0)
    return Label(tuple(str(value) for value in asked), found)


def _distances(counter: _Counter) -> Counts:
    ranking, shown = counter.ranking, counter.without(Filter.WITHIN)
    found = {}
    for miles in MILES:
        metres = miles * METRES_PER_MILE
        passes = counter.far_reaching | (ranking.distances <= metres)
        found[str(miles)] = int(np.count_nonzero(counter.shown_within(metres) & passes & shown.rows))
    return found


def _without(counter: _Counter) -> Iterator[tuple[str, int]]:
    """How many without each filter that is set."""
    for one in counter.passes:
        if one is Filter.WITHIN:
            yield one.value, counter.without_distance()
        elif one is not Filter.TIMES:
            yield one.value, counter.without(one).total()
    chosen = _chosen_times(counter.wanted)
    for name in (name for name, values in chosen.items() if values):
        rest = {**chosen, name: ()}
        fits = counter.in_slots(asked_slots(**rest)) if any(rest.values()) else None
        yield name.removesuffix("s"), counter.without(Filter.TIMES).total(fits)
