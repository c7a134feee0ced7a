"""Areas from GeoJSON, GeoPackage and Shapefile, each with its code and name.

What a file is, its first bytes say; GDAL only ever sees files that are what they seem. A ZIP is unpacked
into a folder of its own, within limits.
"""

import shutil
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely
from shapely.geometry.base import BaseGeometry

from hubfinder.ingest.errors import FileRefused
from hubfinder.ingest.geojson import Unusable, read_geojson
from hubfinder.ingest.text import BOMB_FLOOR, BOMB_RATIO, NOT_TEXT, TextFile

LARGEST_UNPACKED = 4 << 30
PARTS_OF_A_SHAPEFILE = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
READABLE = frozenset({".shp", ".gpkg", ".geojson", ".json"})
NAMED = {".shp": "Shapefile", ".gpkg": "GeoPackage", ".zip": "ZIP file"}


@dataclass(frozen=True, slots=True)
class Shape:
    """One area as the file has it, in the file's coordinate system."""

    row: int
    """The first area is row 1."""
    code: object
    """As the file has it, like the name."""
    name: object
    shape: BaseGeometry | Unusable | None


@dataclass(frozen=True, slots=True)
class Shapes:
    """The areas of a file and the coordinate system it names (none if it names none)."""

    areas: list[Shape]
    crs: str | None
    warnings: tuple[str, ...] = ()
    """What the reader found odd about the file."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields of a file hold code and name, and which of its tables to read."""

    code: str
    name: str
    table: str | None = None


def read_shapes(text: TextFile, fields: Fields) -> Shapes:
    """All areas of a file.

    Raises:
        FileRefused: it is of another kind, damaged, or lacks a field.
    """
    path = text.path
    start = _first_bytes(path)
    if start.startswith(b"PK\x03\x04"):
        with _unpacked(path) as inner:
            return read_shapes(TextFile(inner), fields)
    if start.startswith(b"SQLite format 3\0"):
        return _read_with_gdal(path, fields)
    if start.startswith(b"\x00\x00\x27\x0a"):
        return _read_shapefile(path, fields)
    _refuse_another_kind(path, start)
    return _read_geojson(text, fields)


def _refuse_another_kind(path: Path, start: bytes) -> None:
    """Refuse what is no GeoJSON by its name or its first bytes, and say so better than its reader can."""
    named = NAMED.get(path.suffix.lower())
    if named and start:
        raise FileRefused(f"Its name ends in {path.suffix}, but it is no {named}: look at what it is.")
    for mark, what in NOT_TEXT:
        if start.startswith(mark):
            raise FileRefused(f"It is {what}, not a file of boundaries (GeoJSON, GeoPackage or Shapefile).")


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise FileRefused(f"It cannot be read: {error.strerror}.") from error


def _read_geojson(text: TextFile, fields: Fields) -> Shapes:
    collection = read_geojson(text)
    if not collection.features:
        return Shapes([], collection.crs)
    known = dict.fromkeys(name for feature in collection.features for name in feature.properties)
    code, name = _field(fields.code, known), _field(fields.name, known)
    areas = [
        Shape(row, feature.properties.get(code), feature.properties.get(name), feature.shape)
        for row, feature in enumerate(collection.features, 1)
    ]
    return Shapes(areas, collection.crs)


def _read_shapefile(path: Path, fields: Fields) -> Shapes:
    there = {other.suffix.lower() for other in path.parent.glob(f"{path.stem}.*")}
    missing = sorted({".dbf", ".shx"} - there)
    if missing:
        there_not = " and ".join(missing) + (" is" if len(missing) == 1 else " are")
        raise FileRefused(f"A Shapefile is several files, and {there_not} not beside it.")
    return _read_with_gdal(path, fields)


def _read_with_gdal(path: Path, fields: Fields) -> Shapes:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            areas, crs = _features(path, fields)
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            pyogrio.errors.FieldError,
        ) as error:
            raise FileRefused(f"It cannot be read: {_said(error, path)}") from error
    return Shapes(areas, crs, tuple(dict.fromkeys(_said(one.message, path) for one in caught)))


def _features(path: Path, fields: Fields) -> tuple[list[Shape], str | None]:
    """The areas of a file and its coordinate system, by GDAL."""
    table = _table(path, fields.table)
    info = pyogrio.read_info(path, layer=table)
    code, name = _field(fields.code, info["fields"]), _field(fields.name, info["fields"])
    meta, _, shapes, columns = pyogrio.raw.read(path, layer=table, columns=[code, name], force_2d=True)
    if shapes is None:
        raise FileRefused("It has no shapes in it.")
    by_name = dict(zip(meta["fields"], columns, strict=True))
    rows = zip(by_name[code], by_name[name], shapely.from_wkb(shapes, on_invalid="ignore"), strict=True)
    return [Shape(row, code, name, shape) for row, (code, name, shape) in enumerate(rows, 1)], meta["crs"]


def _said(message: object, path: Path) -> str:
    """A message of GDAL, short and without the folder the file is in, which may be one of ours."""
    return " ".join(str(message).replace(f"{path.parent}/", "").split())[:200]


def _table(path: Path, wanted: str | None) -> str:
    tables = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if wanted:
        if wanted not in tables:
            raise FileRefused(f"It has no table {wanted}. Its tables with shapes are: {', '.join(tables)}.")
        return wanted
    if len(tables) != 1:
        there = (
            f"several tables with shapes: {', '.join(tables)}. Say which, with --table"
            if tables
            else "no shapes"
        )
        raise FileRefused(f"It has {there}.")
    return tables[0]


def _field(wanted: str, known: Iterable[str]) -> str:
    """The field as the file spells it."""
    known = [str(name) for name in known]
    if wanted in known:
        return wanted
    alike = [name for name in known if name.lower() == wanted.lower()]
    if len(alike) != 1:
        raise FileRefused(f"It has no field {wanted}. Its fields are: {', '.join(known) or 'none'}.")
    return alike[0]


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The one readable file of a ZIP, in a folder that goes away afterwards."""
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory() as folder:
            yield _unpack(archive, Path(folder))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise FileRefused("It is a ZIP file that cannot be unpacked.") from error


def _unpack(archive: zipfile.ZipFile, folder: Path) -> Path:
    members = [member for member in archive.infolist() if not member.is_dir()]
    suffixes = {member: PurePosixPath(member.filename).suffix.lower() for member in members}
    readable = [member for member in members if suffixes[member] in READABLE]
    if len(readable) != 1:
        names = ", ".join(member.filename for member in readable)[:300] or "none"
        raise FileRefused(
            f"It is a ZIP file, and should hold one Shapefile, GeoPackage or GeoJSON; it holds: {names}."
        )
    main = readable[0]
    stem = str(PurePosixPath(main.filename).with_suffix(""))
    wanted = [main]
    if suffixes[main] == ".shp":
        wanted = [
            member
            for member in members
            if suffixes[member] in PARTS_OF_A_SHAPEFILE
            and str(PurePosixPath(member.filename).with_suffix("")).lower() == stem.lower()
        ]
    _refuse_bomb(wanted)
    for member in wanted:  # under names of our own, so that no name in the ZIP leads anywhere
        with archive.open(member) as packed, (folder / f"shapes{suffixes[member]}").open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    return folder / f"shapes{suffixes[main]}"


def _refuse_bomb(members: Sequence[zipfile.ZipInfo]) -> None:
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if size > LARGEST_UNPACKED or (size > BOMB_FLOOR and size > BOMB_RATIO * packed):
        raise FileRefused("It unpacks to far more than real boundaries would; it looks like a trap.")
