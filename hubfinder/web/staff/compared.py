"""Differences between two contents of a listing as pages show them: side by side, words marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from hubfinder.display.marking import Marked, mark
from hubfinder.listings.content_words import names_of, words_of
from hubfinder.listings.differences import Merged, differences


@dataclass(frozen=True, slots=True)
class Changed:
    """A field before and after, in words."""

    field: str
    label: str
    words: Marked


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed: as it was, as the change has it, and as the listing has it now."""

    field: str
    label: str
    base: str
    ours: str
    theirs: str


def changes(session: Session, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """What is different, in the order of pages."""
    names = names_of(session, before, after)
    return [
        Changed(one.field, str(one.label), mark(one.before, one.after))
        for one in differences(before, after, names)
    ]


def clashes(session: Session, merged: Merged) -> list[Clash]:
    """The conflicts of a merge in words."""
    sides = [
        {one.field: value for one in merged.conflicts if (value := getattr(one, side)) is not None}
        for side in ("base", "ours", "theirs")
    ]
    names = names_of(session, *sides)
    return [
        Clash(
            one.field,
            str(one.label),
            *(words_of(one.field, value, names) for value in (one.base, one.ours, one.theirs)),
        )
        for one in merged.conflicts
    ]
