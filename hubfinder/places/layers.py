"""Writing whole layers of footprints, inside the caller's transaction. Every new state is a version."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database.base import SRID
from hubfinder.database.copying import Values, put_rows
from hubfinder.places import states
from hubfinder.places.models import Footprint, Layer
from hubfinder.places.outlines import outlines_for
from hubfinder.places.plain import plain
from hubfinder.places.revision import places_changed
from hubfinder.places.states import Area, ShareRow
from hubfinder.vocab import Basis, FootprintKind

__all__ = ["Area", "LayerFacts", "LayerOfAnotherKind", "Stored", "TakesAgreed", "leaving", "put_layer"]


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """What the footprints of a layer have in common. All but key and kind stand on its version."""

    key: str
    kind: FootprintKind
    basis: Basis
    source: str = ""
    as_of: date | None = None
    licence: str = ""
    attribution: str = ""
    method: str = ""
    agreed_by: str = ""
    """Who agreed a composed neighbourhood, and when."""
    agreed_on: date | None = None
    recipe: dict[str, Any] | None = None
    """Of which footprints a composed neighbourhood is made."""

    def said(self) -> dict[str, Any]:
        """What a version keeps of it, by column."""
        return {name: getattr(self, name) for name in states.SAID}


@dataclass(frozen=True, slots=True)
class Stored:
    """What putting a layer came to."""

    layer_id: int
    version_id: int
    number: int
    """The version in force afterwards."""
    is_new: bool
    """False where areas and facts are what they were: then there is no new version."""
    areas_changed: bool = False
    before: Mapping[str, Area] = field(default_factory=dict)
    """The areas of the version before, and those taken over from other layers, by code."""
    taken_over: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Codes that were in other layers, by the key of the layer."""
    renamed: Sequence[int] = ()
    """Ids of footprints that have another name now."""


class LayerOfAnotherKind(Exception):
    """There is a layer of that key already, of another kind."""


class TakesAgreed(Exception):
    """Areas have codes of neighbourhoods that partners agreed; the message names them."""


def leaving(session: Session, facts: LayerFacts, areas: Sequence[Area]) -> Sequence[Footprint]:
    """Footprints that are in the layer now, and would not be in it any more."""
    stay = {area.code for area in areas}
    there = select(Footprint).join(Footprint.layer).where(Layer.key == facts.key).order_by(Footprint.code)
    return [footprint for footprint in session.scalars(there) if footprint.code not in stay]


def put_layer(
    session: Session, facts: LayerFacts, areas: Sequence[Area], shares: Sequence[ShareRow] | None = None
) -> Stored:
    """Make a layer hold exactly these areas, as a new version unless it did so already.

    The version before keeps its areas and can be read and put back. A code that another layer of the kind
    has is taken over: the footprint stays the same one, so that services that are for it still are, and the
    other layer gets a new version of its own. Where only the facts are new, the version shares its areas
    with the one before. ``shares`` are the people of small areas by network, for the layer that brings them.

    Raises:
        LayerOfAnotherKind: the key is that of a layer of another kind.
        TakesAgreed: an area has the code of a neighbourhood that partners agreed.
        sqlalchemy.exc.IntegrityError: a footprint that would go is still referred to; see ``leaving``.
    """
    layer, others = _locked(session, facts)
    digest = states.digest_of(areas, shares)
    there = states.stored_areas(session, layer)
    if layer.digest == digest and len(there) == len(areas) and layer.version:
        return _only_said(session, layer, facts, there)
    lost = _taken_over(session, others, areas)
    _refuse_agreed(session, lost if facts.recipe else {layer: there, **lost})
    before = {area.code: area for area in (*there, *(area for found in lost.values() for area in found))}
    states.keep(session, layer)
    for other in lost:
        states.keep(session, other)
    took = [[other.id, other.version] for other in lost]
    version = states.succeed(session, layer, facts.said(), digest)
    version.took_over = took
    names = _put(session, layer, areas)
    if shares is not None:
        states.put_shares(session, shares)
    for other, found in lost.items():
        _note_loss(session, other, layer, [area.code for area in found])
    places_changed(session)
    session.flush()
    stored = Stored(
        layer.id,
        version.id,
        version.number,
        is_new=True,
        areas_changed=True,
        before=before,
        taken_over={other.key: [area.code for area in found] for other, found in lost.items()},
        renamed=names,
    )
    session.expire_all()
    return stored


