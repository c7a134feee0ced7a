"""What somebody asks for, as it stands in the address of a results page, and the way back into an address."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from hubfinder.directory.availability import BIRTH, UNBORN
from hubfinder.display.words import gettext
from hubfinder.places.values import Place
from hubfinder.search.facets import MILES
from hubfinder.search.finder import LONGEST_TEXT
from hubfinder.search.values import Group, Wanted
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Circumstance,
    Cost,
    Delivery,
    FootprintKind,
    Labelled,
    Season,
    Weekday,
    When,
)
from hubfinder.web.public.keeping import Item, read_items
from hubfinder.web.shared.typed import one_line, typed_place

OLDEST = 25
PREGNANT = "pregnant"
MONTHS_A_YEAR = 12
LAST_PAGE = 50
PER_PAGE = 10
PER_GROUP = 5
SEVERAL = {
    "need": "needs",
    "circumstance": "circumstances",
    "for": "made_for",
    "access": "access",
    "delivery": "delivery",
    "cost": "costs",
    "when": "whens",
    "day": "days",
    "season": "seasons",
    "language": "languages",
    "accessibility": "accessibility",
    "footprint": "footprints",
    "domain": "domains",
    "department": "departments",
}
"""Parts of an address that can be there several times, and what they are called here."""
ORDER = tuple(
    "place q as need age circumstance for access delivery cost open when day season language accessibility "
    "within footprint domain department group page item".split()
)
MILES_OFFERED = frozenset(map(str, MILES))

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DEPARTMENT = re.compile(r"[A-Za-z][A-Za-z/ ]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
L = TypeVar("L", bound=Labelled)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as asked: every part is text or a member of a fixed list, and may be absent."""

    place: str = ""
    text: str = ""
    needs: tuple[str, ...] = ()
    age: str = ""
    """Years as typed (``2``, ``0.5``), or ``pregnant``."""
    circumstances: tuple[Circumstance, ...] = ()
    made_for: tuple[Circumstance, ...] = ()
    """Only help that is made for such families."""
    access: tuple[Access, ...] = ()
    delivery: tuple[Delivery, ...] = ()
    costs: tuple[Cost, ...] = ()
    open_now: bool = False
    whens: tuple[When, ...] = ()
    days: tuple[Weekday, ...] = ()
    seasons: tuple[Season, ...] = ()
    languages: tuple[str, ...] = ()
    accessibility: tuple[AccessibilityFeature, ...] = ()
    footprints: tuple[str, ...] = ()
    """Each ``kind:code``."""
    within: int | None = None
    """Miles."""
    domains: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    as_typed: bool = False
    """Leave the spelling alone."""
    group: Group | None = None
    """Only this group, page by page."""
    page: int = 1
    items: tuple[Item, ...] = ()
    """What is on the list in the address, carried along so that it can grow without scripts."""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def months(self) -> int | None:
        """The age in months; none where there is none or it is no age."""
        if self.age == PREGNANT:
            return UNBORN
        years = _years(self.age)
        return None if years is None else int(years * MONTHS_A_YEAR)

    @property
    def months_to(self) -> int | None:
        """The first month after the age: "2" lasts a year, "0.5" a month, a pregnancy until the birth."""
        months = self.months
        if months is None:
            return None
        if months < BIRTH:
            return BIRTH
        return months + (MONTHS_A_YEAR if months % MONTHS_A_YEAR == 0 else 1)

    @property
    def is_empty(self) -> bool:
        """Nothing was asked that could be answered without a place."""
        asked = (self.place, self.text, self.needs, self.domains, self.departments, self.footprints)
        return not any(asked)

    def wanted(self, place: Place | None) -> Wanted:
        """The question as the search understands it."""
        return Wanted(
            text=self.text,
            place=place,
            needs=self.needs,
            domains=self.domains,
            departments=self.departments,
            age=self.months,
            age_to=self.months_to,
            circumstances=frozenset(self.circumstances),
            made_for=self.made_for,
            access=self.access,
            delivery=self.delivery,
            costs=self.costs,
            open_now=self.open_now,
            whens=self.whens,
            days=self.days,
            seasons=self.seasons,
            languages=self.languages,
            accessibility=self.accessibility,
            footprints=tuple(_kind_and_code(one) for one in self.footprints),
            within=self.within if place else None,
            limit=PER_PAGE * self.page if self.group else PER_GROUP,
            as_typed=self.as_typed,
        )

    def address(self) -> dict[str, Any]:
        """The parts of the address that ask this, in a fixed order and without empty ones."""
        parts = {
            "place": [self.place],
            "q": [self.text],
            "as": ["typed" if self.as_typed else ""],
            **{name: [str(value) for value in getattr(self, part)] for name, part in SEVERAL.items()},
            "age": [self.age],
            "open": ["now" if self.open_now else ""],
            "within": [str(self.within or "")],
            "group": [self.group.value if self.group else ""],
            "page": [str(self.page) if self.page > 1 else ""],
            "item": [str(item) for item in self.items],
        }
        return {name: parts[name] for name in ORDER if any(parts[name])}

    def plain(self) -> "Question":
        """The same without any filter, and whatever the family said of itself."""
        return Question(self.place, self.text, items=self.items, as_typed=self.as_typed)

    def at(self, group: Group | None, page: int = 1) -> "Question":
        """The same question, one group only (all of them for none)."""
        return replace(self, group=group, page=page)


