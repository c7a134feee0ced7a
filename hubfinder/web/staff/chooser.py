"""The footprints that are offered: those of one council, by kind, and whatever is chosen already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hubfinder.places.choosing import COUNCIL, Choosable, choosable, councils, outlines_of_parts
from hubfinder.places.recipes import Part
from hubfinder.vocab import FootprintKind
from hubfinder.web.shared.settings import settings
from hubfinder.web.staff.draft import Typed

OPEN_AT_FIRST = (FootprintKind.WARD,)


@dataclass(frozen=True, slots=True)
class Group:
    """Footprints of one kind that are not chosen yet."""

    kind: FootprintKind
    ones: Sequence[Choosable]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Chooser:
    """What the page offers."""

    council: str
    """Code of the council; empty until one is chosen."""
    councils: Sequence[tuple[str, str]]
    groups: Sequence[Group]
    chosen: Sequence[Choosable]
    added: frozenset[str]
    taken: frozenset[str]
    """``kind:code`` of what is chosen."""
    parts: dict[Part, Choosable]
    """All that is chosen and drawn, for the map and for naming."""
    ground: Sequence[Choosable]
    """The council itself, if one is chosen."""

    @property
    def kinds(self) -> list[FootprintKind]:
        return [group.kind for group in self.groups]

    def names(self, parts: Sequence[Part]) -> list[str]:
        """What is chosen, by name; by kind and code where nobody knows it."""
        return [self.parts[part].name if part in self.parts else str(part) for part in parts]


def chooser(session: Session, typed: Typed) -> Chooser:
    """What to offer for a draft."""
    recipe = typed.recipe
    known = councils(session)
    council = typed.council if typed.council in dict(known) else _likely_council(known)
    offered = choosable(session, council) if council else {}
    parts = outlines_of_parts(session, (*recipe.add, *recipe.without))
    there = {*parts, recipe.own}
    groups = [
        _group(kind, ones, there, is_open=kind in OPEN_AT_FIRST and not parts)
        for kind, ones in offered.items()
    ]
    return Chooser(
        council=council,
        councils=known,
        groups=[group for group in groups if group.ones],
        chosen=list(parts.values()),
        added=frozenset(str(part) for part in recipe.add),
        taken=frozenset(str(part) for part in recipe.without),
        parts=parts,
        ground=[one for one in offered.get(COUNCIL, ()) if one.part.code == council],
    )


def _group(kind: FootprintKind, ones: Sequence[Choosable], but: Collection[Part], *, is_open: bool) -> Group:
    """The footprints of a kind but for those chosen, and the neighbourhood itself."""
    return Group(kind, [one for one in ones if one.part not in but], is_open)


def _likely_council(known: Sequence[tuple[str, str]]) -> str:
    """The council of this hubfinder, by its name; the only one there is; otherwise none."""
    ours = [code for code, name in known if name.casefold() in settings().council_name.casefold()]
    if not ours and len(known) == 1:
        return known[0][0]
    return ours[0] if ours else ""
