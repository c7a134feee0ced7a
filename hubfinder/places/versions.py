"""Questions about layers and the versions they are and were in."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session, defer

from hubfinder.places import states
from hubfinder.places.models import Footprint, Layer, LayerVersion, RefusedImport
from hubfinder.vocab import FootprintKind, VersionState

_IN_ORDER = case({kind.value: number for number, kind in enumerate(FootprintKind)}, value=Layer.kind)


def layers(session: Session) -> list[tuple[Layer, int]]:
    """Every layer with the number of its areas, smallest kind of area first, then by key."""
    counts = select(Footprint.layer_id, func.count().label("areas")).group_by(Footprint.layer_id).subquery()
    rows = session.execute(
        select(Layer, func.coalesce(counts.c.areas, 0))
        .outerjoin(counts, counts.c.layer_id == Layer.id)
        .order_by(_IN_ORDER, Layer.key)
    )
    return [(layer, number) for layer, number in rows]


def layer_by_key(session: Session, key: str) -> Layer | None:
    """A layer by its key."""
    return session.scalar(select(Layer).where(Layer.key == key))


def layer_by_id(session: Session, layer_id: int) -> Layer | None:
    """A layer by its number, which stands in addresses of pages: keys have signs that do not."""
    return session.get(Layer, layer_id)


def versions_of(session: Session, layer: Layer) -> Sequence[LayerVersion]:
    """The versions of a layer, the newest first, without what moved. A layer of old may have none."""
    return session.scalars(
        select(LayerVersion)
        .where(LayerVersion.layer_id == layer.id)
        .options(defer(LayerVersion.moves))
        .order_by(LayerVersion.number.desc())
    ).all()


def version_of(session: Session, layer: Layer, number: int) -> LayerVersion | None:
    """One version by its number."""
    return session.scalar(
        select(LayerVersion).where(LayerVersion.layer_id == layer.id, LayerVersion.number == number)
    )


def count_areas(session: Session, version: LayerVersion) -> int:
    """How many areas a version has or had."""
    table, owner = states.where(session, version)
    return session.scalar(select(func.count()).select_from(table).where(owner)) or 0


def areas_of(session: Session, version: LayerVersion, start: int = 0, most: int = 100) -> Sequence[Row[Any]]:
    """Some of the areas of a version by code: ``code`` and ``name``."""
    table, owner = states.where(session, version)
    return session.execute(
        select(table.code, table.name).where(owner).order_by(table.code).offset(start).limit(most)
    ).all()


def area_of(session: Session, version: LayerVersion, code: str) -> Row[Any] | None:
    """One area of a version as it was: ``code``, ``name`` and ``outline`` (WKB for drawing; may be none)."""
    table, owner = states.where(session, version)
    return session.execute(
        select(table.code, table.name, table.outline).where(owner, table.code == code)
    ).first()


def names_of(session: Session, kind: FootprintKind, codes: Sequence[str]) -> dict[str, str]:
    """The names of footprints of a kind by code; those that are not there any more are left out."""
    rows = session.execute(
        select(Footprint.code, Footprint.name).where(Footprint.kind == kind, Footprint.code.in_(codes))
    )
    return {row[0]: row[1] for row in rows}


def older_versions(session: Session, layer: Layer, code: str) -> list[LayerVersion]:
    """Versions of a layer that are not in force and have an area of this code, the newest first."""
    return [
        version
        for version in versions_of(session, layer)
        if version.state is not VersionState.IN_FORCE and area_of(session, version, code) is not None
    ]


def refusals_of(session: Session, key: str) -> Sequence[RefusedImport]:
    """Imports into a layer that were refused, the newest first."""
    return session.scalars(
        select(RefusedImport).where(RefusedImport.layer_key == key).order_by(RefusedImport.id.desc())
    ).all()
