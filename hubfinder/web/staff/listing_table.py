"""Every listing that somebody may see: filtered, sorted, a page at a time; what is done to many at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from typing import TypeVar
from urllib.parse import urlencode

from flask import render_template, request, session, url_for
from werkzeug.datastructures import MultiDict

from hubfinder.clock import today
from hubfinder.directory.models import Location, Organization
from hubfinder.directory.queries import needs
from hubfinder.directory.values import NEED
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.overview import PAGE, names_of, page_of, tally_of
from hubfinder.listings.scope import EDITORS, visible_to
from hubfinder.listings.tally import Counts, Filters, Flag, Sort
from hubfinder.staff_vocab import Freshness, ListingState
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.typed import one_line
from hubfinder.web.staff.blueprint import LISTING_READERS, pages
from hubfinder.web.staff.due import calendar, due_words, listing_address, options, state_words

LONGEST = 160
MOST_PAGES = 100_000
TOLD = "listings_told"
"""In the session: what was done to many, until it has been told."""
Option = TypeVar("Option", bound=StrEnum)
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """What the table is asked for; all of it stands in the address."""

    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.DUE
    page: int = 1

    def pairs(self) -> list[tuple[str, str]]:
        """For an address, without the page: only what is set."""
        filters = self.filters
        every = [
            ("q", filters.words),
            ("state", filters.state.value if filters.state else ""),
            ("freshness", filters.freshness.value if filters.freshness else ""),
            ("hub", filters.hub),
            ("organization", filters.organization),
            ("topic", filters.topic),
            *(("flag", flag.value) for flag in filters.flags),
            ("sort", self.sort.value if self.sort is not Sort.DUE else ""),
        ]
        return [(name, value) for name, value in every if value]

    @property
    def is_narrow(self) -> bool:
        """Whether anything is set that stands folded."""
        return any(name not in ("q", "state", "freshness") for name, _ in self.pairs())

    def address(self, page: int = 1) -> str:
        pairs = [*self.pairs(), *([("page", str(page))] if page > 1 else [])]
        asked = urlencode(pairs)
        return url_for("staff.listings") + (f"?{asked}" if asked else "")


@staff_page(pages, "/staff/listings", *LISTING_READERS)
def listings() -> str:
    """The table of listings."""
    return show(read(request.args))


def show(
    question: Question,
    errors: Mapping[str, str] | None = None,
    chosen: frozenset[str] = frozenset(),
    reason: str = "",
) -> str:
    """The page of a question; ``chosen`` are keys that stay ticked."""
    day, who = today(), actor()
    due = calendar(day)
    seen = visible_to(who)
    counts = tally_of(db.session, seen, due, question.filters.words).counts(question.filters)
    rows = page_of(db.session, seen, due, question.filters, question.sort, question.page)
    last = max(1, ceil(counts.total / PAGE))
    return render_template(
        "staff/listings.html",
        question=question,
        choices=_choices(counts),
        flags=[(flag.value, f"{flag.label} ({counts.number('flag', flag.value)})") for flag in Flag],
        sorts=_sorts(),
        total=counts.total,
        last=last,
        rows=[(row, listing_address(row.key), state_words(row), due_words(row, day)) for row in rows],
        first=(question.page - 1) * PAGE + 1,
        previous=question.address(min(question.page - 1, last)) if question.page > 1 else "",
        following=question.address(question.page + 1) if question.page < last else "",
        can_change=who.has(*EDITORS),
        errors=errors or {},
        chosen=chosen,
        reason=reason,
        told=session.pop(TOLD, ""),
    )


def read(arguments: "MultiDict[str, str]") -> Question:
    """The question of an address or a form; what nobody offers is passed over."""
    page = arguments.get("page", "1")
    return Question(
        Filters(
            state=_one(ListingState, arguments.get("state", "")),
            freshness=_one(Freshness, arguments.get("freshness", "")),
            hub=one_line(arguments.get("hub", ""), LONGEST),
            organization=one_line(arguments.get("organization", ""), LONGEST),
            topic=one_line(arguments.get("topic", ""), LONGEST),
            flags=tuple(flag for flag in Flag if flag.value in arguments.getlist("flag")),
            words=one_line(arguments.get("q", ""), LONGEST),
        ),
        _one(Sort, arguments.get("sort", "")) or Sort.DUE,
        min(max(1, int(page)), MOST_PAGES) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def _one(kind: type[Option], value: str) -> Option | None:
    return kind(value) if value in {one.value for one in kind} else None


def _choices(counts: Counts) -> dict[str, Choices]:
    topics = {term.key.removeprefix(NEED): gettext(term.name) for term in needs(db.session)}
    states = {state.value: str(state.label) for state in ListingState}
    fresh = {one.value: str(one.label) for one in Freshness}
    hubs = names_of(db.session, Location, counts.by_filter["hub"].keys())
    organizations = names_of(db.session, Organization, counts.by_filter["organization"].keys())
    return {
        "state": options(counts.of("state"), states, gettext("Any state"), ""),
        "freshness": options(counts.of("freshness"), fresh, gettext("Checked or not"), ""),
        "hub": options(counts.of("hub"), hubs, gettext("Every hub"), gettext("At no hub")),
        "organization": options(counts.of("organization"), organizations, gettext("Every organization"), ""),
        "topic": options(counts.of("topic"), topics, gettext("Every topic"), gettext("No topic")),
    }


def _sorts() -> Choices:
    return [
        (Sort.DUE.value, gettext("What is due first")),
        (Sort.NAME.value, gettext("Name")),
        (Sort.CHANGED.value, gettext("Changed last")),
    ]
