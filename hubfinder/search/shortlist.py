"""The best of each need at a place: what a printed sheet is chosen from.

A page shows everything, the doubtful last. Paper has little room and hangs for months, so what is stale,
closed or for other addresses is not among this at all.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from hubfinder.directory.availability import CERTAIN
from hubfinder.search.ages_said import Span
from hubfinder.search.areas import Key
from hubfinder.search.columns import Flag, Ints, Mask
from hubfinder.search.finder import Finder
from hubfinder.search.grouping import groups_of, how_far, order_of
from hubfinder.search.ranking import Ranking
from hubfinder.search.values import Found, Group, Wanted
from hubfinder.vocab import Basis

FEW_NEEDS = 3
"""A service for more needs is general: it is the answer to none of them alone."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a shortlist is wanted of."""

    wanted: Wanted
    """Without words."""
    needs: tuple[str, ...]
    """The needs to find the best of, each; with ``""`` also of what has none of all needs."""
    each: int
    """At most this many local services of a need."""
    each_national: int
    """And so many of national help."""
    stale_before: date
    hidden: tuple[int, ...] = ()
    """Documents to leave out."""
    spoken: tuple[str, ...] = ()
    """Languages; local services are offered in any of them, national help in whatever it is."""
    inside: Key | None = None
    """A footprint: what happens inside it is local, however far from the place."""
    ages: Span | None = None
    """Months: what has nothing for these ages comes later. None where that does not matter."""
    professionals: bool = False
    """Also what is for people who work with families."""
    among: tuple[int, ...] | None = None
    """Only these documents, and all of them that fit, however many of a need."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Best first; some are among it for several needs."""

    local: tuple[Found, ...]
    national: tuple[Found, ...]
    """Entries of the catalogue and national lines, but for those for a crisis."""
    hub: Found | None
    """The nearest family hub, whatever was asked for."""
    total: int
    """How many there are in all, local and national."""


def shortlist(session: Session, finder: Finder, brief: Brief) -> Shortlist:
    """The best of each need for a brief."""
    ranking = finder.ranked(
        session, brief.wanted, brief.stale_before, brief.hidden, professionals=brief.professionals
    )
    fit = (ranking.scores > 0) & ~ranking.stale & ~ranking.elsewhere & ~ranking.having(Flag.CLOSED)
    local = fit & _local(session, finder, ranking, brief)
    national = fit & ranking.having(Flag.CATALOGUE | Flag.NATIONAL) & ~ranking.having(Flag.CRISIS)
    found = finder.shown(
        session,
        ranking,
        {
            Group.HUB: np.array([] if ranking.hub is None else [ranking.hub], dtype=np.int64),
            Group.NEAR: _best(ranking, local, brief, brief.each, FEW_NEEDS),
            Group.NATIONAL: _best(ranking, national, brief, brief.each_national, 1),
        },
    )
    return Shortlist(
        found[Group.NEAR],
        found[Group.NATIONAL],
        next(iter(found[Group.HUB]), None),
        int(np.count_nonzero(local) + np.count_nonzero(national)),
    )


def _local(session: Session, finder: Finder, ranking: Ranking, brief: Brief) -> Mask:
    """Services that are near, serve the place, or happen inside the footprint."""
    groups = groups_of(ranking, brief.wanted, how_far(ranking, brief.wanted, finder.near_metres))
    local = groups[Group.NEAR] | groups[Group.REMOTE]
    if Group.SERVING in groups:
        local |= groups[Group.SERVING]
    if brief.inside:
        area = finder.areas.of(session, [brief.inside])[brief.inside]
        local |= ranking.of_segments([finder.areas.rows(columns, area) for columns in ranking.view.segments])
    if brief.spoken:
        segments = ranking.view.segments
        local &= ranking.of_segments([columns.label("languages", brief.spoken) for columns in segments])
    mask: Mask = local & ranking.having(Flag.SERVICE) & ~ranking.having(Flag.NATIONAL)
    return mask


def _best(ranking: Ranking, mask: Mask, brief: Brief, each: int, few: int) -> Ints:
    """The best rows of each need: those first that are surely for everybody there, and for few needs.

    More needs than ``few`` count against a row.
    """
    rows = np.flatnonzero(mask)
    if brief.among is not None:
        return rows[np.isin(ranking.ids(rows), brief.among)]
    of_needs = {need: _having_need(ranking, need)[rows] for need in _all_needs(ranking)}
    count = np.sum([*of_needs.values(), np.zeros(len(rows), dtype=bool)], axis=0, dtype=np.int64)
    general = np.maximum(count, few)
    others = ~_of_ages(ranking, brief.ages)[rows]
    best = np.lexsort((order_of(ranking, rows), general, others, _doubtful(ranking, rows)))
    chosen = np.zeros(len(rows), dtype=bool)
    for need in brief.needs:
        having = of_needs.get(need, count == 0 if need == "" else chosen)
        chosen[best[np.flatnonzero(having[best])[:each]]] = True
    return rows[best[chosen[best]]]


def _all_needs(ranking: Ranking) -> list[str]:
    """Every need that any listing has."""
    labels = (columns.labels["needs"].values for columns in ranking.view.segments)
    return list(dict.fromkeys(value for values in labels for value in values))


def _having_need(ranking: Ranking, need: str) -> Mask:
    return ranking.of_segments([columns.label("needs", (need,)) for columns in ranking.view.segments])


def _of_ages(ranking: Ranking, ages: Span | None) -> Mask:
    """Rows that have something for any of these ages."""
    if ages is None:
        return np.ones(len(ranking.rows), dtype=bool)
    first, end = ages
    segments = ranking.view.segments
    return ranking.of_segments([(some.minimum < end) & (first < some.maximum) for some in segments])


def _doubtful(ranking: Ranking, rows: Ints) -> Mask:
    """Which are for some families only, or for an area that not everybody there is surely in."""
    made_for = next(mask for name, _, mask in ranking.factors if name == "made for")
    doubtful = ranking.having(Flag.TARGETED) & ~made_for
    place = ranking.question.wanted.place
    if place is not None:
        sure = [
            member.footprint_id
            for member in place.memberships
            if member.share >= CERTAIN and member.basis is Basis.OFFICIAL
        ]
        serving = ranking.of_segments([columns.serving(sure) for columns in ranking.view.segments])
        doubtful = doubtful | (ranking.having(Flag.HAS_AREA) & ~serving)
    found: Mask = doubtful[rows]
    return found
