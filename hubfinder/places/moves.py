"""Postcodes gained and lost: who was in which footprint before a change of layers, and who is after it.

A footprint that goes takes its memberships with it, so they are read before anything is written.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database.reading import read_table
from hubfinder.places.models import Footprint, FootprintSetMember, Postcode
from hubfinder.vocab import FootprintKind

EXAMPLES = 10
MOST_WITH_EXAMPLES = 500
"""Areas of one version for which examples are kept: those that changed most."""
Codes = tuple[str, ...]
Ints = npt.NDArray[np.int64]


@dataclass(slots=True)
class Gains:
    """What footprints of one kind gained and lost, by code: numbers of live postcodes, and examples."""

    moved: int = 0
    """Live postcodes that are in other footprints of the kind than before."""
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[list[str], list[str]]] = field(default_factory=lambda: defaultdict(_none_yet))

    def codes(self) -> set[str]:
        return set(self.gained) | set(self.lost)

    def add(self, before: Codes, after: Codes, postcodes: Sequence[str], number: int) -> None:
        """So many postcodes, some of them by name, were in these and are in those."""
        self.moved += number
        for place, (counts, codes) in enumerate(
            ((self.gained, set(after) - set(before)), (self.lost, set(before) - set(after)))
        ):
            for code in codes:
                counts[code] += number
                shown = self.examples[code][place]
                shown.extend(postcodes[: EXAMPLES - len(shown)])

    def kept(self, codes: Iterable[str] | None = None) -> dict[str, Any]:
        """What a version keeps of these codes (all, unless named), the largest change first."""
        chosen = self.codes() if codes is None else self.codes() & set(codes)
        order = sorted(chosen, key=lambda code: (-self.gained[code] - self.lost[code], code))
        return {
            "areas": [[code, self.gained[code], self.lost[code]] for code in order],
            "examples": {
                code: [sorted(few) for few in self.examples[code]] for code in order[:MOST_WITH_EXAMPLES]
            },
            "gained": sum(self.gained[code] for code in order),
            "lost": sum(self.lost[code] for code in order),
        }


def _none_yet() -> tuple[list[str], list[str]]:
    return [], []


class Watch:
    """Compares who is in which footprint before and after a change, for the kinds that it touches."""

    def __init__(self) -> None:
        self.gains: dict[FootprintKind, Gains] = {}
        """By kind, once memberships have been worked out again."""
        self._before: dict[FootprintKind, dict[int, Codes]] = {}

    def before(self, session: Session, kind: FootprintKind) -> None:
        """Remember who is in which footprint of a kind. To be called before the first of them is changed."""
        kinds = [kind]
        if kind is FootprintKind.SMALL_AREA:
            kinds.append(FootprintKind.PRIMARY_CARE_NETWORK)  # a network comes with the small area
        for one in kinds:
            if one not in self._before:
                self._before[one] = dict(_sets(session, one))

    def compare(
        self,
        session: Session,
        postcodes: npt.NDArray[np.bytes_],
        before: Ints,
        after: Ints,
        members: Sequence[Iterable[tuple[int, float]]],
    ) -> None:
        """Say what changed: ``before`` are stored sets of the postcodes (0 for none), ``after`` places in
        ``members``, which hold footprint ids with their shares.
        """
        if not self._before:
            return
        dead = read_table(session, Postcode, {"code": "S7"}, "terminated IS NOT NULL")["code"]
        for kind, sets in self._before.items():
            codes = _codes_by_id(session, kind)
            now = [tuple(sorted(codes[id_] for id_, _ in found if id_ in codes)) for found in members]
            self.gains[kind] = _compared(_Grouping(sets, now), postcodes, (before, after), dead)

    def moves_of(self, kind: FootprintKind, mine: Collection[str], ours: Collection[str]) -> dict[str, Any]:
        """What a version keeps: what its own areas gained and lost, and what others did because of it.

        ``ours`` are the codes of all versions of the kind that were changed together.
        """
        gains = self.gains[kind]
        also = {one.value: other.kept() for one, other in self.gains.items() if one is not kind}
        also[f"other {kind.value}"] = gains.kept(gains.codes() - set(ours))
        return {
            **gains.kept(mine),
            "moved": gains.moved,
            "also": {name: found for name, found in also.items() if found["areas"]},
        }


def _sets(session: Session, kind: FootprintKind) -> Iterator[tuple[int, Codes]]:
    """The codes of a kind in each stored set."""
    rows = session.execute(
        select(FootprintSetMember.set_id, Footprint.code)
        .join(Footprint, Footprint.id == FootprintSetMember.footprint_id)
        .where(Footprint.kind == kind)
        .order_by(FootprintSetMember.set_id, Footprint.code)
    )
    for number, found in groupby(rows, key=lambda row: row[0]):
        yield number, tuple(code for _, code in found)


def _codes_by_id(session: Session, kind: FootprintKind) -> dict[int, str]:
    rows = session.execute(select(Footprint.id, Footprint.code).where(Footprint.kind == kind))
    return {row[0]: row[1] for row in rows}


class _Grouping:
    """A number for each different combination of codes, so that millions of postcodes compare as numbers."""

    def __init__(self, before: dict[int, Codes], after: Sequence[Codes]) -> None:
        self._numbers: dict[Codes, int] = {(): 0}
        self.old = np.zeros(max(before, default=0) + 1, dtype=np.int64)
        for set_id, codes in before.items():
            self.old[set_id] = self._number_of(codes)
        self.new = np.array([self._number_of(codes) for codes in after] or [0], dtype=np.int64)
        self.codes = list(self._numbers)

    def _number_of(self, codes: Codes) -> int:
        return self._numbers.setdefault(codes, len(self._numbers))


def _compared(
    groups: _Grouping,
    postcodes: npt.NDArray[np.bytes_],
    sets: tuple[Ints, Ints],
    dead: npt.NDArray[np.bytes_],
) -> Gains:
    before, after = sets
    known = np.where(before < len(groups.old), before, 0)  # a set with nothing of this kind at its end
    old, new = groups.old[known], groups.new[after]
    changed = np.flatnonzero(old != new)
    changed = changed[~np.isin(postcodes[changed], dead)]
    pairs = old[changed] * len(groups.codes) + new[changed]
    order = np.argsort(pairs, kind="stable")
    _, first, counts = np.unique(pairs[order], return_index=True, return_counts=True)
    gains = Gains()
    for start, number in zip(first.tolist(), counts.tolist(), strict=True):
        some = changed[order[start : start + min(number, EXAMPLES)]]
        pair = (groups.codes[int(old[some[0]])], groups.codes[int(new[some[0]])])
        gains.add(*pair, [_spaced(postcodes[at].decode()) for at in some.tolist()], number)
    return gains


def _spaced(code: str) -> str:
    return f"{code[:-3]} {code[-3:]}"
