"""How many there would be for each value of each filter.

The count of a value is what the page would show if it were chosen: the other filters are kept, and the
other values of its own filter are left out, for they would be a choice as well. What is counted stands in a
group of the page; so each count knows how far "near" reaches for it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial, reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from hubfinder.places.values import METRES_PER_MILE
from hubfinder.search.columns import Columns, Flag, Ints, Label, Mask, packed
from hubfinder.search.filters import LABELLED, Filter, Known, Passes, all_of, far_reaching, of_access, open_at
from hubfinder.search.grouping import ENOUGH, FAR_FACTOR, close_by, groups_of, local_rows
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
NOWHERE_NEAR = -1.0
"""Metres within which there is nothing."""


def offered_footprints(wanted: Wanted) -> tuple[tuple[str, str], ...]:
    """Footprints to filter by: those of the place, and those that are chosen."""
    members = wanted.place.memberships if wanted.place else ()
    own = [(m.kind.value, m.code) for m in members if m.kind in OFFERED and m.share >= LEAST_SHARE]
    return tuple(dict.fromkeys([*own, *wanted.footprints]))


def facets_of(
    ranking: Ranking, wanted: Wanted, known: Known, passes: Sequence[Passes], near_metres: int
) -> dict[str, Counts]:
    """The counts by filter and value.

    ``ranking`` holds every row with the words that fails at most one filter, whether or not it passes all;
    ``known`` the footprints of ``offered_footprints``, and what time it is; ``passes`` stand by segment.
    """
    counter = _Counter(ranking, wanted, known, passes, near_metres)
    return {name: dict(counts) for name, counts in _facets(counter)}


class _Shown:
    """What a page shows of the rows that pass some filters: bits by segment, and for each how far near is."""

    def __init__(self, reaches: Sequence[Sequence[Bits]]) -> None:
        self._reaches = reaches

    def counts(self, values: Sequence[str], bits: Sequence[Bits]) -> Counts:
        """How many of each value; ``bits`` are those of the values in each segment."""
        sums = np.zeros((len(self._reaches[0]), len(values)), dtype=np.int64)
        for of_values, reaches in zip(bits, self._reaches, strict=True):
            for number, reach in enumerate(reaches):
                sums[number] += np.bitwise_count(of_values & reach).sum(axis=1, dtype=np.int64)
        return dict(zip(values, _chosen(sums).tolist(), strict=True))

    def total(self, also: Sequence[Bits] | None = None) -> int:
        """How many of these rows, or of those of them that are among others."""
        others = also or [EVERY] * len(self._reaches)
        return self.counts(("",), [bits[np.newaxis] for bits in others])[""]


EVERY = np.array([2**64 - 1], dtype=np.uint64)
"""All rows, as bits."""


def _chosen(sums: Ints) -> Ints:
    """Of the counts for what is close, for near and for further, those that the page would come to."""
    found: Ints = sums[0] if len(sums) == 1 else np.where(sums[0] >= ENOUGH, sums[1], sums[2])
    return found


class _Counter:
    """Counts for one question."""

    def __init__(
        self, ranking: Ranking, wanted: Wanted, known: Known, passes: Sequence[Passes], near_metres: int
    ) -> None:
        self.ranking, self.wanted, self.known = ranking, wanted, known
        self.segments, self.masks, self.near_metres = ranking.view.segments, passes, near_metres
        self.passes = [{one: packed(mask) for one, mask in masks.items()} for masks in passes]
        self.local = local_rows(ranking)
        self.always: Mask = reduce(np.logical_or, groups_of(ranking, wanted, NOWHERE_NEAR).values())
        """Rows that the page shows however far near is."""
        self._shown: dict[Filter | None, _Shown] = {}

    @cached_property
    def reaches(self) -> list[list[Bits]]:
        """By segment what is close, what is shown where near is near, and further; one where that is set."""
        near, place = self.near_metres, self.wanted.place
        if place is None:
            masks = [self.always]
        elif self.wanted.within is not None:
            masks = [self.shown_within(self.wanted.within * METRES_PER_MILE)]
        else:
            close = close_by(self.ranking, near)
            masks = [close, self.shown_within(near), self.shown_within(near * FAR_FACTOR)]
        return [
            [packed(self.ranking.in_segment(number, mask)) for mask in masks]
            for number in range(len(self.segments))
        ]

    def shown_within(self, metres: float) -> Mask:
        """Rows that stand in a group of the page, where near is so far."""
        shown: Mask = self.always | (self.local & (self.ranking.distances <= metres))
        return shown

    def without(self, one: Filter) -> _Shown:
        """What is shown with all filters but one."""
        key = one if one in self.passes[0] else None
        if key not in self._shown:
            self._shown[key] = _Shown(
                [
                    [reduce(np.bitwise_and, self._others(passes, key), reach) for reach in reaches]
                    for passes, reaches in zip(self.passes, self.reaches, strict=True)
                ]
            )
        return self._shown[key]

    def _others(self, passes: Mapping[Filter, Bits], but: Filter | None) -> list[Bits]:
        return [bits for one, bits in passes.items() if one is not but]

    def ages(self, columns: Columns) -> Label:
        """Rows by age; who is pregnant as well sees what is for that with every age."""
        if Circumstance.PREGNANT not in self.wanted.circumstances:
            return columns.ages
        expecting = columns.ages.bits[columns.ages.numbers["pregnant"]]
        return Label(columns.ages.values, columns.ages.bits | expecting)

    def open(self, columns: Columns) -> Label:
        """Rows that are open now."""
        return Label(("now",), packed(open_at(columns, self.known.moment, self.known.changed))[np.newaxis])

    def footprints(self, columns: Columns) -> Label:
        """Rows by footprint."""
        keys = offered_footprints(self.wanted)
        bits = [self.known.areas.bits(columns, self.known.footprints[key]) for key in keys]
        return Label(tuple(f"{kind}:{code}" for kind, code in keys), np.array(bits))

    def distances(self) -> Counts:
        """How many within each distance."""
        passes = self._without_distance()
        rows = self.ranking.of_segments(
            [all_of(p, c.size) for p, c in zip(passes, self.segments, strict=True)]
        )
        anyway = self.always & rows & self.ranking.of_segments([far_reaching(c) for c in self.segments])
        ends = [miles * METRES_PER_MILE for miles in MILES]
        near = (self.ranking.distances <= ends[-1]) & rows & (self.always | self.local) & ~anyway
        metres, more = self.ranking.distances[near], int(np.count_nonzero(anyway))
        found = [int(np.count_nonzero(metres <= end)) + more for end in ends]  # sooner than sorting them
        return dict(zip(map(str, MILES), found, strict=True))

    def without_distance(self) -> int:
        """How many there are where no distance is set."""
        wanted = replace(self.wanted, within=None)
        counter = _Counter(self.ranking, wanted, self.known, self._without_distance(), self.near_metres)
        return counter.without(Filter.WITHIN).total()

    def _without_distance(self) -> list[Passes]:
        found: list[Passes] = [dict(masks) for masks in self.masks]
        for masks in found:
            masks.pop(Filter.WITHIN, None)
        return found


def _facets(counter: _Counter) -> Iterator[tuple[str, Counts]]:
    def by_label(one: Filter, label_of: Callable[[Columns], Label]) -> tuple[str, Counts]:
        return one.value, _of_labels(counter.without(one), [label_of(one) for one in counter.segments])

    for one, name in LABELLED.items():
        if one is not Filter.ENTRY:
            yield by_label(one, partial(_labelled, name))
    yield by_label(Filter.AGE, counter.ages)
    yield by_label(Filter.MADE_FOR, _made_for)
    yield by_label(Filter.ACCESS, _accesses)
    yield by_label(Filter.OPEN, counter.open)
    if offered_footprints(counter.wanted):
        yield by_label(Filter.FOOTPRINT, counter.footprints)
    yield from _times(counter)
    if counter.wanted.place is not None:
        yield Filter.WITHIN.value, counter.distances()
    yield WITHOUT, dict(_without(counter))


def _labelled(name: str, columns: Columns) -> Label:
    return columns.labels[name]


def _of_labels(shown: _Shown, labels: Sequence[Label]) -> Counts:
    """Of labels whose values may differ from segment to segment."""
    values = list(dict.fromkeys(value for label in labels for value in label.values))
    places = {value: number for number, value in enumerate(values)}
    bits = []
    for label in labels:
        if len(label.values) == len(values):
            bits.append(
                label.bits[[label.numbers[value] for value in values]] if len(labels) > 1 else label.bits
            )
            continue
        of_all = np.zeros((len(values), label.bits.shape[1]), dtype=np.uint64)
        of_all[[places[value] for value in label.values]] = label.bits
        bits.append(of_all)
    return shown.counts(values, bits)


def _made_for(columns: Columns) -> Label:
    label = columns.labels["circumstances"]
    return Label(label.values, label.bits & packed(columns.having(Flag.TARGETED)))


def _accesses(columns: Columns) -> Label:
    masks = [packed(of_access(columns, (access,))) for access in Access]
    return Label(tuple(access.value for access in Access), np.array(masks))


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


def _without(counter: _Counter) -> Iterator[tuple[str, int]]:
    """How many without each filter that is set."""
    for one in counter.passes[0]:
        if one is Filter.WITHIN:
            yield one.value, counter.without_distance()
        elif one is not Filter.TIMES:
            yield one.value, counter.without(one).total()
    chosen = _chosen_times(counter.wanted)
    for name in (name for name, values in chosen.items() if values):
        rest = {**chosen, name: ()}
        slots = asked_slots(**rest)
        labels = [_of_slots(columns.labels["slots"], {name: slots}) for columns in counter.segments]
        fits = [label.bits[0] for label in labels] if any(rest.values()) else None
        yield name.removesuffix("s"), counter.without(Filter.TIMES).total(fits)
