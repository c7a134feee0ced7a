"""Recipes as small YAML files: read with every limit in place, and written so that they can be read again."""

from collections.abc import Iterable

import yaml

from hubfinder.places.recipes import FIELDS, Fault, Problem, Recipe, RecipeRefused

MOST_BYTES = 64 * 1024
MOST_EVENTS = 2_000
DEEPEST = 3
"""A recipe is a mapping of lists: no honest file goes deeper."""


def read_fields(content: bytes) -> dict[str, object]:
    """The fields of a recipe file, as they stand in it.

    Raises:
        RecipeRefused: it is too large or too deep, is no YAML, repeats a key or an anchor, or is no mapping.
    """
    if len(content) > MOST_BYTES:
        raise _refused(f"it has more than {MOST_BYTES // 1024} KB")
    try:
        text = content.decode("utf-8-sig")
        _refuse_hostile(yaml.parse(text, yaml.SafeLoader))
        _refuse_repeats(yaml.compose(text, yaml.SafeLoader))
        found = yaml.safe_load(text)
    except UnicodeDecodeError as error:
        raise _refused("it is not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _refused(f"line {line}: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise _refused(str(error).splitlines()[0]) from error
    if not isinstance(found, dict):
        raise _refused("it has no fields such as name and add")
    return {str(key): value for key, value in found.items()}


def as_file(recipe: Recipe) -> str:
    """The recipe as a file: read again it gives the same recipe."""
    fields = recipe.fields()
    lines: str = yaml.safe_dump(
        {name: fields[name] for name in FIELDS if name in fields},
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )
    return lines


def _refuse_hostile(events: Iterable[yaml.Event]) -> None:
    """Stop at the first event that no recipe has: aliases, which can grow without end, or deep nesting."""
    depth = 0
    for number, event in enumerate(events):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refused(f"line {line}: it uses anchors, which a recipe does not need")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or number > MOST_EVENTS:
            raise _refused(f"line {line}: it goes deeper or further than a recipe does")


def _refuse_repeats(node: yaml.Node | None) -> None:
    """YAML itself lets the last of two equal keys win without a word."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, _ in node.value:
        name = str(key.value)
        if name in seen:
            raise RecipeRefused([Problem(name[:40], name, Fault.TWICE_GIVEN)])
        seen.add(name)


def _refused(why: str) -> RecipeRefused:
    return RecipeRefused([Problem("", why, Fault.NOT_YAML)])
