"""TopoJSON: areas as the borders they are made of, so that what two neighbours share is sent and drawn once.

Corners are put on a grid; wherever rings of one layer meet or part is a junction; the line from one junction
to the next is an arc, kept once whichever way round an area uses it. Checked against the decoder of
topojson-client in the browser; format: https://github.com/topojson/topojson-specification
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

GRID = 2e-5
"""Degrees: corners are right to a metre on the ground, a pixel at the closest zoom."""
_ROW = np.int64(1 << 32)
"""A corner is one number: column of the grid times this, plus row."""
Corners = NDArray[np.int64]
Arcs = list[int]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An area to encode: polygon or multipolygon in WGS84 degrees."""

    code: str
    shape: BaseGeometry
    facts: Mapping[str, object]
    """What is said of it (``properties``)."""


def topology(layers: Mapping[str, Sequence[Drawn]], grid: float = GRID) -> dict[str, Any]:
    """One topology with an object for each layer, and in it a geometry for each area, in the same order."""
    shapes = [drawn.shape for layer in layers.values() for drawn in layer]
    origin = np.floor(shapely.total_bounds(shapes)[:2] / grid) if shapes else np.zeros(2)
    arcs = _Arcs()
    objects = {
        name: {"type": "GeometryCollection", "geometries": _layer(layer, origin, grid, arcs)}
        for name, layer in layers.items()
    }
    return {
        "type": "Topology",
        "transform": {"scale": [grid, grid], "translate": [round(float(o * grid), 9) for o in origin]},
        "objects": objects,
        "arcs": arcs.encoded(),
    }


class _Arcs:
    """The arcs so far, each once."""

    def __init__(self) -> None:
        self._lines: list[Corners] = []
        self._known: dict[bytes, int] = {}

    def number(self, line: Corners) -> int:
        """The number of an arc; of one known the other way round its complement, as TopoJSON has it."""
        known = self._known.get(line.tobytes())
        if known is not None:
            return known
        known = self._known.get(line[::-1].tobytes())
        if known is not None:
            return ~known
        self._known[line.tobytes()] = len(self._lines)
        self._lines.append(line)
        return len(self._lines) - 1

    def encoded(self) -> list[list[list[int]]]:
        """Each arc as its first corner and the steps from there."""
        found = []
        for line in self._lines:
            corners = np.stack((line // _ROW, line % _ROW), axis=1)
            corners[1:] = np.diff(corners, axis=0)
            found.append(corners.tolist())
        return found


def _layer(
    layer: Sequence[Drawn], origin: NDArray[np.float64], grid: float, arcs: _Arcs
) -> list[dict[str, Any]]:
    """The geometries of one layer: its rings are cut where they meet or part, whatever other layers do."""
    parts, of_area = shapely.get_parts([drawn.shape for drawn in layer], return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    cornered = _on_grid(rings, origin, grid)
    junctions = _junctions([ring for ring in cornered if len(ring)])
    polygons: list[list[Arcs]] = [[] for _ in parts]
    for ring, part in zip(cornered, of_part, strict=True):
        is_outer = not polygons[part]
        kept = ring if len(ring) or not is_outer else _speck(parts[part], origin, grid)
        if len(kept):
            polygons[part].append([arcs.number(line) for line in _cut(kept, junctions)])
    found: list[list[list[Arcs]]] = [[] for _ in layer]
    for polygon, area in zip(polygons, of_area, strict=True):
        found[area].append(polygon)
    return [_geometry(drawn, made) for drawn, made in zip(layer, found, strict=True)]


def _geometry(drawn: Drawn, polygons: list[list[Arcs]]) -> dict[str, Any]:
    single = len(polygons) == 1
    return {
        "type": "Polygon" if single else "MultiPolygon",
        "arcs": polygons[0] if single else polygons,
        "id": drawn.code,
        "properties": dict(drawn.facts),
    }


def _on_grid(rings: NDArray[np.object_], origin: NDArray[np.float64], grid: float) -> list[Corners]:
    """The corners of each ring without the one that closes it; none of a ring too small for the grid."""
    if not len(rings):
        return []
    coordinates, of_ring = shapely.get_coordinates(rings, return_index=True)
    columns = np.rint(coordinates / grid).astype(np.int64) - origin.astype(np.int64)
    corners = columns[:, 0] * _ROW + columns[:, 1]
    fresh = np.ones(len(corners), dtype=bool)
    fresh[1:] = (corners[1:] != corners[:-1]) | (of_ring[1:] != of_ring[:-1])
    corners, of_ring = corners[fresh], of_ring[fresh]
    found = np.split(corners, np.searchsorted(of_ring, np.arange(1, len(rings))))
    open_ = [ring[:-1] if len(ring) and ring[0] == ring[-1] else ring for ring in found]
    whole = [_without_spikes(ring) for ring in open_]
    return [ring if len(np.unique(ring)) > 2 else ring[:0] for ring in whole]


def _without_spikes(ring: Corners) -> Corners:
    """The ring without lines that go out and back the same way: slivers narrower than the grid."""
    while len(ring) > 2:
        before, after = np.roll(ring, 1), np.roll(ring, -1)
        tips = np.flatnonzero((before == after) | (ring == after))
        if not len(tips):
            break
        ring = np.delete(ring, tips[:1])
    return ring


def _speck(part: BaseGeometry, origin: NDArray[np.float64], grid: float) -> Corners:
    """The smallest triangle there is, where an area is smaller than the grid: it must not disappear."""
    x, y = (np.rint(shapely.get_coordinates(part)[0] / grid) - origin).astype(np.int64)
    return np.array([x * _ROW + y, (x + 1) * _ROW + y, x * _ROW + y + 1], dtype=np.int64)


def _junctions(rings: Sequence[Corners]) -> Corners:
    """The corners, sorted, that do not have the same two neighbours in every ring that uses them."""
    if not rings:
        return np.array([], dtype=np.int64)
    corners = np.concatenate(rings)
    before = np.concatenate([np.roll(ring, 1) for ring in rings])
    after = np.concatenate([np.roll(ring, -1) for ring in rings])
    low, high = np.minimum(before, after), np.maximum(before, after)
    order = np.argsort(corners, kind="stable")
    corners, low, high = corners[order], low[order], high[order]
    again = corners[1:] == corners[:-1]
    differs = again & ((low[1:] != low[:-1]) | (high[1:] != high[:-1]))
    return np.unique(corners[1:][differs])


def _cut(ring: Corners, junctions: Corners) -> list[Corners]:
    """A ring as lines from junction to junction; one without any begins at its smallest corner."""
    spots = np.flatnonzero(np.isin(ring, junctions))
    start = int(spots[0]) if len(spots) else int(np.argmin(ring))
    turned = np.roll(ring, -start)
    closed = np.append(turned, turned[0])
    cuts = [*(spots - start).tolist(), len(ring)] if len(spots) else [0, len(ring)]
    return [closed[a : b + 1] for a, b in pairwise(cuts)]
