"""What differs between two contents of a listing, in words, and how two people's changes become one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from hubfinder.listings.content import FIELDS, LABELS, NAMES, SUGGESTED, UNVERSIONED, Content
from hubfinder.listings.content_words import Names, words_of

SHOWN = tuple(field for field in FIELDS if field.name not in UNVERSIONED or field.name in SUGGESTED)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two contents say something else in; ``before`` and ``after`` are words for people."""

    field: str
    label: LazyString | str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both sides have changed, each to something else; the values as they stand in JSON."""

    field: str
    label: LazyString | str
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """Two changes of one listing as one. Where both changed a field, it has our value, and a conflict."""

    content: Content
    conflicts: tuple[Conflict, ...]


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the fields that are not the same, in the order of pages."""
    return tuple(field.name for field in SHOWN if not _same(before.get(field.name), after.get(field.name)))


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Names | None = None
) -> list[Difference]:
    """What is different, field by field; ``names`` are those of organizations, places and areas by key."""
    known = names or Names()
    return [
        Difference(
            name,
            LABELS[name],
            words_of(name, before.get(name), known),
            words_of(name, after.get(name), known),
        )
        for name in changed_fields(before, after)
    ]


def merge(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Our changes of a base, with what others have changed in it since: no change is lost without a word."""
    content: Content = {}
    conflicts: list[Conflict] = []
    for name in _names(base, ours, theirs):
        was, our, their = base.get(name), ours.get(name), theirs.get(name)
        if name in UNVERSIONED:
            content[name] = _of_unversioned(name, our, their)
        elif _same(our, their) or _same(their, was):
            content[name] = our
        elif _same(our, was):
            content[name] = their
        else:
            content[name] = our
            conflicts.append(Conflict(name, LABELS.get(name, name), was, our, their))
    return Merged(_without_nothing(content), tuple(conflicts))


def _of_unversioned(name: str, our: Any, their: Any) -> Any:  # noqa: ANN401 - any value of JSON
    """A suggestion is ours alone; the day of the last check is theirs: it stands beside the listing."""
    return our if name in SUGGESTED else their


def _names(*contents: Mapping[str, Any]) -> Iterable[str]:
    """Every field of any of them, each once, in the order of pages."""
    there = {name for content in contents for name in content}
    return [*(name for name in NAMES if name in there), *sorted(there - set(NAMES))]


def _without_nothing(content: Content) -> Content:
    """Suggestions that nobody made are not there."""
    for name in SUGGESTED:
        if not content.get(name):
            content.pop(name, None)
    return content


def _same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any value of JSON
    """Nothing, an empty text and an empty list are the same."""
    return one == other or (_is_nothing(one) and _is_nothing(other))


def _is_nothing(value: Any) -> bool:  # noqa: ANN401 - any value of JSON
    return value is None or value in ("", [], {})
