"""What staff look through: listings by what they ask for, a page of them, and how many there are of each.

Everything here is asked with ``seen``, what somebody may see (``scope.visible_to``), and a ``Calendar``,
which says when a listing counts as due. Each question is one statement.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from hubfinder.directory.models import Location, Organization, Service
from hubfinder.listings.freshness import Cadence, cadence_of, lead
from hubfinder.listings.models import Listing
from hubfinder.people.models import Council
from hubfinder.settings import Settings
from hubfinder.vocab import Freshness, Labelled, ListingState

PAGE = 50
"""Listings on a page."""
MOST_WORDS = 6
"""Words of a name that are looked for."""
ALL, NONE = "", "-"
"""Of a filter: everything, and what has nothing there (a listing at no hub)."""
Condition = ColumnElement[bool]
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


class Flag(Labelled):
    """Something about a listing that needs a look."""

    EMAIL = "email", lazy_gettext("Email does not arrive")
    LINK = "link", lazy_gettext("Web address does not work")
    TELEPHONE = "telephone", lazy_gettext("Telephone number doubted")
    REPORTS = "reports", lazy_gettext("Reports to look at")


class Sort(StrEnum):
    """What stands first."""

    DUE = "due"
    NAME = "name"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; all of it holds together."""

    state: ListingState | None = None
    freshness: Freshness | None = None
    hub: str = ALL
    organization: str = ALL
    topic: str = ALL
    flags: tuple[Flag, ...] = ()
    """All of them."""
    words: str = ""
    """In the name, each of them anywhere."""

    @property
    def is_empty(self) -> bool:
        return self == Filters()


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


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a filter."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there would be of each value of each filter, the other filters kept."""

    total: int = 0
    by_filter: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def of(self, name: str) -> Sequence[Value]:
        return tuple(self.by_filter.get(name, {}).values())

    def number(self, name: str, key: str) -> int:
        found = self.by_filter.get(name, {}).get(key)
        return found.count if found else 0


@dataclass(frozen=True, slots=True)
class Cell:
    """Published listings of one kind, by how well they are looked after."""

    fresh: int = 0
    due: int = 0
    stale: int = 0

    @property
    def total(self) -> int:
        return self.fresh + self.due + self.stale

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.fresh + other.fresh, self.due + other.due, self.stale + other.stale)


@dataclass(frozen=True, slots=True)
class Cells:
    """Published listings by two things at once."""

    cells: Mapping[tuple[str, str], Cell]
    names: Mapping[str, str]
    """Of the first of the two, by key; without those that have none."""

    def by_first(self) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for (key, _), cell in self.cells.items():
            found[key] = found.get(key, Cell()) + cell
        return found

    def to_do(self) -> list[Value]:
        """The first of the two, with how many of its listings need a check; those with none are left out."""
        found = {
            key: Value(key, self.names.get(key, ""), cell.due + cell.stale)
            for key, cell in self.by_first().items()
            if cell.due + cell.stale
        }
        return [value for _, value in sorted(found.items(), key=_by_name)]


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


def counts_of(
    session: Session,
    seen: Condition,
    calendar: Calendar,
    asked: Filters,
    names: Collection[str] = ("state", "freshness", "topic", "hub", "organization", "flag"),
) -> Counts:
    """How many there are, and of each value of each of these filters."""
    holding = conditions(calendar, asked)
    parts = [_counted("all", literal(ALL), (seen, *holding.values()))]
    for name in names:
        parts += _parts(name, seen, calendar, holding)
    found: dict[str, dict[str, Value]] = {}
    for name, key, label, count in session.execute(union_all(*parts)).tuples():
        if key is not None:
            found.setdefault(name, {})[key or NONE] = Value(key or NONE, label or "", count)
    total = found.pop("all", {}).get(NONE)
    ordered = {name: dict(sorted(some.items(), key=_by_name)) for name, some in found.items()}
    return Counts(total.count if total else 0, ordered)


def _parts(
    name: str, seen: Condition, calendar: Calendar, holding: Mapping[str, Condition]
) -> list[Select[Any]]:
    """What counts the values of one filter."""
    where = seen, *(one for other, one in holding.items() if other != name)
    match name:
        case "state":
            return [_counted(name, Listing.state, where)]
        case "freshness":
            return [_counted(name, calendar.freshness(), where)]
        case "topic":
            return [_counted(name, Listing.topic, where)]
        case "hub":
            return [_named(name, Listing.hub_key, Location, where)]
        case "organization":
            return [_named(name, Listing.organization_key, Organization, where)]
        case _:
            every = seen, *holding.values()
            return [_counted(name, literal(flag.value), (*every, _HAS[flag])) for flag in Flag]


def matrix_of(session: Session, seen: Condition, calendar: Calendar) -> Cells:
    """Published listings by hub and topic (``NONE`` where they have none), with the names of the hubs."""
    keys = Listing.hub_key, Listing.topic
    return _cells(session, seen, calendar, keys, Location)


def by_organization(session: Session, seen: Condition, calendar: Calendar) -> Cells:
    """Published listings by organization, with their names."""
    return _cells(session, seen, calendar, (Listing.organization_key, literal("")), Organization)


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


def _counted(name: str, key: Column, where: Sequence[Condition]) -> Select[Any]:
    grouped = select(key.label("key")).where(*where).subquery()
    return select(literal(name), grouped.c.key, literal(""), func.count()).group_by(grouped.c.key)


def _named(
    name: str,
    key: Column,
    named: type[Location] | type[Organization],
    where: Sequence[Condition],
) -> Select[Any]:
    grouped = select(key.label("key"), func.count().label("many")).where(*where).group_by(key).subquery()
    return select(literal(name), grouped.c.key, named.name, grouped.c.many).outerjoin_from(
        grouped, named, named.key == grouped.c.key
    )


def _by_name(item: tuple[str, Value]) -> tuple[bool, str, str]:
    key, value = item
    return key == NONE, value.name.casefold(), key


def _cells(
    session: Session,
    seen: Condition,
    calendar: Calendar,
    keys: tuple[Column, Column],
    named: type[Location] | type[Organization],
) -> Cells:
    inner = (
        select(keys[0].label("one"), keys[1].label("other"), calendar.freshness().label("freshness"))
        .where(seen, Listing.state == ListingState.PUBLISHED)
        .subquery()
    )
    by = inner.c.one, inner.c.other, inner.c.freshness
    grouped = select(*by, func.count().label("many")).group_by(*by).subquery()
    rows = session.execute(
        select(*grouped.c, named.name).outerjoin_from(grouped, named, named.key == grouped.c.one)
    )
    cells: dict[tuple[str, str], Cell] = {}
    names: dict[str, str] = {}
    for one, other, freshness, count, name in rows.tuples():
        key = one or NONE, other or NONE
        cells[key] = cells.get(key, Cell()) + Cell(**{Freshness(freshness).value: count})
        if name:
            names[key[0]] = name
    return Cells(cells, names)