def read_question(arguments: MultiDict[str, str]) -> Question:
    """A question out of an address. What is not one of the possible values is left out.

    Only what a person types gets an error, in ``errors`` by field.
    """
    costs = arguments.getlist("cost") + (["free"] if arguments.get("free") == "1" else [])
    question = Question(
        place=typed_place(arguments.get("place", "")),
        text=one_line(arguments.get("q", ""), LONGEST_TEXT),
        needs=_keys(arguments.getlist("need")),
        age=one_line(arguments.get("age", ""), 10).lower(),
        circumstances=_members(Circumstance, arguments.getlist("circumstance")),
        made_for=_members(Circumstance, arguments.getlist("for")),
        access=_members(Access, arguments.getlist("access")),
        delivery=_members(Delivery, arguments.getlist("delivery")),
        costs=_members(Cost, costs),
        open_now=arguments.get("open") == "now",
        whens=_members(When, arguments.getlist("when")),
        days=_members(Weekday, arguments.getlist("day")),
        seasons=_members(Season, arguments.getlist("season")),
        languages=_matching(_LANGUAGE, arguments.getlist("language")),
        accessibility=_members(AccessibilityFeature, arguments.getlist("accessibility")),
        footprints=_footprints(arguments.getlist("footprint")),
        within=_miles(arguments.get("within", "")),
        domains=_keys(arguments.getlist("domain")),
        departments=_matching(_DEPARTMENT, arguments.getlist("department")),
        as_typed=arguments.get("as") == "typed",
        group=_group(arguments.get("group", "")),
        page=_page(arguments.get("page", "")),
        items=read_items(arguments.getlist("item")),
    )
    return replace(question, errors=_errors(question))


def _errors(question: Question) -> dict[str, str]:
    errors = {}
    if question.is_empty:
        errors["place"] = gettext("Type your postcode, or the name of your town or village")
    if question.age and question.months is None:
        errors["age"] = gettext("Type an age in years from 0 to 25, such as 2")
    return errors


def _years(text: str) -> float | None:
    try:
        years = float(text.replace(",", "."))
    except ValueError:
        return None
    return years if 0 <= years < OLDEST + 1 else None


def _member(enum: type[L], value: str) -> L | None:
    return enum(value) if value in enum._value2member_map_ else None


def _members(enum: type[L], values: list[str]) -> tuple[L, ...]:
    """Members by their values, each once; what is none is left out."""
    return tuple(dict.fromkeys(member for value in values[:20] if (member := _member(enum, value))))


def _group(value: str) -> Group | None:
    return Group(value) if value in Group._value2member_map_ else None


def _keys(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values[:20] if _KEY.fullmatch(value)))


def _matching(pattern: re.Pattern[str], values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values[:20] if pattern.fullmatch(value)))


def _footprints(values: list[str]) -> tuple[str, ...]:
    found = dict.fromkeys(values[:20])
    return tuple(value for value in found if _is_footprint(*_kind_and_code(value)))


def _is_footprint(kind: str, code: str) -> bool:
    return _member(FootprintKind, kind) is not None and _CODE.fullmatch(code) is not None


def _kind_and_code(value: str) -> tuple[str, str]:
    kind, _, code = value.partition(":")
    return kind, code


def _miles(value: str) -> int | None:
    return int(value) if value in MILES_OFFERED else None


def _page(value: str) -> int:
    return min(max(int(value), 1), LAST_PAGE) if value.isascii() and value.isdigit() and len(value) < 5 else 1
