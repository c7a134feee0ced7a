"""A collection as its page, its sheet and its feed show it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app

from hubfinder.clock import today
from hubfinder.collections.gathering import Filled, gather, nearest_hub
from hubfinder.collections.values import Collection
from hubfinder.display.seed_words import Said, said
from hubfinder.extensions import db
from hubfinder.places.values import Place
from hubfinder.search.finder import Finder
from hubfinder.search.values import Found
from hubfinder.web.public.cards import CardView, Shelf, card_view
from hubfinder.web.public.family import family_query
from hubfinder.web.public.groups import FEW
from hubfinder.web.public.question import Question
from hubfinder.web.shared.settings import settings


@dataclass(frozen=True, slots=True)
class SectionView:
    """A heading with its cards."""

    slug: str
    heading: Said
    intro: Said
    local: tuple[Found, ...]
    national: tuple[Found, ...]
    shelf: Shelf

    @property
    def cards(self) -> Iterator[CardView]:
        """The best of what there is here, made as the page is written."""
        return (card_view(one, self.shelf) for one in self.local[:FEW])

    @property
    def further(self) -> list[CardView]:
        """The rest of it, folded: the page is read on telephones."""
        return [card_view(one, self.shelf) for one in self.local[FEW:]]

    @property
    def lines(self) -> Iterator[CardView]:
        """What there is all over England."""
        return (card_view(one, self.shelf) for one in self.national)


@dataclass(frozen=True, slots=True)
class CollectionView:
    """A collection at a place, or anywhere."""

    collection: Collection
    title: Said
    intro: Said
    checked_by: Said
    sections: tuple[SectionView, ...]
    hub: CardView | None
    """The nearest family hub, where there is a place to be near to."""


def all_collections() -> tuple[Collection, ...]:
    """Those of this instance, in the order of the list."""
    found: tuple[Collection, ...] = current_app.extensions["collections"]
    return found


def collection_by_key(key: str) -> Collection | None:
    return next((one for one in all_collections() if one.key == key), None)


def collection_view(collection: Collection, place: Place | None, place_text: str) -> CollectionView:
    """Everything the page shows. ``place_text`` is the place as it stands in the address."""
    finder: Finder = current_app.extensions["finder"]
    shelf = Shelf(today(), settings().stale_after_days, {}, family_query(Question(place=place_text)))
    hub = nearest_hub(finder, db.session, place) if place else None
    filled = gather(finder, db.session, collection, place)
    return CollectionView(
        collection=collection,
        title=said(collection.title),
        intro=said(collection.intro),
        checked_by=said(collection.checked_by) or Said(settings().council_name, is_english=True),
        sections=tuple(_section(one, number, shelf) for number, one in enumerate(filled, 1)),
        hub=card_view(hub, shelf) if hub else None,
    )


def _section(filled: Filled, number: int, shelf: Shelf) -> SectionView:
    return SectionView(
        slug=f"part-{number}",
        heading=said(filled.section.heading),
        intro=said(filled.section.intro),
        local=filled.local,
        national=filled.national,
        shelf=shelf,
    )
