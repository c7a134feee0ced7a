"""What sheet somebody wants: for whom, about what, on which paper; and the way into an address and back.

Every part but the scope is optional. What is left out is the usual, and is not in the address.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask_babel import lazy_gettext

from hubfinder.display.language import DEFAULT, KNOWN
from hubfinder.vocab import Access, FootprintKind, Labelled

MOST_ITEMS = 40
OLDEST = 25
PREGNANT = "pregnant"
MONTHS_A_YEAR = 12
FORMS = "school:URN, surgery:ODS, hub:KEY, footprint:KIND:CODE or list"
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_ITEM = re.compile(r"(service|hub|catalogue):([a-z0-9]+(?:-[a-z0-9]+)*)")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
LONGEST = 180


class ScopeKind(Labelled):
    """What a sheet can be for."""

    SCHOOL = "school", lazy_gettext("A school")
    SURGERY = "surgery", lazy_gettext("A surgery")
    HUB = "hub", lazy_gettext("A family hub")
    FOOTPRINT = "footprint", lazy_gettext("An area")
    LIST = "list", lazy_gettext("My list")


class Paper(Labelled):
    """What it is printed on."""

    A4 = "a4", lazy_gettext("A4")
    A5 = "a5", lazy_gettext("A5 leaflet")
    A3 = "a3", lazy_gettext("A3 poster")


class Length(Labelled):
    """How many pages it may have. A booklet has as many as it takes, in fours, on folded paper."""

    ONE = "1", lazy_gettext("One page")
    TWO = "2", lazy_gettext("Two pages")
    BOOKLET = "booklet", lazy_gettext("A booklet")


class Readers(Labelled):
    """Who reads it."""

    FAMILIES = "families", lazy_gettext("Families")
    STAFF = "staff", lazy_gettext("Staff room")


class OrderRefused(Exception):
    """The scope of a sheet is not written as one is: ``problem`` says what is wrong with it."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ScopeName:
    """What a sheet is for, by its code: ``school:990001``, ``footprint:ward:Z05000001``."""

    kind: ScopeKind
    code: str = ""
    """URN of a school, ODS code of a surgery, key of a hub, kind and code of a footprint; none of a list."""
    items: tuple[tuple[str, str], ...] = ()
    """Of a list: kinds and keys of listings."""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.code}" if self.code else self.kind.value

    @property
    def footprint(self) -> tuple[FootprintKind, str]:
        """Kind and code of a footprint; only of that kind of scope."""
        kind, _, code = self.code.partition(":")
        return FootprintKind(kind), code


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """One kind of sheet. Two equal orders on the same day give the same sheet."""

    scope: ScopeName
    topics: tuple[str, ...] = ()
    """Keys of needs; none: every topic."""
    age: str = ""
    """Years from 0 to 25, or ``pregnant``; empty: every age."""
    access: Access | None = None
    spoken: tuple[str, ...] = ()
    """ISO 639-1 codes: only what is offered in one of these languages; crisis and national help stays."""
    length: Length = Length.ONE
    large: bool = False
    easy: bool = False
    paper: Paper = Paper.A4
    readers: Readers = Readers.FAMILIES
    language: str = DEFAULT

    @property
    def months(self) -> tuple[int, int] | None:
        """The first month of the age and the first after it: "2" is 24 to 36, a pregnancy -9 to 0."""
        if not self.age:
            return None
        if self.age == PREGNANT:
            return -9, 0
        return int(self.age) * MONTHS_A_YEAR, (int(self.age) + 1) * MONTHS_A_YEAR

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values for an address, always in the same order; ``in`` is always there."""
        own = [("for", str(self.scope)), *(("item", f"{kind}:{key}") for kind, key in self.scope.items)]
        own += [("topic", topic) for topic in self.topics]
        own += [("age", self.age)] if self.age else []
        own += [("access", self.access.value)] if self.access else []
        own += [("spoken", code) for code in self.spoken]
        own += [("pages", self.length.value)] if self.length is not Length.ONE else []
        own += [("large", "yes")] if self.large else []
        own += [("easy", "yes")] if self.easy else []
        own += [("paper", self.paper.value)] if self.paper is not Paper.A4 else []
        own += [("readers", self.readers.value)] if self.readers is not Readers.FAMILIES else []
        return [*own, ("in", self.language)]

    def query(self) -> str:
        """The same as the part of an address after the question mark; colons stay readable."""
        return urlencode(self.pairs(), safe=":")


def read_order(arguments: Mapping[str, Sequence[str]], language: str = DEFAULT) -> SheetOrder:
    """The order in an address; parts of it that are none are left out, as on a results page.

    ``arguments`` has every value of each name; ``language`` is the page's, for addresses without ``in``.

    Raises:
        OrderRefused: there is no scope, or it is not written as one.
    """

    def one(name: str) -> str:
        return next(iter(arguments.get(name, ())), "").strip().lower()[:LONGEST]

    chosen = one("in")
    return SheetOrder(
        scope=read_scope(next(iter(arguments.get("for", ())), ""), arguments.get("item", ())),
        topics=_once(arguments.get("topic", ()), _KEY),
        age=_age(one("age")),
        access=Access(one("access")) if one("access") in set(Access) else None,
        spoken=_once(arguments.get("spoken", ()), _LANGUAGE),
        length=Length(one("pages")) if one("pages") in set(Length) else Length.ONE,
        large=one("large") == "yes",
        easy=one("easy") == "yes",
        paper=Paper(one("paper")) if one("paper") in set(Paper) else Paper.A4,
        readers=Readers(one("readers")) if one("readers") in set(Readers) else Readers.FAMILIES,
        language=chosen if chosen in KNOWN else language,
    )


def read_scope(text: str, items: Iterable[str] = ()) -> ScopeName:
    """``school:URN``, ``surgery:ODS``, ``hub:KEY``, ``footprint:KIND:CODE`` or ``list``.

    Raises:
        OrderRefused: it is none of these.
    """
    kind, _, code = text.strip()[:LONGEST].partition(":")
    if kind not in set(ScopeKind):
        raise OrderRefused(f"“{text[:LONGEST]}” is not {FORMS}")
    known = ScopeKind(kind)
    if known is ScopeKind.LIST:
        return ScopeName(known, items=_items(items))
    area, _, rest = code.partition(":")
    if known is ScopeKind.FOOTPRINT and area not in set(FootprintKind):
        raise OrderRefused(f"“{area}” is not a kind of footprint")
    if not _CODE.fullmatch(rest if known is ScopeKind.FOOTPRINT else code):
        raise OrderRefused(f"“{text[:LONGEST]}” has no code that a {kind} can have")
    return ScopeName(known, code.upper() if known is ScopeKind.SURGERY else code)


def _items(values: Iterable[str]) -> tuple[tuple[str, str], ...]:
    found = (_ITEM.fullmatch(value) for value in values if len(value) <= LONGEST)
    return tuple(dict.fromkeys((match[1], match[2]) for match in found if match))[:MOST_ITEMS]


def _once(values: Iterable[str], form: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for v in values if len(v) <= LONGEST and form.fullmatch(v)))[:MOST_ITEMS]


def _age(value: str) -> str:
    if value == PREGNANT:
        return value
    return str(int(value)) if value.isascii() and value.isdigit() and int(value) <= OLDEST else ""
