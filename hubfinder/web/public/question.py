"""What somebody asks for, as it stands in the address of a results page, and the way back into an address."""

import re
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from hubfinder.directory.availability import BIRTH, UNBORN
from hubfinder.places.here import parse_point, text_of
from hubfinder.places.values import Place
from hubfinder.search.finder import LONGEST_TEXT
from hubfinder.search.values import Group, Wanted
from hubfinder.vocab import Access, Circumstance, Delivery, FootprintKind, Labelled
from hubfinder.web.public.keeping import Item, read_items
from hubfinder.web.shared.words import gettext

LONGEST_PLACE = 100
OLDEST = 25
PREGNANT = "pregnant"
MONTHS_A_YEAR = 12
LAST_PAGE = 50
PER_PAGE = 10
PER_GROUP = 5

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
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
    access: Access | None = None
    delivery: tuple[Delivery, ...] = ()
    free: bool = False
    language: str = ""
    footprint: str = ""
    """``kind:code``."""
    domain: str = ""
    department: str = ""
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
        return not (self.place or self.text or self.needs or self.domain or self.department or self.footprint)

    def wanted(self, place: Place | None) -> Wanted:
        """The question as the search understands it."""
        kind, _, code = self.footprint.partition(":")
        return Wanted(
            text=self.text,
            place=place,
            needs=self.needs,
            domain=self.domain,
            department=self.department,
            age=self.months,
            age_to=self.months_to,
            circumstances=frozenset(self.circumstances),
            access=self.access,
            delivery=self.delivery,
            free=self.free,
            language=self.language,
            footprint=(kind, code) if code else None,
            limit=PER_PAGE * self.page if self.group else PER_GROUP,
        )

    def address(self) -> dict[str, Any]:
        """The parts of the address that ask this, in a fixed order and without empty ones."""
        parts = {
            "place": [self.place],
            "q": [self.text],
            "need": list(self.needs),
            "age": [self.age],
            "circumstance": [member.value for member in self.circumstances],
            "access": [self.access.value if self.access else ""],
            "delivery": [member.value for member in self.delivery],
            "free": ["1" if self.free else ""],
            "language": [self.language],
            "footprint": [self.footprint],
            "domain": [self.domain],
            "department": [self.department],
            "group": [self.group.value if self.group else ""],
            "page": [str(self.page) if self.page > 1 else ""],
            "item": [str(item) for item in self.items],
        }
        return {name: values for name, values in parts.items() if any(values)}

    def at(self, group: Group | None, page: int = 1) -> "Question":
        """The same question, one group only (all of them for none)."""
        return replace(self, group=group, page=page)


def read_question(arguments: MultiDict[str, str]) -> Question:
    """A question out of an address. What is not one of the possible values is left out.

    Only what a person types gets an error, in ``errors`` by field.
    """
    question = Question(
        place=typed_place(arguments.get("place", "")),
        text=_typed(arguments.get("q", ""), LONGEST_TEXT),
        needs=_keys(arguments.getlist("need")),
        age=_typed(arguments.get("age", ""), 10).lower(),
        circumstances=_members(Circumstance, arguments.getlist("circumstance")),
        access=_member(Access, arguments.get("access", "")),
        delivery=_members(Delivery, arguments.getlist("delivery")),
        free=arguments.get("free") == "1",
        language=_matching(_LANGUAGE, arguments.get("language", "")),
        footprint=_footprint(arguments.get("footprint", "")),
        domain=_matching(_KEY, arguments.get("domain", "")),
        department=_typed(arguments.get("department", ""), 40),
        group=_group(arguments.get("group", "")),
        page=_page(arguments.get("page", "")),
        items=read_items(arguments.getlist("item")),
    )
    return replace(question, errors=_errors(question))


def typed_place(text: str) -> str:
    """A place as typed; a point only as exactly as we want to know it."""
    point = parse_point(text)
    return text_of(point) if point else _typed(text, LONGEST_PLACE)


def _errors(question: Question) -> dict[str, str]:
    errors = {}
    if question.is_empty:
        errors["place"] = gettext("Type your postcode, or the name of your town or village")
    if question.age and question.months is None:
        errors["age"] = gettext("Type an age in years from 0 to 25, such as 2")
    return errors


def _typed(text: str, longest: int) -> str:
    """What somebody typed: one line, single spaces, no control characters, not endless."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:longest]


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


def _matching(pattern: re.Pattern[str], value: str) -> str:
    return value if pattern.fullmatch(value) and len(value) <= LONGEST_PLACE else ""


def _footprint(value: str) -> str:
    kind, _, code = value.partition(":")
    return value if _member(FootprintKind, kind) and _CODE.fullmatch(code) else ""


def _page(value: str) -> int:
    return min(max(int(value), 1), LAST_PAGE) if value.isascii() and value.isdigit() and len(value) < 5 else 1
