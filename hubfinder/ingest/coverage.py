"""Gaps and overlaps of areas that should cover the ground without either.

In a whole coverage every piece of border is walked twice, once in each direction. Pieces that are not are
all that has to be looked at: they bound the outside, gaps and overlaps, however many areas there are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.places.borders import is_heap, walked_once
from hubfinder.places.states import Area
from hubfinder.vocab import FootprintKind

TILING = frozenset(
    {
        FootprintKind.SMALL_AREA,
        FootprintKind.MSOA,
        FootprintKind.WARD,
        FootprintKind.LOCAL_AUTHORITY,
        FootprintKind.ICB,
        FootprintKind.POLICE_AREA,
        FootprintKind.CRIMINAL_JUSTICE_AREA,
    }
)
RADIUS = 6_384_700.0
"""Metres. Of a sphere on which areas around 54 degrees north are right to a thousandth."""
SQUEEZE = math.cos(math.radians(54))
GRID = 0.01
"""Metres. Corners closer than this are one."""
SLIVER = 10.0
"""Metres. What is narrower on average is a sliver: two ways to draw one line."""
MOST_PIECES = 600_000
"""Pieces of border to look at; more would take minutes."""
SQUARE_METRES_A_HECTARE = 10_000
NAMED = 3
NUDGES = ((0.0, 0.0), (0.37, 0.23), (-0.29, 0.41), (3.1, -2.3), (-23.0, -31.0), (0.003, 0.002))
"""Metres east and north."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A gap between areas, or ground that several of them have."""

    is_overlap: bool
    hectares: float
    is_sliver: bool
    codes: tuple[str, ...]
    """The areas that overlap, or that lie around the gap; of many the first few."""
    lon: float
    lat: float
    """A point in it."""


class TooRough(Exception):
    """So few borders are shared, or so many cross, that looking for gaps would take minutes."""


def on_plane(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Shapes in degrees on a plane of metres: areas are right, lengths nearly so around 54 degrees north."""

    def project(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x = np.radians(points[:, 0]) * RADIUS * SQUEEZE
        y = np.sin(np.radians(points[:, 1])) * RADIUS / SQUEEZE
        return np.round(np.column_stack((x, y)) / GRID) * GRID

    plane: npt.NDArray[np.object_] = np.asarray(shapely.transform(shapes, project), dtype=object)
    return plane


def hectares(shapes: Sequence[BaseGeometry | None]) -> npt.NDArray[np.float64]:
    """How large shapes in degrees are; 0 where there is none."""
    found = shapely.area(on_plane(np.array(shapes, dtype=object))) / SQUARE_METRES_A_HECTARE
    return np.nan_to_num(found)


def faults_of(areas: Sequence[Area]) -> list[Fault]:
    """Every gap and overlap of areas with shapes, the largest first.

    Raises:
        TooRough: hardly any border is shared.
    """
    drawn = [area for area in areas if area.shape is not None]
    if not drawn:
        return []
    shapes = on_plane(np.array([area.shape for area in drawn], dtype=object))
    lines = walked_once(shapes)
    if len(lines) > MOST_PIECES or is_heap(lines):
        raise TooRough
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines)]))
    tree = shapely.STRtree(shapes)
    over = _areas_over(tree, faces)
    found = [_fault(tree, face, drawn, over[number]) for number, face in enumerate(faces) if number in over]
    return sorted(found, key=lambda fault: (-fault.hectares, fault.codes))


def _areas_over(tree: shapely.STRtree, faces: npt.NDArray[np.object_]) -> dict[int, list[int]]:
    """The areas that each face lies in, for faces that are not in just one.

    A point of the face decides. It may happen to lie on a border between two areas of a whole coverage;
    then another point near it is asked.
    """
    left = dict(enumerate(shapely.point_on_surface(faces)))
    found: dict[int, list[int]] = {}
    for east, north in NUDGES:
        numbers = list(left)
        points = shapely.points([(left[one].x + east, left[one].y + north) for one in numbers])
        points = np.atleast_1d(np.asarray(points, dtype=object))
        touched = _by_point(tree.query(points, predicate="intersects"))
        inside = _by_point(tree.query(points, predicate="within"))
        for place, number in enumerate(numbers):
            mine = inside.get(place, [])
            if mine != touched.get(place, []) or not shapely.contains(faces[number], points[place]):
                continue
            if len(mine) != 1:
                found[number] = mine
            del left[number]
        if not left:
            break
    return found


def _by_point(pairs: npt.NDArray[np.int64]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for point, area in sorted(pairs.T.tolist()):
        found.setdefault(point, []).append(area)
    return found


def _fault(tree: shapely.STRtree, face: BaseGeometry, areas: Sequence[Area], over: Sequence[int]) -> Fault:
    near = over or tree.query(face, predicate="intersects").tolist()
    point = face.representative_point()
    width = 2 * face.area / face.length
    return Fault(
        is_overlap=bool(over),
        hectares=face.area / SQUARE_METRES_A_HECTARE,
        is_sliver=width < SLIVER,
        codes=tuple(sorted(areas[number].code for number in near)[:NAMED]),
        lon=float(np.degrees(point.x / RADIUS / SQUEEZE)),
        lat=float(np.degrees(np.arcsin(point.y / RADIUS * SQUEEZE))),
    )
