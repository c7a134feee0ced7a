"""A database as it was at one moment, in files, and back: counted and hashed, so that both can be compared.

SQLite's own backup copies a database while it is written to: a plain copy of its file would be half old, half
new. PostgreSQL is read in one transaction that sees one moment, table by table, by COPY; no tool is needed.
"""

import gzip
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, inspect, text

from hubfinder.database.upgrade import upgrade
from hubfinder.migrations import DIRECTORY

VERSIONS = "alembic_version"
PIECE = 1 << 20


class SnapshotRefused(Exception):
    """It cannot be made, is not whole, or cannot be put back here; the message says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a table held."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str
    """Of its rows in the order of its key."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database in a folder."""

    name: str
    kind: str
    """``sqlite`` or ``postgresql``."""
    revision: str
    tables: tuple[Table, ...]
    sequences: tuple[tuple[str, int, bool], ...] = ()
    """Of PostgreSQL: name, last value, and whether it was given out."""

    @classmethod
    def of(cls, said: dict[str, Any]) -> "Snapshot":
        """As ``dataclasses.asdict`` and JSON had it."""
        tables = tuple(
            Table(one["name"], tuple(one["columns"]), one["rows"], one["sha256"]) for one in said["tables"]
        )
        sequences = tuple((str(name), int(last), bool(is_out)) for name, last, is_out in said["sequences"])
        return cls(said["name"], said["kind"], said["revision"], tables, sequences)


def take(engine: Engine, folder: Path, name: str) -> Snapshot:
    """Write the database as it is now into a folder. Others go on reading and writing.

    Raises:
        SnapshotRefused: it is not whole.
    """
    if engine.dialect.name == "postgresql":
        return _take_postgresql(engine, folder, name)
    return _take_sqlite(engine, folder, name)


def check(folder: Path, snapshot: Snapshot) -> None:
    """Make sure that what is in the folder is what was written there.

    Raises:
        SnapshotRefused: something is missing, more, or another.
    """
    if snapshot.kind == "postgresql":
        for table in snapshot.tables:
            digest, rows = hashlib.sha256(), 0
            for piece in _pieces(_file_of(folder, snapshot.name, table.name)):
                digest.update(piece)
                rows += piece.count(b"\n")
            _same(table, rows, digest.hexdigest())
        return
    with _opened(folder / f"{snapshot.name}.sqlite3") as connection:
        _is_whole(connection, snapshot.name)
        there = {table.name: table for table in _tables_of_sqlite(connection)}
    _same_all(snapshot, there)


def put_back(engine: Engine, folder: Path, snapshot: Snapshot, scripts: Path = DIRECTORY) -> None:
    """Put it where nothing is yet, look whether all of it is there, and bring it to this version.

    Raises:
        SnapshotRefused: something is there already, or it is for the other kind of database.
    """
    if snapshot.kind != engine.dialect.name:
        raise SnapshotRefused(
            f"this backup is of {snapshot.kind}, and the settings say {engine.dialect.name}"
        )
    if not is_empty(engine):
        raise SnapshotRefused("there is a database already: a backup is put back where there is none")
    if snapshot.kind == "postgresql":
        _put_back_postgresql(engine, folder, snapshot, scripts)
    else:
        _put_back_sqlite(engine, folder, snapshot)
    upgrade(engine, "head", scripts)


def is_empty(engine: Engine) -> bool:
    """Whether there is no table of ours."""
    with engine.connect() as connection:
        return not inspect(connection).has_table(VERSIONS)


def _same_all(snapshot: Snapshot, there: dict[str, Table]) -> None:
    for table in snapshot.tables:
        found = there.get(table.name)
        if found is None:
            raise SnapshotRefused(f"the table {table.name} is missing")
        _same(table, found.rows, found.sha256)


def _same(table: Table, rows: int, sha256: str) -> None:
    if rows != table.rows:
        raise SnapshotRefused(f"the table {table.name} has {rows:,} rows, and had {table.rows:,}")
    if sha256 != table.sha256:
        raise SnapshotRefused(f"the rows of the table {table.name} are not as they were")


# SQLite


