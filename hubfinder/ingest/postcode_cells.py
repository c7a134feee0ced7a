"""The cells of a postcode file: one row with all care, or thousands of ordinary rows at once."""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from hubfinder.ingest.errors import FileRefused, RowRefused, quoted
from hubfinder.ingest.positions import EAST, NORTH, SOUTH, WEST, read_number, why_not_near
from hubfinder.places.actions import PostcodeValues

POSTCODE = ("pcds", "postcode", "pcd8", "pcd7", "pcd2", "pcd")
LATITUDE = ("lat", "latitude")
LONGITUDE = ("long", "lon", "lng", "longitude")
TERMINATED = ("doterm",)
COUNTRY = re.compile(r"ctry(\d\dcd)?")
NO_POSITION = 99
"""ONS writes latitude 99.999999 where it knows no position."""
NATIONS = frozenset("EWSNLM")

_is_official = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?|NPT|GIR)[0-9][A-Z]{2}").fullmatch
"""Wider than what we let people type: the ONS file has ``NPT 0VA``, though no postcode can end in V."""
_is_month = re.compile(r"[12][0-9]{3}(0[1-9]|1[0-2])").fullmatch

_SORTS = np.full(256, 3, dtype=np.int64)
"""What sort of letter a byte is: 0 none, 1 a capital, 2 a digit, 3 anything else."""
_SORTS[0] = 0
_SORTS[np.frombuffer(string.ascii_uppercase.encode(), dtype=np.uint8)] = 1
_SORTS[np.frombuffer(string.digits.encode(), dtype=np.uint8)] = 2
_PLACES = 4 ** np.arange(8)
_FORMS = [
    sum("_A9".index(sort) * 4**place for place, sort in enumerate(outward + "9AA"))
    for outward in ("A9", "A99", "A9A", "AA9", "AA99", "AA9A")
]
"""The forms of nearly all postcodes, one number each."""


@dataclass(frozen=True, slots=True)
class PostcodeColumns:
    """Where the cells stand that a file has; -1 for those it has not."""

    names: Sequence[str]
    code: int
    lat: int
    lon: int
    terminated: int
    country: int

    @classmethod
    def of(cls, names: Sequence[str]) -> "PostcodeColumns":
        """The columns of a file by its heading.

        Raises:
            FileRefused: one is missing, or stands twice.
        """
        used = (
            _find(names, POSTCODE),
            _find(names, LATITUDE),
            _find(names, LONGITUDE),
            next((names.index(name) for name in TERMINATED if name in names), -1),
            next((at for at, name in enumerate(names) if COUNTRY.fullmatch(name)), -1),
        )
        for position in used:
            if position >= 0 and names.count(names[position]) > 1:
                raise FileRefused(f"The column {names[position]} stands twice in the heading.")
        return cls(names, *used)

    @property
    def given(self) -> tuple[str, ...]:
        """The columns of our table that the file says something about."""
        more = self.terminated >= 0 or self.country >= 0
        return ("code", "lat", "lon", *(("terminated", "country") if more else ()))

    def read(self, cells: list[str]) -> PostcodeValues:
        """The values of a row, in the order of ``given``.

        Raises:
            RowRefused: with what is wrong with it.
        """
        code = _code(cells[self.code], self.names[self.code])
        lat, lon = _position(cells[self.lat], cells[self.lon])
        if len(self.given) == 3:
            return code, lat, lon
        end, nation = self._ends([cells])[0], self._nations([cells])[0]
        if end and not _is_month(end):
            raise RowRefused("doterm", f"{quoted(end)} is not a year and month such as 202503")
        if nation and nation not in NATIONS:
            why = f"{quoted(cells[self.country])} is not a country's code"
            raise RowRefused(self.names[self.country], why)
        return code, lat, lon, end, nation

    def read_many(self, rows: Sequence[list[str]]) -> tuple[list[PostcodeValues | None], Sequence[int]]:
        """The values of ordinary rows, and the places of those that ``read`` has to look at."""
        try:
            columns, is_ordinary = self._read_together(rows)
        except ValueError:  # something is odd somewhere: look at each
            return [None] * len(rows), range(len(rows))
        values = cast("list[PostcodeValues | None]", list(zip(*columns, strict=True)))
        return values, np.flatnonzero(~is_ordinary).tolist()

    def _read_together(
        self, rows: Sequence[list[str]]
    ) -> tuple[list[Sequence[object]], npt.NDArray[np.bool_]]:
        """The columns of many rows, and which rows are ordinary.

        Raises:
            ValueError: a cell is not what it is in an ordinary file (UnicodeEncodeError is one).
        """
        codes = [cells[self.code].replace(" ", "") for cells in rows]
        lats = [cells[self.lat] for cells in rows]
        lons = [cells[self.lon] for cells in rows]
        digits = "".join(lats) + "".join(lons)
        if "_" in digits or not digits.isascii():
            raise ValueError(digits)
        north = [float(cell or NO_POSITION) for cell in lats]
        east = [float(cell or NO_POSITION) for cell in lons]
        columns: list[Sequence[object]] = [codes, north, east]
        if len(self.given) > 3:
            ends, nations = self._ends(rows), self._nations(rows)
            if not all(_is_month(end or "202503") for end in set(ends)) or not set(nations) <= NATIONS | {
                None
            }:
                raise ValueError(ends)
            columns += [ends, nations]
        return columns, _have_usual_form(codes) & _are_near(north, east)

    def _ends(self, rows: Sequence[list[str]]) -> list[str | None]:
        at = self.terminated
        return [cells[at] or None for cells in rows] if at >= 0 else [None] * len(rows)

    def _nations(self, rows: Sequence[list[str]]) -> list[str | None]:
        at = self.country
        return [cells[at][:1] or None for cells in rows] if at >= 0 else [None] * len(rows)


