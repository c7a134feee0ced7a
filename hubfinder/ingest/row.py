"""One row of a file, and the ways to read its cells. Every reader refuses the row with a plain reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from hubfinder.directory.plain import EMAIL, KEY, is_web_address, with_scheme
from hubfinder.ingest.errors import RowRefused, quoted
from hubfinder.ingest.positions import read_number, why_not_near
from hubfinder.places.values import Point, Postcode

E = TypeVar("E", bound=StrEnum)
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0", ""})


@dataclass(frozen=True, slots=True)
class Row:
    """A row by column names (lower case). A column that the file does not have reads as empty."""

    number: int
    """As in a spreadsheet: the heading is row 1."""
    cells: Mapping[str, str]

    def __contains__(self, column: str) -> bool:
        return column in self.cells

    def text(self, column: str, *, required: bool = False, longest: int = 20_000) -> str:
        """The cell without spaces around it."""
        cell = self.cells.get(column, "").strip()
        if required and not cell:
            raise RowRefused(column, "is empty")
        if len(cell) > longest:
            raise RowRefused(column, f"has {len(cell):,} characters; at most {longest:,} fit")
        return cell

    def line(self, column: str, *, required: bool = False, longest: int = 255) -> str:
        """Text on one line: runs of spaces and line ends become one space."""
        return " ".join(self.text(column, required=required, longest=longest).split())

    def key(self, column: str = "key", *, longest: int = 160) -> str:
        """A stable name in kebab-case, as it stands in an address; empty if there is none."""
        cell = self.text(column, longest=longest)
        if cell and not KEY.fullmatch(cell):
            raise RowRefused(column, f"{quoted(cell)} is not a key: use a-z, 0-9 and single hyphens")
        return cell

    def items(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that holds a list: ``a;b;c``. Empty parts are passed over."""
        return tuple(part.strip() for part in self.text(column).split(";") if part.strip())

    def number_in(self, column: str, lowest: float, highest: float) -> float | None:
        """A number between two others, or none for an empty cell."""
        cell = self.text(column)
        if not cell:
            return None
        try:
            found = read_number(cell)
        except ValueError as error:
            raise RowRefused(column, f"{quoted(cell)} is not a number") from error
        if not lowest <= found <= highest:
            raise RowRefused(column, f"{quoted(cell)} is not between {lowest:,.9g} and {highest:,.9g}")
        return found

    def whole_number(self, column: str, lowest: int, highest: int) -> int | None:
        """A whole number between two others, or none for an empty cell."""
        found = self.number_in(column, lowest, highest)
        if found is None:
            return None
        if found != int(found):
            raise RowRefused(column, f"{quoted(self.text(column))} is not a whole number")
        return int(found)

    def yes(self, column: str) -> bool:
        """True for yes, false for no or an empty cell."""
        cell = self.text(column).lower()
        if cell not in YES and cell not in NO:
            raise RowRefused(column, f"{quoted(cell)} is neither yes nor no")
        return cell in YES

    def one_of(self, column: str, enum: type[E]) -> E | None:
        """A member of an enum by its value, or none for an empty cell."""
        cell = self.text(column).lower()
        return _member(column, cell, enum) if cell else None

    def some_of(self, column: str, enum: type[E]) -> tuple[E, ...]:
        """Members of an enum by their values, from a list cell."""
        return tuple(_member(column, part.lower(), enum) for part in self.items(column))

    def day(self, column: str) -> date | None:
        """An ISO date (``2026-03-31``), or none for an empty cell."""
        cell = self.text(column)
        try:
            return date.fromisoformat(cell) if cell else None
        except ValueError as error:
            raise RowRefused(column, f"{quoted(cell)} is not a date such as 2026-03-31") from error

    def postcode(self, column: str = "postcode", *, required: bool = False) -> Postcode | None:
        """A full postcode, or none for an empty cell."""
        cell = self.text(column, required=required)
        found = Postcode.parse(cell) if cell else None
        if cell and not found:
            raise RowRefused(column, f"{quoted(cell)} is not a postcode")
        return found

    def point(self, lat: str = "lat", lon: str = "lon") -> Point | None:
        """A point in degrees in or around the British Isles; none where both columns are empty."""
        north, east = self.number_in(lat, -90, 90), self.number_in(lon, -180, 180)
        if north is None and east is None:
            return None
        if north is None or east is None:
            raise RowRefused(lat if north is None else lon, "is empty, but the other coordinate is there")
        if why := why_not_near(north, east):
            raise RowRefused(lat, why)
        return Point(north, east)

    def website(self, column: str = "website") -> str:
        """A web address that starts with ``https://`` or ``http://``; one without gets ``https://``."""
        cell = self.text(column, longest=2_000)
        address = with_scheme(cell)
        if address and not is_web_address(address):
            raise RowRefused(column, f"{quoted(cell)} is not a web address such as https://www.example.org")
        return address

    def email(self, column: str = "email") -> str:
        cell = self.text(column, longest=255)
        if cell and not EMAIL.fullmatch(cell):
            raise RowRefused(column, f"{quoted(cell)} is not an e-mail address")
        return cell


def _member(column: str, cell: str, enum: type[E]) -> E:
    try:
        return enum(cell)
    except ValueError as error:
        known = ", ".join(member.value for member in enum)
        raise RowRefused(column, f"{quoted(cell)} is not known; use one of: {known}") from error
