"""The states a layer is and was in: what is stored of them, and how one follows another.

A layer's areas of one digest are stored once: as its footprints while they are in force, and otherwise
with the version that went out of force first. Versions that differ only in what they say share them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from hubfinder.database.copying import insert_rows
from hubfinder.places.models import (
    Footprint,
    FootprintShare,
    KeptFootprint,
    KeptShare,
    Layer,
    LayerVersion,
)
from hubfinder.vocab import FootprintKind, VersionState

COLUMNS = ("layer_id", "kind", "code", "name", "plain_name", "geom", "outline")
SHARES_LAYER = "primary_care_network:patients"
"""The one layer that brings the people of small areas by network; shares are part of its versions."""
ON_LAYER = ("basis", "source", "as_of", "licence", "attribution", "method")
SAID = (*ON_LAYER, "agreed_by", "agreed_on", "recipe")
BATCH = 500
ShareRow = tuple[str, str, int, float]
"""Small area, network, patients, and their part of the small area's patients (0 to 1)."""


@dataclass(frozen=True, slots=True)
class Area:
    """A footprint to store. ``shape`` is a valid multipolygon in degrees; none if only its name is known."""

    code: str
    name: str
    shape: BaseGeometry | None = None


def utc_now() -> datetime:
    """The time as the database keeps it: UTC, whole seconds, without a zone."""
    return datetime.now(UTC).replace(microsecond=0, tzinfo=None)


def digest_of(areas: Iterable[Area], shares: Iterable[ShareRow] | None = None) -> str:
    """SHA-256 of codes, names and shapes, whatever their order, and of the shares where there are any."""
    total = hashlib.sha256()
    for area in sorted(areas, key=lambda one: one.code):
        shape = (
            shapely.to_wkb(area.shape, byte_order=1, include_srid=False) if area.shape is not None else b""
        )
        for part in (area.code.encode(), area.name.encode(), shape):
            total.update(len(part).to_bytes(8, "little") + part)
    for small_area, network, patients, _ in sorted(shares or ()):
        total.update(f"{small_area}\0{network}\0{patients}\n".encode())
    return total.hexdigest()


def stored_areas(session: Session, layer: Layer) -> list[Area]:
    """The areas of the version in force, by code."""
    rows = session.execute(
        select(Footprint.code, Footprint.name, Footprint.geom)
        .where(Footprint.layer_id == layer.id)
        .order_by(Footprint.code)
    ).all()
    return _areas((row.code, row.name, _bytes(row.geom)) for row in rows)


def kept_areas(session: Session, version: LayerVersion) -> list[Area]:
    """The areas of a version that went out of force, by code."""
    rows = session.execute(
        select(KeptFootprint.code, KeptFootprint.name, KeptFootprint.shape)
        .where(KeptFootprint.version_id == version.id)
        .order_by(KeptFootprint.code)
    ).all()
    return _areas((row.code, row.name, row.shape) for row in rows)


def _areas(rows: Iterable[tuple[str, str, bytes | None]]) -> list[Area]:
    codes, names, wkb = tuple(zip(*rows, strict=True)) or ((), (), ())
    shapes = shapely.from_wkb([shape or None for shape in wkb])
    return [Area(code, name, shape) for code, name, shape in zip(codes, names, shapes, strict=True)]


def _bytes(geom: Any) -> bytes | None:  # noqa: ANN401 - what GeoAlchemy2 makes of either database's answer
    return None if geom is None else bytes(geom.data)


def stored_shares(session: Session) -> list[ShareRow]:
    """The people of small areas by network, as they are now."""
    rows = session.execute(
        select(
            FootprintShare.small_area_code, Footprint.code, FootprintShare.patients, FootprintShare.share
        ).join(Footprint, Footprint.id == FootprintShare.footprint_id)
    )
    return [(small_area, code, patients, share) for small_area, code, patients, share in rows]


def kept_shares(session: Session, version: LayerVersion) -> list[ShareRow]:
    """Those of a version that went out of force."""
    rows = session.execute(
        select(KeptShare.small_area_code, KeptShare.code, KeptShare.patients, KeptShare.share).where(
            KeptShare.version_id == version.id
        )
    )
    return [(small_area, code, patients, share) for small_area, code, patients, share in rows]


