"""Many rows at once, the fast way of either database, inside the caller's transaction.

Writing through the ORM takes some fifty times as long. Rows are tuples of what the database stores
(geometry as EWKB bytes), in the order of ``columns``, and may come from a generator: they are never all
in memory.
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, cast

import numpy as np
import psycopg
from geoalchemy2 import Geometry
from psycopg import sql
from sqlalchemy import Table, inspect
from sqlalchemy.orm import Session

from hubfinder.database.base import Base
from hubfinder.database.reading import Rows

Values = tuple[object, ...]
CHUNK = 10_000


def insert_rows(
    session: Session, model: type[Base] | Table, columns: Sequence[str], rows: Iterable[Values]
) -> int:
    """Append rows that are not there yet; how many they were.

    Raises:
        sqlite3.IntegrityError, psycopg.errors.IntegrityError: a row breaks a rule of the table.
    """
    table = _table(model)
    if _is_postgresql(session):
        return _copy(session, table.name, table, columns, rows)
    return _sqlite(session, _insert(table, columns), rows)


def insert_table(session: Session, model: type[Base] | Table, rows: Rows) -> None:
    """Append a structured array of numbers, whose fields are called as the columns are.

    Raises:
        sqlite3.IntegrityError, psycopg.errors.IntegrityError: a row breaks a rule of the table.
    """
    table, columns = _table(model), rows.dtype.names or ()
    if _is_postgresql(session):
        copy_packed(_psycopg(session), table.name, rows)
    else:
        for start in range(0, len(rows), CHUNK):
            _sqlite(session, _insert(table, columns), rows[start : start + CHUNK].tolist())


def copy_packed(connection: "psycopg.Connection[object]", table: str, rows: Rows) -> None:
    """Send a structured array of numbers, and of texts that are as long as their field, to PostgreSQL."""
    names = sql.SQL(", ").join(map(sql.Identifier, rows.dtype.names or ()))
    packed = np.zeros(len(rows), dtype=_packing(rows.dtype))
    packed["fields"] = len(rows.dtype.names or ())
    for name in rows.dtype.names or ():
        packed[f"length of {name}"] = rows.dtype[name].itemsize
        packed[name] = rows[name]
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for start in range(0, len(packed), 100 * CHUNK):
            copy.write(packed[start : start + 100 * CHUNK].tobytes())
        copy.write(b"\xff\xff")


def _packing(kinds: "np.dtype[Any]") -> "np.dtype[Any]":
    """How PostgreSQL's binary COPY has a row: the number of fields, and the length before each."""
    fields: list[tuple[str, Any]] = [("fields", ">i2")]
    for name in kinds.names or ():
        fields += [(f"length of {name}", ">i4"), (name, kinds[name].newbyteorder(">"))]
    return np.dtype(fields)


def put_rows(
    session: Session,
    model: type[Base] | Table,
    columns: Sequence[str],
    rows: Iterable[Values],
    key: Sequence[str] = (),
) -> int:
    """Add rows, or change those whose key (the primary one, unless named) is there; how many were given.

    If a key comes twice, the later row counts. Columns that are not named keep their value; a new row
    gets the database's own default for them.
    """
    table = _table(model)
    key = key or [column.name for column in table.primary_key]
    if _is_postgresql(session):
        return _copy_over(session, table, columns, rows, key)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return _sqlite(
        session, f"{_insert(table, columns)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}", rows
    )


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python's search for circular garbage out while millions of rows are in memory.

    It looks at all of them again and again, and takes as long as the work itself.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def chunks(rows: Iterable[Values], size: int = CHUNK) -> Iterator[list[Values]]:
    """The rows in lists of at most ``size``."""
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk


def _table(model: type[Base] | Table) -> Table:
    return model if isinstance(model, Table) else inspect(model).local_table  # type: ignore[return-value]


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _psycopg(session: Session) -> "psycopg.Connection[object]":
    return cast("psycopg.Connection[object]", session.connection().connection.driver_connection)


def _insert(table: Table, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _sqlite(session: Session, statement: str, rows: Iterable[Values]) -> int:
    cursor = session.connection().connection.cursor()
    count = 0
    for chunk in chunks(rows):
        cursor.executemany(statement, chunk)
        count += len(chunk)
    cursor.close()
    return count


def _copy(session: Session, into: str, table: Table, columns: Sequence[str], rows: Iterable[Values]) -> int:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    shapes = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, Geometry)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(into), names)
    count = 0
    with _psycopg(session).cursor() as cursor, cursor.copy(statement) as copy:
        for row in _with_hex(rows, shapes) if shapes else rows:
            copy.write_row(row)
            count += 1
    return count


def _with_hex(rows: Iterable[Values], shapes: Sequence[int]) -> Iterator[Values]:
    """PostGIS reads EWKB as hexadecimal digits."""
    for row in rows:
        cells = list(row)
        for place in shapes:
            cell = cells[place]
            cells[place] = cell.hex() if isinstance(cell, bytes) else cell
        yield tuple(cells)


def _copy_over(
    session: Session, table: Table, columns: Sequence[str], rows: Iterable[Values], key: Sequence[str]
) -> int:
    """Copies into a temporary table, and from there into the real one."""
    others = [sql.Identifier(name) for name in columns if name not in key]
    stage = f"incoming_{table.name}"
    parts = {
        "stage": sql.Identifier(stage),
        "table": sql.Identifier(table.name),
        "names": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "key": sql.SQL(", ").join(map(sql.Identifier, key)),
        "changes": sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name) for name in others),
        "differs": sql.SQL(" OR ").join(
            sql.SQL("{}.{} IS DISTINCT FROM excluded.{}").format(sql.Identifier(table.name), name, name)
            for name in others
        ),
    }
    execute = _psycopg(session).execute
    execute(sql.SQL(_STAGE).format(**parts))
    execute(sql.SQL("ALTER TABLE {stage} ADD COLUMN incoming_order bigserial").format(**parts))
    count = _copy(session, stage, table, columns, rows)
    execute(sql.SQL(_FROM_STAGE).format(**parts))
    execute(sql.SQL("DROP TABLE {stage}").format(**parts))
    return count


_STAGE = "CREATE TEMPORARY TABLE {stage} ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0"
_FROM_STAGE = (
    "INSERT INTO {table} ({names}) SELECT DISTINCT ON ({key}) {names} FROM {stage} "
    "ORDER BY {key}, incoming_order DESC ON CONFLICT ({key}) DO UPDATE SET {changes} WHERE {differs}"
)
