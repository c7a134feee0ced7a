"""What the page suggests while somebody types. Words and places are asked for apart, and neither is kept.

Every answer is small, and of this moment: no cache keeps it, and no log is written of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from flask import Response, current_app, jsonify, request, url_for

from hubfinder.display.words import gettext, ngettext
from hubfinder.extensions import db
from hubfinder.places.naming import Called
from hubfinder.search.concerns import read_concerns
from hubfinder.search.place_suggester import PlaceSuggester
from hubfinder.search.suggester import ENTRY, Suggested, Suggester
from hubfinder.search.suggesting import Hit
from hubfinder.vocab import FootprintKind
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.suggest_names import NEED, other_names
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.place_words import kind_name
from hubfinder.web.shared.places import places
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.terms import all_needs, needs_in_english

MOST_NEEDS, MOST_ENTRIES, MOST_LISTINGS, MOST_PLACES = 3, 3, 5, 6
PAGES = {"service": "public.service", "hub": "public.hub", "catalogue": "public.entry"}


@dataclass(frozen=True, slots=True)
class Line:
    """One suggestion: exactly one of ``need``, ``href``, ``words`` and ``place`` says where it leads."""

    name: str
    hint: str = ""
    english: bool = False
    """The name is in English whatever the language of the page."""
    need: str = ""
    """A category: the question is asked with it instead of words."""
    href: str = ""
    """A page of its own."""
    words: str = ""
    """Several have this name: the question is asked with these words."""
    place: str = ""
    """What to write into the field for places."""


@dataclass(frozen=True, slots=True)
class Part:
    """Suggestions of one kind under a heading."""

    heading: str
    lines: list[Line]


@public_page(pages, "/suggest")
def suggest() -> Response:
    """Categories, national help, services and hubs for the words typed so far."""
    text = request.args.get("q", "")
    suggester: Suggester = current_app.extensions["suggester"]
    if suggester.is_sensitive(text) or read_concerns(settings().seeds_dir / "concerns").of(text):
        return _answer([])
    names = tuple((need.slug, need.name) for need in needs_in_english())
    also = other_names(names, settings().seeds_dir, text).find(text, MOST_LISTINGS)
    found = suggester.find(db.session, text, MOST_LISTINGS, [hit for hit in also if hit.kind == ENTRY])
    entries = [_line(one) for one in found if one.kind == ENTRY][:MOST_ENTRIES]
    listings = [_line(one) for one in found if one.kind != ENTRY]
    return _answer(
        [
            Part(gettext("What is going on"), list(_needs(hit for hit in also if hit.kind == NEED))),
            Part(gettext("National help and money"), entries),
            Part(gettext("Services and family hubs"), listings),
        ]
    )


@public_page(pages, "/suggest/places")
def suggest_places() -> Response:
    """Towns, areas, schools and surgeries for what is typed so far."""
    suggester: PlaceSuggester = current_app.extensions["place_suggester"]
    found = suggester.find(db.session, request.args.get("q", ""), MOST_PLACES)
    return _answer([Part("", [_place_line(one.place, alone=one.alone) for one in found])])


def _answer(parts: Iterable[Part]) -> Response:
    there = [asdict(part) for part in parts if part.lines]
    number = sum(len(part["lines"]) for part in there)
    said = (
        ngettext("%(num)d suggestion", "%(num)d suggestions", number) if number else gettext("No suggestions")
    )
    response = jsonify(said=said, parts=there)
    response.headers["Cache-Control"] = "no-store"
    return response


def _needs(hits: Iterable[Hit]) -> Iterator[Line]:
    names = {need.slug: need.name for need in all_needs()}
    keys = dict.fromkeys(key.partition(":")[2] for hit in hits for key in hit.keys)
    found = [key for key in keys if key in names]
    return (Line(names[key], need=key) for key in found[:MOST_NEEDS])


def _line(found: Suggested) -> Line:
    first = found.listed[0]
    if len(found.listed) > 1 and found.kind != ENTRY:
        return Line(first.name, gettext("See all of that name"), english=True, words=first.name)
    hint = gettext("Ended") if first.ended else first.organization
    return Line(first.name, hint, english=True, href=url_for(PAGES[first.kind], key=first.key))


def _place_line(place: Called, *, alone: bool) -> Line:
    """A name that is found by itself is written into the field; else what finds exactly this place."""
    written = place.name if alone else place.text
    return Line(place.name, _where(place, alone=alone), english=True, place=written)


def _where(place: Called, *, alone: bool) -> str:
    """What kind of place it is, and where, as far as that tells it from another of its name."""
    kind = kind_name(place.kind)
    where = place.postcode
    if not alone and place.point:
        councils = places().at(db.session, place.point).of_kind(FootprintKind.LOCAL_AUTHORITY)
        where = councils[0].name if councils else ""
    return gettext("%(kind)s, %(where)s", kind=kind, where=where) if where else kind
