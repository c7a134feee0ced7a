"""A spreadsheet as a table of texts, whatever it came as: CSV or an Excel workbook."""

from dataclasses import dataclass, field
from pathlib import Path

from hubfinder.exchange.safe_cells import is_formula
from hubfinder.exchange.sheet_xml import letters_of
from hubfinder.ingest.errors import FileRefused, RowRefused
from hubfinder.ingest.table import CsvTable
from hubfinder.ingest.text import TextFile

MOST_ROWS, MOST_COLUMNS = 20_000, 60
TOO_LARGE = (
    f"It is too large: a spreadsheet may have at most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns. "
    "Split it into several files, and take out columns that are not needed."
)


FORMULA = "is a formula: copy the cell, then paste it as values"


@dataclass(slots=True)
class SheetRow:
    """One row: its cells as texts, and what is wrong with some, by the letters of their column."""

    number: int
    """As the spreadsheet counts; the heading is usually 1."""
    cells: list[str]
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A heading and the rows under it; rows without anything in them are left out."""

    heading: tuple[str, ...]
    rows: list[SheetRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Sentences for whoever sent the file."""
    number: int = 1
    """Row of the heading."""


def read_csv(path: Path) -> Table:
    """A CSV file in any of the encodings that spreadsheet programs write.

    Raises:
        FileRefused: it is empty, something else, or too large.
    """
    text = TextFile(path)
    file = CsvTable(text)
    if len(file.columns) > MOST_COLUMNS:
        raise FileRefused(TOO_LARGE)
    table = Table(tuple(" ".join(name.split()) for name in file.columns))

    def refuse(number: int, error: RowRefused) -> None:
        table.rows.append(SheetRow(number, [], [("", error.why)]))

    for number, cells in file.records(refuse):
        if any(cell.strip() for cell in cells):
            table.rows.append(SheetRow(number, cells, _formulas(cells)))
        if len(table.rows) > MOST_ROWS:
            raise FileRefused(TOO_LARGE)
    table.notes += text.notes
    return table


def _formulas(cells: list[str]) -> list[tuple[str, str]]:
    return [(letters_of(place), FORMULA) for place, cell in enumerate(cells, 1) if is_formula(cell)]
