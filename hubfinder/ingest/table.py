"""Rows of CSV and GeoJSON files."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from hubfinder.ingest.errors import FileRefused, RowRefused
from hubfinder.ingest.row import Row
from hubfinder.ingest.text import LONGEST_LINE, TextFile

Refuse = Callable[[int, RowRefused], None]
Aliases = Mapping[str, str]
"""Other names that official files give to a column, in lower case: ``{"urn": "school_urn"}``."""
MOST_JSON = 64 << 20


class CsvTable:
    """A CSV file with a heading; commas, semicolons or tabs, told apart by the heading.

    Raises:
        FileRefused: it has no heading.
    """

    def __init__(self, text: TextFile, headings: Sequence[str] = ()) -> None:
        """``headings`` is for files that officially come without: the columns by position."""
        self._text = text
        lines = text.lines()
        first = next(lines, "")
        self._reader = csv.reader(chain((first,), lines), delimiter=_delimiter(first), strict=True)
        self._before = 1
        self.columns: tuple[str, ...] = tuple(headings)
        if headings:
            self._before = 0
            return
        try:
            heading = next(self._reader)
        except (csv.Error, StopIteration) as error:
            raise FileRefused("Its first line is not a heading with the names of the columns.") from error
        self.columns = tuple(_plain(cell) for cell in heading)

    def records(self, refuse: Refuse) -> Iterator[tuple[int, list[str]]]:
        """Row number and cells of every row that has as many cells as the heading; the others are refused."""
        number, width, text = self._before, len(self.columns), self._text
        while True:
            try:
                for cells in self._reader:
                    number += 1
                    if (len(cells) == width and not text.has_nul) or self._is_sound(number, cells, refuse):
                        yield number, cells
            except csv.Error as error:  # of one row: the reader goes on with the next
                number += 1
                refuse(number, RowRefused("", _why(error)))
            else:
                return

    def _is_sound(self, number: int, cells: list[str], refuse: Refuse) -> bool:
        """Looks closer at a row that may be unsound, and refuses it if it is. Empty lines are passed over."""
        if not any(cells):
            if self._reader.line_num in self._text.too_long:
                refuse(number, RowRefused("", f"is longer than {LONGEST_LINE:,} characters"))
            return False
        if len(cells) != len(self.columns):
            why = f"has {len(cells)} cells, but the heading has {len(self.columns)}"
            refuse(number, RowRefused("", why))
            return False
        if any("\0" in cell for cell in cells):
            refuse(number, RowRefused("", "holds a NUL character, which no text has"))
            return False
        return True


class FeatureTable:
    """A GeoJSON file of points: properties are columns, and the point gives ``lat`` and ``lon``."""

    def __init__(self, text: TextFile) -> None:
        try:
            document = json.loads(text.read(MOST_JSON))
        except (ValueError, RecursionError) as error:
            raise FileRefused("It is not valid JSON.") from error
        features = document.get("features") if isinstance(document, dict) else None
        if not isinstance(features, list):
            raise FileRefused("It is JSON, but not a GeoJSON collection of features.")
        self._features = features
        names = (_properties(feature) for feature in features)
        self.columns = tuple(dict.fromkeys(_plain(name) for properties in names for name in properties))
        self.columns = tuple(dict.fromkeys((*self.columns, "lat", "lon")))

    def rows(self, refuse: Refuse) -> Iterator[Row]:
        """The features as rows; the first feature is row 1."""
        for number, feature in enumerate(self._features, 1):
            cells = {_plain(name): _cell(value) for name, value in _properties(feature).items()}
            geometry = feature.get("geometry") if isinstance(feature, dict) else None
            if isinstance(geometry, dict):
                try:
                    lon, lat = geometry["coordinates"][:2]
                except (KeyError, TypeError, ValueError):
                    lon = lat = None
                if geometry.get("type") != "Point" or not _are_numbers(lat, lon):
                    refuse(number, RowRefused("geometry", "is not a point"))
                    continue
                cells.update(lat=str(lat), lon=str(lon))
            yield Row(number, cells)


def table_rows(
    text: TextFile, refuse: Refuse, needs: Sequence[str], aliases: Aliases, headings: Sequence[str] = ()
) -> Iterator[Row]:
    """Every row of a CSV or GeoJSON file by column name, after checking that the needed columns are there.

    Raises:
        FileRefused: the file is something else, or lacks columns.
    """
    if text.path.name.lower().removesuffix(".gz").endswith((".geojson", ".json")):
        features = FeatureTable(text)
        column_positions(features.columns, needs, aliases)
        for row in features.rows(refuse):
            yield Row(row.number, {aliases.get(name, name): cell for name, cell in row.cells.items()})
        return
    table = CsvTable(text, headings)
    positions = column_positions(table.columns, needs, aliases)
    for number, cells in table.records(refuse):
        yield Row(number, {name: cells[position] for name, position in positions.items()})


def column_positions(columns: Sequence[str], needs: Sequence[str], aliases: Aliases) -> dict[str, int]:
    """Where each column stands, by our name for it.

    Raises:
        FileRefused: a column is missing or stands twice.
    """
    positions: dict[str, int] = {}
    for position, column in enumerate(columns):
        name = aliases.get(column, column)
        if name in positions and name:
            if name in columns and column != name:
                continue  # the file has the column under our own name too: that one counts
            if columns[positions[name]] == column:
                raise FileRefused(f"The column {column} stands twice in the heading.")
        positions[name] = position
    missing = [name for name in needs if name not in positions]
    if missing:
        there = ", ".join(column for column in columns if column)[:400]
        raise FileRefused(f"It has no column {' and no column '.join(missing)}. Its columns are: {there}.")
    return positions


def _plain(heading: str) -> str:
    return heading.strip().lower()


def _delimiter(heading: str) -> str:
    return max(",;\t", key=heading.count)


def _why(error: csv.Error) -> str:
    if "field limit" in str(error):
        return "has a cell that is far too long; perhaps a quotation mark is never closed"
    if "unexpected end" in str(error):
        return "opens a quotation mark that is never closed"
    return "is not well-formed CSV: a quotation mark is in the wrong place"


def _properties(feature: object) -> dict[str, object]:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _are_numbers(*values: object) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
