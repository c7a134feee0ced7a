"""The one way to ask: ``find`` turns what somebody wants into grouped results."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from math import ceil, inf
from pathlib import Path
from typing import cast

from geoalchemy2.shape import to_shape
from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.availability import Area as Served, Judge
from hubfinder.places.councils import Council, Councils, Spot
from hubfinder.places.models import Footprint
from hubfinder.places.values import Place, Point
from hubfinder.search.columns import Columns, Floats
from hubfinder.search.damage import IndexUnavailable
from hubfinder.search.engine import WhooshEngine
from hubfinder.search.fallback import DatabaseEngine
from hubfinder.search.filters import Area, matching
from hubfinder.search.grouping import STEPS, Ranking, group_rows, rank
from hubfinder.search.models import SearchDocument
from hubfinder.search.offers import offer_of_card
from hubfinder.search.synonyms import expand, read_thesaurus
from hubfinder.search.text import analyse
from hubfinder.search.values import Card, Found, Group, Results, Site, Wanted
from hubfinder.vocab import FootprintKind

LONGEST_TEXT = 200
Nearest = tuple[Site | None, float | None]
"""A site and how many metres away it is."""
_DOCUMENTS = cast(Table, SearchDocument.__table__)
_CARDS = select(_DOCUMENTS.c.id, _DOCUMENTS.c.card).where(
    _DOCUMENTS.c.id.in_(bindparam("ids", expanding=True))
)
"""On the table rather than the class: a list needs values, not objects."""


class Finder:
    """Finds help with one index folder and the council's own distances."""

    def __init__(self, index_dir: Path, near_metres: int, stale_after_days: int, synonyms: Path) -> None:
        self.engine = WhooshEngine(index_dir)
        self.fallback = DatabaseEngine()
        self.councils = Councils()
        self.near_metres = near_metres
        self.stale_after_days = stale_after_days
        self.synonyms = synonyms

    def warm_up(self) -> None:
        """Read the index now rather than at the first question. Without one there is nothing to read."""
        with suppress(IndexUnavailable):
            self.engine.columns()

    def find(self, session: Session, wanted: Wanted, day: date | None = None) -> Results:
        """Everything found, in groups, each at most ``wanted.limit`` long.

        When the index cannot be read, the database answers, with a plainer match of words.
        """
        wanted = replace(wanted, text=wanted.text.strip()[:LONGEST_TEXT])
        columns, relevance, engine = self._ask(session, terms_of(wanted.text, self.synonyms))
        area = _area(session, wanted.footprint)
        stale_before = ((day or today()) - timedelta(days=self.stale_after_days)).toordinal()
        footprints = {member.footprint_id for member in wanted.place.memberships} if wanted.place else set()
        mask = matching(columns, wanted, area)
        ranking = rank(columns, wanted, relevance, mask, stale_before, footprints)
        rows = group_rows(ranking, wanted, self.near_metres)
        shown = {group: found.tolist() for group, found in rows.items()}
        results = _results(session, wanted, ranking, shown, self.councils)
        return replace(results, engine=engine)

    def _ask(self, session: Session, terms: Mapping[str, float]) -> tuple[Columns, Floats, str]:
        """The rows there are, how well each matches, and which engine says so."""
        try:
            columns = self.engine.columns()
            return columns, self.engine.scores_in(columns, terms), "whoosh"
        except IndexUnavailable:
            columns = self.fallback.columns(session)
            return columns, self.engine.scores_in(columns, terms), "database"


@lru_cache(maxsize=1024)
def terms_of(text: str, synonyms: Path) -> dict[str, float]:
    """The weighted terms of a question."""
    return expand(analyse(text), read_thesaurus(synonyms))


def _area(session: Session, footprint: tuple[str, str] | None) -> Area | None:
    """A footprint by kind and code."""
    if footprint is None:
        return None
    kind, code = footprint
    found = session.execute(
        select(Footprint.id, Footprint.geom).where(Footprint.kind == kind, Footprint.code == code)
    ).one_or_none()
    if found is None:
        return Area()
    return Area(found.id, to_shape(found.geom) if found.geom is not None else None)


