"""Whether shapes can be used as areas, and mending where that is cheap and changes next to nothing.

``make_valid`` takes seconds for two hundred hostile points, because its work grows with the number of
crossings, not of points. So crossings are counted first, and counting stops early.
"""

import math
import warnings
from collections.abc import Callable, Sequence

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup
from shapely.geometry.base import BaseGeometry

from hubfinder.ingest.errors import FileRefused, RowRefused
from hubfinder.ingest.geojson import Unusable
from hubfinder.ingest.positions import EAST, NORTH, SOUTH, WEST
from hubfinder.ingest.shapes import Shape

MOST_POINTS = 1_000_000
MOST_POINTS_MENDED = 5_000
MOST_CROSSINGS_MENDED = 100
AREA_KEPT = 0.99
SRID = 4326
BRITISH_GRID = (-1_000, 701_000, -1_000, 1_301_000)
WORLD = (-180, 180, -90, 90)
BRITAIN = (WEST, EAST, SOUTH, NORTH)
POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def area_of(found: Shape) -> BaseGeometry:
    """The shape of a feature, if it is an area of reasonable size.

    Raises:
        RowRefused: it is not.
    """
    shape = found.shape
    if shape is None or (isinstance(shape, BaseGeometry) and shape.is_empty):
        raise RowRefused("geometry", "is empty")
    if isinstance(shape, Unusable):
        raise RowRefused("geometry", shape.why)
    if shapely.get_type_id(shape) not in POLYGONS:
        raise RowRefused("geometry", f"is a {shape.geom_type}, not an area")
    points = int(shapely.get_num_coordinates(shape))
    if points > MOST_POINTS:
        raise RowRefused(
            "geometry",
            f"has {points:,} points; at most {MOST_POINTS:,} can be used (simplify it a little first)",
        )
    return shapely.force_2d(shape)


def to_degrees(
    shapes: Sequence[BaseGeometry], crs: str | None, note: Callable[[str], None]
) -> list[BaseGeometry]:
    """The shapes in longitude and latitude. A file that names no coordinate system is taken to have them.

    Raises:
        FileRefused: the coordinate system is not known.
    """
    try:
        source = CRS.from_user_input(crs or SRID)
        if source.equals(CRS.from_epsg(SRID), ignore_axis_order=True):
            return list(shapes)
        transformer = Transformer.from_crs(source, SRID, always_xy=True)
    except CRSError as error:
        raise FileRefused(f"Its coordinate system is not known: {str(crs)[:100]}.") from error
    _refuse_degrees(shapes, source)
    note(f"Converted from {source.name} to longitude and latitude; {_how_exact(source)}.")

    def convert(points: np.ndarray) -> np.ndarray:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return [shapely.transform(shape, convert) for shape in shapes]


def _refuse_degrees(shapes: Sequence[BaseGeometry], source: CRS) -> None:
    """Refuse a file that says its coordinates are metres where they are degrees: all would be one dot."""
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    if source.is_projected and _within((west, east), (south, north), WORLD):
        raise FileRefused(
            f"It says that its coordinates are metres of {source.name}, but they are longitude and latitude: "
            "name the right coordinate system in the file (field geometry)."
        )


def _how_exact(source: CRS) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of the missing grid, which is just what we say
        group = TransformerGroup(source, SRID, always_xy=True)
    metres = group.transformers[0].accuracy
    exact = f"this is good to about {metres:g} metres" if metres > 0 else "how exact this is, is not known"
    if not group.best_available:
        exact += " (the grid for exact conversion, OSTN15 for Great Britain, is not installed)"
    return exact