def put_shares(session: Session, shares: Iterable[ShareRow]) -> int:
    """Store the shares of all networks that are footprints, in place of all there were; how many."""
    known = session.execute(
        select(Footprint.code, Footprint.id).where(Footprint.kind == FootprintKind.PRIMARY_CARE_NETWORK)
    )
    networks = {row[0]: row[1] for row in known}
    session.execute(delete(FootprintShare))
    rows = (
        (small_area, networks[code], patients, share)
        for small_area, code, patients, share in sorted(shares)
        if code in networks
    )
    return insert_rows(
        session, FootprintShare, ("small_area_code", "footprint_id", "patients", "share"), rows
    )


def in_force(session: Session, layer: Layer) -> LayerVersion:
    """The version in force. One from before versions were kept is made of what the layer says."""
    found = session.scalar(
        select(LayerVersion).where(
            LayerVersion.layer_id == layer.id, LayerVersion.state == VersionState.IN_FORCE
        )
    )
    if found is None:
        layer.version = layer.version or 1
        found = _add_version(session, layer, {name: getattr(layer, name) for name in ON_LAYER})
        session.flush()
    return found


def _add_version(session: Session, layer: Layer, said: Mapping[str, Any]) -> LayerVersion:
    version = LayerVersion(
        layer_id=layer.id,
        number=layer.version,
        state=VersionState.IN_FORCE,
        digest=layer.digest,
        report={},
        took_over=[],
        **said,
    )
    session.add(version)
    return version


def succeed(session: Session, layer: Layer, said: Mapping[str, Any], digest: str) -> LayerVersion:
    """Put a new version in force and mark the one before as replaced."""
    if layer.version:
        in_force(session, layer).state = VersionState.REPLACED
    newest = session.scalar(select(func.max(LayerVersion.number)).where(LayerVersion.layer_id == layer.id))
    layer.version, layer.digest = (newest or 0) + 1, digest
    for name in ON_LAYER:
        setattr(layer, name, said[name])
    version = _add_version(session, layer, said)
    version.saved_at = utc_now()
    session.flush()
    return version


def keep(session: Session, layer: Layer) -> LayerVersion | None:
    """Copy what is in force to its version, unless another version has kept the same already."""
    if not layer.version:
        return None
    version = in_force(session, layer)
    if holder(session, version) is not None:
        return version
    insert_rows(
        session, KeptFootprint, ("version_id", "code", "name", "shape", "outline"), _rows(session, version)
    )
    if layer.key == SHARES_LAYER:
        shares = stored_shares(session)
        insert_rows(
            session,
            KeptShare,
            ("version_id", "small_area_code", "code", "patients", "share"),
            ((version.id, *row) for row in shares),
        )
    return version


def _rows(session: Session, version: LayerVersion) -> list[tuple[object, ...]]:
    rows = session.execute(
        select(Footprint.code, Footprint.name, Footprint.geom, Footprint.outline)
        .where(Footprint.layer_id == version.layer_id)
        .order_by(Footprint.code)
    ).all()
    return [(version.id, row.code, row.name, _bytes(row.geom), row.outline) for row in rows]


def holder(session: Session, version: LayerVersion) -> LayerVersion | None:
    """The version with which the areas of this one are kept; none if they are in force or were none."""
    return session.scalar(
        select(LayerVersion)
        .where(
            LayerVersion.layer_id == version.layer_id,
            LayerVersion.digest == version.digest,
            select(KeptFootprint.code).where(KeptFootprint.version_id == LayerVersion.id).exists(),
        )
        .order_by(LayerVersion.number)
        .limit(1)
    )


def where(session: Session, version: LayerVersion) -> tuple[Any, Any]:
    """The table that has the areas of a version (``code``, ``name``, ``outline``), and what chooses them."""
    layer = session.get_one(Layer, version.layer_id)
    if layer.version and layer.digest == version.digest:
        return Footprint, Footprint.layer_id == layer.id
    found = holder(session, version)
    return KeptFootprint, KeptFootprint.version_id == (found.id if found else version.id)


def remove_footprints(session: Session, ids: Sequence[int]) -> None:
    """Delete footprints by id, and with them their shares and memberships."""
    left = iter(ids)
    while batch := list(islice(left, BATCH)):
        session.execute(delete(Footprint).where(Footprint.id.in_(batch)))


def kept_rows(session: Session, version: LayerVersion) -> Sequence[Row[Any]]:
    """Code, name, shape and outline (EWKB and WKB) of each area of a version that is not in force."""
    return session.execute(
        select(KeptFootprint.code, KeptFootprint.name, KeptFootprint.shape, KeptFootprint.outline)
        .where(KeptFootprint.version_id == version.id)
        .order_by(KeptFootprint.code)
    ).all()
