"""Which group of the page a result belongs to, and in what order a group stands."""

from dataclasses import dataclass

import numpy as np

from hubfinder.search.columns import Columns, Floats, Ints, Mask
from hubfinder.search.values import Group, Wanted

STALE_FACTOR, ELSEWHERE_FACTOR, CLOSED_FACTOR = 0.85, 0.3, 0.5
MADE_FOR_FACTOR = 1.25
"""What is made for a circumstance that the family named comes before what is for everyone."""
CRISIS_FACTOR = 1.6
"""Of the lines that match, those for people in danger come before those for people who worry or do harm."""
STEPS = 8
"""Relevance is compared in this many steps; within one, the nearer comes first."""
WEAK = 0.15
"""Below this part of the best score a match is by chance ("baby" alone of four words)."""
FAR_FACTOR = 3
"""When little is near, look this many times as far."""
HUB_METRES = 40_000.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """All rows of an index, judged for one question."""

    columns: Columns
    scores: Floats
    """Relevance, lowered for what is stale, closed or for another area; 0 for rows not wanted."""
    distances: Floats
    """Metres; infinite without a public place or a place to measure from."""
    serves: Mask
    """Rows whose service area holds the address."""
    elsewhere: Mask
    """Rows that are for other areas than those of the address; none without a place."""


def rank(
    columns: Columns, wanted: Wanted, relevance: Floats, mask: Mask, stale_before: int, footprints: set[int]
) -> Ranking:
    """Judge every row. ``stale_before`` is a day number; ``footprints`` are those of the address."""
    place = wanted.place
    serves = columns.serving(footprints) if footprints else np.zeros(columns.size, dtype=bool)
    scores = relevance if wanted.text else np.ones(columns.size)
    scores = np.where(mask, scores, 0.0)
    scores = np.where(columns.assured < stale_before, scores * STALE_FACTOR, scores)
    scores = np.where(columns.closed, scores * CLOSED_FACTOR, scores)
    scores = np.where(columns.crisis, scores * CRISIS_FACTOR, scores)
    elsewhere = np.zeros(columns.size, dtype=bool)
    if wanted.circumstances:
        made_for = columns.targeted & columns.label("circumstances", wanted.asker.said)
        scores = np.where(made_for, scores * MADE_FOR_FACTOR, scores)
    if place is not None:
        elsewhere = columns.has_area & ~serves & ~columns.national
        scores = np.where(elsewhere, scores * ELSEWHERE_FACTOR, scores)
        distances = columns.distances(place.point.lat, place.point.lon)
    else:
        distances = np.full(columns.size, np.inf)
    if wanted.text and scores.size:
        scores = np.where(scores < WEAK * scores.max(), 0.0, scores)
    return Ranking(columns, scores, distances, serves, elsewhere)


def group_rows(ranking: Ranking, wanted: Wanted, near_metres: int) -> dict[Group, Ints]:
    """The rows of each group, best first."""
    columns, found = ranking.columns, ranking.scores > 0
    nothing = np.zeros(columns.size, dtype=bool)
    service = columns.kinds.get("service", nothing) & found
    local = service & ~columns.national
    remote_only = ~columns.in_person
    groups = {
        Group.NATIONAL: columns.kinds.get("catalogue", nothing) & found,
        Group.REMOTE: service & columns.national,
    }
    hubs = columns.kinds.get("hub", nothing) & found
    if wanted.place is None:
        groups[Group.NEAR] = (local & ~remote_only) | hubs
        groups[Group.REMOTE] |= local & remote_only
    else:
        if wanted.text:  # other hubs than the nearest, for whoever asks for hubs
            hubs[nearest_hubs(ranking, 1)] = False
            local = local | hubs
        near = local & _near(ranking, local, wanted.limit, near_metres)
        serving = local & ~near & ranking.serves
        open_remote = local & remote_only & ~near & (ranking.serves | ~columns.has_area)
        groups[Group.NEAR] = near
        groups[Group.SERVING] = serving & ~remote_only
        groups[Group.REMOTE] |= open_remote
    ordered = {group: _ordered(ranking, rows) for group, rows in groups.items()}
    if wanted.place is not None:
        ordered[Group.HUB] = nearest_hubs(ranking, 1)
    return ordered


def nearest_hubs(ranking: Ranking, limit: int) -> Ints:
    """Family hubs by distance, whatever was asked for: there is always a door to knock on."""
    hubs = ranking.columns.kinds.get("hub")
    if hubs is None:
        return np.array([], dtype=np.int64)
    rows = np.flatnonzero(hubs & (ranking.distances <= HUB_METRES))
    return rows[np.argsort(ranking.distances[rows], kind="stable")][:limit]


def _near(ranking: Ranking, local: Mask, enough: int, near_metres: int) -> Mask:
    near = ranking.distances <= near_metres
    if np.count_nonzero(local & near & ~ranking.elsewhere) >= enough:
        return near
    return ranking.distances <= near_metres * FAR_FACTOR


def _ordered(ranking: Ranking, mask: Mask) -> Ints:
    """By relevance in steps, then distance, then the exact score, then row: a stable order.

    What is for other addresses stands last: it is there for whoever moves, or shares the care of a child.
    """
    rows = np.flatnonzero(mask)
    if not rows.size:
        return rows
    scores = ranking.scores[rows]
    steps = np.ceil(STEPS * scores / ranking.scores.max())
    return rows[np.lexsort((rows, -scores, ranking.distances[rows], -steps, ranking.elsewhere[rows]))]
