"""How many listings there are of each kind, and every count that a page makes of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from flask_babel import lazy_gettext

from hubfinder.staff_vocab import Freshness, ListingState
from hubfinder.vocab import Labelled

ALL, NONE = "", "-"
"""Of a filter: everything, and what has nothing there (a listing at no hub)."""


class Flag(Labelled):
    """Something about a listing that needs a look."""

    EMAIL = "email", lazy_gettext("Email does not arrive")
    LINK = "link", lazy_gettext("Web address does not work")
    TELEPHONE = "telephone", lazy_gettext("Telephone number doubted")
    REPORTS = "reports", lazy_gettext("Reports to look at")


class Sort(StrEnum):
    """What stands first."""

    DUE = "due"
    NAME = "name"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; all of it holds together."""

    state: ListingState | None = None
    freshness: Freshness | None = None
    hub: str = ALL
    organization: str = ALL
    topic: str = ALL
    flags: tuple[Flag, ...] = ()
    """All of them."""
    words: str = ""
    """In the name, each of them anywhere."""

    @property
    def is_empty(self) -> bool:
        return self == Filters()


class Kind(NamedTuple):
    """Listings that are alike in all that is counted."""

    state: ListingState
    freshness: str | None
    """A ``Freshness``; none of what is not published."""
    hub: str
    organization: str
    topic: str
    flags: int
    """Bits in the order of ``Flag``."""
    many: int


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a filter."""

    key: str
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there would be of each value of each filter, the other filters kept."""

    total: int = 0
    by_filter: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, name: str) -> list[Value]:
        return [Value(key, count) for key, count in self.by_filter.get(name, {}).items()]

    def number(self, name: str, key: str) -> int:
        return self.by_filter.get(name, {}).get(key, 0)


@dataclass(frozen=True, slots=True)
class Cell:
    """Published listings of one kind, by how well they are looked after."""

    fresh: int = 0
    due: int = 0
    stale: int = 0

    @property
    def total(self) -> int:
        return self.fresh + self.due + self.stale

    @property
    def to_do(self) -> int:
        return self.due + self.stale

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.fresh + other.fresh, self.due + other.due, self.stale + other.stale)


Test = Callable[[Kind], bool]
COUNTED: Mapping[str, Callable[[Kind], str]] = {
    "state": lambda kind: kind.state.value,
    "freshness": lambda kind: kind.freshness or "",
    "hub": lambda kind: kind.hub or NONE,
    "organization": lambda kind: kind.organization or NONE,
    "topic": lambda kind: kind.topic or NONE,
}
"""Filters of one value each: what a kind of listing counts for."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Every kind there is."""

    kinds: tuple[Kind, ...] = ()

    def counts(self, asked: Filters) -> Counts:
        """How many there are, and of each value of each filter the others kept."""
        tests = dict(_tests(asked))
        found: dict[str, Counter[str]] = {name: Counter() for name in (*COUNTED, "flag")}
        total = 0
        for kind in self.kinds:
            failed = [name for name, test in tests.items() if not test(kind)]
            if not failed:
                total += kind.many
                for name, value in COUNTED.items():
                    found[name][value(kind)] += kind.many
                for flag in flags_in(kind.flags):
                    found["flag"][flag.value] += kind.many
            elif len(failed) == 1 and failed[0] in COUNTED:
                found[failed[0]][COUNTED[failed[0]](kind)] += kind.many
        found["freshness"].pop("", None)
        return Counts(total, found)

    def cells(self, *by: str) -> dict[tuple[str, ...], Cell]:
        """Published listings by these filters."""
        keys = [COUNTED[name] for name in by]
        sums: Counter[tuple[tuple[str, ...], str]] = Counter()
        for kind in self.kinds:
            if kind.freshness:
                sums[tuple(key(kind) for key in keys), kind.freshness] += kind.many
        found: dict[tuple[str, ...], Cell] = {}
        for (key, freshness), count in sums.items():
            found[key] = found.get(key, Cell()) + Cell(**{Freshness(freshness).value: count})
        return found

    def due(self, test: Test) -> int:
        """How many are due or stale, of those that a test lets through."""
        return sum(kind.many for kind in self.kinds if kind.freshness in NOT_FRESH and test(kind))


NOT_FRESH = (Freshness.DUE.value, Freshness.STALE.value)


def flags_in(bits: int) -> Iterator[Flag]:
    return (flag for number, flag in enumerate(Flag) if bits >> number & 1)


def _tests(asked: Filters) -> Iterator[tuple[str, Test]]:
    """The filters that are set, but for the words, which the database looks for."""
    wanted = {
        "state": asked.state.value if asked.state else "",
        "freshness": asked.freshness.value if asked.freshness else "",
        "hub": asked.hub,
        "organization": asked.organization,
        "topic": asked.topic,
    }
    for name, value in wanted.items():
        if value:
            yield name, _is(COUNTED[name], value)
    if asked.flags:
        bits = sum(1 << number for number, flag in enumerate(Flag) if flag in asked.flags)
        yield "flag", lambda kind: kind.flags & bits == bits


def _is(key: Callable[[Kind], str], value: str) -> Test:
    return lambda kind: key(kind) == value
