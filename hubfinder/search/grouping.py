"""Which group of the page a result belongs to, and in what order a group stands."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hubfinder.places.values import METRES_PER_MILE
from hubfinder.search.columns import Flag, Floats, Ints, Mask
from hubfinder.search.ranking import Ranking
from hubfinder.search.values import Group, Wanted

STEPS = 8
"""Relevance is compared in this many steps; within one, the nearer comes first."""
ENOUGH, FAR_FACTOR = 5, 3
"""When fewer than so many are near, look this many times as far."""
MANY = 100
"""From so many times what is shown on, most rows are left out before they are put in order."""
Order = npt.NDArray[np.uint64]
_FLOAT_BITS = 31
"""Of a number of four bytes, without its sign."""
_STEP_BITS, _DISTANCE_BITS, _SCORE_BITS = 4, _FLOAT_BITS, 26
_HIGHEST = np.uint64(2**_FLOAT_BITS - 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows of one group that are shown, best first, and how many there are in all."""

    rows: Ints
    """Numbers in the ranking."""
    total: int


def group_rows(ranking: Ranking, wanted: Wanted, near_metres: int) -> dict[Group, Shown]:
    """The best rows of each group."""
    masks = groups_of(ranking, wanted, how_far(ranking, wanted, near_metres))
    groups = {group: _best(ranking, np.flatnonzero(mask), wanted.limit) for group, mask in masks.items()}
    if wanted.place is not None:
        hub = [] if ranking.hub is None else [ranking.hub]
        groups[Group.HUB] = Shown(np.array(hub, dtype=np.int64), len(hub))
    return groups


def groups_of(ranking: Ranking, wanted: Wanted, near_metres: float) -> dict[Group, Mask]:
    """The rows of each group but the nearest hub, where near is so far."""
    having, found = ranking.having, ranking.scores > 0
    service = having(Flag.SERVICE) & found
    national = having(Flag.NATIONAL)
    local = service & ~national
    remote_only = ~having(Flag.IN_PERSON)
    groups = {Group.NATIONAL: having(Flag.CATALOGUE) & found, Group.REMOTE: service & national}
    if wanted.place is None:
        groups[Group.NEAR] = (local & ~remote_only) | (having(Flag.HUB) & found)
        groups[Group.REMOTE] |= local & remote_only
        return groups
    local = local_rows(ranking)
    near = local & (ranking.distances <= near_metres)
    serving = local & ~near & ranking.serves
    open_remote = local & remote_only & ~near & (ranking.serves | ~having(Flag.HAS_AREA))
    groups[Group.NEAR] = near
    groups[Group.SERVING] = serving & ~remote_only
    groups[Group.REMOTE] |= open_remote
    return groups


def how_far(ranking: Ranking, wanted: Wanted, near_metres: float) -> float:
    """How far near is: as far as was asked for; or as ever, and further where little is that near."""
    if wanted.within is not None:
        return wanted.within * METRES_PER_MILE
    enough = np.count_nonzero(close_by(ranking, near_metres)) >= ENOUGH
    return near_metres if enough else near_metres * FAR_FACTOR


def close_by(ranking: Ranking, near_metres: float) -> Mask:
    """Local rows so near that are for this address, so far as is known."""
    return local_rows(ranking) & (ranking.distances <= near_metres) & ~ranking.elsewhere


def local_rows(ranking: Ranking) -> Mask:
    """Services that are no national help; with words hubs too, but the nearest: some people ask for hubs."""
    found = ranking.scores > 0
    local: Mask = ranking.having(Flag.SERVICE) & found & ~ranking.having(Flag.NATIONAL)
    if not ranking.query:
        return local
    hubs = ranking.having(Flag.HUB) & found
    if ranking.hub is not None:
        hubs[ranking.hub] = False
    return local | hubs


def order_of(ranking: Ranking, rows: Ints) -> Order:
    """A number for each of these rows, the smaller the better.

    What is for other addresses stands last: it is there for whoever moves, or shares the care of a child.
    Then come relevance in steps, what is checked, what is for everyone, the nearer, and the exact score, in
    one number so that the best of many are found without sorting them all.
    """
    order = _first_bits(ranking, rows).astype(np.uint64)
    order = (order << np.uint64(_DISTANCE_BITS)) | _bits(ranking.distances[rows])
    tail = (_HIGHEST - _bits(ranking.scores[rows])) >> np.uint64(_FLOAT_BITS - _SCORE_BITS)
    return (order << np.uint64(_SCORE_BITS)) | tail


def _first_bits(ranking: Ranking, rows: Ints) -> npt.NDArray[np.uint8]:
    """What comes before the distance in the order: few numbers, told quickly."""
    steps = np.uint8(STEPS) - np.ceil(ranking.scores[rows] * (STEPS / ranking.best)).astype(np.uint8)
    order = (ranking.elsewhere[rows].view(np.uint8) << np.uint8(_STEP_BITS)) | steps
    order = (order << np.uint8(1)) | ranking.stale[rows].view(np.uint8)
    return (order << np.uint8(1)) | ranking.lowered[rows].view(np.uint8)


def _bits(values: Floats) -> Order:
    """Numbers of 31 bits in the order of these values, none of which is below 0."""
    return values.astype(np.float32).view(np.uint32).astype(np.uint64)


def _best(ranking: Ranking, rows: Ints, most: int) -> Shown:
    """The best of these rows; of equals those that come first."""
    total = len(rows)
    if not total:
        return Shown(rows, 0)
    if total > most * MANY:  # leave out at once what so many others come before
        first = _first_bits(ranking, rows)
        last = int(np.searchsorted(np.bincount(first).cumsum(), most))
        rows = rows[first <= last]
    keys = order_of(ranking, rows)
    if len(rows) > most:
        key = np.partition(keys, most - 1)[most - 1]
        better = np.flatnonzero(keys < key)
        kept = np.sort(np.concatenate((better, np.flatnonzero(keys == key)[: most - len(better)])))
        rows, keys = rows[kept], keys[kept]
    return Shown(rows[np.argsort(keys, kind="stable")], total)
