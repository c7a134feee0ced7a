"""Whole tables into numpy, the fast way of either database: millions of rows without an object for each."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from hubfinder.database.base import Base

Rows = npt.NDArray[Any]
"""A structured array: a field for each column."""


def read_table(session: Session, model: type[Base], columns: Mapping[str, str], where: str = "") -> Rows:
    """These columns of a table, each as the type numpy calls so (``S7``, ``f8``, ``i4``), in no order.

    Where a row has nothing, there is an empty text, 0, or infinity for a float. Texts are ASCII, and cut
    to their length. ``where`` is SQL of ours, without anything a person typed.
    """
    kinds = np.dtype(list(columns.items()))
    table = inspect(model).local_table.name  # type: ignore[attr-defined]  # a mapped class has a table
    tail = f" FROM {table}" + (f" WHERE {where}" if where else "")
    if session.get_bind().dialect.name == "postgresql":
        return _packed(session, kinds, tail)
    cells = ", ".join(_sqlite_cell(name, kind) for name, kind in _fields(kinds))
    return np.fromiter(session.connection().connection.cursor().execute(f"SELECT {cells}{tail}"), dtype=kinds)


def _fields(kinds: "np.dtype[Any]") -> list[tuple[str, "np.dtype[Any]"]]:
    return [(name, kinds[name]) for name in kinds.names or ()]


def _sqlite_cell(name: str, kind: "np.dtype[Any]") -> str:
    if kind.kind == "S":
        return f"CAST(coalesce({name}, '') AS BLOB)"
    return f"coalesce({name}, {'1e999' if kind.kind == 'f' else '0'})"


def _packed(session: Session, kinds: "np.dtype[Any]", tail: str) -> Rows:
    """PostgreSQL packs the rows itself, into one piece of bytes: none is taken apart one by one."""
    cells = " || ".join(_postgresql_cell(name, kind) for name, kind in _fields(kinds))
    connection = cast(Any, session.connection().connection.driver_connection)
    with connection.cursor(binary=True) as cursor:
        [packed] = cursor.execute(f"SELECT string_agg({cells}, ''::bytea){tail}").fetchone()
    rows = np.frombuffer(packed or b"", dtype=kinds.newbyteorder(">"))
    return rows.astype(kinds)


def _postgresql_cell(name: str, kind: "np.dtype[Any]") -> str:
    if kind.kind == "S":
        filled = f"convert_to(coalesce({name}, ''), 'LATIN1') || decode(repeat('00', {kind.itemsize}), 'hex')"
        return f"substring({filled} from 1 for {kind.itemsize})"
    if kind.kind == "f":
        return f"float8send(coalesce({name}, 'Infinity'))"
    return f"int{kind.itemsize}send(coalesce({name}, 0))"
