"""The one way to ask: ``find`` turns what somebody wants into grouped results."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast

import numpy as np
from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from hubfinder.clock import now, today
from hubfinder.directory.availability import Area as Served, Judge
from hubfinder.places.councils import Council, Councils, Spot
from hubfinder.places.values import METRES_PER_MILE, Place, Point
from hubfinder.search.areas import Areas
from hubfinder.search.book_engine import BookEngine
from hubfinder.search.columns import Ints
from hubfinder.search.confidence import CONFIDENT, coverage
from hubfinder.search.damage import IndexUnavailable
from hubfinder.search.days_off import changed_now
from hubfinder.search.engine import Hits, View, Where
from hubfinder.search.facets import MILES, facets_of, offered_footprints
from hubfinder.search.fallback import DatabaseEngine
from hubfinder.search.filters import Known, all_of, candidates, listed, passing
from hubfinder.search.grouping import FAR_FACTOR, Shown, group_rows, order_of
from hubfinder.search.models import SearchDocument
from hubfinder.search.offers import offer_of_card
from hubfinder.search.query import Query, Understand
from hubfinder.search.ranking import Question, Ranking, rank
from hubfinder.search.school_year import SchoolYears
from hubfinder.search.values import Card, Found, Group, Part, Results, Site, Wanted
from hubfinder.settings import PROJECT
from hubfinder.vocab import FootprintKind

LONGEST_TEXT = 200
LAND = FootprintKind.LOCAL_AUTHORITY
Nearest = tuple[Site | None, float | None]
"""A site and how many metres away it is."""
_DOCUMENTS = cast(Table, SearchDocument.__table__)
_CARDS = select(_DOCUMENTS.c.id, _DOCUMENTS.c.card).where(
    _DOCUMENTS.c.id.in_(bindparam("ids", expanding=True))
)
"""On the table rather than the class: a list needs values, not objects."""


class Finder:
    """Finds help with one engine and the council's own distances."""

    def __init__(
        self, engine: BookEngine, near_metres: int, stale_after_days: int, understand: Understand
    ) -> None:
        self.engine = engine
        self.fallback = DatabaseEngine()
        self.understand = understand
        self.councils = Councils()
        self.areas = Areas()
        self.years = SchoolYears(PROJECT / "seeds")
        self.clock = now
        """What time it is; tests set it."""
        self._changed: tuple[tuple[int, datetime] | None, Mapping[int, bool]] = (None, {})
        self.listed: Sequence[str] = ()
        """The words of the listings that were last looked at."""
        self.near_metres = near_metres
        self.stale_after_days = stale_after_days

    def warm_up(self, session: Session) -> None:
        """Read the index and the thesaurus now rather than at the first question."""
        with suppress(IndexUnavailable):
            self.understand("warm up", self.engine.view(session).words)

    def find(
        self, session: Session, wanted: Wanted, day: date | None = None, *, explain: bool = False
    ) -> Results:
        """Everything found, in groups, each at most ``wanted.limit`` long.

        When the index cannot be read, the database answers, with a plainer match of words. ``explain`` says
        of each result what its score is made of.
        """
        wanted = replace(wanted, text=wanted.text.strip()[:LONGEST_TEXT])
        view, hits, query = self._ask(session, wanted)
        question = Question(wanted, query, self._stale_before(day), _footprints(wanted))
        known = self._known(session, wanted, view.revision)
        # words are compared with the best of all that have them, whatever the filters leave of those
        passes = [passing(columns, wanted, known) for columns in view.segments]
        masks = [
            candidates(columns, passed, by_words=bool(query), counted=wanted.facets)
            for columns, passed in zip(view.segments, passes, strict=True)
        ]
        ranking = rank(view, question, masks, hits)
        facets = facets_of(ranking, wanted, known, passes, self.near_metres) if wanted.facets else {}
        ranking = ranking.only(passes)
        groups = group_rows(ranking, wanted, self.near_metres)
        results = _Results(session, ranking, self.councils, explain=explain)
        return Results(
            wanted,
            groups=results.groups(groups),
            totals={group: shown.total for group, shown in groups.items()},
            engine=view.engine,
            query=query,
            facets=facets,
            doubt=known.moment.doubt if known.moment and wanted.open_now else None,
        )

    def ranked(
        self,
        session: Session,
        wanted: Wanted,
        stale_before: date,
        hidden: Sequence[int],
        *,
        professionals: bool,
    ) -> Ranking:
        """Every row that passes the filters, judged, in no groups: for lists that are put together otherwise.

        ``hidden`` are ids of documents to leave out; with ``professionals`` there is also what is for people
        who work with families. What was last checked before that day counts as stale.
        """
        view, hits, query = self._ask(session, wanted)
        known = self._known(session, wanted, view.revision)
        question = Question(wanted, query, stale_before.toordinal(), _footprints(wanted))
        masks = []
        for columns in view.segments:
            mask = columns.everything() if professionals else listed(columns)
            mask &= all_of(passing(columns, wanted, known), columns.size)
            mask[columns.rows_of(np.asarray(hidden, dtype=np.int64))] = False
            masks.append(mask)
        return rank(view, question, masks, hits)

    def shown(
        self, session: Session, ranking: Ranking, rows: Mapping[Group, Ints]
    ) -> dict[Group, tuple[Found, ...]]:
        """These rows as results, in their order."""
        groups = {group: Shown(some, len(some)) for group, some in rows.items()}
        return _Results(session, ranking, self.councils, explain=False).groups(groups)

    def _known(self, session: Session, wanted: Wanted, revision: int) -> Known:
        """What the filters need besides what is wanted."""
        is_timed = wanted.facets or wanted.open_now
        keys = offered_footprints(wanted) if wanted.facets else wanted.footprints
        council = next((m.code for m in wanted.place.of_kind(LAND)), "") if wanted.place else ""
        return Known(
            areas=self.areas,
            footprints=self.areas.of(session, keys),
            moment=self.years.moment(self.clock(), council) if is_timed else None,
            changed=self._changed_now(session, revision) if is_timed else {},
        )

    def _changed_now(self, session: Session, revision: int) -> Mapping[int, bool]:
        """What is not as usual today: asked once a minute, and after every change of a listing."""
        minute = self.clock().replace(second=0, microsecond=0)
        key, found = self._changed
        if key != (revision, minute):
            found = changed_now(session, minute)
            self._changed = (revision, minute), found
        return found

    def _ask(self, session: Session, wanted: Wanted) -> tuple[View, tuple[Hits, ...], Query]:
        """The rows there are, how well each matches, and how the words were understood."""
        view: View
        try:
            view = self.engine.view(session)
            query = self._understood(wanted, view)
            return view, self.engine.hits(session, view, query, self._where(wanted)), query
        except IndexUnavailable:
            view = self.fallback.view(session)
            query = self._understood(wanted, view)
            return view, self.fallback.hits(session, view, query, None), query

    def _understood(self, wanted: Wanted, view: View) -> Query:
        self.listed = view.words
        if not wanted.text:
            return Query()
        return self.understand(wanted.text, view.words, as_typed=wanted.as_typed)

    def _where(self, wanted: Wanted) -> Where | None:
        if wanted.place is None:
            return None
        point = wanted.place.point
        metres = max(self.near_metres * FAR_FACTOR, MILES[-1] * METRES_PER_MILE)
        return Where(point.lat, point.lon, metres, _footprints(wanted))

    def _stale_before(self, day: date | None) -> int:
        return ((day or today()) - timedelta(days=self.stale_after_days)).toordinal()


