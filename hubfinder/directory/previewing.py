"""What a neighbourhood would be: how it lies over catchments, networks and wards, and what help is inside."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hubfinder.directory.within import Inside, inside_shape
from hubfinder.places.models import LayerVersion
from hubfinder.places.neighbourhoods import KIND, NOBODY, Draft, Moves, moves, shape_in_force, version_of
from hubfinder.places.overlap import Meeting, ShapeOverlap, compare_shape
from hubfinder.places.sources import LayerSource, layers_of
from hubfinder.vocab import FootprintKind

COMPARED = (
    *(kind for kind in FootprintKind if kind.is_catchment),
    FootprintKind.PRIMARY_CARE_NETWORK,
    FootprintKind.WARD,
    KIND,
)
"""The kinds that partners ask about, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft, what it shares with others, and the family hubs and services in it."""

    draft: Draft
    overlap: ShapeOverlap
    inside: Inside
    replaces: LayerVersion | None = None
    """The version in force, which publishing would replace."""
    layers: tuple[LayerSource, ...] = ()
    """Where its parts and all that it is compared with come from."""
    moves: Moves = NOBODY
    """Whom publishing would move."""

    def of_kind(self, kind: FootprintKind) -> tuple[Meeting, ...]:
        """The footprints of a kind that it meets, the largest share first; never itself."""
        return tuple(
            one
            for one in self.overlap.of_kind(kind)
            if (one.other.kind, one.other.code) != (KIND, self.draft.recipe.code)
        )


def preview(session: Session, draft: Draft) -> Preview:
    """Everything that is shown of a draft before it is published."""
    shape = draft.composed.shape
    parts = [one.id for one in draft.adds]
    there = version_of(session, draft.recipe.code) if draft.recipe.code else None
    old = shape_in_force(session, there) if there else None
    overlap = compare_shape(session, shape, COMPARED)
    shown = {one.id for one in (*draft.adds, *draft.takes)} | {one.other.id for one in overlap.meetings}
    return Preview(
        draft,
        overlap,
        inside_shape(session, shape, parts),
        there,
        tuple(sorted(set(layers_of(session, shown).values()), key=lambda layer: layer.key)),
        moves(session, old, shape) if there else NOBODY,
    )
