"""The table-keeping functions of SpatiaLite that GeoAlchemy2 calls: geometry columns and R*Tree indexes."""

import sqlite3

from hubfinder.database.spatial import index_name

TYPES = (
    "GEOMETRY",
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
)
_COLUMN = " WHERE lower(f_table_name)=lower(?) AND lower(f_geometry_column)=lower(?)"


class GeometryTables:
    """Answers ``RecoverGeometryColumn``, ``CreateSpatialIndex`` and their opposites on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def install(self) -> None:
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS geometry_columns ("
            "f_table_name TEXT, f_geometry_column TEXT, geometry_type INTEGER, coord_dimension INTEGER, "
            "srid INTEGER, spatial_index_enabled INTEGER, PRIMARY KEY (f_table_name, f_geometry_column))"
        )
        for name, arguments, function in (
            ("RecoverGeometryColumn", 5, self.recover),
            ("DiscardGeometryColumn", 2, self.discard),
            ("CheckSpatialIndex", 2, self.check_index),
            ("CreateSpatialIndex", 2, self.create_index),
            ("DisableSpatialIndex", 2, self.disable_index),
            ("DropTable", -1, self.drop_table),
        ):
            self.connection.create_function(name, arguments, function)

    def recover(self, table: str, column: str, srid: int, kind: str, _dimension: str) -> int:
        row = (table, column, TYPES.index(kind.upper()), srid)
        self.connection.execute("INSERT OR REPLACE INTO geometry_columns VALUES (?, ?, ?, 2, ?, 0)", row)
        return 1

    def discard(self, table: str, column: str) -> int:
        self.connection.execute("DELETE FROM geometry_columns" + _COLUMN, (table, column))
        return 1

    def check_index(self, table: str, column: str) -> int | None:
        row = self.connection.execute(
            "SELECT spatial_index_enabled FROM geometry_columns" + _COLUMN, (table, column)
        ).fetchone()
        return 1 if row and row[0] else None

    def create_index(self, table: str, column: str) -> int:
        index = index_name(table, column)
        box = ", ".join(f'ST_{edge}(NEW."{column}")' for edge in ("MinX", "MaxX", "MinY", "MaxY"))
        put = f'INSERT INTO "{index}" SELECT NEW.rowid, {box} WHERE NEW."{column}" IS NOT NULL;'
        take = f'DELETE FROM "{index}" WHERE pkid = OLD.rowid;'
        self.connection.execute(
            f'CREATE VIRTUAL TABLE IF NOT EXISTS "{index}" USING rtree(pkid, xmin, xmax, ymin, ymax)'
        )
        for letter, event, body in (
            ("i", "INSERT", put),
            ("u", f'UPDATE OF "{column}"', take + " " + put),
            ("d", "DELETE", take),
        ):
            self.connection.execute(
                f'CREATE TRIGGER IF NOT EXISTS "gi{letter}_{table}_{column}" '
                f'AFTER {event} ON "{table}" BEGIN {body} END'
            )
        self.connection.execute(
            "UPDATE geometry_columns SET spatial_index_enabled = 1" + _COLUMN, (table, column)
        )
        return 1

    def disable_index(self, table: str, column: str) -> int:
        for letter in "iud":
            self.connection.execute(f'DROP TRIGGER IF EXISTS "gi{letter}_{table}_{column}"')
        self.connection.execute(
            "UPDATE geometry_columns SET spatial_index_enabled = 0" + _COLUMN, (table, column)
        )
        return 1

    def drop_table(self, _schema: str | None, table: str) -> int:
        """What Alembic asks for in place of ``DROP TABLE`` on a table with geometry."""
        columns = self.connection.execute(
            "SELECT f_geometry_column FROM geometry_columns WHERE lower(f_table_name) = lower(?)", (table,)
        ).fetchall()
        for (column,) in columns:
            self.disable_index(table, column)
            self.connection.execute(f'DROP TABLE IF EXISTS "{index_name(table, column)}"')
            self.discard(table, column)
        self.connection.execute(f'DROP TABLE IF EXISTS "{table}"')
        return 1
