"""Where areas come from: what must be said on every page, and in every export, that shows one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.models import Footprint, Layer, PlacesState
from hubfinder.vocab import Basis, FootprintKind


@dataclass(frozen=True, slots=True)
class LayerSource:
    """What a layer of footprints says of itself."""

    key: str
    kind: FootprintKind
    basis: Basis
    source: str
    as_of: date | None
    licence: str
    attribution: str
    method: str

    @property
    def facts(self) -> tuple[object, ...]:
        """What it says, whatever it is of."""
        return (self.basis, self.source, self.as_of, self.licence, self.attribution, self.method)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something other than a layer comes from."""

    source: str = ""
    as_of: date | None = None
    licence: str = ""
    attribution: str = ""


def postcodes_origin(session: Session) -> Origin | None:
    """Where the postcodes come from; none if nobody has said."""
    said = session.scalar(select(PlacesState.postcodes))
    if not said:
        return None
    day = date.fromisoformat(said["as_of"]) if "as_of" in said else None
    return Origin(said.get("source", ""), day, said.get("licence", ""), said.get("attribution", ""))


def layers_of(session: Session, footprint_ids: Collection[int]) -> dict[int, LayerSource]:
    """The layer each footprint came with, by the footprint's id; one statement."""
    if not footprint_ids:
        return {}
    rows = session.execute(
        select(
            Footprint.id,
            Layer.key,
            Layer.kind,
            Layer.basis,
            Layer.source,
            Layer.as_of,
            Layer.licence,
            Layer.attribution,
            Layer.method,
        )
        .join(Layer, Layer.id == Footprint.layer_id)
        .where(Footprint.id.in_(footprint_ids))
    )
    return {row[0]: LayerSource(*row[1:]) for row in rows}
