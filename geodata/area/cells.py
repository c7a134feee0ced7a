"""The fine coverage of the ground: small cells that areas are put together from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Polygon, STRtree, box

from area.shape import FRAME, Floats, Ground, Integers, ground
from area.streets import SEED, TOWNS

BANK = 0.11  # kilometres from the river to the middle of the cells on its banks


@dataclass(frozen=True)
class Cells:
    """Cells that cover the ground exactly once.

    shapes: polygons, neighbours sharing their vertices; middles (n, 2): a point inside each;
    region: "district", "strip" or "beyond" of each.
    """

    shapes: list[Polygon]
    middles: Floats
    region: list[str]


@cache
def cells() -> Cells:
    """The cells, in a fixed order (west to east)."""
    g = ground()
    edges = shapely.voronoi_polygons(MultiPoint(_seeds(g)), extend_to=box(*FRAME), only_edges=True)
    borders = [shape.boundary for shape in (g.district, g.strip, g.beyond)]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([edges, *borders])]))
    kept = [(face, region) for face in faces if (region := _region(face, g))]
    middle = {id(face): face.point_on_surface().coords[0] for face, _ in kept}
    kept.sort(key=lambda pair: tuple(round(c, 6) for c in middle[id(pair[0])]))
    return Cells(
        [face for face, _ in kept],
        np.array([middle[id(face)] for face, _ in kept]),
        [region for _, region in kept],
    )


def _region(face: Polygon, g: Ground) -> str:
    """The region a face of the drawing lies in, or an empty string."""
    point = face.point_on_surface()
    for name, shape in (("district", g.district), ("strip", g.strip), ("beyond", g.beyond)):
        if shape.contains(point):
            return name
    return ""


def spacing(xy: Floats) -> Floats:
    """How far apart cells are wanted at points (n, 2): 100 m in towns, 380 m in open country."""
    nearest = np.full(len(xy), 9.0)
    for town in TOWNS:
        nearest = np.minimum(nearest, np.hypot(xy[:, 0] - town.x, xy[:, 1] - town.y) - 0.7 * town.radius)
    wanted: Floats = 0.11 + 0.27 * np.clip(nearest / 3.0, 0.0, 1.0)
    return wanted


def _seeds(g: Ground) -> Floats:
    """Middles of the cells: pairs on both banks of the rivers, the rest thrown at random and kept apart."""
    rng = np.random.default_rng(SEED + 1)
    kept = np.vstack([_banks(g.wend, 0.16), _banks(_estuary(), 0.16), _banks(g.beck, 0.3)])
    throws = np.column_stack(
        [
            FRAME[0] - 1 + (FRAME[2] - FRAME[0] + 2) * rng.random(90_000),
            FRAME[1] - 1 + (FRAME[3] - FRAME[1] + 2) * rng.random(90_000),
        ]
    )
    near = shapely.dwithin(g.district, shapely.points(throws), 0.3)
    gap = np.where(near, spacing(throws), 1.5)
    grown = np.empty((len(kept) + len(throws), 2))
    grown[: len(kept)] = kept
    size = len(kept)
    for throw, distance in zip(throws, gap, strict=True):
        if np.min((grown[:size, 0] - throw[0]) ** 2 + (grown[:size, 1] - throw[1]) ** 2) > distance**2:
            grown[size] = throw
            size += 1
    return grown[:size]


def _estuary() -> LineString:
    """The middle of the estuary, out to sea."""
    return LineString([(7.15, 0.07), (7.8, 0.05), (8.6, 0.0), (9.4, -0.06), (10.2, -0.1), (12.0, -0.1)])


def _banks(river: LineString, step: float) -> Floats:
    """Mirrored pairs of points beside a river, so that the cells' borders follow it."""
    smooth = LineString(river.simplify(0.02).coords)
    places = shapely.line_interpolate_point(smooth, np.arange(step, smooth.length - step, step))
    middle = shapely.get_coordinates(places)
    way = np.gradient(middle, axis=0)
    normal = np.column_stack([-way[:, 1], way[:, 0]]) / np.hypot(way[:, 0], way[:, 1])[:, None]
    return np.vstack([middle + BANK * normal, middle - BANK * normal])


def cell_of(xy: Floats) -> Integers:
    """The number of the cell that each point (n, 2) lies in; raises ValueError when one lies in none."""
    tree = STRtree(cells().shapes)
    point, cell = tree.query(shapely.points(xy), predicate="within")
    found = np.full(len(xy), -1)
    found[point] = cell
    if (found < 0).any():
        raise ValueError(f"{int((found < 0).sum())} points lie in no cell")
    return found
