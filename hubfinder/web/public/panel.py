"""The panel of filters beside the results: what can be chosen, and how many each choice would give."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from hubfinder.display.language import language_name, locale
from hubfinder.display.words import gettext
from hubfinder.search.facets import MILES
from hubfinder.search.values import Results
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Circumstance,
    Cost,
    Delivery,
    FootprintKind,
    Labelled,
    Weekday,
    When,
)
from hubfinder.web.public.filters import miles_words, season_words
from hubfinder.web.public.question import OLDEST, PREGNANT, Question
from hubfinder.web.shared.terms import Term, all_departments, all_domains

Names = Iterable[tuple[str, str]]
"""Values as they stand in an address, each with its words."""
OFFERED_MILES = MILES[:-1]
"""The furthest is offered where nothing is found nearer."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter."""

    name: str
    value: str
    words: str
    count: int
    chosen: bool
    dead_end: bool
    """Would find nothing; nobody is sent there, but who is there can go back."""


@dataclass(frozen=True, slots=True)
class Section:
    """A fieldset. A folded one opens where something in it is chosen."""

    key: str
    legend: str
    options: tuple[Option, ...]
    hint: str = ""
    folded: bool = False
    in_english: bool = False

    @property
    def is_open(self) -> bool:
        return not self.folded or any(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class Panel:
    """All filters. ``ages`` and ``distances`` are lists to choose one of."""

    ages: tuple[Option, ...]
    distances: tuple[Option, ...]
    """Empty without a place."""
    sections: tuple[Section, ...]
    hidden: tuple[tuple[str, str], ...]
    """What the form carries along and does not ask for."""
    total: int
    """Results there are now."""


class Filters:
    """Makes the panel of one question."""

    def __init__(self, question: Question, found: Results, names: Mapping[str, str], needs: Names) -> None:
        self.question, self.facets, self.names, self.needs = question, found.facets, names, needs
        address = question.address()
        self.chosen = {name: frozenset(values) for name, values in address.items()}
        self.hidden = tuple(
            (name, value)
            for name in ("place", "q", "as", "circumstance", "item")
            for value in address.get(name, ())
        )
        self.total = sum(total for group, total in found.totals.items() if group != "hub")

    def panel(self) -> Panel:
        return Panel(
            ages=tuple(self._options("age", _ages(locale()), self._age())),
            distances=tuple(self._options("within", _miles())) if "within" in self.facets else (),
            sections=tuple(section for section in self._sections() if section.options),
            hidden=self.hidden,
            total=self.total,
        )

    def _age(self) -> frozenset[str]:
        months = self.question.months
        if self.question.age == PREGNANT or months is None:
            return frozenset({self.question.age})
        return frozenset({str(months // 12)})

    def _options(self, name: str, values: Names, chosen: frozenset[str] | None = None) -> Iterator[Option]:
        counts = self.facets.get(name, {})
        chosen = self.chosen.get(name, frozenset()) if chosen is None else chosen
        for value, words in values:
            count, is_chosen = counts.get(value, 0), value in chosen
            yield Option(name, value, words, count, is_chosen, not (count or is_chosen))

    def _sections(self) -> Iterator[Section]:
        yield self._section("need", gettext("What is going on"), self.needs)
        hint = gettext("Only help that says when it is open.")
        yield Section("time", gettext("When"), tuple(self._times()), hint)
        yield self._section("cost", gettext("Cost"), labels(Cost))
        yield self._section("delivery", gettext("How you get it"), labels(Delivery))
        yield self._section("access", gettext("Who it is for"), labels(Access))
        yield self._section("for", gettext("Only help made for"), labels(Circumstance), folded=True)
        yield self._section("language", gettext("Language spoken"), self._languages(), folded=True)
        features = labels(AccessibilityFeature)
        yield self._section("accessibility", gettext("What makes it easier to use"), features, folded=True)
        yield self._section("day", gettext("Day of the week"), labels(Weekday), folded=True)
        areas = tuple(self._options("footprint", self._footprints()))
        yield Section("footprint", gettext("In or for one area"), areas, folded=True, in_english=True)
        yield self._section(
            "domain", gettext("Part of the national list"), _terms(all_domains()), folded=True
        )
        departments = self._known("department", _terms(all_departments()))
        yield self._section("department", gettext("Government department"), departments, folded=True)

    def _section(self, name: str, legend: str, values: Names, *, folded: bool = False) -> Section:
        return Section(name, legend, tuple(self._options(name, values)), folded=folded)

    def _times(self) -> Iterator[Option]:
        yield from self._options("open", [("now", gettext("Open now"))])
        yield from self._options("when", labels(When))
        yield from self._options("season", season_words().items())

    def _languages(self) -> Names:
        """Those that anybody here speaks, and those that are chosen."""
        codes = (self.facets.get("language", {}).keys() | self.chosen.get("language", frozenset())) - {"en"}
        shown_in = locale()
        named = ((code, language_name(code, shown_in)) for code in codes)
        return sorted(named, key=lambda one: one[1].casefold())

    def _footprints(self) -> Names:
        """Those of the place, and those that are chosen."""
        kinds, found = dict(labels(FootprintKind)), []
        for key in self.facets.get("footprint", {}):
            kind, _, code = key.partition(":")
            found.append((key, f"{kinds[kind]}: {self.names.get(f'footprint:{key}', code)}"))
        return found

    def _known(self, name: str, values: Names) -> Names:
        """Those that anything is of, and those that are chosen."""
        there = self.facets.get(name, {}).keys() | self.chosen.get(name, frozenset())
        return [(value, words) for value, words in values if value in there]


def labels(enum: type[Labelled]) -> Names:
    """The values of an enum with their words in the language of the page."""
    return _labels_in(enum, locale())


@lru_cache(maxsize=64)
def _labels_in(enum: type[Labelled], language: str) -> Names:
    """Kept for each language: a page asks for some fifty."""
    del language
    return tuple((member.value, str(member.label)) for member in enum)


@lru_cache(maxsize=16)
def _ages(language: str) -> Names:
    del language
    years = ((str(age), gettext("Age %(age)s", age=age)) for age in range(1, OLDEST + 1))
    return ((PREGNANT, gettext("Pregnant")), ("0", gettext("Under 1")), *years)


def _miles() -> Names:
    return [(str(miles), miles_words(miles)) for miles in OFFERED_MILES]


def _terms(terms: Iterable[Term]) -> Names:
    return [(term.slug, term.name) for term in terms]
