"""What is worth knowing about the areas of a file: whether they fit, where they lie, what has changed.

Findings never refuse a file. They stand in its report, as values that can be kept with the version.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from hubfinder.ingest.coverage import TILING, Fault, TooRough, faults_of, hectares
from hubfinder.places.layers import Stored
from hubfinder.places.states import Area
from hubfinder.places.values import GEOD
from hubfinder.vocab import FootprintKind

SHOWN = 100
"""Of each thing that is found, so many are kept by name; all are counted."""
CELL = 0.5
"""Degrees: areas that are one empty cell of this size or more from all others are far (30 to 110 km)."""
FEW = 0.05
"""Part of the areas that may lie apart and be called far; more are a second place."""
MUCH = 1.25
"""An area that became so many times as large or as small is named."""


def listed(items: Iterable[Any]) -> dict[str, Any]:
    """How many there are, and the first of them."""
    every = list(items)
    return {"count": len(every), "first": every[:SHOWN]}


def findings_of(kind: FootprintKind, areas: Sequence[Area], stored: Stored) -> dict[str, Any]:
    """All that is worth knowing of the areas of a new version."""
    found = differences(stored.before, areas) if stored.before else {}
    found["far"] = listed(far_away(areas))
    found["taken_over"] = {layer: listed(codes) for layer, codes in stored.taken_over.items()}
    coverage = coverage_of(kind, areas)
    if coverage:
        found["coverage"] = coverage
    return found


def coverage_of(kind: FootprintKind, areas: Sequence[Area]) -> dict[str, Any] | None:
    """Gaps and overlaps of a kind that should have neither; none for other kinds."""
    if kind not in TILING or len(areas) < 2:
        return None
    try:
        faults = faults_of(areas)
    except TooRough:
        return {"too_rough": True}
    return {
        name: _summed([one for one in faults if (one.is_overlap, one.is_sliver) == chosen])
        for name, chosen in (
            ("gaps", (False, False)),
            ("overlaps", (True, False)),
            ("gap_slivers", (False, True)),
            ("overlap_slivers", (True, True)),
        )
    }


def _summed(faults: Sequence[Fault]) -> dict[str, Any]:
    worst = [
        {
            "codes": list(fault.codes),
            "hectares": round(fault.hectares, 3),
            "lat": round(fault.lat, 5),
            "lon": round(fault.lon, 5),
        }
        for fault in faults
    ]
    return {**listed(worst), "hectares": round(sum(fault.hectares for fault in faults), 2)}


def far_away(areas: Sequence[Area]) -> list[dict[str, Any]]:
    """Areas that lie far from all others of the file, with the kilometres between."""
    drawn = [area for area in areas if area.shape is not None]
    if len(drawn) < 3:
        return []
    boxes = shapely.bounds([area.shape for area in drawn])
    apart = _apart(boxes)
    if not apart.any() or apart.mean() > max(FEW, 1.5 / len(drawn)):
        return []
    others = boxes[~apart]
    return [
        {"code": area.code, "name": area.name, "kilometres": _kilometres(box, others)}
        for area, box, is_apart in zip(drawn, boxes, apart, strict=True)
        if is_apart
    ]


def _apart(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which boxes are not in the largest group of boxes whose cells touch."""
    low = np.floor(boxes[:, :2] / CELL).astype(int)
    high = np.floor(boxes[:, 2:] / CELL).astype(int)
    corners = np.column_stack((low, high + 1))
    cells = shapely.box(*np.unique(corners, axis=0).T)
    groups = shapely.get_parts(shapely.union_all(cells).buffer(0.01))
    middles = shapely.points((corners[:, :2] + corners[:, 2:]) / 2)
    group = shapely.STRtree(groups).query(middles, predicate="within")
    mine = np.zeros(len(boxes), dtype=np.int64)
    mine[group[0]] = group[1]
    apart: npt.NDArray[np.bool_] = mine != np.bincount(mine).argmax()
    return apart


def _kilometres(box: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> int:
    """From the middle of a box to the nearest middle of others."""
    lon, lat = (box[:2] + box[2:]) / 2
    lons, lats = ((others[:, :2] + others[:, 2:]) / 2).T
    _, _, metres = GEOD.inv(np.full(len(lons), lon), np.full(len(lats), lat), lons, lats)
    return round(float(np.min(metres)) / 1000)


def differences(before: Mapping[str, Area], areas: Sequence[Area]) -> dict[str, Any]:
    """What is new, gone, renamed, or of another size than in the version before."""
    now = {area.code: area for area in areas}
    there = [area for area in areas if area.code in before]
    return {
        "new": listed(sorted(set(now) - set(before))),
        "gone": listed([code, before[code].name] for code in sorted(set(before) - set(now))),
        "renamed": listed(
            [area.code, before[area.code].name, area.name]
            for area in there
            if area.name != before[area.code].name
        ),
        "sizes": listed(_resized([before[area.code] for area in there], there)),
        "moved": listed(_moved([before[area.code] for area in there], there)),
    }


def _moved(before: Sequence[Area], after: Sequence[Area]) -> list[dict[str, Any]]:
    """Areas that lie altogether elsewhere than before, with the kilometres between their middles."""
    old, new = (
        shapely.bounds(np.array([area.shape for area in areas], dtype=object)).reshape(-1, 4)
        for areas in (before, after)
    )
    apart = (old[:, :2] > new[:, 2:]).any(axis=1) | (new[:, :2] > old[:, 2:]).any(axis=1)
    return [
        {
            "code": after[number].code,
            "name": after[number].name,
            "kilometres": _kilometres(new[number], old[number : number + 1]),
        }
        for number in np.flatnonzero(apart).tolist()
    ]


def _resized(before: Sequence[Area], after: Sequence[Area]) -> list[dict[str, Any]]:
    """Areas that are much larger or smaller, those that changed most first."""
    if not after:
        return []
    old, new = (hectares([area.shape for area in areas]) for areas in (before, after))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.maximum(new / old, old / new)
    much = np.flatnonzero((old > 0) & (new > 0) & (factor > MUCH))
    order = much[np.argsort(-factor[much], kind="stable")]
    return [
        {
            "code": after[number].code,
            "name": after[number].name,
            "before": round(float(old[number]), 1),
            "after": round(float(new[number]), 1),
        }
        for number in order.tolist()
    ]
