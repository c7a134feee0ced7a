"""The filters that are set: their words, and the way to the same page without each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from hubfinder.display.language import language_name, locale
from hubfinder.display.words import gettext, ngettext
from hubfinder.vocab import FootprintKind, Labelled
from hubfinder.web.public.question import PREGNANT, SEVERAL, Question

UNSET: dict[str, dict[str, Any]] = {
    "age": {"age": ""},
    "open": {"open_now": False},
    "within": {"within": None},
    **{name: {part: ()} for name, part in SEVERAL.items() if name != "circumstance"},
}
"""By the name of a filter what makes a question one without it."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set; its address is the same page without it."""

    words: str
    href: str
    filter: str
    """The name it has in the address."""
    in_english: bool = False


def chips(question: Question, names: Mapping[str, str]) -> list[Chip]:
    """A chip for each value of each filter that is set, and for what the family says of itself.

    ``names`` are those of needs, domains, departments and footprints, as ``names_of`` has them.
    """
    return list(_chips(question.at(None), names))


def address_of(question: Question) -> str:
    """Where this question is answered."""
    return url_for("public.results", **question.address())


def without(question: Question, name: str) -> Question:
    """The same question, all groups, without one of the filters."""
    return replace(question.at(None), **UNSET[name])


def said_words(question: Question) -> list[str]:
    """What a family says of itself besides its place: ``Age 2``, ``Pregnant``."""
    age = [] if question.months is None else [age_words(question)]
    return [*age, *(str(one.label) for one in question.circumstances)]


def _chips(question: Question, names: Mapping[str, str]) -> Iterator[Chip]:
    for name, part in SEVERAL.items():
        values = getattr(question, part)
        for value in values:
            rest = tuple(other for other in values if other != value)
            changed: dict[str, Any] = {part: rest}
            href = address_of(replace(question, **changed))
            yield Chip(_words(name, value, names), href, name, in_english=name == "footprint")
        if name == "circumstance":
            yield from _single_chips(question)


def _single_chips(question: Question) -> Iterator[Chip]:
    if question.months is not None:
        yield Chip(age_words(question), address_of(without(question, "age")), "age")
    if question.open_now:
        yield Chip(gettext("Open now"), address_of(without(question, "open")), "open")
    if question.within and question.place:
        yield Chip(miles_words(question.within), address_of(without(question, "within")), "within")


def _words(name: str, value: str, names: Mapping[str, str]) -> str:
    label = value.label if isinstance(value, Labelled) else names.get(f"{name}:{value}", value)
    match name:
        case "language":
            return gettext("%(languages)s spoken", languages=language_name(value, locale()))
        case "footprint":
            kind, _, code = value.partition(":")
            return f"{FootprintKind(kind).label}: {names.get(f'footprint:{value}', code)}"
        case "for":
            return gettext("Made for: %(family)s", family=label)
        case "season":
            return season_words()[value]
    return str(label)


def season_words() -> dict[str, str]:
    """The seasons as filters call them."""
    return {"term": gettext("In term time"), "holidays": gettext("In school holidays")}


def miles_words(miles: int) -> str:
    """How far away, at most."""
    return ngettext("Up to %(num)d mile away", "Up to %(num)d miles away", miles)


def age_words(question: Question) -> str:
    """The age as a chip says it."""
    if question.age == PREGNANT:
        return gettext("Pregnant")
    months = question.months or 0
    return gettext("Under 1") if months < 12 else gettext("Age %(age)s", age=months // 12)
