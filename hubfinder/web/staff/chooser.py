"""The footprints that are offered: those of one council, by kind, and whatever is chosen already."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hubfinder.places.choosing import Choosable, choosable, councils, outlines_of_parts
from hubfinder.places.recipes import Part, Recipe
from hubfinder.vocab import FootprintKind
from hubfinder.web.shared.settings import settings
from hubfinder.web.staff.draft import Typed

OPEN_AT_FIRST = (FootprintKind.WARD,)


@dataclass(frozen=True, slots=True)
class Group:
    """Footprints of one kind to choose from."""

    kind: FootprintKind
    ones: Sequence[Choosable]
    chosen: int
    """How many of them are added or taken away."""

    @property
    def is_open(self) -> bool:
        return bool(self.chosen) or self.kind in OPEN_AT_FIRST


@dataclass(frozen=True, slots=True)
class Chooser:
    """What the page offers."""

    council: str
    """Code of the council; empty until one is chosen."""
    councils: Sequence[tuple[str, str]]
    groups: Sequence[Group]
    elsewhere: Sequence[Choosable]
    """Chosen footprints that are not on the ground of the council."""
    added: frozenset[str]
    taken: frozenset[str]
    """``kind:code`` of what is chosen."""
    parts: dict[Part, Choosable]
    """All that is chosen and drawn, for the map and for naming."""

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
    chosen = {*recipe.add, *recipe.without}
    parts = outlines_of_parts(session, (*recipe.add, *recipe.without))
    there = {one.part for ones in offered.values() for one in ones}
    return Chooser(
        council=council,
        councils=known,
        groups=[_group(kind, ones, recipe, chosen) for kind, ones in offered.items()],
        elsewhere=[one for part, one in parts.items() if part not in there],
        added=frozenset(str(part) for part in recipe.add),
        taken=frozenset(str(part) for part in recipe.without),
        parts=parts,
    )


def _group(kind: FootprintKind, ones: Sequence[Choosable], recipe: Recipe, chosen: set[Part]) -> Group:
    """The footprints of a kind but for the neighbourhood itself, which cannot be made of itself."""
    others = [one for one in ones if one.part != recipe.own]
    return Group(kind, others, sum(one.part in chosen for one in others))


def _likely_council(known: Sequence[tuple[str, str]]) -> str:
    """The council of this hubfinder, by its name; the only one there is; otherwise none."""
    ours = [code for code, name in known if name.casefold() in settings().council_name.casefold()]
    if not ours and len(known) == 1:
        return known[0][0]
    return ours[0] if ours else ""
