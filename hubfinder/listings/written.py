"""What a page of editing holds in its fields: out of a content, and back into one.

A form is names with lists of texts, as browsers send them. Reading one never fails: what cannot be used is a
problem beside its field, the rest is kept, and the page shows everything as it was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubfinder.listings.content import Content
from hubfinder.listings.typed_values import Unclear

Form = Mapping[str, Sequence[str]]
MOST_ROWS = 100
"""Rows of a list on a page: sessions, days, prices."""
LONGEST = 20_000
"""Characters that are read of one field."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a form says: fields of the content, and problems by the id of what stands on the page."""

    fields: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Around:
    """What the texts of a form mean here."""

    hidden: tuple[str, ...] = ()
    """Keys of confidential places of the listing, in their order: pages call them ``hidden-1`` and so on."""

    def shown(self, key: str) -> str:
        """What a page calls a place."""
        return f"hidden-{self.hidden.index(key) + 1}" if key in self.hidden else key

    def key(self, shown: str) -> str:
        """The key of what a page calls so; what it cannot be is left as it is, for whoever checks it."""
        number = shown.removeprefix("hidden-")
        if shown.startswith("hidden-") and number.isdecimal() and len(number) < 4:
            place = int(number) - 1
            return self.hidden[place] if 0 <= place < len(self.hidden) else ""
        return shown


def one(form: Form, name: str) -> str:
    """The first text of a field, without what cannot be seen at its ends."""
    texts = form.get(name) or ("",)
    return texts[0].replace("\r\n", "\n").replace("\r", "\n").strip()[:LONGEST]


def some(form: Form, name: str) -> list[str]:
    """The texts of a field that may be there several times, each once, without empty ones."""
    return list(dict.fromkeys(text.strip()[:200] for text in form.get(name) or () if text.strip()))[:500]


def rows(form: Form, *names: str) -> list[tuple[str, ...]]:
    """The rows of a list whose columns have these names; short columns are filled with empty texts.

    Empty rows stay, so that a problem can be said beside the row where it is.
    """
    columns = [[text.strip()[:1_000] for text in form.get(name) or ()] for name in names]
    length = min(max(map(len, columns), default=0), MOST_ROWS)
    filled = [column + [""] * (length - len(column)) for column in columns]
    return [tuple(column[number] for column in filled) for number in range(length)]


def columns(names: Sequence[str], wanted: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Rows as a form holds them: a list for each column."""
    return {name: [row[number] for row in wanted] for number, name in enumerate(names)}


def said(problems: dict[str, str], name: str, unclear: Unclear) -> None:
    """Keep the first problem of a field."""
    problems.setdefault(name, str(unclear))


def texts(form: Form, *names: str) -> dict[str, str]:
    return {name: one(form, name) for name in names}


def shown_texts(content: Content, *names: str) -> dict[str, list[str]]:
    return {name: [content.get(name) or ""] for name in names}
