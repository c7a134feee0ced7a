"""Writing whole layers of footprints, inside the caller's transaction."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hubfinder.database.base import SRID
from hubfinder.database.copying import Values, put_rows
from hubfinder.places.models import Footprint, Layer
from hubfinder.places.outlines import outlines_for
from hubfinder.vocab import Basis, FootprintKind

COLUMNS = ("layer_id", "kind", "code", "name", "geom", "outline")


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """What the footprints of a layer have in common."""

    key: str
    kind: FootprintKind
    basis: Basis
    source: str = ""
    as_of: date | None = None
    licence: str = ""
    attribution: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A footprint to store. ``shape`` is a valid multipolygon in degrees; none if only its name is known."""

    code: str
    name: str
    shape: BaseGeometry | None = None


class LayerOfAnotherKind(Exception):
    """There is a layer of that key already, of another kind."""


def leaving(session: Session, facts: LayerFacts, areas: Sequence[Area]) -> Sequence[Footprint]:
    """Footprints that are in the layer now, and would not be in it any more."""
    stay = {area.code for area in areas}
    there = select(Footprint).join(Footprint.layer).where(Layer.key == facts.key).order_by(Footprint.code)
    return [footprint for footprint in session.scalars(there) if footprint.code not in stay]


def put_layer(session: Session, facts: LayerFacts, areas: Sequence[Area]) -> bool:
    """Make a layer hold exactly these areas. False if it did already.

    A code that another layer of the kind has is taken over: the footprint stays the same one, so that
    services that are for it still are. The version goes up when anything but the facts changed.

    Raises:
        LayerOfAnotherKind: the key is that of a layer of another kind.
        sqlalchemy.exc.IntegrityError: a footprint that would go is still referred to; see ``leaving``.
    """
    layer = session.scalar(select(Layer).where(Layer.key == facts.key))
    if layer is not None and layer.kind is not facts.kind:
        raise LayerOfAnotherKind(layer.kind.value)
    digest = _digest(areas)
    is_new = layer is None
    if layer is None:
        layer = Layer(key=facts.key, kind=facts.kind, version=1, digest=digest)
        session.add(layer)
    _describe(layer, facts)
    session.flush()
    if not is_new and layer.digest == digest and _size(session, layer) == len(areas):
        return False
    if layer.digest != digest:
        layer.version += 1
        layer.digest = digest
    gone = [footprint.id for footprint in leaving(session, facts, areas)]
    session.execute(delete(Footprint).where(Footprint.id.in_(gone)))
    put_rows(session, Footprint, COLUMNS, _rows(layer, areas), key=("kind", "code"))
    session.flush()
    session.expire_all()
    return True


def _describe(layer: Layer, facts: LayerFacts) -> None:
    layer.basis, layer.source, layer.as_of = facts.basis, facts.source, facts.as_of
    layer.licence, layer.attribution, layer.method = facts.licence, facts.attribution, facts.method


def _size(session: Session, layer: Layer) -> int:
    return session.scalar(select(func.count()).where(Footprint.layer_id == layer.id)) or 0


def _rows(layer: Layer, areas: Sequence[Area]) -> Iterator[Values]:
    drawn = outlines_for([area.shape for area in areas if area.shape is not None])
    outlines = iter(drawn)
    for area in areas:
        geom = outline = None
        if area.shape is not None:
            geom = shapely.to_wkb(shapely.set_srid(area.shape, SRID), include_srid=True)
            outline = shapely.to_wkb(next(outlines), include_srid=False)
        yield layer.id, layer.kind.value, area.code, area.name, geom, outline


def _digest(areas: Sequence[Area]) -> str:
    """SHA-256 of codes, names and shapes, whatever their order."""
    total = hashlib.sha256()
    for area in sorted(areas, key=lambda one: one.code):
        shape = (
            shapely.to_wkb(area.shape, byte_order=1, include_srid=False) if area.shape is not None else b""
        )
        for part in (area.code.encode(), area.name.encode(), shape):
            total.update(len(part).to_bytes(8, "little") + part)
    return total.hexdigest()