def _footprints(wanted: Wanted) -> frozenset[int]:
    return (
        frozenset(member.footprint_id for member in wanted.place.memberships) if wanted.place else frozenset()
    )


class Judged(NamedTuple):
    """What the ranking says of a row."""

    score: float
    held: list[bool]
    """Of each unit of the query whether it holds it."""
    order: int
    parts: tuple[Part, ...]


class _Results:
    """Makes results of rows: their cards as the database has them now, and what is to be said of them."""

    def __init__(self, session: Session, ranking: Ranking, councils: Councils, *, explain: bool) -> None:
        self._session = session
        self._ranking = ranking
        self._councils = councils
        self._explain = explain

    def groups(self, groups: Mapping[Group, Shown]) -> dict[Group, tuple[Found, ...]]:
        wanted = self._ranking.question.wanted
        rows = np.concatenate([shown.rows for shown in groups.values()])
        ids = self._ranking.ids(rows).tolist()
        cards = _cards(self._session, ids)
        sites = _nearest_sites(cards, wanted.place) if wanted.place else {}
        labels = Labels(self._ranking.question, _foreign(self._session, wanted.place, sites, self._councils))
        of_group = [group for group, shown in groups.items() for _ in range(len(shown.rows))]
        found: dict[Group, list[Found]] = {group: [] for group in groups}
        for group, id_, judged in zip(of_group, ids, self._judged(rows), strict=True):
            if id_ in cards:
                found[group].append(labels.found(group, cards[id_], judged, sites.get(id_, (None, None))))
        return {group: tuple(some) for group, some in found.items()}

    def _judged(self, rows: Ints) -> Iterator[Judged]:
        """What the ranking says of these rows."""
        ranking = self._ranking
        parts: Sequence[tuple[Part, ...]] = ranking.parts(rows) if self._explain else [()] * len(rows)
        held = (ranking.units_of(rows) > 0).T.tolist()
        return map(Judged, ranking.scores[rows].tolist(), held, order_of(ranking, rows).tolist(), parts)


class Labels:
    """Says of each result whether it is for the family that asks, and whether it is across a border."""

    def __init__(self, question: Question, foreign: Mapping[Spot, Council]) -> None:
        self.judge = Judge(question.wanted.asker)
        self.query = question.query
        self.foreign = foreign

    def found(self, group: Group, card: Card, judged: Judged, nearest: Nearest) -> Found:
        site, distance = nearest
        council = self.foreign.get(spot_of(site)) if site else None
        area = Served(FootprintKind.LOCAL_AUTHORITY, council.code, council.name) if council else None
        available = self.judge(offer_of_card(card, area))
        covered = coverage(self.query, judged.held, card["name"], card.get("told", ()))
        return Found(
            group,
            card,
            judged.score,
            available,
            distance,
            site,
            council,
            confident=covered >= CONFIDENT,
            coverage=covered,
            parts=judged.parts,
            order=judged.order,
        )


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
    """One list for machines and the command line, in the order of the groups, whatever the group.

    Without words the nearest family hub stands first; with words it is asked for only if it matches them.
    """
    asked = bool(results.query)
    hub = [found for found in results.groups.get(Group.HUB, ()) if not (asked and found.score)]
    rest = sorted((found for found in results.everything if found not in hub), key=_order)
    return (rest + hub if asked else hub + rest)[:limit]


def _order(found: Found) -> tuple[int, str]:
    return found.order, found.card["key"]
