"""One set of models on two databases: stock SQLite with Shapely behind its SQL functions, or PostGIS."""

from hubfinder.database.base import Base
from hubfinder.database.engine import begin_reading, begin_writing, prepare_engine
from hubfinder.database.spatial import covers_point, in_box, point_wkb

__all__ = ["Base", "begin_reading", "begin_writing", "covers_point", "in_box", "point_wkb", "prepare_engine"]
