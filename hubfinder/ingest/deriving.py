"""What every derivation has in common: its options, the land it is cut to, and what it must not overwrite.

A derivation is run like an import, and what it makes is stored like a file of boundaries: one transaction,
a report, versions. In place of a file it has a name.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from shapely.geometry.base import BaseGeometry

from hubfinder.ingest.errors import FileRefused
from hubfinder.ingest.kind import option
from hubfinder.ingest.loading import Loading
from hubfinder.places.deriving.facts import Said, layers_of, real_ones
from hubfinder.places.deriving.ground import Shapes
from hubfinder.places.deriving.land import shapes_of
from hubfinder.places.models import Layer
from hubfinder.vocab import FootprintKind

SHOWN = 5
LAND = (FootprintKind.SMALL_AREA, FootprintKind.LOCAL_AUTHORITY)
"""What areas are cut to unless something else is said: the first of which there are shapes."""
NO_LAND = (
    "There is no land here to cut areas to. Import small areas or council areas first (hubfinder import "
    "footprints), or say with --within of which kind the land is."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """Options of every derivation."""

    layer: str = option(
        "A name for this set of areas. [default: made of the kind and the method]", default=""
    )
    source: str = option("Where the data is from, in words for people.", default="")
    as_of: date | None = option("The day the data is of, such as 2025-10-01.", default=None)
    licence: str = option("The licence of the data.", default="")
    attribution: str = option("What the licence asks to be said where an area is shown.", default="")

    @property
    def said(self) -> Said:
        return Said(self.source, self.as_of, self.licence, self.attribution)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLand(Common):
    """Options of derivations that are cut to the land."""

    footprint_kind: FootprintKind | None = option("Store them as another kind of area.", default=None)
    within: FootprintKind | None = option(
        "The kind of area whose ground is the land. [default: small_area, or else local_authority]",
        default=None,
    )
    only: str = option("Only within these areas of that kind: codes with ';' between them.", default="")


@dataclass(frozen=True, slots=True)
class Land:
    """The areas whose ground is the land, by code, and the layers they are from."""

    kind: FootprintKind
    shapes: Mapping[str, BaseGeometry]
    layers: Sequence[Layer]

    @property
    def words(self) -> str:
        """What a method says of it."""
        return f"cut to the land of {many(len(self.shapes), LAND_WORDS.get(self.kind, 'area'))}"

    def without(self, codes: Collection[str]) -> Shapes:
        """The shapes but for those of some codes."""
        return np.array([one for code, one in self.shapes.items() if code not in codes], dtype=object)


LAND_WORDS = {FootprintKind.SMALL_AREA: "small area", FootprintKind.LOCAL_AUTHORITY: "council area"}


def many(number: int, one: str, several: str = "") -> str:
    """A number with its word: ``1 school``, ``2,000 schools``."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def land_for(loading: Loading, options: OnLand) -> Land:
    """The land that was asked for.

    Raises:
        FileRefused: there is none, or a code is not known.
    """
    codes = {code for part in options.only.split(";") if (code := part.strip())}
    for kind in [options.within] if options.within else LAND:
        shapes = shapes_of(loading.session, kind, codes)
        if unknown := sorted(codes - set(shapes)) if shapes else []:
            raise FileRefused(f"There is no {kind.value} with a shape and the code {listed(unknown)}.")
        if shapes:
            return Land(kind, shapes, layers_of(loading.session, kind, codes))
    raise FileRefused(NO_LAND)


def refuse_over_real(
    loading: Loading, kind: FootprintKind, layer: str, codes: Collection[str], *, replace: bool
) -> None:
    """Refuse to draw over official or traced areas, unless that was asked for.

    Raises:
        FileRefused: it was not.
    """
    over = [code for code in real_ones(loading.session, kind, layer) if code in set(codes)]
    if over and not replace:
        raise FileRefused(
            f"{many(len(over), 'official or traced area')} of this kind would be overwritten "
            f"({listed(over)}). Use --replace if that is meant."
        )
    if over:
        loading.report.note(f"Replaced {many(len(over), 'official or traced area')} of this kind.")


def listed(codes: Sequence[str]) -> str:
    """The first few of many codes."""
    more = f" and {len(codes) - SHOWN:,} more" if len(codes) > SHOWN else ""
    return ", ".join(codes[:SHOWN]) + more


def telling(loading: Loading, what: str) -> Callable[[int, int], None]:
    """A progress function for one piece of work."""
    return lambda done, everything: loading.progress(what, done, everything)
