"""Who agreed a composed neighbourhood, and what it is made of, as its pages say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from hubfinder.display.formats import listed
from hubfinder.places.models import LayerVersion
from hubfinder.places.neighbourhoods import SEVERAL


@dataclass(frozen=True, slots=True)
class MadeOf:
    """A footprint of a recipe: its name on the day it was agreed, and where its page is."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a version keeps of how it came about."""

    partners: str
    day: date
    add: Sequence[MadeOf]
    without: Sequence[MadeOf]
    note: str
    published_by: str


def agreement_of(version: LayerVersion | None) -> Agreement | None:
    """The agreement of a version; none for one that was imported or derived."""
    if version is None or version.agreed_on is None or not version.recipe:
        return None
    kept: Mapping[str, Any] = version.recipe
    return Agreement(
        partners=listed(version.agreed_by.split(SEVERAL)),
        day=version.agreed_on,
        add=_parts(kept, "add"),
        without=_parts(kept, "without"),
        note=kept.get("note", ""),
        published_by=kept.get("published_by", ""),
    )


def _parts(kept: Mapping[str, Any], name: str) -> list[MadeOf]:
    found = []
    for one in kept.get(name, ()):
        kind, _, code = one["part"].partition(":")
        found.append(MadeOf(one["name"], url_for("public.footprint", kind=kind, code=code)))
    return found