def _locked(session: Session, facts: LayerFacts) -> tuple[Layer, list[Layer]]:
    """The layer, made if there is none, and the others of its kind; nobody else changes them meanwhile."""
    layer = session.scalar(select(Layer).where(Layer.key == facts.key).with_for_update())
    if layer is not None and layer.kind is not facts.kind:
        raise LayerOfAnotherKind(layer.kind.value)
    if layer is None:
        layer = Layer(key=facts.key, kind=facts.kind, basis=facts.basis, version=0)
        session.add(layer)
        session.flush()
    alike = select(Layer).where(Layer.kind == facts.kind, Layer.id != layer.id)
    return layer, list(session.scalars(alike.order_by(Layer.id).with_for_update()))


def _only_said(session: Session, layer: Layer, facts: LayerFacts, there: Sequence[Area]) -> Stored:
    """The areas are what they were: a new version only if something else is said of them."""
    version = states.in_force(session, layer)
    before = {area.code: area for area in there}
    if all(getattr(version, name) == value for name, value in facts.said().items()):
        return Stored(layer.id, version.id, version.number, is_new=False, before=before)
    version = states.succeed(session, layer, facts.said(), layer.digest)
    places_changed(session)  # its basis is part of every answer
    return Stored(layer.id, version.id, version.number, is_new=True, before=before)


def _taken_over(
    session: Session, others: Sequence[Layer], areas: Sequence[Area]
) -> dict[Layer, Sequence[Area]]:
    """The areas of other layers of the kind whose codes these areas have."""
    codes = {area.code for area in areas}
    by_id = {other.id: other for other in others}
    rows = session.execute(
        select(Footprint.layer_id, Footprint.code).where(Footprint.layer_id.in_(by_id))
    ).all()
    lost: dict[int, set[str]] = defaultdict(set)
    for layer_id, code in rows:
        if code in codes:
            lost[layer_id].add(code)
    return {
        by_id[layer_id]: [area for area in states.stored_areas(session, by_id[layer_id]) if area.code in gone]
        for layer_id, gone in sorted(lost.items())
    }


def _refuse_agreed(session: Session, lost: Mapping[Layer, Sequence[Area]]) -> None:
    """What partners agreed is not lost because a file happens to use its code."""
    agreed = [
        area
        for other, found in lost.items()
        if found and states.in_force(session, other).recipe is not None
        for area in found
    ]
    if agreed:
        raise TakesAgreed(", ".join(f"{area.code} {area.name}" for area in agreed[:10]))


def _put(session: Session, layer: Layer, areas: Sequence[Area]) -> list[int]:
    """Make the footprints of the layer be these; the ids of those that have another name now."""
    names = {area.code: area.name for area in areas}
    there = session.execute(
        select(Footprint.id, Footprint.code, Footprint.name, Footprint.layer_id).where(
            Footprint.kind == layer.kind
        )
    ).all()
    gone = [row.id for row in there if row.layer_id == layer.id and row.code not in names]
    states.remove_footprints(session, gone)
    put_rows(session, Footprint, states.COLUMNS, _rows(layer, areas), key=("kind", "code"))
    session.flush()
    return [row.id for row in there if names.get(row.code, row.name) != row.name]


def _note_loss(session: Session, other: Layer, taker: Layer, codes: list[str]) -> None:
    """Give a layer that lost areas to another a version of its own that says so."""
    before = states.in_force(session, other)
    said = {name: getattr(before, name) for name in states.SAID}
    shares = states.stored_shares(session) if other.key == states.SHARES_LAYER else None
    digest = states.digest_of(states.stored_areas(session, other), shares)
    version = states.succeed(session, other, said, digest)
    version.report = {
        "taken_over_by": {"layer": taker.key, "layer_id": taker.id, "number": taker.version, "codes": codes}
    }


def _rows(layer: Layer, areas: Sequence[Area]) -> Iterator[Values]:
    drawn = outlines_for([area.shape for area in areas if area.shape is not None])
    outlines = iter(drawn)
    for area in areas:
        geom = outline = None
        if area.shape is not None:
            geom = shapely.to_wkb(shapely.set_srid(area.shape, SRID), include_srid=True)
            outline = shapely.to_wkb(next(outlines), include_srid=False)
        yield layer.id, layer.kind.value, area.code, area.name, plain(area.name), geom, outline
