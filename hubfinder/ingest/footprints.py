"""Boundaries of any kind of footprint, from GeoJSON, GeoPackage or Shapefile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.ingest.coverage import hectares
from hubfinder.ingest.errors import FileRefused, RowRefused
from hubfinder.ingest.findings import findings_of, listed
from hubfinder.ingest.kind import Kind, option
from hubfinder.ingest.labels import code_of, name_of, shown
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.report import Saved
from hubfinder.ingest.services_of_areas import named_with_services, refresh_names
from hubfinder.ingest.shapes import Fields, Shape, read_shapes
from hubfinder.ingest.soundness import area_of, as_multipolygon, mended, refuse_elsewhere, to_degrees
from hubfinder.places.layers import Area, LayerFacts, LayerOfAnotherKind, TakesAgreed, leaving, put_layer
from hubfinder.places.states import ShareRow
from hubfinder.vocab import Basis, FootprintKind

LONGEST_KEY = 120


@dataclass(frozen=True, slots=True)
class _Named:
    """An area of a file with its code and name, before its lines have been looked at."""

    row: int
    code: str
    name: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the import of footprints."""

    footprint_kind: FootprintKind = option("What kind of area these are.")
    code_field: str = option("The field that holds the code of an area.")
    name_field: str = option("The field that holds its name.")
    basis: Basis = option("How the lines were drawn.", default=Basis.OFFICIAL)
    source: str = option("Where the file is from, in words for people.", default="")
    as_of: date | None = option("The day the boundaries are of, such as 2024-12-31.", default=None)
    licence: str = option("The licence of the file.", default="")
    attribution: str = option("What the licence asks to be said where an area is shown.", default="")
    method: str = option("How the lines were worked out, if they are not official.", default="")
    layer: str = option("A name for this set of areas, to replace it later. [default: KIND:FILE]", default="")
    table: str | None = option("Which table of a GeoPackage to read, if it has several.", default=None)

    def facts(self, stem: str) -> LayerFacts:
        """What goes into the layer, for a file of that name."""
        return LayerFacts(
            key=self.layer or f"{self.footprint_kind.value}:{stem}",
            kind=self.footprint_kind,
            basis=self.basis,
            source=self.source,
            as_of=self.as_of,
            licence=self.licence,
            attribution=self.attribution,
            method=self.method,
        )


def load(loading: Loading, options: Options) -> None:
    """Make the layer hold the areas of the file."""
    facts = options.facts(loading.path.name.split(".")[0])
    loading.report.layer = facts.key
    save(loading, facts, _areas(loading, options))


def save(
    loading: Loading, facts: LayerFacts, areas: Sequence[Area], shares: Sequence[ShareRow] | None = None
) -> None:
    """Store the areas as the next version, and report on them, unless services are for one that would go.

    Raises:
        FileRefused: they are, or the layer's key is too long or belongs to another kind.
    """
    loading.report.layer = facts.key
    if not 0 < len(facts.key) <= LONGEST_KEY or not facts.key.isprintable():
        raise FileRefused(f"The layer must have a name of at most {LONGEST_KEY} characters (--layer).")
    gone = leaving(loading.session, facts, areas)
    used = named_with_services(loading.session, gone)
    if used:
        raise FileRefused(f"Services are for areas that are not in the file any more: {used}.")
    if loading.watch:
        loading.watch.before(loading.session, facts.kind)
    try:
        stored = put_layer(loading.session, facts, areas, shares)
    except LayerOfAnotherKind as error:
        raise FileRefused(f"The layer {facts.key} holds areas of another kind ({error}).") from error
    except TakesAgreed as error:
        raise FileRefused(
            f"These codes are those of neighbourhoods that partners agreed: {error}."
        ) from error
    loading.report.count("footprints", len(areas))
    if not stored.is_new:
        loading.report.note("Nothing has changed since this layer was last imported.")
        return
    codes = frozenset(stored.before) | {area.code for area in areas}
    loading.report.versions.append(Saved(facts.kind, stored, codes))
    if not stored.areas_changed:
        loading.report.note("The areas are what they were; what is said of them is new.")
        return
    refresh_names(loading.session, stored.renamed)
    loading.report.findings |= findings_of(facts.kind, areas, stored)


def _areas(loading: Loading, options: Options) -> list[Area]:
    fields = Fields(options.code_field, options.name_field, options.table)
    found = read_shapes(loading.text(), fields)
    if not found.areas:
        raise FileRefused("It has no areas in it.")
    loading.report.rows += len(found.areas)
    if not any(area.shape is not None for area in found.areas):
        raise FileRefused("None of its features has a shape (field geometry).")
    for warning in found.warnings[:3]:
        loading.report.note(f"Odd about the file: {warning}")
    if found.crs is None:
        loading.report.note("The file names no coordinate system; longitude and latitude are assumed.")
    usable = _usable(loading, found.areas, options)
    shapes = to_degrees([area.shape for area in usable], found.crs, loading.report.note)
    sound = _sound(loading, usable, shapes)
    if not sound:
        raise FileRefused("None of its areas can be used.")
    return sound


def _usable(loading: Loading, areas: Sequence[Shape], options: Options) -> list[_Named]:
    """Areas that have a code of their own, a name and an area; the others are refused."""
    rows: dict[str, int] = {}
    usable = []
    for area in areas:
        try:
            code = code_of(options.code_field, area.code)
            name = name_of(options.name_field, area.name)
            if rows.setdefault(code, area.row) != area.row:
                why = f"{code} stands in the file twice, first in row {rows[code]:,}"
                raise RowRefused(options.code_field, why + " (make one area of several parts of them)")
            usable.append(_Named(area.row, code, name, area_of(area)))
        except RowRefused as error:
            loading.report.refuse(area.row, error, shown(area.code, area.name))
    return usable


def _sound(loading: Loading, areas: Sequence[_Named], shapes: Sequence[BaseGeometry]) -> list[Area]:
    """Areas whose coordinates are where they should be and whose lines do not cross."""
    sound: list[Area] = []
    repaired: list[dict[str, object]] = []
    for done, (area, shape) in enumerate(zip(areas, shapes, strict=True), 1):
        try:
            refuse_elsewhere(shape)
            whole = shape
            if not shapely.is_valid(shape):
                whole = mended(shape)
                repaired.append(_mending(area, shape, whole))
            sound.append(Area(area.code, area.name, as_multipolygon(whole)))
        except RowRefused as error:
            loading.report.refuse(area.row, error, shown(area.code, area.name))
        except shapely.errors.GEOSException:
            why = RowRefused("geometry", "is no area that can be worked with")
            loading.report.refuse(area.row, why, shown(area.code, area.name))
        loading.progress("checking shapes", done, len(shapes))
    if repaired:
        loading.report.findings["mended"] = listed(repaired)
    return sound


def _mending(area: _Named, before: BaseGeometry, after: BaseGeometry) -> dict[str, object]:
    """Which shape was mended, and what that did to its size."""
    old, new = hectares([before, after]).tolist()
    return {
        "code": area.code,
        "name": area.name,
        "hectares": round(new, 2),
        "changed": round(new - old, 4),
    }


FOOTPRINTS = Kind(
    "footprints",
    "Boundaries: GeoJSON, GeoPackage or Shapefile (also zipped), with the kind of area and its fields named.",
    load,
    Options,
    moves_memberships=True,
)
