"""The line that says which areas an address is in, and how sure that is."""

from dataclasses import dataclass

from flask import url_for

from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.places.values import Membership, Place
from hubfinder.vocab import FootprintKind

CERTAIN, WORTH_SAYING = 0.995, 0.1
SHOWN = (
    FootprintKind.NEIGHBOURHOOD,
    FootprintKind.WARD,
    FootprintKind.SCHOOL_CATCHMENT_PRIMARY,
    FootprintKind.SCHOOL_CATCHMENT_INFANT,
    FootprintKind.SCHOOL_CATCHMENT_JUNIOR,
    FootprintKind.SCHOOL_CATCHMENT_SECONDARY,
    FootprintKind.PRIMARY_CARE_NETWORK,
    FootprintKind.LOCAL_AUTHORITY,
)


@dataclass(frozen=True, slots=True)
class AreaLink:
    """An area with a page of its own."""

    name: str
    href: str
    share: str
    """Per cent of the people around, where it is a likelihood."""


@dataclass(frozen=True, slots=True)
class AreaLine:
    """The areas of one kind."""

    kind: str
    areas: tuple[AreaLink, ...]
    probable: bool


def place_line(place: Place) -> list[AreaLine]:
    """The areas of an address, by kind; kinds it has none of are left out."""
    lines = []
    for kind in SHOWN:
        members = [member for member in place.of_kind(kind) if member.share >= WORTH_SAYING]
        if members:
            probable = any(member.share < CERTAIN for member in members)
            lines.append(AreaLine(_kind_words(kind), tuple(map(_link, members)), probable))
    return lines


def shown_of(place: Place) -> list[Membership]:
    """The areas the line names."""
    return [member for kind in SHOWN for member in place.of_kind(kind) if member.share >= WORTH_SAYING]


def _link(member: Membership) -> AreaLink:
    href = url_for("public.footprint", kind=member.kind.value, code=member.code)
    name = member.name.removesuffix(" PCN").removesuffix(" Primary Care Network")
    return AreaLink(name, href, formats.percentage(member.share) if member.share < CERTAIN else "")


def _kind_words(kind: FootprintKind) -> str:
    return gettext("Surgeries") if kind is FootprintKind.PRIMARY_CARE_NETWORK else str(kind.label)
