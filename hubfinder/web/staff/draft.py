"""A draft as it stands in an address or a form, and what is wrong with it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from hubfinder.clock import today
from hubfinder.places.recipes import NEEDED, Problem, Recipe, read_recipe

TEXTS = ("name", "code", "note", "agreed_by", "agreed_on", "published_by")
LISTS = ("add", "without")


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody chose and typed so far."""

    recipe: Recipe
    """As far as it can be used."""
    texts: dict[str, str]
    """The fields as typed, to be shown again."""
    problems: tuple[Problem, ...] = ()
    council: str = ""
    """Code of the council whose footprints are offered."""
    looked_at: int | None = None
    """The version that was in force when the page was made; none in an address."""

    @property
    def has_parts(self) -> bool:
        return bool(self.recipe.add or self.recipe.without)


@dataclass(frozen=True, slots=True)
class Errors:
    """Problems by field, in the order of the page."""

    by_field: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> "Errors":
        found: dict[str, list[str]] = {name: [] for name in (*LISTS, *TEXTS)}
        for problem in problems:
            if problem.words not in found.setdefault(problem.field, []):
                found[problem.field].append(problem.words)
        return cls({name: " ".join(words) for name, words in found.items() if words})


def typed_in(fields: "MultiDict[str, str]", needed: Collection[str] = NEEDED) -> Typed:
    """The draft in the fields of an address or a form."""
    texts = {name: fields.get(name, "").replace("\r", "")[:2_000] for name in TEXTS}
    lists = {name: fields.getlist(name) for name in LISTS}
    recipe, problems = read_recipe({**texts, **lists}, today(), needed)
    looked_at = fields.get("looked_at", "")
    return Typed(
        recipe,
        texts,
        tuple(problems),
        fields.get("council", "")[:60],
        int(looked_at) if looked_at.isdecimal() and len(looked_at) < 9 else None,
    )


def address_of(recipe: Recipe, council: str = "") -> str:
    """Where the page shows a recipe as a draft: the whole draft stands in the address."""
    values: dict[str, Any] = {
        "council": council,
        "name": recipe.name,
        "code": recipe.code,
        "note": recipe.note,
        **{name: [str(part) for part in getattr(recipe, name)] for name in LISTS},
    }
    return url_for("staff.compose", **{name: value for name, value in values.items() if value})
