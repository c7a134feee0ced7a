"""Fields and answers of the form in the words of the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from babel import Locale

from hubfinder.directory.queries import needs
from hubfinder.directory.values import NEED
from hubfinder.display import formats
from hubfinder.display.language import KNOWN, SPOKEN_TOO, language_name, locale
from hubfinder.display.words import gettext
from hubfinder.referrals.form.days import day_words
from hubfinder.referrals.form.fields import Answers, Field, Kind, Step
from hubfinder.referrals.form.steps import MOST_ROWS, ROWS
from hubfinder.web.shared.places import reading

_NOBODY_GROWS_UP_WITH = frozenset({"ae", "cu", "ia", "ie", "io", "la", "pi", "sa", "vo"})
"""Languages that are only written, prayed in or made up."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question as the page shows it."""

    name: str
    kind: str
    label: str
    hint: str
    value: Any
    error: str
    options: tuple[tuple[str, str], ...] = ()
    is_optional: bool = False
    is_heading: bool = False
    """Its label is the heading of the page."""
    longest: int = 0
    autocomplete: str = ""
    rows: tuple["Row", ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    """Of languages: the list of all."""
    is_full: bool = False
    """Of people and helpers: there is no room for another."""
    other: str = ""
    """What another window has said meanwhile, in words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One of the people, or of the helpers."""

    id: str
    name: str
    known: tuple[str, ...]
    """What is known besides the name; each may be of another direction than the page."""

    @property
    def details(self) -> str:
        """The same with commas."""
        return ", ".join(self.known)


@dataclass(frozen=True, slots=True)
class Line:
    """One answer, to be checked."""

    label: str
    text: str
    rows: tuple[Row, ...] = ()
    """Of people and helpers: the same, name by name."""


@dataclass(frozen=True, slots=True)
class Part:
    """The answers of one step, to be checked."""

    key: str
    title: str
    lines: tuple[Line, ...] = field(default_factory=tuple)


def fields_of(
    step: Step,
    values: Answers,
    errors: Mapping[str, str],
    answers: Answers | None = None,
    others: Mapping[str, str] | None = None,
) -> list[FieldView]:
    """The questions of a step, with what was answered and what is wrong with it.

    ``answers`` are those of the other steps, on which hangs what is asked; ``others`` as of ``others_of``.
    """
    asked = step.asked(answers or {})
    views = [_view(step, one, values.get(one.name), errors.get(one.name, "")) for one in asked]
    return [replace(view, other=others.get(view.name, "")) for view in views] if others else views


def others_of(step: Step, known: Answers, values: Answers) -> dict[str, str]:
    """What another window has said, in words, by field: of what is answered otherwise on this page.

    ``known`` is what stands there by now, on which hangs what is asked.
    """
    return {
        one.name: text_of(one, known.get(one.name)) or gettext("Nothing said")
        for one in step.asked(known)
        if not is_same(known.get(one.name), values.get(one.name))
    }


def is_same(one: Any, another: Any) -> bool:  # noqa: ANN401 - answers
    """Whether two answers are; nothing said is the same however it is written."""
    return bool((one or "") == (another or ""))


def _view(step: Step, one: Field, value: Any, error: str) -> FieldView:  # noqa: ANN401 - an answer
    is_first = one is step.fields[0] and one.label == step.title
    return FieldView(
        name=one.name,
        kind=one.kind.name.lower(),
        label=str(one.label),
        hint=str(one.hint or ""),
        value=value or "",
        error=error,
        options=tuple(options_of(one).items()),
        is_optional=one.missing is None and one.kind not in (Kind.TICK, Kind.CHOICE),
        is_heading=is_first and not step.intro and one.kind is not Kind.MEMBERS,
        longest=one.longest,
        autocomplete=one.autocomplete,
        rows=tuple(rows_of(one.name, value or [])) if one.kind is Kind.MEMBERS else (),
        more=_other_languages(locale()) if one.kind is Kind.LANGUAGES else (),
        is_full=one.kind is Kind.MEMBERS and len(value or ()) >= MOST_ROWS,
    )


def options_of(one: Field) -> dict[str, str]:
    """Its options in words."""
    if one.kind is Kind.NEEDS:
        return need_names()
    if one.kind is Kind.LANGUAGES:
        return {code: language.name for code, language in KNOWN.items()}
    return {code: str(words) for code, words in (one.options or {}).items()}


def need_names() -> dict[str, str]:
    """The needs of the directory: key and name."""
    return {term.key.removeprefix(NEED): gettext(term.name) for term in needs(reading())}


@lru_cache(maxsize=len(KNOWN))
def _other_languages(shown_in: str) -> tuple[tuple[str, str], ...]:
    """Every language that has no box of its own, by name."""
    of_two_letters = {code for code in map(str, Locale.parse("en").languages) if len(code) == 2}
    codes = (of_two_letters | SPOKEN_TOO.keys()) - KNOWN.keys() - _NOBODY_GROWS_UP_WITH
    others = ((code, language_name(code, shown_in)) for code in codes)
    return tuple(sorted(others, key=lambda one: (one[1].casefold(), one[0])))


def rows_of(list_: str, values: Sequence[Answers]) -> list[Row]:
    """People or helpers, each in a line."""
    step = ROWS[list_]
    return [Row(one.get("id", ""), _name(step, one), _known(step, one)) for one in values]


def _name(step: Step, row: Answers) -> str:
    if row.get("name"):
        return str(row["name"])
    kinds = next((options_of(one) for one in step.fields if one.name == "kind"), {})
    return kinds.get(row.get("kind", ""), "")


def _known(step: Step, row: Answers) -> tuple[str, ...]:
    """What is known besides the name."""
    known = [text_of(one, row.get(one.name)) for one in step.fields if one.name not in ("name", "kind")]
    return tuple(text for text in known if text)


def parts_of(steps: Sequence[Step], answers: Answers) -> list[Part]:
    """All that was answered, step by step; what was left out is left out."""
    return [Part(step.key, str(step.title), tuple(_lines(step, answers))) for step in steps if step.fields]


def _lines(step: Step, answers: Answers) -> list[Line]:
    said = [(one, answers.get(one.name)) for one in step.asked(answers)]
    return [
        Line("" if one.label == step.title else str(one.label), text, _rows(one, value))
        for one, value in said
        if (text := text_of(one, value))
    ]


def _rows(one: Field, value: Any) -> tuple[Row, ...]:  # noqa: ANN401 - an answer
    return tuple(rows_of(one.name, value)) if one.kind is Kind.MEMBERS else ()


def text_of(one: Field, value: Any) -> str:  # noqa: ANN401 - an answer
    """An answer in words; empty where there is none."""
    if not value:
        return ""
    words = _WORDED.get(one.kind)
    return words(one, value) if words else str(value)


def _chosen(one: Field, value: str) -> str:
    return options_of(one).get(value, "")


def _several(one: Field, value: Sequence[str]) -> str:
    return formats.listed(words for code, words in options_of(one).items() if code in value)


def _spoken(_one: Field, value: Sequence[str]) -> str:
    return formats.listed(language_name(code, locale()) for code in value)


def _people(one: Field, value: Sequence[Answers]) -> str:
    rows = rows_of(one.name, value)
    return "\n".join(", ".join(filter(None, (row.name, row.details))) for row in rows)


_WORDED: dict[Kind, Callable[[Field, Any], str]] = {
    Kind.CHOICE: _chosen,
    Kind.SELECT: _chosen,
    Kind.MANY: _several,
    Kind.NEEDS: _several,
    Kind.LANGUAGES: _spoken,
    Kind.TICK: lambda one, _value: str(one.label),
    Kind.DAY: lambda _one, value: day_words(value),
    Kind.MEMBERS: _people,
}