class _opened:  # noqa: N801 - used like a function
    """A plain connection to a file that nobody else has open."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            raise SnapshotRefused(f"{file.name} is missing")
        self.connection = sqlite3.connect(file)

    def __enter__(self) -> sqlite3.Connection:
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.close()


def _take_sqlite(engine: Engine, folder: Path, name: str) -> Snapshot:
    file = folder / f"{name}.sqlite3"
    file.touch(mode=0o600)
    source = engine.raw_connection()
    try:
        with _opened(file) as target:
            cast(sqlite3.Connection, source.driver_connection).backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
            _is_whole(target, name)
            revision = target.execute(f"SELECT version_num FROM {VERSIONS}").fetchone()[0]
            tables = tuple(_tables_of_sqlite(target))
    except sqlite3.Error as error:
        raise SnapshotRefused(
            f"{name} cannot be written into the folder: {error}. Is the disk full?"
        ) from None
    finally:
        source.close()
    sync(file)
    return Snapshot(name, "sqlite", revision, tables)


def _put_back_sqlite(engine: Engine, folder: Path, snapshot: Snapshot) -> None:
    file = Path(str(engine.url.database))
    engine.dispose()
    for left in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        left.unlink(missing_ok=True)  # an empty one, made by whoever looked whether there is one
    new = file.with_name(f"{file.name}.new")
    shutil.copyfile(folder / f"{snapshot.name}.sqlite3", new)
    new.chmod(0o600)
    with _opened(new) as connection:
        _is_whole(connection, snapshot.name)
        _same_all(snapshot, {table.name: table for table in _tables_of_sqlite(connection)})
    sync(new)
    new.replace(file)
    sync(file.parent)


def _is_whole(connection: sqlite3.Connection, name: str) -> None:
    try:
        said = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise SnapshotRefused(f"{name} is not whole: {error}") from None
    if said != "ok":
        raise SnapshotRefused(f"{name} is not whole: {said}")


def _tables_of_sqlite(connection: sqlite3.Connection) -> Iterator[Table]:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    ).fetchall()
    for (name,) in names:
        columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
        key = [column[1] for column in sorted(columns, key=lambda one: one[5]) if column[5]]
        order = ", ".join(f'"{one}"' for one in key) or "rowid"
        digest, rows = hashlib.sha256(), 0
        for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY {order}'):
            digest.update(repr(row).encode())
            rows += 1
        yield Table(name, tuple(column[1] for column in columns), rows, digest.hexdigest())


# PostgreSQL


_TABLES = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind = 'r' AND n.nspname = current_schema() AND c.relname <> 'alembic_version' "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1"
)
_SEQUENCES = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind = 'S' AND n.nspname = current_schema() ORDER BY 1"
)
_COLUMNS = text(
    "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
    "AND table_name = :table AND is_generated = 'NEVER' ORDER BY ordinal_position"
)
_PLAIN = ("SET LOCAL TIME ZONE 'UTC'", "SET LOCAL DateStyle = 'ISO'", "SET LOCAL extra_float_digits = 1")
"""So that the same value is always written alike."""


def _take_postgresql(engine: Engine, folder: Path, name: str) -> Snapshot:
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        for statement in _PLAIN:
            connection.exec_driver_sql(statement)
        revision = str(connection.exec_driver_sql(f"SELECT version_num FROM {VERSIONS}").scalar_one())
        names = connection.scalars(_TABLES).all()
        tables = tuple(_write_table(connection, folder, name, table) for table in names)
        return Snapshot(name, "postgresql", revision, tables, tuple(_sequences(connection)))


def _write_table(connection: Connection, folder: Path, name: str, table: str) -> Table:
    columns = tuple(connection.scalars(_COLUMNS, {"table": table}).all())
    file = _file_of(folder, name, table)
    digest, rows = hashlib.sha256(), 0
    with file.open("xb") as raw:
        file.chmod(0o600)
        with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            for piece in _copied_out(connection, table, columns):
                digest.update(piece)
                rows += piece.count(b"\n")
                packed.write(piece)
        raw.flush()
        os.fsync(raw.fileno())
    return Table(table, columns, rows, digest.hexdigest())


def _copied_out(connection: Connection, table: str, columns: tuple[str, ...]) -> Iterator[bytes]:
    """A table as COPY's text: one line a row, in the order of its key."""
    key = inspect(connection).get_pk_constraint(table)["constrained_columns"]
    statement = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        _listed(columns), sql.Identifier(table), _listed(key or columns)
    )
    with _psycopg(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for piece in copy:
            yield bytes(piece)


def _put_back_postgresql(engine: Engine, folder: Path, snapshot: Snapshot, scripts: Path) -> None:
    """In two transactions: the tables as they were then, and what was in them, all or nothing."""
    upgrade(engine, snapshot.revision, scripts)
    saved = {table.name: table for table in snapshot.tables}
    with engine.connect() as connection, connection.begin():
        for statement in _PLAIN:
            connection.exec_driver_sql(statement)
        there = set(connection.scalars(_TABLES).all())
        if there != set(saved):
            raise SnapshotRefused(f"these tables differ: {', '.join(sorted(there ^ set(saved)))}")
        run = _psycopg(connection).execute
        run(sql.SQL("TRUNCATE {} CASCADE").format(_listed(tuple(saved))))
        ordered = [name for name, _ in inspect(connection).get_sorted_table_and_fkc_names() if name in saved]
        for name in ordered:
            _read_table(connection, folder, snapshot.name, saved[str(name)])
        for name, last, is_out in snapshot.sequences:
            connection.execute(
                text("SELECT setval(:name, :last, :out)"), {"name": name, "last": last, "out": is_out}
            )
        for table in snapshot.tables:
            digest, rows = hashlib.sha256(), 0
            for piece in _copied_out(connection, table.name, table.columns):
                digest.update(piece)
                rows += piece.count(b"\n")
            _same(table, rows, digest.hexdigest())


def _read_table(connection: Connection, folder: Path, name: str, table: Table) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), _listed(table.columns))
    with _psycopg(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for piece in _pieces(_file_of(folder, name, table.name)):
            copy.write(piece)


def _sequences(connection: Connection) -> Iterator[tuple[str, int, bool]]:
    for name in connection.scalars(_SEQUENCES).all():
        row = connection.exec_driver_sql(f'SELECT last_value, is_called FROM "{name}"').one()
        yield name, row[0], row[1]


def _pieces(file: Path) -> Iterator[bytes]:
    try:
        with gzip.open(file, "rb") as packed:
            while piece := packed.read(PIECE):
                yield piece
    except (OSError, EOFError) as error:
        raise SnapshotRefused(f"{file.name} cannot be read: {type(error).__name__}") from None


def _file_of(folder: Path, name: str, table: str) -> Path:
    return folder / f"{name}.{table}.copy.gz"


def _listed(names: "tuple[str, ...] | list[str]") -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _psycopg(connection: Connection) -> "psycopg.Connection[object]":
    return cast("psycopg.Connection[object]", connection.connection.driver_connection)


def sync(path: Path) -> None:
    """What was written there stays after a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
