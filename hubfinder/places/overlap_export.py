"""A comparison of footprints as a table and as an object, with where everything in it comes from.

A table has one row for each pair that has something in common, and one for each footprint that has nothing in
common with any. What is said of a layer stands in columns and is repeated: a block of notes above the header
would be lost, or read as data, by most programs that read tables.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.fitting import FIT, Fit, fits, summary
from hubfinder.places.models import Footprint, FootprintShare, Layer
from hubfinder.places.overlap import NOTHING, Cell, Overlap, Side
from hubfinder.vocab import FootprintKind

COLUMNS = (
    "of_kind",
    "of_code",
    "of_name",
    "of_postcodes",
    "of_fit",
    "with_kind",
    "with_code",
    "with_name",
    "with_postcodes",
    "postcodes_in_both",
    "share_of_first",
    "share_of_second",
    "ground_km2",
    "people",
    "within",
    "postcodes_counted",
    "of_basis",
    "of_source",
    "of_as_of",
    "of_licence",
    "of_attribution",
    "with_basis",
    "with_source",
    "with_as_of",
    "with_licence",
    "with_attribution",
    "people_are",
    "people_source",
    "people_licence",
    "people_attribution",
)
BY_SHARE, BY_LIKELIEST = "by share", "by likeliest network"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""


@dataclass(frozen=True, slots=True)
class Export:
    """A comparison with all that must be said beside it."""

    found: Overlap
    layers: Mapping[int, Layer]
    people_from: Layer | None
    """The layer whose registered patients are counted as people."""


def export_of(session: Session, found: Overlap) -> Export:
    """Add to a comparison where its footprints and its people come from: two statements."""
    ids = {side.layer_id for side in (*found.rows, *found.columns)}
    layers = session.scalars(select(Layer).where(Layer.id.in_(sorted(ids)))) if ids else ()
    return Export(found, {layer.id: layer for layer in layers}, people_layer(session))


def people_layer(session: Session) -> Layer | None:
    """The layer that came with the patients of the small areas, the latest if there are several."""
    has_patients = (
        select(FootprintShare.footprint_id)
        .join(Footprint, Footprint.id == FootprintShare.footprint_id)
        .where(Footprint.layer_id == Layer.id)
        .exists()
    )
    found = select(Layer).where(Layer.kind == FootprintKind.PRIMARY_CARE_NETWORK, has_patients)
    return session.scalars(found.order_by(Layer.as_of.desc(), Layer.id).limit(1)).first()


def as_csv(export: Export) -> Iterator[str]:
    """Lines of a table in UTF-8 that spreadsheets and programs can read; the first has the columns' names."""
    line = io.StringIO()
    writer = csv.writer(line)
    for row in (COLUMNS, *_rows(export)):
        writer.writerow(row)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def as_object(export: Export) -> dict[str, object]:
    """The same as JSON has it; the columns' fits are there as well."""
    found = export.found
    return {
        "of": found.of.value,
        "with": found.with_.value,
        "within": _within(found),
        "postcodes_counted": BY_LIKELIEST if found.likeliest else BY_SHARE,
        "fits_from": FIT,
        "people_are": _people_are(export),
        "people_from": _layer(export.people_from) if export.people_from else None,
        "layers": [_layer(layer) for _, layer in sorted(export.layers.items())],
        "rows": [_side(export, fit) for fit in fits(found)],
        "columns": [_side(export, fit) for fit in fits(found.turned())],
        "share_of_postcodes_in_rows_that_fit": round(summary(fits(found)).share_fitting, 4),
        "cells": [
            {"of": row.code, "with": column.code, **_figures(found, row, column)}
            for row, column in _pairs(found)
        ],
    }


def _pairs(found: Overlap) -> Iterator[tuple[Side, Side]]:
    rows, columns = ({side.id: side for side in sides} for sides in (found.rows, found.columns))
    order = {side.id: number for number, side in enumerate((*found.rows, *found.columns))}
    for one, other in sorted(found.cells, key=lambda pair: (order[pair[0]], order[pair[1]])):
        yield rows[one], columns[other]


