"""The groups of the results page: their headings, cards, and the way to the rest of each."""

from collections.abc import Iterator
from dataclasses import dataclass

from hubfinder.display.words import gettext, ngettext
from hubfinder.search.values import Found, Group, Results
from hubfinder.web.public.cards import CardView, Shelf, card_view
from hubfinder.web.public.filters import address_of
from hubfinder.web.public.question import PER_PAGE, Question

LEADING = (Group.HUB, Group.NEAR)
FEW = 3
"""Cards of each further group: the page is read on telephones."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a group that is shown alone goes on and back; empty where it does not."""

    number: int
    last: int
    previous: str
    following: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group with a plain heading."""

    slug: str
    heading: str
    hint: str
    found: tuple[Found, ...]
    shelf: Shelf
    question: Question
    """The same question about this group alone."""
    total: int
    more: str
    """Words of the link to the rest; empty where all is shown."""
    leads: bool
    """Stands before the map and the numbers to ring."""
    pages: Pages | None = None

    @property
    def more_href(self) -> str:
        """Where this group is shown alone."""
        return address_of(self.question)

    @property
    def cards(self) -> Iterator[CardView]:
        """Its results in words, made as the page is written."""
        return (card_view(one, self.shelf) for one in self.found)


def group_views(question: Question, results: Results, shelf: Shelf) -> list[GroupView]:
    """The groups that hold something, in the order of the page; the only one, where one is asked for."""
    return [
        _view(question, group, results, shelf)
        for group in Group
        if results.groups.get(group) and question.group in (None, group)
    ]


def _view(question: Question, group: Group, results: Results, shelf: Shelf) -> GroupView:
    found = _on_page(question, group, results.groups[group])
    total = results.totals.get(group, len(found))
    beyond = total - len(found) if question.group is None and group is not Group.HUB else 0
    heading, hint = _heading(group, has_place=results.wanted.place is not None)
    return GroupView(
        slug=group.value,
        heading=heading,
        hint=hint,
        found=found,
        shelf=shelf,
        total=total,
        more=ngettext("Show %(num)d more", "Show %(num)d more", beyond) if beyond > 0 else "",
        question=question.at(group),
        leads=question.group is not None or group in LEADING,
        pages=_pages(question, group, total) if question.group else None,
    )


def _on_page(question: Question, group: Group, found: tuple[Found, ...]) -> tuple[Found, ...]:
    """Of a group that is shown alone only the page asked for; of most others only the best few."""
    if question.group is None:
        return found if group in LEADING else found[:FEW]
    return found[(question.page - 1) * PER_PAGE : question.page * PER_PAGE]


def _pages(question: Question, group: Group, total: int) -> Pages | None:
    last = -(-total // PER_PAGE)
    if last <= 1:
        return None
    number = question.page
    return Pages(
        number=number,
        last=last,
        previous=address_of(question.at(group, number - 1)) if number > 1 else "",
        following=address_of(question.at(group, number + 1)) if number < last else "",
    )


def _heading(group: Group, *, has_place: bool) -> tuple[str, str]:
    match group:
        case Group.HUB:
            return gettext("Your family hub"), ""
        case Group.NEAR if not has_place:
            return gettext("In the area"), gettext("Type your postcode to see what is near you.")
        case Group.NEAR:
            return gettext("Near you"), ""
        case Group.SERVING:
            return gettext("For people in your area"), gettext("These come to you, or are further away.")
        case Group.REMOTE:
            return gettext("By telephone and online"), ""
        case _:
            return gettext("Money and help from the government"), gettext("Wherever you live in England.")
