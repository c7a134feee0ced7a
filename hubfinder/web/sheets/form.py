"""The form of choices of a sheet: what can be chosen, and what is."""

from dataclasses import dataclass

from hubfinder.display.language import KNOWN, language_name, locale
from hubfinder.display.words import gettext
from hubfinder.sheets.orders import OLDEST, PREGNANT, Length, Paper, Readers, ScopeKind, SheetOrder
from hubfinder.vocab import Access, Labelled
from hubfinder.web.shared.terms import all_needs

Choices = tuple[tuple[str, str], ...]
"""Values as they stand in an address, each with its words."""


@dataclass(frozen=True, slots=True)
class Form:
    """All that can be chosen, in the language of the page."""

    order: SheetOrder
    hidden: Choices
    """For what the sheet is, carried along."""
    languages: Choices
    topics: Choices
    ages: Choices
    accesses: Choices
    spoken: Choices
    lengths: Choices
    papers: Choices
    readers: Choices

    @property
    def is_narrowed(self) -> bool:
        """Whether anything leaves listings out."""
        return bool(self.order.topics or self.order.age or self.order.access or self.order.spoken)

    @property
    def is_special(self) -> bool:
        """Whether anything about paper or readers is not the usual."""
        usual = (Paper.A4, Readers.FAMILIES, False)
        return (self.order.paper, self.order.readers, self.order.easy) != usual


def form_of(order: SheetOrder) -> Form:
    """The form as it stands for an order."""
    return Form(
        order=order,
        hidden=scope_pairs(order),
        languages=tuple((one.code, _both_names(one.code, one.name)) for one in KNOWN.values()),
        topics=tuple((need.slug, need.name) for need in all_needs()),
        ages=_ages(),
        accesses=(("", gettext("All of it")), *_labels(Access)),
        spoken=tuple((code, language_name(code, locale())) for code in _spoken(order)),
        lengths=_labels(Length),
        papers=_labels(Paper),
        readers=_labels(Readers),
    )


def scope_pairs(order: SheetOrder) -> Choices:
    """For what the sheet is, as it stands in the address."""
    return tuple((name, value) for name, value in order.pairs() if name in ("for", "item"))


def is_of_list(order: SheetOrder) -> bool:
    """Whether it is the sheet of a saved list: what is on that was chosen one by one."""
    return order.scope.kind is ScopeKind.LIST


def _both_names(code: str, own: str) -> str:
    """``Polski (Polish)``: families read the one, whoever prints it the other."""
    here = language_name(code, locale())
    return own if own.casefold() == here.casefold() else f"{own} ({here})"


def _labels(enum: type[Labelled]) -> Choices:
    return tuple((one.value, str(one.label)) for one in enum)


def _ages() -> Choices:
    years = tuple(str(age) for age in range(1, OLDEST + 1))
    return (
        ("", gettext("Any age")),
        (PREGNANT, gettext("Pregnant")),
        ("0", gettext("Under 1")),
        *((age, age) for age in years),
    )


def _spoken(order: SheetOrder) -> tuple[str, ...]:
    """The languages of sheets besides English, and what else the address asks for."""
    usual = tuple(code for code in KNOWN if code != "en")
    return tuple(dict.fromkeys((*usual, *order.spoken)))
