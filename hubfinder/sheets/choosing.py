"""What stands on a sheet, and in which order it gives way: docs/decisions/0021 says why.

Never what is stale, closed, not running, confidential, not sure, or for other addresses.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from hubfinder.directory.availability import Asker, Judge
from hubfinder.directory.models import Service
from hubfinder.directory.queries import nearest_hubs
from hubfinder.listings.moved import followed
from hubfinder.places.councils import Spot
from hubfinder.places.values import Place, Point
from hubfinder.search.finder import Finder
from hubfinder.search.listed import cards_of
from hubfinder.search.offers import offer_of_card
from hubfinder.search.shortlist import Brief, shortlist
from hubfinder.search.values import Card, Found, Group, Site, Wanted
from hubfinder.sheets import queries
from hubfinder.sheets.fairness import Candidate, fairest
from hubfinder.sheets.orders import Length, Paper, Readers, ScopeKind, SheetOrder
from hubfinder.sheets.scopes import Scope
from hubfinder.sheets.suitable import Ranks, Suitable, most_needed

ENGLISH = "en"
MOST = {Length.ONE: 32, Length.TWO: 56, Length.BOOKLET: 120}
"""Local lines to choose for so many pages; for a poster at least as many as for two."""
LOCAL_FOR_EACH_NATIONAL = 3
"""A line of national help stands after every third local one."""
LEAST_EACH, LEAST_NATIONAL = 8, 4
"""So many of each topic are looked at, at least."""
NEAREST_HUBS = 8
Id = tuple[str, str]
"""Kind and key."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A listing for a sheet."""

    found: Found
    topic: str
    """Key of the need it was chosen for; empty where it has none."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a sheet is composed of."""

    hub: Found | None
    """The nearest family hub of the council; the one that the sheet is for; the first one of a list."""
    local: tuple[Chosen, ...]
    """The one to keep longest first: the first so many of it are always a fair choice of so many.

    On the sheet of a list they stand in its order, and further hubs of the list are among them.
    """
    national: tuple[Chosen, ...]
    """Entries of the national catalogue and national lines, likewise."""
    helplines: tuple[Service, ...]
    """For a crisis, the most important first, with their numbers loaded."""
    total: int
    """How many local and national listings there are for this order, those not chosen included."""

    @property
    def keep_order(self) -> tuple[Id, ...]:
        """All lines, the one to keep longest first: three local ones for each national one."""
        local, national = (_ids(some) for some in (self.local, self.national))
        kept: list[Id] = []
        while some := [*islice(local, LOCAL_FOR_EACH_NATIONAL), *islice(national, 1)]:
            kept += some
        return tuple(kept)


def choose(
    session: Session, finder: Finder, scope: Scope, order: SheetOrder, day: date, stale_after_days: int
) -> Choice:
    """What stands on the sheet of an order: more than there is room for, where there is more."""
    suitable = Suitable(order, day, stale_after_days)
    hidden = queries.never_on_paper(session)
    known = queries.needs(session)
    asked = tuple(topic for topic in order.topics if topic in known)
    lines = queries.lines_by_id(session, most_needed(queries.crisis_lines(session), asked))
    if scope.kind is ScopeKind.LIST:
        return _of_list(session, suitable, {(one.kind, one.key) for one in hidden}, lines)
    topics = asked or (*known, "")
    found = shortlist(session, finder, _brief(finder, scope, suitable, asked, topics, hidden))
    most, ranks = _most(order), Ranks(suitable, _ages(scope, order))
    national = most // LOCAL_FOR_EACH_NATIONAL
    return Choice(
        hub=_hub(session, finder, scope, found.hub),
        local=_fair(ranks.local(filter(suitable, found.local)), ranks, topics)[:most],
        national=_fair(ranks.national(filter(suitable, found.national)), ranks, topics)[:national],
        helplines=lines,
        total=found.total,
    )


def choose_among(
    session: Session, finder: Finder, scope: Scope, suitable: Suitable, some: Collection[Id]
) -> Choice:
    """Those of some listings that are for an order, whether there would be room for them or not."""
    hidden = queries.never_on_paper(session)
    known = queries.needs(session)
    asked = tuple(topic for topic in suitable.order.topics if topic in known)
    topics = asked or (*known, "")
    brief = _brief(finder, scope, suitable, asked, topics, hidden)
    ranks = Ranks(suitable, _ages(scope, suitable.order))
    found = shortlist(session, finder, replace(brief, among=queries.documents_of(session, some)))
    return Choice(
        hub=_hub(session, finder, scope, found.hub),
        local=_fair(ranks.local(filter(suitable, found.local)), ranks, topics),
        national=_fair(ranks.national(filter(suitable, found.national)), ranks, topics),
        helplines=(),
        total=found.total,
    )


