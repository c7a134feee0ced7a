"""What staff look through: listings by what they ask for, a page of them, and how many there are of each.

Everything here is asked with ``seen``, what somebody may see (``scope.visible_to``), and a ``Calendar``,
which says when a listing counts as due. Each question is one statement.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from hubfinder.directory.models import Location, Organization, Service
from hubfinder.listings.freshness import Cadence, cadence_of, lead
from hubfinder.listings.models import Listing
from hubfinder.listings.tally import NONE, Filters, Flag, Kind, Sort, Tally
from hubfinder.people.models import Council
from hubfinder.settings import Settings
from hubfinder.staff_vocab import Freshness, ListingState

PAGE = 50
"""Listings on a page."""
MOST_KEYS = 400
"""Keys that are asked for by name in one statement."""
MOST_WORDS = 6
"""Words of a name that are looked for."""
Condition = ColumnElement[bool]
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a listing counts as due: by council and risk, as its own cadence says."""

    today: date
    cadences: Mapping[str, Cadence]
    """By code of the council."""
    due_before: int

    def due(self) -> Condition:
        """Over ``Listing``: due or stale."""
        return or_(false(), *(self._due_in(code, cadence) for code, cadence in self.cadences.items()))

    def stale(self) -> Condition:
        return Listing.due_on < self.today

    def _due_in(self, code: str, cadence: Cadence) -> Condition:
        risks = (
            and_(Listing.risk == risk, Listing.due_on <= self.today + timedelta(lead(days, self.due_before)))
            for risk, days in cadence.items()
        )
        return and_(Listing.council_code == code, or_(*risks))

    def freshness(self) -> ColumnElement[str | None]:
        """Over ``Listing``: a ``Freshness``; none of what is not published."""
        return case(
            (Listing.state != ListingState.PUBLISHED, None),
            (self.stale(), Freshness.STALE.value),
            (Listing.due_on > self.today + timedelta(self.due_before), Freshness.FRESH.value),
            (self.due(), Freshness.DUE.value),
            else_=Freshness.FRESH.value,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One listing of a page."""

    id: int
    key: str
    name: str
    state: ListingState
    freshness: Freshness | None
    due_on: date | None
    assured_date: date | None
    changed_at: datetime
    organization: str
    hub: str
    """Name of its hub; empty where it is at none."""
    email: str
    """Who is reminded; empty where nobody is."""
    flags: tuple[Flag, ...]


def calendar_of(session: Session, councils: Collection[str], settings: Settings, today: date) -> Calendar:
    """The calendar of some councils, by code."""
    rows = {row.code: row for row in session.scalars(select(Council).where(Council.code.in_(councils)))}
    cadences = {code: cadence_of(rows.get(code), settings) for code in councils}
    return Calendar(today, cadences, settings.due_before_days)


def page_of(
    session: Session,
    seen: Condition,
    calendar: Calendar,
    asked: Filters,
    sort: Sort = Sort.DUE,
    page: int = 1,
) -> list[Row]:
    """The listings of one page, counted from 1; none beyond the last."""
    chosen = (
        select(Listing.id, calendar.freshness().label("freshness"))
        .where(seen, *conditions(calendar, asked).values())
        .order_by(*_order(sort))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .subquery()
    )
    rows = session.execute(
        select(Listing, chosen.c.freshness, Organization.name, Location.name, Service.email)
        .join(chosen, chosen.c.id == Listing.id)
        .outerjoin(Organization, Organization.key == Listing.organization_key)
        .outerjoin(Location, and_(Location.key == Listing.hub_key, Location.is_confidential.is_(False)))
        .outerjoin(Service, Service.id == Listing.service_id)
        .order_by(*_order(sort))
    )
    return [_row(*row) for row in rows.tuples()]


def tally_of(session: Session, seen: Condition, calendar: Calendar, words: str = "") -> Tally:
    """How many listings there are of each kind: one statement, from which every count of a page is made.

    ``words`` are those looked for in the name, as in ``Filters``.
    """
    flags = sum((case((_HAS[flag], 1 << n), else_=0) for n, flag in enumerate(Flag)), literal(0))
    kinds = (
        select(
            Listing.state.label("state"),
            calendar.freshness().label("freshness"),
            Listing.hub_key.label("hub"),
            Listing.organization_key.label("organization"),
            Listing.topic.label("topic"),
            flags.label("flags"),
        )
        .where(seen, *conditions(calendar, Filters(words=words)).values())
        .subquery()
    )
    rows = session.execute(select(*kinds.c, func.count()).group_by(*kinds.c))
    return Tally(tuple(Kind(*row) for row in rows))


def names_of(
    session: Session, named: type[Location] | type[Organization], keys: Collection[str]
) -> dict[str, str]:
    """Names by key, of a few hundred at most; of more, of all there are."""
    chosen = select(named.key, named.name)
    if len(keys) <= MOST_KEYS:
        chosen = chosen.where(named.key.in_(sorted(keys)))
    if named is Location:
        chosen = chosen.where(Location.is_confidential.is_(False))
    return {key: name for key, name in session.execute(chosen).tuples() if key in keys}


def conditions(calendar: Calendar, asked: Filters) -> dict[str, Condition]:
    """What must hold, by the name of the filter."""
    found: dict[str, Condition] = {}
    if asked.state:
        found["state"] = Listing.state == asked.state
    if asked.freshness:
        found["freshness"] = calendar.freshness() == asked.freshness.value
    for name, column in (
        ("hub", Listing.hub_key),
        ("organization", Listing.organization_key),
        ("topic", Listing.topic),
    ):
        value = getattr(asked, name)
        if value:
            found[name] = column == ("" if value == NONE else value)
    if asked.flags:
        found["flag"] = and_(*(_HAS[flag] for flag in asked.flags))
    if asked.words:
        words = asked.words.split()[:MOST_WORDS]
        found["words"] = and_(true(), *(Listing.name.icontains(word, autoescape=True) for word in words))
    return found


def only_due(calendar: Calendar) -> Condition:
    """Over ``Listing``: what the board shows."""
    return and_(Listing.state == ListingState.PUBLISHED, calendar.due())


def without(asked: Filters, name: str) -> Filters:
    """The same without one of its filters."""
    return replace(asked, **{name: getattr(Filters(), name)})


_HAS: dict[Flag, Condition] = {
    Flag.EMAIL: Listing.is_email_dead.is_(True),
    Flag.LINK: Listing.is_link_dead.is_(True),
    Flag.TELEPHONE: Listing.is_telephone_doubted.is_(True),
    Flag.REPORTS: Listing.open_reports > 0,
}


def flags_of(listing: Listing) -> tuple[Flag, ...]:
    """What needs a look."""
    set_ = {
        Flag.EMAIL: listing.is_email_dead,
        Flag.LINK: listing.is_link_dead,
        Flag.TELEPHONE: listing.is_telephone_doubted,
        Flag.REPORTS: listing.open_reports > 0,
    }
    return tuple(flag for flag, is_set in set_.items() if is_set)


def _order(sort: Sort) -> tuple[Column, ...]:
    match sort:
        case Sort.NAME:
            return Listing.name, Listing.id
        case Sort.CHANGED:
            return Listing.changed_at.desc(), Listing.id
        case _:
            return Listing.due_on.is_(None), Listing.due_on, Listing.id


def _row(
    listing: Listing, freshness: str | None, organization: str | None, hub: str | None, email: str | None
) -> Row:
    return Row(
        id=listing.id,
        key=listing.key,
        name=listing.name,
        state=listing.state,
        freshness=Freshness(freshness) if freshness else None,
        due_on=listing.due_on,
        assured_date=listing.assured_date,
        changed_at=listing.changed_at,
        organization=organization or listing.organization_key,
        hub=hub or "",
        email=listing.contact_email or email or "",
        flags=flags_of(listing),
    )
