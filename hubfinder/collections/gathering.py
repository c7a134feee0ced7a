"""What stands in a collection at a place: every listing once, under the first heading it belongs to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from hubfinder.collections.values import MOST, Collection, Find, Section
from hubfinder.directory.availability import Area, Asker, Judge
from hubfinder.places.values import Place, Point
from hubfinder.search.finder import Finder
from hubfinder.search.models import SearchDocument
from hubfinder.search.offers import offer_of_card
from hubfinder.search.values import Card, Found, Group, Site, Wanted
from hubfinder.vocab import Access, CatalogueStatus, FootprintKind

SURE = 0.6
"""Of the listings that words find, those below this part of the best one's score do not belong."""
Name = tuple[str, str]
"""Kind and key of a listing."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A section with what stands in it."""

    section: Section
    local: tuple[Found, ...]
    """Here: for everyone first, then for some families; within each what the search puts first."""
    national: tuple[Found, ...]
    """Wherever one lives in England: helplines, entitlements."""


def gather(
    finder: Finder, session: Session, collection: Collection, place: Place | None = None
) -> tuple[Filled, ...]:
    """The sections of a collection, those that hold nothing too. A scheme that has ended is in none."""
    gathering = Gathering(finder, session, collection, place)
    return tuple(gathering.fill(section) for section in collection.sections)


def nearest_hub(finder: Finder, session: Session, place: Place) -> Found | None:
    """The family hub to go to, whatever the collection."""
    hubs = finder.find(session, Wanted(place=place, limit=1)).groups.get(Group.HUB, ())
    return hubs[0] if hubs else None


class Gathering:
    """Fills the sections of one collection in turn, and remembers what has its place already."""

    def __init__(self, finder: Finder, session: Session, collection: Collection, place: Place | None) -> None:
        self.finder, self.session, self.collection, self.place = finder, session, collection, place
        self.taken: set[Name] = set()
        self.judge = Judge(Asker(place, circumstances=frozenset(collection.circumstances)))

    def fill(self, section: Section) -> Filled:
        """One section. Whatever a later one would hold too stands only here."""
        found = list(self._new(section))
        local = [one for one in found if not is_national(one)]
        local.sort(key=lambda one: (one.available.is_elsewhere, one.card["access"] == Access.TARGETED))
        national = sorted(
            (one for one in found if is_national(one)), key=lambda one: one.card["kind"] == "catalogue"
        )
        return Filled(section, tuple(local), tuple(national))

    def _new(self, section: Section) -> Iterator[Found]:
        left_out = frozenset(section.leave_out)
        for found in self._candidates(section):
            name = found.card["kind"], found.card["key"]
            ended = found.card.get("status") == CatalogueStatus.CLOSED
            if name in self.taken or ended or found.card["key"] in left_out:
                continue
            self.taken.add(name)
            yield self._judged(found)

    def _candidates(self, section: Section) -> Iterator[Found]:
        named = [("hub", key) for key in section.hubs] + [("service", key) for key in section.services]
        yield from named_listings(self.session, named, self.place)
        for find in section.find:
            yield from self._answers(find)

    def _answers(self, find: Find) -> Iterator[Found]:
        """What the search finds, best first; of what words find, only what is surely meant."""
        results = self.finder.find(self.session, self._wanted(find))
        found = [one for one in results.everything if one.group is not Group.HUB]
        least = SURE * max((one.score for one in found), default=0.0) if find.search else 0.0
        made_for = set(find.circumstances)
        room = {True: find.most, False: find.most}
        for one in found:
            national = is_national(one)
            belongs = one.score >= least and (not made_for or made_for & set(one.card["circumstances"]))
            if belongs and room[national]:
                room[national] -= 1
                yield one

    def _wanted(self, find: Find) -> Wanted:
        ages = find.ages or self.collection.ages
        return Wanted(
            text=find.search,
            place=self.place,
            needs=find.needs,
            entries=find.entries,
            age=ages.first if ages else None,
            age_to=ages.end if ages else None,
            circumstances=frozenset(find.circumstances or self.collection.circumstances),
            limit=MOST,
            as_typed=True,
        )

    def _judged(self, found: Found) -> Found:
        """The same with reasons that speak of the address alone: nobody has said how old a child is."""
        border = found.border
        council = Area(FootprintKind.LOCAL_AUTHORITY, border.code, border.name) if border else None
        return replace(found, available=self.judge(offer_of_card(found.card, council)))


def is_national(found: Found) -> bool:
    return found.card["kind"] == "catalogue" or found.card["national"]


def named_listings(session: Session, names: Iterable[Name], place: Place | None) -> Iterator[Found]:
    """Listings by kind and key in the order of the names; without those that are gone or not running."""
    names = list(names)
    if not names:
        return
    documents = SearchDocument
    rows = session.execute(
        select(documents.kind, documents.key, documents.card).where(
            tuple_(documents.kind, documents.key).in_(names)
        )
    )
    cards = {(kind, key): cast("Card", card) for kind, key, card in rows}
    judge = Judge(Asker(place))
    for name in names:
        if card := cards.get(name):
            site, distance = _nearest(card, place)
            yield Found(Group.NEAR, card, 0.0, judge(offer_of_card(card)), distance, site)


def missing_names(session: Session, collection: Collection) -> list[Name]:
    """Services and hubs that a collection names and that are not there, in the order of its sections."""
    named = [
        (kind, key)
        for section in collection.sections
        for kind, keys in (("hub", section.hubs), ("service", section.services))
        for key in keys
    ]
    there = {(one.card["kind"], one.card["key"]) for one in named_listings(session, named, None)}
    return [name for name in dict.fromkeys(named) if name not in there]


def _nearest(card: Card, place: Place | None) -> tuple[Site | None, float | None]:
    """The public site nearest to a place, and how many metres away it is."""
    if place is None:
        return None, None
    far = [
        (place.point.metres_to(Point(site["lat"], site["lon"])), site)
        for site in card["sites"]
        if site["lat"] is not None and site["lon"] is not None
    ]
    if not far:
        return None, None
    metres, site = min(far, key=lambda one: one[0])
    return site, round(metres, 1)
