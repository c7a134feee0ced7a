"""The filters of the results page: the form that sets them and the chips that take them away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from flask import url_for

from hubfinder.vocab import Access, Circumstance, Delivery, FootprintKind
from hubfinder.web.public.question import OLDEST, PREGNANT, Question
from hubfinder.web.public.terms import Term
from hubfinder.web.shared.language import language_name, locale
from hubfinder.web.shared.words import gettext

SPOKEN = tuple("ar bn bg cs es fa fr gu hu ku lt lv pa pl ps pt ro ru sk so sq ta ti tr uk ur vi zh".split())
"""Languages to choose from: those most spoken in England after English."""

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set; its address is the same page without it."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The choices of the form."""

    needs: Options
    ages: Options
    circumstances: Options
    accesses: Options
    delivery: Options
    languages: Options
    chosen_age: str
    hidden: list[tuple[str, str]]
    """What the form carries along and does not ask for."""


def filter_form(question: Question, needs: tuple[Term, ...]) -> FilterForm:
    return FilterForm(
        needs=[(need.slug, need.name) for need in needs],
        ages=_ages(),
        circumstances=[(member.value, str(member.label)) for member in Circumstance],
        accesses=[("", gettext("All help")), *((m.value, str(m.label)) for m in Access)],
        delivery=[(member.value, str(member.label)) for member in Delivery],
        languages=[("", gettext("Any language")), *_languages(locale())],
        chosen_age=_chosen_age(question),
        hidden=[
            (name, value)
            for name in ("footprint", "domain", "department", "item")
            for value in question.address().get(name, [])
        ],
    )


def chips(question: Question, names: Mapping[str, str]) -> list[Chip]:
    """A chip for each filter that is set; ``names`` are those of needs, domains and the footprint by key."""
    whole = question.at(None)
    return [Chip(words, address_of(without)) for words, without in _set_filters(whole, names)]


def address_of(question: Question) -> str:
    """Where this question is answered."""
    return url_for("public.results", **question.address())


def said_words(question: Question) -> list[str]:
    """What a family says of itself besides its place: ``Age 2``, ``Pregnant``."""
    age = [] if question.months is None else [_age_words(question)]
    return [*age, *(str(one.label) for one in question.circumstances)]


def _set_filters(question: Question, names: Mapping[str, str]) -> Iterator[tuple[str, Question]]:
    for need in question.needs:
        rest = tuple(other for other in question.needs if other != need)
        yield names.get(need, need), replace(question, needs=rest)
    if question.months is not None:
        yield _age_words(question), replace(question, age="")
    for one in question.circumstances:
        left = tuple(other for other in question.circumstances if other is not one)
        yield str(one.label), replace(question, circumstances=left)
    if question.access:
        yield str(question.access.label), replace(question, access=None)
    for member in question.delivery:
        rest_of = tuple(other for other in question.delivery if other is not member)
        yield str(member.label), replace(question, delivery=rest_of)
    if question.free:
        yield gettext("Free"), replace(question, free=False)
    yield from _named_filters(question, names)


def _named_filters(question: Question, names: Mapping[str, str]) -> Iterator[tuple[str, Question]]:
    if question.language:
        spoken = gettext("%(languages)s spoken", languages=language_name(question.language, locale()))
        yield spoken, replace(question, language="")
    if question.footprint:
        kind, _, code = question.footprint.partition(":")
        name = names.get(question.footprint, code)
        yield f"{FootprintKind(kind).label}: {name}", replace(question, footprint="")
    if question.domain:
        yield names.get(question.domain, question.domain), replace(question, domain="")
    if question.department:
        yield question.department, replace(question, department="")


def _age_words(question: Question) -> str:
    if question.age == PREGNANT:
        return gettext("Pregnant")
    months = question.months or 0
    return gettext("Under 1") if months < 12 else gettext("Age %(age)s", age=months // 12)


def _chosen_age(question: Question) -> str:
    if question.age == PREGNANT or question.months is None:
        return question.age
    return str(question.months // 12)


def _ages() -> Options:
    return [
        ("", gettext("Any age")),
        (PREGNANT, gettext("Pregnant")),
        ("0", gettext("Under 1")),
        *((str(age), str(age)) for age in range(1, OLDEST + 1)),
    ]


@lru_cache(maxsize=16)
def _languages(shown_in: str) -> Options:
    return sorted(
        ((code, language_name(code, shown_in)) for code in SPOKEN), key=lambda one: one[1].casefold()
    )
