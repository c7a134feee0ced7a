"""The results page: what there is for a family, in groups, with the reason for each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from flask import current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from hubfinder.clock import today
from hubfinder.display.map import LocatorMap
from hubfinder.extensions import db
from hubfinder.places.queries import footprint_by_code
from hubfinder.places.values import Place
from hubfinder.search.finder import Finder
from hubfinder.search.values import Group, Results
from hubfinder.vocab import Circumstance, FootprintKind
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.cards import Shelf
from hubfinder.web.public.concern import concern_views
from hubfinder.web.public.family import family_query, whereabouts, with_place_said
from hubfinder.web.public.filters import Chip, address_of, chips
from hubfinder.web.public.groups import group_views
from hubfinder.web.public.guide import told_of
from hubfinder.web.public.live import live_around
from hubfinder.web.public.missing import count_if_missed
from hubfinder.web.public.panel import Filters, Names, Panel, labels
from hubfinder.web.public.place_line import AreaLine, place_line, shown_of
from hubfinder.web.public.question import Question, read_question
from hubfinder.web.public.results_map import numbers, results_map
from hubfinder.web.public.steps import (
    Reading,
    Step,
    doubt_words,
    is_nothing,
    is_unsure,
    next_steps,
    reading,
)
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.place_advice import Advice
from hubfinder.web.shared.place_words import called, note_on
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.sources import AreaSource, area_sources
from hubfinder.web.shared.terms import Term, all_departments, all_domains, all_needs


@public_page(pages, "/results")
def results() -> ResponseReturnValue:
    question = read_question(request.args)
    if question.is_empty:
        return start_again(question)
    question = with_place_said(question)
    place, advice = whereabouts(question)
    finder: Finder = current_app.extensions["finder"]
    found = finder.find(db.session, replace(question.wanted(place), facets=True))
    if advice and advice.is_elsewhere:
        found = replace(found, groups={Group.REMOTE: found.groups.get(Group.REMOTE, ())})
    status = advice.status if advice else 200
    page = make_response(
        render_template("public/results.html", **view(question, place, advice, found)), status
    )
    if advice is None:
        count_if_missed(page, question, found)
    return page


def start_again(question: Question) -> ResponseReturnValue:
    """The start page, saying what is missing."""
    page = render_template("public/start.html", needs=all_needs(), errors=question.errors)
    return page, 400


def view(question: Question, place: Place | None, advice: Advice | None, found: Results) -> dict[str, object]:
    """All that the template shows."""
    needs = all_needs()
    sites = numbers(found)
    shelf = Shelf(today(), settings().stale_after_days, sites, family_query(question))
    drawn = results_map(db.session, place, found, sites)
    errors = {**question.errors, **({"place": advice.error} if advice and advice.error else {})}
    return {
        "question": question,
        "errors": errors,
        "place": place,
        "advice": advice if advice and advice.heading else None,
        "groups": group_views(question, found, shelf),
        "map": drawn,
        "live": live_around(db.session, place, is_yours=True),
        "concerns": concern_views(db.session, found.query.concerns),
        "told": told_of(request.args, question.place),
        "page": Frame(question, place, found, needs, names_of(question, place), drawn),
    }


@dataclass(frozen=True)
class Frame:
    """What stands around the results, put into words as the page is written."""

    question: Question
    place: Place | None
    found: Results
    needs: tuple[Term, ...]
    names: Mapping[str, str]
    """As ``names_of`` has them."""
    map: LocatorMap | None

    @property
    def near(self) -> str:
        """What to call the place."""
        return called(self.place) if self.place else ""

    @property
    def note(self) -> str:
        """What to know of a place that is no postcode."""
        return note_on(self.place) if self.place else ""

    @property
    def areas(self) -> list[AreaLine]:
        """The footprints of the place."""
        return place_line(self.place) if self.place else []

    @property
    def sources(self) -> list[AreaSource]:
        """Where those footprints come from, and what else the map draws: the ground across the border."""
        shown = [member.footprint_id for member in shown_of(self.place)] if self.place else []
        return area_sources(db.session, [*shown, *(self.map.footprint_ids if self.map else ())])

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters that are set, and the way without each."""
        return chips(self.question, self.names)

    @cached_property
    def panel(self) -> Panel:
        """The filters to choose from."""
        needs = [(need.slug, need.name) for need in self.needs]
        return Filters(self.question, self.found, self.names, needs).panel()

    @property
    def circumstances(self) -> Names:
        """What a family can say of itself."""
        return labels(Circumstance)

    @cached_property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of place and words carries along."""
        asked = {"place", "q", "as", "circumstance", "group", "page"}
        address = self.question.address()
        return [(name, value) for name, values in address.items() if name not in asked for value in values]

    @property
    def plain_href(self) -> str:
        """The address without any filter."""
        return address_of(self.question.plain())

    @property
    def nothing(self) -> bool:
        """Nothing was found."""
        return is_nothing(self.found)

    @property
    def unsure(self) -> bool:
        """Nothing was found that is surely meant."""
        return is_unsure(self.found)

    @property
    def reading(self) -> Reading | None:
        """How the words were read."""
        return reading(self.question, self.found)

    @property
    def doubt(self) -> str:
        """Why what is said to be open now may be shut."""
        return doubt_words(self.found)

    @cached_property
    def steps(self) -> list[Step]:
        """What to try next; asks once more without filters where no single one is in the way."""
        alone = next_steps(self.question, self.found, self.chips, None)
        if any(step.count for step in alone) or not self.chips:
            return alone
        finder: Finder = current_app.extensions["finder"]
        wanted = replace(self.question.plain().wanted(self.place), limit=1)
        totals = finder.find(db.session, wanted).totals
        plain = sum(total for group, total in totals.items() if group is not Group.HUB)
        return next_steps(self.question, self.found, self.chips, plain)

    @property
    def all_href(self) -> str:
        """The address of all groups together."""
        return address_of(self.question.at(None))


def names_of(question: Question, place: Place | None) -> dict[str, str]:
    """Names of needs, domains, departments and footprints: ``need:money``, ``footprint:ward:Z05000001``."""
    names = {
        f"{kind}:{term.slug}": term.name
        for kind, terms in (
            ("need", all_needs()),
            ("domain", all_domains()),
            ("department", all_departments()),
        )
        for term in terms
    }
    for member in place.memberships if place else ():
        names[f"footprint:{member.kind.value}:{member.code}"] = member.name
    for chosen in question.footprints:
        kind, _, code = chosen.partition(":")
        if f"footprint:{chosen}" in names:
            continue
        if footprint := footprint_by_code(db.session, FootprintKind(kind), code):
            names[f"footprint:{chosen}"] = footprint.name
    return names
