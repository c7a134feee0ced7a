"""Listings as the board and the table show them: what needs a look, since when, what families are told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from hubfinder.display import formats
from hubfinder.display.timetables import brief, slots_of_card
from hubfinder.display.words import gettext, ngettext
from hubfinder.extensions import db
from hubfinder.listings.freshness import NEVER_CHECKED
from hubfinder.listings.overview import Calendar, Row, calendar_of
from hubfinder.listings.tally import NONE, Value
from hubfinder.search.listed import cards_of
from hubfinder.search.values import Card
from hubfinder.staff_vocab import Freshness, ListingState
from hubfinder.web.shared.access import actor
from hubfinder.web.shared.settings import settings

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One listing in words."""

    row: Row
    address: str
    """Of its page for staff."""
    due: str
    checked: str
    facts: tuple[tuple[str, str], ...]
    """What families are told: label and words, so that somebody can judge without opening it."""


def calendar(today: date) -> Calendar:
    """When listings count as due, for whoever is signed in."""
    return calendar_of(db.session, actor().councils, settings(), today)


def lines_of(rows: Sequence[Row], today: date) -> list[Line]:
    """With what families are told of each: one statement for all."""
    cards = cards_of(db.session, [("service", row.key) for row in rows])
    return [line_of(row, cards.get(("service", row.key)), today) for row in rows]


def line_of(row: Row, card: Card | None, today: date) -> Line:
    return Line(
        row=row,
        address=listing_address(row.key),
        due=due_words(row, today),
        checked=_checked(row, today),
        facts=tuple(_facts(card)) if card else (),
    )


def listing_address(key: str) -> str:
    """The page of a listing for staff, in the language of this one."""
    return f"{url_for('staff.home')}/listings/{key}"


def due_words(row: Row, today: date) -> str:
    """When it has to be checked: ``Due since 3 November, 19 days ago``; empty where it need not be."""
    if row.state is not ListingState.PUBLISHED or row.due_on is None:
        return ""
    if row.due_on == NEVER_CHECKED:
        return gettext("Nobody has ever checked it")
    if row.due_on < today:
        days = (today - row.due_on).days
        return ngettext(
            "Due since %(day)s, %(num)d day ago",
            "Due since %(day)s, %(num)d days ago",
            days,
            day=formats.day(row.due_on),
        )
    if row.due_on == today:
        return gettext("Due today")
    return gettext("Due on %(day)s", day=formats.day(row.due_on))


def group_of(row: Row, today: date) -> str:
    """Under which heading of the board it stands."""
    if row.due_on is None or row.due_on < today:
        return gettext("Out of date")
    if row.due_on < today + timedelta(DAYS_A_WEEK):
        return gettext("Due this week")
    return gettext("Due soon")


def state_words(row: Row) -> str:
    """``Published: checked``, ``Paused``."""
    if row.state is not ListingState.PUBLISHED or row.freshness is None:
        return str(row.state.label)
    return str(Freshness(row.freshness).label)


def options(
    values: Sequence[Value], names: Mapping[str, str], every: str, nothing: str
) -> list[tuple[str, str]]:
    """What a filter offers by name, with how many there are of each; first everything, last nothing."""
    named = [(names.get(value.key, value.key), value) for value in values if value.key != NONE]
    named.sort(key=lambda one: (one[0].casefold(), one[1].key))
    named += [(nothing, value) for value in values if value.key == NONE]
    return [("", every), *((value.key, f"{name} ({formats.figure(value.count)})") for name, value in named)]


def _checked(row: Row, today: date) -> str:
    return gettext("Checked %(ago)s", ago=formats.ago(row.assured_date, today)) if row.assured_date else ""


def _facts(card: Card) -> list[tuple[str, str]]:
    cost = gettext("Free") if card["free"] else card["cost"]
    said = (
        (gettext("When"), brief(slots_of_card(card["sessions"])) or card["hours"]),
        (gettext("Where"), formats.listed(site["name"] for site in card["sites"])),
        (gettext("Cost"), cost or gettext("nobody has said")),
        (gettext("Ages"), formats.ages(card["minimum_age"], card["maximum_age"])),
        (gettext("Telephone"), card["telephone"]),
    )
    return [(label, words) for label, words in said if words]
