"""Postcodes: the ONS files (NSPL, ONSPD), or any CSV with a postcode and its latitude and longitude.

Nearly three million rows come through here, so this is written for speed: cells are read by position and
checked in one go, and only a row that fails is looked at again to say what is wrong with it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hubfinder.ingest.errors import FileRefused, RowRefused, quoted
from hubfinder.ingest.kind import Kind, option
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.positions import EAST, NORTH, SOUTH, WEST, read_number, why_not_near
from hubfinder.ingest.table import CsvTable
from hubfinder.places.actions import PostcodeValues, put_postcodes

POSTCODE = ("pcds", "postcode", "pcd8", "pcd7", "pcd2", "pcd")
LATITUDE = ("lat", "latitude")
LONGITUDE = ("long", "lon", "lng", "longitude")
TERMINATED = ("doterm",)
COUNTRY = re.compile(r"ctry(\d\dcd)?")
NO_POSITION = 99
"""ONS writes latitude 99.999999 where it knows no position."""
NATIONS = frozenset("EWSNLM")

_is_common = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][ABD-HJLNP-UW-Z]{2}").fullmatch
"""The form of nearly all postcodes as the files write them; whatever has another is looked at slowly."""
_is_official = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?|NPT|GIR)[0-9][A-Z]{2}").fullmatch
"""Wider than what we let people type: the ONS file has ``NPT 0VA``, though no postcode can end in V."""
_is_month = re.compile(r"[12][0-9]{3}(0[1-9]|1[0-2])").fullmatch
Read = Callable[[list[str]], PostcodeValues]


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the import of postcodes."""

    replace: bool = option("Forget all postcodes that are not in these files.", default=False)


def load(loading: Loading, options: Options) -> None:
    """Add postcodes, or change those that are there already."""
    table = CsvTable(loading.text())
    columns = _columns(table.columns)
    rows = _Rows(loading, table, columns.reader())
    count = put_postcodes(loading.session, rows, columns.given, replace=options.replace)
    loading.refuse_empty()
    loading.refuse_replacing(count, replace=options.replace)
    rows.refuse_repeated()
    loading.report.count("postcodes", count)
    if rows.nowhere:
        loading.report.note(f"{rows.nowhere:,} postcodes have no position.")


