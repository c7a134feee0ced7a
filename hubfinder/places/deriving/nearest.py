"""The ground that is nearer to one place than to any other, by straight line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.places.deriving.ground import Floats, Plane, Shapes
from hubfinder.places.deriving.land import Progress, cut
from hubfinder.places.values import Point

FAR = 6.0
"""So many times the reach of places and land away stand the posts that close the outermost cells."""
POSTS = 64


@dataclass(frozen=True, slots=True)
class Site:
    """A place, and the code of the area its ground belongs to. Without a code it only takes ground."""

    code: str
    point: Point


def nearest_areas(
    sites: Sequence[Site], land: BaseGeometry, progress: Progress = lambda _done, _all: None
) -> dict[str, BaseGeometry]:
    """The land nearest to the sites of each code, by code; those that have none are left out.

    Sites of one point that have several codes give the ground to each of them: see ``one_code_a_point`` for
    kinds that must not overlap.
    """
    plane = Plane(land.bounds)
    codes_at: dict[Point, set[str]] = {}
    for site in sites:
        codes_at.setdefault(site.point, set()).add(site.code)
    points = sorted(codes_at, key=lambda point: (point.lon, point.lat))
    spots = plane.metres(np.array([(point.lon, point.lat) for point in points]))
    coast = plane.metres(shapely.get_coordinates(shapely.box(*land.bounds)))
    cells = _cells(spots, np.vstack([spots, coast]))
    of_code: dict[str, list[int]] = {}
    for place, point in enumerate(points):
        for code in codes_at[point]:
            of_code.setdefault(code, []).append(place)
    codes = sorted(of_code.keys() - {""})
    whole = [shapely.coverage_union_all(cells[of_code[code]]) for code in codes]
    pieces = cut(plane.shapes_in_degrees(whole), land, progress)
    return {code: piece for code, piece in zip(codes, pieces, strict=True) if not piece.is_empty}


def _cells(spots: Floats, reach: Floats) -> Shapes:
    """The cell of each spot, in the same order. All of ``reach`` lies well within the cells together.

    The posts far away own only ground that nobody asks about; without them the outermost cells would be
    wrong near the edge, because the triangles behind them depend on a frame.
    """
    middle = (reach.min(axis=0) + reach.max(axis=0)) / 2
    far = FAR * max(float(np.hypot(*(reach - middle).T).max()), 1_000.0)
    turn = np.linspace(0, 2 * np.pi, POSTS, endpoint=False)
    posts = middle + far * np.column_stack([np.cos(turn), np.sin(turn)])
    everything = shapely.multipoints(np.vstack([spots, posts]))
    cells = shapely.get_parts(shapely.voronoi_polygons(everything, ordered=True))
    found: Shapes = cells[: len(spots)]
    return found


def one_code_a_point(sites: Sequence[Site]) -> tuple[list[Site], int]:
    """Sites of which all that share a point have one code, and how many points had to be decided.

    The code with most sites there gets the point; among equals the first in the alphabet.
    """
    there: dict[Point, dict[str, int]] = {}
    for site in sites:
        counts = there.setdefault(site.point, {})
        counts[site.code] = counts.get(site.code, 0) + 1
    chosen = {point: min(counts, key=lambda code: (-counts[code], code)) for point, counts in there.items()}
    return [Site(code, point) for point, code in chosen.items()], sum(len(one) > 1 for one in there.values())