def _brief(
    finder: Finder,
    scope: Scope,
    suitable: Suitable,
    asked: tuple[str, ...],
    topics: tuple[str, ...],
    hidden: Sequence[queries.Hidden],
) -> Brief:
    """What is wanted for an order."""
    order = suitable.order
    return Brief(
        _wanted(scope, order, asked),
        needs=topics,
        each=_each(_most(order), topics, LEAST_EACH),
        each_national=_each(_most(order) // LOCAL_FOR_EACH_NATIONAL, topics, LEAST_NATIONAL),
        stale_before=suitable.stale_before,
        hidden=tuple(one.document_id for one in hidden),
        spoken=() if ENGLISH in order.spoken else order.spoken,
        inside=_inside(scope, finder.near_metres),
        ages=_ages(scope, order),
        professionals=order.readers is Readers.STAFF,
    )


def _each(most: int, topics: Sequence[str], least: int) -> int:
    """How many of each topic to look at: twice as many as its part, so that there is a choice."""
    return max(least, -(-2 * most // len(topics)))


def _wanted(scope: Scope, order: SheetOrder, asked: tuple[str, ...]) -> Wanted:
    months = order.months
    return Wanted(
        place=scope.place,
        needs=asked,
        age=months[0] if months else None,
        age_to=months[1] if months else None,
        access=(order.access,) if order.access else (),
    )


def _ages(scope: Scope, order: SheetOrder) -> tuple[int, int] | None:
    """Whose children come first: those of the school, unless an age was chosen, which decides alone."""
    return None if order.age else scope.ages


def _inside(scope: Scope, near_metres: float) -> Id | None:
    """The footprint, where it reaches further than near is: all that happens inside it is local then."""
    area = scope.footprint
    is_wide = area is not None and area.has_shape and scope.reach_m > near_metres
    return (area.kind.value, area.code) if area and is_wide else None


def _most(order: SheetOrder) -> int:
    """How many local lines to choose."""
    return max(MOST[order.length], MOST[Length.TWO] if order.paper is Paper.A3 else 0)


def _fair(best: Sequence[Found], ranks: Ranks, topics: Sequence[str]) -> tuple[Chosen, ...]:
    candidates = [
        Candidate(_topics(one.card, topics) or ("",), one.card["organization"], ranks.doubt(one))
        for one in best
    ]
    return tuple(Chosen(best[one.number], one.topic) for one in fairest(candidates, topics))


def _topics(card: Card, topics: Sequence[str]) -> tuple[str, ...]:
    """Those of its needs that are topics of the sheet."""
    return tuple(need for need in card["needs"] if need in topics)


def _ids(chosen: Sequence[Chosen]) -> Iterator[Id]:
    return ((one.found.card["kind"], one.found.card["key"]) for one in chosen)


def _hub(session: Session, finder: Finder, scope: Scope, nearest: Found | None) -> Found | None:
    """The hub the sheet is for; else the nearest one of the council, or at all where that has none."""
    if scope.kind is ScopeKind.HUB:
        return _hub_by_key(session, scope.name.code, scope.place)
    if nearest is None or nearest.border is None or scope.place is None:
        return nearest
    hubs = nearest_hubs(session, scope.place.point, NEAREST_HUBS)
    spots = {Spot(hub.postcode, hub.lat, hub.lon): hub.key for hub, _ in hubs}
    councils = finder.councils.of(session, spots)
    here = {member.code for member in scope.place.memberships}
    own = next((key for spot, key in spots.items() if spot in councils and councils[spot].code in here), None)
    return (_hub_by_key(session, own, scope.place) if own else None) or nearest


def _hub_by_key(session: Session, key: str, place: Place | None) -> Found | None:
    card = cards_of(session, [("hub", key)]).get(("hub", key))
    return _found(card, Group.HUB, place) if card else None


def _found(card: Card, group: Group, place: Place | None) -> Found:
    """A listing that was not searched for, with the first of its places."""
    site = next(iter(card["sites"]), None)
    available = Judge(Asker(place))(offer_of_card(card))
    return Found(group, card, 1.0, available, _metres(site, place), site)


def _metres(site: Site | None, place: Place | None) -> float | None:
    if site is None or place is None or site["lat"] is None or site["lon"] is None:
        return None
    return round(place.point.metres_to(Point(site["lat"], site["lon"])), 1)


def _of_list(session: Session, suitable: Suitable, hidden: set[Id], lines: tuple[Service, ...]) -> Choice:
    """What a list names, in its order, so far as it may stand on a sheet."""
    moved = followed(session, suitable.order.scope.items)
    named = tuple(dict.fromkeys(moved.get(one, one) for one in suitable.order.scope.items))
    cards = cards_of(session, named)
    fit = [cards[one] for one in named if one in cards and one not in hidden and suitable.card(cards[one])]
    hub = next((card for card in fit if card["kind"] == "hub"), None)
    local = [card for card in fit if not card["national"] and card is not hub]
    national = [card for card in fit if card["national"]]
    return Choice(
        hub=_found(hub, Group.HUB, None) if hub else None,
        local=tuple(_listed(card, Group.NEAR, suitable.order) for card in local),
        national=tuple(_listed(card, Group.NATIONAL, suitable.order) for card in national),
        helplines=lines,
        total=len(local) + len(national),
    )


def _listed(card: Card, group: Group, order: SheetOrder) -> Chosen:
    """Under the first of its needs that was asked for, or the first of all."""
    topics = _topics(card, order.topics) or tuple(card["needs"]) or ("",)
    return Chosen(_found(card, group, None), topics[0])
