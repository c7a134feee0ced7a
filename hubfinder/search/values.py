"""What somebody wants, and what was found: the values of the search interface."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NotRequired, TypedDict

from hubfinder.directory.availability import Asker, Availability
from hubfinder.directory.reason_codes import codes
from hubfinder.places.councils import Council
from hubfinder.places.values import Place
from hubfinder.search.query import Query
from hubfinder.search.school_year import Doubt
from hubfinder.vocab import Access, AccessibilityFeature, Circumstance, Cost, Delivery, Season, Weekday, When


class Group(StrEnum):
    """The groups of a result page, in the order they are shown."""

    HUB = "hub"
    NEAR = "near"
    SERVING = "serving"
    REMOTE = "remote"
    NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question to the directory. Every part may be absent."""

    text: str = ""
    place: Place | None = None
    needs: tuple[str, ...] = ()
    """Keys of needs; any of them, as with every filter that takes several. All filters hold together."""
    domains: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    """As the catalogue prints them: ``DfE``."""
    age: int | None = None
    """Months; -9 to 0 is pregnancy."""
    age_to: int | None = None
    """Where the age is a span ("2" is 24 to 36): the first month after it."""
    circumstances: frozenset[Circumstance] = frozenset()
    """What is true of the family. Filters nothing; what is made for such families comes first."""
    made_for: tuple[Circumstance, ...] = ()
    """Only what is made for such families."""
    access: tuple[Access, ...] = ()
    delivery: tuple[Delivery, ...] = ()
    costs: tuple[Cost, ...] = ()
    open_now: bool = False
    whens: tuple[When, ...] = ()
    days: tuple[Weekday, ...] = ()
    seasons: tuple[Season, ...] = ()
    """With parts of the week and days: one and the same session must fit them all."""
    languages: tuple[str, ...] = ()
    accessibility: tuple[AccessibilityFeature, ...] = ()
    footprints: tuple[tuple[str, str], ...] = ()
    """Kinds and codes: only services for or in one of these footprints, and national help."""
    within: int | None = None
    """Miles around the place. Never drops what can be had from far away."""
    entries: tuple[str, ...] = ()
    """Keys of catalogue entries: only those, and the services that deliver any of them."""
    limit: int = 10
    """At most this many in each group."""
    as_typed: bool = False
    """Leave the spelling alone: "search instead for"."""
    facets: bool = False
    """Count what each filter would give, too."""

    @property
    def asker(self) -> Asker:
        """The family that asks."""
        return Asker(self.place, self.age, self.circumstances, self.age_to)


ELSEWHERE = "-"
"""In the place of the key of a place that is none of the public ones."""


class Session(TypedDict):
    """One weekly session on a card."""

    day: str
    opens: str
    closes: str
    season: str
    note: str
    site: NotRequired[str]
    """Key of the place it is at; missing where nobody has said, ``ELSEWHERE`` where it may not be known."""


class ChangedDays(TypedDict):
    """Days that are not as in other weeks, on a card: ``hubfinder.search.days_off`` reads them."""

    site: str
    """Key of the place that it is about; empty where it is about the service, or of a hub the hub."""
    first: str
    last: str
    opens: str
    closes: str
    """Other hours; empty: not on, shut."""
    why: str


class Site(TypedDict):
    """Where a service happens, if that may be known."""

    key: str
    name: str
    address: str
    postcode: str
    lat: float | None
    lon: float | None
    hub: bool


class Card(TypedDict):
    """What a list may show of a service, a hub or a catalogue entry. Never of a confidential place."""

    kind: str
    key: str
    name: str
    summary: str
    told: list[str]
    """The terms of name and summary: what it is mainly about."""
    organization: str
    access: str
    delivery: list[str]
    minimum_age: int | None
    maximum_age: int | None
    eligibility: str
    circumstances: list[str]
    needs: list[str]
    free: bool | None
    """None where nobody has said what it costs."""
    cost: str
    sessions: list[Session]
    hours: str
    languages: list[str]
    telephone: str
    text: str
    website: str
    sites: list[Site]
    areas: list[list[str]]
    """Footprints it is for: kind, code, name."""
    assured_date: str
    assured_by: str
    national: bool
    crisis: bool
    audience: str
    confidence: str
    days_off: NotRequired[list[ChangedDays]]
    """From the day on which the card was written."""
    status: NotRequired[str]
    department: NotRequired[str]
    current_name: NotRequired[str]
    replaced_by: NotRequired[list[str]]
    """Key (may be empty) and name of what took its place."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: something added for a word or a concept, or a factor for all of it."""

    name: str
    value: float
    is_factor: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One result."""

    group: Group
    card: Card
    score: float
    available: Availability
    """Whether it is for the family that asks, and why."""
    distance_m: float | None = None
    site: Site | None = None
    """The nearest public site, where there is a place to measure from."""
    border: Council | None = None
    """The council its site is in, where that is not the family's own."""
    confident: bool = True
    """False where it holds too little of what was asked to be surely what was meant."""
    coverage: float = 1.0
    """How much of what was asked it holds, 0 to 1."""
    parts: tuple[Part, ...] = ()
    """What the score is made of, in order; only where it is to be explained."""
    order: int = 0
    """The smaller, the better, whatever the group."""

    @property
    def why(self) -> tuple[str, ...]:
        """Codes of the reasons with their value, such as ``serves:Harbour``."""
        return codes(self.available)


@dataclass(frozen=True, slots=True)
class Results:
    """Everything found, by group; ``totals`` counts what there is beyond the limit."""

    wanted: Wanted
    groups: dict[Group, tuple[Found, ...]] = field(default_factory=dict)
    totals: dict[Group, int] = field(default_factory=dict)
    engine: str = "whoosh"
    """Which engine answered; ``database`` when the index could not."""
    query: Query = field(default_factory=Query)
    """The words as they were understood."""
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How many there would be for each value of each filter, the other filters kept; only if asked for.

    By the name and the value that stand in the address. ``without`` says how many without each of the filters
    that are set.
    """
    doubt: Doubt | None = None
    """Why what is said to be open now may be shut."""

    @property
    def everything(self) -> tuple[Found, ...]:
        return tuple(found for group in Group for found in self.groups.get(group, ()))