def as_numbers(codes: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Postcodes without space, at most eight letters each, as one number each."""
    return np.array(codes, dtype="S8").view(np.uint64)


def _have_usual_form(codes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """For each code whether letters and digits stand where they do in nearly all postcodes.

    Raises:
        UnicodeEncodeError: one has a letter that no postcode has.
    """
    letters = as_numbers(codes).view(np.uint8).reshape(-1, 8)
    return np.isin(_SORTS[letters] @ _PLACES, _FORMS)


def _are_near(lats: Sequence[float], lons: Sequence[float]) -> npt.NDArray[np.bool_]:
    lat, lon = np.array(lats), np.array(lons)
    return (lat >= SOUTH) & (lat <= NORTH) & (lon >= WEST) & (lon <= EAST)


def _find(columns: Sequence[str], names: Sequence[str]) -> int:
    for name in names:
        if name in columns:
            return columns.index(name)
    there = ", ".join(columns)[:400]
    raise FileRefused(f"It has no column {' or '.join(names)}. Its columns are: {there}.")


def _code(cell: str, column: str) -> str:
    code = "".join(cell.split()).upper()
    if not _is_official(code):
        raise RowRefused(column, f"{quoted(cell)} is not a postcode" if code else "is empty")
    return code


def _position(lat: str, lon: str) -> tuple[float, float] | tuple[None, None]:
    """Latitude and longitude; none where the file says in one of its ways that there is no position."""
    lat, lon = lat.strip(), lon.strip()
    for name, cell in (("lat", lat), ("lon", lon)):
        try:
            read_number(cell or "0")
        except ValueError as error:
            raise RowRefused(name, f"{quoted(cell)} is not a number") from error
    north, east = float(lat or 0), float(lon or 0)
    if north == east == 0 or NO_POSITION <= north < NO_POSITION + 1:
        return None, None
    if not lat or not lon:
        raise RowRefused("lon" if lat else "lat", "is empty, but the other coordinate is there")
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise RowRefused("lat", f"{north:g}, {east:g} is not a latitude and longitude in degrees")
    if why := why_not_near(north, east):
        raise RowRefused("lat", why)
    return north, east
