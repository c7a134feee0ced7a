"""Where the areas on a page come from, in as few lines as say it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hubfinder.display import formats
from hubfinder.places.sources import LayerSource, layers_of
from hubfinder.vocab import FootprintKind
from hubfinder.web.shared.kept import kept_each


@dataclass(frozen=True, slots=True)
class AreaSource:
    """Kinds of area of which the same can be said. ``layer`` stands for all their layers."""

    kinds: tuple[FootprintKind, ...]
    layer: LayerSource

    @property
    def names(self) -> str:
        """The kinds in words: ``Ward, Council area``."""
        return formats.listed(str(kind.label) for kind in self.kinds)


def sources_by_footprint(session: Session, footprint_ids: Iterable[int]) -> dict[int, LayerSource]:
    """The layer of each footprint, by its id; asked for once a minute at most."""
    wanted = {str(id_) for id_ in footprint_ids}
    found = kept_each("layer", wanted, lambda missing: _ask(session, missing))
    return {int(key): layer for key, layer in found.items()}


def area_sources(session: Session, footprint_ids: Iterable[int]) -> list[AreaSource]:
    """What the macro ``where_from`` (parts/sources.html) shows: where these footprints come from."""
    return in_few_lines(sources_by_footprint(session, footprint_ids).values())


def in_few_lines(layers: Iterable[LayerSource]) -> list[AreaSource]:
    """Layers that say the same of themselves, together."""
    order = list(FootprintKind)
    together: dict[tuple[object, ...], list[LayerSource]] = {}
    for layer in sorted(set(layers), key=lambda one: (order.index(one.kind), one.key)):
        together.setdefault(layer.facts, []).append(layer)
    return [AreaSource(tuple(dict.fromkeys(one.kind for one in same)), same[0]) for same in together.values()]


def _ask(session: Session, missing: Iterable[str]) -> dict[str, LayerSource]:
    return {str(id_): layer for id_, layer in layers_of(session, [int(key) for key in missing]).items()}
