"""Large shapes as grids: for most points a look at one cell says whether the shape covers them.

A cell through whose rows and columns no part of the border passes lies inside as a whole, or outside. Only
for the other cells the shape itself has to be asked, so the answer is always the shape's own.
"""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

SIDE = 32
CELLS = SIDE * SIDE
OUTSIDE, INSIDE, ASK = 0, 1, 2
Box = tuple[float, float, float, float]
"""West, south, east, north."""
Floats = npt.NDArray[np.float64]


def grid_of(shape: BaseGeometry) -> npt.NDArray[np.uint8]:
    """What each cell of the box of a shape is, row by row from the south."""
    box = np.array(shapely.bounds(shape))
    grid = np.full((SIDE, SIDE), OUTSIDE, dtype=np.uint8)
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        _mark(grid, box, shapely.get_coordinates(ring))
    shapely.prepare(shape)  # no other thread has it
    rows, columns = np.nonzero(grid != ASK)
    lon = box[0] + (columns + 0.5) / SIDE * (box[2] - box[0])
    lat = box[1] + (rows + 0.5) / SIDE * (box[3] - box[1])
    grid[rows, columns] = np.where(shapely.contains_xy(shape, lon, lat), INSIDE, OUTSIDE)
    return grid.ravel()


def cell_of(box: Box, lon: float, lat: float) -> int:
    """The cell of a point that lies in a box, as its place in the grid."""
    west, south, east, north = box
    row = int((lat - south) / (north - south) * SIDE)
    column = int((lon - west) / (east - west) * SIDE)
    return min(row, SIDE - 1) * SIDE + min(column, SIDE - 1)


def _steps(at: Floats, low: float, high: float) -> npt.NDArray[np.int64]:
    """Rows or columns, as ``cell_of``; they rise with ``at``: what lies between two lies between theirs."""
    return np.minimum(((at - low) / (high - low) * SIDE).astype(np.int64), SIDE - 1)


def _mark(grid: npt.NDArray[np.uint8], box: Floats, line: Floats) -> None:
    """Mark every cell that a part of the line may touch: all in the box of its two ends."""
    columns = _steps(line[:, 0], box[0], box[2])
    rows = _steps(line[:, 1], box[1], box[3])
    west, east = np.minimum(columns[:-1], columns[1:]), np.maximum(columns[:-1], columns[1:])
    south, north = np.minimum(rows[:-1], rows[1:]), np.maximum(rows[:-1], rows[1:])
    is_short = (west == east) & (south == north)
    grid[south[is_short], west[is_short]] = ASK
    for at in np.flatnonzero(~is_short).tolist():
        grid[south[at] : north[at] + 1, west[at] : east[at] + 1] = ASK
