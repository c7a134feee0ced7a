"""What a derived layer says of itself: what it was made of, and what the licences of that ask for."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.layers import LayerFacts
from hubfinder.places.models import Footprint, Layer
from hubfinder.vocab import Basis, FootprintKind

REAL = (Basis.OFFICIAL, Basis.TRACED)
"""Lines that somebody decided: nothing that is worked out takes their place unasked."""
_ORDER = (Basis.OFFICIAL, Basis.TRACED, Basis.BEST_FIT, Basis.MODELLED)
_SENTENCE = re.compile(r"(?<=\.)\s+(?=[A-Z])|\n+")


@dataclass(frozen=True, slots=True)
class Said:
    """What whoever derives a layer says of the data that is not a layer: practices, schools, a lookup."""

    source: str = ""
    as_of: date | None = None
    licence: str = ""
    attribution: str = ""


def layers_of(session: Session, kind: FootprintKind, codes: Collection[str] = ()) -> list[Layer]:
    """The layers that the shapes of a kind are from, by key; of these codes only, if any are named."""
    theirs = select(Footprint.layer_id).where(Footprint.kind == kind, Footprint.geom.is_not(None))
    if codes:
        theirs = theirs.where(Footprint.code.in_(codes))
    return list(session.scalars(select(Layer).where(Layer.id.in_(theirs)).order_by(Layer.key)))


def derived_facts(
    key: str, kind: FootprintKind, basis: Basis, said: Said, parts: Sequence[Layer]
) -> LayerFacts:
    """The facts of a layer made of others: everything they ask to be said, once. The method comes later.

    The day is the one that was said, or the oldest of the parts: nothing is newer than that for sure.
    """
    days = [layer.as_of for layer in parts if layer.as_of]
    return LayerFacts(
        key=key,
        kind=kind,
        basis=basis,
        source="; ".join(once([said.source, *(layer.source for layer in parts)])),
        as_of=said.as_of or min(days, default=None),
        licence="; ".join(once([said.licence, *(layer.licence for layer in parts)])),
        attribution=" ".join(once(_sentences([said.attribution, *(layer.attribution for layer in parts)]))),
    )


def least_sure(bases: Iterable[Basis]) -> Basis:
    """The basis of something made of parts with these."""
    return max(bases, key=_ORDER.index)


def once(texts: Iterable[str]) -> list[str]:
    """The texts that are not empty, each once, in the order in which they first come."""
    return list(dict.fromkeys(text for given in texts if (text := " ".join(given.split()))))


def _sentences(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        yield from _SENTENCE.split(text)


def real_ones(session: Session, kind: FootprintKind, layer: str) -> dict[str, str]:
    """Names of the official and traced areas of a kind with a shape, by code, but for those of one layer."""
    rows = session.execute(
        select(Footprint.code, Footprint.name)
        .join(Layer, Layer.id == Footprint.layer_id)
        .where(Footprint.kind == kind, Footprint.geom.is_not(None))
        .where(Layer.basis.in_(REAL), Layer.key != layer)
        .order_by(Footprint.code)
    )
    return {row.code: row.name for row in rows}