def _results(
    session: Session, wanted: Wanted, ranking: Ranking, rows: dict[Group, list[int]], councils: Councils
) -> Results:
    ids = ranking.columns.ids
    shown = {group: [(row, int(ids[row])) for row in found[: wanted.limit]] for group, found in rows.items()}
    cards = _cards(session, [id_ for found in shown.values() for _, id_ in found])
    sites = _nearest_sites(cards, wanted.place) if wanted.place else {}
    labels = Labels(wanted, _foreign(session, wanted.place, sites, councils))
    groups = {
        group: tuple(
            labels.found(group, cards[id_], float(ranking.scores[row]), sites.get(id_, (None, None)))
            for row, id_ in found
            if id_ in cards
        )
        for group, found in shown.items()
    }
    return Results(wanted, groups, {group: len(found) for group, found in rows.items()})


class Labels:
    """Says of each result whether it is for the family that asks, and whether it is across a border."""

    def __init__(self, wanted: Wanted, foreign: Mapping[Spot, Council]) -> None:
        self.judge = Judge(wanted.asker)
        self.foreign = foreign

    def found(self, group: Group, card: Card, score: float, nearest: Nearest) -> Found:
        site, distance = nearest
        council = self.foreign.get(spot_of(site)) if site else None
        area = Served(FootprintKind.LOCAL_AUTHORITY, council.code, council.name) if council else None
        available = self.judge(offer_of_card(card, area))
        return Found(group, card, round(score, 4), available, distance, site, council)


def spot_of(site: Site) -> Spot:
    return Spot(site["postcode"], site["lat"], site["lon"])


def _foreign(
    session: Session, place: Place | None, nearest: Mapping[int, Nearest], councils: Councils
) -> dict[Spot, Council]:
    """The councils of sites that are in another one than the place."""
    own = {member.code for member in place.of_kind(FootprintKind.LOCAL_AUTHORITY)} if place else set()
    if not own:
        return {}
    found = councils.of(session, {spot_of(site) for site, _ in nearest.values() if site})
    return {spot: council for spot, council in found.items() if council.code not in own}


def _cards(session: Session, ids: list[int]) -> dict[int, Card]:
    """Cards as the database has them now: what was deleted since the index was written is not among them."""
    if not ids:
        return {}
    rows = session.connection().execute(_CARDS, {"ids": ids})
    return {id_: cast(Card, card) for id_, card in rows}


def _nearest_sites(cards: dict[int, Card], place: Place) -> dict[int, Nearest]:
    """The nearest public site of each card, and how far it is in metres."""
    measured = [
        (id_, site, Point(site["lat"], site["lon"]))
        for id_, card in cards.items()
        for site in card["sites"]
        if site["lat"] is not None and site["lon"] is not None
    ]
    nearest: dict[int, Nearest] = {}
    metres = place.point.metres_to_all([point for _, _, point in measured])
    for (id_, site, _), distance in zip(measured, metres, strict=True):
        known = nearest.get(id_, (None, None))[1]
        if known is None or distance < known:
            nearest[id_] = site, round(distance, 1)
    return nearest


def best_of(results: Results, limit: int) -> list[Found]:
    """One list for machines and the command line: by relevance in steps, then distance, whatever the group.

    What is for other addresses stands last.

    Without words the nearest family hub stands first; with words it is asked for only if it matches them.
    """
    asked = bool(results.wanted.text)
    hub = [found for found in results.groups.get(Group.HUB, ()) if not (asked and found.score)]
    rest = [found for found in results.everything if found not in hub]
    best = max((found.score for found in rest), default=1.0) or 1.0
    rest.sort(key=lambda found: _order(found, best))
    return (rest + hub if asked else hub + rest)[:limit]


def _order(found: Found, best: float) -> tuple[bool, float, float, float, str]:
    distance = inf if found.distance_m is None else found.distance_m
    return (
        found.available.is_elsewhere,
        -ceil(STEPS * found.score / best),
        distance,
        -found.score,
        found.card["key"],
    )
