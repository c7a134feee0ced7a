"""Postcodes: the ONS files (NSPL, ONSPD), or any CSV with a postcode and its latitude and longitude.

Nearly three million rows come through here, so this is written for speed: thousands of rows are looked at
together, and only those that are not quite ordinary one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import cast

import numpy as np

from hubfinder.database.copying import without_collector
from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.kind import Kind, option
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.postcode_cells import PostcodeColumns, as_numbers
from hubfinder.ingest.table import CsvTable
from hubfinder.places.actions import PostcodeValues, put_postcodes
from hubfinder.places.revision import places_changed

CHUNK = 1_000
"""Rows looked at together: few enough that they are still in the processor's cache the second time."""
REMEMBERED = np.dtype([("code", np.uint64), ("row", np.uint32)])


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the import of postcodes."""

    replace: bool = option("Forget all postcodes that are not in these files.", default=False)
    source: str = option("Where the file is from, in words for people.", default="")
    as_of: date | None = option("The day the file is of, such as 2025-05-31.", default=None)
    licence: str = option("The licence of the file.", default="")
    attribution: str = option("What the licence asks to be said where postcodes are used.", default="")

    @property
    def origin(self) -> dict[str, str]:
        """What was said of where it comes from."""
        said = {
            "source": self.source,
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "licence": self.licence,
            "attribution": self.attribution,
        }
        return {name: words for name, words in said.items() if words}


def load(loading: Loading, options: Options) -> None:
    """Add postcodes, or change those that are there already."""
    table = CsvTable(loading.text())
    columns = PostcodeColumns.of(table.columns)
    rows = _Rows(loading, table, columns)
    with without_collector():
        count = put_postcodes(loading.session, rows, columns.given, replace=options.replace)
    loading.refuse_empty()
    loading.refuse_replacing(count, replace=options.replace)
    rows.refuse_repeated()
    places_changed(loading.session, options.origin)
    loading.report.count("postcodes", count)
    if rows.nowhere:
        loading.report.note(f"{rows.nowhere:,} postcodes have no position.")


class _Rows:
    """The rows as they stream by, and what must be known of all of them at the end."""

    def __init__(self, loading: Loading, table: CsvTable, columns: PostcodeColumns) -> None:
        self.nowhere = 0
        self._loading = loading
        self._table = table
        self._columns = columns
        self._remembered = [np.empty(0, dtype=REMEMBERED)]

    def __iter__(self) -> Iterator[PostcodeValues]:
        records = self._table.records(self._loading.refuse)
        while chunk := list(islice(records, CHUNK)):
            numbers, rows = [number for number, _ in chunk], [cells for _, cells in chunk]
            values, odd = self._columns.read_many(rows)
            for place in odd:
                values[place] = self._read_one(numbers[place], rows[place])
            if odd:
                numbers = [number for number, one in zip(numbers, values, strict=True) if one]
                values = [one for one in values if one]
            good = cast("list[PostcodeValues]", values)
            self._remember(good, numbers)
            yield from good

    def _read_one(self, number: int, cells: list[str]) -> PostcodeValues | None:
        try:
            values = self._columns.read(cells)
        except RowRefused as error:
            self._loading.refuse(number, error)
            return None
        self.nowhere += values[1] is None
        return values

    def _remember(self, values: Sequence[PostcodeValues], numbers: Sequence[int]) -> None:
        """Keep each code as eight bytes, not as a Python string, with the number of its row."""
        kept = np.empty(len(values), dtype=REMEMBERED)
        kept["code"] = as_numbers([one[0] for one in values])
        kept["row"] = numbers
        self._remembered.append(kept)
        self._loading.report.rows += len(values)

    def refuse_repeated(self) -> None:
        """Refuse postcodes that stood in an earlier row of the same file."""
        rows = np.concatenate(self._remembered)
        rows = rows[np.argsort(rows["code"], kind="stable")]
        again = np.flatnonzero(rows["code"][1:] == rows["code"][:-1])
        for place in again:
            code = rows["code"][place].tobytes().rstrip(b"\0").decode()
            why = f"{code[:-3]} {code[-3:]} stands in the file twice, first in row {rows['row'][place]:,}"
            self._loading.report.refuse(int(rows["row"][place + 1]), RowRefused("postcode", why))


POSTCODES = Kind(
    "postcodes",
    "Postcodes: ONS NSPL or ONSPD (pcds, doterm, lat, long, ctry), or postcode, lat, lon.",
    load,
    Options,
    moves_memberships=True,
)