def refuse_elsewhere(shape: BaseGeometry) -> None:
    """Refuse coordinates that are not longitude and latitude in or around the British Isles.

    Raises:
        RowRefused: with what the coordinates look like.
    """
    bounds = [float(edge) for edge in shapely.bounds(shape)]
    if not all(math.isfinite(edge) for edge in bounds):
        raise RowRefused("geometry", "has coordinates that are no numbers")
    west, south, east, north = bounds
    if _within((south, north), (west, east), BRITAIN):
        raise RowRefused(
            "geometry", "has latitude and longitude the wrong way round (longitude must come first)"
        )
    if _within((west, east), (south, north), BRITAIN):
        return
    if _within((west, east), (south, north), WORLD):
        far = f"from {west:.1f}, {south:.1f} to {east:.1f}, {north:.1f} degrees"
        raise RowRefused("geometry", f"reaches {far}, which is not in or around the British Isles")
    if _within((south, north), (west, east), WORLD):
        likely = "latitude and longitude seem to be the wrong way round"
    elif _within((west, east), (south, north), BRITISH_GRID):
        likely = "they look like metres of the British grid (EPSG:27700), which the file does not say"
    else:
        likely = "they look like metres of another map projection, which the file does not say"
    raise RowRefused("geometry", f"has coordinates that are not longitude and latitude: {likely}")


def _within(
    across: tuple[float, float], along: tuple[float, float], box: tuple[float, float, float, float]
) -> bool:
    return box[0] <= across[0] and across[1] <= box[1] and box[2] <= along[0] and along[1] <= box[3]


def mended(shape: BaseGeometry) -> BaseGeometry:
    """A valid shape out of one that crosses itself here and there.

    Raises:
        RowRefused: it is too tangled, has no inside, or mending would change its area.
    """
    points = int(shapely.get_num_coordinates(shape))
    if points > MOST_POINTS_MENDED:
        why = f"crosses itself and has {points:,} points; up to {MOST_POINTS_MENDED:,} are mended"
        raise RowRefused("geometry", why)
    if not shapely.area(shapely.convex_hull(shape)):
        raise RowRefused("geometry", "has no inside: its points are one and the same, or lie on one line")
    if count_crossings(shape, MOST_CROSSINGS_MENDED) > MOST_CROSSINGS_MENDED:
        raise RowRefused("geometry", f"crosses itself more than {MOST_CROSSINGS_MENDED} times")
    parts = shapely.get_parts(shapely.make_valid(shape))
    parts = parts[np.isin(shapely.get_type_id(parts), POLYGONS)]
    whole = shapely.union_all(parts)
    before, after = shapely.area(shape), shapely.area(whole)
    if not before or not AREA_KEPT <= after / before <= 1 / AREA_KEPT:
        raise RowRefused("geometry", "crosses itself so that it is not clear what lies inside")
    return whole


def count_crossings(shape: BaseGeometry, enough: int) -> int:
    """How often lines of a shape's border meet other than end to end; stops a little after ``enough``."""
    rings = [ring for part in shapely.get_parts(shape) for ring in shapely.get_rings(part)]
    coordinates = [_without_repeats(shapely.get_coordinates(ring)) for ring in rings]
    ends = np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1) for ring in coordinates])
    segments = np.atleast_1d(np.asarray(shapely.linestrings(ends), dtype=object))
    tree = shapely.STRtree(segments)
    found = -len(rings)  # the ends of a ring meet
    for start in range(0, len(segments), 100):
        one, other = tree.query(segments[start : start + 100], predicate="intersects")
        found += int(np.count_nonzero(other > one + start + 1))
        if found > enough:
            break
    return max(found, 0)


def _without_repeats(points: np.ndarray) -> np.ndarray:
    """Points of a ring but for those that stand where the one before stands; perhaps only one is left."""
    moves = np.ones(len(points), dtype=bool)
    moves[1:] = np.any(points[1:] != points[:-1], axis=1)
    kept: np.ndarray = points[moves]
    return kept


def as_multipolygon(shape: BaseGeometry) -> BaseGeometry:
    """The shape as what the database stores."""
    whole: BaseGeometry = shapely.MultiPolygon(list(shapely.get_parts(shape)))
    return shapely.set_srid(whole, SRID)
