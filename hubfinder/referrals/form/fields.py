"""What a step of the form is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from flask_babel import LazyString

from hubfinder.referrals.form.words import Options

Answers = Mapping[str, Any]
LINE, LONG_LINE, SOME_WORDS, MANY_WORDS = 100, 254, 1_500, 3_000
"""Most letters of an answer. A page of the longest is under what one request may send in any script."""


class Kind(Enum):
    """How a field is asked, and how what was typed is read."""

    CHOICE = auto()
    """One of its options."""
    SELECT = auto()
    """One of many options, in a list that opens."""
    MANY = auto()
    """Any of its options: a list of codes."""
    TICK = auto()
    """``yes`` or nothing."""
    LINE = auto()
    WORDS = auto()
    """Several lines."""
    DAY = auto()
    """A date out of three numbers: ``2019-03-27``."""
    POSTCODE = auto()
    TELEPHONE = auto()
    EMAIL = auto()
    LANGUAGES = auto()
    """Languages people speak: boxes for those most often asked for, and a list of all."""
    NEEDS = auto()
    """As ``MANY``: the needs of the directory, which whoever asks hands in."""
    MEMBERS = auto()
    """A list of people or of helpers, each with a page of its own."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question."""

    name: str
    """As in ``answers.told``."""
    kind: Kind
    label: LazyString
    hint: LazyString | None = None
    options: Options | None = None
    missing: LazyString | None = None
    """What to say where nothing was answered; the answer may be left out where there is none."""
    longest: int = LINE
    is_needed: Callable[[Answers], bool] = lambda _answers: True
    """Whether ``missing`` is said, given all the answers."""
    applies: Callable[[Answers], bool] = lambda _answers: True
    """Whether it is asked at all, given the answers of the steps before."""
    autocomplete: str = ""
    """What a browser may fill in, see WCAG 1.3.5."""


@dataclass(frozen=True, slots=True)
class OtherWords:
    """What a page says to those who do not ask for themselves or their family."""

    applies: Callable[[Answers], bool]
    title: LazyString
    intro: tuple[LazyString, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form."""

    key: str
    """Also in its address."""
    title: LazyString
    fields: tuple[Field, ...] = ()
    intro: tuple[LazyString, ...] = ()
    applies: Callable[[Answers], bool] = lambda _answers: True
    other: tuple[OtherWords, ...] = ()

    def worded(self, answers: Answers) -> "Step":
        """The same in the words for whoever asks, with what they are asked first."""
        fields = tuple(sorted(self.fields, key=lambda one: not one.applies(answers)))
        found = next((one for one in self.other if one.applies(answers)), self)
        return replace(self, fields=fields, title=found.title, intro=found.intro)

    @property
    def names(self) -> frozenset[str]:
        """The answers it may ask for."""
        return frozenset(field.name for field in self.fields)

    def asked(self, answers: Answers) -> tuple[Field, ...]:
        """The questions that these answers lead to."""
        return tuple(field for field in self.fields if field.applies(answers))