class _Rows:
    """The rows as they stream by, and what must be known of all of them at the end."""

    def __init__(self, loading: Loading, table: CsvTable, read: Read) -> None:
        self.nowhere = 0
        self._loading = loading
        self._table = table
        self._read = read
        self._codes: list[str] = []
        self._numbers: list[int] = []
        self._packed: list[np.ndarray] = []

    def __iter__(self) -> Iterator[PostcodeValues]:
        read = self._read
        remember_code, remember_number = self._codes.append, self._numbers.append
        for number, cells in self._table.records(self._loading.refuse):
            try:
                values = read(cells)
            except RowRefused as error:
                self._loading.refuse(number, error)
                continue
            remember_code(values[0])
            remember_number(number)
            if values[1] is None:
                self.nowhere += 1
            if len(self._codes) >= 50_000:
                self._pack()
            yield values
        self._pack()
        self._loading.report.rows += sum(len(packed) for packed in self._packed)

    def _pack(self) -> None:
        """Keep codes as eight bytes each, not as Python strings."""
        packed = np.empty(len(self._codes), dtype=[("code", np.uint64), ("row", np.uint32)])
        packed["code"] = np.array(self._codes, dtype="S8").view(np.uint64)
        packed["row"] = self._numbers
        self._packed.append(packed)
        self._codes.clear()
        self._numbers.clear()

    def refuse_repeated(self) -> None:
        """Refuse postcodes that stood in an earlier row of the same file."""
        rows = np.concatenate(self._packed)
        rows = rows[np.argsort(rows["code"], kind="stable")]
        again = np.flatnonzero(rows["code"][1:] == rows["code"][:-1])
        for place in again:
            code = rows["code"][place].tobytes().rstrip(b"\0").decode()
            why = f"{code[:-3]} {code[-3:]} stands in the file twice, first in row {rows['row'][place]:,}"
            self._loading.report.refuse(int(rows["row"][place + 1]), RowRefused("postcode", why))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the cells stand that a file has; -1 for those it has not."""

    names: Sequence[str]
    code: int
    lat: int
    lon: int
    terminated: int
    country: int

    @property
    def given(self) -> tuple[str, ...]:
        """The columns of our table that the file says something about."""
        more = self.terminated >= 0 or self.country >= 0
        return ("code", "lat", "lon", *(("terminated", "country") if more else ()))

    def reader(self) -> Read:
        """The function that turns the cells of a row into values, in the order of ``given``."""
        code_at, lat_at, lon_at, more = self.code, self.lat, self.lon, len(self.given) > 3

        def read(cells: list[str]) -> PostcodeValues:
            code = cells[code_at].replace(" ", "")
            if not _is_common(code):
                code = _compact(cells[code_at], self.names[code_at])
            lat: float | None
            lon: float | None
            try:
                digits = cells[lat_at] + cells[lon_at]
                if "_" in digits or not digits.isascii():
                    raise ValueError(digits)
                lat, lon = float(cells[lat_at]), float(cells[lon_at])
            except ValueError:
                lat, lon = _no_position(cells[lat_at], cells[lon_at])
            if not (SOUTH <= lat <= NORTH and WEST <= lon <= EAST):
                lat, lon = _unusual_position(lat, lon)
            return (code, lat, lon, *self._end_and_nation(cells)) if more else (code, lat, lon)

        return read

    def _end_and_nation(self, cells: list[str]) -> tuple[str | None, str | None]:
        end = cells[self.terminated] if self.terminated >= 0 else ""
        nation = cells[self.country][:1] if self.country >= 0 else ""
        if end and not _is_month(end):
            raise RowRefused("doterm", f"{quoted(end)} is not a year and month such as 202503")
        if nation and nation not in NATIONS:
            why = f"{quoted(cells[self.country])} is not a country's code"
            raise RowRefused(self.names[self.country], why)
        return end or None, nation or None


def _columns(names: Sequence[str]) -> _Columns:
    used = (
        _position(names, POSTCODE),
        _position(names, LATITUDE),
        _position(names, LONGITUDE),
        next((names.index(name) for name in TERMINATED if name in names), -1),
        next((at for at, name in enumerate(names) if COUNTRY.fullmatch(name)), -1),
    )
    for position in used:
        if position >= 0 and names.count(names[position]) > 1:
            raise FileRefused(f"The column {names[position]} stands twice in the heading.")
    return _Columns(names, *used)


def _unusual_position(lat: float, lon: float) -> tuple[None, None]:
    """A position outside our corner of the world: none, or wrong."""
    if NO_POSITION <= lat < NO_POSITION + 1 or (lat == 0 and lon == 0):
        return None, None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise RowRefused("lat", f"{lat:g}, {lon:g} is not a latitude and longitude in degrees")
    raise RowRefused("lat", why_not_near(lat, lon))


def _position(columns: Sequence[str], names: Sequence[str]) -> int:
    for name in names:
        if name in columns:
            return columns.index(name)
    there = ", ".join(columns)[:400]
    raise FileRefused(f"It has no column {' or '.join(names)}. Its columns are: {there}.")


def _no_position(lat: str, lon: str) -> tuple[float, float]:
    """What stands for no position: both cells empty, or the latitude empty and the longitude 0."""
    for name, cell in (("lat", lat), ("lon", lon)):
        try:
            read_number(cell.strip() or "0")
        except ValueError as error:
            raise RowRefused(name, f"{quoted(cell)} is not a number") from error
    if not lat.strip() and (not lon.strip() or float(lon) == 0):
        return NO_POSITION, 0
    raise RowRefused("lon" if lat.strip() else "lat", "is empty, but the other coordinate is there")


def _compact(cell: str, column: str) -> str:
    code = "".join(cell.split()).upper()
    if not _is_official(code):
        raise RowRefused(column, f"{quoted(cell)} is not a postcode" if code else "is empty")
    return code


POSTCODES = Kind(
    "postcodes",
    "Postcodes: ONS NSPL or ONSPD (pcds, doterm, lat, long, ctry), or postcode, lat, lon.",
    load,
    Options,
    moves_memberships=True,
)
