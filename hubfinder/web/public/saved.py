"""The list of what a family has put aside: to look at together, to print, to send to somebody."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import render_template

from hubfinder.clock import today
from hubfinder.directory.availability import Asker, Judge
from hubfinder.display import formats
from hubfinder.display.addresses import address_line
from hubfinder.display.timetables import brief, slots_of_card
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.moved import followed
from hubfinder.search.listed import cards_of
from hubfinder.search.offers import offer_of_card
from hubfinder.search.values import Card, Found, Group, Site
from hubfinder.vocab import Delivery
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.cards import CardView, Shelf, card_view
from hubfinder.web.public.keeping import MOST, Item, items_here, saved_address
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.settings import settings


@dataclass(frozen=True, slots=True)
class Section:
    """The things of one group."""

    slug: str
    heading: str
    views: list[CardView]


@public_page(pages, "/saved")
def saved() -> str:
    items = _followed(items_here())
    cards = cards_of(db.session, items)
    there = [item for item in items if item in cards]
    return render_template(
        "public/saved.html",
        items=items,
        most=MOST,
        there=there,
        gone=len(items) - len(there),
        sections=sections(cards[item] for item in there),
        letter=letter(there),
        printed=formats.day(today()),
    )


def _followed(items: Iterable[Item]) -> tuple[Item, ...]:
    """The things on a list, each once, as they are now: two of them may have become one."""
    moved = followed(db.session, items)
    return tuple(dict.fromkeys(Item(*moved.get(item, item)) for item in items))


def sections(cards: Iterable[Card]) -> list[Section]:
    """The things in the groups and the order of a results page, each group by name."""
    groups: dict[Group, list[Card]] = {group: [] for group in Group}
    for card in cards:
        groups[group_of(card)].append(card)
    shelf = Shelf(today(), settings().stale_after_days, {})
    return [
        Section(group.value, _heading(group), list(_views(group, groups[group], shelf)))
        for group in Group
        if groups[group]
    ]


def group_of(card: Card) -> Group:
    """Where a thing stands for a family of which nobody knows where it lives."""
    if card["kind"] == "hub":
        return Group.HUB
    if card["kind"] == "catalogue":
        return Group.NATIONAL
    if card["national"] or Delivery.IN_PERSON.value not in card["delivery"]:
        return Group.REMOTE
    return Group.NEAR if card["sites"] else Group.SERVING


def _views(group: Group, cards: Sequence[Card], shelf: Shelf) -> Iterator[CardView]:
    judge = Judge(Asker())
    for card in sorted(cards, key=lambda one: (one.get("current_name") or one["name"]).casefold()):
        # nobody said where the family lives, so no hub is the nearest
        told = Group.NEAR if group is Group.HUB else group
        view = card_view(Found(told, card, 0.0, judge(offer_of_card(card))), shelf)
        yield replace(
            view, facts=_facts(card, view), address="; ".join(_where(card, site) for site in card["sites"])
        )


def _facts(card: Card, view: CardView) -> tuple[str, ...]:
    """As on any card; of a hub its hours of the week, as a list is read, and printed, on another day."""
    slots = slots_of_card(card["sessions"])
    return (brief(slots), *view.facts[1:]) if card["kind"] == "hub" and slots else view.facts


def _where(card: Card, site: Site) -> str:
    return address_line("" if card["kind"] == "hub" else site["name"], site["address"], site["postcode"])


def _heading(group: Group) -> str:
    return {
        Group.HUB: gettext("Family hubs"),
        Group.NEAR: gettext("In the area"),
        Group.SERVING: gettext("They come to you, or tell you where"),
        Group.REMOTE: gettext("By telephone and online"),
        Group.NATIONAL: gettext("Money and help from the government"),
    }[group]


def letter(items: Sequence[Item]) -> str:
    """The address that begins an e-mail with the list in it. Its subject does not say what it is about."""
    subject = quote(gettext("A list for you"))
    return f"mailto:?subject={subject}&body={quote(saved_address(items, whole=True), safe='')}"
