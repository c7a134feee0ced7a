"""A footprint as it was in an older version of its layer: readable, and marked as not in force."""

import shapely
from flask import render_template, url_for

from hubfinder.display.map import LocatorMap, Outline
from hubfinder.extensions import db
from hubfinder.places import versions
from hubfinder.places.models import Footprint
from hubfinder.places.values import Point
from hubfinder.vocab import FootprintKind, VersionState
from hubfinder.web.public.areas import asked_number
from hubfinder.web.public.sites import LAND, area_outlines, map_of
from hubfinder.web.shared.agreement import agreement_of
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.places import places


def older_version(kind: FootprintKind, code: str, current: Footprint | None) -> str | None:
    """The page of the version that the address asks for; none where it asks for none, or the one in force.

    Aborts with 404 where there is no such version of the area.
    """
    number = asked_number("version")
    if not number:
        return None
    layer_id = asked_number("layer") or (current.layer_id if current else 0)
    layer = existing(versions.layer_by_id(db.session, layer_id))
    version = existing(versions.version_of(db.session, layer, number) if layer.kind is kind else None)
    if version.state is VersionState.IN_FORCE and current is not None and current.layer_id == layer.id:
        return None
    old = existing(versions.area_of(db.session, version, code))
    return render_template(
        "public/footprint_version.html",
        old=old,
        layer=layer,
        version=version,
        agreement=agreement_of(version),
        map=_map(kind, old.name, old.outline),
        current=url_for("public.footprint", kind=kind.value, code=code) if current else None,
    )


def _map(kind: FootprintKind, name: str, outline: bytes | None) -> LocatorMap | None:
    """The old outline on the ground of the council it lies in."""
    if outline is None:
        return None
    shape = shapely.from_wkb(outline)
    inside = shape.representative_point()
    place = places().at(db.session, Point(inside.y, inside.x), name)
    ground = area_outlines(db.session, place, (LAND,)) if kind is not LAND else []
    return map_of([], [*ground, Outline(shape, "area", name)])