def _rows(export: Export) -> Iterator[Sequence[object]]:
    found = export.found
    met = {row_id for row_id, _ in found.cells}
    verdicts = {fit.side.id: fit for fit in fits(found)}
    for row, column in _pairs(found):
        yield _row(export, row, verdicts.get(row.id), column)
    for row in found.rows:
        if row.id not in met:
            yield _row(export, row, verdicts.get(row.id), None)


def _row(export: Export, row: Side, fit: Fit | None, column: Side | None) -> list[object]:
    found = export.found
    cell = found.cell(row, column) if column else NOTHING
    return [
        *_named(row),
        fit.verdict.value if fit else "",
        *(_named(column) if column else (found.with_.value, "", "", "")),
        _number(cell.postcodes, 2),
        _number(found.share_of_row(row, column) if column else 0.0, 4),
        _number(found.share_of_column(row, column) if column else 0.0, 4),
        _number(cell.ground_km2, 3),
        _number(cell.people, 0),
        _within(found) or "",
        BY_LIKELIEST if found.likeliest else BY_SHARE,
        *_said(export, row),
        *(_said(export, column) if column else [""] * 5),
        *_people_said(export),
    ]


def _named(side: Side) -> tuple[object, ...]:
    return side.kind.value, _safe(side.code), _safe(side.name), _number(side.postcodes, 2)


def _said(export: Export, side: Side) -> list[str]:
    layer = export.layers[side.layer_id]
    as_of = _iso(layer.as_of) or ""
    return [
        _safe(text) for text in (layer.basis.value, layer.source, as_of, layer.licence, layer.attribution)
    ]


def _safe(text: str) -> str:
    """A cell that no spreadsheet calculates."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _number(value: float | None, places: int) -> str:
    """Without superfluous noughts; empty where it is not known."""
    if value is None:
        return ""
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _within(found: Overlap) -> str | None:
    return f"{found.within[0].value}:{found.within[1]}" if found.within else None


def _people_are(export: Export) -> str | None:
    layer = export.people_from
    if layer is None:
        return None
    when = f", {_iso(layer.as_of)}" if layer.as_of else ""
    return f"registered patients{when}, spread over the live postcodes of each small area"


def _people_said(export: Export) -> list[str]:
    layer = export.people_from
    if layer is None:
        return [""] * 4
    said = (_people_are(export) or "", layer.source, layer.licence, layer.attribution)
    return [_safe(text) for text in said]


def _layer(layer: Layer) -> dict[str, object]:
    return {
        "key": layer.key,
        "kind": layer.kind.value,
        "basis": layer.basis.value,
        "source": layer.source,
        "as_of": _iso(layer.as_of),
        "licence": layer.licence,
        "attribution": layer.attribution,
        "method": layer.method,
    }


def _side(export: Export, fit: Fit) -> dict[str, object]:
    side = fit.side
    return {
        "code": side.code,
        "name": side.name,
        "layer": export.layers[side.layer_id].key,
        "postcodes": round(side.postcodes, 2),
        "postcodes_everywhere": None if side.everywhere is None else round(side.everywhere, 2),
        "ground_km2": None if side.ground_km2 is None else round(side.ground_km2, 3),
        "people": None if side.people is None else round(side.people),
        "fit": fit.verdict.value,
        "in": [{"code": part.side.code, "share": round(part.share, 4)} for part in fit.parts],
        "in_none": round(fit.nowhere, 4),
    }


def _figures(found: Overlap, row: Side, column: Side) -> dict[str, object]:
    cell: Cell = found.cell(row, column)
    return {
        "postcodes": round(cell.postcodes, 2),
        "share_of_first": round(found.share_of_row(row, column), 4),
        "share_of_second": round(found.share_of_column(row, column), 4),
        "ground_km2": None if cell.ground_km2 is None else round(cell.ground_km2, 3),
        "people": None if cell.people is None else round(cell.people),
    }
