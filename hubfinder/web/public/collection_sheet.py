"""What stands on the sheet of a collection: for each listing what, when, where and which number to ring."""

from dataclasses import dataclass

from hubfinder.display.addresses import address_line
from hubfinder.display.formats import listed
from hubfinder.display.seed_words import Said
from hubfinder.display.timetables import in_words, slots_of_card
from hubfinder.search.values import Found, Site
from hubfinder.vocab import Delivery
from hubfinder.web.public.cards import CardView, card_view
from hubfinder.web.public.collection_view import CollectionView, SectionView

PLACES = 3
"""Places a line of the sheet has room for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One listing."""

    view: CardView
    summary: str
    when: str
    hours: str
    """When, in the listing's own English words; one of the two is empty."""
    where: tuple[str, ...]
    how: str
    """How one gets it, where there is no place to go to."""
    text: str
    website: str


@dataclass(frozen=True, slots=True)
class SheetSection:
    heading: Said
    local: tuple[Line, ...]
    national: tuple[Line, ...]


def sheet_sections(view: CollectionView) -> list[SheetSection]:
    """The sections that hold something. What is for other addresses is not on paper for this one."""
    sections = [_section(one) for one in view.sections]
    return [one for one in sections if one.local or one.national]


def _section(section: SectionView) -> SheetSection:
    return SheetSection(
        section.heading,
        tuple(_line(one, section) for one in section.local if not one.available.is_elsewhere),
        tuple(_line(one, section) for one in section.national),
    )


def _line(found: Found, section: SectionView) -> Line:
    card = found.card
    slots = slots_of_card(card["sessions"])
    where = tuple(_address(site) for site in _sites(found))
    return Line(
        view=card_view(found, section.shelf),
        summary=card["summary"],
        when="; ".join(in_words(slots)),
        hours="" if slots else card["hours"],
        where=where,
        how="" if where else listed(str(Delivery(one).label) for one in card["delivery"]),
        text=card["text"],
        website=card["website"],
    )


def _sites(found: Found) -> list[Site]:
    """The nearest first, where there is one."""
    sites = found.card["sites"]
    if found.site:
        sites = [found.site, *(site for site in sites if site["key"] != found.site["key"])]
    return sites[:PLACES]


def _address(site: Site) -> str:
    return address_line(site["name"], site["address"], site["postcode"])
